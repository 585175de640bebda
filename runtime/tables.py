"""Tables and arrays as they come: CSV, Parquet, frames, mappings; raw columns with their places."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .require import require

Array = npt.NDArray[Any]

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
_BATCH = 50_000


class UnreadableError(Exception):
    """A source that cannot be read: what is wrong, and what to do."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, eq=False)
class Table:
    """Raw columns of one length.

    `header` names all columns, also those that were not read; `plate` is the plate of which each
    row is one element, if any; `lines` are the lines in the file, for CSV.
    """

    name: str
    header: tuple[str, ...]
    columns: Mapping[str, Array]
    length: int
    lines: Array | None = None
    plate: str | None = None

    def row(self, index: int) -> str:
        """A row as messages name it, counted from 1."""
        line = "" if self.lines is None else f" (line {self.lines[index]})"
        return f"row {index + 1}{line}"

    def column(self, name: str) -> Column:
        return Column(f"column `{name}` of {self.name}", self.columns[name], self)


@dataclass(frozen=True, eq=False)
class Column:
    """Raw values of a column (1-d) or of a plain entry (n-d), and how messages name them."""

    name: str
    values: Array
    table: Table | None = None

    def row(self, cell: int) -> str:
        """The row of a cell, or its index where the array has several axes."""
        if self.table is not None:
            return self.table.row(cell)
        if self.values.ndim == 1:
            return f"row {cell + 1}"
        return "[" + ", ".join(str(i) for i in np.unravel_index(cell, self.values.shape)) + "]"

    def place(self, cell: int) -> str:
        """Table, column and row of a cell, given by its flat index."""
        return self.name if self.values.ndim == 0 else f"{self.name}, {self.row(cell)}"

    def value(self, cell: int) -> object:
        return self.values.reshape(-1)[cell]


# --- arrays ------------------------------------------------------------------------------


def raw(values: object) -> Array:
    """A sequence, array or series as a NumPy array; text becomes an array of str objects.

    Raises UnreadableError where nested lists are ragged.
    """
    values = _from_arrow(values)
    absent = values.isna() if hasattr(values, "isna") else None  # a pandas series
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        absent, values = np.ma.getmaskarray(values), values.data
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise UnreadableError("its lists have different lengths") from error
    if array.dtype.kind in "USTV":
        array = array.astype(object)
    if absent is not None and array.dtype.kind not in "fM" and np.any(absent):
        array = array.astype(object)
        array[np.asarray(absent)] = None
    return array


def _from_arrow(values: Any) -> Any:
    """An Arrow column without its dictionary encoding; anything else as it is."""
    if hasattr(values, "combine_chunks"):
        values = values.combine_chunks()
        if hasattr(values, "dictionary_decode"):
            values = values.dictionary_decode()
        return values.to_numpy(zero_copy_only=False)
    return values


# --- tables ------------------------------------------------------------------------------


def is_frame(value: object) -> bool:
    """Whether something is a data frame or an Arrow table, told by what it offers."""
    named = hasattr(value, "columns") or hasattr(value, "column_names")
    return named and hasattr(value, "__getitem__")


def is_path(value: object) -> bool:
    """Whether something is the path of a table; text must end as a table's name does."""
    if isinstance(value, os.PathLike):
        return True
    return isinstance(value, str) and value.lower().endswith(CSV_SUFFIXES + PARQUET_SUFFIXES)


def named(key: object) -> str:
    """A column's name as the language reads names: `µ` the micro sign is `μ` the letter."""
    return unicodedata.normalize("NFKC", str(key))


