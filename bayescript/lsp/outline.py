"""The outline of a spec: its declarations, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..grammar import tree
from ..grammar.source import Span
from .analysis import Analysis
from .symbols import Symbol


@dataclass(frozen=True, slots=True)
class Entry:
    """`whole` holds `span`, and the `whole` of what is inside."""

    name: str
    what: str
    detail: str
    span: Span
    whole: Span
    inside: tuple[Entry, ...] = ()


def outline(analysis: Analysis) -> tuple[Entry, ...]:
    """The entries of a spec; a block holds its lines."""
    made: dict[Span, list[Entry]] = {}  # by the place of the statement
    for symbol in analysis.symbols.all:
        if symbol.what not in ("role", "parameter"):
            made.setdefault(symbol.node.span, []).append(_entry(symbol, analysis))
    entries: list[Entry] = []
    for node in analysis.reading.spec.statements:
        match node:
            case tree.DataBlock(lines):
                entries.append(_block("data", node, lines, made))
            case tree.Generate(lines):
                entries.append(_block("generate", node, lines, made))
            case tree.Guide(lines):
                entries.append(_block("guide", node, lines, made))
            case tree.Ode(rates=rates):
                entries.append(_block("ode", node, rates, made))
            case tree.Infer(method, settings):
                own = {
                    s.span: [Entry(s.name.name, "setting", "", s.name.span, s.span)]
                    for s in settings
                }
                entries.append(_block(f"infer {method.name}", node, settings, own))
            case _:
                entries += made.get(node.span, [])
    return tuple(entries)


def _entry(symbol: Symbol, analysis: Analysis) -> Entry:
    what: str = symbol.what
    if what == "draw":
        known = analysis.symbols.named(symbol.name)
        what = "outcome" if any(s.what in ("data", "let") for s in known) else "draw"
    return Entry(symbol.name, what, _detail(symbol), symbol.span, symbol.whole.to(symbol.span))


def _detail(symbol: Symbol) -> str:
    match symbol.node:
        case tree.Data(target, type):
            return f"{_dims(target)}: {type.name.name}".strip()
        case tree.Draw(target, tree.Call(function)):
            return f"{_dims(target)}~ {function.name}"
        case tree.Draw(target):
            return f"{_dims(target)}~"
        case tree.Define(target) | tree.Factor(target=tree.Target() as target):
            return f"{_dims(target)}="
        case tree.Plate(parents=parents) if parents:
            return "within " + ", ".join(r.plate.name for r in parents)
        case tree.Header(description=text):
            return text
    return ""


def _dims(target: tree.Target) -> str:
    return f"[{', '.join(d.name for d in target.dims)}] " if target.dims else ""


def _block(name: str, node: Any, lines: Sequence[Any], made: Mapping[Span, list[Entry]]) -> Entry:
    inside = tuple(entry for line in lines for entry in made.get(line.span, []))
    whole = node.span
    for entry in inside:
        whole = whole.to(entry.whole)
    return Entry(name, "block", "", node.span, whole, inside)
