"""What a working statistician would ask about a spec that is right: one concern a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic
from .. import ir
from ..allowed import without_allowed
from ..pipeline import Compilation, deep_enough
from .allow import idle_allowances
from .edge import edges, zero_data
from .fixes import tried
from .flat import flat_params
from .funnel import funnels
from .gamma import vague_gammas
from .hard import hard_bounds
from .idle import idle_outcomes
from .link import wide_on_links
from .outcome import shares
from .unused import unused_definitions, unused_functions, unused_plates
from .wide import wide_priors

Lint = Callable[[ir.Model], Iterator[Diagnostic]]
"""Looks at a model, before any pass, for one thing."""

LINTS: tuple[Lint, ...] = (
    flat_params,
    shares,
    edges,
    zero_data,
    wide_priors,
    wide_on_links,
    unused_definitions,
    hard_bounds,
    vague_gammas,
    idle_outcomes,
    funnels,
)

OF_SYNTAX: tuple[Callable[[tree.Spec], Iterator[Diagnostic]], ...] = (
    unused_functions,
    unused_plates,
)
"""The same for what a model does not keep: functions are put in their places, sizes computed."""


def found(compilation: Compilation) -> Iterator[Diagnostic]:
    """All that is to be said of a spec, one lint after the other."""
    for lint in LINTS:
        yield from lint(compilation.model)
    for look in OF_SYNTAX:
        yield from look(compilation.tree)


def lints(compilation: Compilation) -> tuple[Diagnostic, ...]:
    """The same in the order of the spec's text, with the changes that work."""
    with deep_enough(compilation.source):
        said = list(found(compilation))
        return settled(said, said, compilation, with_data=False)


def settled(
    said: list[Diagnostic], known: list[Diagnostic], compilation: Compilation, with_data: bool
) -> tuple[Diagnostic, ...]:
    """What is said but for what the spec allows, with the changes that work, in order.

    A comment that allows nothing of what is `known` is told.
    """
    left = without_allowed(said, compilation.reading)
    idle = idle_allowances(compilation, known, with_data)
    return in_order([*(tried(one, compilation, found) for one in left), *idle])


def in_order(said: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(said, key=lambda one: one.span.start if one.span else 0))
