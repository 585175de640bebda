"""Where each declared thing stands in the data: in which entry, or in which column of a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from ...compiler import ir
from ...grammar.diagnostics import did_you_mean
from ...grammar.source import Span
from .excerpts import header
from .nesting import Way, the_way
from .sources import Sources
from .tables import Column, Table
from .violations import Violations

Key = str | Way
"""How the rows of a table tell an axis: a column of labels, or the way up from their own plate."""


@dataclass(frozen=True, eq=False)
class Located:
    """A datum, its raw values and, in a table, the key of each of its axes."""

    datum: ir.Data
    column: Column
    keys: tuple[Key, ...] = ()

    @property
    def table(self) -> Table | None:
        return self.column.table


@dataclass
class Layout:
    """All that was found: data by name, parent columns by plate and role, orders by plate.

    `unsettled` are the plates of which something that could tell their elements is missing.
    """

    data: dict[str, Located] = field(default_factory=dict)
    parents: dict[tuple[str, str], Located] = field(default_factory=dict)
    orders: dict[str, Located] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)

    def all(self) -> list[Located]:
        return [*self.parents.values(), *self.data.values(), *self.orders.values()]


def locate(
    model: ir.Model,
    sources: Sources,
    violations: Violations,
    optional: Iterable[str] = (),
    spared: Collection[tuple[str, str]] = (),
) -> Layout:
    """Finds every datum and parent column (B501 where one is missing, except those in `optional`,
    and the parents, by plate and role, in `spared`).

    A missing scalar that has a default is no violation either.
    """
    layout, finder = Layout(), _Finder(model, sources, violations)
    for datum in model.data:
        found = finder.datum(datum)
        if found is not None:
            layout.data[datum.name] = found
        elif datum.name not in optional and (datum.dims or datum.default is None):
            finder.missing(datum)
            layout.unsettled |= {dim.plate for dim in datum.dims} | {datum.plate or ""}
    for plate in model.plates:
        for parent in plate.parents:
            found = finder.parent(plate, parent, (plate.name, parent.role) in spared)
            if found is not None:
                layout.parents[plate.name, parent.role] = found
            elif (plate.name, parent.role) not in spared:
                layout.unsettled |= {plate.name, parent.plate}
        if plate.ordered_by is not None:
            dims = (ir.Dim(plate.name),)
            datum = ir.Data(plate.ordered_by, dims, "real", "order", span=plate.span)
            found = finder.datum(datum)
            if found is not None:
                layout.orders[plate.name] = found
            else:
                finder.missing(datum)
    return layout


@dataclass(frozen=True)
class _Finder:
    model: ir.Model
    sources: Sources
    violations: Violations

    def datum(self, datum: ir.Data) -> Located | None:
        """In an entry, else in a table given under its name, in that of its plate, or another."""
        if datum.name in self.sources.entries:
            return self.entry(datum, datum.name)
        return self.in_table(datum)

    def entry(self, datum: ir.Data, name: str) -> Located:
        dims = tuple(str(dim) for dim in datum.dims)
        return Located(datum, replace(self.sources.entry(name), dims=dims))

    def parent(self, plate: ir.Plate, parent: ir.Parent, spared: bool) -> Located | None:
        """The column that names the parents; reports where it is missing, unless that is `spared`,
        or could be several."""
        datum = _parent_datum(plate, parent)
        full = f"{plate.name}.{parent.role}"
        if full in self.sources.entries:
            return self.entry(datum, full)
        own = self.sources.own(plate.name)
        if own is not None and parent.role in own.columns:
            return self.in_table(datum)
        if parent.role in self.sources.entries:
            claims = self.claims(parent.role)
            if len(claims) == 1:
                return self.entry(datum, parent.role)
            if parent.role in self.sources.used:
                return None  # reported at another of its claims
            self.sources.used.add(parent.role)
            told = f"entry `{parent.role}` could name the parents of {' or '.join(claims)}"
            remedy = "give " + " and ".join(f"`{claim}.{parent.role}`" for claim in claims)
            self.violations.add("B501", told, remedy, plate.span)
            return None
        found = self.in_table(datum)
        if found is None and not spared:
            self.missing_parent(plate, parent)
        return found

    def claims(self, role: str) -> list[str]:
        """Plates whose parents an entry called `role` could name."""
        found = []
        for plate in self.model.plates:
            own = self.sources.own(plate.name)
            if any(parent.role == role for parent in plate.parents) and not (
                f"{plate.name}.{role}" in self.sources.entries
                or (own is not None and role in own.columns)
            ):
                found.append(plate.name)
        return found

    def in_table(self, datum: ir.Data) -> Located | None:
        tables = [table for table in self.sources.tables if datum.name in table.columns]
        own = datum.dims[0].plate if len(datum.dims) == 1 else None
        for table in sorted(tables, key=lambda t: (datum.name not in t.given, t.plate != own)):
            keys = [self.key(table, dim) for dim in datum.dims]
            found = tuple(key for key in keys if key is not None)
            if len(found) == len(keys):
                return Located(datum, table.column(datum.name), found)
        return None

    def key(self, table: Table, dim: ir.Dim) -> Key | None:
        """What tells the element of an axis from a row of a table, if anything does."""
        if table.plate == dim.plate and not dim.prime:
            return ()
        if str(dim) in table.columns:
            return str(dim)
        return None if table.plate is None else the_way(self.model, table.plate, dim.plate)

    # --- what is missing ------------------------------------------------------------------

    def missing(self, datum: ir.Data) -> None:
        what = f"`{datum.name}`"
        if datum.type == "order":
            what += f", by which `{datum.dims[0].plate}` is ordered,"
        for table in self.sources.tables:
            if datum.name in table.columns:
                lost = next(dim for dim in datum.dims if self.key(table, dim) is None)
                told = f"{what} is a column of {table.name}, but no column `{lost}` is there"
                remedy = f"add a column `{lost}` that tells which {lost} each row belongs to"
                return self.violations.add(
                    "B501", told, remedy, datum.span, header(table, str(lost))
                )
        self.report(f"{what} is missing from", datum.name, self.own(datum.dims), datum.span)

    def missing_parent(self, plate: ir.Plate, parent: ir.Parent) -> None:
        told = (
            f"the column `{parent.role}`, which names the {parent.plate} of each {plate.name}, "
            "is missing from"
        )
        self.report(told, parent.role, self.own((ir.Dim(plate.name),)), plate.span)

    def own(self, dims: ir.Dims) -> Table | None:
        """The table in which something over `dims` would be looked for."""
        own = self.sources.own(dims[0].plate) if dims else None
        alone = len(self.sources.tables) == 1 and not self.sources.entries
        return self.sources.tables[0] if own is None and alone else own

    def report(self, told: str, name: str, table: Table | None, span: Span) -> None:
        """B501 with what is there, and a guess at a misspelled name."""
        names = self.sources.names()
        if table is None:
            remedy = _help(name, names, self.sources.unknown)
            return self.violations.add("B501", f"{told} the data", remedy, span)
        joined = [sign for sign in "|: " if len(table.header) == 1 and sign in table.header[0]]
        remedy = did_you_mean(name, table.header) or did_you_mean(name, names)
        if joined:
            remedy = "the header is one name: separate cells by commas, semicolons or tabs"
        elif remedy:
            remedy += " rename the column, or the name in the spec"
        else:
            remedy = f"add a column `{name}`"
        excerpt = header(table, name)
        return self.violations.add("B501", f"{told} {table.name}", remedy, span, excerpt)


def _parent_datum(plate: ir.Plate, parent: ir.Parent) -> ir.Data:
    dims = (ir.Dim(plate.name),)
    return ir.Data(parent.role, dims, "index", parent.plate, parent.plate, span=plate.span)


def _help(name: str, known: list[str], unknown: list[str]) -> str:
    """A guess at a misspelled name, and the list of what exists."""
    if known:
        shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        return f"{did_you_mean(name, known)} there are: {shown}".strip()
    if unknown:
        return f"`{unknown[0]}` is given, but that is no plate and no datum"
    return "no data is given: `--data FILE`, or `data` in the call"


def warn_unused(sources: Sources, layout: Layout, model: ir.Model, violations: Violations) -> None:
    """W501 for each entry and each table that nothing has used."""
    names = [datum.name for datum in model.data] + [plate.name for plate in model.plates]
    names += [parent.role for plate in model.plates for parent in plate.parents]
    for name in sorted(sources.entries.keys() - sources.used):
        reason = "what it says is told elsewhere" if name in names else "nothing has this name"
        violations.warn("W501", f"entry `{name}` is not used: {reason}", did_you_mean(name, names))
    used = {id(located.table.columns) for located in layout.all() if located.table is not None}
    for table in sources.tables:
        if table.plate is None and id(table.columns) not in used:
            known = set(names).intersection(table.header)
            reason = (
                "what it says is told elsewhere" if known else "none of its columns is declared"
            )
            help = f"there are: {', '.join(table.header)}"
            violations.warn("W501", f"{table.name} is not used: {reason}", help)
