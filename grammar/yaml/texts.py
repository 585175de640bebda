"""Texts in YAML → names, expressions and what else a text can say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .. import tree
from ..diagnostics import Diagnostic, SpecError, acts
from ..parse import piece
from ..source import Source, Span
from .errors import quoted
from .nodes import Listing, Mapping, Node, Scalar

NAME = re.compile(r"[^\W\d]\w*'*")
_DECLARED = re.compile(rf"({NAME.pattern})(?:\[[^\]]*\])?[ \t]*(?:(,)[ \t]*)?")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_NUMBER = re.compile(r"-?(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?")
_STRING = re.compile(r'"([^"\n]*)"')
LET = re.compile(r"let[ \t]+(?=[^\W\d])")
_RESERVED = frozenset({"and", "or", "not"})
_COMMENT_FOLLOWS = re.compile(r"[ \t]+#")
_INITIALLY = "0, initially "
_LONGEST = 200_000


class Texts:
    """Reads the texts of one source. What cannot be read raises SpecError."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self, scalar: Node, rule: str, skip: int = 0) -> Any:
        """What a text says, without its first `skip` characters."""
        assert isinstance(scalar, Scalar)
        if len(scalar.text) > _LONGEST:
            message = f"a value of {len(scalar.text):,} characters"
            place = Span(scalar.span.start, scalar.span.start + 1)
            help = "give parts of it names, and use the names"
            raise SpecError(Diagnostic("B104", message, place, help=help))
        try:
            return piece(scalar.text[skip:], rule, scalar.places[skip:])
        except SpecError as error:
            raise SpecError(self.cut(scalar, error.diagnostics)) from None

    def cut(self, scalar: Scalar, found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
        """The error of a value that YAML has cut at a ` #`, if that is what is wrong."""
        follows = _COMMENT_FOLLOWS.match(self.source.text, scalar.span.end)
        is_open = '"' in scalar.text or any(d.code == "B102" for d in found)
        if scalar.style or not follows or not is_open:
            return found
        end = self.source.text.find("\n", follows.end())
        line = self.source.text[scalar.span.start : end if end >= 0 else None]
        message = "YAML takes ` #` for the beginning of a comment, which cuts the value"
        help = f"put the value in quotes: `{quoted(line.rstrip())}`"
        return [Diagnostic("B107", message, Span(follows.end() - 1, follows.end()), help=help)]

    def name(self, node: Node) -> tree.Name:
        if isinstance(node, Scalar) and _is_simple(node):
            return tree.Name(node.text, _inside(node))
        name: tree.Name = self.read(node, "name")
        return name

    def target(self, key: Scalar, skip: int = 0) -> tree.Target:
        if not skip and _is_simple(key):
            span = _inside(key)
            return tree.Target(tree.Name(key.text, span), None, span)
        target: tree.Target = self.read(key, "target", skip)
        return target

    def targets(self, key: Scalar) -> list[tree.Target]:
        """The names of a draw: `a[plate], b`."""
        if _is_simple(key):
            return [self.target(key)]
        targets: list[tree.Target] = self.read(key, "targets")
        return targets

    def declared(self, key: Scalar) -> tuple[tree.Name, ...]:
        """The names that a key was to declare, as far as they can be told."""
        let = LET.match(key.text)
        position = let.end() if let else 0
        found: list[tree.Name] = []
        while (match := _DECLARED.match(key.text, position)) is not None:
            start, end = match.span(1)
            found.append(tree.Name(match[1], Span(key.places[start], key.places[end - 1] + 1)))
            position = match.end()
            if not match[2]:
                break
        return tuple(found)

    def expression(self, node: Node) -> tree.Expr:
        """A text, or a list of what may itself be lists."""
        if isinstance(node, Listing):
            return tree.ListOf(tuple(map(self.expression, node.items)), node.span)
        expression: tree.Expr = self.read(node, "expression")
        return expression

    def initially(self, scalar: Scalar) -> tree.Initially:
        places = [scalar.places[0]] * len(_INITIALLY) + list(scalar.places)
        _, initially, where = piece(_INITIALLY + scalar.text, "defined", places)
        if where is not None:
            help = "give it a field of its own, `where`"
            message = "the condition does not belong to the first value"
            raise SpecError(Diagnostic("B101", message, where.span, help=help))
        found: tree.Initially = initially
        return found

    def parts(self, fields: Mapping) -> dict[str, Any]:
        """What the fields `initially`, `where` and `type` of a statement say."""
        found: dict[str, Any] = {}
        for key, value in fields.pairs:
            match key.text:
                case "initially":
                    assert isinstance(value, Scalar)
                    found["initially"] = self.initially(value)
                case "where":
                    found["where"] = self.read(value, "expression")
                case "type":
                    found["type"], default = self.read(value, "declared")
                    if default is not None:
                        message = "a type has no default here"
                        raise SpecError(Diagnostic("B101", message, default.span))
        return found

    def labels(self, listing: Listing) -> tree.ListOf:
        return tree.ListOf(tuple(map(self.label, listing.items)), listing.span)

    def label(self, node: Node) -> tree.Expr:
        """A name or number as such; anything else is a label as it is written."""
        assert isinstance(node, Scalar)
        text = node.text
        if NAME.fullmatch(text) and text not in _RESERVED:
            return self.name(node)
        if _NUMBER.fullmatch(text):
            return self.expression(node)
        in_quotes = _STRING.fullmatch(text)
        said = in_quotes[1] if in_quotes else text
        bad = next((i for i, c in enumerate(text) if acts(c) or (c == '"' and not in_quotes)), None)
        if bad is not None:
            at = node.places[bad]
            message = "a label cannot hold this character"
            help = 'labels are one line of text, without `"`'
            raise SpecError(Diagnostic("B105", message, Span(at, at + 1), help=help))
        return tree.String(said, node.span)


def _is_simple(scalar: Scalar) -> bool:
    return bool(_PLAIN_NAME.fullmatch(scalar.text)) and scalar.text not in _RESERVED


def _inside(scalar: Scalar) -> Span:
    """The characters of a name, without quotes."""
    places = scalar.places
    return Span(places[0], places[len(scalar.text) - 1] + 1)
