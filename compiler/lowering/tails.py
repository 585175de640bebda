"""Log probabilities of what lies beyond a value, from the formulas of the family table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import ir
from ..tables.constraints import CONSTRAINTS
from ..tables.families import FAMILIES
from ..tables.family import Family
from .inline import expression_text
from .supports import support, tighter


def log_below(base: ir.Distribution, x: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(X <= x), for x inside the support."""
    return _beyond(base, x, model, below=True)


def log_above(base: ir.Distribution, x: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(X >= x), for x inside the support and, where X is whole, not the first of it."""
    return _beyond(base, x, model, below=False)


def log_between(base: ir.Distribution, low: ir.Expr, high: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(low <= X <= high)."""
    if isinstance(base, ir.Mixture):
        return _mixed(base, lambda part: log_between(part, low, high, model), model)
    if isinstance(base, ir.Restricted):
        inside = log_between(base.base, low, high, model)
        return _less(inside, log_mass(base, model), model)
    row, arguments = _row(base)
    before = expression_text("x - 1", {"x": low}, model) if base.kind != "real" else low
    tails = {
        name: expression_text(text, {**arguments, "x": x}, model)
        for name, text, x in (
            ("a", row.log_cdf, before),
            ("b", row.log_cdf, high),
            ("c", row.log_sf, before),
            ("d", row.log_sf, high),
        )
    }
    return expression_text("_log_interval(a, b, c, d)", tails, model)


def _beyond(base: ir.Distribution, x: ir.Expr, model: ir.Model, below: bool) -> ir.Expr:
    if isinstance(base, ir.Mixture):
        return _mixed(base, lambda part: _beyond(part, x, model, below), model)
    if isinstance(base, ir.Restricted):
        cut = replace(base, upper=x) if below else replace(base, lower=x)
        return _less(log_mass(cut, model), log_mass(base, model), model)
    row, arguments = _row(base)
    if not below and base.kind != "real":
        x = expression_text("x - 1", {"x": x}, model)
    text = row.log_cdf if below else row.log_sf
    return expression_text(text, {**arguments, "x": x}, model)


def _row(base: ir.Distribution) -> tuple[Family, dict[str, ir.Expr]]:
    assert isinstance(base, ir.Dist)
    return FAMILIES[base.family], dict(base.arguments)


def _less(part: ir.Expr, whole: ir.Expr, model: ir.Model) -> ir.Expr:
    return expression_text("x - y", {"x": part, "y": whole}, model)


def _mixed(node: ir.Mixture, log: Callable[[ir.Distribution], ir.Expr], model: ir.Model) -> ir.Expr:
    """The log of the sum of weights times exp(log), over the components."""
    weigh, weights, axis = "x + log(w)", node.weights, node.axis
    if node.logits and axis is not None:
        weigh = "x + w"
        weights = ir.AxisMap("log_softmax", weights, axis, dims=weights.dims, span=weights.span)
    if len(node.components) == 1:
        assert axis is not None
        terms = expression_text(weigh, {"x": log(node.components[0]), "w": weights}, model)
        rest = tuple(dim for dim in terms.dims if dim != axis)
        return ir.Reduce("logsumexp", terms, (axis,), dims=rest, span=node.span)
    if axis is not None:
        texts = [weigh] * len(node.components)
        each = [_element(weights, axis, place, model) for place in range(len(texts))]
    else:
        texts = ["x + log(w)", "x + log1m(w)"]
        if node.logits:
            texts = ["x + log_inv_logit(w)", "x + log_inv_logit(-w)"]
        each = [weights, weights]
    total: ir.Expr | None = None
    for text, component, weight in zip(texts, node.components, each, strict=True):
        term = expression_text(text, {"x": log(component), "w": weight}, model)
        both = {"x": total, "y": term} if total is not None else {}
        total = expression_text("log_sum_exp(x, y)", both, model) if both else term
    assert total is not None
    return total


def _element(weights: ir.Expr, axis: ir.Dim, place: int, model: ir.Model) -> ir.Expr:
    """The weight of the component at a place."""
    labels = model.plate(axis.plate).labels
    position = ir.Position(axis.plate, labels[place] if labels else place, kind="index")
    rest = tuple(dim for dim in weights.dims if dim != axis)
    return ir.Gather(weights, axis, position, dims=rest, span=weights.span)


# --- truncation ----------------------------------------------------------------------------


def log_mass(node: ir.Restricted, model: ir.Model) -> ir.Expr:
    """The log of the probability that the base gives to [lower, upper], stable in both tails."""
    base = node.base
    if isinstance(base, ir.Mixture):
        return _mixed(base, lambda part: log_mass(replace(node, base=part), model), model)
    row, arguments = _row(base)

    def at(text: str, x: ir.Expr) -> ir.Expr:
        return expression_text(text, {**arguments, "x": x}, model)

    lower, upper = _inside_support(node)
    if lower is None and upper is None:
        return ir.Literal(0.0)
    if row.location_scale and upper is None and _equal(lower, arguments["loc"]):
        return expression_text("log(0.5)", {}, model)
    if lower is not None and base.kind != "real":  # a whole number's bound is part of its range
        lower = expression_text("x - 1", {"x": lower}, model)
    if upper is None:
        assert lower is not None
        return at(row.log_sf, lower)
    if lower is None:
        return at(row.log_cdf, upper)
    below = {"a": at(row.log_cdf, lower), "b": at(row.log_cdf, upper)}
    above = {"c": at(row.log_sf, lower), "d": at(row.log_sf, upper)}
    return expression_text("_log_interval(a, b, c, d)", below | above, model)


def _inside_support(node: ir.Restricted) -> tuple[ir.Expr | None, ir.Expr | None]:
    """The bounds that cut something off: one outside the base's own support does not."""
    own = support(node.base)
    row = CONSTRAINTS[own.constraint]
    low = own.lower or (None if row.lower is None else ir.Literal(row.lower))
    high = own.upper or (None if row.upper is None else ir.Literal(row.upper))
    lower = node.lower and tighter("maximum", node.lower, low)
    upper = node.upper and tighter("minimum", node.upper, high)
    return None if _equal(lower, low) else lower, None if _equal(upper, high) else upper


def _equal(a: ir.Expr | None, b: ir.Expr | None) -> bool:
    if isinstance(a, ir.Literal) and isinstance(b, ir.Literal):
        return a.value == b.value  # whether they are written with a point or not
    return a == b
