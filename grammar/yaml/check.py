"""Whether the sections and fields of a YAML spec exist, and have the form that they must have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ..diagnostics import Diagnostic, closest, did_you_mean
from ..source import Span
from .forms import LIST, MAP, NOTHING, TEXT, Sections, example_of, field_example, fields_of, form
from .nodes import Listing, Lost, Mapping, Node, Scalar

_SPOKEN = {NOTHING: "nothing", TEXT: "a text", LIST: "a list", MAP: "a map"}
_EXPECTED = {
    "string_type": (TEXT,),
    "list_type": (LIST,),
    "dict_type": (MAP,),
    "model_type": (MAP,),
}
_TAG = re.compile(r"<\w+>")


def check(root: Mapping) -> list[Diagnostic]:
    """Everything that is wrong with the form of a spec."""
    try:
        Sections.model_validate(_plain(root))
    except ValidationError as error:
        tree = _Tree(root)
        found = [tree.diagnostic(e) for e in error.errors(include_url=False)]
        return [d for d in found if d is not None and not tree.is_excused(d)]
    return []


def _plain(node: Node) -> Any:
    match node:
        case Mapping(pairs):
            return {key.text: _plain(value) for key, value in pairs}
        case Listing(items):
            return [_plain(item) for item in items]
        case Scalar(text) if not node.is_empty:
            return text
    return None


class _Tree:
    """Finds the nodes to which errors belong."""

    def __init__(self, root: Mapping) -> None:
        self.root = root
        self.entries: dict[int, dict[str, tuple[Scalar, Node]]] = {}
        self.misspelt: list[Span] = []

    def is_excused(self, found: Diagnostic) -> bool:
        """Whether it is about the value of a field that was taken for another."""
        start = found.span.start if found.span else 0
        return any(span.start <= start < span.end for span in self.misspelt)

    def diagnostic(self, error: Any) -> Diagnostic | None:
        """What is wrong, or None where the value was lost, which has been said."""
        path = [part for part in error["loc"] if part not in _SPOKEN]
        missing = path.pop() if error["type"] == "missing" else ""
        node, key = self._find(path)
        if isinstance(node, Lost):
            return None
        section = str(path[0]) if path else ""
        place = _place(node, key)
        match error["type"]:
            case "extra_forbidden":
                return _unknown(section if len(path) > 1 else "", key, place)
            case "missing":
                return self._missing(node, section, str(missing), place)
            case "together":
                return Diagnostic("B108", error["ctx"]["message"], place, help=error["ctx"]["help"])
            case "too_short":
                empty = f"an empty {'map' if isinstance(node, Mapping) else 'list'}"
                return Diagnostic("B108", empty, place, help="leave it out, or fill it")
            case "literal_error":
                message = f"`{path[-1]}` is `true` or `false`"
                return Diagnostic("B108", message, _shown(node.span), help="write one of the two")
        tags = _TAG.findall(error.get("ctx", {}).get("expected_tags", ""))
        expected = tags or _EXPECTED[error["type"]]
        return _wrong_form(node, key, section, expected, len(path))

    def _missing(self, node: Node, section: str, field: str, place: Span) -> Diagnostic:
        message = f"`{field}` is missing"
        if isinstance(node, Mapping):
            known = fields_of(section)
            others = {k.text: (k, v) for k, v in node.pairs if k.text not in known}
            close = closest(field, others)
            if close:
                key, value = others[close]
                self.misspelt.append(value.span)
                help = did_you_mean(close, [field])
                return Diagnostic("B108", message, key.span, help=help)
        help = f"add `{field}: {_written(field_example(section, field))}`"
        return Diagnostic("B108", message, place, help=help)

    def _find(self, path: Sequence[Any]) -> tuple[Node, Scalar | None]:
        """The node at a path, and its key where it has one."""
        node: Node = self.root
        key: Scalar | None = None
        for part in path:
            if isinstance(node, Mapping):
                key, node = self._entries(node)[part]
            elif isinstance(node, Listing):
                key, node = None, node.items[part]
        return node, key

    def _entries(self, node: Mapping) -> dict[str, tuple[Scalar, Node]]:
        if id(node) not in self.entries:
            self.entries[id(node)] = {key.text: (key, value) for key, value in node.pairs}
        return self.entries[id(node)]


def _unknown(section: str, key: Scalar | None, place: Span) -> Diagnostic:
    name = key.text if key else ""
    close = did_you_mean(name, fields_of(section))
    what = f"no field `{name}` here" if section else f"no section `{name}`"
    help = close or _fields(section)
    return Diagnostic("B108", f"there is {what}", place, help=help)


def _fields(section: str) -> str:
    known = ", ".join(f"`{name}`" for name in fields_of(section))
    return f"{'the fields here are' if section else 'the sections are'} {known}"


def _wrong_form(
    node: Node, key: Scalar | None, section: str, expected: Sequence[str], depth: int
) -> Diagnostic:
    found = form(_plain(node))
    wanted = [_SPOKEN[tag] for tag in expected if tag != NOTHING]
    help = _example(section, expected, depth)
    if found == NOTHING and key is None:
        message = "nothing stands here"
        help = "leave it out; a text that reads `null` or `~` goes in quotes"
    elif found == NOTHING:
        message = f"nothing stands after `{key.text if key else ''}:`"
    else:
        message = f"{_SPOKEN[found]} stands here, where {' or '.join(wanted)} is wanted"
    if found == TEXT and depth == 1:
        help = f"write its entries below it, indented; {help}"
    place = _place(node, key) if found == NOTHING else _shown(node.span)
    return Diagnostic("B108", message, place, help=help)


def _example(section: str, expected: Sequence[str], depth: int) -> str:
    """How an entry of the section can look."""
    if not section:
        return _fields("")
    example = example_of(section)
    if not isinstance(example, dict):
        return f"for example: `{section}: {example}`"
    for name, value in example.items():
        if depth == 1 or form(value if isinstance(value, dict | list) else str(value)) in expected:
            return f"for example: `{f'{name}: {_written(value)}'.rstrip()}`"
    return _fields(section)


def _written(value: Any) -> str:
    match value:
        case dict():
            inside = ", ".join(f"{name}: {_written(inner)}" for name, inner in value.items())
            return "{" + inside + "}"
        case list():
            return "[" + ", ".join(map(_written, value)) + "]"
        case None:
            return ""
    return str(value)


def _place(node: Node, key: Scalar | None) -> Span:
    return _shown(key.span if key is not None else Span(node.span.start, node.span.start + 1))


def _shown(span: Span) -> Span:
    return Span(span.start, max(span.end, span.start + 1))
