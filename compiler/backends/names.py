"""The names of a program: what each thing of the model is called in Python."""

from __future__ import annotations

import builtins
import keyword
import re

from .. import ir
from ..tables.families import FAMILIES
from .imports import TAKEN

_RESERVED = TAKEN | {
    "model",
    "guide",
    "generate",
    "prepare",
    "load",
    "main",
    "shift",
    "lagged",
    "known",
    "by_group",
    "over_groups",
    "log_interval",
    "log_diff_exp",
    "log1m_exp",
    "math",
    "Censored",
    "IntervalCensored",
    "Mixture",
    "Flat",
    "Hurdle",
    "Ordered",
    "Restricted",
    "Several",
    "Transformed",
    "ZeroInflated",
    "ZeroSum",
    "ZeroSumTransform",
    "delete",
    "insert",
    "tensors",
    "to_zero_sum",
    "MANIFEST",
    "Any",
    "Callable",
    "Iterable",
    "_plain",
    "MCMC",
    "NUTS",
    "argparse",
    "csv",
}


class Names:
    """Identifiers, one a thing; what would collide gets an underscore."""

    def __init__(self, model: ir.Model) -> None:
        self._given: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = {*_RESERVED, *FAMILIES}
        stated = (*model.statements, *model.generated, *model.guide)
        quantities = [d.name for d in model.data] + [s.name for s in stated]
        for name in quantities:
            self._give(("quantity", name), name)

    def _give(self, key: tuple[str, ...], wish: str) -> str:
        if key not in self._given:
            name = wish
            while name in self._taken or keyword.iskeyword(name) or hasattr(builtins, name):
                name += "_"
            self._taken.add(name)
            self._given[key] = name
        return self._given[key]

    def quantity(self, name: str) -> str:
        return self._give(("quantity", name), name)

    def index(self, child: str, role: str) -> str:
        return self._give(("index", child, role), f"{child}_{role}")

    def size(self, plate: str) -> str:
        return self._give(("size", plate), f"num_{plate}")

    def labels(self, plate: str) -> str:
        return self._give(("labels", plate), f"{plate}_labels")

    def position(self, plate: str, label: object) -> str:
        word = re.sub(r"\W+", "_", str(label)).strip("_").lower() or "label"
        return self._give(("position", plate, str(label)), f"{plate}_{word}")

    def plate(self, name: str) -> str:
        return self._give(("plate", name), name.replace("'", "_") + "_plate")

    def variable(self, wish: str) -> str:
        """A variable of the model function that is no quantity; it may be written again."""
        return self._give(("variable", wish), wish)
