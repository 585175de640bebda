"""`prev`: what a quantity was earlier along an ordered plate."""

from __future__ import annotations

from ...grammar import tree
from ...grammar.diagnostics import did_you_mean
from .. import ir
from ..ir.walk import names
from .axes import axes_of, own_axis
from .context import Context
from .scope import Scope, error
from .wording import first_argument, listed, name_of, varies, written


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
                help=did_you_mean(argument.name, ("initially",))
                or f"write `prev({first_argument(node)}, 1, initially = 0)`",
            )
        else:
            plain.append(argument.value)
    if not 1 <= len(plain) <= 2:
        raise error(
            "B212",
            "`prev` takes a quantity and, where it is not 1, a lag",
            node.span,
            help="write `prev(x, initially = 0)` or `prev(x, 2, initially = 0)`",
        )
    operand = context.expr(plain[0])
    _on_data(context, operand, node)
    axis = _ordered_axis(context, operand, node)
    lag = plain[1] if len(plain) == 2 else tree.Number(1)
    lags = _lags(scope, lag, written(plain[0]))
    if initial is None and not context.given:
        raise error(
            "B215",
            "nothing says what `prev` is before the start",
            node.span,
            help=f"write `prev({written(plain[0])}, initially = 0)`, or end the statement with "
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
            notes=context.scope.note(latent[0]),
            help="`prev` works on data; a running sum, also of what is not data, is "
            f"`cumsum({name_of(operand, latent[0])})`",
        )


def _ordered_axis(context: Context, operand: ir.Expr, node: tree.Call) -> ir.Dim:
    over = axes_of(node, "over")
    if over:
        return own_axis(context, operand, over[0], node)
    ordered = [d for d in operand.dims if context.scope.plates[d.plate].ordered and not d.prime]
    if len(ordered) != 1:
        if not ordered:
            raise error(
                "B215",
                "`prev` looks back along an ordered plate, and there is none here",
                node.span,
                label=varies(operand.dims),
                notes=context.scope.note(operand.dims[0].plate, "not `ordered`")
                if operand.dims
                else context.scope.notes(operand),
                help=f"declare it: `plate {operand.dims[0].plate if operand.dims else 'day'} "
                "ordered`",
            )
        raise error(
            "B215",
            "`prev` could look back along several plates",
            node.span,
            label=varies(operand.dims),
            help="say which: "
            + listed(f"prev({first_argument(node)}, over {axis})" for axis in ordered),
        )
    return ordered[0]


def _lags(scope: Scope, node: tree.Expr, of: str) -> int | tuple[int, ...]:
    """A number of places, or the labels of a plate of lags."""
    match node:
        case tree.Number(int(value)) if value > 0:
            return value
        case tree.Name(name) if name in scope.plates:
            plate = scope.plate(node)
            if plate.labels and all(isinstance(label, int) and label > 0 for label in plate.labels):
                return tuple(int(label) for label in plate.labels)
            last = plate.size or len(plate.labels or ()) or 5
            raise error(
                "B215",
                f"the labels of a plate of lags are 1 or more; those of `{name}` are not",
                node.span,
                notes=scope.note(name),
                help=f"declare it: `plate {name} = 1..{last}`",
            )
    close = did_you_mean(node.name, scope.plates) if isinstance(node, tree.Name) else ""
    raise error(
        "B215",
        "a lag is a whole number, 1 or more, or a plate of lags",
        node.span,
        label=f"`{written(node)}` is not",
        help=close or f"such as `prev({of}, 1)`, or `prev({of}, lag)` with `plate lag = 1..5`",
    )
