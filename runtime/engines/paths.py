"""Pathfinder: of the normals along paths that climb the density, those nearest to the posterior.

A path of L-BFGS comes from far outside, goes through the bulk of the posterior and on to the mode,
or where there is none, into a funnel without end. At each of its points the curvature met so far
gives a normal, and the ELBO says which of them is best (Zhang, Carpenter, Gelman and Vehtari 2022,
"Pathfinder: parallel quasi-Newton variational inference", Journal of Machine Learning Research 23).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .coordinates import Coordinates, Thin
from .curvature import Curvature
from .descent import Point, descend
from .landscape import Landscape
from .settings import Callback, Step
from .starts import BLOCK, at

_PATIENCE = 100  # points without a better normal after which a path is left
_TOLD = 10  # points between two reports


@dataclass(frozen=True)
class Found:
    """The best normal of a path, its ELBO, and how many points the path has."""

    normal: Coordinates
    elbo: float
    length: int


def slope_at(engine: Landscape, slope: Callable[[Any, Any], Any], z: np.ndarray) -> Any:
    """Minus the log density at a point and its gradient, as NumPy has them."""
    height, gradient = slope(z, engine.data)
    return float(height), np.asarray(gradient)


def find_normals(
    engine: Landscape,
    slope: Callable[[Any, Any], Any],
    starts: Iterable[np.ndarray],
    steps: int,
    particles: int,
    report: Callback,
) -> tuple[list[Found], bool]:
    """The best normal of the path from each start, and whether an interrupt came between.

    KeyboardInterrupt passes where there is nothing yet.
    """
    found: list[Found] = []
    for number, start in enumerate(starts):
        path = _Path(engine, number, particles)
        try:
            _follow(path, engine, slope, start, steps, report)
        except KeyboardInterrupt:
            path.score()
            found += path.found()
            if not found:
                raise
            return found, True
        found += path.found()
    return found, False


def _follow(
    path: _Path,
    engine: Landscape,
    slope: Callable[[Any, Any], Any],
    start: np.ndarray,
    steps: int,
    report: Callback,
) -> None:
    def step(done: int) -> Step:
        about = f"ELBO {path.elbo:.6g}"
        return Step(path.number, done, steps, False, 0.0, stage="climbing", about=about)

    for point in descend(lambda z: slope_at(engine, slope, z), start, steps):
        path.add(point)
        if path.length % _TOLD == 1:
            report(step(min(path.length, steps)))
        if path.length - path.place > _PATIENCE:
            break
    path.score()
    report(step(steps))


class _Path:
    """A path as far as it has been followed, and the best normal on it."""

    def __init__(self, engine: Landscape, number: int, particles: int):
        self.engine = engine
        self.number = number
        self.length = 0
        self.place = 0
        self.elbo = -np.inf
        self.normal: Thin | None = None
        self._curvature = Curvature(engine.dimension)
        self._waiting: list[tuple[int, Thin]] = []
        # The same noise for all normals: what they differ by is not chance.
        source = np.random.default_rng([engine.chosen.seed, 10 + number])
        self._noise = source.standard_normal((particles, engine.dimension))

    def add(self, point: Point) -> None:
        """Notes the next point; normals are scored by the block."""
        self.length += 1
        self._curvature.add(point)
        try:
            self._waiting.append((self.length, self._curvature.normal()))
        except np.linalg.LinAlgError:
            return
        if len(self._waiting) >= max(1, BLOCK // len(self._noise)):
            self.score()

    def score(self) -> None:
        """The ELBO of the normals that wait for it."""
        if not self._waiting:
            return
        points = [normal.points(self._noise) for _, normal in self._waiting]
        _, density = at(self.engine, np.concatenate(points))
        for (place, normal), lp in zip(self._waiting, np.split(density, len(points)), strict=True):
            elbo = float(np.mean(lp - normal.log_normal(self._noise)))
            if np.isfinite(elbo) and elbo > self.elbo:
                self.elbo, self.place, self.normal = elbo, place, normal
        self._waiting.clear()

    def found(self) -> list[Found]:
        """The best normal, where there is one."""
        if self.normal is None:
            return []
        return [Found(self.normal, self.elbo, self.length)]
