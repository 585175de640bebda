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
    """One thing that is wrong, or (codes with W) that deserves a look."""

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    notes: tuple[Note, ...] = ()
    help: str = ""
    remedies: tuple[Fix, ...] = ()

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
        if source is None or self.span is None:
            return head + (f"\n  = help: {self.help}" if self.help else "")
        places = [(self.span, self.label, "^"), *((n.span, n.text, "-") for n in self.notes)]
        width = max(len(str(source.place(span.start)[0])) for span, _, _ in places)
        line, column = source.place(self.span.start)
        out = [head, f"{' ' * width}--> {source.name}:{line}:{column}", f"{' ' * width} |"]
        for span, label, mark in places:
            out += _excerpt(source, span, label, mark, width)
        if self.help:
            out += [f"{' ' * width} |", f"{' ' * width} = help: {self.help}"]
        return "\n".join(out)

    def as_json(self, source: Source | None) -> dict[str, object]:
        """The same, for programs: places are lines and columns counted from 1."""
        where = None if self.span is None or source is None else _range(source, self.span)
        return {
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


def _range(source: Source, span: Span) -> dict[str, list[int]]:
    return {"start": list(source.place(span.start)), "end": list(source.place(span.end))}


def _excerpt(source: Source, span: Span, label: str, mark: str, width: int) -> list[str]:
    line, column = source.place(span.start)
    text = "".join(map(_printable, source.line(line)))
    length = max(1, min(span.end - span.start, len(text) - column + 1))
    if len(text) > _WIDEST:  # the part around the place is enough
        begin = max(0, column - 1 - _WIDEST // 2)
        text, column = text[begin : begin + _WIDEST], column - begin
        length = max(1, min(length, len(text) - column + 1))
    under = " " * (column - 1) + mark * length + (f" {label}" if label else "")
    return [f"{line:>{width}} | {text}", f"{' ' * width} | {under}"]


_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def acts(character: str) -> bool:
    """Whether a character would act on a terminal or a file, rather than be shown there."""
    return character in _TURNING or unicodedata.category(character) in _CONTROLS


def _printable(character: str) -> str:
    if character == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if acts(character) else character


_WIDEST = 160  # characters of a line that an excerpt shows


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest to one that is not, or an empty string."""
    candidates = list(known)
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
