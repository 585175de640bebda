"""Laplace's approximation: a normal distribution on the unconstrained scale, around the mode.

Its mean is the mode of the density with its Jacobian, its precision the second derivatives there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Program
from .engine import Engine
from .landscape import Landscape
from .map import cut_short, nothing_yet
from .optimise import Mode, find_mode
from .settings import Callback, Draws, LaplaceSettings
from .starts import as_draws, at

if TYPE_CHECKING:
    from .density import Density

_NEWTON = 20  # steps that sharpen the mode, at most
_EXACT = 1e-12  # nats that are left at a mode that is sharp enough

Curvature = Callable[[Any, Any], Any]


class _Surveyor(Engine):
    """A program with three functions: values at points, slope and curvature of the density."""

    def fixed(self) -> dict[str, Any]:
        return {}

    def lower(self, density: Density) -> Sequence[Any]:
        from .points import lower_at, lower_curvature, lower_slope

        slope = lower_slope(density, self.data, jacobian=True)
        return lower_at(density, self.data), slope, lower_curvature(density, self.data)

    def trial(self, programs: list[Any], dimension: int) -> None:
        programs[0](np.zeros((100, dimension)), self.data)
        for one in programs[1:]:
            one(np.zeros(dimension), self.data)


def run(
    program: Program, given: dict[str, Any], settings: LaplaceSettings, callback: Callback
) -> Draws:
    """Draws from the approximation.

    Raises RunError B601 where no start is found, B602 where an interrupt came too early, and B605
    where the density is not curved downwards in all directions at the point found.
    """
    return surveyed(_Surveyor(program, given, settings, "laplace"), settings, callback)


def surveyed(engine: Landscape, settings: LaplaceSettings, callback: Callback) -> Draws:
    """Draws; `engine.programs` are values at points, slope and curvature of the density."""
    _, slope, curvature = engine.programs
    try:
        mode = find_mode(engine, slope, settings.starts, settings.steps, callback)
    except KeyboardInterrupt:
        raise nothing_yet() from None
    mode, root = sharpened(engine, mode, slope, curvature)
    source = np.random.default_rng([settings.seed, 1])
    points, log_guide = around(mode.z, root, settings.draws, source)
    values, density = at(engine, points)
    return Draws(
        as_draws(values),
        {"lp": density[None], "log_guide": log_guide[None]},
        tuple(engine.notes["sampled"]),
        cut_short(mode, settings.starts),
        engine.notes,
        details=mode.details() | {"log_evidence": -mode.height - _at_its_mode(root)},
    )


def _at_its_mode(root: np.ndarray) -> float:
    """The log density of the approximation at its own mode."""
    return float(np.log(np.diag(root)).sum() - len(root) / 2 * np.log(2 * np.pi))


def around(
    mode: np.ndarray, root: np.ndarray, wanted: int, source: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draws from the normal with this mean and factor of the precision, and its log density."""
    noise = source.standard_normal((wanted, len(mode)))
    points = mode + np.linalg.solve(root.T, noise.T).T
    return points, _at_its_mode(root) - (noise**2).sum(axis=1) / 2


def sharpened(
    engine: Landscape, mode: Mode, slope: Callable[[Any, Any], Any], curvature: Curvature
) -> tuple[Mode, np.ndarray]:
    """The mode after steps of Newton, and the Cholesky factor of the curvature there.

    Raises RunError B605 where the curvature is not positive definite.
    """
    for _ in range(_NEWTON):
        root = _root(engine, mode, np.asarray(curvature(mode.z, engine.data)))
        _, gradient = slope(mode.z, engine.data)
        half = np.linalg.solve(root, np.asarray(gradient))
        mode = replace(mode, decrement=float(half @ half) / 2)
        if mode.decrement < _EXACT:
            break
        z = mode.z - np.linalg.solve(root.T, half)
        height = float(slope(z, engine.data)[0])
        if not height < mode.height:  # as sharp as float64 can tell, or no quadratic nearby
            break
        mode = replace(mode, z=z, height=height)
    return mode, root


def _root(engine: Landscape, mode: Mode, matrix: np.ndarray) -> np.ndarray:
    try:
        if not np.isfinite(matrix).all():
            raise np.linalg.LinAlgError
        root: np.ndarray = np.linalg.cholesky((matrix + matrix.T) / 2)
        return root
    except np.linalg.LinAlgError:
        raise _not_curved(engine, mode, matrix) from None


def _not_curved(engine: Landscape, mode: Mode, matrix: np.ndarray) -> RunError:
    """The error that says along which quantities the density does not fall."""
    if np.isfinite(matrix).all():
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        weight = np.abs(vectors[:, int(values.argmin())])
    else:
        weight = (~np.isfinite(matrix)).sum(axis=0)
    names = engine.scalars
    order = np.argsort(-weight, kind="stable")
    along = [names[one] for one in order[:3] if weight[one] > 0.3 * weight[order[0]]]
    listed = ", ".join(f"`{name}`" for name in along)
    met = "at the mode" if mode.converged else "where the search for a mode ended"
    message = (
        f"the density is not curved downwards {met} along {listed}: no normal distribution fits "
        "there"
    )
    help = (
        "proper priors on these quantities, or one quantity in place of two that the data cannot "
        "tell apart; `infer nuts` needs no mode"
    )
    return RunError(Diagnostic("B605", message, help=help))
