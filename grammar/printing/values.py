"""The keys and values of statements in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .. import tree
from .document import Doc, Fill, Line, Nest, fits, flat, render
from .expressions import expression, line, target, targets
from .scalars import UNPRINTABLE, double_quoted, scalar
from .text import after_commas, broken, defaulted, domain, factor, over, signature, tails, type_

_NOT_A_STRING = re.compile(r"[^\W\d]\w*'*|[-+.\d].*|")
_BEGINS_WITH_CALL = re.compile(r"([^\W\d])\w*'*\(")


@dataclass(frozen=True, slots=True)
class Flow:
    """A value that is YAML as it stands: a list, a map, or nothing."""

    doc: Doc


Value = Flow | tuple[Doc, Sequence[Doc]]
"""YAML, or a text of the language: a statement's value and its tails."""


def key_of(node: Any, *, guided: bool = False) -> str:
    """The key of a statement in its section."""
    match node:
        case tree.Def(name, parameters):
            return signature(name, parameters)
        case tree.Define(aim, local=True) if guided:
            return f"let {target(aim)}"
        case tree.Plate(name) | tree.Network(name) | tree.Setting(name):
            return name.name
        case tree.Draw():
            return flat(targets(node))
    return target(node.target)


def value_of(node: Any, *, guided: bool = False, listed: bool = False) -> Value:
    """The value of a statement. In a guide, a sign says whether it is drawn or defined where the
    form does not.
    """
    match node:
        case tree.Plate():
            return Flow(_plate(node))
        case tree.Data(_, kind, default) | tree.Param(_, kind, default):
            return (type_(kind), *defaulted(default)), ()
        case tree.Draw(_, distribution, kind):
            sign = "" if kind or not guided or _is_family(distribution) else "~ "
            typed = (type_(kind), " ~ ") if kind else ()
            return (sign, typed, expression(distribution)), tails(node)
        case tree.Factor() if listed:
            return factor(node), tails(node)
        case tree.Setting(_, value, None) if _is_plain_list(value):
            return Flow(_list(value))
        case tree.Setting(_, value):
            return (expression(value), over(node)), ()
        case tree.Define(_, value) if _is_plain_list(value) and not tails(node):
            return Flow(_list(value))
        case tree.Define(_, value):
            sign = "= " if guided and not node.local and _looks_drawn(value) else ""
            return (sign, expression(value)), tails(node)
        case tree.Factor(value) | tree.Rate(_, value):
            return expression(value), tails(node)
        case _:
            return expression(node.value), ()


def laid(start: str, value: Value) -> str:
    """An entry: on one line where it fits, else with its value folded."""
    indent = len(start) - len(start.lstrip())
    if isinstance(value, Flow):
        return f"{start} {render(Nest(value.doc), len(start) + 1, indent)}".rstrip()
    doc, tails = value
    text = flat((doc, *after_commas(tails)))
    one = f"{start} {scalar(text)}"
    if fits(len(one)) or UNPRINTABLE.search(text):
        return one
    deeper = indent + 2
    return f"{start} >-\n{' ' * deeper}{broken(doc, tails, deeper)}"


# --- what is drawn -------------------------------------------------------------------------


def _is_family(node: tree.Expr) -> bool:
    return isinstance(node, tree.Call) and node.function.name[0].isupper()


def _looks_drawn(node: tree.Expr) -> bool:
    begins = _BEGINS_WITH_CALL.match(line(node))
    return begins is not None and not (begins[1].islower() or begins[1] == "_")


# --- lists ---------------------------------------------------------------------------------


def _is_plain_list(node: tree.Expr) -> bool:
    """Whether a list is one in YAML, too: of names and numbers, or of such lists."""
    return isinstance(node, tree.ListOf) and all(
        isinstance(item, tree.Name | tree.Number) or _is_plain_list(item) for item in node.items
    )


def _list(node: tree.Expr) -> Doc:
    if isinstance(node, tree.ListOf):
        return _flow("[", map(_list, node.items), "]")
    return scalar(line(node), flow=True)


def _flow(opening: str, parts: Iterable[Doc], closing: str) -> Doc:
    first, *rest = [*parts] or [""]
    return opening, Fill((first, *((",", Line(), part) for part in rest))), closing


# --- plates --------------------------------------------------------------------------------


def _plate(node: tree.Plate) -> Doc:
    """The size or the labels of a plate alone, or a map of all that is said about it."""
    fields = list(_fields(node))
    match fields:
        case []:
            return ""
        case [("labels" | "size", only)]:
            return only
    return _flow("{", ((f"{key}: ", value) for key, value in fields), "}")


def _fields(node: tree.Plate) -> Iterator[tuple[str, Doc]]:
    if _are_labels(node):
        assert isinstance(node.domain, tree.ListOf)
        yield "labels", _flow("[", map(_label, node.domain.items), "]")
    elif node.domain is not None:
        alone = not node.parents and not node.ordered
        yield "size", scalar(flat(tuple(domain(node))), flow=not alone)
    if node.parents:
        yield "within", _within(node.parents)
    if node.ordered:
        yield "ordered", "true"
    if node.ordered_by is not None:
        yield "by", scalar(node.ordered_by.name, flow=True)


def _within(parents: Sequence[tree.Role]) -> Doc:
    names = [scalar(r.plate.name, flow=True) for r in parents]
    if any(r.role != r.plate for r in parents):
        keys = [scalar(r.role.name, key=True, flow=True) for r in parents]
        return _flow("{", (f"{k}: {n}" for k, n in zip(keys, names, strict=True)), "}")
    return names[0] if len(names) == 1 else _flow("[", names, "]")


def _are_labels(node: tree.Plate) -> bool:
    """Whether a domain is a list of which each item, bare of quotes, is read for what it is."""
    if not isinstance(node.domain, tree.ListOf) or node.last is not None:
        return False
    return bool(node.domain.items) and all(
        isinstance(item, tree.Name | tree.Number)
        or (isinstance(item, tree.String) and not _NOT_A_STRING.fullmatch(item.value))
        for item in node.domain.items
    )


def _label(item: tree.Expr) -> str:
    if isinstance(item, tree.String):
        return double_quoted(item.value)
    return scalar(line(item), flow=True)
