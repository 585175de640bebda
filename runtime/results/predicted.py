"""What a prediction gives: draws where they fit in memory, and intervals for every cell."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..require import require
from .summary import Summary, labels_of, row_names

_RESERVED = {"chain": "chain_", "draw": "draw_"}  # as in the groups of a fit


class Table:
    """One predicted quantity, filled block by block: its moments and quantiles, and its draws."""

    def __init__(self, shape: tuple[int, ...], level: float, keep: bool) -> None:
        self.shape = shape
        self.levels = ((1 - level) / 2, 0.5, (1 + level) / 2)
        self.columns = {name: np.full(shape, np.nan) for name in columns(level)}
        self.keep = keep
        self.draws: np.ndarray | None = None

    def add(self, values: np.ndarray, rows: np.ndarray, axis: int | None) -> None:
        """Draws (draw, ...) of some rows of `axis`; of all cells where that is None."""
        if axis is not None:
            values = np.take(values, np.arange(len(rows)), axis=axis + 1)
        place: Any = (slice(None),) * axis + (rows,) if axis is not None else ()
        with np.errstate(invalid="ignore"):
            found = [values.mean(0), values.std(0, ddof=1) if len(values) > 1 else np.nan]
            found += quantiles(values, self.levels)
        for name, value in zip(self.columns, found, strict=True):
            self.columns[name][place] = value
        if self.keep:
            if self.draws is None:
                self.draws = np.empty((len(values), *self.shape), values.dtype)
            self.draws[(slice(None), *(place if isinstance(place, tuple) else (place,)))] = values


def quantiles(values: np.ndarray, levels: tuple[float, ...]) -> list[np.ndarray]:
    """Quantiles along the first axis, as NumPy's, by sorting: several times faster here; NaN where
    any value is."""
    ordered = np.sort(np.ascontiguousarray(np.moveaxis(values, 0, -1)), axis=-1)
    last = ordered.shape[-1] - 1
    found = []
    for level in levels:
        low = int(np.floor(level * last))
        share = level * last - low
        ends = ordered[..., low], ordered[..., min(low + 1, last)]
        value = ends[0] * (1 - share) + ends[1] * share
        found.append(np.where(np.isnan(ordered[..., -1]), np.nan, value))
    return found


def columns(level: float) -> tuple[str, ...]:
    """The columns of a table of predictions, such as mean, sd, q5, q50 and q95."""
    ends = (100 * (1 - level) / 2, 50.0, 100 * (1 + level) / 2)
    return ("mean", "sd", *(f"q{round(end, 3):g}" for end in ends))


@dataclass(repr=False)
class Predicted:
    """Predictions of new rows.

    `outcomes` are drawn; other quantities are those that the spec records of these rows, such as
    `mu[row] = …`. `summary()` has the mean, the standard deviation and the interval of `level` of
    each cell, `table()` the same beside the data of the rows; `draws` and `inference_data` hold the
    draws themselves, (chain, draw, *dims).
    """

    tables: Mapping[str, Table]
    dims: Mapping[str, tuple[str, ...]]
    coords: Mapping[str, np.ndarray]
    outcomes: tuple[str, ...]
    level: float
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    shape: tuple[int, int] = (1, 1)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def draws(self) -> dict[str, np.ndarray]:
        """Every predicted quantity, (chain, draw, *dims).

        Raises RunError (B608) where there were too many to keep.
        """
        found = {}
        for name, table in self.tables.items():
            if table.draws is None:
                message = "the draws of so many predictions were not kept"
                help = "`predict(…, keep = True)` keeps them all; or predict fewer rows"
                raise RunError(Diagnostic("B608", message, help=help))
            found[name] = table.draws.reshape(*self.shape, *table.shape)
        return found

    @cached_property
    def _summary(self) -> Summary:
        names: list[str] = []
        spans = []
        for name, table in self.tables.items():
            rows = list(row_names(name, table.shape, self.dims[name], self.coords))
            names += rows
            spans.append((name, len(rows)))
        joined = {
            column: np.concatenate([t.columns[column].ravel() for t in self.tables.values()])
            for column in columns(self.level)
        }
        return Summary(tuple(names), joined, tuple(spans))

    def summary(self) -> Summary:
        """Mean, standard deviation and quantiles of each cell, one row per scalar."""
        return self._summary

    def __getitem__(self, name: str) -> dict[str, np.ndarray]:
        """The columns of one quantity, each over its axes: `predicted["price"]["mean"]`."""
        return dict(self.tables[name].columns)

    def table(self) -> dict[str, np.ndarray]:
        """Columns by name, one row for each element of the outcomes' plate: its label, the data
        that the row was predicted from, then `price_mean`, `price_q5`, … for each quantity.

        Raises RunError (B609) where the outcomes have not one plate in common.
        """
        plates = {self.dims[name] for name in self.outcomes if name in self.dims}
        if len(plates) != 1 or len(next(iter(plates))) != 1:
            message = "these predictions are no single table: their outcomes have not one plate"
            help = 'take `predicted.summary()`, or one quantity: `predicted["y"]["mean"]`'
            raise RunError(Diagnostic("B609", message, help=help))
        ((plate,),) = plates
        found = {plate: np.asarray(self.coords[plate])}
        for name, values in self.given.items():
            if self.axes.get(name) == (plate,):
                found[name] = values
        for name, table in self.tables.items():
            if self.dims[name] == (plate,):
                found |= {f"{name}_{column}": v for column, v in table.columns.items()}
        return found

    @cached_property
    def inference_data(self) -> Any:
        """ArviZ's InferenceData with the group `predictions`."""
        dims, coords = {}, {}
        for name, values in self.draws.items():
            dims[name] = [_RESERVED.get(one, one) for one in self.dims[name]]
            for dim, plate, size in zip(dims[name], self.dims[name], values.shape[2:], strict=True):
                coords[dim] = labels_of(plate, size, self.coords)
        arviz = require("arviz", extra="numpyro")
        return arviz.from_dict(predictions=self.draws, dims=dims, coords=coords)

    def plot(self, along: str, *names: str, observed: Any = None, ax: Any = None) -> Any:
        """Intervals along a predictor, drawn as bands: matplotlib's axes.

        `along` is a datum of the new rows with numbers, `names` which quantities to draw, by
        default all. `observed` is a table with the columns `along` and the outcome, such as the
        data of the fit, drawn as points. Raises RunError (B609) where there is no such column.
        """
        from .plots import band_plot

        found = self.table()
        row = next(iter(found))
        chosen = names or tuple(n for n in self.tables if self.dims[n] == (row,))
        if along not in found or any(f"{name}_mean" not in found for name in chosen):
            message = f"there is no column `{along}`, or none of {', '.join(chosen)}, to draw"
            help = "known: " + ", ".join(found)
            raise RunError(Diagnostic("B609", message, help=help))
        ends = columns(self.level)[2:]
        bands = {n: tuple(found[f"{n}_{end}"] for end in ends) for n in chosen}
        outcome = next((n for n in chosen if n in self.outcomes), chosen[0])
        points = None
        if observed is not None:
            points = np.asarray(observed[along]), np.asarray(observed[outcome])
        x = np.asarray(found[along], float)
        return band_plot(x, bands, (along, outcome), self.level, points, ax)  # type: ignore[arg-type]

    def save(self, path: str | Path) -> None:
        """Writes `table()` as CSV, or, where the name ends in `.nc`, all draws as NetCDF."""
        if str(path).endswith(".nc"):
            self.inference_data.to_netcdf(str(path), engine="h5netcdf")
            return
        found = self.table()
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(found)
            writer.writerows(zip(*(one.tolist() for one in found.values()), strict=True))

    def __repr__(self) -> str:
        return str(self._summary)

    def _repr_html_(self) -> str:
        return self._summary._repr_html_()
