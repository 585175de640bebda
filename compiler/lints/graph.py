"""What depends on what in a model: through its definitions, down to its latents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import ir
from ..ir.walk import names, walk

SAMPLERS = ("nuts", "hmc", "mh")
"""The methods that draw from the posterior itself."""


class Graph:
    """The latents and definitions of a model by name, and on which latents anything depends.

    Data of which some cells are drawn count as latents of the same name.
    """

    def __init__(self, model: ir.Model) -> None:
        self.model = model
        self.latents: dict[str, ir.Sample | ir.Param] = {}
        self.definitions: dict[str, ir.Define] = {}
        self._on: dict[str, frozenset[str]] = {
            d.name: frozenset([d.name]) for d in model.data if d.imputed
        }
        for statement in model.statements:  # each after what it depends on
            match statement:
                case ir.Param() | ir.Sample(observed=False):
                    self.latents[statement.name] = statement
                    self._on[statement.name] = frozenset([statement.name])
                case ir.Define(name):
                    self.definitions[name] = statement
                    self._on[name] = self.on(statement.value)

    def on(self, node: Any) -> frozenset[str]:
        """The latents on which a node depends, but for those behind the priors of others."""
        found = frozenset[str]()
        return found.union(*(self._on.get(name, found) for name in names(node)))

    def inside(self, node: ir.Expr) -> Iterator[Any]:
        """The nodes of an expression, and those of the definitions that it uses."""
        seen: set[str] = set()
        todo = [node]
        while todo:
            for one in walk(todo.pop()):
                yield one
                if isinstance(one, ir.Ref) and one.name not in seen:
                    seen.add(one.name)
                    if one.name in self.definitions:
                        todo.append(self.definitions[one.name].value)

    def draws(self) -> Iterator[ir.Sample]:
        """The latents that have a distribution."""
        return (s for s in self.latents.values() if isinstance(s, ir.Sample))

    def users(self, name: str) -> list[ir.Sample | ir.Term]:
        """The draws and factors whose density a latent enters, besides its own."""
        return [
            s
            for s in self.model.statements
            if isinstance(s, ir.Sample | ir.Term) and name in self.on(s)
        ]


def method(model: ir.Model) -> str:
    """The method that a fit without further settings uses."""
    chosen = model.inference.method
    if chosen == "auto":  # a guide is written for variational inference
        return "svi" if model.guide else "nuts"
    return chosen


def bare(node: ir.Expr) -> ir.Expr:
    """An expression without what lines up its axes with those of its place."""
    while isinstance(node, ir.Gather | ir.Reaxis | ir.Expand):
        node = node.base
    return node


def written(statement: ir.Sample | ir.Param | ir.Data | ir.Define) -> str:
    """The left side of a statement, as the author writes it."""
    inside = ", ".join(map(str, statement.dims))
    return statement.name + (f"[{inside}]" if inside else "")
