"""What may be written at a cursor, also where the text around it is broken."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..compiler.lowering.distributions.composed import COMPOSED
from ..compiler.tables.constraints import DATA_TYPES
from ..compiler.tables.families import FAMILIES
from ..compiler.tables.functions import AXIS_MAPS, REDUCTIONS
from ..compiler.tables.inference import METHODS
from ..grammar import tree
from ..grammar.source import Span
from . import describe, yaml_cursor
from .analysis import Analysis
from .cursor import STARTERS, Cursor
from .cursors import cursor_at
from .hover import summary
from .resolve import BUILT_IN, is_distribution

_LATENT_TYPES = ("real", "positive", "nonnegative", "unit")
_AFTER_OPERAND = frozenset({")", "]"})
_AWAITED = frozenset({"~", ":", "=", ",", "infer", "within", "over", "by", "on", "where"})
"""After these something must follow."""


@dataclass(frozen=True, slots=True)
class Item:
    """`rank` orders the groups; `insert` is put in where it differs from the label."""

    label: str
    kind: str
    detail: str = ""
    text: str = ""
    insert: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Offer:
    """The items, the characters that one of them replaces, and what follows these."""

    items: tuple[Item, ...]
    span: Span
    after: str = ""


def complete(analysis: Analysis, offset: int, typed: str = "") -> Offer:
    """What fits at an offset. The editor narrows it down by what is typed already.

    `typed` is the sign that made the editor ask by itself; after a blank it is told only where
    something must follow.
    """
    cursor = cursor_at(analysis.source, offset)
    span = Span(cursor.span.start, offset)
    if cursor.quiet or (typed == " " and cursor.previous not in _AWAITED):
        return Offer((), span)
    seen: dict[str, Item] = {}
    for item in _Completion(analysis, cursor).items():
        seen.setdefault(item.label, item)
    return Offer(tuple(seen.values()), span, cursor.after)


class _Completion:
    def __init__(self, analysis: Analysis, cursor: Cursor) -> None:
        self.analysis = analysis
        self.cursor = cursor
        self.names = analysis.names

    def items(self) -> Iterator[Item]:
        cursor = self.cursor
        if cursor.in_key and cursor.block == "key" and not cursor.opened:
            yield from self.yaml_keys(cursor.keys or ())
        elif not cursor.before:
            yield from self.start()
        elif cursor.opened:
            yield from self.inside()
        else:
            yield from self.outside()

    # --- where nothing is open ----------------------------------------------------------

    def start(self) -> Iterator[Item]:
        """The beginning of a statement or of a line in a block."""
        match self.cursor.block:
            case "infer":
                method = METHODS.get(self.cursor.owner or "auto")
                for name, row in method.settings.items() if method else ():
                    insert = f"{name} = " if self.cursor.keys is None else f"{name}: "
                    text = describe.setting(method.name, name) if method else ""
                    yield Item(name, "setting", row.summary, text, insert)
                if self.cursor.keys is not None:
                    yield Item("method", "setting", "how to infer", insert="method: ", rank=0)
            case "data" | "ode":
                return
            case "generate" | "guide":
                yield from self.quantities()
                yield Item("let", "keyword", text=describe.keyword("let"), rank=2)
            case _:
                for word in STARTERS:
                    yield Item(word, "keyword", text=describe.keyword(word), rank=1)
                drawn = {s.name for s in self.names.of("draw")}
                for item in self.quantities():
                    open_ = item.kind == "data" and item.label not in drawn
                    yield _ranked(item, 0 if open_ else 2)

    def outside(self) -> Iterator[Item]:
        cursor = self.cursor
        before = [t.text for t in cursor.before]
        previous = cursor.previous
        match cursor.starter:
            case "model" | "network" | "ode":
                if len(before) == 1 or cursor.starter == "model":
                    return
            case "infer":
                yield from self.methods() if len(before) == 1 else ()
                return
            case "plate":
                yield from self.plate(before)
                return
            case "def" | "let" | "param" | "kernel" if len(before) == 1:
                return
        if previous == "~":
            yield from self.distributions()
        elif previous == ":" and "~" not in before and "=" not in before:
            yield from self.types()
        elif previous == ",":
            for word in ("initially", "where"):
                yield Item(word, "keyword", text=describe.keyword(word), insert=f"{word} ")
        elif self.is_after_operand():
            yield from self.after_operand(before)
        elif cursor.block == "infer":
            yield from self.setting_values(before[0])
        else:
            if previous == "initially":
                yield Item("given", "keyword", text=describe.keyword("given"), rank=0)
            yield from self.expression()
            if "~" in before and previous in ("+", "-", "*", "/"):
                yield from (_ranked(i, 3) for i in self.distributions())

    def is_after_operand(self) -> bool:
        last = self.cursor.before[-1]
        keyword = last.text in ("where", "initially", "and", "or", "not", "over", "by", "on", "for")
        if self.cursor.starter and len(self.cursor.before) == 1:
            return False  # `factor` and its like stand before an operand
        if keyword and len(self.cursor.before) > 1:
            return False
        return last.kind != "SIGN" or last.text in _AFTER_OPERAND

    def after_operand(self, before: list[str]) -> Iterator[Item]:
        if "=" in before or "~" in before:
            words = ["and", "or"]
            if self.cursor.block == "infer":
                words = ["over"]
            elif "initially" in before:
                words.append("for")
            for word in words:
                yield Item(word, "keyword", text=describe.keyword(word), insert=f"{word} ")

    def plate(self, before: list[str]) -> Iterator[Item]:
        """The parts of a plate's declaration."""
        previous = before[-1]
        if previous == "within":
            yield from (p for p in self.plates() if p.label != before[1])
        elif previous == "by":
            yield from self.quantities("data")
        elif len(before) >= 2 and previous not in ("=", ".."):
            for word in ("within", "ordered"):
                if word not in before:
                    yield Item(word, "keyword", text=describe.keyword(word), insert=f"{word} ")
            if previous == "ordered":
                yield Item("by", "keyword", text=describe.keyword("by"), insert="by ", rank=0)

    def setting_values(self, setting: str) -> Iterator[Item]:
        method = METHODS.get(self.cursor.owner or "auto")
        row = method.settings.get(setting) if method else None
        if row is None:
            return
        if row.kind in ("bool", "switch"):
            yield Item("true", "keyword")
            yield Item("false", "keyword")
        elif row.kind == "names":
            for name in self.names.latents:
                yield self.quantity(name)
        default = describe.default(row.default)
        if default and row.kind != "names":
            yield Item(default, "value", "the default", rank=0)

    # --- inside brackets ------------------------------------------------------------------

    def inside(self) -> Iterator[Item]:
        inner = self.cursor.opened[-1]
        previous = self.cursor.previous
        if self.cursor.starter == "plate":
            yield from self.plates() if "within" in [t.text for t in self.cursor.before] else ()
        elif self.cursor.starter == "def" and not any(t.text == "=" for t in self.cursor.before):
            return
        elif previous in ("over", "by", "on"):
            yield from self.plates()
            yield from self.quantities() if previous == "on" else ()
        elif inner.bracket == "[" and inner.first and inner.callee and self.is_target():
            taken = {t.text for t in inner.inside}
            yield from (p for p in self.plates() if p.label not in taken)
        elif inner.bracket == "[" and inner.callee:
            yield from self.indices(inner.callee)
        elif self.cursor.block == "infer":
            yield from self.setting_values(self.cursor.before[0].text)
        elif inner.bracket == "(" and self.is_after_operand():
            yield from self.axes_words(inner.callee)
        elif inner.bracket == "(" and previous in ("(", ","):
            yield from self.arguments(inner.callee, inner.named)
            if previous == "," and not is_distribution(inner.callee):
                yield from self.axes_words(inner.callee)
            if inner.callee == "Mixture" or (inner.callee in COMPOSED and previous == "("):
                yield from (_ranked(i, 0) for i in self.distributions())
            yield from self.expression()
        elif previous == "~":
            yield from self.distributions()
        else:
            yield from self.expression()

    def is_target(self) -> bool:
        """Whether the first bracket belongs to the left side."""
        signs = {t.text for t in self.cursor.before}
        return not signs & {"~", "=", ":"}

    def indices(self, name: str) -> Iterator[Item]:
        """What may index a quantity: plates, roles, data that holds elements, labels."""
        plates = set(self.names.plates)
        elements = [
            s.name
            for s in self.names.of("data")
            if isinstance(s.node, tree.Data) and s.node.type.name.name in plates
        ]
        for symbol in self.names.named(name):
            for dim in symbol.dims:
                yield from self.labels(dim.rstrip("'"))
        yield from (_ranked(p, 2) for p in self.plates())
        for role in self.names.roles:
            yield Item(role, "plate", "role", rank=1)
        for datum in elements:
            yield _ranked(self.quantity(datum), 1)

    def labels(self, plate: str) -> Iterator[Item]:
        for symbol in self.names.named(plate):
            domain = symbol.node.domain if isinstance(symbol.node, tree.Plate) else None
            for item in domain.items if isinstance(domain, tree.ListOf) else ():
                match item:
                    case tree.Name(label) | tree.String(label):
                        yield Item(f'"{label}"', "label", f"label of {plate}", rank=0)

    def arguments(self, callee: str, named: frozenset[str]) -> Iterator[Item]:
        """The named arguments of a distribution that are not given yet."""
        if callee in FAMILIES:
            for form in FAMILIES[callee].forms:
                names = [p.name for p in form.parameters]
                if named <= set(names):
                    for parameter in form.parameters:
                        if parameter.name not in named:
                            yield self.argument(
                                callee, parameter.name, describe.constraint(parameter.constraint)
                            )
        for name in describe.COMPOSED_ARGUMENTS.get(callee, ()):
            if name not in named:
                yield self.argument(callee, name, "")

    def argument(self, callee: str, name: str, detail: str) -> Item:
        text = describe.argument(callee, name)
        return Item(name, "argument", detail, text, f"{name} = ", 0)

    def axes_words(self, callee: str) -> Iterator[Item]:
        words: tuple[str, ...] = ()
        if callee in REDUCTIONS:
            words = ("over", "by") if REDUCTIONS[callee].grouped else ("over",)
        elif callee in AXIS_MAPS or callee == "prev":
            words = ("over",)
        for word in words:
            yield Item(word, "keyword", text=describe.keyword(word), insert=f"{word} ", rank=0)

    # --- groups ---------------------------------------------------------------------------

    def expression(self) -> Iterator[Item]:
        """What an expression is made of."""
        target = self.cursor.before[1 if self.cursor.starter else 0].text if (
            len(self.cursor.before) > 1
        ) else ""  # fmt: skip
        if self.cursor.starter == "def":
            signature = itertools.takewhile(lambda t: t.text != "=", self.cursor.before[2:])
            for token in signature:
                if token.kind == "NAME":
                    yield Item(token.text, "quantity", f"argument of {target}", rank=0)
        yield from (i for i in self.quantities() if i.label != target)
        for symbol in self.names.of("function"):
            yield Item(symbol.name, "function", "function of this spec", insert=f"{symbol.name}(")
        yield from (_ranked(p, 2) for p in self.plates())
        for name in BUILT_IN:
            yield Item(name, "function", "", describe.function(name), f"{name}(", 3)

    def quantity(self, name: str) -> Item:
        role = self.names.role(name)
        return Item(
            name, "data" if role == "data" else "quantity", summary(name, self.analysis), rank=1
        )

    def quantities(self, role: str = "") -> Iterator[Item]:
        for name in self.names.quantities:
            if not role or self.names.role(name) == role:
                yield self.quantity(name)

    def plates(self) -> Iterator[Item]:
        for name in self.names.plates:
            yield Item(name, "plate", "plate", rank=0)

    def distributions(self) -> Iterator[Item]:
        for name in (*FAMILIES, *COMPOSED):
            row = FAMILIES.get(name)
            detail = row.summary if row else describe.COMPOSED_TEXTS.get(name, ("", ""))[1]
            yield Item(name, "distribution", detail, describe.distribution(name), f"{name}(", 0)

    def types(self) -> Iterator[Item]:
        declares = self.cursor.block == "data"
        for name in DATA_TYPES if declares else _LATENT_TYPES:
            yield Item(name, "type", "", describe.type_(name), rank=0)
        yield from self.plates() if declares else ()

    def methods(self) -> Iterator[Item]:
        for name, row in METHODS.items():
            yield Item(name, "method", row.summary, describe.method(name), rank=0)

    # --- YAML -----------------------------------------------------------------------------

    def yaml_keys(self, above: tuple[str, ...]) -> Iterator[Item]:
        """Sections at the margin, fields of a plate or a statement, or names to be said of."""
        words: Iterable[str] = ()
        if self.cursor.before:
            return
        if not above:
            present = yaml_cursor.keys_of(self.analysis.source.text)
            words = (s for s in yaml_cursor.SECTIONS if s not in present)
        elif above[0] == "odes":
            words = yaml_cursor.ODE_FIELDS if "rates" not in above else ()
        elif above[0] == "plates":
            words = yaml_cursor.PLATE_FIELDS if len(above) > 1 else ()
        elif len(above) > 1:
            words = yaml_cursor.VALUE_FIELDS
        elif above[0] in ("priors", "likelihoods", "quantities", "lets", "generated", "guide"):
            drawn = {s.name for s in self.names.of("draw")}
            for item in self.quantities():
                outcome = item.kind == "data" and item.label not in drawn
                yield _ranked(item, 0 if outcome else 2)
        for word in words:
            yield Item(word, "section", insert=f"{word}: " if above else f"{word}:", rank=0)


def _ranked(item: Item, rank: int) -> Item:
    return Item(item.label, item.kind, item.detail, item.text, item.insert, rank)
