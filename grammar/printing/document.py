"""Text that may be broken into lines: groups that stand on one line where they fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 100
INDENT = 4
"""More than that of the lines of a block, so that a broken line continues its statement."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place where a line may end; `flat` stands there where it does not."""

    flat: str = " "


@dataclass(frozen=True, slots=True)
class Nest:
    """A part whose lines are indented."""

    inner: Doc


@dataclass(frozen=True, slots=True)
class Group:
    """A part of which all lines end, or none."""

    inner: Doc


@dataclass(frozen=True, slots=True)
class Fill:
    """Parts of which as many as fit share a line; each but the first begins with its Line."""

    parts: tuple[Doc, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """A part of a Fill, once those before it are out: here a line can end."""

    inner: Doc


Doc = str | Line | Nest | Group | Fill | Next | tuple["Doc", ...]


def separated(parts: Iterable[Doc], *between: Doc) -> tuple[Doc, ...]:
    """The parts with something between each two."""
    found: list[Doc] = []
    for part in parts:
        found += [*between, part] if found else [part]
    return tuple(found)


def bracketed(opening: str, inner: Doc, closing: str) -> Doc:
    """A part in brackets, which stand on lines of their own where it is broken."""
    return Group((opening, Nest((Line(""), inner)), Line(""), closing))


def fits(columns: int) -> bool:
    """Whether so many columns are one line."""
    return columns <= WIDTH


def flat(doc: Doc) -> str:
    """The text on one line."""
    found: list[str] = []
    parts = [doc]
    while parts:
        match parts.pop():
            case str() as text:
                found.append(text)
            case Line(text):
                found.append(text)
            case other:
                parts += reversed(_inside(other))
    return "".join(found)


def render(doc: Doc, column: int = 0, indent: int = 0) -> str:
    """The text, begun at a column, with its further lines indented by `indent`."""
    out: list[str] = []
    tasks: list[tuple[int, bool, Doc]] = [(indent, False, doc)]  # indent, on one line, what
    while tasks:
        depth, on_one, part = tasks.pop()
        match part:
            case str():
                out.append(part)
                column += len(part)
            case Line() if not on_one:
                out.append("\n" + " " * depth)
                column = depth
            case Line(text):
                out.append(text)
                column += len(text)
            case Nest(inner):
                tasks.append((depth + INDENT, on_one, inner))
            case Group(inner):
                on_one = on_one or _fits(inner, WIDTH - column, tasks)
                tasks.append((depth, on_one, inner))
            case Fill((first, *rest)) if rest and not on_one:
                tasks += [(depth, False, Next(p)) for p in reversed(rest)]
                tasks.append((depth, False, Group(first)))
            case Next(inner):
                tasks.append((depth, _fits(inner, WIDTH - column, tasks), inner))
            case _:
                tasks += [(depth, on_one, p) for p in reversed(_inside(part))]
    return "".join(out)


def _inside(part: Doc) -> Sequence[Doc]:
    match part:
        case Nest(inner) | Group(inner) | Next(inner):
            return (inner,)
        case Fill(parts):
            return parts
        case tuple():
            return part
    return ()


def _fits(part: Doc, room: int, after: Sequence[tuple[int, bool, Doc]]) -> bool:
    """Whether a part fits on the line, with what follows it up to where the line can end."""
    parts, following, waiting = [part], False, len(after)
    while room >= 0:
        if not parts:
            if not waiting:
                return True
            following, waiting = True, waiting - 1
            parts.append(after[waiting][2])
        match parts.pop():
            case str() as text:
                room -= len(text)
            case Line(text):
                if following:
                    return True
                room -= len(text)
            case Next() if following:
                return True
            case other:
                parts += reversed(_inside(other))
    return False
