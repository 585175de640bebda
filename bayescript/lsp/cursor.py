"""Where a cursor stands in a statement, read from the characters alone: broken text is usual."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..grammar.source import Span

OPENERS = ("data", "generate", "guide", "infer", "ode")
STARTERS = (
    "model",
    "plate",
    "let",
    "param",
    "factor",
    "def",
    "kernel",
    "network",
    *OPENERS,
)

_TOKEN = re.compile(
    r"""
    (?P<SPACE>\s+)
  | (?P<COMMENT>\#[^\n]*)
  | (?P<NUMBER>(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:[eE][-+]?\d+)?)
  | (?P<NAME>[^\W\d]\w*'*)
  | (?P<STRING>"[^"\n]*(?:"|\Z|(?=\n)))
  | (?P<SIGN>\.\.|->|==|!=|<=|>=|.)
    """,
    re.VERBOSE,
)
_HEAD = re.compile(
    r"(?P<word>data|generate|guide)[ \t]*(?:\#[^\n]*)?\r?\Z"
    r"|(?P<named>infer|ode)[ \t]+(?P<name>[^\W\d]\w*)"
)
_CLOSES = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is NAME, NUMBER, STRING or SIGN; `start` counts from the statement's beginning."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Open:
    """A bracket that is open at the cursor, what stands before it, and what is inside so far."""

    bracket: str
    callee: str
    inside: tuple[Token, ...]
    first: bool = False  # the first bracket of the statement, that of its target

    @property
    def named(self) -> frozenset[str]:
        """The arguments that are given by name."""
        pairs = zip(self.inside, self.inside[1:], strict=False)
        return frozenset(a.text for a, b in pairs if a.kind == "NAME" and b.text == "=")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The word at the cursor and what surrounds it.

    `prefix` is the part of the word on the left, `before` the tokens of the statement up to the
    word, `after` what follows it on its line. `quiet` is set in comments, strings and numbers.
    """

    word: str
    span: Span
    prefix: str
    before: tuple[Token, ...]
    after: str
    opened: tuple[Open, ...] = ()
    block: str = ""
    owner: str = ""  # the method of an `infer`, the time of an `ode`
    quiet: bool = False
    keys: tuple[str, ...] | None = None  # in YAML: the keys above, from the section in
    in_key: bool = False

    @property
    def starter(self) -> str:
        """The keyword with which the statement begins, if it does."""
        if self.block or len(self.before) < 1 or self.before[0].text not in STARTERS:
            return ""
        second = self.before[1] if len(self.before) > 1 else None
        if second is not None and second.kind not in ("NAME", "NUMBER") and second.text != "(":
            return ""
        return self.before[0].text

    @property
    def previous(self) -> str:
        return self.before[-1].text if self.before else ""

    @property
    def inner(self) -> Open | None:
        return self.opened[-1] if self.opened else None

    @property
    def assigns(self) -> bool:
        """Whether a single `=` follows the word."""
        return self.after.startswith("=") and not self.after.startswith("==")


def word_at(text: str, offset: int) -> Span:
    """The name that the offset touches, primes included; empty where there is none."""
    start = offset
    while start and (text[start - 1].isalnum() or text[start - 1] in "_'"):
        start -= 1
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] in "_'"):
        end += 1
    return Span(start, end)


def at(text: str, offset: int) -> Cursor:
    """The cursor in a spec written as text."""
    word = word_at(text, offset)
    start, block, owner = _statement(text, word.start)
    return build(text[start : word.start], text, word, offset, block, owner)


def build(
    statement: str,
    text: str,
    word: Span,
    offset: int,
    block: str = "",
    owner: str = "",
    keys: tuple[str, ...] | None = None,
    in_key: bool = False,
) -> Cursor:
    """The cursor after the beginning of a statement, which may stand otherwise in the file."""
    tokens, quiet = scan(statement)
    name = text[word.start : word.end]
    line_end = text.find("\n", word.end)
    after = text[word.end : line_end if line_end >= 0 else len(text)].strip()
    return Cursor(
        name,
        word,
        text[word.start : offset],
        tuple(tokens),
        after,
        tuple(_open(tokens)),
        block,
        owner,
        quiet or name[:1].isdigit() or name[:1] == "'",
        keys,
        in_key,
    )


def scan(statement: str) -> tuple[list[Token], bool]:
    """The tokens of a beginning of a statement, and whether it ends in a comment or a string."""
    tokens: list[Token] = []
    quiet = False
    for match in _TOKEN.finditer(statement):
        kind, piece = str(match.lastgroup), match.group()
        quiet = kind == "COMMENT" or (kind == "STRING" and (len(piece) == 1 or piece[-1] != '"'))
        if kind not in ("SPACE", "COMMENT"):
            tokens.append(Token(kind, piece, match.start()))
    return tokens, quiet


def _open(tokens: list[Token]) -> list[Open]:
    """The brackets that are open at the end, from the outermost in."""
    stack: list[tuple[int, str, bool]] = []
    seen = False
    for place, token in enumerate(tokens):
        if token.kind != "SIGN":
            continue
        if token.text in ("(", "["):
            before = tokens[place - 1] if place else None
            called = before is not None and before.kind == "NAME"
            stack.append((place, before.text if called and before else "", not seen))
            seen = True
        elif token.text in _CLOSES and stack:
            stack.pop()
    return [
        Open(tokens[place].text, callee, tuple(tokens[place + 1 :]), first)
        for place, callee, first in stack
    ]


# --- which statement ------------------------------------------------------------------------


def _statement(text: str, offset: int) -> tuple[int, str, str]:
    """Where the statement of an offset begins, and the block in which it stands."""
    begin = text.rfind("\n", 0, offset) + 1
    depth = _indent(text, begin, offset)
    if depth == 0:
        return begin, "", ""
    above = list(_lines_above(text, begin))
    head = next((at for at, indent in above if indent == 0), None)
    if head is None:
        return begin, "", ""
    match = _HEAD.match(text[head : _line_end(text, head)])
    if match is None:
        return head, "", ""
    inner = [(at, indent) for at, indent in above if at > head]
    block_depth = inner[-1][1] if inner else depth
    block, owner = match["word"] or match["named"], match["name"] or ""
    if depth <= block_depth:
        return begin, block, owner
    return next(at for at, indent in inner if indent <= block_depth), block, owner


def _lines_above(text: str, begin: int) -> list[tuple[int, int]]:
    """Where the lines above that say something begin, and how deep, from the nearest up."""
    found = []
    while begin:
        begin = text.rfind("\n", 0, begin - 1) + 1
        line = text[begin : _line_end(text, begin)].strip()
        if line and not line.startswith("#"):
            indent = _indent(text, begin, len(text))
            found.append((begin, indent))
            if indent == 0:
                break
    return found


def _line_end(text: str, begin: int) -> int:
    end = text.find("\n", begin)
    return len(text) if end < 0 else end


def _indent(text: str, begin: int, end: int) -> int:
    at = begin
    while at < end and text[at] in " \t":
        at += 1
    return at - begin
