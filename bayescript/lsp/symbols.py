"""The names that a spec declares, where, and as what; from the tree alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ..grammar import tree
from ..grammar.source import Span

What = Literal[
    "model",
    "plate",
    "role",
    "data",
    "draw",
    "define",
    "let",
    "param",
    "factor",
    "function",
    "parameter",
    "kernel",
    "network",
    "rate",
    "time",
    "broken",
]

NO_VALUE: frozenset[What] = frozenset({"model", "plate", "role", "function", "parameter"})
"""What stands for no quantity."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declaration: its name, and the node and the place of the whole statement."""

    name: str
    what: What
    span: Span
    whole: Span
    node: Any
    block: str = ""

    @property
    def dims(self) -> tuple[str, ...]:
        target = getattr(self.node, "target", None)
        return tuple(d.name for d in target.dims or ()) if isinstance(target, tree.Target) else ()


@dataclass(frozen=True)
class Symbols:
    """All declarations of a spec, in the order in which they stand."""

    all: tuple[Symbol, ...]

    @cached_property
    def _by_name(self) -> dict[str, list[Symbol]]:
        found: dict[str, list[Symbol]] = {}
        for symbol in self.all:
            if symbol.what not in ("function", "model"):
                found.setdefault(symbol.name, []).append(symbol)
        # An outcome is declared as data or by `let`; its distribution is no declaration.
        rank = {"data": 0, "plate": 0, "let": 0, "broken": 2}
        for symbols in found.values():
            symbols.sort(key=lambda s: rank.get(s.what, 1))
        return found

    def named(self, name: str) -> tuple[Symbol, ...]:
        """What a name stands for that is no function; its declaration first."""
        return tuple(self._by_name.get(name.rstrip("'"), ()))

    def function(self, name: str) -> Symbol | None:
        return next((s for s in self.all if s.name == name and s.what == "function"), None)

    def of(self, *what: What) -> tuple[Symbol, ...]:
        return tuple(s for s in self.all if s.what in what)

    @property
    def plates(self) -> tuple[str, ...]:
        return _unique(s.name for s in self.of("plate"))

    @property
    def roles(self) -> tuple[str, ...]:
        return _unique(s.name for s in self.of("role"))

    @property
    def quantities(self) -> tuple[str, ...]:
        """Every name that has values, also of statements that could not be read."""
        return _unique(s.name for s in self.all if s.what not in NO_VALUE)

    @property
    def latents(self) -> tuple[str, ...]:
        return tuple(n for n in self.quantities if self.role(n) == "latent")

    def role(self, name: str) -> str:
        """What part a quantity plays in the model, in a word; empty where the text cannot tell."""
        kinds = {s.what for s in self.named(name)}
        for what, role in (
            ("data", "data"),
            ("let", "local"),
            ("define", "defined"),
            ("param", "parameter"),
            ("factor", "factor"),
            ("draw", "latent"),
            ("kernel", "kernel"),
            ("network", "network"),
            ("rate", "solution"),
            ("time", "time"),
        ):
            if what in kinds:
                return role
        return ""


def symbols(spec: tree.Spec) -> Symbols:
    return Symbols(tuple(_of(spec.statements, "")))


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _of(statements: tuple[Any, ...], block: str) -> Iterator[Symbol]:
    for node in tree.apart(statements):
        match node:
            case tree.Header(name):
                yield Symbol(name.name, "model", name.span, node.span, node)
            case tree.Plate(name):
                yield Symbol(name.name, "plate", name.span, node.span, node)
                for role in node.parents:
                    if role.role.name != role.plate.name:
                        yield Symbol(role.role.name, "role", role.role.span, node.span, node)
            case tree.DataBlock(inner):
                for line in inner:
                    yield _target(line, "data", "data")
            case tree.Generate(inner):
                yield from _of(inner, "generate")
            case tree.Guide(inner):
                yield from _of(inner, "guide")
            case tree.Draw():
                yield _target(node, "draw", block)
            case tree.Define():
                yield _target(node, "let" if node.local else "define", block)
            case tree.Param():
                yield _target(node, "param", block)
            case tree.Factor() if node.target is not None:
                yield _target(node, "factor", block)
            case tree.Kernel():
                yield _target(node, "kernel", block)
            case tree.Network(name):
                yield Symbol(name.name, "network", name.span, node.span, node, block)
            case tree.Def(name, parameters):
                yield Symbol(name.name, "function", name.span, node.span, node)
                for parameter in parameters:
                    yield Symbol(
                        parameter.name, "parameter", parameter.span, node.span, node, name.name
                    )
            case tree.Ode(time, _, rates):
                yield Symbol(time.name, "time", time.span, time.span, node, "ode")
                for rate in rates:
                    yield _target(rate, "rate", "ode")
            case tree.Broken(word, names):
                yield from _broken(node, word.lower(), names)


def _target(node: Any, what: What, block: str) -> Symbol:
    name = node.target.name
    return Symbol(name.name, what, name.span, node.span, node, block)


_BROKEN: dict[str, What] = {
    "plate": "plate",
    "def": "function",
    "data": "data",
    "let": "let",
    "param": "param",
    "kernel": "kernel",
    "network": "network",
}


def _broken(node: Any, word: str, names: tuple[tree.Name, ...]) -> Iterator[Symbol]:
    for name in names if word != "infer" else ():
        yield Symbol(name.name, _BROKEN.get(word, "broken"), name.span, node.span, node)
