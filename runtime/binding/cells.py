"""Columns as arrays over the axes that their declarations name: rows become cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ...compiler import ir
from ...grammar.places import Cell, Excerpt
from ...grammar.source import Span
from .excerpts import pairs, show, text_of
from .labels import Label
from .locate import Key, Layout, Located
from .nesting import Way, is_plain, parent_of, ways
from .positions import Axis, positions
from .tables import Array, Column, Table
from .values import checked, named, ranks
from .violations import SHOWN, Fault, Violations


@dataclass(frozen=True, eq=False)
class Cells:
    """Values over the declared axes; `rows` tells where each cell stands (None: in its order)."""

    datum: ir.Data
    values: Array
    column: Column
    rows: Array | None = None

    def places(self, cells: Array) -> Array:
        """Where cells, given by flat indices, stand in the column (-1: filled by the default)."""
        return cells if self.rows is None else self.rows[cells]


@dataclass
class Assembly:
    """Every datum and every parent column as arrays, elements in the order of the axes.

    A plate without an axis, or a column that is wrong as a whole, has been reported before: what
    depends on it is left out.
    """

    model: ir.Model
    layout: Layout
    axes: Mapping[str, Axis]
    violations: Violations
    data: dict[str, Cells] = field(default_factory=dict)
    parents: dict[tuple[str, str], Cells] = field(default_factory=dict)
    orders: dict[str, Cells] = field(default_factory=dict)
    _disputed: set[tuple[str, str]] = field(default_factory=set)
    _positions: dict[tuple[int, str], Array] = field(default_factory=dict)

    def assemble(self) -> None:
        """Binds everything that was found, reporting B502 to B505, B508, B509 and B513."""
        # Finer plates first: their parents lead to the groups of coarser ones.
        order = sorted(self.layout.parents, key=lambda key: -self.depth(key[0]))
        for child, role in order:
            cells = self.cells(self.layout.parents[child, role])
            if cells is not None:
                self.parents[child, role] = cells
        for name, located in self.layout.data.items():
            cells = self.cells(located)
            if cells is not None:
                self.data[name] = cells
        for plate, located in self.layout.orders.items():
            cells = self.cells(located)
            if cells is not None:
                self.orders[plate] = cells
        for model_plate in self.model.plates:
            self.compare_ways(model_plate.name)

    def depth(self, plate: str) -> int:
        parents = self.model.plate(plate).parents
        return 1 + max((self.depth(parent.plate) for parent in parents), default=0)

    # --- one column -------------------------------------------------------------------------

    def cells(self, located: Located) -> Cells | None:
        """A column over its axes; its values are checked even if its axes are not known."""
        values = self.read(located)
        datum, column = located.datum, located.column
        if values is None or any(dim.plate not in self.axes for dim in datum.dims):
            return None
        shape = tuple(len(self.axes[dim.plate]) for dim in datum.dims)
        if located.table is None:
            return Cells(datum, values, column) if values.shape == shape else None
        if located.keys == ((),) and self.axes[datum.dims[0].plate].rows is None:
            return Cells(datum, values, column) if values.shape == shape else None
        flat = self.flat(located.table, located.keys, datum.dims, shape)
        return None if flat is None else self.spread(located, values, flat, shape)

    def read(self, located: Located) -> Array | None:
        """The checked values of a column: float64, or int64 positions of an index."""
        datum = located.datum
        if datum.type == "order":
            return ranks(located.column, datum, self.violations)
        if datum.plate is None:
            return checked(located.column, datum, self.violations)
        return self.positions(located.column, datum.plate, datum.span)

    def positions(self, column: Column, plate: str, span: Span) -> Array | None:
        """Labels as positions; one column is read and reported once."""
        if plate not in self.axes:
            return None
        key = (id(column.values), plate)
        if key not in self._positions:
            self._positions[key] = positions(column, self.axes[plate], self.violations, span)
        return self._positions[key]

    # --- rows to cells ------------------------------------------------------------------------

    def flat(
        self, table: Table, keys: tuple[Key, ...], dims: ir.Dims, shape: tuple[int, ...]
    ) -> Array | None:
        """For each row of a table, the flat index of its cell (-1: not known)."""
        cell = np.zeros(table.length, np.int64)
        known = np.ones(table.length, bool)
        for key, dim, size in zip(keys, dims, shape, strict=True):
            at = self.at(table, key, dim)
            if at is None:
                return None
            cell = cell * size + at
            known &= at >= 0
        return np.where(known, cell, -1)

    def at(self, table: Table, key: Key, dim: ir.Dim) -> Array | None:
        """For each row, its position on one axis (-1: not known)."""
        if isinstance(key, str):
            span = self.model.plate(dim.plate).span
            return self.positions(table.column(key), dim.plate, span)
        if table.plate is None or table.plate not in self.axes:
            return None
        rows = self.axes[table.plate].rows
        at = np.arange(table.length) if rows is None else rows
        return self.climb(key, at)

    def climb(self, way: Way, at: Array) -> Array | None:
        """The positions to which a way up leads from the positions `at` at its bottom."""
        for step in way:
            if step not in self.parents:
                return None
            at = _follow(self.parents[step].values, at)
        return at

    def spread(self, located: Located, values: Array, flat: Array, shape: tuple[int, ...]) -> Cells:
        """Puts each row's value into its cell; reports cells given differently or not at all."""
        datum = located.datum
        size = int(np.prod(shape))
        rows = np.full(size, -1, np.int64)
        known = np.flatnonzero(flat >= 0)
        rows[flat[known][::-1]] = known[::-1]  # the last assignment stays: the first row
        first = rows[flat[known]]
        here, there = values[known], values[first]
        differ = here != there
        if values.dtype.kind == "f":
            blank = np.isnan(here), np.isnan(there)
            differ &= ~(blank[0] & blank[1]) if datum.optional else ~(blank[0] | blank[1])
        self.conflicts(located, known[differ], first[differ], flat, shape)
        absent = np.flatnonzero(rows < 0)
        fill = datum.default if datum.default is not None else np.nan
        if values.dtype.kind == "i":
            fill = -1
        found = np.where(rows >= 0, values[rows], fill) if len(values) else np.full(size, fill)
        filled = datum.default is not None or datum.optional
        if len(absent) and not filled and len(known) == len(flat):  # else it is a consequence
            self.absent(located, absent, shape)
        return Cells(datum, found.reshape(shape), located.column, rows)

    # --- what is wrong ------------------------------------------------------------------------

    def conflicts(
        self, located: Located, rows: Array, first: Array, flat: Array, shape: tuple[int, ...]
    ) -> None:
        """B508 for each cell that is given twice with different values, at its first conflict."""
        datum, column = located.datum, located.column
        if not len(rows):
            return
        self._disputed |= {(dim.plate, datum.name) for dim in datum.dims}
        _, kept = np.unique(flat[rows], return_index=True)
        kept.sort()
        cells = rows[kept]
        before = dict(zip(cells[:SHOWN].tolist(), first[kept[:SHOWN]].tolist(), strict=True))
        whole = " and ".join(str(dim) for dim in datum.dims) or "model"
        remedy = f"one value for each {whole} is needed: make the rows agree"
        if datum.plate is None and located.table is not None and located.table.plate is not None:
            remedy += f", or declare `{datum.name}[{located.table.plate}]`"

        def one(row: int) -> str:
            return f"`{column.key}` differs within {self.cell(datum.dims, shape, int(flat[row]))}"

        def label(row: int) -> str:
            return f"but here {show(column.value(row))}"

        fault = Fault(
            "B508",
            one,
            several=lambda count: f"`{column.key}` differs within {count} elements of {whole}",
            label=label,
            help=remedy,
            span=datum.span,
            before=lambda row: (before[row], f"here {show(column.value(before[row]))}"),
        )
        self.violations.cells(column, cells, fault)

    def absent(self, located: Located, cells: Array, shape: tuple[int, ...]) -> None:
        """B509, once for a column, with the first cells."""
        datum, key = located.datum, located.column.key
        shown = [int(cell) for cell in cells[:SHOWN]]
        lines = [
            pairs([*self.named(datum.dims, shape, cell), (key, "")], len(datum.dims), "no row")
            for cell in shown
        ]
        lines[1:] = [replace(line, label="") for line in lines[1:]]
        told = f"`{key}` has nothing for {self.cell(datum.dims, shape, shown[0])}"
        if len(cells) > 1:
            told = f"`{key}` has nothing for {len(cells)} of its {int(np.prod(shape))} cells"
        remedy = "add the rows"
        if datum.plate is None and datum.type != "order":
            remedy += f", or declare a default: `{named(datum)} : {datum.type} = 0`"
        table = located.table
        place = located.column.name if table is None else table.path or table.name
        excerpt = Excerpt(
            f"{place}, column `{key}`",
            tuple(lines),
            (Cell(place.replace("`", ""), key),),
            len(cells) - len(shown),
        )
        self.violations.add("B509", told, remedy, datum.span, excerpt)

    def named(self, dims: ir.Dims, shape: tuple[int, ...], flat: int) -> list[tuple[str, str]]:
        """A cell by the names of its axes and its labels."""
        found = zip(dims, np.unravel_index(flat, shape), strict=True)
        return [(str(dim), text_of(self.label(dim.plate, int(i)))) for dim, i in found]

    def cell(self, dims: ir.Dims, shape: tuple[int, ...], flat: int) -> str:
        """A cell in a message: `county = Cook, year = 2001`, quoted."""
        found = [f"{name} = `{label}`" for name, label in self.named(dims, shape, flat)]
        return ", ".join(found) or "the data"

    def label(self, plate: str, position: int) -> Label:
        label: Label = self.axes[plate].labels.values[position].item()
        return label

    def compare_ways(self, plate: str) -> None:
        """B513 where two ways up from a plate, through no role, lead to different elements."""
        for above in self.model.plates:
            if above.name == plate:
                continue
            plain = [w for w in ways(self.model, plate, above.name) if is_plain(self.model, w)]
            # Ways with the same first step part further up, and are compared there.
            plain.sort(key=len, reverse=True)
            apart = list({way[0]: way for way in plain}.values())
            apart.sort(key=len)
            for other in apart[1:]:
                self.compare(plate, above.name, apart[0], other)

    def compare(self, plate: str, above: str, one: Way, other: Way) -> None:
        if plate not in self.axes or any(step in self._disputed for step in (*one, *other)):
            return
        bottom = np.arange(len(self.axes[plate]))
        left, right = self.climb(one, bottom), self.climb(other, bottom)
        if left is None or right is None:
            return
        differ = np.flatnonzero((left != right) & (left >= 0) & (right >= 0))
        by = [self.by(one), self.by(other)]
        start = self.parents[one[0]]
        places = start.places(differ)
        of = dict(zip(places[:SHOWN].tolist(), differ[:SHOWN].tolist(), strict=True))

        def label(place: int) -> str:
            names = [show(self.label(above, int(at[of[place]]))) for at in (left, right)]
            return f"{above} is {names[0]} {by[0]}, but {names[1]} {by[1]}"

        fault = Fault(
            "B513",
            one=lambda place: f"two ways from `{plate}` up to `{above}` disagree",
            several=lambda n: f"two ways from `{plate}` up to `{above}` disagree for {n} elements",
            label=label,
            help="make the columns agree, or take one of the parents away",
            span=self.model.plate(plate).span,
        )
        self.violations.cells(start.column, places, fault)

    def by(self, way: Way) -> str:
        """A way up in words, by the plates between its ends."""
        between = " and ".join(parent_of(self.model, *step) for step in way[:-1])
        return f"by way of {between}" if between else "by its own column"


def _follow(above: Array, at: Array) -> Array:
    """`above[at]`, where -1 leads to -1."""
    if len(above) == 0:
        return np.full(at.shape, -1, np.int64)
    return np.where(at >= 0, above[at], -1)
