"""Distributions made of distributions: truncated, pinned, summing to zero, moved, flat."""

from __future__ import annotations

from typing import Protocol

from ..grammar import tree
from ..grammar.diagnostics import did_you_mean
from ..grammar.source import Span
from . import ir
from .arguments import signature
from .context import Context
from .indexing import label_axis
from .scope import Scope, error
from .supports import fold, in_order
from .tables.families import FAMILIES

COMPOSED = ("Truncated", "Flat", "HalfFlat", "Pinned", "SumToZero")


class Inside(Protocol):
    """The lowering of the right side of one `~`; `dims` are the axes of its value."""

    context: Context
    scope: Scope
    dims: ir.Dims

    def lower(self, node: tree.Expr) -> ir.Distribution: ...


def composed(inside: Inside, node: tree.Call) -> ir.Distribution:
    name = node.function.name
    keywords = {a.name: a for a in node.arguments if a.name}
    plain = [a.value for a in node.arguments if a.name is None]
    known = {
        "Truncated": {"lower", "upper"},
        "Flat": {"lower", "upper"},
        "HalfFlat": set(),
        "Pinned": {"at", "value"},
        "SumToZero": set(),
    }[name]
    for keyword in keywords.values():
        if keyword.name not in known:
            raise error(
                "B212",
                f"`{name}` has no argument `{keyword.name}`",
                keyword.span,
                help=did_you_mean(str(keyword.name), known),
            )
    if len(plain) != (0 if name in ("Flat", "HalfFlat") else 1):
        raise error(
            "B212",
            f"`{name}` takes {'no distribution' if 'Flat' in name else 'one distribution'}",
            node.span,
            help=f"`{name}({'' if 'Flat' in name else 'Normal(0, 1)'}…)`",
        )
    lower, upper = (_bound(inside, keywords.get(k)) for k in ("lower", "upper"))
    in_order(lower, upper, node.span)
    if name == "HalfFlat":
        lower = ir.Literal(0.0, span=node.span)
    if name in ("Flat", "HalfFlat"):
        return ir.Flat(lower, upper, dims=inside.dims, span=node.span)
    if name in ("Pinned", "SumToZero") and not inside.dims:
        raise error(
            "B214",
            f"`{name}` is over the last axis of the left side, which has none",
            node.span,
            help="give it one: `b[plate] ~ …`",
        )
    base = inside.lower(plain[0])
    if name == "Truncated":
        return _truncated(inside, base, lower, upper, node.span)
    axis = inside.dims[-1]
    if base.event or base.kind != "real":
        raise error(
            "B214", f"`{name}` takes a continuous distribution of single numbers", node.span
        )
    event = (axis,)
    if name == "SumToZero":
        return ir.SumToZero(base, axis, dims=inside.dims, event=event, span=node.span)
    position = _pinned_position(inside, node, keywords.get("at"), axis)
    value = (
        inside.context.number(keywords["value"].value) if "value" in keywords else ir.Literal(0.0)
    )
    value = inside.scope.nesting.coerce(value, ())
    return ir.Pinned(base, axis, position, value, dims=inside.dims, event=event, span=node.span)


def _bound(inside: Inside, argument: tree.Argument | None) -> ir.Expr | None:
    if argument is None:
        return None
    return inside.scope.nesting.coerce(inside.context.number(argument.value), inside.dims)


def _pinned_position(
    inside: Inside, node: tree.Call, at: tree.Argument | None, axis: ir.Dim
) -> ir.Expr:
    if at is None:
        raise error(
            "B212",
            "`Pinned` needs the label whose element is fixed",
            node.span,
            help='write `Pinned(Normal(0, 1), at = "label")`',
        )
    if not isinstance(at.value, tree.String | tree.Number):
        raise error("B212", "`at` is a label", at.span, help='such as `at = "other"` or `at = 1`')
    label = at.value.value
    label_axis(inside.scope, [axis], tree.Argument(at.value, str(axis), at.span), label)
    return ir.Position(axis.plate, label, kind="index", span=at.span)


def _truncated(
    inside: Inside,
    base: ir.Distribution,
    lower: ir.Expr | None,
    upper: ir.Expr | None,
    span: Span,
) -> ir.Restricted:
    if lower is None and upper is None:
        raise error(
            "B212", "`Truncated` needs a bound", span, help="`lower = `, `upper = `, or both"
        )
    if not isinstance(base, ir.Dist) or not FAMILIES[base.family].log_cdf:
        name = base.family if isinstance(base, ir.Dist) else "this"
        raise error(
            "B401",
            f"`{name}` cannot be truncated: its distribution function has no closed form here",
            span,
            help="`x : positive ~ …` restricts the support without renormalising",
        )
    if base.form != 0:
        raise error(
            "B401",
            "a truncated distribution takes its first parametrisation",
            span,
            help=signature(base.family),
        )
    return ir.Restricted(base, lower, upper, True, dims=inside.dims, kind=base.kind, span=span)


def affine(
    inside: Inside, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> ir.Distribution:
    """`2 * Beta(2, 2) - 1`: a distribution moved and stretched."""
    left_is = _is_distribution(left)
    if left_is == _is_distribution(right):
        raise error(
            "B211",
            "a distribution stands after `~`, moved or stretched by numbers at most",
            span,
        )
    if operator == "/" and not left_is:
        raise error("B211", "a number divided by a distribution has no closed form here", span)
    base = inside.lower(left if left_is else right)
    other = inside.scope.nesting.coerce(
        inside.context.number(right if left_is else left), inside.dims
    )
    if base.kind != "real" or base.event:
        raise error(
            "B214",
            "only a continuous distribution of single numbers can be moved or stretched",
            span,
        )
    loc, scale, base = (
        (base.loc, base.scale, base.base)
        if isinstance(base, ir.Affine)
        else (ir.Literal(0.0, span=span), ir.Literal(1.0, span=span), base)
    )
    operate = inside.context.operate
    if operator in ("*", "/"):
        loc, scale = operate(operator, loc, other, span), operate(operator, scale, other, span)
    elif operator == "+":
        loc = operate("+", loc, other, span)
    elif left_is:
        loc = operate("-", loc, other, span)
    else:
        minus = ir.Literal(-1.0, span=span)
        loc, scale = operate("-", other, loc, span), operate("*", scale, minus, span)
    return ir.Affine(base, fold(loc), fold(scale), dims=inside.dims, span=span)


def _is_distribution(node: tree.Expr) -> bool:
    match node:
        case tree.Call(function):
            return function.name in FAMILIES or function.name in COMPOSED
        case tree.Binary(_, left, right):
            return _is_distribution(left) or _is_distribution(right)
    return False
