"""Sums over the whole numbers that a distribution gives, each with its probability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .numbers import Array


class Counts:
    """The whole numbers from `low` to `high`, beyond which nothing counts."""

    def __init__(self, log_density: Callable[[Array], Array], low: float, high: float) -> None:
        x = np.arange(low, high + 1)
        mass = np.exp(log_density(x))
        given = np.flatnonzero(mass)
        there = slice(given[0], given[-1] + 1)
        self.x, self.mass = x[there], mass[there]
        self.below = np.cumsum(self.mass)

    def expect(self, function: Callable[[Array], Array]) -> float:
        """The mean of a function of the value."""
        with np.errstate(invalid="ignore"):
            terms = np.where(self.mass > 0, self.mass * function(self.x), 0.0)
        return float(terms.sum())

    def cdf(self, x: Array) -> Array:
        place = np.floor(x) - self.x[0]
        inside = self.below[np.clip(place, 0, len(self.x) - 1).astype(int)]
        return np.where(place < 0, 0.0, np.minimum(inside, 1.0))

    def quantile(self, u: Array) -> Array:
        # A sum that misses 1 by a rounding must not push the last value out.
        place = np.searchsorted(self.below, u * min(1.0, self.below[-1]))
        return self.x[np.minimum(place, len(self.x) - 1)]
