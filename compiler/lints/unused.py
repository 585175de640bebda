"""Definitions and plates that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Fix
from ...grammar.source import Span
from .. import ir
from ..ir.walk import names
from ..lowering import order


def unused_definitions(model: ir.Model) -> Iterator[Diagnostic]:
    """W209 for each `let` on which nothing of the model and nothing recorded depends."""
    stated = (*model.statements, *model.generated, *model.guide)
    live: set[str] = set()
    for datum in model.data:
        live = live.union(*(names(bound) for bound in (datum.lower, datum.upper) if bound))
    for statement in stated:
        if not _is_local(statement):
            live |= names(statement) | {statement.name}
    for statement in reversed(stated):  # what is used stands before its user, in its block
        if statement.name in live:
            live |= names(statement)
    for statement in stated:
        if _is_local(statement) and statement.name not in live:
            help = "use it, or remove the line; without `let` it is recorded with the results"
            yield _unused(statement.name, statement.span, help)


def _unused(name: str, span: Span, help: str) -> Diagnostic:
    remove = Fix(span, "")
    return Diagnostic("W209", f"nothing uses `{name}`", span, help=help, remedies=(remove,))


def _is_local(statement: ir.Statement) -> bool:
    return isinstance(statement, ir.Define) and not statement.recorded


def unused_functions(spec: tree.Spec) -> Iterator[Diagnostic]:
    """W209 for each `def` that no statement calls; the model has their bodies in their places."""
    written = {s.name.name: s for s in spec.statements if isinstance(s, tree.Def)}
    todo: list[Any] = []
    for statement in spec.statements:
        if isinstance(statement, tree.Generate | tree.Guide):
            todo += statement.statements
        elif isinstance(statement, order.Stated):
            todo.append(statement)
    called: set[str] = set()
    while todo:
        new = set(order.functions(todo.pop())) - called
        called |= new
        todo += [written[name].value for name in new if name in written]
    for name, function in written.items():
        if name not in called:
            yield _unused(name, function.span, "use it, or remove the line")


def unused_plates(spec: tree.Spec) -> Iterator[Diagnostic]:
    """W210 for each plate whose name stands nowhere but in its own declaration."""
    plates = {s.name.name: s for s in spec.statements if isinstance(s, tree.Plate)}
    used: set[str] = set()
    for statement in spec.statements:
        own = statement.name if isinstance(statement, tree.Plate) else None
        used |= {name.name.rstrip("'") for name in _names(statement) if name is not own}
    for name, plate in plates.items():
        if name not in used:
            help = f"use it, such as in `x[{name}]`, or remove the line"
            remove = Fix(plate.span, "")
            message = f"nothing varies over the plate `{name}`"
            yield Diagnostic("W210", message, plate.name.span, help=help, remedies=(remove,))


def _names(node: Any) -> Iterator[tree.Name]:
    """Every name in a piece of syntax, of whatever it is the name."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, tree.Name):
            yield node
        elif isinstance(node, tuple):
            todo += node
        elif is_dataclass(node):
            todo += [getattr(node, field.name) for field in fields(node)]
