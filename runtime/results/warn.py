"""What the diagnostics of a run say, in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...grammar.diagnostics import Diagnostic
from .diagnose import ESS_PER_CHAIN, R_HAT_LIMIT, energy_information
from .smoothed import K_LIMIT
from .summary import Summary

ENERGY_LIMIT = 0.3
GRADIENTS = 5000  # of Pyro's, above which NumPyro is recommended
_WIDER = {"multivariate": "`guide = flow`", "flow": "a flow with more `flows` or `hidden` units"}


def check(summary: Summary, stats: Mapping[str, np.ndarray]) -> tuple[Diagnostic, ...]:
    """Warnings about Markov chains, the gravest first; empty where nothing is amiss."""
    chains, draws = stats["lp"].shape
    found = [
        _divergences(stats["diverging"]) if "diverging" in stats else None,
        _r_hat(summary, chains),
        _effective(summary, chains),
        _energy(stats["energy"]) if draws >= 4 and "energy" in stats else None,
        _depth(stats.get("reached_max_treedepth")),
    ]
    return tuple(one for one in found if one is not None)


def check_speed(details: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """A warning where Pyro spent long on what NumPyro does at once."""
    gradients = details.get("gradients", 0)
    if gradients <= GRADIENTS:
        return ()
    each = 1000 * details["seconds"] / gradients
    message = (
        f"Pyro took {each:.1f} ms for each of {gradients:,} gradients: NumPyro is commonly "
        "50 to 300 times as fast"
    )
    help = "leave `backend = pyro` out: the same spec runs on NumPyro, with the same posterior"
    return (Diagnostic("W610", message, help=help),)


def check_guide(
    k_hat: float, details: Mapping[str, Any], interrupted: bool
) -> tuple[Diagnostic, ...]:
    """Warnings about variational inference."""
    wider = _WIDER.get(details["guide"], "`guide = multivariate` or `guide = flow`")
    if details.get("precondition") == "none":
        wider = f"`precondition = auto`, {wider}"
    found = [_untrusted(k_hat, "guide", wider), None if interrupted else _unsettled(details)]
    return tuple(one for one in found if one is not None)


def check_mode(k_hat: float, details: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warnings about a mode, and about the normal distribution around it."""
    found = [_no_mode(details), _untrusted(k_hat, "normal distribution", "`infer svi`")]
    return tuple(one for one in found if one is not None)


def check_paths(k_hat: float) -> tuple[Diagnostic, ...]:
    """Warnings about the normal distributions of paths."""
    found = _untrusted(k_hat, "mixture of normal distributions", "`infer svi`")
    return () if found is None else (found,)


def _untrusted(k_hat: float, what: str, wider: str) -> Diagnostic | None:
    if np.isnan(k_hat) or k_hat <= K_LIMIT:
        return None
    return Diagnostic(
        "W607",
        f"k-hat is {k_hat:.2f} (above {K_LIMIT}): the {what} is not close to the posterior, and "
        "its means and spreads cannot be trusted",
        help=f"{wider} can come closer; `infer nuts` draws from the posterior itself",
    )


def _unsettled(details: Mapping[str, Any]) -> Diagnostic | None:
    if details["settled"]:
        return None
    lost, steps = details["not_finite"], details["steps"]
    beyond = f"; in {lost:,} of them it was not finite" if lost else ""
    return Diagnostic(
        "W608",
        f"the ELBO had not settled after {steps:,} steps: the guide was still changing{beyond}",
        help="more steps, or a larger learning_rate",
    )


def _no_mode(details: Mapping[str, Any]) -> Diagnostic | None:
    if details["converged"]:
        return None
    return Diagnostic(
        "W609",
        "the search ended where the density still rises: the point is no mode",
        help="more steps; if it stays, there may be no mode, as where a scale that groups share "
        "goes to zero: write the groups in non-centred form, or use `infer nuts`",
    )


def _divergences(diverging: np.ndarray) -> Diagnostic | None:
    count = int(diverging.sum())
    if count == 0:
        return None
    some = "1 divergence" if count == 1 else f"{count} divergences"
    return Diagnostic(
        "W601",
        f"{some} in {diverging.size} draws: the sampler could not follow the posterior everywhere, "
        "and the draws may miss part of it",
        help="raise target_accept (0.95, 0.99), or give group effects a non-centred form or a "
        "tighter prior on their scale",
    )


def _r_hat(summary: Summary, chains: int) -> Diagnostic | None:
    values = summary.columns["r_hat"]
    bad = np.flatnonzero(values > R_HAT_LIMIT)
    if len(bad) == 0:
        return None
    what = "chains" if chains > 1 else "the two halves of the chain"
    worst = _name_worst(summary, bad, -values)
    return Diagnostic(
        "W602",
        f"R-hat is above {R_HAT_LIMIT} for {worst}: {what} disagree",
        help="do not use these draws yet: run a longer warmup and more draws; if it stays, look "
        "for quantities that the data cannot tell apart",
    )


def _effective(summary: Summary, chains: int) -> Diagnostic | None:
    values = np.fmin(summary.columns["ess_bulk"], summary.columns["ess_tail"])
    least = ESS_PER_CHAIN * chains
    bad = np.flatnonzero(values < least)
    if len(bad) == 0:
        return None
    worst = _name_worst(summary, bad, values)
    return Diagnostic(
        "W603",
        f"fewer than {least} effective draws of {worst}: means and quantiles are rough",
        help="more draws; if draws are many and effective ones few, a model that is easier to "
        "sample (scaled predictors, tighter priors, dense_mass=True)",
    )


def _energy(energy: np.ndarray) -> Diagnostic | None:
    values = energy_information(energy)
    bad = np.flatnonzero(values < ENERGY_LIMIT)
    if len(bad) == 0:
        return None
    chains = ", ".join(str(one + 1) for one in bad)
    return Diagnostic(
        "W604",
        f"E-BFMI is {values.min():.2f} (below {ENERGY_LIMIT}) in chain {chains}: the sampler moves "
        "slowly through the tails",
        help="heavy tails or a funnel are the usual cause: tighter priors on scales, or a "
        "non-centred form",
    )


def _depth(reached: np.ndarray | None) -> Diagnostic | None:
    count = 0 if reached is None else int(reached.sum())
    if count == 0:
        return None
    assert reached is not None
    return Diagnostic(
        "W605",
        f"{count} of {reached.size} draws reached the largest tree depth: right, but slow",
        help="scale the predictors, or raise max_tree_depth",
    )


def _name_worst(summary: Summary, bad: np.ndarray, badness: np.ndarray) -> str:
    """The worst three by name, and how many more there are."""
    order = bad[np.argsort(badness[bad], kind="stable")]
    named = ", ".join(f"`{summary.names[one]}`" for one in order[:3])
    return named + (f" and {len(order) - 3} more" if len(order) > 3 else "")
