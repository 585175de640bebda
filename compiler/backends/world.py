"""What one function of a program reaches for, noted as it is printed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .. import ir
from .code import Code
from .names import Names

Input = dict[str, Any]


_NEEDS = {
    "lagged": ("shift",),
    "log_diff_exp": ("log1m_exp",),
    "log_interval": ("log1m_exp",),
    "IntervalCensored": ("log1m_exp",),
    "OrderedLogistic": ("log1m_exp",),
    "OrderedProbit": ("log1m_exp", "log_interval"),
    "Hurdle": ("log1m_exp",),
}
"""Helpers that other helpers call."""


class FunctionWorld:
    """The surroundings of one function: `prepare`, `model`, `guide` or `generate`.

    `own` are the names made inside the program (they are no inputs); everything else that the
    printer asks for becomes an input, described by its role. `drawn` are the quantities of the
    model with their axes, where these are inputs, too.
    """

    def __init__(
        self,
        model: ir.Model,
        names: Names,
        own: set[str],
        helpers: dict[str, None],
        log_prob: Callable[[ir.LogProb], Code],
        sizes: Mapping[str, str] | None = None,
        numbers: Collection[str] = (),
        drawn: Mapping[str, ir.Dims] | None = None,
    ) -> None:
        self.model = model
        self.names = names
        self.own = own
        self.helpers = helpers
        self.log_prob = log_prob
        self.sizes = sizes or {}
        self.numbers = numbers
        self.drawn = drawn or {}
        self.inputs: dict[str, Input] = {}
        self.asked: dict[str, None] = {}

    def _input(self, name: str, described: Input) -> str:
        self.inputs.setdefault(name, described)
        return name

    def quantity(self, name: str) -> str:
        self.asked.setdefault(name)
        return self.declare(name)

    def declare(self, name: str) -> str:
        """Make a datum an input, without anything having been printed from it."""
        given = self.names.quantity(name)
        if name in self.drawn:
            dims = [str(d) for d in self.drawn[name]]
            return self._input(given, {"role": "draw", "dims": dims, "of": name})
        if name not in self.own:
            datum = self.model.datum(name)
            dims = [str(d) for d in datum.dims] if datum else []
            renamed = {"of": name} if given != name else {}
            self._input(given, {"role": "data", "dims": dims, **renamed})
        return given

    def is_number(self, name: str) -> bool:
        """Whether truth values under this name are kept as 0 and 1."""
        if self.model.datum(name) is not None or name in self.numbers:
            return True
        stated = (*self.model.statements, *self.model.generated)
        made = (s.value for s in stated if isinstance(s, ir.Define) and s.name == name)
        return isinstance(next(made, None), ir.Shift | ir.Lags)

    def index(self, child: str, role: str) -> str:
        return self._input(
            self.names.index(child, role), {"role": "index", "plate": child, "parent": role}
        )

    def size(self, plate: str) -> str:
        found = self.model.plate(plate)
        if found.short_of is not None:
            whole = self.size(found.short_of)
            return str(int(whole) - 1) if whole.isdigit() else f"{whole} - 1"
        if found.labels is not None:
            return str(len(found.labels))
        if found.size is not None:
            return str(found.size)
        if plate in self.sizes:
            return self.sizes[plate]
        return self._input(self.names.size(plate), {"role": "size", "plate": plate})

    def labels(self, plate: str) -> range | list[int] | str:
        """The numbers that the spec tells, or else the input that holds them."""
        found = self.model.plate(plate)
        labels = found.labels
        if labels is not None and all(isinstance(x, int) for x in labels):
            numbers = [int(x) for x in labels]
            row = range(numbers[0], numbers[-1] + 1)
            return row if numbers == list(row) else numbers
        if found.size is not None:
            return range(found.size)
        return self._input(self.names.labels(plate), {"role": "labels", "plate": plate})

    def position(self, plate: str, label: str | int | float) -> str:
        found = self.model.plate(plate)
        if found.labels is not None and label in found.labels:
            return str(found.labels.index(label))
        if found.size is not None:
            return str(label)
        name = self.names.position(plate, label)
        return self._input(name, {"role": "position", "plate": plate, "label": label})

    def helper(self, name: str) -> str:
        for needed in (*_NEEDS.get(name, ()), name):
            self.helpers.setdefault(needed)
        return name
