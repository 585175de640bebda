"""What acts along axes: reductions, `@`, axis maps, matrices and looking back."""

from __future__ import annotations

from ..grammar import tree
from ..grammar.source import Span
from . import ir
from .context import Context
from .scope import Scope, error
from .tables.functions import MATRIX_FUNCTIONS, REDUCTIONS
from .walk import names


def declared_size(scope: Scope, dim: ir.Dim) -> int | None:
    """How many elements a plate has, where the spec says it."""
    plate = scope.plates[dim.plate]
    return len(plate.labels) if plate.labels is not None else plate.size


def size(context: Context, node: tree.Call) -> ir.Expr:
    """`size(plate)`."""
    (argument,) = context.positional(node, 1)
    if not isinstance(argument, tree.Name):
        raise error("B212", "`size` takes a plate", argument.span)
    plate = context.scope.plate(argument)
    known = declared_size(context.scope, ir.Dim(plate.name))
    if known is not None:
        return ir.Literal(known, kind="int", span=node.span)
    return ir.Size(plate.name, kind="int", span=node.span)


def _axes(context: Context, node: tree.Call, word: str) -> list[tree.Name]:
    names = [name for a in node.axes if a.word == word for name in a.names]
    for other in node.axes:
        if other.word == "on":
            raise error(
                "B212",
                f"`{node.function.name}` has no `on`",
                other.span,
                help="write `over` a plate, or `by` one",
            )
    return names


def _own_axis(context: Context, operand: ir.Expr, name: tree.Name, function: str) -> ir.Dim:
    """The operand's own axis of that name, before any lookup."""
    dim = context.scope.dim(name)
    if dim not in operand.dims:
        have = ", ".join(f"`{d}`" for d in operand.dims) or "none"
        raise error(
            "B209",
            f"`{function}` over {dim}: its argument does not vary over {dim}",
            name.span,
            help=f"its own axes: {have}",
        )
    return dim


def reduction(context: Context, node: tree.Call) -> ir.Expr:
    """`sum(x)`, `sum(x, over p)`, `mean(x, by p)`."""
    row = REDUCTIONS[node.function.name]
    (argument,) = context.positional(node, 1)
    operand = context.number(argument)
    over, by = _axes(context, node, "over"), _axes(context, node, "by")
    kind: ir.Kind = operand.kind if row.result == "same" else "real"
    kind = "bool" if row.result == "bool" else "int" if kind == "bool" else kind
    if over and by:
        raise error("B209", "`over` removes axes, `by` keeps groups: use one of them", node.span)
    if by:
        return _grouped(context, node, operand, by, kind)
    if over:
        axes = tuple(_own_axis(context, operand, name, row.name) for name in over)
    elif len(operand.dims) > 1:
        have = ", ".join(map(str, operand.dims))
        raise error(
            "B209",
            f"`{row.name}` of something with several axes ({have})",
            node.span,
            help=f"say which to remove: `{row.name}(…, over {operand.dims[-1]})`",
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
        raise error("B209", f"`{name}` cannot be taken by group", node.span)
    groups = [scope.dim(n) for n in by]
    below = [
        d
        for d in operand.dims
        if not d.prime and all(scope.nesting.paths(d.plate, g.plate) for g in groups)
    ]
    if len(below) != 1:
        raise error(
            "B209",
            f"`{name}` by {by[0].name}: its argument has no axis nested in it",
            by[0].span,
            help=f"`by` takes a parent of one of: {', '.join(map(str, operand.dims)) or 'nothing'}",
        )
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
            help=f"reduce it first: `{name}(…, over {twice[0]})`",
        )
    return ir.GroupReduce(
        name, operand, axis, tuple(indices), dims=(*groups, *rest), kind=kind, span=node.span
    )


