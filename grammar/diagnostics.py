"""What can be wrong, said so that it teaches: code, place, reason, remedy.

The exceptions that a user can meet:

    BayescriptError
    ├── SpecError       the spec is wrong (B1xx syntax, B2xx names and dimensions, B3xx types)
    ├── BackendError    a back-end or an engine cannot do it (B4xx)
    ├── DataError       the data does not fit the spec (B5xx)
    └── RunError        something went wrong while running (B6xx)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from .places import Excerpt, Line
from .source import Source, Span


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains the first."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that an editor can make: the characters of `span` replaced by `text`."""

    span: Span
    text: str


class Suggestion(str):
    """A help text that offers one word in place of another."""

    wrong: str
    word: str

    def __new__(cls, wrong: str, word: str) -> Suggestion:
        made = super().__new__(cls, f"did you mean `{word}`?")
        made.wrong, made.word = wrong, word
        return made


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong, or (codes with W) that deserves a look.

    Where `excerpt` shows the place, in a table, `span` is what in the spec it breaks.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    notes: tuple[Note, ...] = ()
    help: str = ""
    remedies: tuple[Fix, ...] = ()
    excerpt: Excerpt | None = None

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What an editor can offer to change. A suggested word stands where the span begins."""
        if self.span is None or not isinstance(self.help, Suggestion):
            return self.remedies
        start = self.span.start
        replaced = Fix(Span(start, start + len(self.help.wrong)), self.help.word)
        return (*self.remedies, replaced)

    @property
    def is_warning(self) -> bool:
        return self.code.startswith("W")

    def render(self, source: Source | None) -> str:
        """The message as a terminal shows it, with excerpts of the source underlined."""
        head = f"{'warning' if self.is_warning else 'error'}[{self.code}]: {self.message}"
        tables = [] if self.excerpt is None else [_shown(self.excerpt)]
        specs = [] if source is None or self.span is None else [self._shown(source)]
        blocks = tables + specs
        width = max((len(line.margin) for _, lines in blocks for line in lines), default=1)
        pad = " " * width
        if not blocks:
            return head + (f"\n  = help: {self.help}" if self.help else "")
        out = [head]
        for i, (title, lines) in enumerate(blocks):
            out += [f"{pad}--> {title}", f"{pad} |"][: 2 if i == 0 else 1]
            before = None
            for line in lines:
                again = (line.margin, line.text) == before  # shown just above
                out += _drawn(line, width)[again:]
                before = line.margin, line.text
        if self.help:
            out += [f"{pad} |", f"{pad} = help: {self.help}"]
        return "\n".join(out)

    def _shown(self, source: Source) -> tuple[str, list[Line]]:
        """The spec's part of the message: where it is, and the lines that show it."""
        assert self.span is not None
        line, column = source.place(self.span.start)
        mark = "^" if self.excerpt is None else "-"
        lines = [_line(source, self.span, self.label, mark)]
        lines += [_line(source, note.span, note.text, "-") for note in self.notes]
        return f"{source.name}:{line}:{column}", lines

    def as_json(self, source: Source | None) -> dict[str, object]:
        """The same, for programs: places are lines and columns counted from 1."""
        where = None if self.span is None or source is None else _range(source, self.span)
        found: dict[str, object] = {
            "code": self.code,
            "severity": "warning" if self.is_warning else "error",
            "message": self.message,
            "range": where,
            "label": self.label,
            "notes": [
                {"range": _range(source, n.span), "text": n.text} for n in self.notes if source
            ],
            "help": str(self.help),
            "fixes": [
                {"range": _range(source, f.span), "text": f.text} for f in self.fixes if source
            ],
        }
        if self.excerpt is not None and self.excerpt.cells:
            cells = [cell.as_json() for cell in self.excerpt.cells]
            found |= {"cell": cells[0], "cells": cells, "more": self.excerpt.more}
        return found


def _range(source: Source, span: Span) -> dict[str, list[int]]:
    return {"start": list(source.place(span.start)), "end": list(source.place(span.end))}


def _line(source: Source, span: Span, label: str, mark: str) -> Line:
    line, column = source.place(span.start)
    start = column - 1
    return Line(source.line(line), start, start + span.end - span.start, label, str(line), mark)


def _shown(excerpt: Excerpt) -> tuple[str, list[Line]]:
    more = [Line(f"… and {excerpt.more} more", mark="")] if excerpt.more else []
    return excerpt.title, [*excerpt.lines, *more]


def _drawn(line: Line, width: int) -> list[str]:
    """A line of an excerpt and, below it, its underline."""
    text, start = printable(line.text), line.start
    length = max(1, min(line.end - start, len(text) - start))
    if len(text) > _WIDEST:  # the part around the place is enough
        begin = max(0, start - _WIDEST // 2)
        text, start = text[begin : begin + _WIDEST], start - begin
        length = max(1, min(length, len(text) - start))
    shown = [f"{line.margin:>{width}} | {text}"]
    if not line.mark:
        return shown
    under = " " * start + line.mark * length + (f" {line.label}" if line.label else "")
    return [*shown, f"{' ' * width} | {under}"]


_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def acts(character: str) -> bool:
    """Whether a character would act on a terminal or a file, rather than be shown there."""
    return character in _TURNING or unicodedata.category(character) in _CONTROLS


def printable(text: str) -> str:
    """Text with a sign in the place of each character that acts; as long as it was."""
    return "".join(_sign(c) if ord(c) < 32 or ord(c) > 126 else c for c in text)


def _sign(character: str) -> str:
    if character == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if acts(character) else character


_WIDEST = 160  # characters of a line that an excerpt shows


_MANY = 300


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest to one that is not, or an empty string."""
    candidates = list(known)
    if len(candidates) > _MANY:  # what begins in another way is not looked at: it takes too long
        near = (word[:1].lower(), word[:1].upper())
        candidates = [k for k in candidates if k[:1] in near and abs(len(k) - len(word)) < 3]
        candidates = candidates[:_MANY]
    by_lower = {name.lower(): name for name in candidates}
    if word.lower() in by_lower and by_lower[word.lower()] != word:
        return by_lower[word.lower()]
    close = get_close_matches(word, candidates, n=1, cutoff=0.6)
    if not close:
        found = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
        close = [by_lower[name] for name in found]
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` where something close is known, else an empty string."""
    close = closest(word, known)
    return Suggestion(word, close) if close else ""


class BayescriptError(Exception):
    """The root of all errors that Bayescript raises on purpose."""

    def __init__(
        self, diagnostics: Sequence[Diagnostic] | Diagnostic, source: Source | None = None
    ):
        if isinstance(diagnostics, Diagnostic):
            diagnostics = (diagnostics,)
        self.diagnostics = tuple(diagnostics)
        self.source = source
        super().__init__("\n\n".join(d.render(source) for d in self.diagnostics))


class SpecError(BayescriptError):
    """The spec is wrong."""


class BackendError(BayescriptError):
    """A back-end or an engine cannot do what is asked."""


class DataError(BayescriptError):
    """The data does not fit the spec; every violation is listed."""


class RunError(BayescriptError):
    """Something went wrong while a program ran."""
