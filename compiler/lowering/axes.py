"""What acts along axes: reductions, `@`, axis maps and matrices."""

from __future__ import annotations

from ...grammar import tree
from ...grammar.diagnostics import SpecError
from ...grammar.source import Span
from .. import ir
from ..tables.functions import REDUCTIONS
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from .context import Context
from .scope import Scope, error
from .wording import brackets, first_argument, listed, name_of, varies


def declared_size(scope: Scope, dim: ir.Dim) -> int | None:
    """How many elements a plate has, where the spec says it."""
    plate = scope.plates[dim.plate]
    return len(plate.labels) if plate.labels is not None else plate.size


def size(context: Context, node: tree.Call) -> ir.Expr:
    """`size(plate)`."""
    (argument,) = context.positional(node, 1)
    if not isinstance(argument, tree.Name):
        plates = list(context.scope.plates) or ["p"]
        raise error(
            "B212",
            "`size` takes a plate",
            argument.span,
            help=f"write {listed(f'size({plate})' for plate in plates)}",
        )
    plate = context.scope.plate(argument)
    known = declared_size(context.scope, ir.Dim(plate.name))
    if known is not None:
        return ir.Literal(known, kind="int", span=node.span)
    return ir.Size(plate.name, kind="int", span=node.span)


def axes_of(node: tree.Call, word: str) -> list[tree.Name]:
    """The axes that a call names after `over`, or after `by`."""
    names = [name for a in node.axes if a.word == word for name in a.names]
    for other in node.axes:
        if other.word == "on":
            raise error(
                "B212",
                f"`{node.function.name}` has no `on`",
                other.span,
                help=f"`over {other.names[0].name}` removes that axis; `by` a parent of it keeps "
                "one value for each group",
            )
    return names


def own_axis(context: Context, operand: ir.Expr, name: tree.Name, node: tree.Call) -> ir.Dim:
    """The operand's own axis of that name, before any lookup."""
    dim = context.scope.dim(name)
    if dim not in operand.dims:
        function, inside = node.function.name, first_argument(node)
        raise error(
            "B209",
            f"`{function}` over {dim}: its argument does not vary over {dim}",
            name.span,
            notes=context.scope.notes(operand),
            help=f"write {listed(f'{function}({inside}, over {d})' for d in operand.dims)}"
            if operand.dims
            else f"`{inside}` is a single number: use it as it is",
        )
    return dim


def reduction(context: Context, node: tree.Call) -> ir.Expr:
    """`sum(x)`, `sum(x, over p)`, `mean(x, by p)`."""
    row = REDUCTIONS[node.function.name]
    (argument,) = context.positional(node, 1)
    operand = context.number(argument)
    over, by = axes_of(node, "over"), axes_of(node, "by")
    inside = first_argument(node)
    kind: ir.Kind = operand.kind if row.result == "same" else "real"
    kind = "bool" if row.result == "bool" else "int" if kind == "bool" else kind
    if over and by:
        raise error(
            "B209",
            "`over` removes axes, `by` keeps groups: use one of them",
            node.span,
            help=f"`{row.name}({inside}, by {by[0].name})` has one value for each {by[0].name}, "
            f"`{row.name}({inside}, over {over[0].name})` is without the axis {over[0].name}",
        )
    if by:
        return _grouped(context, node, operand, by, kind)
    if over:
        axes = tuple(own_axis(context, operand, name, node) for name in over)
    elif len(operand.dims) > 1:
        have = ", ".join(map(str, operand.dims))
        raise error(
            "B209",
            f"`{row.name}` of something with several axes",
            node.span,
            label=varies(operand.dims),
            notes=context.scope.notes(operand),
            help="say which to remove: "
            + listed(f"{row.name}({inside}, over {d})" for d in (*operand.dims, f"({have})")),
        )
    else:
        axes = operand.dims
    dims = tuple(d for d in operand.dims if d not in axes)
    return ir.Reduce(row.name, operand, axes, dims=dims, kind=kind, span=node.span)