def axis_map(context: Context, node: tree.Call) -> ir.Expr:
    """`cumsum(x, over p)`, `softmax(x)`."""
    (argument,) = context.positional(node, 1)
    operand = context.number(argument)
    over = _axes(context, node, "over")
    if len(over) == 1:
        axis = _own_axis(context, operand, over[0], node.function.name)
    elif not over and len(operand.dims) == 1:
        axis = operand.dims[0]
    else:
        raise error(
            "B209",
            f"`{node.function.name}` runs along one axis",
            node.span,
            help=f"say which: `{node.function.name}(…, over p)`",
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
        return _no_contraction(left, right, plates, span)
    left_axis, right_axis = candidates[0]
    left_rest = tuple(d for d in left.dims if d != left_axis)
    right_rest = tuple(d for d in right.dims if d != right_axis)
    twice = [d for d in left_rest if d in right_rest and d.plate == left_axis.plate]
    if twice:
        raise error(
            "B208",
            f"the product would have the axis [{twice[0]}] twice",
            span,
            help=f"rename one: `x[{twice[0]}']`",
        )
    dims = scope.nesting.join(left_rest, right_rest)
    left = scope.nesting.coerce(left, (*dims, left_axis))
    right = scope.nesting.coerce(right, (*dims, right_axis))
    kind: ir.Kind = "real" if "real" in (left.kind, right.kind) else "int"
    return ir.Contract(left, right, left_axis, right_axis, dims=dims, kind=kind, span=span)


def _no_contraction(left: ir.Expr, right: ir.Expr, plates: list[str], span: Span) -> ir.Expr:
    a = "[" + ", ".join(map(str, left.dims)) + "]"
    b = "[" + ", ".join(map(str, right.dims)) + "]"
    if not plates:
        raise error(
            "B208",
            f"`@` sums over a plate that both sides have; these are {a} and {b}",
            span,
            help="use `*` to multiply element by element",
        )
    raise error(
        "B208",
        f"`@` would sum over one of {', '.join(plates)}: which?",
        span,
        label=f"{a} @ {b}",
        help=f"say `sum(a * b, over {plates[-1]})`",
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
                help="such as `S[p, p']`",
            )
        row_axis = pairs[0]
    elif len(first.dims) == 1 and not first.dims[0].prime:
        row_axis = first.dims[0]
    else:
        raise error("B209", f"`{row.name}` takes a vector", first.span)
    column = ir.Dim(row_axis.plate, 1)
    batch = tuple(d for v in values for d in v.dims if d not in (row_axis, column))
    batch = context.scope.nesting.join(batch)
    if len(values) > 1 and row_axis not in values[1].dims:
        raise error("B209", f"`{row.name}` takes a vector over {row_axis}", values[1].span)
    event = {"matrix": (row_axis, column), "vector": (row_axis,), "scalar": ()}
    dims = (*batch, *event[row.gives])
    coerced = tuple(
        context.scope.nesting.coerce(v, (*batch, *event[takes]))
        for v, takes in zip(values, row.takes, strict=True)
    )
    return ir.MatrixCall(row.name, coerced, (row_axis, column), dims=dims, span=node.span)


# --- looking back --------------------------------------------------------------------------


def shift(context: Context, node: tree.Call) -> ir.Expr:
    """`prev(x)`, `prev(x, 2)`, `prev(x, lag)`; `initially = e` is what is before the start."""
    scope = context.scope
    initial: ir.Expr | None = None
    plain = []
    for argument in node.arguments:
        if argument.name == "initially":
            initial = context.number(argument.value)
        elif argument.name is not None:
            raise error(
                "B212",
                f"`prev` has no argument `{argument.name}`",
                argument.span,
                help="`prev(x, lag, initially = value)`",
            )
        else:
            plain.append(argument.value)
    if not 1 <= len(plain) <= 2:
        raise error("B212", "`prev` takes a quantity and, where it is not 1, a lag", node.span)
    operand = context.expr(plain[0])
    _on_data(context, operand, node)
    axis = _ordered_axis(context, operand, node)
    lag = plain[1] if len(plain) == 2 else tree.Number(1)
    lags = _lags(scope, lag)
    if initial is None and not context.given:
        raise error(
            "B215",
            "nothing says what `prev` is before the start",
            node.span,
            help="write `prev(x, initially = value)`, or end the statement with "
            "`, initially given`",
        )
    if initial is not None:
        initial = scope.nesting.coerce(initial, operand.dims)
    groups = tuple(
        scope.nesting.parent_index(((axis.plate, parent),), ir.Dim(axis.plate), node.span)
        for parent in scope.plates[axis.plate].parents
    )
    if initial is None:
        depth = max(lags) if isinstance(lags, tuple) else lags
        context.known.append(
            ir.Known(axis, depth, groups, dims=(axis,), kind="bool", span=node.span)
        )
    if isinstance(lags, tuple):
        assert isinstance(lag, tree.Name)
        extra = scope.dim(lag)
        return ir.Lags(
            operand,
            axis,
            extra,
            groups,
            initial,
            dims=(*operand.dims, extra),
            kind=operand.kind,
            span=node.span,
        )
    return ir.Shift(
        operand, axis, lags, groups, initial, dims=operand.dims, kind=operand.kind, span=node.span
    )


def _on_data(context: Context, operand: ir.Expr, node: tree.Call) -> None:
    latent = [n for n in names(operand) if not context.scope.quantities[n].on_data]
    if latent:
        raise error(
            "B401",
            f"looking back at `{latent[0]}`, which is not data, is a recursion that this "
            "version cannot run",
            node.span,
            help="`prev` works on data; a running sum of data is `cumsum`",
        )


def _ordered_axis(context: Context, operand: ir.Expr, node: tree.Call) -> ir.Dim:
    over = _axes(context, node, "over")
    if over:
        return _own_axis(context, operand, over[0], "prev")
    ordered = [d for d in operand.dims if context.scope.plates[d.plate].ordered and not d.prime]
    if len(ordered) != 1:
        if not ordered:
            raise error(
                "B215",
                "`prev` looks back along an ordered plate, and there is none here",
                node.span,
                help="declare it: `plate day ordered`",
            )
        raise error(
            "B215",
            "`prev` could look back along several plates",
            node.span,
            help=f"say which: `prev(…, over {ordered[-1]})`",
        )
    return ordered[0]


def _lags(scope: Scope, node: tree.Expr) -> int | tuple[int, ...]:
    """A number of places, or the labels of a plate of lags."""
    match node:
        case tree.Number(int(value)) if value > 0:
            return value
        case tree.Name(name) if name in scope.plates:
            plate = scope.plate(node)
            if plate.labels and all(isinstance(label, int) and label > 0 for label in plate.labels):
                return tuple(int(label) for label in plate.labels)
            raise error(
                "B215",
                f"the labels of a plate of lags are 1 or more; those of `{name}` are not",
                node.span,
                help=f"declare it: `plate {name} = 1..5`",
            )
    raise error("B215", "a lag is a whole number, 1 or more, or a plate of lags", node.span)
