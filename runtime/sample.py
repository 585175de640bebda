"""From a program and bound data to a fit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic, did_you_mean
from .engines import kept, nuts
from .engines.settings import Callback, Draws, Settings, Step, make_settings
from .execute import Binding, Program, arguments, load_program
from .fit import Fit
from .interrupt import Interrupts
from .progress import progress_bar

METHODS = ("nuts", "hmc")


def fit(
    source: str,
    name: str,
    bound: Binding,
    method: str = "nuts",
    progress: bool | Callback = True,
    spec: str = "",
    **settings: Any,
) -> Fit:
    """Samples the posterior of an emitted program given bound data.

    `settings` are those of `engines.settings.Settings`. `progress` is whether a terminal shows a
    bar, or a function that is called with a `Step` after each chunk of iterations. Ctrl-C ends the
    run and keeps the draws that are there (`Fit.interrupted`). Raises BackendError for an unknown
    method or setting, RunError where sampling cannot start or nothing was drawn.
    """
    if method not in METHODS:
        close = did_you_mean(method, METHODS) or "known: " + ", ".join(METHODS)
        raise BackendError(Diagnostic("B402", f"there is no method `{method}`", help=close))
    chosen = make_settings(settings)
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
    )


def _drawn(
    program: Program,
    given: dict[str, Any],
    chosen: Settings,
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
        return nuts.run(program, given, chosen, method, told(progress))
    together = chosen.chain_method == "vectorized"
    with progress_bar(1 if together else chosen.chains, progress) as callback:
        return nuts.run(program, given, chosen, method, told(callback or (lambda step: None)))
