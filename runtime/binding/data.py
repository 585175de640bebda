"""Data held against a model's declarations, and bound to them: tables in, arrays out.

Every violation is listed at once, with table, column, row and remedy; the codes are in
`violations.CODES`. Binding goes its way in this order: sources are read (`sources`), each
declared thing is found in them (`locate`), the elements of each plate are told (`plates`), columns
are checked and become arrays (`values`, `cells`), and ordered plates are put in order (here).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...compiler import ir
from ...compiler.lowering.missing import cells_plate
from ...compiler.simulation import spared
from ...grammar.diagnostics import Diagnostic
from ...grammar.source import Source
from . import graphs, mentioned
from .cells import Assembly, Cells
from .excerpts import show
from .labels import Label
from .locate import locate, warn_unused
from .nesting import parents_first
from .outcomes import OutcomeCheck
from .plates import Given, axes
from .sources import gather
from .tables import Array
from .violations import CODES, SHOWN, Fault, Violations

__all__ = ["CODES", "Bound", "bind"]


class Earlier(Protocol):
    """What is read of the data of a fit, to which others are new."""

    @property
    def data(self) -> Mapping[str, Array]: ...
    @property
    def indices(self) -> Mapping[tuple[str, str], Array]: ...
    @property
    def coords(self) -> Mapping[str, Array]: ...
    @property
    def named(self) -> frozenset[str]: ...


@dataclass(frozen=True, eq=False)
class Bound:
    """Data that fits its model.

    `data` holds every declared datum, axes in the declared order: float64, or int64 (binary is 0
    and 1, an index holds positions); scalars have no axes. `indices` holds for each (child plate,
    role) the position of each element's parent. `coords` holds the labels of each plate: int64,
    float64, datetime64 or text; `named` are the plates whose labels say which element it is.
    """

    data: dict[str, Array]
    indices: dict[tuple[str, str], Array]
    sizes: dict[str, int]
    coords: dict[str, Array]
    warnings: tuple[Diagnostic, ...] = ()
    named: frozenset[str] = frozenset()


def bind(
    model: ir.Model,
    data: object = None,
    *,
    sizes: Mapping[str, int] | None = None,
    coords: Mapping[str, Sequence[Label]] | None = None,
    outcomes_required: bool = True,
    source: Source | None = None,
    before: Earlier | None = None,
) -> Bound:
    """The data that a model declares, found, checked and brought into arrays.

    `data` is one table (a data frame of any library, the path of a file, a list of rows, a mapping
    from column to values), a list of such tables, an xarray data set, or a mapping from plate to
    table and from name to array; a JSON, `.npz` or NetCDF file can hold any of these. A table
    without a plate's name belongs to the finest plate whose data it holds. With
    `outcomes_required=False`, outcomes may be absent, as for a prior simulation. `source` is the
    model's, for excerpts of it in messages. With `before`, the data of a fit, these are new to it:
    what they lack may be absent, and a plate that they do not speak of has the elements it had.

    Raises DataError with all violations; BackendError (B401) where reading needs a library that
    is not installed.
    """
    violations = Violations(source)
    given = Given(sizes or {}, coords or {}, before.coords if before else {})
    given.check(violations)
    sources = gather(model, data, violations)
    optional = set() if outcomes_required else spared(model)
    optional |= _of_groups(model, before) if before else set()
    layout = locate(model, sources, violations, optional, before.indices if before else ())
    found = axes(model, sources, layout, given, violations)
    violations.labels = {name: axis.labels.values for name, axis in found.items()}
    assembly = Assembly(model, layout, found, violations)
    assembly.assemble()
    graphs.check(model, assembly.parents, violations)
    if before is None:  # the labels of a fit are known
        mentioned.check(model, violations)
    OutcomeCheck(assembly.data, assembly.parents, violations).check(model.statements)
    violations.stop()
    warn_unused(sources, layout, model, violations)
    for plate in model.plates:
        _warn_of_ties(plate, assembly, violations)
    return _arranged(model, assembly, tuple(violations.warnings))


def _of_groups(model: ir.Model, before: Earlier) -> set[str]:
    """The data of a fit that new rows need not repeat: all that is not of the rows themselves."""
    drawn = [s for s in model.statements if isinstance(s, ir.Sample) and s.observed]
    rows = {dim.plate for s in drawn for dim in s.dims}
    return {
        d.name
        for d in model.data
        if d.name in before.data and not ({dim.plate for dim in d.dims} & rows - before.named)
    }


# --- the order of elements -----------------------------------------------------------------


def _arranged(model: ir.Model, assembly: Assembly, warnings: tuple[Diagnostic, ...]) -> Bound:
    """Everything with the elements of ordered plates in order, in its final types."""
    orders: dict[str, Array] = {}
    for plate in parents_first(model):
        order = _order(plate, assembly, orders)
        if order is not None:
            orders[plate.name] = order
    data = {}
    for datum in model.data:
        if datum.name in assembly.data:
            data[datum.name] = _final(assembly.data[datum.name], orders)
        elif not datum.dims and datum.default is not None:
            data[datum.name] = np.array(datum.default, _dtype(datum))
    indices = {
        (plate.name, parent.role): _final(assembly.parents[plate.name, parent.role], orders)
        for plate in model.plates
        for parent in plate.parents
        if (plate.name, parent.role) in assembly.parents
    }
    axes_ = assembly.axes
    coords = {
        plate.name: _taken(axes_[plate.name].labels.values, (plate.name,), orders)
        for plate in model.plates
    }
    sizes = {plate.name: len(axes_[plate.name]) for plate in model.plates}
    for datum in model.data:
        if datum.imputed and datum.name in data:
            axis, labels = _missing_cells(datum, data[datum.name], coords)
            coords[axis], sizes[axis] = labels, len(labels)
    named = frozenset(name for name, axis in axes_.items() if axis.is_named)
    return Bound(data, indices, sizes, coords, warnings, named)


def _missing_cells(datum: ir.Data, values: Array, coords: Mapping[str, Array]) -> tuple[str, Array]:
    """The axis of the missing cells of a datum, and what to call them: by their labels."""
    places = np.argwhere(np.isnan(values))
    labels = [coords[dim.plate] for dim in datum.dims]
    if len(labels) == 1:
        return cells_plate(datum), labels[0][places[:, 0]]
    told = [
        ", ".join(str(names[i]) for names, i in zip(labels, place, strict=True)) for place in places
    ]
    return cells_plate(datum), np.array(told, str)


def _order(plate: ir.Plate, assembly: Assembly, orders: Mapping[str, Array]) -> Array | None:
    """The elements of an ordered plate: groups together, each in order; None where they are so.

    Labels that are dates have an order of their own, unless the spec lists them.
    """
    if not plate.ordered and plate.ordered_by is None:
        return None
    size = len(assembly.axes[plate.name])
    keys = []  # the last is the first to sort by
    if plate.name in assembly.orders:
        keys.append(assembly.orders[plate.name].values)
    elif plate.ordered_by is None and plate.labels is None:
        labels = assembly.axes[plate.name].labels
        keys += [labels.values] if labels.kind == "time" else []
    for parent in reversed(plate.parents):
        if (plate.name, parent.role) in assembly.parents:  # else they are those of a fit
            keys.append(_pointed(assembly.parents[plate.name, parent.role], orders))
    order = np.lexsort(keys) if keys else np.arange(size)  # stable
    return None if np.array_equal(order, np.arange(size)) else order


def _warn_of_ties(plate: ir.Plate, assembly: Assembly, violations: Violations) -> None:
    """W503 for each element whose place in the order is that of another one of its group."""
    if plate.name not in assembly.orders:
        return
    times = assembly.orders[plate.name]
    parents = [assembly.parents[plate.name, parent.role].values for parent in plate.parents]
    keys = [times.values, *parents]
    order = np.lexsort(keys)
    same = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in keys])
    again, first = times.places(order[1:][same]), times.places(order[:-1][same])
    before = dict(zip(again[:SHOWN].tolist(), first[:SHOWN].tolist(), strict=True))
    column = times.column
    fault = Fault(
        "W503",
        one=lambda row: f"two elements of `{plate.name}` stand at {show(column.value(row))}",
        several=lambda n: f"{n} elements of `{plate.name}` stand where the one before does",
        label=lambda row: "and here",
        help=f"they keep the order of their rows; if that is not meant, mend `{column.key}`",
        span=plate.span,
        before=lambda row: (before[row], "here"),
    )
    violations.cells(column, again, fault)


def _pointed(cells: Cells, orders: Mapping[str, Array]) -> Array:
    """The values of an index, which point into a plate, after that plate is put in order."""
    plate = cells.datum.plate
    if plate is None or plate not in orders:
        return cells.values
    order = orders[plate]
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places[cells.values]


def _taken(values: Array, plates: tuple[str, ...], orders: Mapping[str, Array]) -> Array:
    for axis, plate in enumerate(plates):
        if plate in orders:
            values = np.take(values, orders[plate], axis=axis)
    return values


def _final(cells: Cells, orders: Mapping[str, Array]) -> Array:
    values = _pointed(cells, orders)
    values = _taken(values, tuple(dim.plate for dim in cells.datum.dims), orders)
    return values.astype(_dtype(cells.datum))


def _dtype(datum: ir.Data) -> type[np.float64 | np.int64]:
    return np.float64 if datum.kind == "real" or datum.optional else np.int64