def read(source: object, name: str, wanted: Container[str]) -> Table:
    """A table from a path, a frame or a mapping of columns; only `wanted` columns are kept.

    Raises UnreadableError where it cannot be read, BackendError where a library is not installed.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source).expanduser()
        suffix = path.suffix.lower()
        if suffix in CSV_SUFFIXES:
            return _read_csv(path, wanted)
        if suffix in PARQUET_SUFFIXES:
            return _read_parquet(path, wanted)
        raise UnreadableError(
            f"`{path}` is not a format that can be read", "give a .csv, .tsv or .parquet file"
        )
    if isinstance(source, Mapping):
        return _from_columns(name, dict(source), tuple(map(named, source)), wanted)
    if is_frame(source):
        return _from_frame(name, source, wanted)
    raise UnreadableError(
        f"{name} is of type {type(source).__name__}, which is no table",
        "give a path, a data frame or a mapping from column to values",
    )


def _from_frame(name: str, frame: Any, wanted: Container[str]) -> Table:
    """A pandas, polars or Arrow table; a named pandas index is a column like the others."""
    names = getattr(getattr(frame, "index", None), "names", None)
    if names is not None and any(n is not None and n not in frame.columns for n in names):
        frame = frame.reset_index()
    header = list(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    _refuse_twice(name, [named(h) for h in header])
    columns = {h: frame[h] for h in header if named(h) in wanted}
    length = frame.num_rows if hasattr(frame, "num_rows") else len(frame)
    return _from_columns(name, columns, tuple(map(named, header)), wanted, length)


def _from_columns(
    name: str,
    source: Mapping[Any, object],
    header: tuple[str, ...],
    wanted: Container[str],
    length: int | None = None,
) -> Table:
    columns: dict[str, Array] = {}
    for key, values in source.items():
        if named(key) not in wanted:
            continue
        try:
            array = raw(values)
        except UnreadableError as error:
            raise UnreadableError(f"column `{key}` of {name}: {error}") from error
        if array.ndim != 1:
            raise UnreadableError(
                f"column `{key}` of {name} has {array.ndim} axes",
                f"a column is a plain sequence; give the array itself: `{{'{key}': array}}`",
            )
        columns[named(key)] = array
    lengths = {key: len(array) for key, array in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{key}` {n}" for key, n in lengths.items())
        raise UnreadableError(f"the columns of {name} have different lengths: {told}")
    return Table(name, header, columns, next(iter(lengths.values()), length or 0))


def _refuse_twice(name: str, header: list[str]) -> None:
    twice = [column for i, column in enumerate(header) if column in header[:i]]
    if twice:
        raise UnreadableError(f"column `{twice[0]}` stands twice in {name}", "rename one of them")


# --- files -------------------------------------------------------------------------------


def _read_parquet(path: Path, wanted: Container[str]) -> Table:
    parquet: Any = require("pyarrow.parquet", extra="parquet")
    try:
        header = parquet.read_schema(path).names
        frame = parquet.read_table(path, columns=[name for name in header if named(name) in wanted])
        # The number of rows is in the metadata even if no column is wanted.
        length = parquet.read_metadata(path).num_rows
    except (OSError, ValueError) as error:
        raise UnreadableError(f"`{path}` cannot be read: {_reason(error)}") from error
    header = list(map(named, header))
    _refuse_twice(path.name, header)
    columns = {name: frame[name] for name in frame.column_names}
    return _from_columns(path.name, columns, tuple(header), wanted, length)


def _read_csv(path: Path, wanted: Container[str]) -> Table:
    """Cells stay text until a declaration says what they are."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
            header = [named(cell.strip()) for cell in next(reader, [])]
            if not header:
                raise UnreadableError(f"`{path}` is empty", "its first line must name the columns")
            _refuse_twice(path.name, [name for name in header if name])
            kept = [i for i, name in enumerate(header) if name in wanted]
            parts = [
                ([_texts(rows, i) for i in kept], lines)
                for rows, lines in _batches(reader, len(header), path.name)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(f"`{path}` cannot be read: {_reason(error)}") from error
    lines = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)])
    columns = {
        header[i]: np.concatenate([part[0][k] for part in parts] or [np.zeros(0, object)])
        for k, i in enumerate(kept)
    }
    return Table(path.name, tuple(header), columns, len(lines), lines)


def _texts(rows: list[list[str]], column: int) -> Array:
    return np.array(list(map(itemgetter(column), rows)), dtype=object)


def _batches(reader: Any, width: int, name: str) -> Iterator[tuple[list[list[str]], Array]]:
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
        if not set(map(len, rows)) <= {width}:
            row, line = next((r, n) for r, n in zip(rows, lines, strict=True) if len(r) != width)
            raise UnreadableError(
                f"line {line} of {name} has {len(row)} cells, the header has {width}",
                "quote cells that hold the separator",
            )
        yield rows, lines


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return str(error)
