"""Steps of Newton on the ELBO of a normal, the coordinates of which they turn into better ones.

At its best, the slope of the density averaged over the normal is zero, and the second derivatives
averaged over it are its precision (Opper and Archambeau 2009, "The variational Gaussian
approximation revisited", Neural Computation 21). Both averages come from the slopes at draws: of a
normal density they are linear, and a single step along their regression is exact. In many
dimensions there are no draws for that, and only the diagonal is made better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .coordinates import Coordinates, Full, Thin, lower
from .landscape import Landscape
from .paths import slope_at
from .settings import Callback, Step

STEPS = 30  # that one climb should make at most
_FEWEST = 100  # draws in each step
_EACH = 3  # draws in each step for each dimension
_WIDEST = 10.0  # how many times the variance may grow in a step
_FARTHEST = 2.0  # standard deviations that the centre may move in a step
_LITTLE = 0.02  # nats that count as no gain, at least
_LITTLE_EACH = 0.01  # for each dimension
_STILL = 3  # steps without gain after which it ends
_SLOWEST = 1 / 64  # the part of a step at which it ends
_FASTER = 1.2


@dataclass(frozen=True)
class _Survey:
    """What draws from a normal tell of it: its ELBO, and the averages in its own coordinates."""

    normal: Coordinates
    elbo: float
    error: float
    slope: np.ndarray
    curved: np.ndarray  # the averaged second derivatives, or their diagonal
    reach: float = 1.0  # how far the slope falls along the step that the diagonal alone would make

    def stepped(self, part: float) -> Coordinates:
        """The normal that this part of a step leads to. Raises LinAlgError where there is none."""
        normal = self.normal
        if isinstance(normal, Thin):
            precision, move = _tamed(self.curved, self.slope, part)
            inner = normal.inner / np.sqrt(precision)
            return replace(normal, centre=normal.points(self.reach * move), inner=inner)
        assert isinstance(normal, Full)
        values, vectors = np.linalg.eigh((self.curved + self.curved.T) / 2)
        precision, move = _tamed(values, vectors.T @ self.slope, part)
        wide = normal.root @ (vectors / np.sqrt(precision))
        return Full(normal.points(vectors @ move), lower(wide))


def _tamed(curved: np.ndarray, slope: np.ndarray, part: float) -> tuple[np.ndarray, np.ndarray]:
    """Precisions and moves along the axes: no wider and no farther than the draws can tell."""
    precision = 1 + part * (np.maximum(curved, 1 / _WIDEST) - 1)
    return precision, np.clip(-part * slope / precision, -_FARTHEST, _FARTHEST)


class Climb:
    """Steps from a normal to one of higher ELBO, which may be made a few at a time."""

    def __init__(
        self,
        engine: Landscape,
        slope: Callable[[Any, Any], Any],
        begin: Coordinates,
        source: np.random.Generator,
    ):
        self.ended = False
        self._engine, self._slope, self._source = engine, slope, source
        self._here = begin
        self._last: _Survey | None = None  # from where steps go on
        self._best: _Survey | None = None
        self._part, self._still, self._number = 1.0, 0, 0
        self._little = max(_LITTLE, _LITTLE_EACH * begin.dimension)

    @property
    def normal(self) -> Coordinates:
        """The best normal that was met."""
        return self._here if self._best is None else self._best.normal

    @property
    def elbo(self) -> float:
        """Its ELBO."""
        return -np.inf if self._best is None else self._best.elbo

    def go(self, steps: int, report: Callback) -> None:
        """At most so many steps more; it is at its end where they raise the ELBO no further."""
        for _ in range(steps):
            if self.ended:
                return
            self._step()
            about = f"ELBO {self.elbo:.6g}"
            number = min(self._number, STEPS)
            report(Step(0, number, STEPS, False, 0.0, stage="settling", about=about))

    def _step(self) -> None:
        self._number += 1
        found = _surveyed(self._engine, self._slope, self._here, self._source)
        last = self._last
        if found is not None and (last is None or found.elbo > last.elbo - 2 * found.error):
            gain = found.elbo - self.elbo
            self._still = self._still + 1 if gain < self._little else 0
            self._last, self._part = found, min(1.0, _FASTER * self._part)
            self._best = found if self._best is None or gain > 0 else self._best
        else:
            self._part /= 2
        if self._last is None or self._still == _STILL or self._part < _SLOWEST:
            self.ended = True
            return
        try:
            self._here = self._last.stepped(self._part)
        except np.linalg.LinAlgError:
            self.ended = True


def _surveyed(
    engine: Landscape,
    slope: Callable[[Any, Any], Any],
    normal: Coordinates,
    source: np.random.Generator,
) -> _Survey | None:
    """What draws tell; None where too few of them have a density and a slope."""
    full = isinstance(normal, Full)
    draws = max(_FEWEST, _EACH * normal.dimension) if full else _FEWEST
    half = source.standard_normal((draws // 2, normal.dimension))
    noise = np.concatenate([half, -half])
    found = [slope_at(engine, slope, z) for z in normal.points(noise)]
    heights = np.array([height for height, _ in found])
    gradients = np.array([gradient for _, gradient in found])
    fine = np.isfinite(heights) & np.isfinite(gradients).all(axis=1)
    if fine.sum() < draws / 2:
        return None
    elbo, error = -np.inf, 0.0
    if fine.all():
        weights = -heights - normal.log_normal(noise)
        elbo, error = float(weights.mean()), float(weights.std() / np.sqrt(len(weights)))
    # Noise and its opposite: what is even in it and what is odd do not disturb one another.
    drawn, seen = noise[fine], normal.pulled(gradients[fine])
    mean = seen.mean(axis=0)
    if full:
        return _Survey(normal, elbo, error, mean, np.linalg.solve(drawn.T @ drawn, drawn.T @ seen))
    curved = (drawn * seen).mean(axis=0) / (drawn**2).mean(axis=0)
    _, move = _tamed(curved, mean, 1.0)
    bend = float(np.mean((drawn @ move) * (seen @ move)))
    reach = min(1.0, -float(mean @ move) / bend) if bend > 0 else 1.0
    return _Survey(normal, elbo, error, mean, curved, reach)
