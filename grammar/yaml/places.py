"""Where the characters of a YAML scalar, and the comments between scalars, stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..reading import Comment
from ..source import Span

QUOTES = ("'", '"')
BLOCKS = ("|", ">")

_BREAK = "\n\r\x85\u2028\u2029"
_BLANK = " \t" + _BREAK
_WORDS = re.compile(rf"[^{_BLANK}]+")
_LINE = re.compile(rf"[^{_BREAK}]*")
_ESCAPED = {"x": 4, "u": 6, "U": 10}  # characters of `\x41`, `\u00e9`, `\U0001f600`
_HEADER = re.compile(rf"[|>][^#{_BREAK}]*")
_COMMENT = re.compile(rf"#[^{_BREAK}]*")


def places(value: str, style: str, source: str, start: int, end: int) -> Sequence[int]:
    """The offset in the source of each character of a scalar's value, and of its end.

    `source[start:end]` is the scalar as written, with its quotes or its `|`. A character that is
    not blank has its exact place. A blank, of which YAML folds several into one, has one of theirs.
    """
    if style in QUOTES:
        start, end = start + 1, end - 1
    elif style in BLOCKS:
        header = _LINE.match(source, start, end)
        start = header.end() if header else start
    if style not in BLOCKS and source.startswith(value, start):
        return range(start, start + len(value) + 1)
    if style == '"' and "\\" in source[start:end]:
        return _unescaped(value, source, start, end)
    if style == "'" and "''" in source[start:end]:
        return _undoubled(value, source, start, end)
    return _folded(value, source, start, end)


def _folded(value: str, source: str, start: int, end: int) -> list[int]:
    """Words are the same on both sides, in the same order; only the blanks between them differ."""
    found: list[int] = []
    behind = start
    words = _WORDS.finditer(source, start, end)
    for word in _WORDS.finditer(value):
        there = next(words, None)
        place = end if there is None else there.start()
        gap = word.start() - len(found)
        found += [min(behind + i, place) for i in range(gap)]
        behind = place + len(word[0])
        found += range(place, behind)
    rest = len(value) - len(found)
    return found + [min(behind + i, end) for i in range(rest + 1)]


def _undoubled(value: str, source: str, start: int, end: int) -> list[int]:
    found: list[int] = []
    position = start
    for character in value:
        if character not in _BLANK:
            position = _past_blanks(source, position, end)
        found.append(min(position, end))
        if position < end and (character not in _BLANK or source[position] in _BLANK):
            position += 2 if source.startswith("''", position) else 1
    return [*found, min(position, end)]


def _unescaped(value: str, source: str, start: int, end: int) -> list[int]:
    found: list[int] = []
    position = start
    for character in value:
        blank = character in _BLANK
        while position < end:
            here = source[position]
            if here == "\\" and source[position + 1 : position + 2] in _BLANK[2:]:
                position += 2  # the line goes on: the break and what follows it are not there
            elif not blank and _is_blank(source, position):
                position += _length(source, position)
            else:
                break
        found.append(min(position, end))
        if position < end and (not blank or _is_blank(source, position)):
            position += _length(source, position)
    return [*found, min(position, end)]


def _past_blanks(source: str, position: int, end: int) -> int:
    while position < end and source[position] in _BLANK:
        position += 1
    return position


def _length(source: str, position: int) -> int:
    """The number of characters with which the one at a position is written."""
    if source[position] != "\\":
        return 1
    return _ESCAPED.get(source[position + 1 : position + 2], 2)


def _is_blank(source: str, position: int) -> bool:
    """Whether a blank is written at a position, as itself or as an escape."""
    if source[position] != "\\":
        return source[position] in _BLANK
    kind = source[position + 1 : position + 2]
    if kind in _ESCAPED:
        digits = source[position + 2 : position + _ESCAPED[kind]]
        return chr(int(digits, 16)) in _BLANK
    return kind in " \tntrNLP"


def comments(text: str, scalars: Iterable[tuple[int, int, str]]) -> list[Comment]:
    """The comments between the scalars, which are given by start, end and style, in order."""
    found: list[Comment] = []
    behind = 0
    for start, end, style in [*scalars, (len(text), len(text), "")]:
        if start > behind:
            found += _between(text, behind, start)
        if style in BLOCKS:
            header = _HEADER.match(text, start)
            stop = header.end() if header else start
            comment = _COMMENT.match(text, stop)
            found += _between(text, stop, comment.end() if comment else stop)
        behind = max(behind, end)
    return found


def _between(text: str, start: int, end: int) -> list[Comment]:
    found = []
    for match in _COMMENT.finditer(text, start, end):
        said = match[0].rstrip()
        begin = match.start()
        before = begin
        while before and text[before - 1] in " \t":
            before -= 1
        alone = before == 0 or text[before - 1] in _BREAK + "\ufeff"
        found.append(Comment(said, Span(begin, begin + len(said)), alone))
    return found
