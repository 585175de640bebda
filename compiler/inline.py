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
