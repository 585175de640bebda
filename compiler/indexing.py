"""`x[i]`: by another quantity, a parent, a role, a label, or another axis of the same plate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..grammar import tree
from ..grammar.diagnostics import did_you_mean
from ..grammar.source import Span
from . import ir
from .plates import gather
from .scope import Scope, error

if TYPE_CHECKING:
    from .expressions import Expressions

Label = str | int | float


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What one index says: the plate it points into, and the positions or the new axis."""

    plate: str
    value: ir.Expr | None = None
    axis: ir.Dim | None = None


def index_plate(node: ir.Expr, scope: Scope) -> str:
    """The plate into which an expression of kind index points."""
    match node:
        case ir.ParentIndex() | ir.Position():
            return node.plate
        case ir.Ref(name):
            plate = scope.quantities[name].index_plate
            assert plate is not None
            return plate
        case ir.Gather(base) | ir.Reaxis(base) | ir.Shift(base):
            return index_plate(base, scope)
    raise TypeError(type(node))


def index(context: Expressions, node: tree.Index) -> ir.Expr:
    """Each index goes to the axis of its type; several axes of one plate from left to right."""
    base = context.expr(node.base)
    open_axes = list(base.dims)
    for argument in node.indices:
        label = _label(argument.value)
        if label is not None:
            axis = label_axis(context.scope, open_axes, argument, label)
            position = ir.Position(axis.plate, label, kind="index", span=argument.span)
            open_axes.remove(axis)
            base = gather(base, axis, position)
            continue
        chosen = _chosen(context, argument)
        axis = _axis(context.scope, base, open_axes, chosen.plate, argument)
        open_axes.remove(axis)
        if chosen.value is not None:
            base = gather(base, axis, chosen.value)
        elif chosen.axis is not None and chosen.axis != axis:
            dims = tuple(chosen.axis if d == axis else d for d in base.dims)
            if len(set(dims)) < len(dims):
                raise error("B207", f"this has an axis [{chosen.axis}] already", argument.span)
            base = ir.Reaxis(base, axis, chosen.axis, dims=dims, kind=base.kind, span=base.span)
    return base


def _label(node: tree.Expr) -> Label | None:
    match node:
        case tree.String(value) | tree.Number(value):
            return value
        case tree.Unary("-", tree.Number(value)):
            return -value
    return None


def _chosen(context: Expressions, argument: tree.Argument) -> _Chosen:
    scope, value = context.scope, argument.value
    if isinstance(value, tree.Name) and value.name not in scope.quantities:
        plate = scope.plates.get(value.name.rstrip("'"))
        if plate is not None:
            scope.used.add(plate.name)
            return _Chosen(plate.name, axis=scope.dim(value))
        roles = scope.roles(value.name)
        if len(roles) > 1:
            raise error(
                "B206",
                f"several plates have a parent in the role `{value.name}`",
                value.span,
                help="name the roles apart",
            )
        if roles:
            child, parent = roles[0]
            found = ir.ParentIndex(
                child,
                parent.role,
                parent.plate,
                dims=(ir.Dim(child),),
                kind="index",
                span=value.span,
            )
            return _Chosen(parent.plate, found)
    lowered = context.expr(value)
    if lowered.kind != "index":
        raise error(
            "B207",
            "an index is an element of a plate: a label, a parent or data of a plate's type",
            argument.span,
            help="declare the data with the plate as its type: `k[row] : plate`",
        )
    return _Chosen(index_plate(lowered, scope), lowered)


def _axis(
    scope: Scope, base: ir.Expr, open_axes: list[ir.Dim], plate: str, argument: tree.Argument
) -> ir.Dim:
    """The leftmost free axis of the index's plate, or the axis that the author named."""
    fitting = [d for d in open_axes if d.plate == plate]
    if argument.name is not None:
        fitting = [d for d in fitting if str(d) == argument.name]
    if fitting:
        return fitting[0]
    above = [d for d in open_axes if scope.nesting.paths(plate, d.plate)]
    if above and argument.name is None:
        # `x[game]` of a quantity over a parent of game is the lookup that happens by itself.
        raise error(
            "B207",
            f"this has no axis [{plate}]",
            argument.span,
            help="leave the index out: parents are looked up by name",
        )
    have = ", ".join(map(str, base.dims)) or "no axes"
    raise error(
        "B207",
        f"this has no axis [{argument.name or plate}]",
        argument.span,
        label=f"an element of `{plate}`",
        help=f"it has {have}",
    )


