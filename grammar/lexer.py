"""Characters → tokens: numbers, names, strings, and the words that are keywords where they stand.

Nothing but `and`, `or` and `not` is reserved. Every other keyword is one only where it cannot be
a name: after what must stand before it, before what must follow it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from lark.lexer import Lexer, Token

from .diagnostics import Diagnostic, Fix, SpecError, acts
from .source import Span

MAX_DEPTH = 200
MAX_TOKENS = 20_000
_MAX_NAME = 200

TOKEN = re.compile(
    r"""
    (?P<SPACE>[ \t]+)
  | (?P<NAME>[^\W\d]\w*'*)
  | (?P<PUNCTUATION>[+*/@^~:,()\[\]?]|=(?!=)|-(?!>)|\.(?![.\d]))
  | (?P<NUMBER>(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:[eE][-+]?\d+)?)
  | (?P<LINE>\r?\n)
  | (?P<COMMENT>\#[^\n]*)
  | (?P<STRING>"[^"\n]*")
  | (?P<DOTS>\.\.)
  | (?P<ARROW>->)
  | (?P<COMPARE>==|!=|<=|>=|<|>)
    """,
    re.VERBOSE,
)

_TARGET_ENDS = re.compile(r"(?:\[[^\]]*\])?\s*(?:[,~:]|\Z)")
"""What follows a name that shares its distribution with those before it."""

_AXES_FOLLOW = re.compile(r"[ \t]+(?:[^\W\d]|\()")
_STATEMENT_ENDS = re.compile(r"[ \t]*(?:\#|\r?\n|,|\Z)")
_OPERAND_ENDS = frozenset({"NAME", "NUMBER", "STRING", "RPAR", "RSQB"})
_NAME_FOLLOWS = frozenset({"PLATE", "WITHIN", "BY"})
_SOFT = frozenset({"within", "ordered", "initially", "where", "given", "for", "over", "by", "on"})
_WORDS = frozenset({"and", "or", "not"})
_PUNCTUATION = {
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "~": "TILDE",
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
CLOSING = {"(": ")", "[": "]"}


class Handed(Lexer):
    """What lark is given for a lexer: the tokens are there already."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, tokens: Sequence[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(tokens)


class Tokens:
    """Makes the tokens of one statement, and knows which words are keywords in it.

    `word` is the keyword with which the statement begins. `open` holds the brackets that are
    open, with their places.
    """

    def __init__(self, text: str, word: str = "") -> None:
        self.text = text
        self.word = self.previous = word
        self.open: list[tuple[str, int]] = []
        self.began = False  # `initially` stands in this statement
        self.count = 0

    def token(self, kind: str, start: int, end: int) -> Token:
        """The token of a match of TOKEN. Raises SpecError where there can be none."""
        text = self.text[start:end]
        self.count += 1
        if self.count > MAX_TOKENS:
            message = f"a statement of more than {MAX_TOKENS:,} names, numbers and signs"
            help = "give parts of it names with `let`; the labels of large plates belong in data"
            raise wrong("B104", message, start, end, help)
        match kind:
            case "NAME":
                kind, text = self._name(text, start, end)
            case "PUNCTUATION":
                kind = _PUNCTUATION[text]
                if text in "([":
                    self._opens(text, start)
                elif text in ")]":
                    self._closes(text, start)
            case "STRING":
                self._check_string(text, start)
            case "NUMBER" if self.text[end : end + 1].isalpha():
                raise wrong(
                    "B105",
                    "a name cannot begin with a digit",
                    start,
                    end + 1,
                    "put a letter first, or write `*` between a number and a name",
                )
        self.previous = kind
        return Token(kind, text, start, end_pos=end)

    def unclosed(self) -> Diagnostic:
        """The error of a bracket that is still open at the end."""
        bracket, start = self.open[-1]
        return Diagnostic(
            "B102",
            f"`{bracket}` is never closed",
            Span(start, start + 1),
            help=f"add `{CLOSING[bracket]}` where the group ends",
        )

    def bad_character(self, position: int) -> SpecError:
        """The error of a character that begins no token."""
        character = self.text[position]
        if character == '"':
            help = 'end it with `"` on the same line'
            return wrong("B105", "this string is never closed", position, position + 1, help)
        help = _INSTEAD.get(character, "")
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        shown = character if character.isprintable() else name
        return wrong(
            "B105",
            f"`{shown}` means nothing here",
            position,
            position + 1,
            help or f"the character is {name}: remove it",
        )

    # --- names --------------------------------------------------------------------------

    def _name(self, text: str, start: int, end: int) -> tuple[str, str]:
        if len(text) > _MAX_NAME:
            help = f"names have at most {_MAX_NAME} characters"
            raise wrong("B105", f"a name of {len(text)} characters", start, end, help)
        if not text.isascii():
            # Python reads names in this form; two that it cannot tell apart are one here, too.
            text = unicodedata.normalize("NFKC", text)
            if not text.rstrip("'").isidentifier():
                help = "names are letters, digits and `_`"
                raise wrong("B105", f"`{text}` cannot be a name", start, end, help)
        if text in _WORDS:
            return text.upper(), text
        if text in _SOFT and self._is_keyword(text, end):
            self.began = self.began or text == "initially"
            return text.upper(), text
        return "NAME", text

    def _is_keyword(self, word: str, end: int) -> bool:
        """Whether a word is a keyword here: only where it cannot be a name."""
        outside, before = not self.open, self.previous
        match word:
            case "within":
                return self.word == "PLATE" and outside and before not in _NAME_FOLLOWS
            case "ordered":
                return self.word == "PLATE" and outside and before not in _NAME_FOLLOWS
            case "initially" | "where":
                return outside and before == "COMMA" and not _TARGET_ENDS.match(self.text, end)
            case "given":
                return before == "INITIALLY" and bool(_STATEMENT_ENDS.match(self.text, end))
            case "for":
                return self.began and outside and before in _OPERAND_ENDS
            case "by" if before == "ORDERED":
                return True
        fits = before in ("COMMA", "LPAR") or before in _OPERAND_ENDS
        return fits and bool(_AXES_FOLLOW.match(self.text, end))

    # --- checks -------------------------------------------------------------------------

    def _check_string(self, text: str, start: int) -> None:
        if text.isascii() and text.isprintable():
            return
        for place, character in enumerate(text, start):
            if acts(character):
                name = f"U+{ord(character):04X}"
                message = f"{name} in a string cannot be printed"
                raise wrong("B105", message, place, place + 1, "remove it")

    def _opens(self, text: str, start: int) -> None:
        self.open.append((text, start))
        if len(self.open) > MAX_DEPTH:
            raise wrong(
                "B104",
                f"brackets are nested more than {MAX_DEPTH} deep",
                start,
                start + 1,
                "give parts of the expression a name with `let`",
            )

    def _closes(self, text: str, start: int) -> None:
        if not self.open:
            raise wrong("B102", f"`{text}` closes nothing", start, start + 1, "remove it", "")
        bracket, _ = self.open.pop()
        if CLOSING[bracket] != text:
            raise wrong(
                "B102",
                f"`{text}` does not close `{bracket}`",
                start,
                start + 1,
                f"close it with `{CLOSING[bracket]}`",
                CLOSING[bracket],
            )


_INSTEAD = {
    "'": 'strings are written in double quotes: `"…"`',
    "{": "the language has no braces",
    "}": "the language has no braces",
    ";": "one statement a line: no semicolons",
    "#": "a comment cannot stand inside a value",
} | dict.fromkeys("&|!%", "write `and`, `or`, `not`")


def wrong(
    code: str, message: str, start: int, end: int, help: str = "", instead: str | None = None
) -> SpecError:
    """A SpecError; `instead` is the text that an editor can put in the place."""
    span = Span(start, max(end, start + 1))
    remedies = () if instead is None else (Fix(span, instead),)
    return SpecError(Diagnostic(code, message, span, help=help, remedies=remedies))
