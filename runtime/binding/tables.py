"""Tables and columns of raw values, with what messages need to name their places."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...grammar.places import Excerpt

Array = npt.NDArray[Any]

Order = Array
"""Raw labels in the order that a categorical column or a coordinate gives them."""


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
    row is one element, if any, and `given` the data under whose names it was given. A file has a
    `path`, and for CSV the `lines` of its rows. The rows of a labelled array (`is_array`) are its
    cells, and have no numbers. `orders` holds the order of labels for columns that have one.
    """

    name: str
    header: tuple[str, ...]
    columns: Mapping[str, Array]
    length: int
    lines: Array | None = None
    plate: str | None = None
    path: str | None = None
    is_array: bool = False
    orders: Mapping[str, Order] = field(default_factory=dict)
    given: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return Column(name, self.columns[name], self, order=self.orders.get(name))


@dataclass(frozen=True, eq=False)
class Column:
    """Raw values of a column (1-d) or of a plain entry (n-d), whose axes are the plates `dims`.

    `order` holds its labels in their order, those that do not occur included, where it has one.
    """

    key: str
    values: Array
    table: Table | None = None
    dims: tuple[str, ...] = ()
    said: str = ""
    order: Order | None = None

    @property
    def name(self) -> str:
        """How messages name it."""
        if self.table is not None:
            return f"column `{self.key}` of {self.table.name}"
        return self.said or f"entry `{self.key}`"

    def value(self, cell: int) -> object:
        return self.values.reshape(-1)[cell]


def named(key: object) -> str:
    """A column's name as the language reads names: `µ` the micro sign is `μ` the letter."""
    return unicodedata.normalize("NFKC", str(key))


def refuse_twice(name: str, header: list[str]) -> None:
    """Raises UnreadableError where two columns have one name."""
    if len(set(header)) < len(header):
        twice = next(column for i, column in enumerate(header) if column in header[:i])
        raise UnreadableError(f"column `{twice}` stands twice in {name}", "rename one of them")


def grid(name: str, dims: list[str], labels: list[Array], values: Array) -> Table:
    """A labelled array as a table with one row a cell."""
    columns = {dims[0]: labels[0]}
    if len(dims) > 1:
        places = np.indices(values.shape).reshape(values.ndim, -1)
        columns = {dim: labels[i][places[i]] for i, dim in enumerate(dims)}
    columns[name] = values.reshape(-1)
    orders = dict(zip(dims, labels, strict=True))
    told = f"array `{name}`"
    return Table(told, tuple(columns), columns, values.size, is_array=True, orders=orders)
