"""Lines of source, broken where `ruff format` would break them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .document import WIDTH, width
from .layout import broken

_OPERATORS = (
    " | ",
    " & ",
    " + ",
    " - ",
    " * ",
    " / ",
    " @ ",
    " < ",
    " > ",
    " <= ",
    " >= ",
    " == ",
    " != ",
)


class Lines:
    """Indented source lines."""

    def __init__(self, depth: int = 0) -> None:
        self.lines: list[str] = []
        self._depth = depth

    def add(self, text: str) -> None:
        """A logical line, broken where it is too long."""
        self.lines += wrap(text, 4 * self._depth) if text else [""]

    def comment(self, text: str) -> None:
        """A comment of one line, cut where it is too long."""
        room = WIDTH - 4 * self._depth - 2
        words = " ".join(text.split())
        self.lines.append(
            "    " * self._depth + "# " + (words if len(words) <= room else words[: room - 1] + "…")
        )

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        self.add(header)
        self._depth += 1
        yield
        self._depth -= 1

    def __str__(self) -> str:
        return "\n".join(self.lines)


def fits(text: str, indent: int) -> bool:
    return indent + width(text) <= WIDTH


def wrap(text: str, indent: int) -> list[str]:
    """One logical line as physical lines of at most 88 columns, where it can be broken."""
    # Most lines fit, and stay as they are but for brackets around all that follows.
    if not fits(text, indent) or " = (" in text or text.startswith(("return (", "with (")):
        lines = broken(text, indent)
        if lines is not None:
            return lines
    return [" " * indent + text]


def scan(text: str) -> Iterator[tuple[int, str, int]]:
    """Every character outside strings with its depth of brackets."""
    depth, quote, position = 0, "", 0
    while position < len(text):
        character = text[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        else:
            if character in ")]}":
                depth -= 1
            yield position, character, depth
            if character in "([{":
                depth += 1
        position += 1


def operators(text: str) -> list[tuple[int, str]]:
    """The binary operators outside brackets, with their places."""
    found = []
    for position, character, depth in scan(text):
        if character == " " and depth == 0:
            for operator in _OPERATORS:
                if text.startswith(operator, position):
                    found.append((position, operator))
    return found


def literal(value: object, indent: int = 0, before: int = 0) -> str:
    """A dict, list or scalar as source; containers that do not fit stand an item a line."""
    flat = _flat(value)
    if (
        indent + before + width(flat) + 1 <= WIDTH
        or not isinstance(value, dict | list | tuple)
        or not value
    ):
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        rows = [
            f"{pad}{_flat(k)}: {literal(v, indent + 4, width(_flat(k)) + 2)},\n"
            for k, v in value.items()
        ]
        return "{\n" + "".join(rows) + " " * indent + "}"
    rows = [f"{pad}{literal(v, indent + 4)},\n" for v in value]
    return "[\n" + "".join(rows) + " " * indent + "]"


def _flat(value: object) -> str:
    match value:
        case str():
            return quoted(value)
        case dict():
            return "{" + ", ".join(f"{_flat(k)}: {_flat(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_flat, value)) + "]"
        case _:
            return repr(value)


def quoted(text: str) -> str:
    """A string literal in double quotes, but in single ones where that escapes fewer of them."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    if not text.isprintable() or "\\" in text:
        text = text.encode("unicode_escape").decode("ascii")
    return mark + text.replace(mark, "\\" + mark) + mark
