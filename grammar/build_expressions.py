"""What the parser does at each rule of expressions: makes the syntax node."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import Any, Literal, cast

from lark import Token, Transformer, v_args

from . import tree
from .diagnostics import Diagnostic, SpecError
from .source import Span

_MAX_DIGITS = 4000


def at(*parts: Any) -> Span:
    """The span from the first to the last of some tokens and nodes."""
    first, last = parts[0], parts[-1]
    start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
    end = last.end_pos or 0 if isinstance(last, Token) else last.span.end
    return Span(start, end)


def named(token: Token) -> tree.Name:
    return tree.Name(unicodedata.normalize("NFC", str(token)), at(token))


def refused(message: str, span: Span, help: str = "") -> SpecError:
    return SpecError(Diagnostic("B101", message, span, help=help))


def _is_finite(value: float | int) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


@v_args(inline=True)
class Expressions(Transformer[Token, Any]):
    """Rules of expressions → nodes. Arguments and axes travel as plain lists and tuples."""

    def number(self, token: Token) -> tree.Number:
        text = str(token).replace("_", "")
        if len(text) > _MAX_DIGITS:
            raise refused(f"a number of {len(text)} digits", at(token), "write it as 1e…")
        value: float | int = int(text) if text.isdigit() else float(text)
        if not _is_finite(value):
            raise refused(
                "this number is too large for double precision",
                at(token),
                "numbers end at about 1.8e308",
            )
        return tree.Number(value, at(token), str(token))

    def string(self, token: Token) -> tree.String:
        return tree.String(str(token)[1:-1], at(token))

    def name(self, token: Token) -> tree.Name:
        return named(token)

    def group(self, left: Token, inner: Any, right: Token) -> Any:
        return replace(inner, span=at(left, right))

    def list_of(self, *parts: Any) -> tree.ListOf:
        items = [p for p in parts[1:-1] if not isinstance(p, Token) and p is not None]
        return tree.ListOf(tuple(items), at(parts[0], parts[-1]))

    def binary(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return tree.Binary(str(operator), left, right, at(left, right))

    def compare(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def power(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def and_(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def or_(self, left: Any, operator: Token, right: Any) -> tree.Binary:
        return self.binary(left, operator, right)

    def not_(self, operator: Token, operand: Any) -> tree.Unary:
        return tree.Unary("not", operand, at(operator, operand))

    def negative(self, operator: Token, operand: Any) -> tree.Unary:
        return tree.Unary("-", operand, at(operator, operand))

    def index(self, base: Any, left: Token, indices: Any, right: Token) -> tree.Index:
        return tree.Index(base, indices, at(base, right))

    def indices(self, *parts: Any) -> tuple[tree.Argument, ...]:
        return tuple(p for p in parts if isinstance(p, tree.Argument))

    def field(self, base: Any, dot: Token, name: Token) -> tree.Field:
        return tree.Field(base, named(name), at(base, name))

    def positional(self, value: Any) -> tree.Argument:
        return tree.Argument(value, None, value.span)

    def keyword(self, name: Token, equal: Token, value: Any) -> tree.Argument:
        return tree.Argument(value, str(name), at(name, value))

    def axes(self, *parts: Any) -> tuple[tree.Name, ...]:
        return tuple(named(p) for p in parts if p.type == "NAME")

    def axes_argument(self, word: Token, names: Any) -> tree.Axes:
        return tree.Axes(
            cast(Literal["over", "by", "on"], word.value.lower()), names, at(word, names[-1])
        )

    def positional_over(
        self, value: Any, word: Token, names: Any
    ) -> tuple[tree.Argument, tree.Axes]:
        return self.positional(value), self.axes_argument(word, names)

    def prior(self, name: Token, tilde: Token, distribution: Any) -> tree.Prior:
        return tree.Prior(named(name), distribution, at(name, distribution))

    def arrow(self, name: Token, arrow: Token, outputs: Any) -> tree.Arrow:
        return tree.Arrow(named(name), outputs, at(name))

    def one_output(self, name: Token) -> tuple[tuple[str | None, tree.Name], ...]:
        return ((None, named(name)),)

    def outputs(self, *parts: Any) -> tuple[tuple[str | None, tree.Name], ...]:
        return tuple(p for p in parts if isinstance(p, tuple))

    def output(self, label: Token, _: Token, name: Token) -> tuple[str | None, tree.Name]:
        return str(label), named(name)

    def arguments(self, *parts: Any) -> list[Any]:
        flat: list[Any] = []
        for part in parts:
            if isinstance(part, tuple):
                flat += part
            elif not isinstance(part, Token):
                flat.append(part)
        return flat

    def call(self, name: Token, left: Token, *rest: Any) -> tree.Call:
        parts = rest[0] if len(rest) == 2 else []
        arrows = [p for p in parts if isinstance(p, tree.Arrow)]
        return tree.Call(
            named(name),
            tuple(p for p in parts if isinstance(p, tree.Argument)),
            tuple(p for p in parts if isinstance(p, tree.Axes)),
            tuple(p for p in parts if isinstance(p, tree.Prior)),
            arrows[0] if arrows else None,
            at(name, rest[-1]),
        )
