"""What an editor shows of the word under the mouse, as Markdown."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from ..compiler import ir
from ..grammar import tree
from ..grammar.source import Span
from . import describe
from .analysis import Analysis, Typed
from .cursors import cursor_at
from .resolve import Found, resolve
from .symbols import Symbol

_LABELS_SHOWN = 8
_ROLES = {
    "data": "data",
    "latent": "latent",
    "defined": "defined",
    "local": "defined here (`let`), not recorded",
    "parameter": "a parameter without a prior",
    "factor": "a factor of the density",
    "kernel": "a covariance function",
    "network": "a network",
    "solution": "the solution of a differential equation",
    "time": "the time of a differential equation",
}
_KINDS = {"real": "real", "int": "whole", "bool": "a truth value", "index": "an element"}


@dataclass(frozen=True, slots=True)
class Hover:
    text: str
    span: Span


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """What is known of the word at an offset."""
    cursor = cursor_at(analysis.source, offset)
    found = resolve(cursor, analysis.symbols)
    if found is None:
        return None
    text = _text(found, analysis)
    return Hover(text, cursor.span) if text else None


def _text(found: Found, analysis: Analysis) -> str:
    match found.kind:
        case "symbol" if found.symbol is not None:
            return symbol_text(found.symbol, analysis)
        case "distribution":
            return describe.distribution(found.name)
        case "argument":
            return describe.argument(found.owner, found.name)
        case "function":
            return describe.function(found.name)
        case "type":
            return describe.type_(found.name)
        case "method":
            return describe.method(found.name)
        case "setting":
            return describe.setting(found.owner, found.name)
        case "keyword":
            return describe.keyword(found.name)
    return ""


def symbol_text(symbol: Symbol, analysis: Analysis) -> str:
    """A declared name: its statements as written, and what they make of it."""
    match symbol.what:
        case "plate":
            return f"{_written([symbol], analysis)}\n{_plate(symbol, analysis)}"
        case "role":
            return f"{_written([symbol], analysis)}\n**role**: a parent of `{_plate_of(symbol)}`"
        case "parameter":
            return f"{_written([symbol], analysis)}\n**argument** of `{symbol.block}`"
        case "function":
            return f"{_written([symbol], analysis)}\n**function**"
        case "model":
            return f"{_written([symbol], analysis)}\n**model**"
    every = [s for s in analysis.symbols.named(symbol.name) if s.what not in ("plate", "role")]
    return f"{_written(every, analysis)}\n{_quantity(symbol, analysis)}"


def _written(symbols: list[Symbol], analysis: Analysis) -> str:
    """The statements of a name, as they stand in the text."""
    lines = []
    for symbol in symbols:
        text = analysis.source.excerpt(symbol.whole)
        column = analysis.source.place(symbol.whole.start)[1] - 1
        lines.append(textwrap.dedent(" " * column + text).rstrip())
    language = "yaml" if analysis.source.surface == "yaml" else "bayes"
    return describe.code("\n".join(dict.fromkeys(lines)), language)


# --- plates -------------------------------------------------------------------------------


def _plate_of(symbol: Symbol) -> str:
    return symbol.node.name.name if isinstance(symbol.node, tree.Plate) else ""


def _plate(symbol: Symbol, analysis: Analysis) -> str:
    node = symbol.node
    if not isinstance(node, tree.Plate):
        return "**plate**"
    said = ["**plate**"]
    if node.parents:
        roles = [
            f"`{r.plate.name}`" + (f" as `{r.role.name}`" if r.role.name != r.plate.name else "")
            for r in node.parents
        ]
        said.append("within " + ", ".join(roles))
    said.append(_size(symbol.name, node, analysis))
    if node.ordered_by is not None:
        said.append(f"ordered by `{node.ordered_by.name}`")
    elif node.ordered:
        said.append("ordered")
    children = [
        s.name
        for s in analysis.symbols.of("plate")
        if isinstance(s.node, tree.Plate)
        and any(r.plate.name == symbol.name for r in s.node.parents)
    ]
    if children:
        said.append("holds " + ", ".join(f"`{c}`" for c in children))
    return " · ".join(said)


def _size(name: str, node: tree.Plate, analysis: Analysis) -> str:
    if node.domain is None:
        return "size and labels from the data"
    if node.last is None and not isinstance(node.domain, tree.ListOf):
        return f"size {analysis.source.excerpt(node.domain.span)}"
    known = analysis.model
    plate = next((p for p in known.plates if p.name == name), None) if known else None
    if plate is None or plate.labels is None:
        return "labels written here"
    shown = [f"`{label}`" for label in plate.labels[:_LABELS_SHOWN]]
    more = ", …" if len(plate.labels) > _LABELS_SHOWN else ""
    return f"{len(plate.labels)} elements: {', '.join(shown)}{more}"


# --- quantities -----------------------------------------------------------------------------


def _quantity(symbol: Symbol, analysis: Analysis) -> str:
    name = symbol.name
    role = analysis.symbols.role(name)
    said = [f"**{_ROLES[role]}**" if role in _ROLES else "**a statement that cannot be read**"]
    if role == "data" and any(s.what == "draw" for s in analysis.symbols.named(name)):
        said.append("an outcome")
    known = analysis.typed.get(name)
    dims = known.dims if known else None
    over = [str(d) for d in dims] if dims is not None else list(symbol.dims)
    said.append("over " + ", ".join(f"`{d}`" for d in over) if over else "a single value")
    values = _values(known) if known else ""
    if values:
        said.append(values)
    return " · ".join(said)


def _values(known: Typed) -> str:
    match known:
        case ir.Data(plate=str(plate)):
            return f"an element of `{plate}`"
        case ir.Data():
            return describe.constraint(known.type if known.type != "index" else "category")
        case ir.Sample() | ir.Param():
            return describe.constraint(known.support.constraint)
        case ir.Define():
            return _KINDS[known.kind]


def summary(name: str, analysis: Analysis) -> str:
    """A name in a few words, for a list of names."""
    symbols = analysis.names.named(name)
    if not symbols:
        return ""
    role = analysis.names.role(name)
    known = analysis.typed.get(name)
    dims = [str(d) for d in known.dims] if known else list(symbols[0].dims)
    what = role or ("plate" if symbols[0].what == "plate" else symbols[0].what)
    return what + (f" [{', '.join(dims)}]" if dims else "")
