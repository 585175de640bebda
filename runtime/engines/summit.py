"""The normal around the mode of a density that is nearly normal, from its slopes alone.

Steps of Newton with second derivatives from differences of slopes: of a quadratic these are exact
however long a difference is, and nothing beside the slope needs to be compiled.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .coordinates import Full, lower
from .descent import Point

LARGEST = 100  # dimensions up to which so many slopes are worth their time
_STEPS = 60
_HALVES = 40
_APART = 0.05  # standard deviations, given all else, between the ends of a difference
_CLOSE = 1e-6  # nats that a quadratic would still fall at the mode
_FLAT = 1e-13  # curvature, beside the largest, that rounding alone may make

Slope = Callable[[np.ndarray], tuple[float, np.ndarray]]


def normal_at_mode(slope: Slope, dimension: int) -> Full | None:
    """The normal, or None where no mode is found that is curved in all directions.

    `slope` gives minus the log density and its gradient.
    """
    if dimension > LARGEST:
        return None
    try:
        return _found(slope, dimension)
    except np.linalg.LinAlgError:
        return None


def _found(slope: Slope, dimension: int) -> Full | None:
    here: Point | None = _at(slope, np.zeros(dimension))
    scale = np.ones(dimension)
    for _ in range(_STEPS):
        if here is None:
            return None
        second = _second(slope, here.z, scale)
        scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(second)), 1e-300))
        values, vectors = np.linalg.eigh(scale[:, None] * second * scale)
        size = np.maximum(np.abs(values), _FLAT * np.abs(values).max())
        if not size.all():
            return None
        along = vectors.T @ (scale * here.gradient)
        if 0.5 * float(along @ (along / size)) < _CLOSE:
            if values.min() <= _FLAT * values.max():
                return None
            return Full(here.z, lower(scale[:, None] * vectors / np.sqrt(values)))
        here = _lower_point(slope, here, -scale * (vectors @ (along / size)))
    return None


def _at(slope: Slope, z: np.ndarray) -> Point | None:
    point = Point(z, *slope(z))
    return point if point.finite else None


def _second(slope: Slope, z: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences; a LinAlgError where a slope is not finite."""
    steps = np.diag(_APART * scale)
    ends = [(slope(z + step)[1], slope(z - step)[1]) for step in steps]
    rows = np.array([above - below for above, below in ends]) / (2 * _APART * scale[:, None])
    if not np.isfinite(rows).all():
        raise np.linalg.LinAlgError
    return np.asarray((rows + rows.T) / 2)


def _lower_point(slope: Slope, here: Point, step: np.ndarray) -> Point | None:
    """A point along the step that is lower; None where there is none."""
    for _ in range(_HALVES):
        there = _at(slope, here.z + step)
        if there is not None and there.height < here.height:
            return there
        step = step / 2
    return None
