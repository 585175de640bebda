"""What the columns of a table hold, as far as their cells tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...grammar.diagnostics import acts
from ..binding.labels import Label, factorize
from ..binding.tables import Array, Table
from ..binding.values import TRUTH, numbers
from ..formats.time import moments_of

Kind = Literal[
    "binary", "count", "unit", "positive", "nonnegative", "real", "labels", "dates", "empty"
]

_CODE = re.compile(r"0\d+")  # such as a postal code: it is no number, since it would lose its zero


@dataclass(frozen=True)
class Look:
    """A column: its kind, how many of its `rows` are `missing`, and what its cells are like.

    `labels` are in the order of how often they occur, with their numbers of rows; of a column of
    numbers there are none unless it is asked for as a group. `codes` has each row's label, by its
    place, and -1 where there is none.
    """

    name: str
    kind: Kind
    rows: int
    missing: int
    values: Array
    labels: tuple[tuple[Label, int], ...]
    codes: Array

    @property
    def known(self) -> Any:
        """The numbers that are there."""
        return self.values[~np.isnan(self.values)]

    @property
    def mean(self) -> float:
        return float(np.mean(self.known))

    @property
    def sd(self) -> float:
        """Divided by n - 1, as `sd` in a spec."""
        return float(np.std(self.known, ddof=1))

    @property
    def numeric(self) -> bool:
        return self.kind not in ("labels", "dates", "empty")

    @property
    def constant(self) -> bool:
        return len(self.labels) < 2

    @property
    def distinct(self) -> bool:
        """Whether each row has a label of its own."""
        return len(self.labels) == self.rows

    @property
    def reference(self) -> Label | None:
        """The label that occurs most often, of those that a spec can write."""
        return next((label for label, _ in self.labels if _can_be_written(label)), None)

    @property
    def rated(self) -> bool:
        """Whether it looks like points on a scale: whole numbers from 1 to at most 10."""
        return self.kind == "count" and self.known.min() == 1 and self.known.max() <= 10

    def within(self, other: Look) -> bool:
        """Whether each of its labels goes with one label of another column, which has fewer."""
        if not len(self.labels) > len(other.labels) > 1:
            return False
        return len(set(zip(self.codes.tolist(), other.codes.tolist(), strict=True))) == len(
            self.labels
        )


def _can_be_written(label: Label) -> bool:
    return not isinstance(label, str) or not ('"' in label or any(map(acts, label)))


def look(table: Table, name: str) -> Look:
    """What a column of a table holds."""
    cells = table.columns[name]
    codes, found = factorize(cells)
    counts = np.bincount(codes[codes >= 0], minlength=len(found))
    order = np.argsort(-counts, kind="stable")
    place = np.append(np.argsort(order), -1)
    labels = tuple((found[i], int(counts[i])) for i in order)
    missing = int((codes < 0).sum())
    kind, values = _kind(cells, found)
    return Look(name, kind, table.length, missing, values, labels, place[codes])


def _kind(cells: Array, labels: list[Label]) -> tuple[Kind, Array]:
    """The kind, and the numbers of a column of numbers."""
    none = np.full(len(cells), np.nan)
    if not labels:
        return "empty", none
    texts = [label for label in labels if isinstance(label, str)]
    words = bool(texts) and {text.lower() for text in texts} <= set(TRUTH)
    found = numbers(cells, TRUTH if words else {})
    if not found.bad.any() and not any(_CODE.fullmatch(text) for text in texts):
        return _number(found.values[~found.missing]), found.values
    if cells.dtype.kind == "M" or (texts and moments_of(labels) is not None):
        return "dates", none
    return "labels", none


def _number(values: Any) -> Kind:
    low, high = values.min(), values.max()
    if not np.isfinite(values).all():
        return "real"
    if (values == np.floor(values)).all():
        if low >= 0:
            return "binary" if high <= 1 else "count"
        return "real"
    if low >= 0 and high <= 1:
        return "unit"
    return "positive" if low > 0 else "nonnegative" if low == 0 else "real"
