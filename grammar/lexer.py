"""Text → tokens: numbers, names, soft keywords, and the layout of lines.

Nothing but `and`, `or` and `not` is reserved. A keyword is one only where it can be: at the
start of a statement, before what must follow it. A line that is deeper than a statement which
opens no block continues that statement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lark.lexer import Lexer, Token

from .diagnostics import Diagnostic, SpecError, acts
from .source import Source, Span

MAX_DEPTH = 200

_TOKEN = re.compile(
    r"""
    (?P<SPACE>[ \t]+|\#[^\n]*)
  | (?P<LINE>\r?\n)
  | (?P<NUMBER>(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:[eE][-+]?\d+)?)
  | (?P<NAME>[^\W\d]\w*'*)
  | (?P<STRING>"[^"\n]*")
  | (?P<DOTS>\.\.)
  | (?P<ARROW>->)
  | (?P<COMPARE>==|!=|<=|>=|<|>)
  | (?P<PUNCTUATION>[-+*/@^~=:,.()\[\]?])
    """,
    re.VERBOSE,
)

_STARTERS = re.compile(
    r"""
    (?P<BEFORE_NAME>model|plate|let|param|def|kernel|network|infer|ode)(?=[ \t]+[^\W\d])
  | (?P<FACTOR>factor)(?=[ \t]+(?:[^\W\d]|[(\[.\d]|-(?![ \t])))
  | (?P<BEFORE_END>data|generate|guide)(?=[ \t]*(?:\#[^\n]*)?(?:\r?\n|\Z))
    """,
    re.VERBOSE,
)

_AXES_FOLLOW = re.compile(r"[ \t]+(?:[^\W\d]|\()")
_STATEMENT_ENDS = re.compile(r"[ \t]*(?:\#|\r?\n|,|\Z)")
_OPERAND_ENDS = frozenset({"NAME", "NUMBER", "STRING", "RPAR", "RSQB"})

_OPENERS = frozenset({"DATA", "GENERATE", "GUIDE", "INFER", "ODE"})
_PUNCTUATION = {
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "~": "__TILDE",
    "=": "EQUAL",
    ":": "COLON",
    ",": "COMMA",
    ".": "DOT",
    "^": "CIRCUMFLEX",
    "?": "OPTIONAL",
    "+": "PLUS",
    "-": "MINUS",
    "*": "TIMES",
    "/": "TIMES",
    "@": "TIMES",
}
_CLOSING = {"(": ")", "[": "]"}


class SpecLexer(Lexer):
    """The lexer that lark's parser is given."""

    def __init__(self, conf: Any) -> None:
        names = {t.pattern.value: t.name for t in conf.terminals if hasattr(t.pattern, "value")}
        self.names = {text: names.get(text, name) for text, name in _PUNCTUATION.items()}
        self.words = {word: names[word] for word in ("and", "or", "not")}
        self.arrow = names["->"]

    def lex(self, data: str) -> Iterator[Token]:  # type: ignore[override]
        return _Scan(self, data).tokens()


class _Scan:
    """One pass over one text."""

    def __init__(self, lexer: SpecLexer, text: str) -> None:
        self.lexer = lexer
        self.text = text
        self.levels = [0]
        self.open: list[tuple[str, int]] = []
        self.block_opened = False
        self.starter = ""  # the keyword of this statement
        self.previous = ""  # the kind of the token before
        self.began = False  # `initially` stands in this statement

    def error(self, code: str, message: str, start: int, end: int, help: str = "") -> SpecError:
        span = Span(start, max(end, start + 1))
        return SpecError(Diagnostic(code, message, span, help=help), Source(self.text))

    def tokens(self) -> Iterator[Token]:
        text, position, end = self.text, 0, len(self.text)
        first, at_start = True, True
        while position < end:
            if at_start:
                position, indent = self._skip_blank(position)
                if position >= end:
                    break
                layout = list(self._layout(position, indent, first))
                yield from layout
                at_start = False
                fresh = first or bool(layout)
                if (fresh and layout and layout[-1].type in ("NL", "DEDENT", "INDENT")) or first:
                    starter = _STARTERS.match(text, position)
                    if starter:
                        word = starter.group()
                        self.block_opened = word.upper() in _OPENERS
                        self.starter = self.previous = word.upper()
                        yield self._token(self.starter, position, starter.end())
                        position = starter.end()
                    else:
                        self.block_opened = False
                        self.starter = self.previous = ""
                    self.began = False
                first = False
                continue
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._bad_character(position)
            kind = match.lastgroup
            stop = match.end()
            if kind == "LINE":
                at_start = not self.open
            elif kind != "SPACE":
                token = self._word(str(kind), position, stop)
                self.previous = token.type
                yield token
            position = stop
        if self.open:
            bracket, start = self.open[-1]
            raise self.error(
                "B102",
                f"`{bracket}` is never closed",
                start,
                start + 1,
                f"add `{_CLOSING[bracket]}` where the group ends",
            )
        if not first:
            yield Token("NL", "", end, end_pos=end)
        for _ in self.levels[1:]:
            yield Token("DEDENT", "", end, end_pos=end)

    def _skip_blank(self, position: int) -> tuple[int, int]:
        """Past empty lines and comments, to the first character of a line that says something."""
        text, end = self.text, len(self.text)
        while position < end:
            start = position
            while position < end and text[position] in " \t":
                position += 1
            indent = position - start
            if position < end and text[position] == "#":
                newline = text.find("\n", position)
                position = end if newline < 0 else newline + 1
            elif text.startswith("\r\n", position):
                position += 2
            elif position < end and text[position] == "\n":
                position += 1
            else:
                self._check_tabs(text[start:position], start)
                return position, indent
        return end, 0

    def _check_tabs(self, blank: str, start: int) -> None:
        if "\t" in blank:
            raise self.error(
                "B103",
                "a tab in the indentation",
                start,
                start + len(blank),
                "indent with spaces: tabs and spaces cannot be compared",
            )

    def _layout(self, position: int, indent: int, first: bool) -> Iterator[Token]:
        """The tokens that stand for this line's indentation; none where it continues the last."""
        if first:
            if indent:
                raise self.error(
                    "B103",
                    "the first statement is indented",
                    position - indent,
                    position,
                    "begin it at the margin",
                )
            return
        if indent > self.levels[-1]:
            if self.block_opened:
                self.block_opened = False
                self.levels.append(indent)
                yield Token("NL", "", position, end_pos=position)
                yield Token("INDENT", "", position, end_pos=position)
            return
        yield Token("NL", "", position, end_pos=position)
        while indent < self.levels[-1]:
            self.levels.pop()
            yield Token("DEDENT", "", position, end_pos=position)
        if indent != self.levels[-1]:
            raise self.error(
                "B103",
                "this line's indentation fits no statement above it",
                position - indent,
                position,
                "indent it like the statement that it belongs beside",
            )

    def _token(self, kind: str, start: int, end: int) -> Token:
        return Token(kind, self.text[start:end], start, end_pos=end)

    def _word(self, kind: str, start: int, end: int) -> Token:
        if kind == "NAME":
            return self._name(start, end)
        if kind == "STRING":
            self._check_string(start, end)
        if kind == "ARROW":
            return self._token(self.lexer.arrow, start, end)
        if kind == "PUNCTUATION":
            text = self.text[start:end]
            if text in "([":
                self.open.append((text, start))
                if len(self.open) > MAX_DEPTH:
                    raise self.error(
                        "B104",
                        f"brackets are nested more than {MAX_DEPTH} deep",
                        start,
                        end,
                        "give parts of the expression a name with `let`",
                    )
            elif text in ")]":
                self._close(text, start)
            return self._token(self.lexer.names[text], start, end)
        if kind == "NUMBER" and self.text[end : end + 1].isalpha():
            raise self.error(
                "B105",
                "a name cannot begin with a digit",
                start,
                end + 1,
                "put a letter first, or write `*` between a number and a name",
            )
        return self._token(kind, start, end)

    def _check_string(self, start: int, end: int) -> None:
        for place, character in enumerate(self.text[start:end], start):
            if acts(character):
                name = f"U+{ord(character):04X}"
                raise self.error(
                    "B105", f"{name} in a string cannot be printed", place, place + 1, "remove it"
                )

    def _name(self, start: int, end: int) -> Token:
        text = self.text[start:end]
        if not text.isascii():
            # Python reads names in this form; two that it cannot tell apart are one here, too.
            text = unicodedata.normalize("NFKC", text)
            if not text.rstrip("'").isidentifier():
                raise self.error(
                    "B105",
                    f"`{text}` cannot be a name",
                    start,
                    end,
                    "names are letters, digits and `_`",
                )
        if text in self.lexer.words:
            return Token(self.lexer.words[text], text, start, end_pos=end)
        kind = text.upper() if self._is_keyword(text, end) else "NAME"
        self.began = self.began or kind == "INITIALLY"
        return Token(kind, text, start, end_pos=end)

    def _is_keyword(self, word: str, end: int) -> bool:
        """Whether a word is a keyword here: only where it cannot be a name."""
        outside, before = not self.open, self.previous
        match word:
            case "within":
                return self.starter == "PLATE" and outside and before != "PLATE"
            case "ordered":
                return self.starter == "PLATE" and outside and before not in ("PLATE", "WITHIN")
            case "initially" | "where":
                return outside and before == "COMMA"
            case "given":
                return before == "INITIALLY" and bool(_STATEMENT_ENDS.match(self.text, end))
            case "for":
                return self.began and outside and before in _OPERAND_ENDS
            case "by" if before == "ORDERED":
                return True
            case "over" | "by" | "on":
                fits = before in ("COMMA", "LPAR") or before in _OPERAND_ENDS
                return fits and bool(_AXES_FOLLOW.match(self.text, end))
        return False

    def _close(self, text: str, start: int) -> None:
        if not self.open:
            raise self.error("B102", f"`{text}` closes nothing", start, start + 1, "remove it")
        bracket, _ = self.open.pop()
        if _CLOSING[bracket] != text:
            raise SpecError(
                Diagnostic(
                    "B102",
                    f"`{text}` does not close `{bracket}`",
                    Span(start, start + 1),
                    help=f"close it with `{_CLOSING[bracket]}`",
                ),
                Source(self.text),
            )

    def _bad_character(self, position: int) -> SpecError:
        character = self.text[position]
        if character == '"':
            return self.error(
                "B105",
                "this string is never closed",
                position,
                position + 1,
                'end it with `"` on the same line',
            )
        help = ""
        if character == "'":
            help = 'strings are written in double quotes: `"…"`'
        elif character in "{}":
            help = "the language has no braces"
        elif character in ";":
            help = "one statement a line: no semicolons"
        elif character in "&|!%":
            help = "write `and`, `or`, `not`"
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        shown = character if character.isprintable() else name
        return self.error(
            "B105",
            f"`{shown}` means nothing here",
            position,
            position + 1,
            help or f"the character is {name}: remove it",
        )
