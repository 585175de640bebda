"""Arrays whose axes have names and labels: xarray, pandas series and frames with an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...compiler import ir
from ..binding.tables import Array
from .values import raw


def has_named_axes(value: object) -> bool:
    """Whether something is an xarray array."""
    names = ("dims", "coords", "transpose", "values")
    return all(hasattr(value, name) for name in names) and not is_dataset(value)


def is_dataset(value: object) -> bool:
    """Whether something is an xarray dataset: arrays with names that share their axes."""
    return all(hasattr(value, name) for name in ("data_vars", "coords", "dims"))


def variables(dataset: Any) -> Iterator[tuple[str, Any]]:
    """Its arrays by name, also coordinates that are no labels of an axis."""
    for name in [*dataset.data_vars, *dataset.coords]:
        if name not in dataset.dims:
            yield str(name), dataset[name]


def axes_of(model: ir.Model, dims: ir.Dims, found: list[str]) -> list[str] | None:
    """For each declared axis, which of the `found` ones it is; None where that cannot be told.

    An axis may be named after a role of its plate, where no other axis is of that plate.
    """
    names = [str(dim) for dim in dims]
    if len(found) != len(names):
        return None
    roles = {p.role: p.plate for plate in model.plates for p in plate.parents}
    called = [name if name in names else roles.get(name, name) for name in found]
    if sorted(called) != sorted(names):
        return None
    return [found[called.index(name)] for name in names]


def labels_of(model: ir.Model, array: Any, axis: str, dim: ir.Dim) -> Array:
    """The labels along an axis; where it has none, those that the spec declares, or 0, 1, …"""
    if axis in array.coords:
        return raw(array.coords[axis].values)
    plate = model.plate(dim.plate)
    size = array.sizes[axis]
    if plate.labels is not None and len(plate.labels) == size:
        return np.array(plate.labels, object)
    return np.arange(size)


def series_axes(value: Any, dims: ir.Dims) -> list[Array] | None:
    """The labels of each cell of a pandas series whose index has the names of the axes."""
    names = list(getattr(getattr(value, "index", None), "names", None) or ())
    wanted = [str(dim) for dim in dims]
    if not dims or not hasattr(value, "to_numpy") or sorted(map(str, names)) != sorted(wanted):
        return None
    if hasattr(value, "columns"):
        return None
    return [raw(value.index.get_level_values(name)) for name in wanted]
