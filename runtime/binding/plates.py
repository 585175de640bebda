"""The elements of each plate: how many there are, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...compiler import ir
from ...grammar.diagnostics import did_you_mean
from ..formats.values import raw
from . import checks
from .excerpts import show
from .labels import Label, LabelKind, Labels, factorize
from .locate import Layout
from .positions import BEFORE, Axis, positions
from .sources import Sources
from .tables import Array, Column, Table, UnreadableError
from .values import report_missing
from .violations import Fault, Violations

_LARGEST = 2**31  # elements of a plate
_NAMED = 3  # entries that a message names


@dataclass(frozen=True)
class Given:
    """What the caller says about plates beside the data."""

    sizes: Mapping[str, int]
    coords: Mapping[str, Sequence[Label]]
    before: Mapping[str, Array] = field(default_factory=dict)  # labels, where nothing else tells

    def check(self, violations: Violations) -> None:
        """Raises DataError where a size is no number (B506)."""
        for name, size in self.sizes.items():
            if not isinstance(size, int | np.integer) or not 0 < size < _LARGEST:
                told = f"`sizes` gives {show(size)} for `{name}`, which is no number of elements"
                violations.add("B506", told, f"pass `sizes = {{'{name}': n}}`")
        violations.stop()


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
        told = told or self.from_before()
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
            empty = "the table has a header, but no rows" if own is not None else ""
            self.add("B506", f"the plate `{self.plate.name}` has no elements ({origin})", empty)
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
        if entry is not None and entry.values.ndim == 0:
            return self.from_number(self.sources.entry(name))
        if entry is None or entry.values.ndim != 1:
            return None
        if any(found.column.values is entry.values for found in self.layout.all()):
            return None  # it names parents
        labels = self.unique(self.sources.entry(name))
        return None if labels is None else (labels, f"from entry `{name}`")

    def from_number(self, entry: Column) -> tuple[Labels, str] | None:
        """An entry that is the number of elements, as programs of Stan have it."""
        size = entry.values.item()
        if isinstance(size, int | float) and size == int(size) and 0 < size < _LARGEST:
            return Labels.upto(int(size)), f"from the number in {entry.name}"
        told = f"{entry.name} is {show(size)}, which is no number of elements"
        self.add("B506", told, "give a number, or the labels themselves")
        return None

    def from_users(self) -> tuple[Labels, str] | None:
        """The distinct labels in parent columns, index data and the keys of tables, sorted."""
        columns = list(self.users())
        labels: dict[Label, None] = {}
        for column in columns:
            labels |= dict.fromkeys(factorize(column.values.reshape(-1))[1])
            checks.dates(column, self.plate, self.violations, sorted_by=self.plate.ordered)
            checks.spellings(column, self.plate, self.violations)
        if not labels:
            return None
        # `3` and "3" from different tables are one label.
        found = Labels.of(labels).once()
        found = self.in_order(found, columns) or found.sorted()
        gaps = found.gaps()
        if gaps:
            told = (
                f"the labels of the plate `{self.plate.name}`, taken from {columns[0].name}, "
                f"go from {found.values[0]} to {found.values[-1]} without {_list(gaps)}"
            )
            remedy = f"`plate {self.plate.name} = {found.values[0]}..{found.values[-1]}` has all"
            self.violations.warn("W502", told, remedy, self.plate.span)
        return found, f"from the labels in {columns[0].name}"

    def in_order(self, labels: Labels, columns: list[Column]) -> Labels | None:
        """The labels in the order of a categorical column; None where none has them all.

        W502 for categories of a column that have no rows.
        """
        if labels.kind == "time" and self.plate.ordered:
            return None
        for column in columns:
            order, at = self.ordered(column, labels)
            if len(np.unique(at[at >= 0])) < len(labels):
                continue
            absent = [order[i] for i in np.flatnonzero(at < 0)]
            if absent:
                known = ", ".join(map(str, absent[:_NAMED])) + (", …" * (len(absent) > _NAMED))
                told = f"{column.name} has no row of {known}: no element of `{self.plate.name}`"
                remedy = "declare the plate with all its labels, if there are such elements"
                self.violations.warn("W502", told, remedy, self.plate.span)
            return Labels(labels.kind, labels.values[at[at >= 0]]).once()
        return None

    def ordered(self, column: Column, labels: Labels) -> tuple[list[Label], Array]:
        """The labels of a column in its order, and their positions (-1: it is none)."""
        if column.order is None:
            return [], np.zeros(0, np.int64)
        fast = labels.of_times(column.order)
        if fast is not None:
            return [], fast
        codes, found = factorize(column.order)
        order = [found[code] for code in codes[codes >= 0].tolist()]
        return order, labels.positions(order)

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

    def from_before(self) -> tuple[Labels, str] | None:
        """The elements of an earlier binding, to which these data are new."""
        labels = self.given.before.get(self.plate.name)
        if labels is None:
            return None
        kinds: dict[str, LabelKind] = {"i": "int", "f": "float", "M": "time"}
        kind = kinds.get(labels.dtype.kind, "str")
        return Labels(kind, labels), BEFORE

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
        for length in dict.fromkeys(length for _, length in others):
            if length != len(labels):
                those = [other for other, its in others if its == length]
                self.contradiction(labels, origin, _joined(those), length)
        coords = self.coords
        if coords is None or origin == "from `coords`":
            return
        if len(coords) != len(labels):
            self.contradiction(labels, origin, "`coords`", len(coords))
        elif labels.positions(coords.plain()).min(initial=0) < 0:
            told = f"the plate `{name}` has the labels {labels} ({origin}), but `coords` has "
            self.add("B506", f"{told}{coords}", "leave the plate out of `coords`")

    def contradiction(self, labels: Labels, origin: str, other: str, length: int) -> None:
        told = f"the plate `{self.plate.name}` has {len(labels)} elements ({origin})"
        remedy = ""
        if origin.startswith("from the labels"):
            remedy = f"declare `plate {self.plate.name} = …` if not all its labels are in the data"
        elif any(length == its for _, its in self.shapes):
            remedy = "arrays over one plate have one length; axes stand in the declared order"
        elif origin == f"from {other}":
            remedy = "give one of them"
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
        checks.dates(column, self.plate, self.violations)
        checks.spellings(column, self.plate, self.violations)
        report_missing(column, codes < 0, self.violations, self.plate.span)
        if len(self.violations.errors) > errors and not (codes >= 0).any():
            return None
        labels = Labels.of(found)
        same = labels.positions(labels.plain())  # `3` and `3.0` are one label
        known = np.flatnonzero(codes >= 0)
        at = same[codes[known]]
        if len(known) > len(np.unique(same)):
            first = np.full(len(found) + 1, -1, np.int64)
            first[at[::-1]] = known[::-1]
            whole = np.full(len(codes), -1, np.int64)
            whole[known] = first[at]
            self.twice(column, known[first[at] != known], whole)
        if len(self.violations.errors) > errors:
            return None
        return Labels(labels.kind, labels.values[codes])  # in the order of the rows

    def twice(self, column: Column, again: Array, first: Array) -> None:
        """B512 for labels that stand in a row before theirs; `first` tells in which."""
        name = self.plate.name

        def one(cell: int) -> str:
            value = show(column.value(cell))
            return f"{value} stands twice among the labels of the plate `{name}`"

        remedy = (
            f"a table of the plate `{name}` has one row for each {name}; "
            "pass a table with one row a cell under the name of the datum"
        )
        if column.table is None:
            remedy = "each element needs a label of its own"
        fault = Fault(
            "B512",
            one,
            several=lambda count: f"{count} labels of the plate `{name}` stand there before",
            label=lambda cell: "stands there already",
            help=remedy,
            span=self.plate.span,
            before=lambda cell: (int(first[cell]), "here it stands first"),
        )
        self.violations.cells(column, again, fault)

    @cached_property
    def coords(self) -> Labels | None:
        if self.plate.name not in self.given.coords:
            return None
        name = self.plate.name
        try:
            values = raw(self.given.coords[name]).reshape(-1)
        except UnreadableError as error:
            self.add("B506", f"`coords` of `{name}`: {error}", "give one label for each element")
            return None
        return self.unique(Column(name, values, said=f"`coords` of `{name}`"))

    def add(self, code: str, message: str, help: str) -> None:
        self.violations.add(code, message, help, self.plate.span)


def _joined(names: list[str]) -> str:
    names = names if len(names) <= _NAMED else [*names[:_NAMED], "others"]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _list(gaps: list[int]) -> str:
    return ", ".join(map(str, gaps[:4])) + (", …" if len(gaps) > 4 else "")
