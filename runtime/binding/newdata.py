"""New data beside those of a fit: what they lack is taken from there, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.prediction import Frozen
from ...compiler.reference.evaluate import Bound as Evaluated
from ...compiler.reference.evaluate import Evaluation
from ...compiler.reference.named import Named
from ...grammar.diagnostics import DataError, Diagnostic
from ..execute import Binding
from .data import Bound
from .tables import Array

_SHOWN = 5  # new elements that a message names


@dataclass(frozen=True, eq=False)
class NewData:
    """`bound` holds what a prediction needs; `places` tells for each element of each plate which
    one of the fit's it is (-1: the fit does not know it)."""

    bound: Bound
    places: Mapping[str, Array]
    supplied: frozenset[str]

    @property
    def new(self) -> frozenset[str]:
        """The plates with elements that the fit does not know."""
        return frozenset(name for name, at in self.places.items() if (at < 0).any())

    def unknown(self, plate: str) -> str:
        """The new elements of a plate, in words."""
        labels = [str(one) for one in self.bound.coords[plate][self.places[plate] < 0]]
        if plate not in self.bound.named:
            return f"{len(labels)} without labels"
        more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
        return ", ".join(f"`{label}`" for label in labels[:_SHOWN]) + more


def completed(model: ir.Model, found: Bound, before: Binding, outcomes: set[str]) -> NewData:
    """New data with what they lack. Raises DataError (B501, B516) where the fit has it not either.

    An element is one of the fit's if it has its label. Elements without labels are new along the
    plates of the outcomes; along others the first is the first.
    """
    rows = {d.plate for datum in model.data if datum.name in outcomes for d in datum.dims}
    rows |= {d.plate for s in model.statements if s.name in outcomes for d in s.dims}
    places = {p.name: _places(p, found, before, p.name in rows) for p in model.plates}
    data, indices = dict(found.data), dict(found.indices)
    for plate in model.plates:
        for parent in plate.parents:
            key = plate.name, parent.role
            if key not in indices:
                indices[key] = _parents(plate, parent, found, before, places)
    for datum in model.data:
        if datum.name not in data and datum.name in before.data and datum.name not in outcomes:
            data[datum.name] = _taken(datum, found, before, places)
    supplied = frozenset(found.data)
    return NewData(replace(found, data=data, indices=indices), places, supplied)


def _places(plate: ir.Plate, found: Bound, before: Binding, of_rows: bool) -> Array:
    labels, known = found.coords[plate.name], before.coords[plate.name]
    if plate.name in found.named and plate.name in before.named:
        at = {str(label): i for i, label in enumerate(known)}
        return np.array([at.get(str(label), -1) for label in labels], np.int64)
    if labels is known:  # the new data do not speak of this plate
        return np.arange(len(known))
    if not of_rows and plate.name not in found.named and len(labels) == len(known):
        return np.arange(len(known))
    return np.full(len(labels), -1, np.int64)


def _parents(
    plate: ir.Plate,
    parent: ir.Parent,
    found: Bound,
    before: Binding,
    places: Mapping[str, Array],
) -> Array:
    """The parents of elements that the fit knows, where the new data do not name them."""
    at = places[plate.name]
    if (at < 0).any():
        message = f"the column `{parent.role}`, which names the {parent.plate} of each "
        message += f"{plate.name}, is missing, and some of these are new"
        raise DataError(Diagnostic("B501", message, plate.span, help=f"add `{parent.role}`"))
    above = before.indices[plate.name, parent.role][at]
    whole = places[parent.plate]
    turned = np.full(len(before.coords[parent.plate]), -1, np.int64)
    turned[whole[whole >= 0]] = np.flatnonzero(whole >= 0)
    if (turned[above] < 0).any():
        message = f"some `{plate.name}` belong to elements of `{parent.plate}` that the new data "
        message += "leave out"
        help = f"leave the table of `{parent.plate}` out, or add these elements to it"
        raise DataError(Diagnostic("B501", message, plate.span, help=help))
    result: Array = turned[above]
    return result


