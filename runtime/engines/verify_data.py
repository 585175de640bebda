"""Small data made up from what a model declares, for checks of programs that need any data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.ir.walk import walk
from ...compiler.lowering.missing import cells_plate
from ...compiler.tables.constraints import CONSTRAINTS, DATA_TYPES
from ...grammar.diagnostics import BackendError, Diagnostic
from ..binding.data import Bound
from ..binding.labels import Label
from ..binding.nesting import parents_first
from .verify_points import Numbers

_SIZE = 3
_CELLS = 12
_MOST = 5  # of counts without an upper bound


def made_up(model: ir.Model, sizes: Mapping[str, int], seed: int) -> Bound:
    """Data of the declared types, where the outcomes' distributions can be.

    Plates have three elements, more where they have parents, unless `sizes` or the spec say
    otherwise. Raises BackendError (B402) for a size of something that is no plate.
    """
    return _Maker(model, sizes, np.random.default_rng([seed, 1])).bound()


class _Maker:
    def __init__(self, model: ir.Model, sizes: Mapping[str, int], rng: np.random.Generator):
        for name in sizes:
            if name not in {plate.name for plate in model.plates}:
                raise BackendError(Diagnostic("B402", f"`{name}` has a size, and is no plate"))
        self.model = model
        self.rng = rng
        self.named = _named_labels(model)
        self.sizes: dict[str, int] = {}
        for plate in parents_first(model):
            self.sizes[plate.name] = self.size(plate, sizes)
        self.drawn = {
            s.name: s for s in model.statements if isinstance(s, ir.Sample) and s.observed
        }
        coords = {p.name: self.labels(p) for p in model.plates}
        self.made = Bound({}, self.indices(), self.sizes, coords)

    def size(self, plate: ir.Plate, sizes: Mapping[str, int]) -> int:
        if plate.labels is not None:
            return len(plate.labels)
        # Each parent has two elements, and each combination one, where that is not many.
        cells = int(np.prod([self.sizes[parent.plate] for parent in plate.parents]))
        cells *= 2 if len(plate.parents) == 1 else 1
        wanted = max(
            _SIZE, cells if cells <= _CELLS else _SIZE, len(self.named.get(plate.name, ()))
        )
        return plate.size or sizes.get(plate.name, wanted)

    def labels(self, plate: ir.Plate) -> np.ndarray:
        if plate.labels is not None:
            return np.array(plate.labels)
        if plate.size is not None:
            return np.arange(plate.size)
        named, size = self.named.get(plate.name, []), self.sizes[plate.name]
        numbers = (n for n in range(size + len(named)) if n not in named)
        return np.array([*named, *islice(numbers, max(0, size - len(named)))])

    def indices(self) -> dict[tuple[str, str], np.ndarray]:
        """Parents in random order; the elements of one group stand together in an ordered plate."""
        found = {}
        for plate in self.model.plates:
            size = self.sizes[plate.name]
            sizes = [self.sizes[parent.plate] for parent in plate.parents]
            cells = self.rng.permutation(size) % int(np.prod(sizes))
            columns = [*np.unravel_index(cells, sizes)] if sizes else []
            if plate.ordered or plate.ordered_by is not None:
                order = np.lexsort(columns[::-1]) if columns else np.arange(size)
                columns = [column[order] for column in columns]
            for parent, column in zip(plate.parents, columns, strict=True):
                found[plate.name, parent.role] = column.astype(np.int64)
        return found

    def bound(self) -> Bound:
        # What outcomes are bounded by comes first: predictors, then outcomes.
        for datum in sorted(self.model.data, key=lambda d: d.name in self.drawn):
            self.made.data[datum.name] = self.values(datum)
        for datum in self.model.data:
            if datum.optional:
                self.lose(datum)
        return self.made

    def values(self, datum: ir.Data) -> np.ndarray:
        shape = tuple(self.sizes[dim.plate] for dim in datum.dims)
        if not shape and datum.default is not None:
            return np.array(datum.default)
        if datum.plate is not None:
            return self.rng.integers(self.sizes[datum.plate], size=shape)
        sample = self.drawn.get(datum.name)
        if sample is not None and sample.support.constraint == "simplex":
            return self.rng.dirichlet(np.ones(shape[-1]), shape[:-1])
        plates = [dim.plate for dim in datum.dims]
        square = len(plates) >= 2 and plates[-1] == plates[-2]
        if square and datum.kind == "real":
            root = self.rng.normal(size=shape)
            return root @ np.swapaxes(root, -1, -2) / shape[-1] + np.eye(shape[-1])
        low, high = self.ends(datum, sample)
        return self.between(low, high, shape, whole=self.whole(datum, sample))

    def whole(self, datum: ir.Data, sample: ir.Sample | None) -> bool:
        row = CONSTRAINTS[sample.support.constraint] if sample else None
        return datum.kind != "real" or (row is not None and row.integer)

    def ends(self, datum: ir.Data, sample: ir.Sample | None) -> tuple[Any, Any]:
        """The tightest bounds that the type and the distribution give."""
        typed = CONSTRAINTS.get(DATA_TYPES.get(datum.type, ("real", "real"))[1])
        lows, highs = [self.number(datum.lower, datum.dims)], [self.number(datum.upper, datum.dims)]
        if typed is not None:
            lows, highs = [*lows, typed.lower], [*highs, typed.upper]
        if sample is not None:
            row = CONSTRAINTS[sample.support.constraint]
            lows += [self.number(sample.support.lower, datum.dims), row.lower]
            highs += [self.number(sample.support.upper, datum.dims), row.upper]
        given = [one for one in lows if one is not None], [one for one in highs if one is not None]
        low = np.max(np.broadcast_arrays(*given[0]), axis=0) if given[0] else None
        high = np.min(np.broadcast_arrays(*given[1]), axis=0) if given[1] else None
        return low, high

    def number(self, node: ir.Expr | None, dims: ir.Dims) -> Any:
        """The value of a bound; None where it depends on more than data."""
        if node is None:
            return None
        numbers = Numbers(_without_statements(self.model), self.made, {})
        try:
            return numbers.number(node).full(dims, self.sizes).array
        except ValueError:
            return None

    def between(self, low: Any, high: Any, shape: tuple[int, ...], whole: bool) -> np.ndarray:
        u = self.rng.uniform(0.1, 0.9, shape)
        if u.size > 1:  # cells that are all alike have no spread by which to divide
            u.flat[0], u.flat[-1] = 0.1, 0.9
        if whole:
            least = 0 if low is None else np.ceil(low)
            most = least + _MOST if high is None else np.floor(high)
            return np.asarray(np.rint(least + u * (most - least)), np.int64)
        if low is not None and high is not None:
            return np.asarray(low + u * (high - low))
        z = self.rng.normal(size=shape)
        if low is not None:
            return np.asarray(low + np.exp(z))
        return np.asarray(z if high is None else high - np.exp(z))

    def lose(self, datum: ir.Data) -> None:
        """The last cell of a datum that may miss some is missing."""
        values = np.array(self.made.data[datum.name], float)
        if values.size > 1:
            values.flat[-1] = np.nan
        self.made.data[datum.name] = values
        if datum.imputed:
            missing = int(np.isnan(values).sum())
            self.made.sizes[cells_plate(datum)] = missing
            self.made.coords[cells_plate(datum)] = np.arange(missing)


def _without_statements(model: ir.Model) -> ir.Model:
    return replace(model, statements=())


def _named_labels(model: ir.Model) -> dict[str, list[Label]]:
    """The labels that the spec speaks of, by plate."""
    found: dict[str, list[Label]] = {}
    for node in (n for statement in model.statements for n in walk(statement)):
        if isinstance(node, ir.Position) and node.label not in found.setdefault(node.plate, []):
            found[node.plate].append(node.label)
    return found
