"""Rows of tables and elements of arrays as messages show them, around the cells at fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...grammar.diagnostics import closest
from ...grammar.places import Cell, Excerpt, Line
from .tables import Array, Column, Table

PlateLabels = Mapping[str, Array]
"""The labels of plates, as far as they are known."""

_AROUND = 6  # columns of a row that are shown
_NAMES = 12  # columns of a header
_WIDE, _NARROW = 60, 24  # characters of the value at fault and of the others


def text_of(value: object, widest: int = _WIDE) -> str:
    """A raw value as text: numbers as short as they can be, blanks at the ends made visible."""
    if isinstance(value, float | np.floating):
        whole = float(value).is_integer() and abs(float(value)) < 1e15
        text = str(int(value)) if whole else str(value)
    else:
        text = str(value)
    if isinstance(value, str) and text != text.strip() and text.strip():
        text = f'"{text}"'
    return text if len(text) <= widest else text[: widest - 1] + "…"


def show(value: object) -> str:
    """A raw value as messages quote it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "an empty cell"
    return f"`{text_of(value)}`"


# --- cells -------------------------------------------------------------------------------


def rows(
    column: Column,
    cells: Sequence[int],
    more: int,
    labels: PlateLabels,
    say: Callable[[int], str],
    before: Callable[[int], tuple[int, str]] | None = None,
) -> Excerpt:
    """The rows of some cells, each underlined with what `say` says of it.

    `before` gives, for a cell, an earlier one that it contradicts and what is said of that. Where
    the same would be said again, it is not.
    """
    lines: list[Line] = []
    said = ""
    for cell in cells:
        if before is not None:
            other, text = before(cell)
            lines.append(_line(column, other, text, "-", labels))
        text = say(cell)
        lines.append(_line(column, cell, "" if text == said else text, "^", labels))
        said = text
    found = tuple(_cell(column, cell) for cell in cells)
    return Excerpt(_title(column, cells[0]), tuple(lines), found, more)


def _title(column: Column, cell: int) -> str:
    table = column.table
    if table is None:
        if column.values.ndim == 0:
            return column.name
        index = _index(column, cell)
        where = f"row {cell + 1}" if len(index) == 1 else f"[{', '.join(map(str, index))}]"
        return f"{column.name}, {where}"
    if table.is_array:
        return table.name
    line = "" if table.lines is None else f":{table.lines[cell]}"
    return f"{table.path or table.name}{line}, column `{column.key}`, row {cell + 1}"


def _cell(column: Column, cell: int) -> Cell:
    table, index = column.table, _index(column, cell)
    value = _plain(column.value(cell))
    if table is None:
        row = cell + 1 if len(index) == 1 else None
        return Cell(None, column.key, row, None, value, index if len(index) > 1 else ())
    line = None if table.lines is None else int(table.lines[cell])
    row = None if table.is_array else cell + 1
    return Cell(table.path or table.name.replace("`", ""), column.key, row, line, value)


def _plain(value: Any) -> str | int | float | None:
    """A raw value as JSON can say it."""
    if value is None or (isinstance(value, float | np.floating) and value != value):
        return None
    if isinstance(value, int | np.integer | np.bool_):
        return int(value)
    if isinstance(value, float | np.floating) and np.isfinite(value):
        return float(value)
    return str(value)


def _index(column: Column, cell: int) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(cell, column.values.shape))


# --- lines -------------------------------------------------------------------------------


def _line(column: Column, cell: int, label: str, mark: str, labels: PlateLabels) -> Line:
    table = column.table
    if table is None:
        return _element(column, cell, label, mark, labels)
    names = [name for name in table.header if name in table.columns]
    at = names.index(column.key)
    first = max(0, min(at - _AROUND // 2, len(names) - _AROUND))
    shown = names[first : first + _AROUND]
    values = [
        text_of(table.columns[name][cell], _WIDE if name == column.key else _NARROW)
        for name in shown
    ]
    margin = "" if table.is_array else str(cell + 1 if table.lines is None else table.lines[cell])
    cut = "… " if first else "", ", …" if first + _AROUND < len(names) else ""
    return pairs(list(zip(shown, values, strict=True)), at - first, label, mark, margin, cut)


def pairs(
    found: Sequence[tuple[str, str]],
    at: int,
    label: str,
    mark: str = "^",
    margin: str = "",
    cut: tuple[str, str] = ("", ""),
) -> Line:
    """`a = 1, b = 2`: the value at `at` is underlined, or its name where it has none."""
    parts = [f"{name} = {value}".rstrip() for name, value in found]
    start = len(cut[0]) + sum(len(part) + 2 for part in parts[:at])
    end = start + len(parts[at])
    name, value = found[at]
    if value.strip():
        start += len(name) + 3
    return Line(cut[0] + ", ".join(parts) + cut[1], start, end, label, margin, mark)


def _element(column: Column, cell: int, label: str, mark: str, labels: PlateLabels) -> Line:
    """`x[site = a, year = 2001] = 3`, by the labels of its plates or by its index."""
    names = []
    dims = column.dims if len(column.dims) == column.values.ndim else ("",) * column.values.ndim
    for dim, i, size in zip(dims, _index(column, cell), column.values.shape, strict=True):
        known = labels.get(dim.rstrip("'"))
        if known is None or len(known) != size:
            names.append(str(i))
        else:
            names.append(f"{dim} = {text_of(known[i], _NARROW)}")
    place = f"{column.key}[{', '.join(names)}]" if names else column.key
    return pairs([(place, text_of(column.value(cell)))], 0, label, mark)


def header(table: Table, name: str) -> Excerpt:
    """The names of a table's columns; what is close to `name` is underlined."""
    names = list(table.header)
    close = closest(name, names)
    at = names.index(close) if close else 0
    first = max(0, min(at - _NAMES // 2, len(names) - _NAMES))
    shown = names[first : first + _NAMES]
    text = "… " * bool(first) + ", ".join(shown) + ", …" * (first + _NAMES < len(names))
    margin = "1" if table.lines is not None else ""
    start = 2 * bool(first) + sum(len(one) + 2 for one in names[first:at])
    end, label = start + len(close), f"did you mean `{close}`?"
    line = Line(text, start, end, label, margin) if close else Line(text, margin=margin, mark="")
    place = table.path or table.name
    title = f"{place}:1" if margin else place
    return Excerpt(title, (line,), (Cell(place.replace("`", ""), line=1 if margin else None),))
