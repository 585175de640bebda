"""The coordinates in which a guide lives: those in which the posterior is about as wide all ways.

Predictors on scales of their own, and intercepts far from the data, make quantities that differ in
size by powers of ten and hang together closely. A normal from a path of Pathfinder, its ELBO then
raised by Newton's steps, says how; in its coordinates they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from .checkpoint import Keeper
from .coordinates import Coordinates, Thin, plain, recalled, unturned, usual, widened
from .landscape import Landscape
from .newton import STEPS, Climb
from .paths import find_normals
from .settings import Callback, Step
from .starts import best_points

_STEPS = 500  # of each path, at most
_PARTICLES = 5  # draws from which the ELBO of a normal is told
_FARTHER = 1.0, 1.0, 0.3, 0.0  # parts of the best random points that paths start from
_ROUNDS = (3, 2), (5, 1), (STEPS, 1)  # steps of the normals, and how many then go on
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
    found = widened(found)
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
        found, interrupted = find_normals(engine, slope, _starts(engine), _STEPS, _PARTICLES, told)
    except KeyboardInterrupt:
        found, interrupted = [], True
    normals = []
    for one in sorted(found, key=lambda one: -one.elbo):
        with suppress(np.linalg.LinAlgError):  # as good as flat in some direction
            normals.append(usual(one.normal))
    if not normals:
        return around_best(engine), interrupted
    if interrupted:
        return normals[0], True
    climbs = [_climb(engine, slope, one) for one in normals]
    try:
        best = _raced(climbs, told)
        turned = normals[climbs.index(best)]
        if isinstance(turned, Thin):
            other = Climb(engine, slope, turned, np.random.default_rng([engine.chosen.seed, 20]))
            other.go(STEPS, told)
            best = max(best, other, key=lambda one: one.elbo)
    except KeyboardInterrupt:
        return max(climbs, key=lambda one: one.elbo).normal, True
    return best.normal, False


def _starts(engine: Landscape) -> list[np.ndarray]:
    """Points far out and near zero: a scale that groups share can be lost in noise, or without."""
    points = best_points(engine)
    return [part * points[place % len(points)] for place, part in enumerate(_FARTHER)]


def _climb(engine: Landscape, slope: Callable[[Any, Any], Any], normal: Coordinates) -> Climb:
    """A climb that begins at a normal; in many dimensions without the directions of its own."""
    source = np.random.default_rng([engine.chosen.seed, 20])
    begin = unturned(normal) if isinstance(normal, Thin) else normal
    return Climb(engine, slope, begin, source)


def _raced(climbs: list[Climb], report: Callback) -> Climb:
    """The climb that comes highest: round by round, fewer go on."""
    for steps, kept in _ROUNDS:
        for climb in climbs:
            climb.go(steps, report)
        climbs = sorted(climbs, key=lambda one: -one.elbo)[:kept]
    return climbs[0]


def around_best(engine: Landscape) -> Coordinates:
    """Those of a narrow normal around the best random point: where no path leads anywhere."""
    return plain(best_points(engine)[0], _NARROW)
