"""Text → tree, with every error: one broken statement does not hide the next."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, UnexpectedInput
from lark.exceptions import VisitError

from . import tree
from .build import Build
from .diagnostics import Diagnostic, SpecError
from .layout import MAX_ERRORS, OPENERS, Layout, Line
from .lexer import TOKEN, Handed, Tokens
from .reading import Reading
from .source import Source, Span
from .unexpected import unexpected

_GRAMMAR = Path(__file__).with_name("model.lark")

_BLOCKS = {  # the rule of a block's head, of its lines, and the field that holds them
    "DATA": ("data_head", "decl", "declarations"),
    "GENERATE": ("generate_head", "inner", "statements"),
    "GUIDE": ("guide_head", "inner", "statements"),
    "INFER": ("infer_head", "setting", "settings"),
    "ODE": ("ode_head", "rate", "rates"),
}
_PIECES = {
    "target": "target",
    "targets": "targets",
    "signature": "signature",
    "domain": "domain",
    "declared": "declared",
    "drawn": "drawn",
    "defined": "defined",
    "factored": "factored",
    "expression": "expr",
    "setting": "setting_value",
    "rate": "rate_value",
    "name": "name_piece",
}

MAX_LINES = 30_000
MAX_CHARACTERS = 2_000_000
MAX_BYTES = 4 * MAX_CHARACTERS


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
    heads_and_lines = {rule for head, line, _ in _BLOCKS.values() for rule in (head, line)}
    options: dict[str, Any] = {
        "parser": "lalr",
        "lexer": Handed,
        "start": ["statement", *sorted(heads_and_lines), *_PIECES.values()],
        "transformer": Build(),
        "keep_all_tokens": True,
    }
    digest = hashlib.sha256(f"{text}{options['start']}".encode()).hexdigest()[:16]
    where = cache_directory() / f"grammar-{digest}.lark"
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        return Lark(text, cache=str(where), **options)
    except OSError:
        return Lark(text, **options)


def parse(source: Source) -> tree.Spec:
    """The tree of a spec's text. Raises SpecError with everything that is wrong in it."""
    reading = read_text(source)
    if reading.errors:
        raise SpecError(reading.errors, source)
    return reading.spec


def read_text(source: Source) -> Reading:
    """All of a spec that can be read, and everything that is wrong with the rest."""
    too_large = oversize(source)
    if too_large is not None:
        return Reading(source, tree.Spec(()), (too_large,))
    layout = Layout(source.text)
    statements: list[Any] = []
    while (line := layout.statement()) is not None:
        statements += _statement(line, layout, source)
        if len(layout.errors) >= MAX_ERRORS:
            layout.errors.append(stopped(Span(line.start, max(line.end, line.start + 1))))
            break
    errors = sorted(layout.errors, key=lambda d: d.span.start if d.span else 0)
    return Reading(source, tree.Spec(tuple(statements)), tuple(errors), tuple(layout.comments))


def stopped(span: Span) -> Diagnostic:
    """What is said where reading stops because so much is wrong."""
    message = f"more than {MAX_ERRORS} errors: the rest of the spec was not read"
    return Diagnostic("B104", message, span, help="is this a Bayescript spec?")


def oversize(source: Source) -> Diagnostic | None:
    """The error of a text that is too large to be a spec."""
    lines = source.text.count("\n")
    if lines <= MAX_LINES and len(source.text) <= MAX_CHARACTERS:
        return None
    return Diagnostic(
        "B104",
        f"{lines:,} lines, {len(source.text):,} characters: this is too large for a spec",
        help=f"a spec has at most {MAX_LINES:,} lines and {MAX_CHARACTERS:,} characters; "
        "what repeats belongs in plates and data",
    )


