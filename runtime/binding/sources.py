"""What the caller gave, sorted out: tables, each with its plate, and plain entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...compiler import ir
from ...grammar.diagnostics import did_you_mean
from ..formats.contents import Content, of_file, opened, read
from ..formats.frames import header_of, is_frame, is_records
from ..formats.paths import is_path
from ..formats.values import order_of, raw
from ..formats.xarray import axes_of, has_named_axes, is_dataset, labels_of, series_axes, variables
from .excerpts import show
from .labels import distinct
from .nesting import ways
from .tables import Array, Column, Table, UnreadableError, grid, named
from .violations import Fault, Violations


@dataclass
class Sources:
    """Tables and plain entries, which of them have been used, and names that mean nothing.

    `others` are arrays of a data set that the model does not ask for.
    """

    tables: list[Table] = field(default_factory=list)
    entries: dict[str, Column] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def own(self, plate: str) -> Table | None:
        """The table whose rows are the elements of a plate."""
        return next((table for table in self.tables if table.plate == plate), None)

    def entry(self, name: str) -> Column:
        self.used.add(name)
        return self.entries[name]

    def names(self) -> list[str]:
        """Every column and entry there is, in order."""
        columns = [column for table in self.tables for column in table.header]
        return list(dict.fromkeys([*self.entries, *columns, *self.others]))


def gather(model: ir.Model, data: object, violations: Violations) -> Sources:
    """Reads everything; raises DataError at once where something cannot be read (B511)."""
    sources = Sources()
    reader = _Reader(model, sources, violations)
    if data is None:
        return sources
    if isinstance(data, list | tuple) and not is_records(data):
        for i, one in enumerate(data):
            reader.whole(one, f"table {i + 1}", one_of_several=True)
    else:
        reader.whole(data, "the table")
    violations.stop()
    _assign(model, sources, violations)
    violations.stop()
    return sources


class _Reader:
    """Reads one source after the other, and notes those that cannot be read."""

    def __init__(self, model: ir.Model, sources: Sources, violations: Violations) -> None:
        self.model = model
        self.sources = sources
        self.violations = violations
        self.wanted = _wanted(model)
        self.plates = {plate.name for plate in model.plates}
        self.files: dict[Path, Table | Content] = {}
        self.values: dict[int, Table] = {}

    def whole(self, data: Any, name: str, one_of_several: bool = False) -> None:
        """Something that is given without a name; of several, a mapping is one table."""
        file = None
        if isinstance(data, str) or is_path(data):
            found = self.open(data)
            if found is None or isinstance(found, Table):
                return None if found is None else self.sources.tables.append(found)
            file, data, name = found, found.value, found.path.name
            if isinstance(data, list | np.ndarray) and not (is_records(data) or is_frame(data)):
                return self.value(named(found.path.stem.split(".")[0]), data, file)
        called = getattr(data, "name", None)
        if is_dataset(data):
            self.dataset(data)
        elif has_named_axes(data) or (called and hasattr(data, "to_numpy")):
            self.value(named(called), data, file)
        elif isinstance(data, Mapping) and not (one_of_several and file is None):
            self.mapping(data, file)
        else:
            self.table(data, name, file=file)
        return None

    def open(self, path: Any) -> Table | Content | None:
        """A file, which is read once, under however many names it is given."""
        place = Path(path).expanduser().absolute()
        try:
            if place not in self.files:
                self.files[place] = opened(path, self.wanted)
        except UnreadableError as error:
            self.violations.add("B511", str(error), error.help, excerpt=error.excerpt)
        return self.files.get(place)

    def mapping(self, data: Mapping[Any, object], file: Content | None = None) -> None:
        for key, value in data.items():
            self.value(named(key), value, file)
        self.one_table(file)

    def value(self, name: str, value: Any, file: Content | None = None) -> None:
        """What is given under a name: a table, an array, or the path of one."""
        datum = self.model.datum(name)
        if is_path(value) or (name in self.plates and isinstance(value, str)):
            found = self.open(value)
            if found is None or isinstance(found, Table):
                return None if found is None else self.placed(found, name)
            file, value = found, found.value
        tabular = isinstance(value, Mapping) or is_frame(value) or is_records(value)
        if has_named_axes(value):
            self.labelled(name, datum, value)
        elif is_dataset(value):
            self.dataset(value)
        elif name in self.plates and tabular:
            self.table(value, f"table `{name}`", plate=name, file=file)
        elif datum is not None and is_frame(value) and name not in map(named, header_of(value)):
            self.matrix(name, datum, value)
        elif tabular and datum is not None:
            self.table(value, f"table `{name}`", file=file, given=(name,))
        elif tabular:
            self.unused(name)
        elif datum is not None and series_axes(value, datum.dims) is not None:
            self.series(name, datum, value)
        else:
            self.entry(name, value, file)
        return None

    def placed(self, table: Table, name: str) -> None:
        """A table that was given under the name of a plate or a datum."""
        if name in self.plates:
            self.sources.tables.append(replace(table, plate=name))
        elif self.model.datum(name) is not None:
            self.sources.tables.append(replace(table, given=(name,)))
        else:
            self.unused(name)

    def table(
        self,
        source: object,
        name: str,
        plate: str | None = None,
        file: Content | None = None,
        given: tuple[str, ...] = (),
    ) -> None:
        name = name if file is None else file.path.name
        try:
            if id(source) not in self.values:
                self.values[id(source)] = read(source, name, self.wanted)
        except UnreadableError as error:
            self.violations.add("B511", str(error), error.help, excerpt=error.excerpt)
        else:
            table = replace(self.values[id(source)], name=name, plate=plate, given=given)
            self.sources.tables.append(table if file is None else of_file(table, file))

    def entry(self, name: str, value: object, file: Content | None = None) -> None:
        said = f"entry `{name}`" + ("" if file is None else f" of {file.path.name}")
        try:
            self.sources.entries[name] = Column(name, raw(value), said=said, order=order_of(value))
        except UnreadableError as error:
            self.violations.add("B506", f"{said}: {error}", "give a full array")

    def unused(self, name: str) -> None:
        self.sources.unknown.append(name)
        close = did_you_mean(name, [*self.plates, *(datum.name for datum in self.model.data)])
        told = f"table `{name}` is not used: no plate and no datum has this name"
        self.violations.warn("W501", told, close)

    # --- arrays with labels ---------------------------------------------------------------------

    def dataset(self, dataset: Any) -> None:
        """Every array of an xarray dataset that the model asks for."""
        labels: dict[str, Array] = {}  # read once: what is the same array is checked once
        for name, array in variables(dataset):
            if self.model.datum(named(name)) is None and self.child_of(named(name), array) is None:
                self.sources.others.append(name)
            else:
                self.labelled(named(name), self.model.datum(named(name)), array, labels)

    def child_of(self, name: str, array: Any) -> str | None:
        """The plate whose parents an array names, as `county` or `home.county` over home does."""
        plate = str(array.dims[0]) if len(array.dims) == 1 else ""
        if plate not in self.plates:
            return None
        role = name.removeprefix(f"{plate}.")
        roles = [parent.role for parent in self.model.plate(plate).parents]
        return role if role in roles else None

    def labelled(
        self, name: str, datum: ir.Data | None, array: Any, known: dict[str, Array] | None = None
    ) -> None:
        """An xarray array: its axes have names, and labels where it has coordinates."""
        role = None if datum is not None else self.child_of(name, array)
        if role is not None:
            datum = ir.Data(role, (ir.Dim(str(array.dims[0])),), "index", role)
        if datum is None:
            self.entry(name, array)
            return
        dims = [str(dim) for dim in datum.dims]
        axes = axes_of(self.model, datum.dims, list(map(str, array.dims)))
        if axes is None:
            told = f"entry `{name}` has the axes [{', '.join(map(str, array.dims))}]"
            self.violations.add("B506", f"{told}, not [{', '.join(dims)}]", span=datum.span)
            return
        array = array.transpose(*axes)
        if not any(axis in array.coords for axis in axes):
            self.entry(name, array.values)
            return
        known = {} if known is None else known
        for axis, dim in zip(axes, datum.dims, strict=True):
            if axis not in known:
                known[axis] = labels_of(self.model, array, axis, dim)
        self.cells(datum, [known[axis] for axis in axes], raw(array.values))

    def series(self, name: str, datum: ir.Data, series: Any) -> None:
        """A pandas series whose index tells the element of each cell."""
        axes = series_axes(series, datum.dims) or []
        dims = [str(dim) for dim in datum.dims]
        if len(dims) == 1:
            self.cells(datum, axes, raw(series))
            return
        columns = {**dict(zip(dims, axes, strict=True)), name: raw(series)}
        told = f"array `{name}`"
        self.sources.tables.append(Table(told, tuple(columns), columns, len(series), is_array=True))

    def matrix(self, name: str, datum: ir.Data, frame: Any) -> None:
        """A frame that is a matrix: its index and its columns are the labels of two axes."""
        if len(datum.dims) != 2 or not hasattr(frame, "index"):
            told = f"the frame `{name}` has no column `{name}`"
            self.violations.add("B501", told, "name a column so", datum.span)
            return
        self.cells(datum, [raw(frame.index), raw(frame.columns)], raw(frame))

    def cells(self, datum: ir.Data, labels: list[Array], values: Array) -> None:
        """An array with labels along each axis, as a table of its cells."""
        for dim, along in zip(datum.dims, labels, strict=True):
            codes, found = distinct(along)
            if len(found) < len(along):
                first = np.full(len(found), -1, np.int64)
                first[codes[::-1]] = np.arange(len(codes))[::-1]
                self.twice(str(dim), datum, along, first[codes])
                return
        table = grid(datum.name, [str(dim) for dim in datum.dims], labels, values)
        self.sources.tables.append(table)

    def twice(self, dim: str, datum: ir.Data, along: Array, first: Array) -> None:
        """B512 for labels that stand twice along an axis; `first` tells where first."""
        column = Column(dim, along, said=f"axis `{dim}` of array `{datum.name}`")
        again = np.flatnonzero(first != np.arange(len(first)))
        fault = Fault(
            "B512",
            one=lambda at: f"{show(column.value(at))} stands twice along `{dim}`",
            several=lambda count: f"{count} labels along `{dim}` stand there before",
            label=lambda at: "stands there already",
            help="each element needs a label of its own",
            span=datum.span,
            before=lambda at: (int(first[at]), "here it stands first"),
        )
        self.violations.cells(column, again, fault)

    def one_table(self, file: Content | None = None) -> None:
        """Entries that are columns of one table, where only this reading makes sense of them.

        So it is where all are of one length and a quantity of a coarser plate is given by row.
        """
        entries = {name: c for name, c in self.sources.entries.items() if c.values.ndim == 1}
        if len({len(column.values) for column in entries.values()}) != 1:
            return
        if any(column.values.ndim > 1 for column in self.sources.entries.values()):
            return
        columns = {name: column.values for name, column in entries.items()}
        length = len(next(iter(columns.values())))
        orders = {
            name: column.order for name, column in entries.items() if column.order is not None
        }
        name = "the table" if file is None else file.path.name
        table = Table(name, tuple(columns), columns, length, orders=orders)
        table = table if file is None else of_file(table, file)
        if self.sources.tables or not _coarser(self.model, table):
            return
        self.sources.tables.append(table)
        for column in columns:
            if column in self.wanted:
                del self.sources.entries[column]


def _wanted(model: ir.Model) -> set[str]:
    """Every name that a column can have."""
    found = {datum.name for datum in model.data} | {plate.name for plate in model.plates}
    found |= {str(dim) for datum in model.data for dim in datum.dims}
    found |= {parent.role for plate in model.plates for parent in plate.parents}
    return found | {plate.ordered_by for plate in model.plates if plate.ordered_by}


# --- whose table is it -------------------------------------------------------------------


def _assign(model: ir.Model, sources: Sources, violations: Violations) -> None:
    """Gives each table without a plate the plate of its rows; long tables have none."""
    for i, table in enumerate(sources.tables):
        if table.plate is None and not table.is_array:
            plates = _finest(model, _candidates(model, table))
            if len(plates) > 1:
                told = f"the rows of {table.name} could be elements of " + " or ".join(plates)
                remedy = f"say which: `{{'{plates[0]}': …}}`, or `--data {plates[0]}=…`"
                violations.add("B501", told, remedy)
            elif plates:
                sources.tables[i] = replace(table, plate=plates[0])
    sources.tables = _merged(model, sources.tables)
    for plate in model.plates:
        own = [table.name for table in sources.tables if table.plate == plate.name]
        if len(own) > 1:
            told = f"{' and '.join(own)} are both tables of the plate `{plate.name}`"
            violations.add("B506", told, "join them into one", plate.span)


def _merged(model: ir.Model, tables: list[Table]) -> list[Table]:
    """The tables, each once: one can be given under several names.

    What is given for a plate and for another that is nested in it has the rows of the inner one.
    """
    found: dict[tuple[int, str | None], Table] = {}
    for table in tables:
        key = id(table.columns), table.plate
        first = found.get(key)
        found[key] = table if first is None else replace(first, given=first.given + table.given)
    return [
        table
        for table in found.values()
        if not any(
            other.columns is table.columns
            and other.plate is not None
            and table.plate not in (None, other.plate)
            and ways(model, other.plate, table.plate)
            for other in found.values()
        )
    ]


def _candidates(model: ir.Model, table: Table) -> list[str]:
    """Plates whose data a table holds; failing that, whose labels; failing that, whose parents."""
    header = set(table.header)
    with_data = {
        datum.dims[0].plate for datum in model.data if len(datum.dims) == 1 and datum.name in header
    }
    if with_data:
        return [plate.name for plate in model.plates if plate.name in with_data]
    if any(len(datum.dims) > 1 and datum.name in header for datum in model.data):
        return []  # in long form: a row is a cell
    nested = [plate for plate in model.plates if {p.role for p in plate.parents} & header]
    labelled = [plate.name for plate in model.plates if plate.name in header]
    return [p.name for p in nested if p.name in header] or [p.name for p in nested] or labelled


def _finest(model: ir.Model, plates: list[str]) -> list[str]:
    """The one plate that is nested in all the others, else those that no other is nested in."""
    return [p for p in plates if not any(q != p and ways(model, q, p) for q in plates)]


def _coarser(model: ir.Model, table: Table) -> bool:
    """Whether a table of columns holds something that is not one value for each of its rows."""
    plates = _finest(model, _candidates(model, table))
    header = set(table.header)
    if any(len(d.dims) > 1 and d.name in header for d in model.data):
        return _keyed(model, header)
    if len(plates) != 1:
        return False
    above = [p.name for p in model.plates if p.name != plates[0] and ways(model, plates[0], p.name)]
    data = {d.name for d in model.data if len(d.dims) == 1 and d.dims[0].plate in above}
    roles = {p.role for name in above for p in model.plate(name).parents}
    own = {parent.role for parent in model.plate(plates[0]).parents}
    return bool(own & header) and bool((data | roles) & header)


def _keyed(model: ir.Model, header: set[str]) -> bool:
    long = [d for d in model.data if len(d.dims) > 1 and d.name in header]
    return all(str(dim) in header for datum in long for dim in datum.dims)
