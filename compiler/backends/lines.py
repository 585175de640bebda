"""Lines of source, broken where `ruff format` would break them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 88
_OPEN = {"(": ")", "[": "]", "{": "}"}
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
_LEVELS = (
    (" | ",),
    (" & ",),
    (" < ", " > ", " <= ", " >= ", " == ", " != "),
    (" + ", " - "),
    (" * ", " / ", " @ "),
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
    return indent + len(text) <= WIDTH


def wrap(text: str, indent: int) -> list[str]:
    """One logical line as physical lines of at most 88 columns, where it can be broken."""
    pad = " " * indent
    if fits(text, indent):
        return [pad + text]
    head, value = _assignment(text)
    if value and operators(value):
        body = value
        inner = (
            _operands(body, indent + 4)
            if not fits(body, indent + 4)
            else [" " * (indent + 4) + body]
        )
        return [f"{pad}{head}(", *inner, f"{pad})"]
    broken = _last_group(text)
    if broken is None:
        return [pad + text]
    before, inside, after = broken
    if before == "with (":
        contexts = [_item(f"{context},", indent + 4) for context in split_items(inside)]
        return [pad + before, *(line for lines in contexts for line in lines), pad + after]
    if before[-1] == "(" and (
        len(before) == 1 or not (before[-2].isalnum() or before[-2] in "_])")
    ):
        # Parentheses around an operation, not a call's: what is inside is no list of items.
        deeper = indent + 4
        within = [" " * deeper + inside] if fits(inside, deeper) else _operands(inside, deeper)
        return [pad + before, *within, pad + after]
    return [pad + before, *_body(inside, indent + 4), pad + after]


def _body(inside: str, indent: int) -> list[str]:
    """What stands inside brackets: on one line where it fits, else an item a line."""
    items = split_items(inside)
    magic = inside.rstrip().endswith(",")
    generator = len(items) == 1 and " for " in inside
    if fits(inside, indent) and not magic:
        return [" " * indent + inside]
    if generator:
        return wrap(inside, indent)
    out: list[str] = []
    for item in items:
        comma = "" if item.startswith("*") and item != "*" and len(items) == 1 else ","
        out += _item(item + comma, indent)
    return out


def _item(text: str, indent: int) -> list[str]:
    if fits(text, indent):
        return [" " * indent + text]
    bare = text.removesuffix(",")
    _, value = _keyword(bare)
    target = value or bare
    if operators(target):
        lines = _operands(bare, indent)
        return [*lines[:-1], lines[-1] + ","]
    return wrap(text, indent)


def _operands(text: str, indent: int) -> list[str]:
    """An operation broken before each of its loosest operators."""
    for level in _LEVELS:
        places = [p for p, op in operators(text) if op in level]
        if places:
            pieces, start = [], 0
            for place in places:
                pieces.append(text[start:place])
                start = place + 1
            pieces.append(text[start:])
            return [line for piece in pieces for line in wrap(piece.strip(), indent)]
    return wrap(text, indent)


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


def split_items(text: str) -> list[str]:
    """The items between top-level commas."""
    items, start = [], 0
    for position, character, depth in scan(text):
        if character == "," and depth == 0:
            items.append(text[start:position].strip())
            start = position + 1
    last = text[start:].strip()
    return [*items, last] if last else items


def _assignment(text: str) -> tuple[str, str]:
    """`x = value` as (`x = `, value); (`return `, value); else (text, "")."""
    if text.startswith("return "):
        return "return ", text[7:]
    for position, character, depth in scan(text):
        if depth == 0 and character == "=" and text[position - 1 : position + 2] == " = ":
            return text[: position + 2], text[position + 2 :]
        if depth > 0:
            break
    return text, ""


def _keyword(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    return (name, value) if equal and name.isidentifier() else ("", "")


def _last_group(text: str) -> tuple[str, str, str] | None:
    """Before, inside and after the last top-level brackets."""
    opened = closed = -1
    for position, character, depth in scan(text):
        if depth == 0 and character in "([{":
            opened = position
        elif depth == 0 and character in ")]}":
            closed = position
    if opened < 0 or closed < opened or closed == opened + 1:
        return None
    return text[: opened + 1], text[opened + 1 : closed].strip(), text[closed:]


def literal(value: object, indent: int = 0, before: int = 0) -> str:
    """A dict, list or scalar as source; containers that do not fit stand an item a line."""
    flat = _flat(value)
    if (
        indent + before + len(flat) + 1 <= WIDTH
        or not isinstance(value, dict | list | tuple)
        or not value
    ):
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        rows = [
            f"{pad}{_flat(k)}: {literal(v, indent + 4, len(_flat(k)) + 2)},\n"
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
    """A string literal in double quotes, as `ruff format` prefers."""
    if not text.isprintable() or "\\" in text:
        text = text.encode("unicode_escape").decode("ascii")
        return '"' + text.replace('"', '\\"') + '"'
    if '"' in text and "'" not in text:
        return "'" + text + "'"
    return '"' + text.replace('"', '\\"') + '"'
