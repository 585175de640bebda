"""Formulas that the tables hold as text in the language, put into a model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ..grammar import tree
from ..grammar.parse import parse
from ..grammar.source import Source
from . import ir
from .distributions import Distributions
from .expressions import Expressions
from .scope import Scope
from .supports import support, tighter
from .tables.constraints import CONSTRAINTS
from .tables.families import FAMILIES


@cache
def _syntax(text: str) -> tree.Expr:
    (statement,) = parse(Source(f"value = {text}\n", "<table>")).statements
    assert isinstance(statement, tree.Define)
    return statement.value


def _context(model: ir.Model, values: Mapping[str, ir.Expr]) -> Expressions:
    context = Expressions(Scope(plates={p.name: p for p in model.plates}), ())
    return context.within(values)


def expression_text(text: str, values: Mapping[str, ir.Expr], model: ir.Model) -> ir.Expr:
    """A formula with expressions put in for its names."""
    return _context(model, values).expr(_syntax(text))


def distribution_text(
    text: str, values: Mapping[str, ir.Expr], like: ir.Dist, model: ir.Model
) -> ir.Distribution:
    """A distribution with expressions put in for its names, over the axes of `like`."""
    return Distributions(_context(model, values), like.dims).lower(_syntax(text))


def log_mass(node: ir.Restricted, model: ir.Model) -> ir.Expr:
    """The log of the probability that the base gives to [lower, upper], stable in both tails."""
    base = node.base
    assert isinstance(base, ir.Dist)
    row = FAMILIES[base.family]
    arguments = dict(base.arguments)

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
