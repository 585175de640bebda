"""CSV files, plain or compressed: cells stay text until a declaration says what they are."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Container, Iterator
from itertools import islice, pairwise
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...grammar.places import Cell, Excerpt, Line
from ..binding.tables import Array, Table, UnreadableError, named, refuse_twice
from .paths import FAILURES, is_compressed, reason

_BATCH = 50_000


def read_csv(path: Path, wanted: Container[str]) -> Table:
    """The `wanted` columns of a CSV file; raises UnreadableError."""
    try:
        with _opened(path) as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
            header = [named(cell.strip()) for cell in next(reader, [])]
            if not header:
                raise UnreadableError(f"`{path}` is empty", "its first line must name the columns")
            refuse_twice(path.name, [name for name in header if name])
            kept = [i for i, name in enumerate(header) if name in wanted]
            parts = [
                ([_texts(rows, i) for i in kept], lines)
                for rows, lines in _batches(reader, header, path, delimiter)
            ]
    except UnicodeDecodeError as error:
        raise not_utf8(path, error) from error
    except (*FAILURES, csv.Error) as error:
        raise UnreadableError(f"`{path}` cannot be read: {reason(error)}") from error
    lines = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)])
    columns = {
        header[i]: np.concatenate([part[0][k] for part in parts] or [np.zeros(0, object)])
        for k, i in enumerate(kept)
    }
    return Table(path.name, tuple(header), columns, len(lines), lines, path=str(path))


def _opened(path: Path) -> IO[str]:
    if is_compressed(path):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _texts(rows: list[list[str]], column: int) -> Array:
    return np.array(list(map(itemgetter(column), rows)), dtype=object)


def _batches(
    reader: Any, header: list[str], path: Path, delimiter: str
) -> Iterator[tuple[list[list[str]], Array]]:
    """The rows after the header, many at a time, with their lines in the file; no blank lines."""
    before = reader.line_num
    while rows := list(islice(reader, _BATCH)):
        heights: Any = np.ones(len(rows), np.int64)
        if reader.line_num - before != len(rows):  # some quoted cells hold line breaks
            heights = np.array([1 + sum(cell.count("\n") for cell in row) for row in rows])
        lines = before + 1 + np.cumsum(heights) - heights
        before = reader.line_num
        if [] in rows:
            lines = lines[[bool(row) for row in rows]]
            rows = [row for row in rows if row]
        if not set(map(len, rows)) <= {len(header)}:
            wrong = next(i for i, row in enumerate(rows) if len(row) != len(header))
            raise _ragged(rows[wrong], int(lines[wrong]), header, path, delimiter)
        yield rows, lines


def _ragged(
    row: list[str], line: int, header: list[str], path: Path, delimiter: str
) -> UnreadableError:
    """A row that has more cells than the header, or fewer."""
    help = "quote cells that hold the separator"
    digits = [cell.strip().removeprefix("-").isdigit() for cell in row]
    other = [sign for sign in ",;\t" if sign != delimiter and len(row) == 1 and sign in row[0]]
    if other:
        help = f"`{other[0]}` separates the cells here, `{delimiter}` those of the header"
    elif len(row) < len(header):
        help = "write empty cells, too, with a separator for each"
    elif delimiter == "," and any(one and two for one, two in pairwise(digits)):
        help = "write decimals with a point, or quote cells that hold the separator"
    text = delimiter.join(row)
    start = len(delimiter.join(row[: len(header)])) if len(row) > len(header) else 0
    label = f"{_cells(len(row))}, not {len(header)}"
    lines = (
        Line(delimiter.join(header), margin="1", mark=""),
        Line(text, start, len(text), label, str(line)),
    )
    told = f"line {line} of {path.name} has {_cells(len(row))}, the header has {len(header)}"
    cell = Cell(str(path), line=line, value=text)
    return UnreadableError(told, help, Excerpt(f"{path}:{line}", lines, (cell,)))


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def not_utf8(path: Path, error: UnicodeDecodeError) -> UnreadableError:
    """A file in another encoding: which, if that can be told, and the line that shows it."""
    told, help = f"`{path}` cannot be read: it is not UTF-8 text", "save it as UTF-8"
    with gzip.open(path) if is_compressed(path) else path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return UnreadableError(f"{told} but UTF-16", help)
        file.seek(0)
        for number, raw_line in enumerate(file, 1):
            try:
                raw_line.decode()
            except UnicodeDecodeError as wrong:
                text = raw_line.rstrip(b"\r\n").decode("latin-1")
                label = f"byte {raw_line[wrong.start]:#04x}"
                line = Line(text, wrong.start, wrong.start + 1, label, str(number))
                cell = Cell(str(path), line=number, value=text)
                return UnreadableError(told, help, Excerpt(f"{path}:{number}", (line,), (cell,)))
    return UnreadableError(told, help)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
