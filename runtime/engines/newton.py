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

from .coordinates import Coordinates, Full, Thin
from .landscape import Landscape
from .paths import slope_at
from .settings import Callback, Step

_STEPS = 30
_FEWEST = 100  # draws in each step
_EACH = 4  # draws in each step for each dimension
_WIDEST = 10.0  # how many times the variance may grow in a step
_FARTHEST = 2.0  # standard deviations that the centre may move in a step
_LITTLE = 0.02  # nats that count as no gain, at least; after three such steps it ends
_LITTLE_EACH = 0.005  # for each dimension
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

    def stepped(self, part: float) -> Coordinates:
        """The normal that this part of a step leads to. Raises LinAlgError where it overflows."""
        normal = self.normal
        if isinstance(normal, Thin):
            precision, move = _tamed(self.curved, self.slope, part)
            inner = normal.inner / np.sqrt(precision)
            return replace(normal, centre=normal.points(move), inner=inner)
        assert isinstance(normal, Full)
        values, vectors = np.linalg.eigh((self.curved + self.curved.T) / 2)
        precision, move = _tamed(values, vectors.T @ self.slope, part)
        wide = normal.root @ (vectors / np.sqrt(precision))
        return Full(normal.points(vectors @ move), np.linalg.cholesky(wide @ wide.T))


def _tamed(curved: np.ndarray, slope: np.ndarray, part: float) -> tuple[np.ndarray, np.ndarray]:
    """Precisions and moves along the axes: no wider and no farther than the draws can tell."""
    precision = 1 + part * (np.maximum(curved, 1 / _WIDEST) - 1)
    return precision, np.clip(-part * slope / precision, -_FARTHEST, _FARTHEST)


def settled(
    engine: Landscape,
    slope: Callable[[Any, Any], Any],
    begin: Coordinates,
    source: np.random.Generator,
    report: Callback,
) -> tuple[Coordinates, bool]:
    """The normal of highest ELBO that steps from this one find, or one close to it, and whether an
    interrupt ended them."""
    here, part, still = begin, 1.0, 0
    last: _Survey | None = None  # from where steps go on
    best: _Survey | None = None
    little = max(_LITTLE, _LITTLE_EACH * begin.dimension)
    for number in range(1, _STEPS + 1):
        found = _surveyed(engine, slope, here, source)
        if found is not None and (last is None or found.elbo > last.elbo - 2 * found.error):
            gain = np.inf if best is None else found.elbo - best.elbo
            still = still + 1 if gain < little else 0
            last, part = found, min(1.0, _FASTER * part)
            best = found if best is None or gain > 0 else best
        else:
            part /= 2
        if last is None or best is None:
            return begin, False
        about = f"ELBO {best.elbo:.6g}"
        try:
            report(Step(0, number, _STEPS, False, 0.0, stage="settling", about=about))
        except KeyboardInterrupt:
            return best.normal, True
        if still == 3 or part < _SLOWEST:
            break
        try:
            here = last.stepped(part)
        except np.linalg.LinAlgError:
            break
    return begin if best is None else best.normal, False


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
    slopes = normal.pulled(np.array([gradient for _, gradient in found]))
    weights = -heights - normal.log_normal(noise)
    fine = np.isfinite(weights) & np.isfinite(slopes).all(axis=1)
    if fine.sum() < draws / 2:
        return None
    elbo, error = -np.inf, 0.0
    if fine.all():
        elbo, error = float(weights.mean()), float(weights.std() / np.sqrt(len(weights)))
    # Noise and its opposite: what is even in it and what is odd do not disturb one another.
    drawn, seen = noise[fine], slopes[fine]
    if full:
        curved = np.linalg.solve(drawn.T @ drawn, drawn.T @ seen)
    else:
        curved = (drawn * seen).mean(axis=0) / (drawn**2).mean(axis=0)
    return _Survey(normal, elbo, error, seen.mean(axis=0), curved)
