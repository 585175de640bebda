"""Distributions over the elements of a plate that the rows of another plate join in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....grammar import tree
from ... import ir
from ...tables.family import Family
from ..scope import error
from ..wording import brackets

if TYPE_CHECKING:
    from .calls import Distributions

Ends = tuple[tuple[str, ir.Expr], ...]


def ends(within: Distributions, node: tree.Call, row: Family, axis: ir.Dim) -> Ends:
    """The positions of both ends of each edge: `IntrinsicCAR(edge)`."""
    form = row.forms[0]
    scope = within.scope
    given = [a.value for a in node.arguments if a.name in (None, form.edges)]
    if len(given) != 1 or len(node.arguments) != 1:
        raise error(
            "B212",
            f"`{row.name}` takes one argument, the plate of the edges",
            node.span,
            help=_help(within, row, axis),
        )
    (value,) = given
    plate = scope.plates.get(value.name) if isinstance(value, tree.Name) else None
    if plate is None:
        raise error(
            "B212",
            f"`{row.name}` takes the plate of the edges",
            value.span,
            label="no plate",
            help=_help(within, row, axis),
        )
    scope.used.add(plate.name)
    joined = [parent for parent in plate.parents if parent.plate == axis.plate]
    if len(joined) != 2:
        raise error(
            "B214",
            f"an edge joins two elements of `{axis.plate}`, and a row of `{plate.name}` is within "
            f"{('none', 'one')[len(joined)] if len(joined) < 2 else len(joined)}",
            value.span,
            notes=scope.note(plate.name),
            help=_help(within, row, axis, plate.name),
        )
    return tuple(
        (
            parameter.name,
            ir.ParentIndex(
                plate.name,
                parent.role,
                parent.plate,
                dims=(ir.Dim(plate.name),),
                kind="index",
                span=value.span,
            ),
        )
        for parameter, parent in zip(form.parameters, joined, strict=True)
    )


def _help(within: Distributions, row: Family, axis: ir.Dim, edge: str = "edge") -> str:
    left = f"{within.name()}{brackets(within.dims)}"
    roles = f"(node1: {axis.plate}, node2: {axis.plate})"
    return f"declare `plate {edge} within {roles}` and write `{left} ~ {row.name}({edge})`"
