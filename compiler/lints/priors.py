"""Where a prior lies and how wide it is, in the numbers that the spec writes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import ir
from ..tables.families import FAMILIES


@dataclass(frozen=True, slots=True)
class Prior:
    """The middle of a prior and its spread, numbers or arrays; flat ones spread without end."""

    loc: Any
    scale: Any


Number = Callable[[ir.Expr], Any]
"""The value of an expression; None where it is not known."""


def literal(node: ir.Expr) -> float | None:
    """The number that an expression is, where the spec writes it as one."""
    while isinstance(node, ir.Expand):
        node = node.base
    if isinstance(node, ir.Unary) and node.operator == "-":
        inner = literal(node.operand)
        return None if inner is None else -inner
    return float(node.value) if isinstance(node, ir.Literal) else None


def prior(distribution: ir.Distribution, number: Number = literal) -> Prior | None:
    """The prior that a distribution is; None where its numbers are not known, or of other kinds."""
    match distribution:
        case ir.Flat():
            return Prior(0.0, math.inf)
        case ir.Restricted(base) | ir.Pinned(base) | ir.SumToZero(base) | ir.Ordered(base):
            return prior(base, number)
        case ir.Dist(family, _, arguments) if _has_width(family):
            found = {name: number(value) for name, value in arguments}
            unknown = any(value is None for value in found.values())
            return None if unknown else _of_family(family, found)
    return None


def is_half(family: str) -> bool:
    """Whether a family is one side of another that lies around 0: `HalfNormal` and its like."""
    return family.startswith("Half")


def _has_width(family: str) -> bool:
    known = is_half(family) or family in ("Exponential", "Uniform")
    return known or FAMILIES[family].location_scale


def _of_family(family: str, given: dict[str, Any]) -> Prior:
    if FAMILIES[family].location_scale:
        return Prior(given["loc"], given["scale"])
    if is_half(family):
        return Prior(0.0, given["scale"])
    if family == "Exponential":
        return Prior(0.0, 1 / given["rate"])
    low, high = given["low"], given["high"]
    return Prior((low + high) / 2, (high - low) / math.sqrt(12))