def _grouped(
    context: Context, node: tree.Call, operand: ir.Expr, by: list[tree.Name], kind: ir.Kind
) -> ir.Expr:
    scope, name = context.scope, node.function.name
    if not REDUCTIONS[name].grouped:
        inside = first_argument(node)
        grouped = listed((r for r, row in REDUCTIONS.items() if row.grouped), "and")
        raise error(
            "B209",
            f"`{name}` cannot be taken by group",
            node.span,
            help=f"{grouped} can; of numbers above 0, write "
            f"`exp(sum(log({inside}), by {by[0].name}))`"
            if name == "prod"
            else f"{grouped} can",
        )
    groups = [scope.dim(n) for n in by]
    below = [
        d
        for d in operand.dims
        if not d.prime and all(scope.nesting.paths(d.plate, g.plate) for g in groups)
    ]
    if len(below) != 1:
        raise _no_group(context, node, operand, by[0], below)
    axis = below[0]
    indices = []
    for group in groups:
        index = scope.nesting.lookup(group, (axis,), node.span)
        assert index is not None
        indices.append(index)
    rest = tuple(d for d in operand.dims if d != axis)
    twice = [g for g in groups if g in rest]
    if twice:
        raise error(
            "B209",
            f"`{name}` by {twice[0]}: its argument has the axis [{twice[0]}] already",
            by[0].span,
            notes=scope.notes(operand),
            help=f"reduce it first: `{name}({first_argument(node)}, over {twice[0]})`",
        )
    return ir.GroupReduce(
        name, operand, axis, tuple(indices), dims=(*groups, *rest), kind=kind, span=node.span
    )


def _no_group(
    context: Context, node: tree.Call, operand: ir.Expr, by: tree.Name, below: list[ir.Dim]
) -> SpecError:
    """Why there is not one axis whose elements could be grouped."""
    name, inside = node.function.name, first_argument(node)
    if below:
        message = f"`{name}` by {by.name}: its argument has several axes nested in it"
        help = f"reduce one first: {listed(f'{name}({inside}, over {d})' for d in below)}"
        return error("B209", message, by.span, varies(below), context.scope.notes(operand), help)
    message = f"`{name}` by {by.name}: its argument has no axis nested in it"
    if not operand.dims:
        help = f"`{inside}` is a single number: use it as it is"
        return error("B209", message, by.span, notes=context.scope.notes(operand), help=help)
    own = operand.dims[-1].plate
    notes = context.scope.note(own, f"not within {by.name}")
    return error(
        "B209", message, by.span, notes=notes, help=f"nest it: `plate {own} within {by.name}`"
    )


def axis_map(context: Context, node: tree.Call) -> ir.Expr:
    """`cumsum(x, over p)`, `softmax(x)`."""
    (argument,) = context.positional(node, 1)
    operand = context.number(argument)
    over = axes_of(node, "over")
    if len(over) == 1:
        axis = own_axis(context, operand, over[0], node)
    elif not over and len(operand.dims) == 1:
        axis = operand.dims[0]
    else:
        name, inside = node.function.name, first_argument(node)
        raise error(
            "B209",
            f"`{name}` runs along one axis",
            node.span,
            label=varies(operand.dims),
            notes=context.scope.notes(operand),
            help=f"say which: {listed(f'{name}({inside}, over {d})' for d in operand.dims)}"
            if operand.dims
            else "give it something that varies over a plate",
        )
    kind: ir.Kind = "int" if node.function.name == "cumsum" and operand.kind != "real" else "real"
    return ir.AxisMap(
        node.function.name, operand, axis, dims=operand.dims, kind=kind, span=node.span
    )


# --- products ------------------------------------------------------------------------------


