"""Integrals of a density that has no closed form, by Gauss-Legendre sums over many short pieces."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from .numbers import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_EXACT = 1e-11  # by how much the whole probability may miss 1
_HALVINGS = 10


class Panels:
    """A density over the pieces between `edges`, halved until their sum is 1."""

    def __init__(self, log_density: Callable[[Array], Array], edges: Array) -> None:
        self.log_density = log_density
        self.edges = np.unique(edges)
        for _ in range(_HALVINGS):
            if abs(self.mass.sum() - 1) < _EXACT:
                break
            middles = (self.edges[1:] + self.edges[:-1]) / 2
            self.edges = np.unique(np.concatenate([self.edges, middles]))
            del self.mass

    @cached_property
    def mass(self) -> Array:
        """The probability of each piece."""
        return self.between(self.edges[:-1], self.edges[1:])

    def between(self, low: Array, high: Array) -> Array:
        """The probability between points that lie in one piece each."""
        half = (high - low) / 2
        x = low[..., None] + half[..., None] * (1 + _NODES)
        return (np.exp(self.log_density(x)) * _WEIGHTS).sum(-1) * half

    def expect(self, function: Callable[[Array], Array]) -> float:
        """The mean of a function of the value; NaN where the density was not resolved."""
        if abs(self.mass.sum() - 1) >= 1e-8:
            return float("nan")
        half = np.diff(self.edges) / 2
        x = self.edges[:-1, None] + half[:, None] * (1 + _NODES)
        density = np.exp(self.log_density(x))
        with np.errstate(invalid="ignore"):
            terms = np.where(density > 0, density * function(x), 0.0)
        return float(((terms * _WEIGHTS).sum(-1) * half).sum())

    def cdf(self, x: Array) -> Array:
        x = np.clip(x, self.edges[0], self.edges[-1])
        piece = np.clip(np.searchsorted(self.edges, x) - 1, 0, len(self.edges) - 2)
        before = np.concatenate([[0.0], np.cumsum(self.mass)])[piece]
        return np.clip(before + self.between(self.edges[piece], x), 0, 1)

    def quantile(self, u: Array) -> Array:
        """By Newton's steps inside the piece in which it lies."""
        before = np.concatenate([[0.0], np.cumsum(self.mass)])
        piece = np.clip(np.searchsorted(before, u) - 1, 0, len(self.edges) - 2)
        low, high = self.edges[piece], self.edges[piece + 1]
        share = (u - before[piece]) / np.maximum(self.mass[piece], np.finfo(float).tiny)
        x = low + np.clip(share, 0, 1) * (high - low)
        for _ in range(8):
            gap = self.between(low, x) - (u - before[piece])
            slope = np.exp(self.log_density(x))
            x = np.clip(x - gap / np.maximum(slope, np.finfo(float).tiny), low, high)
        return x
