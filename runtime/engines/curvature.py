"""Normals along a path of L-BFGS, from the curvature that its steps have met.

The diagonal and the compact form of the inverse of the second derivatives are those of Zhang,
Carpenter, Gelman and Vehtari (2022), "Pathfinder: parallel quasi-Newton variational inference",
Journal of Machine Learning Research 23, sections 2 and 3.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from .coordinates import Thin
from .descent import Point

_HISTORY = 10  # pairs of steps and changes of the gradient that make a normal
_FLAT = 1e-12  # curvature along a step, beside the change squared, that counts as none


class Curvature:
    """What the last steps of a path tell of the inverse of the second derivatives."""

    def __init__(self, dimension: int):
        self.diagonal = np.ones(dimension)
        self._pairs: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=_HISTORY)
        self._last: Point | None = None

    def add(self, point: Point) -> None:
        """Notes the next point of the path."""
        if self._last is not None:
            step, change = point.z - self._last.z, point.gradient - self._last.gradient
            if step @ change > _FLAT * (change @ change):
                self.diagonal = _updated(self.diagonal, step, change)
                self._pairs.append((step, change))
        self._last = point

    def normal(self) -> Thin:
        """The normal at the last point: where a step of Newton leads, as wide as it is curved.

        Raises LinAlgError where rounding leaves no positive definite matrix.
        """
        assert self._last is not None
        z, gradient = self._last.z, self._last.gradient
        scale = np.sqrt(self.diagonal)
        columns, stretch = self._stretched(scale)
        here = Thin(z, scale, columns, stretch, np.ones_like(z))
        found = replace(here, centre=z - here.moved(here.pulled(gradient)))
        if not (np.isfinite(found.centre).all() and np.isfinite(found.log_volume)):
            raise np.linalg.LinAlgError
        return found

    def _stretched(self, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Directions, in units of the diagonal, that are longer or shorter than it, and by what."""
        if not self._pairs:
            return np.zeros((len(scale), 0)), np.zeros(0)
        steps = np.stack([one for one, _ in self._pairs], axis=1)
        changes = np.stack([one for _, one in self._pairs], axis=1)
        both = steps.T @ changes
        upper = np.linalg.inv(np.triu(both))
        scaled = scale[:, None] * changes
        middle = np.diag(np.diag(both)) + scaled.T @ scaled
        zero = np.zeros_like(upper)
        inner = np.block([[zero, -upper], [-upper.T, upper.T @ middle @ upper]])
        basis, factor = np.linalg.qr(np.hstack([scaled, steps / scale[:, None]]))
        values, vectors = np.linalg.eigh(factor @ inner @ factor.T)
        if not (values > -1).all():
            raise np.linalg.LinAlgError
        return basis @ vectors, np.sqrt(1 + values) - 1


def _updated(diagonal: np.ndarray, step: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The diagonal after another step (Gilbert and Lemaréchal 1989)."""
    a, b, c = change @ (diagonal * change), change @ step, step @ (step / diagonal)
    inverse = a / (b * diagonal) + change**2 / b - a * step**2 / (b * c * diagonal**2)
    return np.asarray(1 / inverse)
