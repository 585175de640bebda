"""Places outside a spec, such as the cells of a table, and the lines that show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, or an element of an array: everything about it that is known.

    Rows are counted from 1, lines are those of a file; `index` is the place in an array of
    several axes.
    """

    table: str | None = None
    column: str | None = None
    row: int | None = None
    line: int | None = None
    value: str | int | float | None = None
    index: tuple[int, ...] = ()

    def as_json(self) -> dict[str, object]:
        found: dict[str, object] = {
            "table": self.table,
            "column": self.column,
            "row": self.row,
            "line": self.line,
            "value": self.value,
        }
        return found | ({"index": list(self.index)} if self.index else {})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an excerpt: characters from `start` to `end` are underlined, if `mark` is given.

    `margin` is what stands to the left of it: the number of a line or a row.
    """

    text: str
    start: int = 0
    end: int = 0
    label: str = ""
    margin: str = ""
    mark: str = "^"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a table around the cells at fault, of which there may be `more`."""

    title: str
    lines: tuple[Line, ...] = ()
    cells: tuple[Cell, ...] = ()
    more: int = 0
