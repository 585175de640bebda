"""`x[i]`: by another quantity, a parent, a role, a label, or another axis of the same plate."""

from __future__ import annotations

from dataclasses import dataclass

from ...grammar import tree
from ...grammar.diagnostics import Fix, Note, SpecError, closest, did_you_mean
from ...grammar.source import Span
from .. import ir
from .context import Context
from .plates import gather
from .scope import Scope, error
from .wording import brackets, listed, name_of, varies

Label = str | int | float
_MANY = 8  # labels that a message lists
_ASIDE = 100  # primes that no spec writes: axes put aside while several indexes move


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What one index says: the plate it points into, and the positions or the new axis."""

    plate: str
    value: ir.Expr | None = None
    axis: ir.Dim | None = None


def index_plate(node: ir.Expr, scope: Scope) -> str:
    """The plate into which an expression of kind index points."""
    match node:
        case ir.ParentIndex() | ir.Position() | ir.Positions():
            return node.plate
        case ir.Ref(name):
            plate = scope.quantities[name].index_plate
            assert plate is not None
            return plate
        case ir.Gather(base) | ir.Reaxis(base) | ir.Shift(base):
            return index_plate(base, scope)
    raise TypeError(type(node))


def index(context: Context, node: tree.Index) -> ir.Expr:
    """Each index goes to the axis of its type; several axes of one plate from left to right."""
    base = context.expr(node.base)
    free = list(base.dims)
    values: dict[ir.Dim, ir.Expr] = {}
    renamed: dict[ir.Dim, ir.Dim] = {}
    for argument in node.indices:
        label = _label(argument.value)
        if label is not None:
            axis = label_axis(context.scope, free, argument, label, base)
            values[axis] = ir.Position(axis.plate, label, kind="index", span=argument.span)
        else:
            chosen = _chosen(context, argument, free)
            axis = _axis(context.scope, base, free, chosen.plate, argument)
            if chosen.value is not None:
                values[axis] = chosen.value
            elif chosen.axis is not None:
                renamed[axis] = chosen.axis
        free.remove(axis)
    return _together(base, values, renamed)


def _together(
    base: ir.Expr, values: dict[ir.Dim, ir.Expr], renamed: dict[ir.Dim, ir.Dim]
) -> ir.Expr:
    """All indexes at once: none sees an axis that another brings."""
    arriving = [d for value in values.values() for d in value.dims]
    kept = [d for d in base.dims if d not in values and d not in renamed]
    targets = list(renamed.values())
    for axis, new in list(renamed.items()):
        if new in kept or new in arriving or targets.count(new) > 1:
            # The axis is there already: `S[p, p]` is the diagonal.
            values[axis] = ir.Positions(new.plate, dims=(new,), kind="index", span=base.span)
            del renamed[axis]
    renamed = {axis: new for axis, new in renamed.items() if axis != new}
    moving = [*values, *renamed]
    arriving = [*(d for value in values.values() for d in value.dims), *renamed.values()]
    if len(moving) > 1 and any(axis in arriving for axis in moving):
        aside = {axis: ir.Dim(axis.plate, _ASIDE + k) for k, axis in enumerate(moving)}
        for axis, new in aside.items():
            base = _reaxis(base, axis, new)
        values = {aside[axis]: value for axis, value in values.items()}
        renamed = {aside[axis]: new for axis, new in renamed.items()}
    for axis, new in renamed.items():
        base = _reaxis(base, axis, new)
    for axis, value in values.items():
        base = gather(base, axis, value)
    return base


def _reaxis(base: ir.Expr, old: ir.Dim, new: ir.Dim) -> ir.Expr:
    dims = tuple(new if d == old else d for d in base.dims)
    return ir.Reaxis(base, old, new, dims=dims, kind=base.kind, span=base.span)


def _label(node: tree.Expr) -> Label | None:
    match node:
        case tree.String(value) | tree.Number(value):
            return value
        case tree.Unary("-", tree.Number(value)):
            return -value
    return None


def _chosen(context: Context, argument: tree.Argument, free: list[ir.Dim]) -> _Chosen:
    scope, value = context.scope, argument.value
    if isinstance(value, tree.Name) and not context.has_value(value.name):
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
                notes=tuple(n for child, _ in roles for n in scope.note(child, "one of them")),
                help=f"name the roles apart: `plate {roles[-1][0]} within "
                f"({roles[-1][0]}_{value.name}: {roles[-1][1].plate})`",
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
        raise _no_index(scope, lowered, argument, free)
    return _Chosen(index_plate(lowered, scope), lowered)


def _no_index(
    scope: Scope, node: ir.Expr, argument: tree.Argument, free: list[ir.Dim]
) -> SpecError:
    """Why an expression cannot stand in brackets."""
    message = "an index is an element of a plate: a label, a parent or data of a plate's type"
    plate = free[0].plate if free else "plate"
    if isinstance(node, ir.Ref) and scope.quantities[node.name].role == "data":
        shape = brackets(scope.quantities[node.name].dims)
        help = f"declare the data with the plate as its type: `{node.name}{shape} : {plate}`"
    elif isinstance(node, ir.Ref):
        help = f"write a label, or data that were declared `: {plate}`"
    else:
        help = "there is no arithmetic on indexes; one place earlier along a plate is `prev(…)`"
    return error("B207", message, argument.span, "a number", scope.notes(node), help)


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
            notes=scope.notes(base),
            help="leave the index out: parents are looked up by name, so "
            f"`{name_of(base, 'x')}` is enough",
        )
    label = "" if argument.name else f"an element of `{plate}`"
    raise _no_axis(scope, base, argument, argument.name or plate, label)


def _no_axis(
    scope: Scope, base: ir.Expr, argument: tree.Argument, axis: str, label: str = ""
) -> SpecError:
    """An index of an axis that is not there."""
    message = f"this has no axis [{axis}]"
    if not base.dims:
        help = f"it is a single number: write `{name_of(base, 'x')}`"
    else:
        one = f"[{base.dims[0]} = …]"
        help = f"it varies over {listed(base.dims, 'and')}: write `{name_of(base, 'x')}{one}`"
        if argument.name:
            help = did_you_mean(argument.name, map(str, base.dims)) or help
    return error("B207", message, argument.span, label, scope.notes(base), help)


def label_axis(
    scope: Scope,
    open_axes: list[ir.Dim],
    argument: tree.Argument,
    label: Label,
    base: ir.Expr | None = None,
) -> ir.Dim:
    """The axis whose declared labels hold a label, or the only axis there is."""
    if argument.name is not None:
        named = [d for d in open_axes if str(d) == argument.name]
        if not named:
            indexed = base or ir.Literal(0, dims=tuple(open_axes))
            raise _no_axis(scope, indexed, argument, argument.name)
        _check_label(scope, named[0], argument, label)
        return named[0]
    declared = [d for d in open_axes if label in _labels(scope, d)]
    if len(declared) == 1 or (declared and len({d.plate for d in declared}) == 1):
        return declared[0]
    from_data = [d for d in open_axes if not _labels(scope, d)]
    if len(declared) + len(from_data) == 1:
        return from_data[0]
    if not open_axes:
        raise error(
            "B207",
            "this has no axis left to index",
            argument.span,
            label=varies(base.dims) if base else "",
            notes=scope.notes(base) if base else (),
            help="leave this index out",
        )
    if not declared and not from_data:
        _check_label(scope, open_axes[0], argument, label)
    axes = " or ".join(f"`[{d} = {_shown(label)}]`" for d in declared + from_data)
    raise error(
        "B207",
        f"several axes could have the label {_shown(label)}",
        argument.span,
        notes=scope.notes(base) if base else (),
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
        words = {str(x): x for x in labels}
        close = _shown(words[near]) if (near := closest(str(label), words)) else ""
        some = ", ".join(_shown(x) for x in labels[:_MANY]) + ", …" * (len(labels) > _MANY)
        span, place = scope.plates[dim.plate].span, argument.value.span
        raise error(
            "B207",
            f"`{dim.plate}` has no label {_shown(label)}",
            argument.span,
            notes=(Note(span, "its labels are declared here"),),
            help=f"did you mean `{close}`?" if close else f"its labels are {some}",
            remedies=(Fix(place, close),) if close else (),
        )


def _shown(label: Label) -> str:
    return f'"{label}"' if isinstance(label, str) else str(label)


def compare_label(
    context: Context, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> ir.Expr | None:
    """`group == "treated"`: an element of a plate held against a label; None for anything else."""
    for one, other in ((left, right), (right, left)):
        label = _label(other)
        if label is None or isinstance(one, tree.String | tree.Number):
            continue
        lowered = _element(context, one, label)
        if lowered is None:
            continue
        if lowered.kind != "index":
            continue
        plate = index_plate(lowered, context.scope)
        _check_label(context.scope, ir.Dim(plate), tree.Argument(other, None, other.span), label)
        position = ir.Position(plate, label, kind="index", span=other.span)
        return ir.Binary(operator, lowered, position, dims=lowered.dims, kind="bool", span=span)
    return None


def _element(context: Context, node: tree.Expr, label: Label) -> ir.Expr | None:
    """What a label is compared with; None where a number is compared with a number."""
    scope = context.scope
    if not isinstance(node, tree.Name) or context.has_value(node.name):
        if isinstance(label, str):
            return context.expr(node)
        known = scope.quantities.get(node.name) if isinstance(node, tree.Name) else None
        return context.expr(node) if known is not None and known.kind == "index" else None
    plate = scope.plates.get(node.name.rstrip("'"))
    if plate is not None and isinstance(label, str):
        scope.used.add(plate.name)
        dim = scope.dim(node)
        return ir.Positions(plate.name, dims=(dim,), kind="index", span=node.span)
    roles = scope.roles(node.name) if plate is None else []
    if len(roles) == 1:
        child, parent = roles[0]
        return ir.ParentIndex(
            child, parent.role, parent.plate, dims=(ir.Dim(child),), kind="index", span=node.span
        )
    return None if plate is not None else context.expr(node)


def compare_elements(
    context: Context, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> ir.Expr | None:
    """`p == p'`, `winner == home`: two elements of one plate; None for anything else."""
    a, b = _one_element(context, left), _one_element(context, right)
    if a is None or b is None or index_plate(a, context.scope) != index_plate(b, context.scope):
        return None
    nesting = context.scope.nesting
    dims = nesting.join(a.dims, b.dims)
    a, b = nesting.coerce(a, dims), nesting.coerce(b, dims)
    return ir.Binary(operator, a, b, dims=dims, kind="bool", span=span)


def _one_element(context: Context, node: tree.Expr) -> ir.Expr | None:
    """An element of a plate: of the plate itself, of a parent in a role, or as data."""
    scope = context.scope
    if not isinstance(node, tree.Name | tree.Index):
        return None
    if isinstance(node, tree.Name) and not context.has_value(node.name):
        roles = scope.roles(node.name)
        plate = scope.plates.get(node.name.rstrip("'"))
        if plate is not None:
            scope.used.add(plate.name)
            return ir.Positions(plate.name, dims=(scope.dim(node),), kind="index", span=node.span)
        if len(roles) == 1:
            child, parent = roles[0]
            return ir.ParentIndex(
                child,
                parent.role,
                parent.plate,
                dims=(ir.Dim(child),),
                kind="index",
                span=node.span,
            )
        return None
    found = context.expr(node)
    return found if found.kind == "index" else None
