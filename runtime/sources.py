"""What the caller gave, sorted out: tables, each with its plate, and plain entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..compiler import ir
from ..grammar.diagnostics import did_you_mean
from .nesting import ways
from .tables import Array, Column, Table, UnreadableError, is_frame, is_path, named, raw, read
from .violations import Violations


@dataclass
class Sources:
    """Tables and plain entries, which of them have been used, and names that mean nothing."""

    tables: list[Table] = field(default_factory=list)
    entries: dict[str, Column] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def own(self, plate: str) -> Table | None:
        """The table whose rows are the elements of a plate."""
        return next((table for table in self.tables if table.plate == plate), None)

    def entry(self, name: str) -> Column:
        self.used.add(name)
        return self.entries[name]

    def names(self) -> list[str]:
        """Every column and entry there is, in order."""
        columns = [column for table in self.tables for column in table.header]
        return list(dict.fromkeys([*self.entries, *columns]))


def gather(model: ir.Model, data: object, violations: Violations) -> Sources:
    """Reads everything; raises DataError at once where something cannot be read (B511)."""
    sources = Sources()
    reader = _Reader(model, sources, violations)
    if data is None:
        return sources
    if isinstance(data, Mapping) and not is_frame(data):
        reader.mapping(data)
    elif isinstance(data, list | tuple):
        for i, table in enumerate(data):
            reader.table(table, f"table {i + 1}")
    else:
        reader.table(data, "the table")
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

    def mapping(self, data: Mapping[Any, object]) -> None:
        for key, value in data.items():
            name, datum = named(key), self.model.datum(named(key))
            tabular = isinstance(value, Mapping) or is_frame(value) or is_path(value)
            if _has_named_axes(value):
                self.labelled(name, datum, value)
            elif name in self.plates and (tabular or isinstance(value, str)):
                self.table(value, f"table `{name}`", plate=name)
            elif datum is not None and is_frame(value) and name not in _header(value):
                self.matrix(name, datum, value)
            elif tabular and datum is not None:
                self.table(value, f"table `{name}`")
            elif tabular:
                self.unused(name)
            else:
                self.entry(name, value)
        self.one_table()

    def table(self, source: object, name: str, plate: str | None = None) -> None:
        try:
            table = read(source, name, self.wanted)
        except UnreadableError as error:
            self.violations.add("B511", str(error), error.help, excerpt=error.excerpt)
        else:
            self.sources.tables.append(replace(table, plate=plate))

    def entry(self, name: str, value: object) -> None:
        try:
            self.sources.entries[name] = Column(name, raw(value))
        except UnreadableError as error:
            self.violations.add("B506", f"entry `{name}`: {error}", "give a full array")

    def unused(self, name: str) -> None:
        self.sources.unknown.append(name)
        close = did_you_mean(name, [*self.plates, *(datum.name for datum in self.model.data)])
        told = f"table `{name}` is not used: no plate and no datum has this name"
        self.violations.warn("W501", told, close)

    def labelled(self, name: str, datum: ir.Data | None, array: Any) -> None:
        """An xarray array: its axes have names, and labels where it has coordinates."""
        if datum is None:
            self.entry(name, array)
            return
        dims = [str(dim) for dim in datum.dims]
        if sorted(map(str, array.dims)) != sorted(dims):
            told = f"entry `{name}` has the axes [{', '.join(map(str, array.dims))}]"
            self.violations.add("B506", f"{told}, not [{', '.join(dims)}]", span=datum.span)
            return
        array = array.transpose(*dims)
        if all(dim in array.coords for dim in dims):
            labels = [raw(array.coords[dim].values) for dim in dims]
            self.sources.tables.append(_long(name, dims, labels, raw(array.values)))
        else:
            self.entry(name, array.values)

    def matrix(self, name: str, datum: ir.Data, frame: Any) -> None:
        """A frame that is a matrix: its index and its columns are the labels of two axes."""
        if len(datum.dims) != 2 or not hasattr(frame, "index"):
            told = f"the frame `{name}` has no column `{name}`"
            self.violations.add("B501", told, "name a column so", datum.span)
            return
        labels = [raw(frame.index), raw(frame.columns)]
        dims = [str(dim) for dim in datum.dims]
        self.sources.tables.append(_long(name, dims, labels, raw(frame)))

    def one_table(self) -> None:
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
        table = Table("the table", tuple(columns), columns, length)
        if self.sources.tables or not _coarser(self.model, table):
            return
        self.sources.tables.append(table)
        for name in columns:
            if name in self.wanted:
                del self.sources.entries[name]


def _wanted(model: ir.Model) -> set[str]:
    """Every name that a column can have."""
    found = {datum.name for datum in model.data} | {plate.name for plate in model.plates}
    found |= {str(dim) for datum in model.data for dim in datum.dims}
    found |= {parent.role for plate in model.plates for parent in plate.parents}
    return found | {plate.ordered_by for plate in model.plates if plate.ordered_by}


def _header(frame: Any) -> list[str]:
    return [str(name) for name in getattr(frame, "column_names", None) or frame.columns]


def _has_named_axes(value: object) -> bool:
    return all(hasattr(value, name) for name in ("dims", "coords", "transpose", "values"))


def _long(name: str, dims: list[str], labels: list[Array], values: Array) -> Table:
    """A labelled array as a table with one row a cell."""
    grids = np.indices(values.shape).reshape(values.ndim, -1)
    columns = {dim: labels[i][grids[i]] for i, dim in enumerate(dims)}
    columns[name] = values.reshape(-1)
    return Table(f"array `{name}`", tuple(columns), columns, values.size, is_array=True)


# --- whose table is it -------------------------------------------------------------------


def _assign(model: ir.Model, sources: Sources, violations: Violations) -> None:
    """Gives each table without a plate the plate of its rows; long tables have none."""
    for i, table in enumerate(sources.tables):
        if table.plate is None:
            plates = _finest(model, _candidates(model, table))
            if len(plates) > 1:
                told = f"the rows of {table.name} could be elements of " + " or ".join(plates)
                remedy = f"say which: `{{'{plates[0]}': …}}`, or `--data {plates[0]}=…`"
                violations.add("B501", told, remedy)
            elif plates:
                sources.tables[i] = replace(table, plate=plates[0])
    for plate in model.plates:
        own = [table.name for table in sources.tables if table.plate == plate.name]
        if len(own) > 1:
            told = f"{' and '.join(own)} are both tables of the plate `{plate.name}`"
            violations.add("B506", told, "join them into one", plate.span)


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
