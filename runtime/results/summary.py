"""A summary of draws: one row per scalar quantity, on the terminal, in a notebook or as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..notebook.shown import summary_html
from .diagnose import diagnose

Kind = Literal["chains", "draws", "point"]

QUANTILES = {"q5": 0.05, "q50": 0.5, "q95": 0.95}
_LONG = 24  # a vector with more entries than this is shortened where it is printed
_WIDTH = 100  # characters of a summary as plain text
_NARROW = 96  # a terminal with fewer characters is spared some columns
_SPARED = ("q50", "mcse_mean")
_ENDS = 5  # entries shown at either end of a shortened vector


@dataclass(frozen=True, repr=False)
class Summary:
    """Rows of means, quantiles and diagnostics; `names[i]` belongs to entry i of each column.

    Columns: mean, sd, q5, q50, q95 (quantiles), mcse_mean (Monte Carlo error of the mean),
    ess_bulk, ess_tail (effective draws), r_hat. Independent draws have no diagnostics, and a single
    point has one column, `estimate`. `chains` is how many chains the effective draws are of.
    """

    names: tuple[str, ...]
    columns: dict[str, np.ndarray]
    spans: tuple[tuple[str, int], ...]  # quantity and its number of rows, in order
    chains: int = 1

    def __getitem__(self, name: str) -> dict[str, float]:
        """The row of a name, such as `summary["alpha[IBM]"]["mean"]`."""
        row = self.names.index(name)
        return {column: float(values[row]) for column, values in self.columns.items()}

    def __len__(self) -> int:
        return len(self.names)

    def shown(self) -> Iterator[int | str]:
        """Rows to print; a text stands where the middle of a long vector is left out."""
        start = 0
        for name, size in self.spans:
            rows = range(start, start + size)
            start += size
            if size <= _LONG:
                yield from rows
            else:
                yield from rows[:_ENDS]
                yield f"… {size - 2 * _ENDS} more of {name}"
                yield from rows[-_ENDS:]

    def cells(self, row: int, columns: Sequence[str] = ()) -> list[str]:
        """A row as it is printed: values to two digits of the standard deviation."""
        places = self._digits(row)
        chosen = columns or tuple(self.columns)
        return [_written(name, float(self.columns[name][row]), places) for name in chosen]

    def _digits(self, row: int) -> int | None:
        if "sd" not in self.columns:
            places = _places(float(self.columns["estimate"][row]))
            return None if places is None else places + 1
        sd = float(self.columns["sd"][row])
        return _places(sd if sd > 0 else float(self.columns["mean"][row]))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Any]:
        columns = [c for c in self.columns if options.max_width >= _NARROW or c not in _SPARED]
        yield self._table(columns)

    def _table(self, columns: Sequence[str]) -> RenderableType:
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("", no_wrap=True)
        for column in columns:
            table.add_column(column, justify="right", no_wrap=True)
        shortened = False
        for row in self.shown():
            if isinstance(row, str):
                shortened = True
                table.add_row(Text(row, style="dim"))
            else:
                table.add_row(Text(self.names[row]), *self.cells(row, columns))
        note = Text("Long vectors are shortened; all rows: summary.columns", style="dim")
        return Group(table, note) if shortened else table

    def __str__(self) -> str:
        out = io.StringIO()
        Console(file=out, width=_WIDTH, color_system=None).print(self)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return summary_html(self)


def summarise(
    draws: Mapping[str, np.ndarray],
    dims: Mapping[str, Sequence[str]],
    coords: Mapping[str, np.ndarray],
    kind: Kind = "chains",
) -> Summary:
    """The summary of draws with the axes (chain, draw, *dims); labels come from `coords`.

    `kind` is what the draws are: those of Markov chains, independent ones, or a single point.
    """
    names: list[str] = []
    spans = []
    flat = []
    for name, values in draws.items():
        rows = list(row_names(name, values.shape[2:], dims.get(name, ()), coords))
        names += rows
        spans.append((name, len(rows)))
        flat.append(values.reshape(*values.shape[:2], -1))
    table = np.concatenate(flat, axis=2).astype(float) if flat else np.empty((1, 2, 0))
    return Summary(tuple(names), _columns(table, kind), tuple(spans), table.shape[0])


def _columns(table: np.ndarray, kind: Kind) -> dict[str, np.ndarray]:
    if kind == "point":
        return {"estimate": table.mean(axis=(0, 1))}
    quantiles = np.quantile(table, list(QUANTILES.values()), axis=(0, 1))
    columns = {"mean": table.mean(axis=(0, 1)), "sd": _sd(table)}
    columns |= dict(zip(QUANTILES, quantiles, strict=True))
    return columns | (diagnose(table) if kind == "chains" else {})


def labels_of(dim: str, size: int, coords: Mapping[str, np.ndarray]) -> np.ndarray:
    """Labels along an axis; a primed dimension has those of its plate, an unknown one numbers."""
    found = coords.get(dim.rstrip("'"))
    return np.asarray(found) if found is not None and len(found) == size else np.arange(size)


def row_names(
    name: str, shape: tuple[int, ...], dims: Sequence[str], coords: Mapping[str, np.ndarray]
) -> Iterator[str]:
    """The names of a quantity's elements, such as `alpha[Cook]`."""
    if not shape:
        yield name
        return
    padded = [*dims, *[""] * len(shape)]
    axes = [labels_of(dim, size, coords) for dim, size in zip(padded, shape, strict=False)]
    for labels in product(*axes):
        yield f"{name}[{', '.join(str(label) for label in labels)}]"


def _sd(table: np.ndarray) -> np.ndarray:
    if table.shape[0] * table.shape[1] < 2:
        return np.full(table.shape[2], np.nan)
    sd: np.ndarray = table.std(axis=(0, 1), ddof=1)
    return sd


def _places(scale: float) -> int | None:
    """Decimal places that show two digits of `scale`; None where powers of ten read better."""
    if not np.isfinite(scale) or scale == 0:
        return 2
    places = 1 - int(np.floor(np.log10(abs(scale))))
    return None if places > 6 or places < -5 else max(places, 0)


def _written(column: str, value: float, places: int | None) -> str:
    if np.isnan(value):
        return "–"
    if column.startswith("ess"):
        return f"{value:.0f}"
    if column == "r_hat":
        return f"{value:.3f}" if value < 100 else f"{value:.3g}"
    if column == "mcse_mean":
        return f"{value:.2g}"
    return f"{value:.3g}" if places is None else f"{value:.{places}f}"
