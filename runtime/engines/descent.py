"""The way down a function: L-BFGS, one point after another, with nothing but products of vectors.

Small routines of LAPACK wait for threads where other processes are busy, and SciPy's L-BFGS-B
calls several in each iteration. The search along a direction halves and doubles until the weak
conditions of Wolfe hold (Lewis and Overton 2013, "Nonsmooth optimization via quasi-Newton
methods"), which needs no derivative beyond the edge of the domain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

_HISTORY = 20  # pairs of steps and changes that a direction is made from
_LOWER = 1e-4  # of the fall that the slope promises, what there must be
_FLATTER = 0.9  # of the slope along the direction, what may be left
_TRIALS = 20  # points that one search along a direction tries
_LITTLE = 1e-11  # nats that a quadratic would still fall at the end, and a step does
_STILL = 5  # steps in a row that must fall so little
_ROUNDING = 4 * np.finfo(float).eps  # beside the value, what is noise

Slope = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Point:
    """A place on the way, what the function is there, and its gradient."""

    z: np.ndarray
    height: float
    gradient: np.ndarray

    @property
    def finite(self) -> bool:
        """Whether it is a place at all."""
        return bool(np.isfinite(self.height) and np.isfinite(self.gradient).all())


def descend(slope: Slope, start: np.ndarray, steps: int) -> Iterator[Point]:
    """The start and the points after it, `steps` at most; it ends where nothing lower is found.

    Nothing comes out where the start has no finite value.
    """
    here = Point(start, *slope(start))
    if not here.finite:
        return
    yield here
    pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=_HISTORY)
    still = 0
    for _ in range(steps):
        direction = _direction(here.gradient, pairs)
        rate = float(here.gradient @ direction)
        there = _along(slope, here, direction, rate)
        if there is None and pairs:  # the curvature is of no use here: begin anew
            pairs.clear()
            continue
        if there is None:
            return
        step, change = there.z - here.z, there.gradient - here.gradient
        curved = float(step @ change)
        if curved > 1e-12 * float(change @ change):
            pairs.append((step, change, 1 / curved))
        little = max(_LITTLE, _ROUNDING * abs(here.height))
        still = still + 1 if max(here.height - there.height, -rate / 2) < little else 0
        here = there
        yield here
        if still == _STILL:
            return


def _direction(
    gradient: np.ndarray, pairs: deque[tuple[np.ndarray, np.ndarray, float]]
) -> np.ndarray:
    """Downwards, in units of the curvature that the pairs tell (Nocedal 1980)."""
    direction = -gradient
    if not pairs:
        return direction / max(1.0, float(np.sqrt(gradient @ gradient)))
    parts = []
    for step, change, inverse in reversed(pairs):
        part = inverse * float(step @ direction)
        direction = direction - part * change
        parts.append(part)
    _, change, inverse = pairs[-1]
    direction = direction / (inverse * float(change @ change))
    for (step, change, inverse), part in zip(pairs, reversed(parts), strict=True):
        direction = direction + (part - inverse * float(change @ direction)) * step
    return direction


def _along(slope: Slope, here: Point, direction: np.ndarray, rate: float) -> Point | None:
    """A point in this direction that is lower and less steep; None where there is none."""
    near, far, length = 0.0, np.inf, 1.0
    best: Point | None = None
    noise = _ROUNDING * abs(here.height)
    for _ in range(_TRIALS):
        z = here.z + length * direction
        there = Point(z, *slope(z))
        if not there.finite or there.height > here.height + _LOWER * length * rate + noise:
            far = length
        else:
            best = there if there.height < here.height else best
            if float(there.gradient @ direction) >= _FLATTER * rate:
                return best
            near = length
        length = (near + far) / 2 if np.isfinite(far) else 2 * near
    return best
