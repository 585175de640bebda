"""Distributions made of distributions: truncated, pinned, summing to zero, moved, flat."""

from __future__ import annotations

from ....grammar import tree
from ....grammar.diagnostics import SpecError
from ....grammar.source import Span
from ... import ir
from ...tables.families import FAMILIES
from ..indexing import label_axis
from ..scope import Scope, error
from ..supports import alike, fold, in_order, parts, support
from ..wording import first_argument, listed, written
from .arguments import shapes
from .censored import CENSORED, censored
from .inflated import INFLATED, inflated
from .inside import Inside, drawn, gives, outermost, smooth, unknown_argument
from .mixtures import mixture
from .reshaped import RESHAPED, reshaped

COMPOSED = (
    "Truncated",
    *CENSORED,
    "Flat",
    "HalfFlat",
    "Pinned",
    "SumToZero",
    "Ordered",
    "Mixture",
    *INFLATED,
    *RESHAPED,
)

_FORMS = {
    "Truncated": "write `Truncated(Normal(0, 1), lower = 0)`",
    "Flat": "write `Flat()` or `Flat(lower = 0, upper = 1)`",
    "HalfFlat": "write `HalfFlat()`",
    "Pinned": 'write `Pinned(Normal(0, 1), at = "label")`',
    "SumToZero": "write `SumToZero(Normal(0, 1))`",
    "Ordered": "write `Ordered(Normal(0, 1))`",
}


def composed(inside: Inside, node: tree.Call) -> ir.Distribution:
    name = node.function.name
    if name in CENSORED:
        return censored(inside, node)
    if name == "Mixture":
        return mixture(inside, node)
    if name in INFLATED:
        return inflated(inside, node)
    if name in RESHAPED:
        return reshaped(inside, node)
    keywords = {a.name: a for a in node.arguments if a.name}
    plain = [a.value for a in node.arguments if a.name is None]
    known = {
        "Truncated": {"lower", "upper"},
        "Flat": {"lower", "upper"},
        "HalfFlat": set(),
        "Pinned": {"at", "value"},
        "SumToZero": set(),
        "Ordered": set(),
    }[name]
    for keyword in keywords.values():
        if keyword.name not in known:
            raise unknown_argument(name, keyword, sorted(known), _FORMS[name])
    if len(plain) != (0 if name in ("Flat", "HalfFlat") else 1):
        raise error(
            "B212",
            f"`{name}` takes {'no distribution' if 'Flat' in name else 'one distribution'}",
            node.span,
            label=f"{len(plain)} are given" if len(plain) != 1 else "",
            help=_FORMS[name],
        )
    lower, upper = (_bound(inside, keywords.get(k)) for k in ("lower", "upper"))
    in_order(lower, upper, node.span)
    if name == "HalfFlat":
        lower = ir.Literal(0.0, span=node.span)
    if name in ("Flat", "HalfFlat"):
        return ir.Flat(lower, upper, dims=inside.dims, span=node.span)
    if name in ("Pinned", "SumToZero", "Ordered") and not inside.dims:
        raise error(
            "B214",
            f"`{name}` is over the last axis of the left side, which has none",
            node.span,
            help=f"give it one: `{drawn(inside)}[p] ~ {name}(…)`, where `p` is a plate",
        )
    base = outermost(inside, plain[0])
    if name == "Truncated":
        return _truncated(inside, base, lower, upper, node.span)
    axis = inside.dims[-1]
    if not smooth(base):
        raise error(
            "B214",
            f"`{name}` takes a continuous distribution of single numbers",
            plain[0].span,
            label=gives(base),
            help=_FORMS[name],
        )
    event = (axis,)
    if name == "Ordered":
        _check_ordered(inside, base, axis, plain[0])
        return ir.Ordered(base, axis, dims=inside.dims, event=event, span=node.span)
    if name == "SumToZero":
        return ir.SumToZero(base, axis, dims=inside.dims, event=event, span=node.span)
    position = _pinned_position(inside, node, keywords.get("at"), axis)
    value = (
        inside.context.number(keywords["value"].value) if "value" in keywords else ir.Literal(0.0)
    )
    value = inside.scope.nesting.coerce(value, ())
    return ir.Pinned(base, axis, position, value, dims=inside.dims, event=event, span=node.span)


def _check_ordered(inside: Inside, base: ir.Distribution, axis: ir.Dim, node: tree.Expr) -> None:
    """Raises SpecError (B401) where increasing numbers lie between bounds."""
    if support(base).constraint in ("real", "positive"):
        return
    name = drawn(inside)
    raise error(
        "B401",
        "`Ordered` takes a distribution of any numbers, or of positive ones",
        node.span,
        label="has other bounds",
        help=f"between two bounds, add up steps: `step[{axis}] ~ Dirichlet(1)` and "
        f"`{name}[{axis}] = cumsum(step)` increases from 0 to 1",
    )


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
            notes=inside.scope.note(axis.plate, "its labels are declared here"),
            help=f"write `Pinned({first_argument(node)}, at = {_some_label(inside, axis)})`",
        )
    if not isinstance(at.value, tree.String | tree.Number):
        word = at.value.name if isinstance(at.value, tree.Name) else ""
        labels = inside.scope.plates[axis.plate].labels or ()
        raise error(
            "B212",
            "`at` is a label",
            at.span,
            notes=inside.scope.note(axis.plate, "its labels are declared here"),
            help=f'labels are strings: write `at = "{word}"`'
            if word in labels
            else f"such as `at = {_some_label(inside, axis)}`",
        )
    label = at.value.value
    label_axis(inside.scope, [axis], tree.Argument(at.value, str(axis), at.span), label)
    return ir.Position(axis.plate, label, kind="index", span=at.span)


