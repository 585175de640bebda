"""Lines of a file → its text, with operators and comments of neighbouring lines in columns.

In consecutive one-line statements of one kind the operator stands in one column, as long as no line
is padded by more than 8 columns. So a group of scalar parameters keeps its column, and the long
outcome below it does not tear `mu` and `~` apart. Comments at the ends of consecutive lines share a
column, at least two blanks to the right: they are read down, like a column of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .document import fits

_PADDING = 8
_COMMENT_PADDING = 16


@dataclass(slots=True)
class Row:
    """A statement; `left` characters stand before its operator where it has one line.

    Rows of one `kind` can be aligned. `comment` stands at its end.
    """

    text: str
    kind: object = None
    left: int = 0
    comment: str = ""

    @property
    def one(self) -> bool:
        return "\n" not in self.text

    @property
    def length(self) -> int:
        return len(self.text) - self.text.rfind("\n") - 1


def joined(lines: Sequence[str | Row]) -> str:
    """The text of a file. An empty line is an empty text."""
    for run in _runs(lines, lambda row: row.kind if row.one else None):
        _align(run)
    texts = [line if isinstance(line, str) else line.text for line in lines]
    places = {id(line): number for number, line in enumerate(lines)}
    for run in _runs(lines, lambda row: row.comment != "" or None):
        for part in _cut(run, lambda row: row.length, _COMMENT_PADDING):
            column = max(row.length for row in part) + 2
            for row in part:
                texts[places[id(row)]] += " " * (column - row.length) + row.comment
    return "".join(f"{text}\n" for text in texts)


def _runs(lines: Sequence[str | Row], kind: Callable[[Row], object]) -> list[list[Row]]:
    """Neighbouring rows of one kind; rows whose kind is None stand alone and are left out."""
    runs: list[list[Row]] = []
    last: object = None
    for line in lines:
        found = kind(line) if isinstance(line, Row) else None
        if isinstance(line, Row) and found is not None:
            if found != last:
                runs.append([])
            runs[-1].append(line)
        last = found
    return runs


def _cut(run: list[Row], length: Callable[[Row], int], most: int) -> list[list[Row]]:
    """From the top, parts in which no row is padded by more than so many columns."""
    parts: list[list[Row]] = []
    short = long = 0
    for row in run:
        width = length(row)
        if not parts or max(long, width) - min(short, width) > most:
            parts.append([])
            short = long = width
        short, long = min(short, width), max(long, width)
        parts[-1].append(row)
    return parts


def _align(run: list[Row]) -> None:
    for part in _cut(run, lambda row: row.left, _PADDING):
        left = max(row.left for row in part)
        if not all(fits(row.length + left - row.left) for row in part):
            continue
        for row in part:
            row.text = row.text[: row.left] + " " * (left - row.left) + row.text[row.left :]
