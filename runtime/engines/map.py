"""The mode of the posterior: a point, by default on the scales of the spec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Program
from .engine import Engine
from .landscape import Landscape
from .optimise import Mode, find_mode
from .settings import Callback, Draws, MapSettings
from .starts import as_draws, at

if TYPE_CHECKING:
    from .density import Density


class _Climber(Engine):
    """A program with two functions: values at points, and the slope of the density."""

    def __init__(self, program: Program, given: dict[str, Any], settings: MapSettings):
        self.settings = settings
        super().__init__(program, given, settings, "map")

    def fixed(self) -> dict[str, Any]:
        return {"jacobian": self.settings.jacobian}

    def lower(self, density: Density) -> Sequence[Any]:
        from .points import lower_at, lower_slope

        slope = lower_slope(density, self.data, self.settings.jacobian)
        return lower_at(density, self.data), slope

    def trial(self, programs: list[Any], dimension: int) -> None:
        programs[0](np.zeros((100, dimension)), self.data)
        programs[1](np.zeros(dimension), self.data)


def run(
    program: Program, given: dict[str, Any], settings: MapSettings, callback: Callback
) -> Draws:
    """The mode as a single draw. Raises RunError B601 where no start is found and B602 where an
    interrupt came before the first climb was done."""
    return climbed(_Climber(program, given, settings), settings, callback)


def climbed(engine: Landscape, settings: MapSettings, callback: Callback) -> Draws:
    """The mode of a density; `engine.programs` are values at points and the slope."""
    try:
        mode = find_mode(engine, engine.programs[1], settings.starts, settings.steps, callback)
    except KeyboardInterrupt:
        raise nothing_yet() from None
    values, density = at(engine, mode.z[None])
    return Draws(
        as_draws(values),
        {"lp": density[None]},
        tuple(engine.notes["sampled"]),
        cut_short(mode, settings.starts),
        engine.notes,
        details=mode.details(),
    )


def nothing_yet() -> RunError:
    """The error of a search that was interrupted before it found anything."""
    message = "interrupted before a mode was found: there is no result"
    help = "the first climb must end; until then there is nothing to keep"
    return RunError(Diagnostic("B602", message, help=help))


def cut_short(mode: Mode, starts: int) -> str:
    """What is kept of a search that was interrupted; else nothing."""
    return f"the results of {mode.starts} of {starts} starts" if mode.interrupted else ""
