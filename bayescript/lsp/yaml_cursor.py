"""Where a cursor stands in a spec written as YAML.

The line's keys tell the section; the statement is put together as it would stand in text, so that
both surfaces are understood by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..grammar.source import Span
from .cursor import Cursor, build, word_at

SECTIONS = (
    "model",
    "description",
    "plates",
    "data",
    "params",
    "lets",
    "quantities",
    "priors",
    "kernels",
    "networks",
    "functions",
    "odes",
    "likelihoods",
    "factors",
    "generated",
    "guide",
    "inference",
)
PLATE_FIELDS = ("size", "labels", "within", "ordered", "by")
VALUE_FIELDS = ("value", "distribution", "initially", "where", "type")
ODE_FIELDS = ("time", "start", "rates")

_KEY = re.compile(
    r"""(?P<dash>(?:-[ ]+)*)
    (?P<key>"[^"\n]*"|'[^'\n]*'|[^\s\#"'{\[&*!|>%@`-][^\n\#]*?)[ \t]*:(?=[ \t]|\r?$)""",
    re.VERBOSE | re.MULTILINE,
)
_SIGNS = {
    "data": " : ",
    "params": " : ",
    "priors": " ~ ",
    "likelihoods": " ~ ",
    "inference": " = ",
}
_FLOW_WITHIN = re.compile(r"\bwithin:\s*(\[[^\]]*|\{[^}]*|[^,}\]]*)\Z")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds a key: how deep, the key, and where its value begins."""

    begin: int
    depth: int
    key: str
    value: int


def at(text: str, offset: int) -> Cursor:
    """The cursor in a spec written as YAML."""
    word = word_at(text, offset)
    path = _path(text, word.start)
    here = path[-1] if path else None
    if here is None or word.start < here.value or _opens_a_line(text, here, len(path), word.start):
        return _in_key(text, word, offset, [p.key for p in path], here)
    keys = tuple(p.key for p in path)
    value = _plain(text[here.value : word.start])
    statement, block, owner = _statement(keys, value, text)
    return build(statement, text, word, offset, block, owner, keys)


def _opens_a_line(text: str, here: _Line, depth: int, offset: int) -> bool:
    """Whether a line without a key, below one, is the beginning of a key rather than a value."""
    begin = text.rfind("\n", 0, offset) + 1
    beside = text[here.value : begin].partition("\n")[0].partition("#")[0]
    if begin <= here.value or beside.strip():
        return False
    typed = text[begin:offset].strip().lstrip("- ")
    return depth == 1 or not typed or typed.startswith("#")


def keys_of(text: str) -> frozenset[str]:
    """The sections that a spec has already."""
    return frozenset(m["key"] for m in _KEY.finditer(text) if _column(text, m.start()) == 0)


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)


def _path(text: str, offset: int) -> list[_Line]:
    """The lines whose keys lead to an offset, from the section in."""
    begin = text.rfind("\n", 0, offset) + 1
    line = _line(text, begin)
    depth = line.depth if line else _indent(text, begin)
    if line is None and not text[begin:offset].strip():
        depth = offset - begin
    found = [line] if line else []
    while begin and depth:
        begin = text.rfind("\n", 0, begin - 1) + 1
        above = _line(text, begin)
        if above is not None and above.depth < depth:
            found.append(above)
            depth = above.depth
    return found[::-1]


def _line(text: str, begin: int) -> _Line | None:
    depth = _indent(text, begin)
    match = _KEY.match(text, begin + depth)
    if match is None:
        return None
    return _Line(begin, depth + len(match["dash"]), _bare(match["key"]), match.end())


def _indent(text: str, begin: int) -> int:
    at = begin
    while at < len(text) and text[at] == " ":
        at += 1
    return at - begin


def _bare(key: str) -> str:
    return key[1:-1] if key[:1] in ('"', "'") else key


def _plain(value: str) -> str:
    """A value without the signs with which YAML quotes or folds it."""
    value = value.lstrip()
    if value[:1] in ("|", ">"):
        value = value.partition("\n")[2]
    elif value[:1] in ('"', "'"):
        value = value[1:]
    return value


def _in_key(text: str, word: Span, offset: int, keys: list[str], here: _Line | None) -> Cursor:
    """A cursor in a key, or on a line that has none yet."""
    begin = text.rfind("\n", 0, word.start) + 1
    typed = _plain(text[begin : word.start].lstrip(" -"))
    own = here is not None and here.begin == begin
    above = tuple(keys[:-1] if own else keys)
    block = {"data": "data", "inference": "infer"}.get(above[0] if above else "", "key")
    owner = method_of(text) if block == "infer" else ""
    return build(typed, text, word, offset, block, owner, above, True)


def method_of(text: str) -> str:
    """The method that the inference section names."""
    found = re.search(r"^inference:(?:\n+[ ]+[^\n]*)*?\n+[ ]+method:[ ]*(\w+)", text, re.MULTILINE)
    return found[1] if found else ""


def _statement(keys: tuple[str, ...], value: str, text: str) -> tuple[str, str, str]:
    """A key and its value up to the cursor as a statement would write them; its block."""
    section, name, field = (*keys, "", "", "")[:3]
    if len(keys) == 1:
        return (f"model {value}" if section == "model" else '"'), "", ""
    if section == "inference":
        if name == "method":
            return f"infer {value}", "", ""
        return f"{name} = {value}", "infer", method_of(text)
    if section == "plates":
        return _plate(name, field, value), "", ""
    if section == "odes":
        return f"d({keys[-1]}) = {value}", "ode", ""
    if section == "functions":
        return f"def {name} = {value}", "", ""
    sign = _SIGNS.get(section, " = ")
    if section in ("generated", "guide"):
        sign = " " if value.startswith("~") else " = "
    if field in ("initially", "where"):
        return f"{name}{sign}0, {field} {value}", "", ""
    if field == "type":
        return f"{name} : {value}", "", ""
    return f"{name}{sign}{value}", "data" if section == "data" else "", ""


def _plate(name: str, field: str, value: str) -> str:
    inside = _FLOW_WITHIN.search(value)
    if field == "within" or inside:
        given = inside[1] if inside else value
        opened = "(" if given[:1] in ("[", "{") else ""
        return f"plate {name} within {opened}{given.lstrip('[{')}"
    if field == "by" or re.search(r"\bby:\s*\Z", value):
        return f"plate {name} ordered by "
    return f"plate {name} = {value}" if field in ("", "size", "labels") else '"'
