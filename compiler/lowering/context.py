"""What the rooms that lower expressions ask of one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ...grammar import tree
from ...grammar.source import Span
from .. import ir
from .scope import Scope


class Context(Protocol):
    """The lowering of one statement's expressions.

    `covered` are the axes of the statement's left side (None for a `let` without axes), `given`
    whether its first values are conditioned on; `known` gathers how far back `prev` then looks.
    """

    scope: Scope
    covered: ir.Dims | None
    given: bool
    known: list[ir.Known]

    def along(self, axis: ir.Dim) -> Context: ...
    def expr(self, node: tree.Expr) -> ir.Expr: ...
    def number(self, node: tree.Expr) -> ir.Expr: ...
    def refuse(self, node: tree.Call, axes: bool = False) -> None: ...
    def has_value(self, name: str) -> bool: ...
    def operate(self, operator: str, a: ir.Expr, b: ir.Expr, span: Span) -> ir.Expr: ...
    def positional(
        self, node: tree.Call, least: int, most: int | None = None
    ) -> Sequence[tree.Expr]: ...
