"""Offsets in the text of a spec, and the lines and columns in which editors count."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ..grammar.source import Span

Units = Literal["utf-8", "utf-16", "utf-32"]
Position = tuple[int, int]
"""Line and column from 0; the column counts the units that client and server agreed on."""

_LINE_END = re.compile(r"\r\n|\n|\r")


def _hangul(character: str) -> bool:
    """Whether a letter joins the one before it into a syllable."""
    return "\u1160" <= character <= "\u11ff"


def normalised(text: str) -> tuple[str, tuple[int, ...] | None]:
    """The text in the form in which it is read, and where each of its characters came from.

    None stands for the usual case, in which nothing moves.
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        joins = end < len(text) and (unicodedata.combining(text[end]) or _hangul(text[end]))
        if joins:
            continue
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        # A piece that became shorter lies where it began; one that became longer ends inside.
        places += [min(start + i, end - 1) for i in range(len(piece))]
        start = end
    return "".join(pieces), (*places, len(text))


@dataclass(frozen=True)
class Text:
    """A document as the editor has it. Offsets are those of `spec`, the text that is read."""

    original: str
    units: Units = "utf-16"

    @cached_property
    def _normalised(self) -> tuple[str, tuple[int, ...] | None]:
        return normalised(self.original)

    @property
    def spec(self) -> str:
        return self._normalised[0]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(m.end() for m in _LINE_END.finditer(self.original)))

    def _width(self, piece: str) -> int:
        if self.units == "utf-32" or piece.isascii():
            return len(piece)
        size = len(
            piece.encode(f"{self.units}{'-le' if self.units == 'utf-16' else ''}", "replace")
        )
        return size // 2 if self.units == "utf-16" else size

    def _line_end(self, line: int) -> int:
        """Where a line's own characters end, before what ends the line."""
        begin = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.original)
        return begin + len(self.original[begin:end].rstrip("\r\n"))

    def position(self, offset: int) -> Position:
        """Where an offset is for the editor."""
        places = self._normalised[1]
        offset = max(0, min(offset, len(self.spec)))
        at = offset if places is None else places[offset]
        line = bisect_right(self._starts, at) - 1
        return line, self._width(self.original[self._starts[line] : at])

    def range(self, span: Span) -> tuple[Position, Position]:
        return self.position(span.start), self.position(span.end)

    def raw_offset(self, position: Position) -> int:
        """The offset of a place in the editor's text; a column past the end is the line's end."""
        line, column = position
        if line >= len(self._starts):
            return len(self.original)
        at, end = self._starts[line], self._line_end(line)
        if self.original[at:end].isascii():
            return min(at + column, end)
        width = 0
        while at < end and width < column:
            width += self._width(self.original[at])
            at += 1
        return at

    def offset(self, position: Position) -> int:
        """The offset, in the text that is read, of a place in the editor."""
        at = self.raw_offset(position)
        places = self._normalised[1]
        return at if places is None else bisect_right(places, at - 1)

    def changed(self, begin: Position, end: Position, text: str) -> Text:
        """The document after one edit."""
        start, stop = self.raw_offset(begin), self.raw_offset(end)
        return Text(self.original[:start] + text + self.original[stop:], self.units)

    def replaced_by(self, new: str) -> tuple[Position, Position, str] | None:
        """The smallest edit of whole lines that turns the document into `new`, if one is needed."""
        if new == self.original:
            return None
        old_lines, new_lines = self.original.splitlines(True), new.splitlines(True)
        same = 0
        while same < min(len(old_lines), len(new_lines)) and old_lines[same] == new_lines[same]:
            same += 1
        tail = 0
        room = min(len(old_lines), len(new_lines)) - same
        while tail < room and old_lines[-1 - tail] == new_lines[-1 - tail]:
            tail += 1
        begin = len("".join(old_lines[:same]))
        end = len("".join(old_lines[: len(old_lines) - tail]))
        text = "".join(new_lines[same : len(new_lines) - tail])
        return self._raw_position(begin), self._raw_position(end), text

    def _raw_position(self, at: int) -> Position:
        line = bisect_right(self._starts, at) - 1
        return line, self._width(self.original[self._starts[line] : at])
