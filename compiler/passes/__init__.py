"""Model → Model: what is done to a model before it is printed, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from .. import ir
from .few_rows import use_few_rows
from .flat import flatten_params
from .forms import lower_families
from .guide import keep_guide
from .hoist import hoist_data
from .missing import lower_missing
from .noncentre import noncentre
from .structure import lower_structure
from .uncounted import guard_uncounted

Pass = Callable[[ir.Model, str], ir.Model]
"""Takes the model and the name of the back-end; a pass keeps the density's value."""

PASSES: Sequence[tuple[str, Pass]] = (
    ("drop a guide that the method does not use", keep_guide),
    ("give cells that do not count parameters that may be", guard_uncounted),
    ("leave out missing outcomes, make other missing cells latent", lower_missing),
    ("write latents as loc + scale * standard where asked", noncentre),
    ("give parameters without a prior a flat one", flatten_params),
    ("write pinned and sum-to-zero vectors by their free elements", lower_structure),
    ("lower the distributions that the back-end lacks", lower_families),
    ("move what depends on data alone out of the density", hoist_data),
)


def optimised(sizes: Mapping[str, int] | None = None) -> Sequence[tuple[str, Pass]]:
    """The passes of a program that is rewritten to be faster; with the `sizes` of plates, only
    where that pays."""
    rewrite = partial(use_few_rows, sizes=sizes)
    *before, last = PASSES
    return *before, ("write normal outcomes by few rows that stand for all", rewrite), last