def label_axis(
    scope: Scope, open_axes: list[ir.Dim], argument: tree.Argument, label: Label
) -> ir.Dim:
    """The axis whose declared labels hold a label, or the only axis there is."""
    if argument.name is not None:
        named = [d for d in open_axes if str(d) == argument.name]
        if not named:
            raise error(
                "B207",
                f"this has no axis [{argument.name}]",
                argument.span,
                help="it has " + (", ".join(map(str, open_axes)) or "no axes"),
            )
        _check_label(scope, named[0], argument, label)
        return named[0]
    declared = [d for d in open_axes if label in _labels(scope, d)]
    if len(declared) == 1 or (declared and len({d.plate for d in declared}) == 1):
        return declared[0]
    from_data = [d for d in open_axes if not _labels(scope, d)]
    if len(declared) + len(from_data) == 1:
        return from_data[0]
    if not open_axes:
        raise error("B207", "this has no axis to index", argument.span)
    if not declared and not from_data:
        _check_label(scope, open_axes[0], argument, label)
    axes = " or ".join(f"`[{d} = {_shown(label)}]`" for d in declared + from_data)
    raise error(
        "B207",
        f"several axes could have the label {_shown(label)}",
        argument.span,
        help=f"name the axis: {axes}",
    )


def _labels(scope: Scope, dim: ir.Dim) -> tuple[Label, ...]:
    plate = scope.plates[dim.plate]
    if plate.labels is not None:
        return plate.labels
    return tuple(range(plate.size)) if plate.size is not None and plate.size < 10**6 else ()


def _check_label(scope: Scope, dim: ir.Dim, argument: tree.Argument, label: Label) -> None:
    labels = _labels(scope, dim)
    if labels and label not in labels:
        close = did_you_mean(str(label), [str(x) for x in labels])
        some = ", ".join(_shown(x) for x in labels[:8])
        raise error(
            "B207",
            f"`{dim.plate}` has no label {_shown(label)}",
            argument.span,
            help=close or f"its labels are {some}",
        )


def _shown(label: Label) -> str:
    return f'"{label}"' if isinstance(label, str) else str(label)


def compare_label(
    context: Expressions, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> ir.Expr | None:
    """`group == "treated"`: an element of a plate held against a label; None for anything else."""
    for one, other in ((left, right), (right, left)):
        label = _label(other)
        if label is None or isinstance(one, tree.String | tree.Number):
            continue
        lowered: ir.Expr | None = None
        if isinstance(one, tree.Name) and one.name not in context.scope.quantities:
            roles = context.scope.roles(one.name)
            if isinstance(label, str) and len(roles) == 1:
                child, parent = roles[0]
                lowered = ir.ParentIndex(
                    child,
                    parent.role,
                    parent.plate,
                    dims=(ir.Dim(child),),
                    kind="index",
                    span=one.span,
                )
        if lowered is None and not isinstance(label, str):
            try_index = one.name if isinstance(one, tree.Name) else ""
            quantity = context.scope.quantities.get(try_index)
            if quantity is None or quantity.kind != "index":
                continue
        if lowered is None:
            lowered = context.expr(one)
        if lowered.kind != "index":
            continue
        plate = index_plate(lowered, context.scope)
        _check_label(context.scope, ir.Dim(plate), tree.Argument(other, None, other.span), label)
        position = ir.Position(plate, label, kind="index", span=other.span)
        return ir.Binary(operator, lowered, position, dims=lowered.dims, kind="bool", span=span)
    return None
