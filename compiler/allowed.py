"""What a spec allows in comments: `# allow W207: the reason`, above a line or at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic
from ..grammar.reading import Comment, Reading
from ..grammar.source import Source, Span

_ALLOW = re.compile(r"#+[ \t]*allow[ \t]+([A-Za-z]\d\w*(?:[ \t]*,[ \t]*[A-Za-z]\d\w*)*)(?![\w,])")
_CODE = re.compile(r"\w+")
_LINES = ("declarations", "statements", "settings", "rates")
"""The fields of blocks that hold their lines."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A code that a comment names, the place of that, and the statement that it is about."""

    code: str
    span: Span
    comment: Comment
    only: bool  # no other code stands in the comment
    about: Span

    def allows(self, found: Diagnostic) -> bool:
        start = found.span.start if found.span else -1
        return found.code == self.code and self.about.start <= start < self.about.end


def allowances(reading: Reading) -> tuple[Allowance, ...]:
    """Every code that a comment allows, in order."""
    found = []
    for number, comment in enumerate(reading.comments):
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        about = _about(reading, number)
        codes = list(_CODE.finditer(comment.text, *match.span(1)))
        for code in codes:
            start, end = (comment.span.start + place for place in code.span())
            only = len(codes) == 1
            found.append(Allowance(code[0], Span(start, end), comment, only, about))
    return tuple(found)


def without_allowed(found: Iterable[Diagnostic], reading: Reading) -> tuple[Diagnostic, ...]:
    """What is said of a spec, but for what its comments allow."""
    allowed = allowances(reading)
    return tuple(one for one in found if not any(a.allows(one) for a in allowed))


def _about(reading: Reading, number: int) -> Span:
    """The statement, or the line of a block, to which a comment belongs: its own, or the next."""
    source, comment = reading.source, reading.comments[number]
    line, _ = source.place(comment.span.start)
    for below in reading.comments[number:]:
        if not below.alone or source.place(below.span.start)[0] != line:
            break
        line += 1
    whole = _line(source, line)
    pieces = [p for p in _pieces(reading.spec) if p.start <= whole.start < p.end]
    return min(pieces, key=lambda p: p.end - p.start, default=whole)


def _line(source: Source, number: int) -> Span:
    """What a line says; nothing where there is no such line."""
    if number > len(source.line_starts):
        return Span(len(source.text), len(source.text))
    text, start = source.line(number), source.line_starts[number - 1]
    return Span(start + len(text) - len(text.lstrip()), start + len(text))


def _pieces(spec: tree.Spec) -> Iterator[Span]:
    for statement in spec.statements:
        yield statement.span
        for field in _LINES:
            for line in getattr(statement, field, ()):
                yield line.span
