"""The elements of each plate: how many there are, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..compiler import ir
from ..grammar.diagnostics import did_you_mean
from ..grammar.source import Span
from .labels import Label, Labels, factorize
from .locate import Layout
from .sources import Sources
from .tables import Array, Column, Table, raw
from .violations import Violations, show

_GUESS = 20_000  # with more labels than this, looking for a similar one takes too long


@dataclass(frozen=True, eq=False)
class Axis:
    """The labels of a plate in the order in which its data comes.

    `origin` says what told the size; `rows` holds, for each row of the plate's own table, the
    position of its element (-1: unknown; None: row i is element i).
    """

    plate: ir.Plate
    labels: Labels
    origin: str
    rows: Array | None = None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Given:
    """What the caller says about plates beside the data."""

    sizes: Mapping[str, int]
    coords: Mapping[str, Sequence[Label]]


def axes(
    model: ir.Model, sources: Sources, layout: Layout, given: Given, violations: Violations
) -> dict[str, Axis]:
    """The axis of every plate that has one without contradiction; reports the others.

    B506 for two sizes, B507 for none, B505, B504 and B512 for labels in the plate's own table.
    """
    names = [plate.name for plate in model.plates]
    for argument in ("sizes", "coords"):
        for name in getattr(given, argument):
            if name not in names:
                told = f"`{argument}` names `{name}`, which is no plate"
                violations.warn("W501", told, did_you_mean(name, names))
    shapes = _shapes(layout, violations)
    found = {}
    for plate in model.plates:
        axis = _Plate(plate, sources, layout, given, shapes.get(plate.name, []), violations).axis()
        if axis is not None:
            found[plate.name] = axis
    return found


def _shapes(layout: Layout, violations: Violations) -> dict[str, list[tuple[str, int]]]:
    """For each plate, the entries that have an axis over it and how long that is."""
    found: dict[str, list[tuple[str, int]]] = {}
    for located in layout.all():
        dims, values = located.datum.dims, located.column.values
        if located.table is not None:
            continue
        if values.ndim != len(dims):
            told = f"{located.column.name} has {_axes(values.ndim)}, its declaration {len(dims)}"
            declared = ", ".join(str(dim) for dim in dims)
            remedy = f"give an array over [{declared}]" if dims else "give a single number"
            violations.add("B506", told, remedy, located.datum.span)
            continue
        for dim, length in zip(dims, values.shape, strict=True):
            found.setdefault(dim.plate, []).append((located.column.name, length))
    return found


def _axes(count: int) -> str:
    return {0: "no axis", 1: "1 axis"}.get(count, f"{count} axes")


@dataclass(frozen=True)
class _Plate:
    """Everything that can tell the elements of one plate."""

    plate: ir.Plate
    sources: Sources
    layout: Layout
    given: Given
    shapes: list[tuple[str, int]]
    violations: Violations

    def axis(self) -> Axis | None:
        own = self.sources.own(self.plate.name)
        problems = len(self.violations.errors)
        told = self.declared() or self.from_own(own) or self.from_arguments()
        told = told or self.from_entry() or self.from_users() or self.from_shapes()
        if len(self.violations.errors) > problems:
            return None
        if told is None:
            if self.plate.name not in self.layout.unsettled:  # else reported as missing
                self.unknown()
            return None
        labels, origin = told
        self.compare(labels, origin)
        rows = self.rows(own, labels, origin)
        if len(labels) == 0:
            self.add("B506", f"the plate `{self.plate.name}` has no elements ({origin})", "")
        broken = len(self.violations.errors) > problems
        return None if broken else Axis(self.plate, labels, origin, rows)

    # --- what tells the labels, the strongest first ----------------------------------------

    def declared(self) -> tuple[Labels, str] | None:
        if self.plate.labels is not None:
            return Labels.of(self.plate.labels), "declared in the spec"
        if self.plate.size is not None:
            return Labels.upto(self.plate.size), "declared in the spec"
        return None

    def from_own(self, own: Table | None) -> tuple[Labels, str] | None:
        """The plate's table: its label column, else `coords`, else 0, 1, …"""
        if own is None:
            return None
        if self.plate.name in own.columns:
            column = own.column(self.plate.name)
            labels = self.unique(column)
            return None if labels is None else (labels, f"from {own.name}")
        coords = self.coords
        if coords is not None and len(coords) == own.length:
            return coords, f"from {own.name}"
        return Labels.upto(own.length), f"from {own.name}"

    def from_arguments(self) -> tuple[Labels, str] | None:
        coords = self.coords
        if coords is not None:
            return coords, "from `coords`"
        if self.plate.name in self.given.sizes:
            return Labels.upto(int(self.given.sizes[self.plate.name])), "from `sizes`"
        return None

    def from_entry(self) -> tuple[Labels, str] | None:
        """An entry that has the plate's name and is no parent column."""
        name = self.plate.name
        entry = self.sources.entries.get(name)
        taken = any(found.column is entry for found in self.layout.all())
        if entry is None or taken or entry.values.ndim != 1:
            return None
        labels = self.unique(self.sources.entry(name))
        return None if labels is None else (labels, f"from entry `{name}`")

    def from_users(self) -> tuple[Labels, str] | None:
        """The distinct labels in parent columns, index data and the keys of tables, sorted."""
        columns = list(self.users())
        labels: dict[Label, None] = {}
        for column in columns:
            labels |= dict.fromkeys(factorize(column.values.reshape(-1))[1])
        if not labels:
            return None
        # `3` and "3" from different tables are one label.
        found = Labels.of(dict.fromkeys(Labels.of(labels).values.tolist())).sorted()
        gaps = found.gaps()
        if gaps:
            told = (
                f"the labels of the plate `{self.plate.name}`, taken from {columns[0].name}, "
                f"go from {found.values[0]} to {found.values[-1]} without {_list(gaps)}"
            )
            remedy = f"`plate {self.plate.name} = {found.values[0]}..{found.values[-1]}` has all"
            self.violations.warn("W502", told, remedy, self.plate.span)
        return found, f"from the labels in {columns[0].name}"

    def users(self) -> list[Column]:
        """The columns whose cells are labels of this plate."""
        name, found = self.plate.name, []
        for located in self.layout.all():
            if located.datum.plate == name:
                found.append(located.column)
            for dim, key in zip(located.datum.dims, located.keys, strict=False):
                if dim.plate == name and isinstance(key, str) and located.table is not None:
                    found.append(located.table.column(key))
        return list({id(column.values): column for column in found}.values())

    def from_shapes(self) -> tuple[Labels, str] | None:
        if not self.shapes:
            return None
        name, length = self.shapes[0]
        return Labels.upto(length), f"from the shape of {name}"

    def unknown(self) -> None:
        name = self.plate.name
        remedy = f"declare `plate {name} = n`, or pass `sizes = {{'{name}': n}}`"
        self.add("B507", f"nothing tells how many elements the plate `{name}` has", remedy)

    # --- everything else must agree with it ------------------------------------------------

    def compare(self, labels: Labels, origin: str) -> None:
        """B506 for each size and each list of labels that says something else."""
        name = self.plate.name
        others = list(self.shapes)
        if name in self.given.sizes:
            others.append(("`sizes`", int(self.given.sizes[name])))
        for other, length in others:
            if length != len(labels):
                self.contradiction(labels, origin, other, length)
        coords = self.coords
        if coords is None or origin == "from `coords`":
            return
        if len(coords) != len(labels):
            self.contradiction(labels, origin, "`coords`", len(coords))
        elif labels.positions(coords.values.tolist()).min(initial=0) < 0:
            told = f"the plate `{name}` has the labels {labels} ({origin}), but `coords` has "
            self.add("B506", f"{told}{coords}", "leave the plate out of `coords`")

    def contradiction(self, labels: Labels, origin: str, other: str, length: int) -> None:
        told = f"the plate `{self.plate.name}` has {len(labels)} elements ({origin})"
        remedy = ""
        if origin.startswith("from the labels"):
            remedy = f"declare `plate {self.plate.name} = …` if not all its labels are in the data"
        elif self.shapes and (other, length) in self.shapes:
            remedy = "arrays over one plate have one length; axes stand in the declared order"
        self.add("B506", f"{told}, but {length} in {other}", remedy)

    def rows(self, own: Table | None, labels: Labels, origin: str) -> Array | None:
        """The position of each row of the plate's own table."""
        if own is None:
            return None
        if self.plate.name not in own.columns:
            if own.length != len(labels):
                self.contradiction(labels, origin, own.name, own.length)
            return None
        if origin == f"from {own.name}":
            return None
        column = own.column(self.plate.name)
        if self.unique(column) is None:
            return None
        axis = Axis(self.plate, labels, origin)
        return positions(column, axis, self.violations, self.plate.span)

    def unique(self, column: Column) -> Labels | None:
        """Labels that stand once each; None, with a report (B504, B512), where they do not."""
        codes, found = factorize(column.values, self.plate.labels or ())
        errors = len(self.violations.errors)
        _report_blank(column, codes, self.violations, self.plate.span)
        known = np.flatnonzero(codes >= 0)
        if len(known) > len(found):
            first = np.full(len(found), -1, np.int64)
            first[codes[known][::-1]] = known[::-1]
            again = known[first[codes[known]] != known]

            def say(cell: int) -> str:
                before = column.row(int(first[codes[cell]]))
                label = show(found[codes[cell]])
                return f"{column.place(cell)}: {label} stands already in {before}"

            remedy = (
                f"a table of the plate `{self.plate.name}` has one row for each {self.plate.name}; "
                "pass a table with one row a cell under the name of the datum"
            )
            span = self.plate.span
            self.violations.each("B512", again.tolist(), say, column.name, remedy, span)
        if len(self.violations.errors) > errors:
            return None
        return Labels.of(found[code] for code in codes.tolist())  # in the order of the rows

    @cached_property
    def coords(self) -> Labels | None:
        if self.plate.name not in self.given.coords:
            return None
        values = raw(self.given.coords[self.plate.name]).reshape(-1)
        return self.unique(Column(f"`coords` of `{self.plate.name}`", values))

    def add(self, code: str, message: str, help: str) -> None:
        self.violations.add(code, message, help, self.plate.span)