def _some_label(inside: Inside, axis: ir.Dim) -> str:
    """A label of an axis as the author could write it."""
    plate = inside.scope.plates[axis.plate]
    first = plate.labels[0] if plate.labels else 0 if plate.size else "label"
    return f'"{first}"' if isinstance(first, str) else str(first)


def _truncated(
    inside: Inside,
    base: ir.Distribution,
    lower: ir.Expr | None,
    upper: ir.Expr | None,
    span: Span,
) -> ir.Restricted:
    if lower is None and upper is None:
        raise error(
            "B212",
            "`Truncated` needs a bound",
            span,
            help="give `lower`, `upper` or both: `Truncated(…, lower = 0)`",
        )
    for part in parts(base):
        if not isinstance(part, ir.Dist) or not FAMILIES[part.family].log_cdf:
            raise error(
                "B401",
                f"{_named(part)} cannot be truncated: its distribution function has no closed form "
                "here",
                span,
                help=_untruncated(inside, base),
            )
        if part.form != 0:
            raise error(
                "B401",
                "a truncated distribution takes its first parametrisation",
                span,
                help=shapes(part.family, FAMILIES[part.family].forms[:1]),
            )
    if not alike(base):
        raise error(
            "B211",
            "the components of a truncated mixture all have the same support",
            span,
            label="these have not",
            help="truncate them one by one: `Mixture(w, [Truncated(…), …])`, whose weights are "
            "then those between the bounds",
        )
    return ir.Restricted(base, lower, upper, True, dims=inside.dims, kind=base.kind, span=span)


def affine(
    inside: Inside, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> ir.Distribution:
    """`2 * Beta(2, 2) - 1`: a distribution moved and stretched."""
    left_is = _is_distribution(left)
    if left_is == _is_distribution(right):
        raise _no_closed_form(inside, operator, left, right, span)
    if operator == "/" and not left_is:
        gamma = isinstance(right, tree.Call) and right.function.name == "Gamma"
        raise error(
            "B211",
            "a number divided by a distribution has no closed form here",
            span,
            help=f"draw `z ~ {written(right)}` and define "
            f"`{drawn(inside)} = {written(left)} / z`"
            + ("; for 1 by a Gamma there is `InverseGamma`" if gamma else ""),
        )
    base = outermost(inside, left if left_is else right)
    other = inside.scope.nesting.coerce(
        inside.context.number(right if left_is else left), inside.dims
    )
    if not smooth(base):
        raise error(
            "B214",
            "only a continuous distribution of single numbers can be moved or stretched",
            span,
            label=gives(base),
            help="of a quantity, draw `z` from it and define the other by `z`; of data, move the "
            "data instead",
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


def _named(part: ir.Distribution) -> str:
    """A distribution as a message calls it."""
    match part:
        case ir.Dist(family):
            return f"`{family}`"
        case ir.Restricted():
            return "`Truncated`"
        case ir.Affine():
            return "what is moved or stretched"
    return f"`{type(part).__name__}`"


def _untruncated(inside: Inside, base: ir.Distribution) -> str:
    """What can be done about a distribution that cannot be truncated."""
    match base:
        case ir.Restricted():
            return "give one of them both bounds: `Truncated(…, lower = …, upper = …)`"
        case ir.Flat():
            return "it has bounds of its own: `Flat(lower = …, upper = …)`"
        case ir.Affine():
            return "truncate it before it is moved, as in `2 * Truncated(…, lower = …) - 1`"
        case ir.Transformed():
            return "truncate what it is made of: `Transformed(Truncated(…, lower = …), …)`"
    if inside.scope.current and base.kind == "real" and not base.event:
        return (
            f"`{inside.scope.current} : real(lower = …) ~ …` restricts the support without "
            "renormalising: the same where bounds and parameters are fixed"
        )
    whole = base.kind != "real"
    able = [r.name for r in FAMILIES.values() if r.log_cdf and (r.kind != "real") == whole]
    return f"these can be: {listed(able, 'and')}"


def _no_closed_form(
    inside: Inside, operator: str, left: tree.Expr, right: tree.Expr, span: Span
) -> SpecError:
    """An operator between two distributions, or between none."""
    if not _is_distribution(left):
        return no_distribution(inside.scope, tree.Binary(operator, left, right, span))
    help = f"draw `a ~ {written(left)}` and `b ~ {written(right)}`, and define "
    help += f"`{drawn(inside)} = a {operator} b`"
    message = "a distribution stands after `~`, moved or stretched by numbers at most"
    return error("B211", message, span, "two distributions", help=help)


def no_distribution(scope: Scope, node: tree.Expr) -> SpecError:
    """An expression after `~`: of a new quantity it is a definition, of data it is the mean."""
    if scope.current:
        help = f"`=` defines a quantity by an expression: `{scope.current} = {written(node)}`"
    else:
        help = f"say how the values spread around it, such as `Normal({written(node)}, sigma)`"
    return error("B211", "a distribution stands after `~`", node.span, "an expression", help=help)
