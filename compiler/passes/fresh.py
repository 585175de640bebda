"""Names for what a pass makes."""

from __future__ import annotations

from .. import ir


def fresh(model: ir.Model, wish: str) -> str:
    """The wish, or with underscores where data, statements or plates have that name."""
    stated = (*model.statements, *model.generated, *model.guide)
    taken = {one.name for one in (*model.data, *model.plates, *stated)}
    while wish in taken:
        wish += "_"
    return wish
