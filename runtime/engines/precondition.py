"""The coordinates in which a guide lives: those in which the posterior is about a standard normal.

Predictors on scales of their own, and intercepts far from the data, make quantities that differ in
size by powers of ten and hang together closely. A normal from a path of Pathfinder, its ELBO then
raised by Newton's steps, says how; in its coordinates they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .checkpoint import Keeper
from .coordinates import Coordinates, plain, recalled, usual
from .landscape import Landscape
from .newton import settled
from .paths import find_normals
from .settings import Callback, Step
from .starts import best_points

_PATHS = 4
_STEPS = 500  # of each path, at most
_PARTICLES = 10  # draws from which the ELBO of a normal is told
_NARROW = 0.1  # the scale around a point that no path leads away from
_PART = 1  # of what a run keeps


def chosen_coordinates(
    engine: Landscape, slope: Callable[[Any, Any], Any], keeper: Keeper, report: Callback
) -> tuple[Coordinates, bool]:
    """The coordinates that the run had when it ended before, or else new ones, and whether an
    interrupt cut the search for them short."""
    past = keeper.load(_PART)
    if past is not None:
        return recalled(past.now), False
    found, interrupted = find_coordinates(engine, slope, report)
    if not interrupted:
        keeper.save(_PART, found.kept(), {})
    return found, interrupted


def find_coordinates(
    engine: Landscape, slope: Callable[[Any, Any], Any], report: Callback
) -> tuple[Coordinates, bool]:
    """Coordinates for the density, and whether an interrupt cut the search short.

    Raises RunError (B601) where no start is found.
    """

    def told(step: Step) -> None:
        report(replace(step, chain=0))

    try:
        found, interrupted = find_normals(engine, slope, _PATHS, _STEPS, _PARTICLES, told)
    except KeyboardInterrupt:
        found, interrupted = [], True
    if not found:
        return around_best(engine), interrupted
    best = usual(max(found, key=lambda one: one.elbo).normal)
    if interrupted:
        return best, True
    source = np.random.default_rng([engine.chosen.seed, 20])
    return settled(engine, slope, best, source, told)


def around_best(engine: Landscape) -> Coordinates:
    """Those of a narrow normal around the best random point: where no path leads anywhere."""
    return plain(best_points(engine)[0], _NARROW)
