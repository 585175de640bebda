"""What each function of a program states."""

from __future__ import annotations

from .. import ir
from ..ir.walk import names


def stated(model: ir.Model, block: str) -> list[ir.Statement]:
    """The statements of `model`, `guide` or `generate`, in order."""
    density = [s for s in model.statements if not (isinstance(s, ir.Define) and s.stage == "data")]
    if block == "model":
        return density
    if block == "guide":
        asked = {name for s in model.guide for name in names(s)}
        shared = [s for s in density if isinstance(s, ir.Param) and s.name in asked]
        return [*shared, *model.guide]
    # Local definitions are not among the draws: what is generated computes them again.
    local = [s for s in density if isinstance(s, ir.Define) and not s.recorded]
    wanted = {name for s in model.generated for name in names(s)}
    for statement in reversed(local):
        if statement.name in wanted:
            wanted |= names(statement)
    return [*(s for s in local if s.name in wanted), *model.generated]


def drawn(model: ir.Model, block: str, own: set[str]) -> dict[str, ir.Dims]:
    """The quantities of the model that a block takes as arguments, with their axes."""
    if block != "generate":
        return {}
    known = (s for s in model.statements if s.name not in own and not isinstance(s, ir.Term))
    return {s.name: s.dims for s in known if model.datum(s.name) is None}
