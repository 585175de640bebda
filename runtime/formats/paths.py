"""Paths of data: which endings can be read, and what is said of a file that is not there."""

from __future__ import annotations

import gzip
import os
import zlib
from itertools import islice
from pathlib import Path

from ...grammar.diagnostics import did_you_mean
from ..binding.tables import UnreadableError

CSV = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
ARROW = (".feather", ".arrow", ".ipc")
JSON = (".json",)
JSON_LINES = (".jsonl", ".ndjson")
NPZ = (".npz",)
NPY = (".npy",)
NETCDF = (".nc", ".nc4")
_TEXT = (*CSV, *JSON, *JSON_LINES)
ENDINGS = (*_TEXT, *PARQUET, *ARROW, *NPZ, *NPY, *NETCDF)
_COMPRESSED = ".gz"
_NEIGHBOURS = 1000  # files of a folder that are looked at for a similar name

FAILURES = (OSError, EOFError, zlib.error)
"""What reading a file can raise that is about the file."""


def is_path(value: object) -> bool:
    """Whether something is the path of data; text must end as such a name does."""
    if isinstance(value, os.PathLike):
        return True
    return isinstance(value, str) and ending(value) in ENDINGS


def ending(path: str | os.PathLike[str]) -> str:
    """The ending that tells the format; `.gz` after that of a text file is put aside."""
    name = os.fspath(path).lower()
    inner = os.path.splitext(name.removesuffix(_COMPRESSED))[1]
    return inner if is_compressed(name) and inner in _TEXT else os.path.splitext(name)[1]


def is_compressed(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path).lower().endswith(_COMPRESSED)


def look(path: Path) -> None:
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


def reason(error: Exception) -> str:
    """An error of reading in the words of the system, without the path."""
    if isinstance(error, gzip.BadGzipFile):
        return "it is not compressed by gzip; plain text is named without .gz"
    if isinstance(error, EOFError):
        return "it ends too early"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip().partition("\n")[0] or type(error).__name__
