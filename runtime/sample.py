"""From a program and bound data to a fit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic
from .engines import chains, kept, laplace, svi
from .engines import map as mode
from .engines.settings import (
    Callback,
    Chains,
    Common,
    Draws,
    LaplaceSettings,
    MapSettings,
    Settings,
    Step,
    SviSettings,
    make_settings,
)
from .execute import Binding, Program, arguments, load_program
from .fit import Fit
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
    **settings: Any,
) -> Fit:
    """The posterior of an emitted program given bound data, by some method.

    `settings` are those of the method in `engines.settings`. `progress` is whether a terminal shows
    a bar, or a function that is called with a `Step` after each chunk of iterations. Ctrl-C ends
    the run and keeps what is there (`Fit.interrupted`). Raises BackendError for an unknown method
    or setting, RunError where there is no start, or nothing was drawn.
    """
    chosen = make_settings(method, settings)
    program = load_program(source, name, spec)
    given = arguments(program, bound)
    with Interrupts() as interrupts:
        drawn = _drawn(program, given, chosen, method, progress, interrupts)
    return Fit(
        source=source,
        spec=spec,
        name=name,
        bound=bound,
        draws=drawn.values,
        stats=drawn.stats,
        sampled=drawn.sampled,
        method=method,
        settings=asdict(chosen),
        versions=kept.versions(),
        interrupted=drawn.interrupted,
        trace=drawn.trace,
        details=drawn.details,
    )


def _drawn(
    program: Program,
    given: dict[str, Any],
    chosen: Common,
    method: str,
    progress: bool | Callback,
    interrupts: Interrupts,
) -> Draws:
    def told(callback: Callback) -> Callback:
        def report(step: Step) -> None:
            callback(step)
            interrupts.check()

        return report

    if callable(progress):
        return _run(program, given, chosen, method, told(progress))
    with progress_bar(_runs(chosen), progress) as callback:
        return _run(program, given, chosen, method, told(callback or (lambda step: None)))


def _run(
    program: Program, given: dict[str, Any], chosen: Common, method: str, callback: Callback
) -> Draws:
    if program.manifest.get("backend") == "pyro":
        return _run_pyro(program, given, chosen, method, callback)
    match chosen:
        case Chains():
            return chains.run(program, given, chosen, method, callback)
        case SviSettings():
            return svi.run(program, given, chosen, callback)
        case LaplaceSettings():
            return laplace.run(program, given, chosen, callback)
        case MapSettings():
            return mode.run(program, given, chosen, callback)
    raise AssertionError(f"`{method}` has settings and no engine")


def _run_pyro(
    program: Program, given: dict[str, Any], chosen: Common, method: str, callback: Callback
) -> Draws:
    if not isinstance(chosen, Settings):
        message = f"`{method}` runs on NumPyro here; Pyro programs run by nuts and hmc"
        raise BackendError(Diagnostic("B402", message, help="leave `backend = pyro` out"))
    require("pyro", extra="pyro")
    from .engines import pyro_nuts

    return pyro_nuts.run(program, given, chosen, method, callback)


def _runs(chosen: Common) -> int:
    """How many runs follow one another, each with its own part of the progress bar."""
    match chosen:
        case Chains():
            return 1 if chosen.vectorized else chosen.chains
        case LaplaceSettings() | MapSettings():
            return chosen.starts
    return 1
