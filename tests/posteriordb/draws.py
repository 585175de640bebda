"""NUTS on a case against the reference draws: means, standard deviations, R-hat."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.results.diagnose import diagnose
from tests.posteriordb.cases import Case
from tests.posteriordb.formulas import Array

SETTINGS: Mapping[str, Any] = {"method": "nuts", "chains": 4, "warmup": 1000, "draws": 1000}
SEEDS = (1, 2)  # the second where the first does not agree
LIMIT = 300.0  # seconds for a run
LARGEST_Z, LARGEST_RHAT = 4.0, 1.01


@dataclass(frozen=True)
class Sampled:
    """How NUTS compares with the reference draws.

    `worst_z` is the largest difference of a mean or standard deviation, in Monte Carlo errors of
    both sides together, and `where` whose it is. `reason` says what is wrong, `earlier` what was
    wrong with the seeds before this one.
    """

    worst_z: float | None = None
    where: str = ""
    rhat: float | None = None
    divergences: int = 0
    seconds: float = 0.0
    seed: int = SEEDS[0]
    reason: str = ""
    earlier: str = ""

    @property
    def agrees(self) -> bool:
        return not self.reason


def sample(case: Case) -> Sampled:
    """The first run that agrees, else the last one."""
    earlier: list[str] = []
    for seed in SEEDS:
        found = replace(_run(case, seed), earlier="; ".join(earlier))
        if found.agrees:
            break
        earlier.append(f"seed {seed}: {found.reason}")
    return found


def _run(case: Case, seed: int) -> Sampled:
    start = time.perf_counter()

    def watch(step: object) -> None:
        if time.perf_counter() - start > LIMIT:
            raise TimeoutError

    given, coords = case.given()
    try:
        fit = case.model.fit(given, coords=coords, progress=watch, seed=seed, **SETTINGS)
    except TimeoutError:
        return Sampled(seconds=LIMIT, seed=seed, reason=f"longer than {LIMIT:.0f} seconds")
    except RunError as error:
        return Sampled(seed=seed, reason=str(error.diagnostics[0].message))
    seconds = time.perf_counter() - start
    ours = columns(case, fit.author_draws)
    worst_z, where = disagreement(ours, case.posterior.summary)
    rhat = float(diagnose(np.stack([*ours.values()], axis=-1))["r_hat"].max())
    left_out = sorted(set(case.posterior.summary) - set(ours))
    wrong = []
    if left_out:
        wrong.append(f"not compared: {', '.join(left_out)}")
    if not worst_z <= LARGEST_Z:
        wrong.append(f"{where} differs by {worst_z:.1f} Monte Carlo errors")
    if not rhat <= LARGEST_RHAT:
        wrong.append(f"R-hat {rhat:.3f}")
    return Sampled(worst_z, where, rhat, fit.divergences, seconds, seed, "; ".join(wrong))


def columns(case: Case, draws: Mapping[str, Array]) -> dict[str, Array]:
    """Our draws (chain, draw) under the names of the reference draws."""
    found = {}
    for name, values in draws.items():
        flat = values.reshape(*values.shape[:2], -1)
        for place, label in enumerate(case.labels(name)):
            if label is not None:
                found[label] = flat[:, :, place]
    return found


def disagreement(
    ours: Mapping[str, Array], summary: Mapping[str, Mapping[str, float]]
) -> tuple[float, str]:
    """The largest difference of a mean or standard deviation, in Monte Carlo errors, and whose."""
    found = [(0.0, "")]
    for name, values in ours.items():
        theirs = summary[name]
        mean, sd = float(values.mean()), float(values.std(ddof=1))
        squares = np.stack([values, (values - mean) ** 2], axis=-1)
        of_mean, of_variance = diagnose(squares)["mcse_mean"]
        for what, value, error in (("mean", mean, of_mean), ("sd", sd, of_variance / (2 * sd))):
            if what not in theirs:
                continue
            z = abs(value - theirs[what]) / float(np.hypot(error, theirs[f"mcse_{what}"]))
            found.append((z if np.isfinite(z) else np.inf, f"the {what} of {name}"))
    return max(found)
