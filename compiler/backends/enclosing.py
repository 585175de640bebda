"""Distributions on an interval: truncated, restricted, or kept inside their support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..lowering.supports import support
from ..lowering.tails import log_mass
from ..tables.constraints import CONSTRAINTS
from .code import Code
from .lines import Lines

if TYPE_CHECKING:
    from .emitter import Emitter


def restricted(emitter: Emitter, node: ir.Restricted, layout: ir.Dims, out: Lines | None) -> Code:
    """A distribution on an interval."""
    parts = [emitter.distribution(node.base, layout, None, out).text]
    parts += [f"{keyword}={value}" for keyword, value in emitter.bounds(node, layout)]
    if node.normalised:
        mass = emitter.printer.aligned(log_mass(node, emitter.model), layout)
        parts.append(f"log_mass={mass.text}")
    return Code(f"{emitter.world.helper('Restricted')}({', '.join(parts)})")


def enclosed(emitter: Emitter, code: Code, node: ir.Distribution, layout: ir.Dims) -> Code:
    """A printed distribution, with its support around it where that has ends."""
    found = support(node)
    row = CONSTRAINTS[found.constraint]
    lower = found.lower or (None if row.lower is None else ir.Literal(row.lower))
    upper = found.upper or (None if row.upper is None else ir.Literal(row.upper))
    ends = emitter.bounds(ir.Flat(lower, upper), layout)
    parts = [code.text, *(f"{keyword}={value}" for keyword, value in ends)]
    if len(parts) == 1:
        return code
    return Code(f"{emitter.world.helper('Restricted')}({', '.join(parts)})")
