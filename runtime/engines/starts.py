"""Points to start from, and draws given back: what all ways that end in a guide or mode share."""

from __future__ import annotations

from typing import Any

import numpy as np

from .landscape import Landscape

BLOCK = 100  # the same as in points.py, which is not imported where a kept program is used


def at(engine: Landscape, points: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Constrained values and log densities of any number of points, the rows of an array.

    The engine's first function is that of `points.lower_at`.
    """
    function = engine.programs[0]
    parts = []
    for first in range(0, len(points), BLOCK):
        rows = points[first : first + BLOCK]
        filled = np.concatenate([rows, np.repeat(rows[-1:], BLOCK - len(rows), axis=0)])
        values, density = function(filled, engine.data)
        values = {name: np.asarray(one)[: len(rows)] for name, one in values.items()}
        parts.append((values, np.asarray(density)[: len(rows)]))
    names = parts[0][0]
    joined = {name: np.concatenate([values[name] for values, _ in parts]) for name in names}
    return joined, np.concatenate([density for _, density in parts])


def best_points(engine: Landscape) -> np.ndarray:
    """Random points of finite density, uniform on (−2, 2) as in Stan, the best first.

    Raises RunError (B601) where there is none, naming the statements at fault.
    """
    tried = engine.chosen.init_attempts
    source = np.random.default_rng([engine.chosen.seed, 0])
    points = source.uniform(-2.0, 2.0, (tried, engine.dimension))
    _, density = at(engine, points)
    finite = np.flatnonzero(np.isfinite(density))
    if len(finite) == 0:
        raise engine.no_start(points[-1], tried)
    order: np.ndarray = finite[np.argsort(-density[finite], kind="stable")]
    best: np.ndarray = points[order]
    return best


def as_draws(values: dict[str, np.ndarray]) -> dict[str, Any]:
    """Rows of values as the draws of one chain."""
    return {name: one[None] for name, one in values.items()}
