"""Statements in order of dependency, whatever the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from ...grammar import tree
from ...grammar.diagnostics import Note, SpecError
from . import later
from .scope import error

Stated = tree.Draw | tree.Define | tree.Param | tree.Factor


_LEFT_OUT = frozenset({"span", "target", "text", "section"})
_NODES = (*tree.Expr.__args__, *Stated.__args__, tree.Argument, tree.Prior, tree.Initially)
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(f.name for f in fields(kind) if f.name not in _LEFT_OUT) for kind in _NODES
} | {
    tree.Name: (),
    tree.Number: (),
    tree.String: (),
    tree.Field: ("base",),
    tree.Call: ("arguments", "priors"),
    tree.Argument: ("value",),
    tree.Prior: ("distribution",),
    tree.Type: ("arguments",),
}
"""The fields of each piece of syntax in which names may stand that it uses."""


def walk(node: Any) -> Iterator[Any]:
    """Every piece of syntax inside one, itself included, from left to right."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo += reversed(node)
            continue
        names = _FIELDS.get(type(node))
        if names is None:
            continue
        yield node
        if isinstance(node, tree.Call) and node.function.name == "Transformed":
            todo += reversed(node.arguments[:1])  # the other one is a function's name
        else:
            todo += [getattr(node, name) for name in reversed(names)]


def names(node: Any) -> Iterator[tree.Name]:
    """Every name that a piece of syntax uses, functions and keywords left out."""
    return (n for n in walk(node) if isinstance(n, tree.Name))


def functions(node: Any) -> Iterator[str]:
    """Every function that a piece of syntax calls."""
    return (n.function.name for n in walk(node) if isinstance(n, tree.Call))


def dependencies(statement: Stated, bodies: dict[str, tree.Def]) -> tuple[set[str], bool]:
    """The names that a statement needs, through functions too, and whether it looks back."""
    found: set[str] = set()
    seen: set[str] = set()
    looks_back = False
    todo: list[tuple[Any, frozenset[str]]] = [(statement, frozenset())]
    while todo:
        body, own = todo.pop()
        for node in walk(body):
            if isinstance(node, tree.Name):
                if node.name not in own:
                    found.add(node.name)
            elif isinstance(node, tree.Call):
                name = node.function.name
                looks_back = looks_back or (name == "prev" and body is statement)
                if name in bodies and name not in seen:
                    seen.add(name)
                    called = bodies[name]
                    todo.append((called.value, frozenset(p.name for p in called.parameters)))
    return found, looks_back


def target(statement: Stated) -> tree.Name | None:
    return statement.target.name if statement.target is not None else None


def by_kind(statements: Sequence[Stated], given: set[str]) -> list[Stated]:
    """The statements of a kind together, in the order in which they were written.

    Text may mix the kinds, YAML has a section for each: so both surfaces give one program, and so
    do the sections of YAML in any order. What `given` names is data. A name that is stated again
    stays with its first statement, which is the one that messages call the first.
    """
    ranks: dict[str, int] = {}

    def rank(statement: Stated) -> int:
        own = _rank(statement, given)
        name = target(statement)
        return own if name is None else ranks.setdefault(name.name, own)

    return sorted(statements, key=rank)


def _rank(statement: Stated, given: set[str]) -> int:
    match statement:
        case tree.Param():
            return 0
        case tree.Draw(named):
            return 4 if named.name.name in given else 1
        case tree.Define(local=local):
            return 2 if local else 3
        case tree.Factor():
            return 5


def ordered(
    statements: Sequence[Stated], given: set[str], bodies: dict[str, tree.Def]
) -> tuple[list[Stated], list[SpecError]]:
    """The statements sorted so that what a statement needs stands before it.

    `given` are the names whose values are data: an outcome's statement needs what it needs, but
    nobody waits for it. The written order is kept where dependencies leave it open. The errors
    (B205) are the circles in which statements need one another.
    """
    makers: dict[str, int] = {}
    for number, statement in enumerate(statements):
        name = target(statement)
        if name is not None and name.name not in given and not isinstance(statement, tree.Factor):
            makers.setdefault(name.name, number)
    needs = []
    for number, statement in enumerate(statements):
        wanted, looks_back = dependencies(statement, bodies)
        makes = {makers[n] for n in wanted if n in makers}
        needs.append(sorted(makes - ({number} if looks_back else set())))
    result: list[Stated] = []
    circles: list[SpecError] = []
    state: dict[int, int] = {}
    for start in range(len(statements)):
        _visit(start, statements, needs, state, result, circles)
    return result, circles


def _visit(
    start: int,
    statements: Sequence[Stated],
    needs: list[list[int]],
    state: dict[int, int],
    result: list[Stated],
    circles: list[SpecError],
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
            path = [n for n, _ in stack]
            circle = path[path.index(step) :]
            circles.append(_circle([statements[n] for n in circle]))
            for one in circle:
                state[one] = 2  # reported: the others go on without it


_LINKS = 6  # of a circle, those that a message shows


def _circle(statements: list[Stated]) -> SpecError:
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
    nexts = [*words[1:], words[0]]
    needs = [f"needs `{after.name}`" for after in nexts] if len(words) > 1 else [""]
    if any("prev" in functions(s) for s in statements):
        return SpecError(later.recursion(words[0], path))
    return error(
        "B205",
        own,
        words[0].span,
        label=needs[0],
        notes=tuple(Note(w.span, n) for w, n in list(zip(words, needs, strict=True))[1:_LINKS]),
        help="one link must go; along an ordered plate a quantity looks back with `prev`",
    )
