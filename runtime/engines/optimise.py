"""The mode of a density: L-BFGS from the best of many random points.

The function that is climbed is made once, compiled where it can be; SciPy's L-BFGS-B walks on it
from outside, so that progress can be told and Ctrl-C is heard after every iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..require import require
from .landscape import Landscape
from .settings import Callback, Step
from .starts import best_points

_NOWHERE = 1e100  # what the optimiser is told of a point without a density
_CLOSE = 1e-4  # nats that a quadratic would still have to fall at a mode
_SAME = 1e-2  # nats between two modes that count as one


@dataclass(frozen=True)
class Mode:
    """The best point found, minus its log density, and how the search went."""

    z: np.ndarray
    height: float
    decrement: float  # what a quadratic with the last curvature would still fall, in nats
    iterations: int
    starts: int  # that were tried
    agreeing: int  # of them, how many came to the same height
    interrupted: bool = False

    @property
    def converged(self) -> bool:
        """Whether it is a mode, as far as its slope and curvature tell."""
        return bool(np.isfinite(self.height)) and self.decrement < _CLOSE

    def details(self) -> dict[str, Any]:
        """How it went, as JSON."""
        return {
            "converged": self.converged,
            "iterations": self.iterations,
            "starts": self.starts,
            "agreeing": self.agreeing,
            "log_density": -self.height,
        }


def find_mode(
    engine: Landscape, slope: Callable[[Any, Any], Any], starts: int, steps: int, report: Callback
) -> Mode:
    """The highest point that `starts` climbs reach, each of `steps` iterations at most.

    An interrupt ends the search; KeyboardInterrupt passes where there is nothing yet.
    """
    points = best_points(engine)[:starts]
    found: list[tuple[np.ndarray, float, float, int]] = []
    interrupted = False
    for place, point in enumerate(points):
        try:
            found.append(_climb(engine, slope, point, steps, place, len(points), report))
        except KeyboardInterrupt:
            if not found:
                raise
            interrupted = True
            break
    z, height, decrement, _ = min(found, key=lambda one: one[1])
    return Mode(
        z=z,
        height=height,
        decrement=decrement,
        iterations=sum(one[3] for one in found),
        starts=len(found),
        agreeing=sum(one[1] < height + _SAME for one in found),
        interrupted=interrupted,
    )


def _climb(
    engine: Landscape,
    slope: Callable[[Any, Any], Any],
    point: np.ndarray,
    steps: int,
    place: int,
    starts: int,
    report: Callback,
) -> tuple[np.ndarray, float, float, int]:
    """One climb: where it ends, how high, what is left, and the iterations it took."""
    minimize = require("scipy.optimize", extra="numpyro").minimize
    best: tuple[float, np.ndarray, np.ndarray] = (np.inf, point, np.zeros_like(point))

    def told(z: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal best
        height, gradient = (np.asarray(one) for one in slope(z, engine.data))
        if not (np.isfinite(height) and np.isfinite(gradient).all()):
            return _NOWHERE, np.zeros_like(z)
        if height < best[0]:
            best = float(height), z.copy(), gradient
        return float(height), gradient

    done = 0

    def note(intermediate_result: Any) -> None:
        nonlocal done
        done += 1
        if done % 10 == 0 or done == 1:
            about = f"log density {-best[0]:.6g}"
            report(Step(place, done, steps, False, 0.0, stage="climbing", about=about))

    options = {"maxiter": steps, "maxfun": 20 * steps, "maxcor": 20, "ftol": 1e-15, "gtol": 1e-9}
    ended = minimize(told, point, jac=True, method="L-BFGS-B", callback=note, options=options)
    height, z, gradient = best
    about = f"log density {-height:.6g}"
    report(Step(place, steps, steps, False, 0.0, stage="climbing", about=about))
    if not np.isfinite(height):
        return point, np.inf, np.inf, done
    return z, height, float(gradient @ ended.hess_inv.matvec(gradient)) / 2, done
