"""Labels: the names of a plate's elements, which are values and never positions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from typing import Literal as OneOf

import numpy as np

from ..formats.time import moment, moments, moments_of, passed, texts_of
from .tables import Array

Label = str | int | float
LabelKind = OneOf["int", "float", "time", "str"]

MISSING_WORDS = frozenset({"", "NA", "N/A", "NaN", "nan", "NAN", "null", "NULL"})

# Text with leading zeros (a postal code) is no number: it would lose them.
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.0*)?")
_DECIMAL = re.compile(r"[+-]?(0|[1-9][0-9]*)?\.[0-9]+([eE][+-]?[0-9]+)?|[+-]?[0-9]+[eE][+-]?[0-9]+")
_DIGITS = re.compile(r"([0-9]+)")
_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)
_DIGITS_OF_INT64 = 18  # longer identifiers are text


def is_missing(value: Any) -> bool:
    """Whether a raw cell holds nothing: empty, NA, NaN, null, None."""
    if isinstance(value, str):
        return value.strip() in MISSING_WORDS
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating | np.datetime64) and bool(value != value)


def distinct(values: Array) -> tuple[Array, list[Any]]:
    """Code of each cell and the distinct raw cells, for a 1-d array."""
    if values.dtype.kind in "biufMm":
        found, codes = np.unique(values, return_inverse=True)
        return codes.astype(np.int64), list(found) if values.dtype.kind in "Mm" else found.tolist()
    cells = values.tolist()
    try:
        index = {cell: i for i, cell in enumerate(dict.fromkeys(cells))}
    except TypeError:  # lists, mappings or arrays in cells
        cells = [cell if _hashable(cell) else repr(cell) for cell in cells]
        index = {cell: i for i, cell in enumerate(dict.fromkeys(cells))}
    codes = np.fromiter(map(index.__getitem__, cells), np.int64, len(cells))
    return codes, list(index)


def _hashable(cell: Any) -> bool:
    try:
        hash(cell)
    except TypeError:
        return False
    return True


def factorize(values: Array, keep: Collection[Label] = ()) -> tuple[Array, list[Label]]:
    """Code of each cell (-1: missing) and the distinct labels, for a 1-d array.

    `keep` are labels that mean themselves even if they look like a missing cell (`NA`, Namibia).
    """
    if values.dtype.kind == "M":
        return _times(values)
    whole = values if values.dtype.kind in "iu" else _whole(values)
    if whole is not None:
        return distinct(whole)
    codes, cells = distinct(values)
    labels: dict[Label, int] = {}
    table = np.full(len(cells) + 1, -1, np.int64)
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            text = normal(cell)
            if text not in MISSING_WORDS or text in keep:
                table[i] = labels.setdefault(text, len(labels))
        elif not is_missing(cell):
            table[i] = labels.setdefault(_label(cell), len(labels))
    return table[codes], list(labels)


def _times(values: Array) -> tuple[Array, list[Label]]:
    there = ~np.isnat(values)
    found, at = np.unique(values[there], return_inverse=True)
    codes = np.full(len(values), -1, np.int64)
    codes[there] = at
    return codes, list(texts_of(found))


def normal(text: str) -> str:
    """Text as a label: without blanks at its ends, and in the form NFC.

    So a letter is the same whether its accent is part of it or stands behind it, and whichever
    program has written it.
    """
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spellings(values: Array) -> tuple[Array, list[str]]:
    """Cells of text that is spelt in two ways, of which only the form NFC is the same.

    Returns the first cell of each spelling but the first, and the labels.
    """
    try:
        plain = values.dtype.kind != "O" or all(map(str.isascii, values.tolist()))
    except TypeError:  # not all of it is text
        plain = False
    if plain:
        return np.zeros(0, np.int64), []
    codes, cells = distinct(values)
    seen: dict[str, str] = {}
    others: dict[int, str] = {}
    for code, cell in enumerate(cells):
        if isinstance(cell, str) and not cell.isascii():
            bare = cell.strip()
            if seen.setdefault(normal(bare), bare) != bare:
                others[code] = normal(bare)
    if not others:
        return np.zeros(0, np.int64), []
    first = {int(np.flatnonzero(codes == code)[0]): label for code, label in others.items()}
    return np.array(sorted(first), np.int64), [first[cell] for cell in sorted(first)]


def _whole(values: Array) -> Array | None:
    """Text that is nothing but whole numbers as int64: a fast way for a frequent case."""
    try:
        numbers = values.astype(np.int64) if values.dtype.kind == "O" else None
        length = sum(map(len, values.tolist())) if numbers is not None else 0
    except (TypeError, ValueError, OverflowError):
        return None
    if numbers is None:
        return None
    # The shortest text of each number is as long as this. Any other (`007`, `+7`) is longer, and
    # must stay text.
    digits = np.searchsorted(_POWERS, np.abs(numbers), side="right") + 1 + (numbers < 0)
    return numbers if length == digits.sum() else None


def _label(value: Any) -> Label:
    """A raw cell that is not text."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return int(value) if float(value).is_integer() else float(value)
    if isinstance(value, np.datetime64):
        return texts_of(np.array([value]))[0]
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


