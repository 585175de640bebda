"""Random points of a model's support, as smooth functions of free numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.lowering.missing import cells_plate, latent_cells, support_of_cells
from ...compiler.reference.evaluate import Bound, Evaluation
from ...compiler.reference.named import Named
from ...compiler.tables.constraints import CONSTRAINTS

Values = dict[str, Any]


class Numbers(Evaluation):
    """Values of expressions without densities: bounds of supports."""

    def log_density(self, node: ir.Distribution, value: Named) -> Named:
        raise ValueError("a bound that is a density")


class Points:
    """The latents of a model: `start` draws free numbers, `at` puts them on the support."""

    def __init__(self, model: ir.Model, bound: Bound) -> None:
        self.model = model
        self.bound = bound
        self.cells: dict[str, ir.Param] = {}
        drawn = {s.name: s for s in model.statements if isinstance(s, ir.Sample)}
        for name, datum in latent_cells(model).items():
            support = support_of_cells(datum, drawn[datum.name])
            assert support is not None  # the compiler refuses others (B401)
            self.cells[name] = ir.Param(name, (ir.Dim(cells_plate(datum)),), support)

    @property
    def latents(self) -> list[tuple[ir.Sample | ir.Param, int]]:
        """The statements that give a latent, with how many statements come before."""
        return [
            (statement, place)
            for place, statement in enumerate(self.model.statements)
            if isinstance(statement, ir.Param)
            or (isinstance(statement, ir.Sample) and not statement.observed)
        ]

    def start(self, rng: np.random.Generator) -> Values:
        """Free numbers, uniform on (−1, 1), by name."""
        every = [*self.cells.values(), *(statement for statement, _ in self.latents)]
        return {s.name: rng.uniform(-1.0, 1.0, self.shape(s)) for s in every}

    def shape(self, statement: ir.Sample | ir.Param) -> tuple[int, ...]:
        return tuple(self.bound.sizes[dim.plate] for dim in statement.dims)

    def at(self, free: Values) -> Values:
        """The values of the latents that free numbers stand for."""
        values: Values = {}
        for name, cells in self.cells.items():
            values[name] = self.one(cells, 0, free[name], values)
        for statement, place in self.latents:
            values[statement.name] = self.one(statement, place, free[statement.name], values)
        return values

    def one(self, statement: ir.Sample | ir.Param, place: int, z: Any, values: Values) -> Any:
        constraint = statement.support.constraint
        if constraint == "pinned":
            assert isinstance(statement, ir.Sample)
            return self.pinned(statement, place, z, values)
        if constraint in _WHOLE:
            return _WHOLE[constraint](z)
        row = CONSTRAINTS[constraint]
        low = self.end(statement, statement.support.lower, row.lower, place, values)
        high = self.end(statement, statement.support.upper, row.upper, place, values)
        if low is not None and high is not None:
            return low + (high - low) / (1 + np.exp(-z))
        if low is not None:
            return low + np.exp(z)
        return z if high is None else high - np.exp(z)

    def end(
        self,
        statement: ir.Sample | ir.Param,
        node: ir.Expr | None,
        fixed: float | None,
        place: int,
        values: Values,
    ) -> Any:
        if node is None:
            return fixed
        return self.numbers(place, values).number(node).full(statement.dims, self.bound.sizes).array

    def numbers(self, place: int, values: Mapping[str, Any]) -> Numbers:
        """What can be computed from the statements before one."""
        before = replace(self.model, statements=self.model.statements[:place])
        if not values and self.cells:  # bounds of missing cells are literals
            before = replace(before, data=())
        return Numbers(before, self.bound, values)

    def pinned(self, statement: ir.Sample, place: int, z: Any, values: Values) -> Any:
        found = statement.distribution
        assert isinstance(found, ir.Pinned)
        numbers = self.numbers(place, values)
        z = np.array(z)
        z[..., self.pinned_at(found)] = numbers.number(found.value).array
        return z

    def pinned_at(self, found: ir.Pinned) -> int:
        """The position of the element that is fixed."""
        return int(self.numbers(0, {}).expr(found.position).array)


def _simplex(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def _centred(z: Any) -> Any:
    return z - z.mean(-1, keepdims=True)


def _ordered(z: Any) -> Any:
    first, steps = z[..., :1], np.exp(z[..., 1:])
    return np.cumsum(np.concatenate([first, steps], -1), -1)


def _lower(z: Any) -> Any:
    n = z.shape[-1]
    return np.tril(z, -1) + np.exp(z) * np.eye(n)


def _correlation(z: Any) -> Any:
    factor = _lower(z)
    return factor / np.linalg.norm(factor, axis=-1, keepdims=True)


def _correlation_matrix(z: Any) -> Any:
    factor = _correlation(z)
    return factor @ np.swapaxes(factor, -1, -2)


def _definite(z: Any) -> Any:
    factor = _lower(z)
    return factor @ np.swapaxes(factor, -1, -2)


_WHOLE: Mapping[str, Callable[[Any], Any]] = {
    "simplex": _simplex,
    "sum_to_zero": _centred,
    "ordered_vector": _ordered,
    "positive_ordered_vector": lambda z: np.exp(_ordered(z)),
    "corr_cholesky": _correlation,
    "corr_matrix": _correlation_matrix,
    "lower_cholesky": _lower,
    "positive_definite": _definite,
}