def _taken(datum: ir.Data, found: Bound, before: Binding, places: Mapping[str, Array]) -> Array:
    """A datum of the fit at the elements of the new data."""
    values = before.data[datum.name]
    for axis, dim in enumerate(datum.dims):
        at = places[dim.plate]
        if (at < 0).any():
            new = NewData(found, places, frozenset()).unknown(dim.plate)
            message = f"`{datum.name}` is missing from the new data, and the fit has none for the "
            message += f"elements of `{dim.plate}` that are new: {new}"
            help = f"add `{datum.name}`"
            raise DataError(Diagnostic("B501", message, datum.span, help=help))
        values = np.take(values, at, axis=axis)
    return values


# --- what was computed from all data of the fit --------------------------------------------


def sums(frozen: Frozen, before: Binding, new: NewData) -> dict[str, Array]:
    """The values of `frozen.kept`: those of the fit, and of new elements those of the new data."""
    old = _OnData(frozen, before, {}, {})
    fresh = _OnData(frozen, new.bound, old.known, new.places)
    found = {}
    for name in frozen.kept:
        if name in fresh.known:
            found[name] = np.asarray(fresh.known[name].array)
    return found


class _OnData(Evaluation):
    """The definitions on data alone; what lacks its data has no value."""

    def __init__(
        self,
        frozen: Frozen,
        bound: Binding,
        old: Mapping[str, Named],
        places: Mapping[str, Array],
    ) -> None:
        self.kept, self.old, self.places = frozen.kept, old, places
        names = {d.name for d in frozen.model.data} - set(frozen.kept)
        data = tuple(
            replace(d, imputed="") for d in frozen.model.data if d.name in names & set(bound.data)
        )
        model = replace(frozen.model, data=data, statements=frozen.values)
        evaluated: Evaluated = bound
        super().__init__(model, evaluated, {})

    def define(self, statement: ir.Define) -> None:
        try:
            super().define(statement)
        except ValueError:  # it is made of what is not there, such as an outcome
            if statement.name not in self.kept or statement.name not in self.old:
                return
            shape = tuple(self.sizes[d.plate] for d in statement.dims)
            self.known[statement.name] = Named(statement.dims, np.full(shape, np.nan))
        if statement.name in self.kept and statement.name in self.old:
            self.known[statement.name] = self._merged(statement)

    def _merged(self, statement: ir.Define) -> Named:
        """The fit's value where all elements are known to it."""
        array, mine = self.known[statement.name].array, self.old[statement.name].array
        inside = np.ones(array.shape, bool)
        for axis, dim in enumerate(statement.dims):
            at = self.places[dim.plate]
            mine = np.take(mine, np.maximum(at, 0), axis=axis)
            shape = [1] * array.ndim
            shape[axis] = -1
            inside &= (at >= 0).reshape(shape)
        return Named(statement.dims, np.where(inside, mine, array))

    def log_density(self, node: ir.Distribution, value: Named) -> Named:
        raise ValueError("data alone have no density")


def aligned(values: Array, dims: tuple[str, ...], places: Mapping[str, Array]) -> Array:
    """Draws (chain, draw, *dims) at the elements of the new data; at new ones any."""
    for axis, dim in enumerate(dims):
        at = places[dim.rstrip("'")]
        values = np.take(values, np.maximum(at, 0), axis=axis + 2)
    return values


def rows_of(bound: Bound, plate: str, rows: Array, dims: Mapping[str, Any]) -> Bound:
    """Some elements of a plate; `dims` are the axes of the data."""
    data = {}
    for name, values in bound.data.items():
        for axis, dim in enumerate(dims.get(name, ())):
            values = np.take(values, rows, axis=axis) if dim.plate == plate else values
        data[name] = values
    indices = {k: v[rows] if k[0] == plate else v for k, v in bound.indices.items()}
    coords = {**bound.coords, plate: bound.coords[plate][rows]}
    return replace(
        bound, data=data, indices=indices, coords=coords, sizes={**bound.sizes, plate: len(rows)}
    )
