"""JSON files: rows, columns, or numbers and nested lists by name, as Stan has them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...grammar.places import Cell, Excerpt, Line
from ..binding.tables import Array, UnreadableError
from .csv import not_utf8
from .paths import FAILURES, is_compressed, reason

_WIDE = 60  # characters shown on either side of an error


def read_json(path: Path) -> Any:
    """What the file holds; raises UnreadableError where it is no JSON, or a name stands twice."""
    text = _text(path)
    if not text.strip():
        raise UnreadableError(f"`{path}` is empty", "it must hold rows, columns or arrays by name")
    try:
        found = _decoded(text, path)
    except json.JSONDecodeError as error:
        raise _malformed(error, path, text, error.lineno, error.lineno) from error
    if isinstance(found, Mapping):
        return found
    if isinstance(found, list):
        _refuse_mixed(found, path)
        return found
    raise UnreadableError(
        f"`{path}` holds a single value, and no data",
        "it must hold rows (a list of objects), columns or arrays by name (an object)",
    )


def read_lines(path: Path) -> tuple[list[Mapping[str, Any]], Array]:
    """The rows of a file with one JSON object a line, and their lines."""
    rows, numbers = [], []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(_decoded(line, path))
        except json.JSONDecodeError as error:
            raise _malformed(error, path, line, 1, number) from error
        numbers.append(number)
        if not isinstance(rows[-1], Mapping):
            shown = Excerpt(f"{path}:{number}", (Line(line[:_WIDE], margin=str(number), mark=""),))
            told = f"line {number} of {path.name} is no row"
            raise UnreadableError(told, "each line is an object, `{…}`", shown)
    if not rows:
        raise UnreadableError(f"`{path}` is empty", "each line is an object, `{…}`")
    return rows, np.array(numbers, np.int64)


def _text(path: Path) -> str:
    try:
        content = gzip.decompress(path.read_bytes()) if is_compressed(path) else path.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(path, error) from error
    except FAILURES as error:
        raise UnreadableError(f"`{path}` cannot be read: {reason(error)}") from error


def _decoded(text: str, path: Path) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for i, name in enumerate(names) if name in names[:i])
            raise UnreadableError(f"`{twice}` stands twice in {path.name}", "remove one of them")
        return found

    try:
        return json.loads(text, object_pairs_hook=once)
    except RecursionError:
        raise UnreadableError(f"`{path}` cannot be read: its lists are nested too deep") from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise UnreadableError(f"`{path}` cannot be read: {reason(error)}") from error


def _malformed(
    error: json.JSONDecodeError, path: Path, text: str, at: int, number: int
) -> UnreadableError:
    """The place where a text stops being JSON; `at` is its line in `text`, `number` in the file."""
    lines = text.splitlines() or [""]
    line = lines[min(at, len(lines)) - 1]
    place = error.colno - 1
    first = max(0, place - _WIDE)
    shown = line[first : place + _WIDE]
    start = min(place - first, len(shown))
    label = error.msg[:1].lower() + error.msg[1:]
    mark = Line(shown, start, start + 1, label, str(number))
    help = "names and text stand in double quotes, with commas between, and none at the end"
    if text.lstrip()[:1] == "{" and error.msg == "Extra data":
        help = "a file with one object a line is named .jsonl"
    return UnreadableError(
        f"line {number} of {path.name} is no JSON",
        help,
        Excerpt(f"{path}:{number}", (mark,), (Cell(str(path), line=number),)),
    )


def _refuse_mixed(found: list[Any], path: Path) -> None:
    """Raises UnreadableError where some rows are objects and others are not."""
    kinds = set(map(type, found))
    if dict in kinds and len(kinds) > 1:
        wrong = next(i for i, row in enumerate(found) if not isinstance(row, Mapping))
        cell = Cell(str(path), row=wrong + 1)
        text = json.dumps(found[wrong], ensure_ascii=False)[:_WIDE]
        line = Line(text, 0, len(text), "is no object", str(wrong + 1))
        raise UnreadableError(
            f"row {wrong + 1} of {path.name} is no row",
            "each row is an object, `{…}`, from column to cell",
            Excerpt(f"{path}, row {wrong + 1}", (line,), (cell,)),
        )
