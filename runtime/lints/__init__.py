"""What a working statistician would ask about a spec with its data: one concern a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...compiler.lints import LINTS, OF_SYNTAX, Lint, found, settled
from ...compiler.lints.edge import zero_data
from ...compiler.lints.funnel import funnels
from ...compiler.lints.link import wide_on_links
from ...compiler.lints.outcome import shares
from ...compiler.lints.wide import wide_priors
from ...compiler.pipeline import Compilation, deep_enough
from ...grammar.diagnostics import Diagnostic
from ..binding.data import Bound
from .columns import far_columns
from .dependent import dependent_columns
from .facts import Facts
from .few import single_elements
from .funnel import informed_funnels
from .scale import scaled_links, scaled_priors
from .whole import near_ends, whole_outcomes
from .zeros import present_zeros

DataLint = Callable[[Facts], Iterator[Diagnostic]]
"""Looks at a model and its data for one thing."""

DATA_LINTS: tuple[DataLint, ...] = (
    near_ends,
    present_zeros,
    scaled_priors,
    scaled_links,
    single_elements,
    informed_funnels,
    dependent_columns,
    far_columns,
    whole_outcomes,
)

SURPASSED: tuple[Lint, ...] = (shares, zero_data, wide_priors, wide_on_links, funnels)
"""What the spec alone can only guess, and some of the above decide."""


def lints(compilation: Compilation, bound: Bound) -> tuple[Diagnostic, ...]:
    """All that is to be said of a spec and its data, in the order of the spec's text."""
    model, source = compilation.model, compilation.source
    with deep_enough(source), np.errstate(all="ignore"):
        said = [one for lint in LINTS if lint not in SURPASSED for one in lint(model)]
        said += [one for look in OF_SYNTAX for one in look(compilation.tree)]
        facts = Facts(model, bound, source)
        said += [one for lint in DATA_LINTS for one in lint(facts)]
        return settled(said, [*said, *found(compilation)], compilation, with_data=True)
