"""Prints the classes of distributions whose rows give formulas, for libraries that lack them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .. import ir
from ..ir.walk import names
from ..lowering.inline import expression_lines
from ..tables.constraints import CONSTRAINTS
from ..tables.families import FAMILIES
from ..tables.family import Family, Form
from ..tables.libraries import LIBRARIES
from .document import WIDTH
from .lines import Lines, quoted
from .printer import ExpressionPrinter
from .world import FunctionWorld

if TYPE_CHECKING:
    from .emitter import Emitter

NOISE: Mapping[str, str] = {"u": "uniform", "v": "uniform", "n": "normal", "m": "normal"}
"""The random numbers in which a row may say how to draw from it."""

_MODEL = ir.Model("", "", (), (), ())


def written(name: str, backend: str) -> tuple[Family, Form] | None:
    """The form of a family, by its name, of which programs for a back-end bring a class along."""
    row = FAMILIES.get(name)
    if row is not None:
        for form in row.forms:
            target = row.target(form, backend)
            if target is not None and target.written:
                return row, form
    return None


_OWN = ("mean", "variance", "support", "shape")
"""What both libraries' distributions have already: no attribute can be called so."""


def _attribute(parameter: str) -> str:
    return f"self.{parameter}_" if parameter in _OWN else f"self.{parameter}"


def _header(name: str, arguments: str, result: str) -> str:
    """The first line of a method, with its arguments on a line of their own if need be."""
    flat = f"    def {name}({arguments}) -> {result}:"
    return (
        flat if len(flat) <= WIDTH else f"    def {name}(\n        {arguments}\n    ) -> {result}:"
    )


class _World(FunctionWorld):
    """The surroundings of a class's methods: parameters are attributes, all else is local."""

    def __init__(self, emitter: Emitter, form: Form) -> None:
        super().__init__(_MODEL, emitter.names, set(), emitter.helpers, emitter.log_prob)
        self.attributes = {p.name: _attribute(p.name) for p in form.parameters}

    def quantity(self, name: str) -> str:
        return self.attributes.get(name, "value" if name == "x" else name)


class Class:
    """What the template of a class is filled with."""

    def __init__(self, emitter: Emitter, row: Family, form: Form) -> None:
        self.emitter, self.row, self.form = emitter, row, form
        self.world = _World(emitter, form)
        self.printer = ExpressionPrinter(LIBRARIES[emitter.arrays], emitter.imports, self.world)
        self.low, self.high = (_attribute(bound) if bound else "" for bound in row.bounds)

    def given(self) -> dict[str, Any]:
        row, support = self.row, CONSTRAINTS[self.row.support]
        draw = row.quantile or row.draw
        own = self.world.attributes
        comma = "," * (len(own) == 1)
        expanding = "self, batch_shape: torch.Size, _instance: Any = None"
        return {
            "name": row.name,
            "summary": f"{row.summary[0].upper()}{row.summary[1:]}.",
            "init": _header("__init__", ", ".join(["self", *(f"{p}: Any" for p in own)]), "None"),
            "expand": _header("expand", expanding, quoted(row.name)),
            "parameters": own,
            "fields": ", ".join(quoted(a.removeprefix("self.")) for a in own.values()) + comma,
            "own": ", ".join(own.values()) + comma,
            "shapes": ", ".join(f"{a}.shape" for a in own.values()),
            "support": self.support(),
            "bounded": any(row.bounds),
            "discrete": support.integer,
            "log_prob": self.log_prob(),
            "noise": self.noise(draw) if draw else [],
            "draw": self.body(draw) if draw else "",
            "low": self.low or f"{support.lower}.0",
            "high": self.high,
        }

    def support(self) -> str:
        """The library's constraint."""
        row = CONSTRAINTS[self.row.support]
        path = self.emitter.of_distributions(f"constraints.{row.there}")
        ends = {"lower": self.low, "upper": self.high}
        given = ", ".join(ends.get(end, end) for end in row.given)
        return f"{path}({given})" if given else path

    def log_prob(self) -> str:
        """The formula, and -inf outside where parameters say where that is."""
        tests = [f"(value >= {self.low})"] * bool(self.low)
        tests += [f"(value <= {self.high})"] * bool(self.high)
        if not tests:
            return self.body(self.form.formula)
        minus = "-math.inf" if self.printer.library.strict else "-jnp.inf"
        start = f"inside = {' & '.join(tests) if len(tests) > 1 else tests[0][1:-1]}"
        where = self.printer.call("where")
        return self.body(self.form.formula, start, lambda x: f"{where}(inside, {x}, {minus})")

    def noise(self, draw: str) -> list[tuple[str, str]]:
        """The random numbers in which a draw is written, each with its kind."""
        lines = expression_lines(draw, (*NOISE, *self.world.attributes), _MODEL)
        used = set[str]().union(*(names(value) for _, value in lines))
        return [(name, kind) for name, kind in NOISE.items() if name in used]

    def body(
        self, text: str, start: str = "", around: Callable[[str], str] = lambda code: code
    ) -> str:
        """The lines of a formula, the last one returned."""
        out = Lines(depth=2)
        if start:
            out.add(start)
        for name, value in expression_lines(text, ("x", *NOISE, *self.world.attributes), _MODEL):
            printed = self.printer.array(value, ()).text
            out.add(f"{name} = {printed}" if name else f"return {around(printed)}")
        return str(out)
