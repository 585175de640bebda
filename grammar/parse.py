"""Text → tree."""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from . import tree
from .build import Build, as_target
from .diagnostics import Diagnostic, SpecError, did_you_mean
from .lexer import SpecLexer
from .source import Source, Span

_GRAMMAR = Path(__file__).with_name("model.lark")

_SPOKEN = {
    "NL": "the end of the line",
    "$END": "the end of the file",
    "INDENT": "an indented block",
    "DEDENT": "the end of the block",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "LSQB": "`[`",
    "DOT": "`.`",
    "DOTS": "`..`",
    "TILDE": "`~`",
    "COMPARE": "a comparison",
    "OPTIONAL": "`?`",
    "WITHIN": "`within`",
    "ORDERED": "`ordered`",
    "INITIALLY": "`initially`",
}

_BEGINS = re.compile(r"[^\W\d]\w*(\[[^\]\n]*\])?[ \t]*(~|=|:)|[a-z]+[ \t]+[^\W\d]")
_BRACKETS = re.compile(r'[()\[\]]|"[^"\n]*"|#[^\n]*')

_TYPED_AS = (
    "model",
    "plate",
    "data",
    "let",
    "param",
    "factor",
    "def",
    "kernel",
    "network",
    "infer",
    "ode",
    "generate",
    "guide",
)


def cache_directory() -> Path:
    """Where Bayescript keeps what can be made again (`BAYESCRIPT_CACHE` overrides)."""
    chosen = os.environ.get("BAYESCRIPT_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bayescript"


@cache
def _parser() -> Lark:
    """The parser; its tables are kept on disk, since making them takes longer than most specs."""
    text = _GRAMMAR.read_text(encoding="utf-8")
    options: dict[str, Any] = {
        "parser": "lalr",
        "lexer": SpecLexer,
        "transformer": Build(),
        "keep_all_tokens": True,
    }
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    where = cache_directory() / f"grammar-{digest}.lark"
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        return Lark(text, cache=str(where), **options)
    except OSError:
        return Lark(text, **options)


def parse(source: Source) -> tree.Spec:
    """The tree of a spec.

    Raises SpecError where the text is not a spec, with the place and what was expected there.
    """
    try:
        parsed = _parser().parse(source.text)
    except SpecError as error:
        raise SpecError(error.diagnostics, source) from None
    except VisitError as error:
        if isinstance(error.orig_exc, SpecError):
            raise SpecError(error.orig_exc.diagnostics, source) from None
        raise
    except UnexpectedInput as error:
        raise SpecError(_syntax_error(error, source), source) from None
    assert isinstance(parsed, tree.Spec)
    return parsed


def _syntax_error(error: UnexpectedInput, source: Source) -> Diagnostic:
    end = len(source.text)
    if not isinstance(error, UnexpectedToken):
        return Diagnostic("B101", "this is not a spec", Span(error.pos_in_stream or 0, end))
    token: Token = error.token
    start = end if token.start_pos is None else token.start_pos
    stop = token.end_pos or start
    expected = sorted(set(error.accepts or error.expected))
    if token.type in ("NL", "DEDENT", "$END"):
        start = len(source.text[:start].rstrip())
        start = min(start, end)
        stop = start + 1
        found = "the statement ends too early"
    else:
        found = f"`{token}` does not fit here" if token else "this line does not fit here"
    unclosed = _unclosed(source.text, start)
    if unclosed is not None:
        bracket = source.text[unclosed]
        closing = {"(": ")", "[": "]"}[bracket]
        return Diagnostic(
            "B102",
            f"`{bracket}` is not closed before the next statement",
            Span(unclosed, unclosed + 1),
            help=f"add `{closing}` where the group ends",
        )
    span = Span(start, stop)
    return Diagnostic(
        "B101", found, span, label=_expectation(expected), help=_remedy(token, source, expected)
    )


def _unclosed(text: str, end: int) -> int | None:
    """An open bracket on an earlier line, where the line of `end` looks like a new statement."""
    line = text.rfind("\n", 0, end) + 1
    beginning = _BEGINS.match(text, line)
    if beginning is None:
        return None
    opened: list[int] = []
    for match in _BRACKETS.finditer(text, 0, line):
        if match.group() in "([":
            opened.append(match.start())
        elif match.group() in ")]" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _expectation(expected: list[str]) -> str:
    words = [_SPOKEN[name] for name in expected if name in _SPOKEN]
    if {"NAME", "NUMBER"} <= set(expected):
        return "expected an expression"
    if not words or len(words) > 4:
        return ""
    return "expected " + " or ".join(words)


def _remedy(token: Token, source: Source, expected: list[str]) -> str:
    line, _ = source.place(token.start_pos or 0)
    words = source.line(line).split()
    if token.type == "COMPARE" and token == "==" and len(words) > 1 and words[1] == "==":
        return "`=` defines a quantity, `==` compares"
    if token.type == "COMPARE":
        return "comparisons do not chain: write `a < b and b < c`"
    if token.type == "INDENT":
        return "only data, generate, guide, infer and ode open a block"
    if token.type in ("NAME", "NUMBER", "LPAR") and "TIMES" in expected:
        return "an operator or a comma is missing before it: write `*` to multiply"
    if len(words) > 1 and words[0].isalpha() and words[0] not in _TYPED_AS:
        close = did_you_mean(words[0], _TYPED_AS)
        if close:
            return close
    if token.type == "EQUAL" and "==" not in source.line(line) and words and words[0] != "=":
        return "`=` defines a quantity, `==` compares"
    return ""


__all__ = ["as_target", "cache_directory", "parse"]