# --- the labels of one plate -------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a plate in order: int64, float64, datetime64 or text, all of one kind.

    Where they are `counted`, nobody gave them: they say no more than where an element stands.
    """

    kind: LabelKind
    values: Array
    counted: bool = False

    @staticmethod
    def of(labels: Iterable[Label]) -> Labels:
        """Numbers or dates if all of them are such (also as text), else text."""
        found = [normal(label) if isinstance(label, str) else label for label in labels]
        numbers = [label for label in found if type(label) is int]
        if 0 < len(numbers) == len(found) and max(map(abs, numbers)) < _POWERS[-1]:
            return Labels("int", np.array(numbers, np.int64))
        times = moments_of(found)
        if times is not None:
            return Labels("time", moments(times))
        kinds = {_kind(label) for label in found}
        kind: LabelKind = "str"
        if kinds <= {"int", "float"}:
            kind = "float" if "float" in kinds else "int"
        if kind == "int":
            whole = [int(x.split(".")[0]) if isinstance(x, str) else int(x) for x in found]
            return Labels(kind, np.array(whole, np.int64))
        if kind == "float":
            return Labels(kind, np.array([float(label) for label in found], np.float64))
        return Labels(kind, np.array([str(label) for label in found], dtype=str))

    @staticmethod
    def upto(size: int) -> Labels:
        """0, 1, …, size - 1."""
        return Labels("int", np.arange(size, dtype=np.int64), counted=True)

    def __len__(self) -> int:
        return len(self.values)

    def once(self) -> Labels:
        """The labels without those that stand there before."""
        first = np.unique(self.values, return_index=True)[1]
        return self if len(first) == len(self) else Labels(self.kind, self.values[np.sort(first)])

    def plain(self) -> list[Label]:
        """The labels as plain numbers and text."""
        return list(texts_of(self.values) if self.kind == "time" else self.values.tolist())

    @cached_property
    def index(self) -> dict[Label, int]:
        """The first position of each label."""
        found: dict[Label, int] = {}
        values = passed(self.values) if self.kind == "time" else self.values
        for position, label in enumerate(values.tolist()):
            found.setdefault(label, position)
        return found

    def positions(self, labels: Sequence[Label]) -> Array:
        """Position of each label, -1 where it is unknown; `3`, `3.0` and `"3"` are one label."""
        cast: Sequence[Label | None] | None = None
        if self.kind == "time":
            cast = moments_of(labels)
        if cast is None:
            cast = [_cast(label, self.kind) for label in labels]
        found = [-1 if label is None else self.index.get(label, -1) for label in cast]
        return np.array(found, np.int64)

    def of_times(self, values: Array) -> Array | None:
        """Positions of datetime64 values, the fast way; None where some have none."""
        if self.kind != "time" or values.dtype.kind != "M" or not len(self):
            return None
        if not (values.astype("datetime64[us]") == values).all():
            return None
        known, wanted = passed(self.values), passed(values)
        order = np.argsort(known, kind="stable")
        at = order[np.minimum(np.searchsorted(known[order], wanted), len(order) - 1)]
        found: Array = at.astype(np.int64)
        return found if (known[at] == wanted).all() else None

    def sorted(self) -> Labels:
        """Numbers by size, dates in time; text as people sort it, `item2` before `item10`."""
        if self.kind == "str":
            return Labels("str", np.array(sorted(self.values.tolist(), key=_natural), dtype=str))
        return Labels(self.kind, np.sort(self.values))

    def gaps(self) -> list[int]:
        """The first integers that are absent between the least and the greatest label."""
        if self.kind != "int" or not len(self):
            return []
        low, high = int(self.values.min()), int(self.values.max())
        if high - low + 1 == len(self):
            return []
        known = set(self.values.tolist())
        return [i for i in range(low, min(high, low + len(self) + 5)) if i not in known][:5]

    def __str__(self) -> str:
        shown = [str(v) for v in self.values[:8]]
        return ", ".join(shown) + (", …" if len(self) > 8 else "")


def _kind(label: Label) -> LabelKind:
    if isinstance(label, str):
        if label.isdigit() and label.isascii() and label[0] != "0" and len(label) < 10:
            return "int"  # the usual case, which must be fast
        if _INTEGER.fullmatch(label):
            return "int" if len(label.split(".")[0]) <= _DIGITS_OF_INT64 else "str"
        if moment(label) is not None:
            return "time"
        return "float" if _DECIMAL.fullmatch(label) else "str"
    if isinstance(label, int):
        return "int" if abs(label) < 10**_DIGITS_OF_INT64 else "str"
    return "float"


def _cast(label: Label, kind: LabelKind) -> Label | None:
    """A label as one of a kind, a date as the time that has passed; None where it cannot be."""
    if kind == "str":
        return label if isinstance(label, str) else str(label)
    if kind == "time":
        return moment(label) if isinstance(label, str) else None
    if isinstance(label, str):
        if _kind(label) in ("str", "time"):
            return None
        number = float(label)
        label = int(label.split(".")[0]) if _kind(label) == "int" else number
    if kind == "float":
        return float(label)
    return int(label) if isinstance(label, int) or label.is_integer() else None


def _natural(label: str) -> tuple[list[tuple[bool, int, str]], str]:
    parts = _DIGITS.split(label.casefold())
    return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts], label
