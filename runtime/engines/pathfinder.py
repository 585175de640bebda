"""Pathfinder as a method: draws from the normals of several paths, weighted and drawn again.

The draws of all paths are weighted against the mixture of their normals, so that a path that ended
in a poor place does little harm; the largest weights are smoothed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Program
from ..results.smoothed import smoothed
from .coordinates import Coordinates
from .engine import Engine
from .landscape import Landscape
from .paths import Found, find_normals
from .precondition import around_best
from .settings import Callback, Draws, PathfinderSettings
from .starts import as_draws, at, best_points

if TYPE_CHECKING:
    from .density import Density


class _Finder(Engine):
    """A program with two functions: values at points, and the slope of the density."""

    def fixed(self) -> dict[str, Any]:
        return {}

    def lower(self, density: Density) -> Sequence[Any]:
        from .points import lower_at, lower_slope

        return lower_at(density, self.data), lower_slope(density, self.data, jacobian=True)

    def trial(self, programs: list[Any], dimension: int) -> None:
        programs[0](np.zeros((100, dimension)), self.data)
        programs[1](np.zeros(dimension), self.data)


def run(
    program: Program, given: dict[str, Any], settings: PathfinderSettings, callback: Callback
) -> Draws:
    """Draws from the approximation.

    Raises RunError B601 where no start is found, and B602 where an interrupt came too early.
    """
    return found_on_paths(_Finder(program, given, settings, "pathfinder"), settings, callback)


def found_on_paths(engine: Landscape, settings: PathfinderSettings, callback: Callback) -> Draws:
    """Draws; `engine.programs` begins with values at points and the slope of the density."""
    slope: Callable[[Any, Any], Any] = engine.programs[1]
    try:
        starts = best_points(engine)[: settings.paths]
        paths, interrupted = find_normals(
            engine, slope, starts, settings.steps, settings.particles, callback
        )
    except KeyboardInterrupt:
        message = "interrupted before a path had a normal distribution: there is no result"
        raise RunError(Diagnostic("B602", message, help="let the first path begin")) from None
    normals = [one.normal for one in paths] or [around_best(engine)]
    source = np.random.default_rng([settings.seed, 1])
    points = np.concatenate(
        [one.points(source.standard_normal((settings.draws, one.dimension))) for one in normals]
    )
    log_guide = _mixed(normals, points)
    values, density = at(engine, points)
    weights, k_hat = smoothed(density - log_guide)
    if settings.resample and np.isfinite(weights).any():
        kept = _drawn_again(np.exp(weights), settings.draws, source)
    else:
        kept = source.permutation(len(points))[: settings.draws]
    cut = f"draws from {len(paths)} of {settings.paths} paths"
    return Draws(
        as_draws({name: one[kept] for name, one in values.items()}),
        {"lp": density[None, kept], "log_guide": log_guide[None, kept]},
        tuple(engine.notes["sampled"]),
        cut if interrupted else "",
        engine.notes,
        details=_details(paths, density - log_guide, weights) | {"k_hat": k_hat},
    )


def _mixed(normals: Sequence[Coordinates], points: np.ndarray) -> np.ndarray:
    """The log density of the equal mixture of normals at points."""
    each = np.stack([one.log_normal(one.solved(points)) for one in normals])
    mixed: np.ndarray = np.logaddexp.reduce(each, axis=0) - np.log(len(normals))
    return mixed


def _drawn_again(weights: np.ndarray, wanted: int, source: np.random.Generator) -> np.ndarray:
    """Which points, each about as often as its weight says, in any order."""
    ends = np.cumsum(weights)
    places = (np.arange(wanted) + source.uniform()) / wanted * ends[-1]
    kept = np.minimum(np.searchsorted(ends, places), len(weights) - 1)
    return source.permutation(kept)


def _details(paths: Sequence[Found], log_weights: np.ndarray, smooth: np.ndarray) -> dict[str, Any]:
    fine = log_weights[np.isfinite(log_weights)]
    evidence = float(np.logaddexp.reduce(fine) - np.log(len(log_weights))) if len(fine) else None
    return {
        "elbo": max((one.elbo for one in paths), default=float("-inf")),
        "elbos": [one.elbo for one in paths],
        "points": [one.length for one in paths],
        "log_evidence": evidence,
        "effective": float(1 / np.sum(np.exp(2 * smooth))) if len(fine) else 0.0,
    }
