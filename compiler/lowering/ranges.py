"""Where an expression's values can lie, as far as the spec alone tells."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .. import ir
from ..tables.constraints import CONSTRAINTS
from ..tables.functions import FUNCTIONS, REDUCTIONS


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`; `open_low` where `low` itself is excluded."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False

    @property
    def nonnegative(self) -> bool:
        return self.low >= 0

    @property
    def positive(self) -> bool:
        return self.low > 0 or (self.low == 0 and self.open_low)


ANY = Range()
UNIT = Range(0, 1)
_RESULTS = {
    "positive": Range(0, math.inf, True),
    "nonnegative": Range(0),
    "unit": UNIT,
    "negative": Range(-math.inf, 0),
}

Lookup = Callable[[str], Range]


def of_support(support: ir.Support | None) -> Range:
    """The range of a constraint, with its bounds where they are literals."""
    if support is None:
        return ANY
    row = CONSTRAINTS[support.constraint]
    low = -math.inf if row.lower is None else row.lower
    high = math.inf if row.upper is None else row.upper
    if support.lower is not None:
        low = of(support.lower, lambda _: ANY).low
    if support.upper is not None:
        high = of(support.upper, lambda _: ANY).high
    return Range(low, high, row.open)


def of(node: ir.Expr, lookup: Lookup) -> Range:
    """The range of an expression; `lookup` knows the names."""
    match node:
        case ir.Literal(value):
            return Range(float(value), float(value))
        case ir.Ref(name):
            return lookup(name)
        case ir.Size():
            return Range(1)
        case ir.Gather(base) | ir.Reaxis(base) | ir.Expand(base):
            return of(base, lookup)
        case ir.Unary("-", operand):
            inner = of(operand, lookup)
            return Range(-inner.high, -inner.low)
        case ir.Unary():
            return Range(0, 1)
        case ir.Binary(operator, left, right):
            return _binary(operator, of(left, lookup), of(right, lookup), right)
        case ir.Call(function, arguments):
            row = FUNCTIONS[function]
            if row.result == "same":
                given = [of(a, lookup) for a in arguments]
                return Range(min(r.low for r in given), max(r.high for r in given))
            return _RESULTS.get(row.result, ANY)
        case ir.Where(_, then, otherwise):
            a, b = of(then, lookup), of(otherwise, lookup)
            both_open = a.open_low and b.open_low
            return Range(min(a.low, b.low), max(a.high, b.high), both_open)
        case ir.Reduce(operation, operand) | ir.GroupReduce(operation, operand):
            return _reduced(operation, of(operand, lookup))
        case ir.AxisMap("softmax"):
            return Range(0, 1)
        case ir.Vector(elements):
            ranges = [of(e, lookup) for e in elements]
            return Range(min(r.low for r in ranges), max(r.high for r in ranges))
        case _:
            return ANY


def _reduced(operation: str, inner: Range) -> Range:
    if operation in ("mean", "min", "max"):
        return inner
    if operation in ("sum", "prod") and inner.nonnegative:
        return Range(0, math.inf, inner.open_low)
    return _RESULTS.get(REDUCTIONS[operation].result, ANY)


def _binary(operator: str, a: Range, b: Range, right: ir.Expr) -> Range:
    match operator:
        case "+":
            return Range(a.low + b.low, a.high + b.high, a.open_low or b.open_low)
        case "-":
            return Range(a.low - b.high, a.high - b.low)
        case "*" if a.nonnegative and b.nonnegative:
            high = 0.0 if 0 in (a.high, b.high) else a.high * b.high
            return Range(0, high, a.positive and b.positive)
        case "*" if a.low == a.high and b.low == b.high:
            return Range(a.low * b.low, a.low * b.low)
        case "/" if a.nonnegative and b.nonnegative:
            return Range(0, math.inf, a.positive)
        case "^" if a.nonnegative:
            return Range(0, math.inf, a.positive)
        case "^" if isinstance(right, ir.Literal) and right.value % 2 == 0:
            return Range(0)
        case "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or":
            return Range(0, 1)
        case _:
            return ANY
