"""A YAML spec → the same tree as that of its text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from .. import tree
from ..diagnostics import Diagnostic, SpecError, closest
from ..parse import MAX_ERRORS, oversize, stopped
from ..reading import Reading
from ..source import NOWHERE, Source, Span
from .check import check
from .compose import Document, compose
from .nodes import Listing, Lost, Mapping, Node, Scalar
from .texts import LET, NAME, Texts

_SECTION = re.compile(r"^(\w+)[ \t]*:", re.MULTILINE)
_WORDS = {"plates": "PLATE", "functions": "DEF", "data": "DATA"}
_TOKEN = re.compile(r'"[^"\n]*"|[()\[\]~]')
_HEAD = re.compile(r"([^\W\d])\w*'*\s*\(")


def read_yaml(source: Source) -> Reading:
    """All of a YAML spec that can be read, and everything that is wrong with the rest."""
    too_large = oversize(source)
    if too_large is not None:
        return Reading(source, tree.Spec(()), (too_large,))
    document = compose(source)
    errors = list(document.errors)
    statements: list[tree.Statement] = []
    if isinstance(document.root, Mapping):
        wrong = check(document.root)
        reader = _Reader(source, wrong)
        reader.document(document.root)
        errors += [*wrong, *reader.errors]
        statements = reader.statements
    elif isinstance(document.root, Scalar | Listing) and not errors:
        errors.append(_no_map(document.root))
    statements += _lost(source, document)
    errors.sort(key=lambda d: d.span.start if d.span else 0)
    if len(errors) > MAX_ERRORS:
        errors[MAX_ERRORS:] = [stopped(errors[MAX_ERRORS].span or NOWHERE)]
    return Reading(source, tree.Spec(tuple(statements)), tuple(errors), tuple(document.comments))


def _no_map(root: Scalar | Listing) -> Diagnostic:
    what = "a text" if isinstance(root, Scalar) else "a list"
    help = "write sections, such as `priors:`, and their entries indented below them"
    place = Span(root.span.start, root.span.start + 1)
    return Diagnostic(
        "B108", f"a spec in YAML is a map of sections, and this is {what}", place, help=help
    )


def _lost(source: Source, document: Document) -> Iterator[tree.Broken]:
    """What was declared in lines that could not be read."""
    sections = list(_SECTION.finditer(source.text)) if document.lost else []
    starts = [match.start() for match in sections]
    for span in document.lost:
        above = bisect_right(starts, span.start) - 1
        word = _WORDS.get(sections[above][1], "") if above >= 0 else ""
        let = LET.match(source.text, span.start)
        name = NAME.search(source.text, let.end() if let else span.start, span.end)
        if name:
            yield tree.Broken(word, (tree.Name(name[0], Span(*name.span())),), span)


class _Reader(Texts):
    """Makes statements of sections. An entry that cannot be read becomes tree.Broken."""

    def __init__(self, source: Source, wrong: Sequence[Diagnostic]) -> None:
        super().__init__(source)
        self.errors: list[Diagnostic] = []
        self.statements: list[Any] = []
        self.wrong = sorted(d.span.start for d in wrong if d.span)

    def document(self, root: Mapping) -> None:
        description = next((v for k, v in root.pairs if k.text == "description"), None)
        for key, value in root.pairs:
            self.section(key, value, description)

    def section(self, key: Scalar, value: Node, description: Node | None) -> None:
        match key.text, value:
            case "description", _:
                pass  # it belongs to the header
            case "model", Scalar():
                said = _text(description)
                self.one(key, None, value, lambda k, v, s: tree.Header(self.name(v), said, s))
            case "plates", Mapping():
                self.entries(value, self.plate, "PLATE")
            case "data", Mapping():
                self.block(key, value, self.data, tree.DataBlock, "DATA")
            case "params", Mapping():
                self.entries(value, self.param)
            case "lets", Mapping():
                self.entries(value, lambda k, v, s: self.define(k, v, s, True))
            case "quantities", Mapping():
                self.entries(value, self.define)
            case ("priors" | "likelihoods") as section, Mapping():
                self.entries(value, lambda k, v, s: self.draw(k, v, s, section))
            case "kernels", Mapping():
                self.entries(value, self.kernel)
            case "networks", Mapping():
                self.entries(value, self.network)
            case "functions", Mapping():
                self.entries(value, self.function, "DEF")
            case "odes", _:
                for at, inner in _items(key, value):
                    self.one(at, None, inner, self.ode)
            case "factors", Mapping():
                self.entries(value, self.factor)
            case "factors", Listing(items):
                for inner in items:
                    self.one(inner, None, inner, lambda k, v, s: self.read(v, "factored"))
            case "generated", Mapping():
                self.block(key, value, self.inner, tree.Generate)
            case "guide", Mapping():
                self.block(key, value, self.inner, tree.Guide)
            case "inference", Mapping():
                self.one(key, None, value, self.infer)
            case name, _:
                self.unread(name, value)

    def unread(self, name: str, value: Node) -> None:
        """What was to be declared in a section that does not exist, or has a wrong form."""
        word = _WORDS.get(name) or _WORDS.get(closest(name, _WORDS), "")
        match value:
            case Mapping(pairs):
                keys: list[Node] = [key for key, _ in pairs]
            case Listing(items):
                keys = items
            case _:
                keys = [value]
        for key in keys:
            if isinstance(key, Scalar) and not key.is_empty and (names := self.declared(key)):
                self.statements.append(tree.Broken(word, names, key.span))

    # --- entries ------------------------------------------------------------------------

    def entries(self, section: Mapping, make: Callable[..., Any], word: str = "") -> None:
        for key, value in section.pairs:
            if len(self.errors) <= MAX_ERRORS:
                self.one(key, key, value, make, word)

    def block(
        self,
        key: Scalar,
        section: Mapping,
        make: Callable[..., Any],
        node: Callable[..., Any],
        word: str = "",
    ) -> None:
        """A section whose entries make one statement together."""
        outer, self.statements = self.statements, []
        self.entries(section, make, word)
        found, self.statements = self.statements, outer
        whole = tuple(s for s in found if not isinstance(s, tree.Broken))
        if whole:
            self.statements.append(node(whole, key.span.to(section.span)))
        self.statements += [s for s in found if isinstance(s, tree.Broken)]

    def one(
        self, at: Node, key: Scalar | None, value: Node, make: Callable[..., Any], word: str = ""
    ) -> None:
        """One statement, which begins at a node, or what is known of one that is wrong."""
        span = at.span.to(value.span)
        place = bisect_left(self.wrong, span.start)
        known = place < len(self.wrong) and self.wrong[place] <= span.end
        if not known and not _is_lost(value):
            try:
                self.statements.append(make(key, value, span))
                return
            except SpecError as error:
                self.errors += error.diagnostics
        names = self.states(value) if key is None else self.declared(key)
        self.statements.append(tree.Broken(word, names, span))

    def states(self, value: Node) -> tuple[tree.Name, ...]:
        """The names that differential equations were to declare."""
        rates = (
            [v for k, v in value.pairs if k.text == "rates"] if isinstance(value, Mapping) else []
        )
        keys = [key for fields in rates if isinstance(fields, Mapping) for key, _ in fields.pairs]
        return tuple(name for key in keys for name in self.declared(key))

    # --- statements -----------------------------------------------------------------------

    def plate(self, key: Scalar, value: Node, span: Span) -> tree.Plate:
        name = self.name(key)
        match value:
            case Listing():
                return tree.Plate(name, self.labels(value), span=span)
            case Scalar() if not value.is_empty:
                domain, last = self.read(value, "domain")
                return tree.Plate(name, domain, last, span=span)
            case Mapping(pairs):
                found: dict[str, Any] = {"domain": None, "last": None}
                for field, inner in pairs:
                    found |= self.plate_field(field.text, inner)
                if "ordered_by" in found:
                    found["ordered"] = True
                return tree.Plate(name, **found, span=span)
        return tree.Plate(name, span=span)

    def plate_field(self, field: str, value: Node) -> dict[str, Any]:
        match field, value:
            case "size", _:
                domain, last = self.read(value, "domain")
                return {"domain": domain, "last": last}
            case "labels", Listing():
                return {"domain": self.labels(value)}
            case "within", Mapping(pairs):
                return {"parents": tuple(tree.Role(self.name(k), self.name(v)) for k, v in pairs)}
            case "within", Listing(items):
                names = [self.name(item) for item in items]
                return {"parents": tuple(tree.Role(name, name) for name in names)}
            case "within", _:
                name = self.name(value)
                return {"parents": (tree.Role(name, name),)}
            case "by", _:
                return {"ordered_by": self.name(value)}
            case _, Scalar(text):
                return {"ordered": text == "true"}
        return {}

    def data(self, key: Scalar, value: Node, span: Span) -> tree.Data:
        target = self.target(key)
        kind, default = self.read(value, "declared")
        return tree.Data(target, kind, default, span)

    def param(self, key: Scalar, value: Node, span: Span) -> tree.Param:
        target = self.target(key)
        kind, initial = self.read(value, "declared")
        return tree.Param(target, kind, initial, span)

    def define(
        self, key: Scalar, value: Node, span: Span, local: bool = False, skip: int = 0
    ) -> tree.Define:
        target = self.target(key, skip)
        match value:
            case Mapping(pairs):
                said = next(v for k, v in pairs if k.text == "value")
                parts = self.parts(value)
                return tree.Define(target, self.expression(said), local, **parts, span=span)
            case Listing():
                return tree.Define(target, self.expression(value), local, span=span)
        return self._defined(target, value, span, local)

    def _defined(
        self, target: tree.Target, value: Node, span: Span, local: bool, skip: int = 0
    ) -> tree.Define:
        said, initially, where = self.read(value, "defined", skip)
        return tree.Define(target, said, local, initially, where, span)

    def draw(
        self,
        key: Scalar,
        value: Node,
        span: Span,
        section: Literal["priors", "likelihoods"] | None = None,
        skip: int = 0,
    ) -> tree.Draw:
        target, *rest = self.targets(key)
        others = tuple(rest)
        if isinstance(value, Mapping):
            said = next(v for k, v in value.pairs if k.text in ("distribution", "value"))
            distribution = self.read(said, "expression")
            parts = self.parts(value)
        else:
            distribution, kind, initially, where = self.read(value, "drawn", skip)
            parts = {"type": kind, "initially": initially, "where": where}
        return tree.Draw(target, distribution, **parts, others=others, span=span, section=section)

    def inner(self, key: Scalar, value: Node, span: Span) -> tree.Draw | tree.Define:
        """An entry of `generated` or `guide`."""
        let = LET.match(key.text)
        if let:
            return self.define(key, value, span, True, let.end())
        if isinstance(value, Mapping):
            is_draw = any(k.text == "distribution" for k, _ in value.pairs)
            return self.draw(key, value, span) if is_draw else self.define(key, value, span)
        if not isinstance(value, Scalar):
            return self.define(key, value, span)
        text = value.text.lstrip()
        skip = len(value.text) - len(text)
        if text.startswith("~"):
            return self.draw(key, value, span, skip=skip + 1)
        if text.startswith("=") and not text.startswith("=="):
            return self._defined(self.target(key), value, span, False, skip + 1)
        return self.draw(key, value, span) if _is_draw(text) else self.define(key, value, span)

    def kernel(self, key: Scalar, value: Node, span: Span) -> tree.Kernel:
        return tree.Kernel(self.target(key), self.expression(value), span)

    def network(self, key: Scalar, value: Node, span: Span) -> tree.Network:
        return tree.Network(self.name(key), self.expression(value), span)

    def function(self, key: Scalar, value: Node, span: Span) -> tree.Def:
        name, parameters = self.read(key, "signature")
        return tree.Def(name, parameters, self.expression(value), span)

    def factor(self, key: Scalar, value: Node, span: Span) -> tree.Factor:
        target = self.target(key)
        if isinstance(value, Mapping):
            said = next(v for k, v in value.pairs if k.text == "value")
            return tree.Factor(self.expression(said), target, **self.parts(value), span=span)
        expression, initially, where = self.read(value, "defined")
        if initially is not None:
            help = "leave it out"
            message = "a factor has no value before the first"
            raise SpecError(Diagnostic("B101", message, initially.span, help=help))
        return tree.Factor(expression, target, None, where, span)

    def ode(self, key: None, value: Node, span: Span) -> tree.Ode:
        assert isinstance(value, Mapping)
        fields = {k.text: v for k, v in value.pairs}
        settings = tuple(self.settings(value, ("time", "rates")))
        rates = fields["rates"]
        assert isinstance(rates, Mapping)
        lines = [self.rate(k, v) for k, v in rates.pairs]
        return tree.Ode(self.name(fields["time"]), settings, tuple(lines), span)

    def rate(self, key: Scalar, value: Node) -> tree.Rate:
        target = self.target(key)
        said, initially = self.read(value, "rate")
        return tree.Rate(target, said, initially, key.span.to(value.span))

    def infer(self, key: None, value: Node, span: Span) -> tree.Infer:
        assert isinstance(value, Mapping)
        method = next(v for k, v in value.pairs if k.text == "method")
        apart = next((v for k, v in value.pairs if k.text == "settings"), None)
        found = list(self.settings(value, ("method", "settings")))
        if isinstance(apart, Mapping):  # names that the section itself uses stand here
            found += self.settings(apart, ())
        return tree.Infer(self.name(method), tuple(found), span)

    def settings(self, fields: Mapping, others: Sequence[str]) -> Iterator[tree.Setting]:
        for key, value in fields.pairs:
            if key.text in others:
                continue
            over = None
            if isinstance(value, Listing):
                said = self.expression(value)
            else:
                said, over = self.read(value, "setting")
            yield tree.Setting(self.name(key), said, over, key.span.to(value.span))


def _items(key: Scalar, value: Node) -> Iterator[tuple[Node, Node]]:
    """The systems of equations, each with the node at which it begins."""
    if isinstance(value, Mapping):
        yield key, value
    elif isinstance(value, Listing):
        yield from ((item, item) for item in value.items)


def _text(description: Node | None) -> str:
    """A description; blocks of text end with a line's end that is not meant."""
    if not isinstance(description, Scalar):
        return ""
    return description.text.strip() if description.style in ("|", ">") else description.text


def _is_lost(node: Node) -> bool:
    """Whether a value, or a part of it, could not be read."""
    match node:
        case Mapping(pairs):
            return any(_is_lost(value) for _, value in pairs)
        case Listing(items):
            return any(map(_is_lost, items))
    return isinstance(node, Lost)


def _is_draw(text: str) -> bool:
    """Whether a value in `generated` is a distribution, though it does not begin with `~`."""
    head = _HEAD.match(text)
    if head and head[1].isupper():
        return True
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] == "~" and depth == 0:
            return True
        depth += (token[0] in "([") - (token[0] in ")]")
    return False
