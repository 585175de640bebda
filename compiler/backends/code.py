"""Pieces of Python source with what is needed to put them together: strength and axes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .. import ir

ATOM = 20
PRECEDENCE = {
    "or": 7,
    "and": 9,
    "not": 13,
    "==": 5,
    "!=": 5,
    "<": 5,
    "<=": 5,
    ">": 5,
    ">=": 5,
    "+": 11,
    "-": 11,
    "*": 12,
    "/": 12,
    "@": 12,
    "neg": 13,
    "^": 14,
}
SYMBOLS = {"or": "|", "and": "&", "^": "**"}

_SIMPLE_POWER = re.compile(r"-?[\d.e+]+|[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True)
class Code:
    """Source text and how tightly it binds."""

    text: str
    strength: int = ATOM

    def at_least(self, strength: int) -> str:
        """The text, in parentheses where it binds less tightly than asked."""
        return f"({self.text})" if self.strength < strength else self.text

    @property
    def atom(self) -> str:
        return self.at_least(ATOM)


def binary(operator: str, left: Code, right: Code) -> Code:
    """An operation with the fewest parentheses that keep its meaning."""
    strength = PRECEDENCE[operator]
    if operator == "^":
        a, b = left.at_least(strength + 1), right.at_least(PRECEDENCE["neg"])
        simple = _SIMPLE_POWER.fullmatch(a) and _SIMPLE_POWER.fullmatch(b)
        return Code(f"{a}**{b}" if simple else f"{a} ** {b}", strength)
    # Comparisons do not chain, and - and / do not regroup: the right side binds more tightly.
    leans = operator in ("==", "!=", "<", "<=", ">", ">=")
    a = left.at_least(strength + leans)
    b = right.at_least(strength + 1)
    return Code(f"{a} {SYMBOLS.get(operator, operator)} {b}", strength)


def negative(operand: Code) -> Code:
    if operand.strength == PRECEDENCE["^"]:
        return Code(f"-({operand.text})", PRECEDENCE["neg"])
    return Code(f"-{operand.at_least(PRECEDENCE['neg'])}", PRECEDENCE["neg"])


def spread(code: Code, order: ir.Dims, layout: ir.Dims) -> Code:
    """An array over `order` so that it broadcasts against arrays over `layout`."""
    if not order or layout[len(layout) - len(order) :] == order:
        return code
    first = layout.index(order[0])
    items = [":" if dim in order else "None" for dim in layout[first:]]
    return Code(f"{code.atom}[{', '.join(items)}]")


def reordered(code: Code, axes: ir.Dims, order: ir.Dims, library: Callable[[str], str]) -> Code:
    """An array over `axes` with its axes brought into another order."""
    if axes == order:
        return code
    if len(axes) == 2:
        return Code(f"{code.atom}.T")
    places = ", ".join(str(axes.index(dim)) for dim in order)
    return Code(f"{library('transpose')}({code.text}, ({places}))")


def floating(value: float | int) -> str:
    """A number as a float literal."""
    return repr(float(value))
