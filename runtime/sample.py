"""From a program and bound data to a fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic
from .engines import chains, kept, laplace, pathfinder, svi
from .engines import map as mode
from .engines.checkpoint import NOWHERE, Keeper, opened
from .engines.origin import origin
from .engines.settings import (
    Callback,
    Chains,
    Common,
    Draws,
    LaplaceSettings,
    MapSettings,
    PathfinderSettings,
    Settings,
    Step,
    SviSettings,
    make_settings,
)
from .execute import Binding, Program, arguments, load_program
from .fit import Fit
from .generate import generated
from .interrupt import Interrupts
from .progress import progress_bar
from .require import require


def fit(
    source: str,
    name: str,
    bound: Binding,
    method: str = "nuts",
    progress: bool | Callback = True,
    spec: str = "",
    *,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    recipe: Mapping[str, Any] | None = None,
    faster: str = "",
    **settings: Any,
) -> Fit:
    """The posterior of an emitted program given bound data, by some method.

    `settings` are those of the method in `engines.settings`. `progress` is whether a terminal shows
    a bar, or a function that is called with a `Step` after each chunk of iterations. Ctrl-C ends
    the run and keeps what is there (`Fit.interrupted`). The run is kept in the file `checkpoint`
    while it goes on, and with `resume` goes on from there where there is one; `recipe` is noted in
    it for `runtime.resume`. `faster` is another program with the same density, names and shapes:
    it draws, and the first one is what all else is computed with. Raises BackendError for an
    unknown method or setting, RunError where there is no start, nothing was drawn, or the
    checkpoint is of another run (B606).
    """
    chosen = make_settings(method, settings)
    program = load_program(source, name, spec)
    drawing = load_program(faster, name, spec) if faster else program
    given = arguments(drawing, bound)
    _check_kept(program, chosen, method, checkpoint is not None, resume)
    keeper = NOWHERE
    if checkpoint is not None:
        run = origin(drawing.source, spec, bound, given, method, chosen, recipe or {})
        keeper = opened(Path(checkpoint), run, resume)
    with Interrupts(keeper.remedy) as interrupts:
        drawn = _drawn(drawing, given, chosen, method, progress, interrupts, keeper)
        made = generated(program, bound, drawn.values, chosen.seed, chosen.device)
    return Fit(
        source=source,
        spec=spec,
        name=name,
        bound=bound,
        draws=drawn.values | made,
        stats=drawn.stats,
        sampled=drawn.sampled,
        method=method,
        settings=asdict(chosen) | {"optimise": bool(faster)},
        versions=kept.versions(str(program.manifest.get("backend", "numpyro"))),
        interrupted=drawn.interrupted,
        trace=drawn.trace,
        details=drawn.details,
        remedy=keeper.remedy,
    )


def _check_kept(program: Program, chosen: Common, method: str, kept: bool, resume: bool) -> None:
    """Raises BackendError (B402) where a checkpoint is wanted that cannot be."""
    if resume and not kept:
        help = "say which run is to go on: `checkpoint=` (`--checkpoint`) names its file"
        raise BackendError(Diagnostic("B402", "`resume` needs `checkpoint`", help=help))
    if kept and program.manifest.get("backend") == "pyro":
        message = "Pyro's runs keep no checkpoint"
        help = "leave `backend = pyro` out: on NumPyro the same model can go on from one"
        raise BackendError(Diagnostic("B402", message, help=help))
    if kept and not isinstance(chosen, Chains | SviSettings):
        message = f"`{method}` keeps no checkpoint; nuts, hmc, mh and svi do"
        help = "leave `checkpoint` out: such a run does not take long"
        raise BackendError(Diagnostic("B402", message, help=help))


def _drawn(
    program: Program,
    given: dict[str, Any],
    chosen: Common,
    method: str,
    progress: bool | Callback,
    interrupts: Interrupts,
    keeper: Keeper,
) -> Draws:
    def told(callback: Callback) -> Callback:
        def report(step: Step) -> None:
            callback(step)
            interrupts.check()

        return report

    if callable(progress):
        return _run(program, given, chosen, method, told(progress), keeper)
    with progress_bar(_runs(chosen), progress) as callback:
        heard = told(callback or (lambda step: None))
        return _run(program, given, chosen, method, heard, keeper)


def _run(
    program: Program,
    given: dict[str, Any],
    chosen: Common,
    method: str,
    callback: Callback,
    keeper: Keeper,
) -> Draws:
    if program.manifest.get("backend") == "pyro":
        return _run_pyro(program, given, chosen, method, callback)
    match chosen:
        case Chains():
            return chains.run(program, given, chosen, method, callback, keeper)
        case SviSettings():
            return svi.run(program, given, chosen, callback, keeper)
        case LaplaceSettings():
            return laplace.run(program, given, chosen, callback)
        case MapSettings():
            return mode.run(program, given, chosen, callback)
        case PathfinderSettings():
            return pathfinder.run(program, given, chosen, callback)
    raise AssertionError(f"`{method}` has settings and no engine")


def _run_pyro(
    program: Program, given: dict[str, Any], chosen: Common, method: str, callback: Callback
) -> Draws:
    known = Settings | SviSettings | LaplaceSettings | MapSettings | PathfinderSettings
    if not isinstance(chosen, known):
        message = f"Pyro programs are not run by `{method}`"
        help = "NumPyro can: leave `backend = pyro` out"
        raise BackendError(Diagnostic("B402", message, help=help))
    require("pyro", extra="pyro")
    from .engines import pyro_nuts, pyro_svi
    from .engines.pyro_points import PyroPoints

    match chosen:
        case Settings():
            return pyro_nuts.run(program, given, chosen, method, callback)
        case SviSettings():
            return pyro_svi.run(program, given, chosen, callback)
        case LaplaceSettings():
            return laplace.surveyed(PyroPoints(program, given, chosen), chosen, callback)
        case MapSettings(jacobian=jacobian):
            return mode.climbed(PyroPoints(program, given, chosen, jacobian), chosen, callback)
        case PathfinderSettings():
            return pathfinder.found_on_paths(PyroPoints(program, given, chosen), chosen, callback)


def _runs(chosen: Common) -> int:
    """How many runs follow one another, each with its own part of the progress bar."""
    match chosen:
        case Chains():
            return 1 if chosen.vectorized else chosen.chains
        case LaplaceSettings() | MapSettings():
            return chosen.starts
        case PathfinderSettings():
            return chosen.paths
    return 1
