"""A fit in two lines: what was done, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ...grammar.diagnostics import Diagnostic


class Fitted(Protocol):
    """What this module reads of a fit."""

    method: str
    stats: dict[str, np.ndarray]
    settings: dict[str, Any]
    details: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]: ...
    @property
    def divergences(self) -> int: ...
    @property
    def k_hat(self) -> float: ...
    @property
    def warnings(self) -> Sequence[Diagnostic]: ...


def headline(fit: Fitted, scalars: int) -> str:
    """The two lines that `repr` shows."""
    number = len(fit.warnings)
    warnings = counted(number, "warning") + ": fit.warnings" * bool(number)
    head = f"Fit of {fit.manifest['spec']} by {_method(fit)}: {_size(fit)}"
    went = [*_course(fit), warnings]
    return f"{head}{counted(scalars, 'scalar')}\n{', '.join(went)}; see fit.summary()"


def counted(number: int, thing: str) -> str:
    """`no warnings`, `1 warning`, `3 warnings`."""
    return f"{number or 'no'} {thing}{'s' * (number != 1)}"


def _method(fit: Fitted) -> str:
    named = fit.method in ("laplace", "pathfinder")
    name = fit.method.capitalize() if named else fit.method.upper()
    return f"{name} ({fit.settings['guide']} guide)" if fit.method == "svi" else name


def _size(fit: Fitted) -> str:
    chains, draws = fit.stats["lp"].shape
    if fit.method == "map" or fit.settings.get("guide") == "delta":
        return "one point, "
    if fit.method in ("svi", "laplace", "pathfinder"):
        return f"{counted(draws, 'draw')}, "
    return f"{counted(chains, 'chain')} of {counted(draws, 'draw')}, "


def _course(fit: Fitted) -> list[str]:
    """How the run went, beside its warnings."""
    details = fit.details
    match fit.method:
        case "svi":
            most = fit.settings["steps"]
            of = "" if details["steps"] == most else f" of {most:,}"
            how = "settled at" if details["settled"] else "is at"
            elbo = f"the ELBO {how} {details['elbo']:.2f} after {details['steps']:,}{of} steps"
            return [elbo, *_trust(fit)]
        case "laplace" | "map":
            agreeing = f"reached from {details['agreeing']} of {details['starts']} starts"
            return [f"log density {details['log_density']:.2f}, {agreeing}", *_trust(fit)]
        case "pathfinder":
            paths = counted(len(details["elbos"]), "path")
            return [f"the ELBO is {details['elbo']:.2f} on the best of {paths}", *_trust(fit)]
        case "mh":
            return [f"{fit.stats['acceptance_rate'].mean():.0%} of proposals accepted"]
    return [counted(fit.divergences, "divergence")]


def _trust(fit: Fitted) -> list[str]:
    if np.isnan(fit.k_hat):
        return []
    return ["k-hat −∞" if fit.k_hat == -np.inf else f"k-hat {fit.k_hat:.2f}"]
