"""Where the values of a distribution lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...grammar.source import Span
from .. import ir
from ..tables.constraints import CONSTRAINTS
from ..tables.families import FAMILIES
from ..tables.monotone import MONOTONE, Monotone
from .scope import error


def support(distribution: ir.Distribution) -> ir.Support:
    """Where the values of a distribution lie."""
    match distribution:
        case ir.Dist(family, _, arguments):
            row = FAMILIES[family]
            by_name = dict(arguments)
            low, high = (by_name.get(b) if b else None for b in row.bounds)
            return ir.Support(row.support, low, high)
        case ir.Flat(lower, upper):
            return bounded(lower, upper)
        case ir.Restricted(base, lower, upper):
            inner = support(base)
            row_ = CONSTRAINTS[inner.constraint]
            if base.kind != "real":
                return inner
            low = tighter("maximum", lower, inner.lower or _literal(row_.lower))
            high = tighter("minimum", upper, inner.upper or _literal(row_.upper))
            return bounded(low, high)
        case ir.Censored(base):
            return support(base)
        case ir.Affine(base, loc, scale):
            return _moved(support(base), loc, scale)
        case ir.Pinned():
            return ir.Support("pinned")
        case ir.SumToZero():
            return ir.Support("sum_to_zero")
        case ir.Mixture(_, components, axis):
            return hull([support(component) for component in components], axis)
        case ir.ZeroInflated(base):
            return support(base)
        case ir.Hurdle(base):
            return _with_zero(support(base))
        case ir.Folded():
            return ir.Support("nonnegative")
        case ir.Transformed(base, function):
            return _image(support(base), MONOTONE[function])
        case ir.Ordered(base):
            positive = support(base).constraint == "positive"
            return ir.Support("positive_ordered_vector" if positive else "ordered_vector")


def _with_zero(inner: ir.Support) -> ir.Support:
    """Where a value may lie that is 0 where it is not inside."""
    row = CONSTRAINTS[inner.constraint]
    if row.integer:
        return inner
    upper = inner.upper or _literal(row.upper)
    return bounded(ir.Literal(0.0), upper) if upper else ir.Support("nonnegative")


def _image(inner: ir.Support, row: Monotone) -> ir.Support:
    """Where a function takes values; an end of its domain becomes one of its values."""
    own = CONSTRAINTS[inner.constraint]
    low, high = row.values if row.rising else reversed(row.values)
    ends: list[ir.Expr | None] = []
    for bound, end, value in (
        (inner.lower or _literal(own.lower), row.domain[0], low),
        (inner.upper or _literal(own.upper), row.domain[1], high),
    ):
        if bound is None or bound == _literal(end):
            ends.append(_literal(value))
        else:
            ends.append(ir.Call(row.name, (bound,), dims=bound.dims, span=bound.span))
    return bounded(*ends) if row.rising else bounded(*reversed(ends))


def hull(parts: Sequence[ir.Support], axis: ir.Dim | None = None) -> ir.Support:
    """Where a value may lie that lies in one of several places, or in those along an axis."""
    given = [bound for part in parts for bound in (part.lower, part.upper) if bound is not None]
    if len(set(parts)) == 1 and not any(axis in bound.dims for bound in given):
        return parts[0]
    rows = [CONSTRAINTS[part.constraint] for part in parts]
    lows = [
        _extreme("min", part.lower or _literal(row.lower), axis)
        for part, row in zip(parts, rows, strict=True)
    ]
    highs = [
        _extreme("max", part.upper or _literal(row.upper), axis)
        for part, row in zip(parts, rows, strict=True)
    ]
    low, high = lows[0], highs[0]
    for lower, upper in zip(lows[1:], highs[1:], strict=True):
        low = tighter("minimum", low, lower) if low and lower else None
        high = tighter("maximum", high, upper) if high and upper else None
    if not rows[0].integer:
        return bounded(low, high)
    if isinstance(low, ir.Literal) and low.value == 0:
        return ir.Support("count") if high is None else ir.Support("up_to", None, high)
    return ir.Support("int_interval" if low and high else "int", low, high)


def _extreme(operation: str, bound: ir.Expr | None, axis: ir.Dim | None) -> ir.Expr | None:
    """The least or the largest of the bounds along an axis."""
    if bound is None or axis not in bound.dims:
        return bound
    dims = tuple(dim for dim in bound.dims if dim != axis)
    return ir.Reduce(operation, bound, (axis,), dims=dims, kind=bound.kind, span=bound.span)


def parts(base: ir.Distribution) -> Iterator[ir.Distribution]:
    """A distribution, or the components of a mixture, by whose probabilities it has its own."""
    if isinstance(base, ir.Mixture):
        for component in base.components:
            yield from parts(component)
    else:
        yield base


def alike(base: ir.Distribution) -> bool:
    """Whether all parts lie in one place: a formula holds on the support of its part only."""
    whole = support(base)
    return all(support(part) == whole for part in parts(base))


def in_order(lower: ir.Expr | None, upper: ir.Expr | None, span: Span) -> None:
    """Raises SpecError (B301) where two literal bounds leave nothing between them."""
    if not (isinstance(lower, ir.Literal) and isinstance(upper, ir.Literal)):
        return
    if lower.value >= upper.value:
        raise error(
            "B301",
            f"there is nothing between {lower.value:g} and {upper.value:g}",
            span,
            help="the lower bound comes first"
            if lower.value > upper.value
            else "what cannot vary is a definition, `x = …`; else move one of the bounds",
        )


def tighter(which: str, a: ir.Expr | None, b: ir.Expr | None) -> ir.Expr | None:
    """The tighter of two bounds: their `maximum` below, their `minimum` above."""
    if a is None or b is None:
        return a or b
    if isinstance(a, ir.Literal) and isinstance(b, ir.Literal):
        choose = max if which == "maximum" else min
        return choose(a, b, key=lambda bound: bound.value)
    dims = tuple(dict.fromkeys((*a.dims, *b.dims)))
    return ir.Call(which, (a, b), dims=dims, span=a.span)


def _literal(value: float | None) -> ir.Expr | None:
    return None if value is None else ir.Literal(float(value))


def _moved(inner: ir.Support, loc: ir.Expr, scale: ir.Expr) -> ir.Support:
    row = CONSTRAINTS[inner.constraint]
    ends = [e or _literal(b) for e, b in ((inner.lower, row.lower), (inner.upper, row.upper))]
    if not isinstance(scale, ir.Literal):
        if ends == [None, None]:
            return ir.Support("real")
        raise error(
            "B401",
            "a bounded distribution is stretched by a number only",
            scale.span,
            help="draw `z` from the distribution, and define the product: `x = scale * z`",
        )
    moved = [
        e and ir.Binary("+", loc, ir.Binary("*", scale, e, dims=e.dims), dims=loc.dims or e.dims)
        for e in ends
    ]
    low, high = (fold(m) if m else None for m in moved)
    return bounded(high, low) if scale.value < 0 else bounded(low, high)


def bounded(lower: ir.Expr | None, upper: ir.Expr | None) -> ir.Support:
    """The constraint between two bounds, by its plainest name."""
    match lower, upper:
        case None, None:
            return ir.Support("real")
        case ir.Literal(0), None:
            return ir.Support("positive")
        case _, None:
            return ir.Support("greater_than", lower, None)
        case None, _:
            return ir.Support("less_than", None, upper)
        case ir.Literal(0), ir.Literal(1):
            return ir.Support("unit")
        case _:
            return ir.Support("interval", lower, upper)


def fold(node: ir.Expr) -> ir.Expr:
    """Arithmetic on literals, done."""
    if not isinstance(node, ir.Binary):
        return node
    left, right = fold(node.left), fold(node.right)
    if isinstance(left, ir.Literal) and isinstance(right, ir.Literal):
        a, b = float(left.value), float(right.value)
        result = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else float("nan")}[
            node.operator
        ]
        return ir.Literal(result, span=node.span)
    if isinstance(left, ir.Literal) and (node.operator, left.value) in (("+", 0.0), ("*", 1.0)):
        return right
    return replace(node, left=left, right=right)
