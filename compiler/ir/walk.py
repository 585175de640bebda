"""Map and fold over the nodes of the IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from .. import ir

Node = TypeVar("Node")

_NODES: tuple[type, ...] = (
    *ir.Expr.__args__,
    *ir.Distribution.__args__,
    *ir.Statement.__args__,
    ir.Support,
)


_SKIP = {"dims", "event", "kind", "span", "axis", "axes", "name", "operation", "operator"}
_HOLDERS = {kind: tuple(f.name for f in fields(kind) if f.name not in _SKIP) for kind in _NODES}
"""The fields of each node that hold nodes, or tuples of them."""


def children(node: Any) -> Iterator[Any]:
    """The nodes directly inside a node."""
    for name in _HOLDERS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, _NODES):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, _NODES):
                    yield item
                elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], _NODES):
                    yield item[1]


def walk(node: Any) -> Iterator[Any]:
    """The node and everything inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def rebuild(node: Node, change: Callable[[Any], Any]) -> Node:
    """The node with `change` applied to the nodes directly inside it."""
    changed: dict[str, Any] = {}
    for name in _HOLDERS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, _NODES):
            new: Any = change(value)
        elif isinstance(value, tuple) and value:
            new = tuple(_item(item, change) for item in value)
            if all(a is b for a, b in zip(new, value, strict=True)):
                continue
        else:
            continue
        if new is not value:
            changed[name] = new
    return replace(node, **changed) if changed else node  # type: ignore[type-var]


def _item(item: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(item, _NODES):
        return change(item)
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], _NODES):
        new = change(item[1])
        return item if new is item[1] else (item[0], new)
    return item


def transform(node: Node, change: Callable[[Any], Any]) -> Node:
    """Every node, innermost first, replaced by what `change` makes of it."""
    return change(rebuild(node, lambda child: transform(child, change)))  # type: ignore[no-any-return]


def names(node: Any) -> set[str]:
    """The names that a node refers to."""
    return {n.name for n in walk(node) if isinstance(n, ir.Ref)}


def every(model: ir.Model, change: Callable[[ir.Statement], ir.Statement]) -> ir.Model:
    """The model with each statement, those of its blocks too, replaced by what `change` makes."""
    return replace(
        model,
        statements=tuple(map(change, model.statements)),
        generated=tuple(map(change, model.generated)),
        guide=tuple(map(change, model.guide)),
    )