def piece(text: str, rule: str, places: Sequence[int]) -> Any:
    """A part of a spec that stands by itself, such as a value in YAML.

    `places` holds the offset of each character in the source, and of the end. Raises SpecError.
    """
    tokens = Tokens(text)
    found: list[Token] = []
    position = 0
    try:
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None or match.lastgroup == "COMMENT":
                raise tokens.bad_character(position)
            if match.lastgroup not in ("SPACE", "LINE"):
                found.append(tokens.token(str(match.lastgroup), position, match.end()))
            position = match.end()
        if tokens.open:
            raise SpecError(tokens.unclosed())
    except SpecError as error:
        raise SpecError([_moved(d, places) for d in error.diagnostics]) from None
    for token in found:
        start, end = token.start_pos or 0, token.end_pos or 0
        token.start_pos, token.end_pos = places[start], places[end - 1] + 1
    return _parsed(found, _PIECES[rule], None, Span(places[0], places[len(text)]))


def _moved(diagnostic: Diagnostic, places: Sequence[int]) -> Diagnostic:
    def moved(span: Span) -> Span:
        start = places[min(span.start, len(places) - 1)]
        return Span(start, max(start, places[min(span.end, len(places)) - 1]) + 1)

    assert diagnostic.span is not None
    remedies = tuple(replace(r, span=moved(r.span)) for r in diagnostic.remedies)
    return replace(diagnostic, span=moved(diagnostic.span), remedies=remedies)


def _statement(line: Line, layout: Layout, source: Source) -> list[Any]:
    """The nodes of one statement: more than one where lines of its block are broken."""
    if line.word not in OPENERS:
        return [_node(line, "statement", layout, source)]
    head_rule, rule, field = _BLOCKS[line.word]
    head = _node(line, head_rule, layout, source)
    lines = []
    for inner in line.inner:
        if len(layout.errors) < MAX_ERRORS:
            lines.append(_node(inner, rule, layout, source, line.word))
    if not lines and line.word != "INFER" and not line.broken:
        end = Span(line.end, line.end + 1)
        message = "this block has no lines"
        layout.errors.append(Diagnostic("B101", message, end, "expected an indented block"))
    broken = [n for n in lines if isinstance(n, tree.Broken)]
    whole = tuple(n for n in lines if not isinstance(n, tree.Broken))
    if isinstance(head, tree.Broken):
        return [head, *broken]
    return [replace(head, **{field: whole}), *broken]


def _node(line: Line, rule: str, layout: Layout, source: Source, block: str = "") -> Any:
    if not line.broken:
        try:
            return _parsed(line.tokens, rule, source, Span(line.start, line.start))
        except SpecError as error:
            unclosed = layout.unclosed(line)
            layout.errors += error.diagnostics if unclosed is None else [unclosed]
    return tree.Broken(
        block or line.word, _names(line), Span(line.start, max(line.start, line.end))
    )


def _names(line: Line) -> tuple[tree.Name, ...]:
    """The names that a broken line was to declare, as far as they can be told."""
    tokens = iter(line.tokens[1:] if line.word else line.tokens)
    found: list[tree.Name] = []
    if line.word in ("FACTOR", "MODEL", "INFER", "ODE"):
        return ()
    for token in tokens:
        if token.type != "NAME":
            break
        found.append(tree.Name(str(token), Span(token.start_pos or 0, token.end_pos or 0)))
        after = next(tokens, None)
        if after is not None and after.type == "LSQB":
            after = next((next(tokens, None) for t in tokens if t.type == "RSQB"), None)
        if line.word or after is None or after.type != "COMMA":
            break
    return tuple(found)


def _parsed(tokens: list[Token], rule: str, source: Source | None, place: Span) -> Any:
    try:
        return _parser().parse(tokens, start=rule)
    except VisitError as error:
        if isinstance(error.orig_exc, SpecError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise SpecError(unexpected(error, tokens, source, place)) from None


__all__ = [
    "MAX_BYTES",
    "MAX_ERRORS",
    "cache_directory",
    "oversize",
    "parse",
    "piece",
    "read_text",
    "stopped",
]
