"""Tables and arrays as they come: CSV, Parquet, frames, mappings; raw columns with their places."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..grammar.diagnostics import did_you_mean
from ..grammar.places import Cell, Excerpt, Line
from .require import require

Array = npt.NDArray[Any]

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
_BATCH = 50_000
_NEIGHBOURS = 1000  # files of a folder that are looked at for a similar name


class UnreadableError(Exception):
    """A source that cannot be read: what is wrong, what to do and the lines that show it."""

    def __init__(self, message: str, help: str = "", excerpt: Excerpt | None = None) -> None:
        super().__init__(message)
        self.help = help
        self.excerpt = excerpt


@dataclass(frozen=True, eq=False)
class Table:
    """Raw columns of one length.

    `header` names all columns, also those that were not read; `plate` is the plate of which each
    row is one element, if any. A file has a `path`, and for CSV the `lines` of its rows. The rows
    of a labelled array (`is_array`) are its cells, and have no numbers.
    """

    name: str
    header: tuple[str, ...]
    columns: Mapping[str, Array]
    length: int
    lines: Array | None = None
    plate: str | None = None
    path: str | None = None
    is_array: bool = False

    def column(self, name: str) -> Column:
        return Column(name, self.columns[name], self)


@dataclass(frozen=True, eq=False)
class Column:
    """Raw values of a column (1-d) or of a plain entry (n-d), whose axes are the plates `dims`."""

    key: str
    values: Array
    table: Table | None = None
    dims: tuple[str, ...] = ()
    said: str = ""

    @property
    def name(self) -> str:
        """How messages name it."""
        if self.table is not None:
            return f"column `{self.key}` of {self.table.name}"
        return self.said or f"entry `{self.key}`"

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
        _look(path)
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
        raise UnreadableError(
            f"the columns of {name} have different lengths: {told}",
            "a table has one value in each column for each row",
        )
    return Table(name, header, columns, next(iter(lengths.values()), length or 0))


def _refuse_twice(name: str, header: list[str]) -> None:
    twice = [column for i, column in enumerate(header) if column in header[:i]]
    if twice:
        raise UnreadableError(f"column `{twice[0]}` stands twice in {name}", "rename one of them")


# --- files -------------------------------------------------------------------------------


def _look(path: Path) -> None:
    """Raises UnreadableError where there is no file."""
    if path.is_dir():
        told, help = "is a folder, not a file", "give the file of one table"
        inside = sorted(child.name for child in islice(path.iterdir(), _NEIGHBOURS))
        tables = [name for name in inside if is_path(name)]
        if tables:
            help += ": there are " + ", ".join(tables[:8]) + (", …" if len(tables) > 8 else "")
        raise UnreadableError(f"`{path}` cannot be read: it {told}", help)
    if not path.exists():
        told, help = "no such file", f"paths start from the folder `{Path.cwd().name}`"
        if path.parent.is_dir():
            beside = [child.name for child in islice(path.parent.iterdir(), _NEIGHBOURS)]
            help = did_you_mean(path.name, beside) or help
        raise UnreadableError(f"`{path}` cannot be read: {told}", help)


def _read_parquet(path: Path, wanted: Container[str]) -> Table:
    parquet: Any = require("pyarrow.parquet", extra="parquet")
    try:
        header = parquet.read_schema(path).names
        frame = parquet.read_table(path, columns=[name for name in header if named(name) in wanted])
        # The number of rows is in the metadata even if no column is wanted.
        length = parquet.read_metadata(path).num_rows
    except (OSError, ValueError) as error:
        told = f"`{path}` cannot be read: {_reason(error)}"
        raise UnreadableError(told, "is it a Parquet file? CSV is named .csv or .tsv") from error
    header = list(map(named, header))
    _refuse_twice(path.name, header)
    columns = {name: frame[name] for name in frame.column_names}
    table = _from_columns(path.name, columns, tuple(header), wanted, length)
    return replace(table, path=str(path))


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
                for rows, lines in _batches(reader, header, path, delimiter)
            ]
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from error
    except (OSError, csv.Error) as error:
        raise UnreadableError(f"`{path}` cannot be read: {_reason(error)}") from error
    lines = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)])
    columns = {
        header[i]: np.concatenate([part[0][k] for part in parts] or [np.zeros(0, object)])
        for k, i in enumerate(kept)
    }
    return Table(path.name, tuple(header), columns, len(lines), lines, path=str(path))


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


def _not_utf8(path: Path, error: UnicodeDecodeError) -> UnreadableError:
    """A file in another encoding: which, if that can be told, and the line that shows it."""
    told, help = f"`{path}` cannot be read: it is not UTF-8 text", "save it as UTF-8"
    with path.open("rb") as file:
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


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)