def _list(gaps: list[int]) -> str:
    return ", ".join(map(str, gaps[:4])) + (", …" if len(gaps) > 4 else "")


# --- labels to positions -----------------------------------------------------------------


def positions(column: Column, axis: Axis, violations: Violations, span: Span) -> Array:
    """The position in `axis` of each label, in the column's shape (int64, -1: none).

    Reports unknown labels (B505), each once, and missing ones (B504).
    """
    keep = axis.labels.index if axis.plate.labels is not None else ()
    codes, found = factorize(column.values.reshape(-1), keep)
    table = np.append(axis.labels.positions(found), -1)
    _report_blank(column, codes, violations, span)
    unknown = np.flatnonzero(table[:-1] < 0)
    if len(unknown):
        counts = np.bincount(codes[codes >= 0], minlength=len(found))
        first = np.full(len(found), -1, np.int64)
        known = np.flatnonzero(codes >= 0)
        first[codes[known][::-1]] = known[::-1]

        def say(label: int) -> str:
            times = f" ({counts[label]} times)" if counts[label] > 1 else ""
            place = column.place(int(first[label]))
            return f"{place}: {show(found[label])} is no {axis.plate.name}{times}"

        help = _unknown_help([found[i] for i in unknown], axis)
        violations.each("B505", unknown.tolist(), say, column.name, help, span)
    return table[codes].reshape(column.values.shape)


def _report_blank(column: Column, codes: Array, violations: Violations, span: Span) -> None:
    blank = np.flatnonzero(codes < 0).tolist()
    remedy = "fill the cell or leave the row out"

    def say(cell: int) -> str:
        return f"{column.place(cell)} is missing"

    violations.each("B504", blank, say, column.name, remedy, span)


def _unknown_help(unknown: list[Label], axis: Axis) -> str:
    """What to do about unknown labels: count from 1, or mend a misspelling."""
    plate, size = axis.plate, axis.plate.size
    numbers = Labels.of(unknown)
    if plate.labels is None and size is not None and numbers.kind == "int":
        if numbers.values.min() == size and numbers.values.max() == size:
            return f"labels are values: for 1 to {size} declare `plate {plate.name} = 1..{size}`"
        return f"labels are values: `plate {plate.name} = {size}` has 0 to {size - 1}"
    if axis.origin == "from `sizes`":
        return f"`sizes` means the labels 0 to {len(axis) - 1}: name others with `coords`"
    known = axis.labels.values.tolist()
    close = ""
    if len(known) <= _GUESS:
        close = did_you_mean(str(unknown[0]), map(str, known))
    return f"{close} {plate.name} has: {axis.labels}".strip()
