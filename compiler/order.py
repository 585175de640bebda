"""Statements in order of dependency, whatever the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ..grammar import tree
from ..grammar.diagnostics import Note
from .scope import error

Stated = tree.Draw | tree.Define | tree.Param | tree.Factor


def names(node: Any) -> Iterator[tree.Name]:
    """Every name that a piece of syntax uses, functions and keywords left out."""
    match node:
        case tree.Name():
            yield node
        case tree.Call():
            for argument in node.arguments:
                yield from names(argument.value)
            for prior in node.priors:
                yield from names(prior.distribution)
        case tree.Argument(value):
            yield from names(value)
        case tuple():
            for item in node:
                yield from names(item)
        case _ if is_dataclass(node):
            for field in fields(node):
                if field.name not in ("span", "target", "function"):
                    yield from names(getattr(node, field.name))


def functions(node: Any) -> Iterator[str]:
    """Every function that a piece of syntax calls."""
    if isinstance(node, tuple):
        for item in node:
            yield from functions(item)
    elif is_dataclass(node):
        if isinstance(node, tree.Call):
            yield node.function.name
        for field in fields(node):
            if field.name != "span":
                yield from functions(getattr(node, field.name))


def dependencies(statement: Stated, bodies: dict[str, tree.Def]) -> set[str]:
    """The names that a statement needs, through the user's functions too."""
    found = {n.name for n in names(statement)}
    todo = [f for f in functions(statement) if f in bodies]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        body = bodies[name]
        found |= {n.name for n in names(body.value)} - {p.name for p in body.parameters}
        todo += [f for f in functions(body.value) if f in bodies]
    return found


def target(statement: Stated) -> tree.Name | None:
    return statement.target.name if statement.target is not None else None


def ordered(
    statements: Sequence[Stated], given: set[str], bodies: dict[str, tree.Def]
) -> list[Stated]:
    """The statements sorted so that what a statement needs stands before it.

    `given` are the names whose values are data: an outcome's statement needs what it needs, but
    nobody waits for it. The written order is kept where dependencies leave it open.
    Raises SpecError (B205) where statements need one another in a circle.
    """
    makers: dict[str, int] = {}
    for number, statement in enumerate(statements):
        name = target(statement)
        if name is not None and name.name not in given and not isinstance(statement, tree.Factor):
            makers.setdefault(name.name, number)
    needs = []
    for number, statement in enumerate(statements):
        wanted = {makers[n] for n in dependencies(statement, bodies) if n in makers}
        needs.append(sorted(wanted - ({number} if _looks_back(statement) else set())))
    result: list[Stated] = []
    state: dict[int, int] = {}
    for start in range(len(statements)):
        _visit(start, statements, needs, state, result)
    return result


def _looks_back(statement: Stated) -> bool:
    return "prev" in set(functions(statement))


def _visit(
    start: int,
    statements: Sequence[Stated],
    needs: list[list[int]],
    state: dict[int, int],
    result: list[Stated],
) -> None:
    """Depth first, without recursion: chains of definitions can be long."""
    stack = [(start, iter(needs[start]))] if start not in state else []
    state.setdefault(start, 1)
    while stack:
        number, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            stack.pop()
            if state[number] != 2:
                state[number] = 2
                result.append(statements[number])
        elif step not in state:
            state[step] = 1
            stack.append((step, iter(needs[step])))
        elif state[step] == 1:
            circle = [n for n, _ in stack]
            raise _circle([statements[n] for n in circle[circle.index(step) :]])


def _circle(statements: list[Stated]) -> Exception:
    words = []
    for statement in statements:
        name = target(statement)
        if name is not None:
            words.append(name)
    path = " → ".join(f"`{w.name}`" for w in [*words, words[0]])
    own = (
        f"`{words[0].name}` is needed for itself"
        if len(words) == 1
        else f"these need one another: {path}"
    )
    return error(
        "B205",
        own,
        words[0].span,
        notes=tuple(Note(w.span, "needs the next") for w in words[1:3]),
        help="one link must go; along an ordered plate a quantity looks back with `prev`",
    )
