"""Data in all the forms that people have it: what a file or an object holds."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ..binding.tables import Array, Table, UnreadableError, named, refuse_twice
from ..require import require
from . import paths
from .csv import read_csv
from .frames import from_columns, from_frame, from_records, is_frame, is_records
from .json import read_json, read_lines

_NETCDF = (b"CDF", b"\x89HDF")  # how such files begin
_FORMS = "give a .csv, .tsv, .parquet, .feather, .json, .npz or .nc file"


@dataclass(frozen=True, eq=False)
class Content:
    """What a file holds that is more than a table: arrays by name, labelled arrays, rows."""

    value: Any
    path: Path
    lines: Array | None = None


def read(source: object, name: str, wanted: Container[str]) -> Table:
    """A table from a frame, a mapping of columns or a list of rows; only `wanted` columns are kept.

    Raises UnreadableError where it cannot be read, BackendError where a library is not installed.
    """
    if is_records(source):
        source = from_records(source)  # type: ignore[arg-type]
    if isinstance(source, Mapping):
        refuse_twice(name, list(map(named, source)))
        return from_columns(name, dict(source), tuple(map(named, source)), wanted)
    if is_frame(source):
        return from_frame(name, source, wanted)
    raise UnreadableError(
        f"{name} is of type {type(source).__name__}, which is no table",
        "give a path, a data frame or a mapping from column to values",
    )


def opened(source: str | os.PathLike[str], wanted: Container[str]) -> Table | Content:
    """What the file at a path holds; raises as `read` does."""
    path = Path(source).expanduser()
    paths.look(path)
    ending = paths.ending(path)
    if ending in paths.CSV:
        return read_csv(path, wanted)
    if ending in paths.PARQUET:
        return _parquet(path, wanted)
    if ending in paths.ARROW:
        return _arrow(path, wanted)
    if ending in paths.JSON:
        return Content(read_json(path), path)
    if ending in paths.JSON_LINES:
        rows, lines = read_lines(path)
        return Content(rows, path, lines)
    if ending in (*paths.NPZ, *paths.NPY):
        return Content(_numpy(path), path)
    if ending in paths.NETCDF:
        return Content(_netcdf(path), path)
    raise UnreadableError(f"`{path}` is not a format that can be read", _FORMS)


def of_file(table: Table, content: Content) -> Table:
    """A table that a file holds, with its place in it."""
    return replace(table, path=str(content.path), lines=content.lines)


# --- files -------------------------------------------------------------------------------


def _parquet(path: Path, wanted: Container[str]) -> Table:
    parquet: Any = require("pyarrow.parquet", extra="parquet")
    try:
        header = parquet.read_schema(path).names
        frame = parquet.read_table(path, columns=[name for name in header if named(name) in wanted])
        # The number of rows is in the metadata even if no column is wanted.
        length = parquet.read_metadata(path).num_rows
    except (OSError, ValueError) as error:
        told = f"`{path}` cannot be read: {paths.reason(error)}"
        raise UnreadableError(told, "is it a Parquet file? CSV is named .csv or .tsv") from error
    return _of_arrow(path, frame, header, length, wanted)


def _arrow(path: Path, wanted: Container[str]) -> Table:
    """A file of Arrow's, in either of its two forms."""
    ipc: Any = require("pyarrow.ipc", extra="parquet")
    invalid = require("pyarrow", extra="parquet").ArrowInvalid
    try:
        with path.open("rb") as file:
            try:
                frame = ipc.open_file(file).read_all()
            except invalid:
                file.seek(0)
                frame = ipc.open_stream(file).read_all()
    except (OSError, ValueError) as error:
        told = f"`{path}` cannot be read: {paths.reason(error)}"
        raise UnreadableError(told, "is it an Arrow file? CSV is named .csv or .tsv") from error
    return _of_arrow(path, frame, frame.column_names, frame.num_rows, wanted)


def _of_arrow(
    path: Path, frame: Any, names: list[str], length: int, wanted: Container[str]
) -> Table:
    header = list(map(named, names))
    refuse_twice(path.name, header)
    columns = {name: frame[name] for name in frame.column_names}
    table = from_columns(path.name, columns, tuple(header), wanted, length)
    return replace(table, path=str(path))


def _numpy(path: Path) -> Array | dict[str, Array]:
    """Arrays by name, or one array; objects are not read, since that could run any code."""
    try:
        found = np.load(path, allow_pickle=False)
        if isinstance(found, np.ndarray):
            return found
        with found:
            return {name: found[name] for name in found.files}
    except (*paths.FAILURES, ValueError, KeyError, zipfile.BadZipFile) as error:
        told, help = paths.reason(error), f"is it a file of NumPy's? it is named {path.suffix}"
        if "allow_pickle" in told:
            told = "it holds Python objects, which could run any code"
            help = "save text as `np.array(labels, dtype=str)`, and numbers as numbers"
        raise UnreadableError(f"`{path}` cannot be read: {told}", help) from error


def _netcdf(path: Path) -> Any:
    xarray: Any = require("xarray", extra="data")
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(_NETCDF):
                raise UnreadableError(f"`{path}` cannot be read: it is no NetCDF file", _FORMS)
        if not any(map(find_spec, ("h5netcdf", "netCDF4", "scipy"))):
            require("h5netcdf", extra="data")
        with xarray.open_dataset(path) as dataset:
            return dataset.load()
    except (*paths.FAILURES, ValueError, KeyError, RuntimeError) as error:
        told = f"`{path}` cannot be read: {paths.reason(error)}"
        raise UnreadableError(told, "is it a whole NetCDF file?") from error
