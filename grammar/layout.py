"""Text → logical lines: where each statement begins and ends, and what was wrong with it.

A line that is deeper than a statement which opens no block continues that statement. Inside
brackets the layout does not matter; a bracket that is never closed is known by the statements
that it would swallow. An error ends its line, and reading goes on with the next.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from lark.lexer import Token

from .diagnostics import Diagnostic, Fix, SpecError, Suggestion, closest
from .lexer import CLOSING, TOKEN, Tokens
from .reading import Comment
from .source import Span

OPENERS = frozenset({"DATA", "GENERATE", "GUIDE", "INFER", "ODE"})

_BEFORE_NAME = (
    "model", "plate", "let", "param", "factor", "def", "kernel", "network", "infer", "ode",
)  # fmt: skip
_BEFORE_END = ("data", "generate", "guide")

_STARTER = re.compile(
    r"""
    (?:model|plate|let|param|def|kernel|network|infer|ode)(?=[ \t]+[^\W\d])
  | factor(?=[ \t]+(?:[^\W\d]|[(\[.\d]|-(?![ \t])))
  | (?:data|generate|guide)(?=[ \t]*(?:\#[^\n]*)?(?:\r?\n|\Z))
    """,
    re.VERBOSE,
)
_MISSPELT = re.compile(
    r"([^\W\d]\w*)(?:[ \t]+[^\W\d]|[ \t]*(?:\#[^\n]*)?(\r?\n)[ \t]+(?![ \t~=\[:]))"
)
_DECLARES = re.compile(r"([^\W\d]\w*)(?:\[[^\]\n]*\])?[ \t]*:[^~\n]*(?=\r?\n|\Z)")
MAX_ERRORS = 500
"""After so many errors a text is not read further."""

_LET = re.compile(r"let(?=[ \t]+[^\W\d])")
_TARGET = r"[^\W\d]\w*(?:\[[^\]\n]*\])?[ \t]*"
_SURE = re.compile(rf"(?:{_STARTER.pattern})|{_TARGET}(?:,[ \t]*{_TARGET})*[~:]", re.VERBOSE)
_LIKELY = re.compile(r"[^\W\d]\w*(?:\[[^\]\n]*\])?[ \t]*=(?!=)")
_PATIENCE = 20
"""Lines at the margin, each like `name = …`, that may be arguments in an open bracket."""

_BLANK = re.compile(r"(?:[ \t]*\r?\n)*")
_INDENT = re.compile(r"[ \t]*")


@dataclass(slots=True)
class Line:
    """A logical line: its keyword, if any, its tokens, and the lines of the block it opens.

    `swallows` is the place of a line that looks like the next statement, though the bracket at
    `opened` is open there.
    """

    word: str
    start: int
    tokens: list[Token] = field(default_factory=list)
    inner: list[Line] = field(default_factory=list)
    broken: bool = False
    swallows: int | None = None
    opened: int = 0

    @property
    def end(self) -> int:
        return self.tokens[-1].end_pos or self.start if self.tokens else self.start


class Layout:
    """The statements of one text, read one after another."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.errors: list[Diagnostic] = []
        self.comments: list[Comment] = []
        self._first = True
        self._tabs: set[int] = set()

    def statement(self) -> Line | None:
        """The next statement with the lines of its block, or None at the end."""
        found = self._next()
        if found is None:
            return None
        start, indent = found
        if indent and self._first:
            self._misplaced(
                "the first statement is indented", start, indent, "begin it at the margin"
            )
        self._first = False
        line = Line("", start)
        line.word, stop = self._starter(start)
        if line.word:
            line.tokens.append(Token(line.word, self.text[start:stop], start, end_pos=stop))
        self._fill(line, stop, indent)
        if line.word in OPENERS:
            self._block(line, indent)
        return line

    def unclosed(self, line: Line) -> Diagnostic | None:
        """The bracket that swallows the next statement; reading goes on with that statement."""
        if line.swallows is None:
            return None
        self.position = line.swallows
        while self.comments and self.comments[-1].span.start >= self.position:
            self.comments.pop()
        bracket = self.text[line.opened]
        return Diagnostic(
            "B102",
            f"`{bracket}` is not closed before the next statement",
            Span(line.opened, line.opened + 1),
            help=f"add `{CLOSING[bracket]}` where the group ends",
        )

    # --- lines --------------------------------------------------------------------------

    def _next(self) -> tuple[int, int] | None:
        """Past empty lines and comments: where the next line begins to say something, how deep."""
        text, end, position = self.text, len(self.text), self.position
        while True:
            position = _end(_BLANK, text, position)
            start = _end(_INDENT, text, position)
            if start < end and text[start] == "#":
                newline = text.find("\n", start)
                newline = end if newline < 0 else newline
                self._comment(start, newline, alone=True)
                position = min(end, newline + 1)
                continue
            if start >= end:
                self.position = end
                return None
            self.position = position
            if "\t" in text[position:start] and start not in self._tabs:
                self._tabs.add(start)
                self.errors.append(
                    Diagnostic(
                        "B103",
                        "a tab in the indentation",
                        Span(position, start),
                        help="indent with spaces: tabs and spaces cannot be compared",
                    )
                )
            return start, start - position

    def _comment(self, start: int, stop: int, *, alone: bool) -> None:
        text = self.text[start:stop].rstrip()
        self.comments.append(Comment(text, Span(start, start + len(text)), alone))

    def _misplaced(self, message: str, start: int, indent: int, help: str) -> None:
        span = Span(start - indent, start)
        self.errors.append(Diagnostic("B103", message, span, help=help))

    def _flush(self, head: Line, start: int, indent: int) -> bool:
        """Whether a line that is not indented declares data all the same."""
        found = _DECLARES.match(self.text, start)
        if head.word != "DATA" or found is None:
            return False
        if not head.inner:
            span = Span(start, found.end(1))
            message = "the lines of a `data` block are indented"
            remedies = (Fix(Span(start - indent, start), " " * (indent + 2)),)
            self.errors.append(
                Diagnostic("B103", message, span, help="indent it by two", remedies=remedies)
            )
        return True

    def _starter(self, start: int) -> tuple[str, int]:
        """The keyword with which a statement begins, also a misspelt one, and where it ends."""
        starter = _STARTER.match(self.text, start)
        if starter:
            return starter.group().upper(), starter.end()
        misspelt = _MISSPELT.match(self.text, start)
        if misspelt is None:
            return "", start
        word = misspelt[1]
        close = closest(word, _BEFORE_END if misspelt[2] else _BEFORE_NAME)
        if not close or close == word:
            return "", start
        span = Span(start, start + len(word))
        help = Suggestion(word, close)
        self.errors.append(
            Diagnostic("B101", f"no statement begins with `{word}`", span, help=help)
        )
        return close.upper(), span.end

    def _block(self, head: Line, outer: int) -> None:
        depth: int | None = None
        while len(self.errors) < MAX_ERRORS and (found := self._next()) is not None:
            start, indent = found
            if indent <= outer and not self._flush(head, start, indent):
                return
            depth = indent if depth is None else depth
            if indent < depth:
                message = "this line's indentation fits no statement above it"
                self._misplaced(
                    message, start, indent, "indent it like the statement that it belongs beside"
                )
            line = Line("", start)
            head.inner.append(line)
            let = _LET.match(self.text, start) if head.word in ("GENERATE", "GUIDE") else None
            if let:
                line.word = "LET"
                line.tokens.append(Token("LET", "let", start, end_pos=let.end()))
            self._fill(line, let.end() if let else start, depth, inside=True)

    def _fill(self, line: Line, position: int, depth: int, *, inside: bool = False) -> None:
        """Read the tokens of a line, which goes on over the lines that are deeper than `depth`."""
        text, end, match = self.text, len(self.text), TOKEN.match
        reach = math.inf if line.word in OPENERS else depth
        tokens = Tokens(text, line.word)
        patience = 0 if inside else _PATIENCE
        try:
            while position < end:
                found = match(text, position)
                if found is None:
                    raise tokens.bad_character(position)
                kind, stop = found.lastgroup, found.end()
                if kind == "LINE":
                    self.position = stop
                    if tokens.open:
                        if self._swallows(line, tokens, depth, patience):
                            return
                        patience -= line.swallows is not None
                    else:
                        following = self._next()
                        if following is None or following[1] <= reach:
                            return
                        stop = following[0]
                elif kind == "COMMENT":
                    self._comment(position, stop, alone=False)
                elif kind != "SPACE":
                    line.tokens.append(tokens.token(str(kind), position, stop))
                position = stop
            self.position = end
            if tokens.open:
                line.broken = True
                self.errors.append(self.unclosed(line) or tokens.unclosed())
        except SpecError as error:
            line.broken = True
            line.swallows = None
            self.errors += error.diagnostics
            self._skip(position, reach)

    def _swallows(self, line: Line, tokens: Tokens, depth: int, patience: int) -> bool:
        """Whether the next line is a statement for sure, though a bracket is open."""
        start = _end(_INDENT, self.text, self.position)
        if start - self.position > depth:
            return False
        sure = _SURE.match(self.text, start)
        if line.swallows is None and (sure or _LIKELY.match(self.text, start)):
            line.swallows, line.opened = self.position, tokens.open[-1][1]
        if line.swallows is None or not (sure or patience <= 0):
            return False
        line.broken = True
        unclosed = self.unclosed(line)
        if unclosed is not None:
            self.errors.append(unclosed)
        line.swallows = None
        return True

    def _skip(self, position: int, reach: float) -> None:
        """Go on after an error: with the next line that is not deeper than the broken one."""
        newline = self.text.find("\n", position)
        self.position = len(self.text) if newline < 0 else newline + 1
        while (found := self._next()) is not None and found[1] > reach:
            newline = self.text.find("\n", found[0])
            self.position = len(self.text) if newline < 0 else newline + 1


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern that always matches ends."""
    found = pattern.match(text, position)
    assert found is not None
    return found.end()