def contract(context: Context, left: ir.Expr, right: ir.Expr, span: Span) -> ir.Expr:
    """`left @ right`: summed over exactly one plate; what else they share is aligned."""
    scope = context.scope
    plates = list(
        dict.fromkeys(d.plate for d in left.dims if any(e.plate == d.plate for e in right.dims))
    )
    covered = set(context.covered or ())
    candidates = []
    for plate in plates:
        ours = [d for d in left.dims if d.plate == plate]
        theirs = [d for d in right.dims if d.plate == plate]
        single = len(ours) == len(theirs) == 1
        if not (single and ours == theirs and ours[0] in covered):
            candidates.append((ours[-1], theirs[0]))
    if not candidates and len(plates) == 1:
        plate = plates[0]
        candidates = [
            (
                next(d for d in left.dims if d.plate == plate),
                next(d for d in right.dims if d.plate == plate),
            )
        ]
    if len(candidates) != 1:
        raise _no_contraction(scope, left, right, plates, span)
    left_axis, right_axis = candidates[0]
    left_rest = tuple(d for d in left.dims if d != left_axis)
    right_rest = tuple(d for d in right.dims if d != right_axis)
    twice = [d for d in left_rest if d in right_rest and d.plate == left_axis.plate]
    if twice:
        raise error(
            "B208",
            f"the product would have the axis [{twice[0]}] twice",
            span,
            label=f"[{', '.join(map(str, left.dims))}] @ [{', '.join(map(str, right.dims))}]",
            notes=scope.notes(left, right),
            help=f"rename the axis of one: `{name_of(right, 'x')}[{twice[0]}']`",
        )
    dims = scope.nesting.join(left_rest, right_rest)
    left = scope.nesting.coerce(left, (*dims, left_axis))
    right = scope.nesting.coerce(right, (*dims, right_axis))
    kind: ir.Kind = "real" if "real" in (left.kind, right.kind) else "int"
    return ir.Contract(left, right, left_axis, right_axis, dims=dims, kind=kind, span=span)


def _no_contraction(
    scope: Scope, left: ir.Expr, right: ir.Expr, plates: list[str], span: Span
) -> SpecError:
    a = "[" + ", ".join(map(str, left.dims)) + "]"
    b = "[" + ", ".join(map(str, right.dims)) + "]"
    product = f"{name_of(left, 'a')} * {name_of(right, 'b')}"
    notes = scope.notes(left, right)
    if not plates:
        return error(
            "B208",
            "`@` sums over a plate that both sides have, and there is none",
            span,
            label=f"{a} @ {b}",
            notes=notes,
            help=f"use `*` to multiply element by element: `{product}`",
        )
    return error(
        "B208",
        f"`@` would sum over one of {', '.join(plates)}: which?",
        span,
        label=f"{a} @ {b}",
        notes=notes,
        help=f"say {listed(f'sum({product}, over {plate})' for plate in plates)}",
    )


def matrix(context: Context, node: tree.Call) -> ir.Expr:
    """A function of matrices over the two axes of one plate."""
    row = MATRIX_FUNCTIONS[node.function.name]
    values = [context.number(a) for a in context.positional(node, len(row.takes))]
    first = values[0]
    if row.takes[0] == "matrix":
        pairs = [d for d in first.dims if d.prime == 0 and ir.Dim(d.plate, 1) in first.dims]
        if len(pairs) != 1:
            raise error(
                "B209",
                f"`{row.name}` takes a matrix over two axes of one plate",
                first.span,
                label=varies(first.dims),
                notes=context.scope.notes(first),
                help=f"such as `{name_of(first, 'S')}{_square(first.dims)}`",
            )
        row_axis = pairs[0]
    elif len(first.dims) == 1 and not first.dims[0].prime:
        row_axis = first.dims[0]
    else:
        raise error(
            "B209",
            f"`{row.name}` takes a vector",
            first.span,
            label=varies(first.dims),
            notes=context.scope.notes(first),
            help=f"give it one axis, such as `{name_of(first, 'v')}[p]`",
        )
    column = ir.Dim(row_axis.plate, 1)
    batch = tuple(d for v in values for d in v.dims if d not in (row_axis, column))
    batch = context.scope.nesting.join(batch)
    if len(values) > 1 and row_axis not in values[1].dims:
        raise error(
            "B209",
            f"`{row.name}` takes a vector over {row_axis}, as its matrix is",
            values[1].span,
            label=varies(values[1].dims),
            notes=context.scope.notes(first, values[1]),
            help=f"give it that axis: `{name_of(values[1], 'v')}[{row_axis}]`",
        )
    event = {"matrix": (row_axis, column), "vector": (row_axis,), "scalar": ()}
    dims = (*batch, *event[row.gives])
    coerced = tuple(
        context.scope.nesting.coerce(v, (*batch, *event[takes]))
        for v, takes in zip(values, row.takes, strict=True)
    )
    return ir.MatrixCall(row.name, coerced, (row_axis, column), dims=dims, span=node.span)


def _square(dims: ir.Dims) -> str:
    """`[p, p']`, with the plate of an expression that has one."""
    plate = dims[-1].plate if dims else "p"
    return brackets((plate, f"{plate}'"))
