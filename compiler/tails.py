"""Log probabilities of what lies beyond a value, from the formulas of the family table."""

from __future__ import annotations

from dataclasses import replace

from . import ir
from .inline import expression_text, log_mass
from .tables.families import FAMILIES
from .tables.family import Family


def log_below(base: ir.Distribution, x: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(X <= x), for x inside the support."""
    return _beyond(base, x, model, below=True)


def log_above(base: ir.Distribution, x: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(X >= x), for x inside the support and, where X is whole, not the first of it."""
    return _beyond(base, x, model, below=False)


def log_between(base: ir.Distribution, low: ir.Expr, high: ir.Expr, model: ir.Model) -> ir.Expr:
    """log P(low <= X <= high)."""
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
