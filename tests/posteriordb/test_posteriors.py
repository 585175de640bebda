"""Posteriors against Stan's own draws, within Monte Carlo error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stanli

import bayescript as bs
from bayescript.runtime.results.diagnose import diagnose
from tests.posteriordb.cases import cases
from tests.posteriordb.recorded import VARIABLE, folder

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "tests/benchmarks/peers"
DRAWS: dict[str, Any] = {"chains": 4, "warmup": 1000, "draws": 2000}

LOGISTIC = """
data { int n; matrix[n, 4] x; array[n] int y; }
parameters { real alpha; vector[4] beta; }
model {
  alpha ~ normal(0, 2.5);
  beta ~ normal(0, 2.5);
  y ~ bernoulli_logit(alpha + x * beta);
}
"""


def stan_draws(program: str, data: dict[str, Any], **settings: Any) -> Any:
    model = stanli.Model(stan_code=program, data=data)
    return model.sample(chains=4, warmup=1000, samples=2000, seed=11, refresh=0, **settings)


def column(fit: Any, name: str) -> Any:
    """A scalar's draws (chain, draw); `name` as `theta.1`."""
    return np.asarray(fit[name], dtype=float).reshape(4, -1)


def within_monte_carlo_error(ours: Any, theirs: Any, name: str) -> None:
    """Means and standard deviations differ by less than 4.5 of their Monte Carlo errors."""
    stacked = [np.asarray(x)[..., None] for x in (ours, theirs)]
    for power in (1, 2):
        values = stacked if power == 1 else [(x - x.mean()) ** 2 for x in stacked]
        errors = [float(diagnose(v)["mcse_mean"][0]) for v in values]
        gap = abs(float(values[0].mean() - values[1].mean()))
        assert gap < 4.5 * np.hypot(errors[0], errors[1]), f"{name}: {gap} with errors {errors}"


def test_eight_schools() -> None:
    spec = ROOT / "specs/eight_schools/eight_schools.bayes"
    fit = bs.load(spec).fit(spec.with_suffix(".csv"), progress=False, **DRAWS)
    data = fit.bound.data
    given = {"J": 8, "effect": data["effect"].tolist(), "error": data["error"].tolist()}
    stan = stan_draws((PEERS / "eight_schools.stan").read_text(), given, delta=0.9)
    for name in ("mu", "tau"):
        within_monte_carlo_error(fit.draws[name], column(stan, name), name)
    for k in range(8):
        within_monte_carlo_error(
            fit.draws["theta"][..., k], column(stan, f"theta.{k + 1}"), f"theta {k}"
        )


def test_logistic_regression() -> None:
    spec = ROOT / "specs/logistic_regression/vote.bayes"
    fit = bs.load(spec).fit(spec.with_name("voters.csv"), progress=False, **DRAWS)
    data = fit.bound.data
    columns = [data[name] for name in ("age", "education", "income", "leaning")]
    x = np.stack([(c - c.mean()) / (2 * c.std(ddof=1)) for c in columns], axis=1)
    given = {"n": len(x), "x": x.tolist(), "y": data["dole"].tolist()}
    stan = stan_draws(LOGISTIC, given)
    names = ("b_age", "b_education", "b_income", "b_leaning")
    within_monte_carlo_error(fit.draws["alpha"], column(stan, "alpha"), "alpha")
    for k, name in enumerate(names):
        within_monte_carlo_error(fit.draws[name], column(stan, f"beta.{k + 1}"), name)


def test_radon() -> None:
    root = folder()
    if root is None:
        pytest.skip(f"posteriordb is not at hand: set {VARIABLE}")
    case = cases(root)["radon_mn-radon_variable_intercept_noncentered"]
    fit = case.model.fit(case.given()[0], progress=False, **DRAWS)
    stan = stan_draws((PEERS / "radon.stan").read_text(), radon_data(fit.bound))
    names = {"mu_alpha": "mu", "sigma_alpha": "tau", "beta": "beta", "sigma_y": "sigma"}
    for ours, theirs in names.items():
        within_monte_carlo_error(fit.draws[ours], column(stan, theirs), ours)
    for k in (0, 1, 17, 42, 84):
        within_monte_carlo_error(
            fit.draws["alpha"][..., k], column(stan, f"alpha.{k + 1}"), f"alpha {k}"
        )


def radon_data(bound: Any) -> dict[str, Any]:
    return {
        "N": bound.sizes["home"],
        "J": bound.sizes["county"],
        "county": (bound.indices["home", "county"] + 1).tolist(),
        "floor": bound.data["floor"].tolist(),
        "log_radon": bound.data["log_radon"].tolist(),
    }
