"""Tables that are objects: frames of pandas, polars and Arrow, mappings, records, NumPy records."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from ..binding.tables import Table, UnreadableError, named, refuse_twice
from ..require import require
from .values import order_of, raw


def is_frame(value: object) -> bool:
    """Whether something is a data frame, an Arrow table or the like, told by what it offers."""
    if isinstance(value, np.ndarray):
        return value.dtype.names is not None
    if is_lazy(value) or is_stream(value):
        return True
    return has_columns(value) and hasattr(value, "__getitem__")


def has_columns(value: object) -> bool:
    return hasattr(value, "columns") or hasattr(value, "column_names")


def is_lazy(value: object) -> bool:
    """A polars query that has not run yet."""
    return hasattr(value, "collect_schema") and hasattr(value, "collect")


def is_stream(value: object) -> bool:
    """Something that only Arrow can read: the result of a database, a reader of batches."""
    known = hasattr(value, "to_numpy") or hasattr(value, "num_rows") or hasattr(value, "chunks")
    return hasattr(value, "__arrow_c_stream__") and not known


def is_records(value: object) -> bool:
    """Whether something is a list of rows, each a mapping from column to cell."""
    if not isinstance(value, list | tuple) or not value:
        return False
    if not all(issubclass(kind, Mapping) for kind in set(map(type, value))):
        return False
    return not any(
        isinstance(cell, list | tuple | Mapping | np.ndarray) or has_columns(cell)
        for cell in value[0].values()
    )


def from_records(rows: Sequence[Mapping[Any, object]]) -> dict[Any, list[object]]:
    """Rows as columns; a cell that a row does not have is None."""
    names = dict.fromkeys(chain.from_iterable(rows))
    return {name: [row.get(name) for row in rows] for name in names}


def from_frame(name: str, frame: Any, wanted: Container[str]) -> Table:
    """A frame of any library; a named pandas index is a column like the others."""
    if isinstance(frame, np.ndarray):
        columns = {key: frame[key] for key in frame.dtype.names or ()}
        return from_columns(name, columns, tuple(map(named, columns)), wanted, len(frame))
    if is_lazy(frame):
        return _collected(name, frame, wanted)
    if is_stream(frame):
        arrow: Any = require("pyarrow", extra="parquet")
        frame = arrow.table(frame)
    names = getattr(getattr(frame, "index", None), "names", None)
    if names is not None and any(n is not None and n not in frame.columns for n in names):
        frame = frame.reset_index()
    header = header_of(frame)
    refuse_twice(name, list(map(named, header)))
    columns = {key: frame[key] for key in header if named(key) in wanted}
    length = frame.num_rows if hasattr(frame, "num_rows") else len(frame)
    return from_columns(name, columns, tuple(map(named, header)), wanted, length)


def _collected(name: str, query: Any, wanted: Container[str]) -> Table:
    """Runs a polars query for the columns that are wanted."""
    try:
        header = query.collect_schema().names()
        chosen = [key for key in header if named(key) in wanted]
        frame = query.select(chosen or header[:1]).collect()
    except Exception as error:  # whatever a query does wrong, it tells here
        told = str(error).strip().partition("\n")[0]
        raise UnreadableError(f"{name} is a query that fails: {told}") from error
    columns = {key: frame[key] for key in chosen}
    return from_columns(name, columns, tuple(map(named, header)), wanted, len(frame))


def header_of(frame: Any) -> list[Any]:
    if isinstance(frame, np.ndarray):
        return list(frame.dtype.names or ())
    if is_lazy(frame):
        return list(frame.collect_schema().names())
    return list(frame.column_names if hasattr(frame, "column_names") else frame.columns)


def from_columns(
    name: str,
    source: Mapping[Any, object],
    header: tuple[str, ...],
    wanted: Container[str],
    length: int | None = None,
) -> Table:
    """A table of named columns, of which only the `wanted` ones are read."""
    columns, orders = {}, {}
    for key, values in source.items():
        if named(key) not in wanted:
            continue
        try:
            array = raw(values)
        except UnreadableError as error:
            raise UnreadableError(f"column `{key}` of {name}: {error}") from error
        if array.ndim != 1:
            raise UnreadableError(
                f"column `{key}` of {name} has {_axes(array.ndim)}",
                f"a column is a plain sequence; give the array itself: `{{'{key}': array}}`",
            )
        columns[named(key)] = array
        order = order_of(values)
        if order is not None:
            orders[named(key)] = order
    lengths = {key: len(array) for key, array in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{key}` {n}" for key, n in lengths.items())
        raise UnreadableError(
            f"the columns of {name} have different lengths: {told}",
            "a table has one value in each column for each row",
        )
    whole = _first(lengths.values(), length or 0)
    return Table(name, header, columns, whole, orders=orders)


def _first(lengths: Iterable[int], other: int) -> int:
    return next(iter(lengths), other)


def _axes(count: int) -> str:
    return "no axis" if count == 0 else f"{count} axes"
