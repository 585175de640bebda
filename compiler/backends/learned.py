"""Prints quantities that are learned without a prior."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .. import ir
from ..tables.constraints import CONSTRAINTS
from .lines import Lines

if TYPE_CHECKING:
    from .emitter import Emitter


def learned(emitter: Emitter, node: ir.Param, out: Lines) -> None:
    """A `param` site; where the spec gives no start, it begins in the middle of its range."""
    start = node.initial or ir.Literal(_middle(node.support))
    if isinstance(start, ir.Literal):
        start = replace(start, value=float(start.value))
    for dim in node.dims:
        if dim not in start.dims:
            start = ir.Expand(start, dim, dims=(*start.dims, dim))
    parts = [f'"{node.name}"', emitter.printer.array(start, node.dims).text]
    if node.support.constraint != "real":
        parts.append(f"constraint={emitter.constraint(node.support, node.dims)}")
    call = emitter.imports.name(f"{emitter.library}.param")
    out.add(f"{emitter.names.quantity(node.name)} = {call}({', '.join(parts)})")


def _middle(support: ir.Support) -> float:
    """0 on the whole line, else inside the bounds, where they are numbers."""
    row = CONSTRAINTS[support.constraint]
    low, high = (
        end.value if isinstance(end, ir.Literal) else bound
        for end, bound in ((support.lower, row.lower), (support.upper, row.upper))
    )
    if low is not None and high is not None:
        return (low + high) / 2
    return low + 1.0 if low is not None else high - 1.0 if high is not None else 0.0
