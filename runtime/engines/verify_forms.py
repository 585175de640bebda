"""The forms in which a program may state the latents of a model, at points of the model itself.

A program that is non-centred states `theta_standard` in the place of `theta = loc + scale *
theta_standard`: its density is that of the model times the derivative of `theta`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.reference.evaluate import Bound
from .verify_points import Points, Values


class Standardised:
    """The latents with these names as standard ones; the others stay as they are."""

    def __init__(self, model: ir.Model, bound: Bound, names: Collection[str]) -> None:
        self.bound = bound
        self.points = Points(model, bound)
        self.samples = {
            statement.name: (statement, place)
            for statement, place in self.points.latents
            if isinstance(statement, ir.Sample) and statement.name in names
        }

    def at(self, values: Values) -> tuple[Values, dict[str, float]]:
        """The values that a program wants, and the log of its own derivative, by statement."""
        found = {name: value for name, value in values.items() if name not in self.samples}
        stretch: dict[str, float] = {}
        for name, (sample, place) in self.samples.items():
            found[f"{name}_standard"], stretch[name] = self.standard(sample, place, values)
        return found, stretch

    def standard(self, sample: ir.Sample, place: int, values: Values) -> tuple[Any, float]:
        distribution = sample.distribution
        assert isinstance(distribution, ir.Dist)  # the compiler refuses others (B402)
        given = dict(distribution.arguments)
        apart = values[sample.name] - self.number(given["loc"], sample.dims, place, values)
        if "scale" in given:
            scale = self.number(given["scale"], sample.dims, place, values)
            return apart / scale, float(np.sum(np.log(scale)))
        (axis,) = distribution.event
        square = (*sample.dims, ir.Dim(axis.plate, axis.prime + 1))
        factor = self.number(given["scale_tril"], square, place, values)
        sizes = np.log(np.diagonal(factor, axis1=-2, axis2=-1))
        return np.linalg.solve(factor, apart[..., None])[..., 0], float(sizes.sum())

    def number(self, node: ir.Expr, dims: ir.Dims, place: int, values: Mapping[str, Any]) -> Any:
        """An argument at every cell of these axes."""
        numbers = self.points.numbers(place, values)
        return numbers.number(node).full(dims, self.bound.sizes).array
