"""Ways up from a plate to the plates that it is nested in."""

from __future__ import annotations

from ...compiler import ir

Way = tuple[tuple[str, str], ...]
"""Steps (child plate, role), from the bottom up."""


def ways(model: ir.Model, child: str, ancestor: str) -> list[Way]:
    """Every way from `child` up to `ancestor`; the empty way where they are the same."""
    if child == ancestor:
        return [()]
    return [
        ((child, parent.role), *rest)
        for parent in model.plate(child).parents
        for rest in ways(model, parent.plate, ancestor)
    ]


def is_plain(model: ir.Model, way: Way) -> bool:
    """Whether no step goes through a role that has a name of its own."""
    return all(parent_of(model, child, role) == role for child, role in way)


def parent_of(model: ir.Model, child: str, role: str) -> str:
    """The plate in a role of `child`."""
    return next(p.plate for p in model.plate(child).parents if p.role == role)


def the_way(model: ir.Model, child: str, ancestor: str) -> Way | None:
    """The way up that a lookup takes: the only one, or any where none goes through a role."""
    found = ways(model, child, ancestor)
    if len(found) == 1 or (found and all(is_plain(model, way) for way in found)):
        return found[0]
    return None


def parents_first(model: ir.Model) -> list[ir.Plate]:
    """All plates, each after its parents."""
    done: dict[str, ir.Plate] = {}

    def visit(plate: ir.Plate) -> None:
        for parent in plate.parents:
            visit(model.plate(parent.plate))
        done.setdefault(plate.name, plate)

    for plate in model.plates:
        visit(plate)
    return list(done.values())
