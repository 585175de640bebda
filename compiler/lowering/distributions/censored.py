"""Distributions of which some values are known only to lie beyond a bound, or between two."""

from __future__ import annotations

from ....grammar import tree
from ....grammar.diagnostics import SpecError
from ....grammar.source import Span
from ... import ir
from ...ir.walk import names
from ...tables.families import FAMILIES
from ..scope import error
from ..supports import alike, in_order, parts
from ..wording import listed
from .arguments import shapes
from .inside import Inside, unknown_argument

CENSORED = ("Censored", "IntervalCensored")

_BY = {
    "bound": ("lower", "upper"),
    "flag": ("left", "right"),
    "interval": ("interval",),
}
_FORM = (
    "write `Censored(D, upper = limit)`, `Censored(D, right = not died)` or "
    "`IntervalCensored(D, low, high)`"
)


def censored(inside: Inside, node: tree.Call) -> ir.Censored:
    """`Censored(D, …)` by bound, by flag or by interval, and `IntervalCensored(D, low, high)`."""
    plain = [a.value for a in node.arguments if a.name is None]
    given = {a.name: a.value for a in node.arguments if a.name}
    if node.function.name == "IntervalCensored":
        return _between(inside, node, plain, given)
    known = [word for words in _BY.values() for word in words]
    for argument in node.arguments:
        if argument.name is not None and argument.name not in known:
            raise unknown_argument("Censored", argument, known)
    ways = [way for way, words in _BY.items() if any(word in given for word in words)]
    if len(plain) != 1 or len(ways) != 1:
        raise error(
            "B212",
            "`Censored` takes one distribution, and bounds or flags that say what is censored",
            node.span,
            label="bounds and flags together" if len(ways) > 1 else "",
            help=_FORM,
        )
    base = _base(inside, plain[0])
    if ways == ["interval"]:
        ends = given["interval"]
        if not isinstance(ends, tree.ListOf) or len(ends.items) != 2:
            raise error(
                "B212",
                "an interval has two ends",
                ends.span,
                help="write `interval = [low, high]`, two columns of the data",
            )
        return _interval(inside, base, ends.items[0], ends.items[1], node.span)
    found = {word: _value(inside, given.get(word)) for word in ("lower", "upper", "left", "right")}
    in_order(found["lower"], found["upper"], node.span)
    for word in ("left", "right"):
        flag = found[word]
        if flag is not None and flag.kind != "bool":
            raise error(
                "B302",
                f"`{word}` says of each row whether it is censored, and this is a number",
                flag.span,
                help=f"declare it `binary`, or give a condition, such as `{word} = event == 0`; a "
                "bound is `lower` or `upper`",
            )
    return ir.Censored(
        base,
        found["lower"],
        found["upper"],
        found["left"],
        found["right"],
        dims=inside.dims,
        kind=base.kind,
        span=node.span,
    )


def _between(
    inside: Inside, node: tree.Call, plain: list[tree.Expr], given: dict[str, tree.Expr]
) -> ir.Censored:
    ends = [*plain[1:]]
    ends += [given[word] for word in ("lower", "upper")[len(ends) :] if word in given]
    if not plain or len(ends) != 2 or not set(given) <= {"lower", "upper"}:
        raise error(
            "B212",
            "`IntervalCensored` takes a distribution and the two ends of the interval",
            node.span,
            help="write `IntervalCensored(D, low, high)`, two columns of the data",
        )
    return _interval(inside, _base(inside, plain[0]), ends[0], ends[1], node.span)


def _interval(
    inside: Inside, base: ir.Distribution, low: tree.Expr, high: tree.Expr, span: Span
) -> ir.Censored:
    start, end = _value(inside, low), _value(inside, high)
    return ir.Censored(base, low=start, high=end, dims=inside.dims, kind=base.kind, span=span)


def _value(inside: Inside, node: tree.Expr | None) -> ir.Expr | None:
    """A bound or flag over the axes of the outcome; it is of data alone."""
    if node is None:
        return None
    value = inside.scope.nesting.coerce(inside.context.number(node), inside.dims)
    latent = [n for n in names(value) if not inside.scope.quantities[n].on_data]
    if latent:
        raise error(
            "B302",
            "what is censored depends on data alone",
            node.span,
            notes=inside.scope.note(latent[0], "not data"),
            help="a bound or flag is a number or a column of the data",
        )
    return value


def _base(inside: Inside, node: tree.Expr) -> ir.Distribution:
    """A distribution with a distribution function, truncated or a mixture perhaps."""
    base = inside.lower(node)
    for part in parts(base.base if isinstance(base, ir.Restricted) else base):
        inner = part.base if isinstance(part, ir.Restricted) else part
        if not isinstance(inner, ir.Dist) or not FAMILIES[inner.family].log_cdf:
            raise _refusal(inner, node.span)
        if inner.form != 0:
            raise error(
                "B401",
                "a censored distribution takes its first parametrisation",
                node.span,
                help=shapes(inner.family, FAMILIES[inner.family].forms[:1]),
            )
    if not alike(base):
        raise error(
            "B211",
            "the components of a censored mixture all have the same support",
            node.span,
            label="these have not",
            help="mix distributions that all lie above 0, or all anywhere",
        )
    return base


def _refusal(base: ir.Distribution, span: Span) -> SpecError:
    able = [row.name for row in FAMILIES.values() if row.log_cdf]
    if not isinstance(base, ir.Dist):
        what = "this cannot be censored: a family, or a family truncated, can be"
        return error("B211", what, span, help=_FORM)
    what = f"`{base.family}` cannot be censored: its distribution function has no closed form here"
    return error("B401", what, span, help=f"these can be: {listed(able, 'and')}")
