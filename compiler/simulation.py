"""A model in which the outcomes are drawn like latents: for the prior, and for new data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic, Note
from . import ir
from .ir.walk import names, walk


def simulation(model: ir.Model) -> ir.Model:
    """Nothing is observed any more, and data that only stood for outcomes are not asked for.

    Raises BackendError (B412) where what is drawn depends on an outcome's own values.
    """
    drawn = {s.name: s for s in model.statements if isinstance(s, ir.Sample) and s.observed}
    kept = [s for s in model.statements if not (isinstance(s, ir.Define) and s.name in drawn)]
    statements = _ordered([_drawn(s, drawn) for s in kept], drawn)
    used = {name for s in statements for name in names(s)}
    data = tuple(d for d in model.data if d.name in used and d.name not in drawn)
    stated = tuple(restaged(statements, drawn))
    return replace(model, data=data, statements=stated, generated=(), guide=())


def spared(model: ir.Model) -> set[str]:
    """The data that nothing but outcomes is made of: what draws the outcomes needs none of them."""
    drawn = {s.name for s in model.statements if isinstance(s, ir.Sample) and s.observed}
    makers = {s.name: s for s in model.statements if isinstance(s, ir.Define)}
    reached = set[str]()
    todo = [s for s in model.statements if s.name not in makers or makers[s.name].recorded]
    todo = [s for s in todo if s.name not in drawn or isinstance(s, ir.Sample)]
    while todo:
        for name in names(todo.pop()) - reached:
            reached.add(name)
            if name in makers and name not in drawn:
                todo.append(makers[name])
    return {d.name for d in model.data if d.name in drawn or d.name not in reached}


def _drawn(statement: ir.Statement, drawn: Mapping[str, ir.Sample]) -> ir.Statement:
    if not isinstance(statement, ir.Sample) or statement.name not in drawn:
        return statement
    inner = statement.distribution
    while isinstance(inner, ir.Censored):  # what would be seen without the censoring
        inner = inner.base
    return replace(statement, observed=False, distribution=inner)


def _ordered(statements: list[ir.Statement], drawn: Mapping[str, ir.Sample]) -> list[ir.Statement]:
    """What depends on an outcome stands after it: as data, it could stand anywhere."""
    makers = {s.name: s for s in statements}
    result: dict[str, ir.Statement] = {}
    entered: set[str] = set()

    def visit(statement: ir.Statement) -> None:
        if statement.name in result:
            return
        if statement.name in entered:
            raise _circle(statement, drawn)
        entered.add(statement.name)
        for name in sorted(names(statement) & set(makers)):
            visit(makers[name])
        result[statement.name] = statement

    for statement in statements:
        visit(statement)
    return list(result.values())


def _circle(statement: ir.Statement, drawn: Mapping[str, ir.Sample]) -> BackendError:
    needed = [s for s in drawn.values() if s.name != statement.name]
    message = f"`{statement.name}` depends on the values of an outcome that depends on it"
    help = "an outcome that looks back at its own values is drawn step by step, which this "
    help += "version cannot do; constants such as `mean(y)` can be written as numbers"
    notes = tuple(Note(s.span, "an outcome") for s in needed[:3])
    return BackendError(Diagnostic("B412", message, statement.span, notes=notes, help=help))


def restaged(statements: list[ir.Statement], drawn: Collection[str]) -> list[ir.Statement]:
    """Definitions of what is drawn now are no definitions of data any more."""
    moving, result = set(drawn), list[ir.Statement]()
    for statement in statements:
        if isinstance(statement, ir.Define) and names(statement) & moving:
            moving.add(statement.name)
            statement = replace(statement, stage="density")
        result.append(statement)
    return result


def improper(model: ir.Model) -> Diagnostic | None:
    """The first statement that keeps a prior from being drawn (B413), where there is one."""
    for statement in model.statements:
        what = undrawable(statement)
        if what:
            name = statement.name
            message = f"`{name}` {what}: nothing can be drawn from it"
            if isinstance(statement, ir.Term):
                message = f"this factor {what}: the prior cannot be drawn"
            help = "give it a proper prior, such as `Normal(0, 10)`"
            if isinstance(statement, ir.Term):
                help = "say it as a distribution, `x ~ …`, if it is one; the posterior needs none"
            return Diagnostic("B413", message, statement.span, help=help)
    return None


def undrawable(statement: ir.Statement) -> str:
    """Why nothing can be drawn from a statement, in words; empty where something can."""
    if isinstance(statement, ir.Param):
        return "is a `param`, which has no prior"
    if isinstance(statement, ir.Term):
        return "weighs the prior without saying how to draw"
    inner: Any = statement
    if isinstance(inner, ir.Sample):
        if any(isinstance(node, ir.Flat) for node in walk(inner)):
            return "has a flat prior"
        if any(isinstance(node, ir.SumToZero) for node in walk(inner)):
            return "is known by its density on vectors that sum to zero alone"
    return ""
