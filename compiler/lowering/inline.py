"""Formulas that the tables hold as text in the language, put into a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import ir
from ..tables.texts import formula_lines
from .distributions.calls import Distributions
from .expressions import Expressions
from .scope import Scope

Lines = tuple[tuple[str, ir.Expr], ...]


def _context(model: ir.Model, values: Mapping[str, ir.Expr]) -> Expressions:
    context = Expressions(Scope(plates={p.name: p for p in model.plates}), ())
    return context.within(values)


def expression_text(text: str, values: Mapping[str, ir.Expr], model: ir.Model) -> ir.Expr:
    """A formula with expressions put in for its names."""
    known = dict(values)
    for name, value in formula_lines(text):
        known[name] = _context(model, known).expr(value)
    return known[""]


def expression_lines(text: str, names: Iterable[str], model: ir.Model) -> Lines:
    """The lines of a formula, each with the name that it gives; names stand for numbers."""
    known: dict[str, ir.Expr] = {name: ir.Ref(name) for name in names}
    found = []
    for name, value in formula_lines(text):
        found.append((name, _context(model, known).expr(value)))
        known[name] = ir.Ref(name)
    return tuple(found)


def distribution_text(
    text: str, values: Mapping[str, ir.Expr], like: ir.Dist, model: ir.Model
) -> ir.Distribution:
    """A distribution with expressions put in for its names, over the axes of `like`."""
    ((_, call),) = formula_lines(text)
    return Distributions(_context(model, values), like.dims).lower(call)
