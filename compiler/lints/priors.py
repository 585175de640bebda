"""Where a prior lies and how wide it is, in the numbers that the spec writes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import ir


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
        case ir.Dist(arguments=arguments):
            found = {name: number(value) for name, value in arguments}
            if any(value is None for value in found.values()):
                return None
            return _of_family(distribution.family, found)
    return None


def _of_family(family: str, given: dict[str, Any]) -> Prior | None:
    match family:
        case "Normal" | "StudentT" | "Cauchy" | "Laplace" | "Logistic":
            return Prior(given["loc"], given["scale"])
        case "HalfNormal" | "HalfStudentT" | "HalfCauchy":
            return Prior(0.0, given["scale"])
        case "Exponential":
            return Prior(0.0, 1 / given["rate"])
        case "Uniform":
            low, high = given["low"], given["high"]
            return Prior((low + high) / 2, (high - low) / math.sqrt(12))
    return None
