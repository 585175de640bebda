"""Predictions of new rows with their intervals, against `numpyro.infer.Predictive` and NumPy.

Both sides draw one outcome for each row and each of 4000 draws of the posterior, in float64, and
give mean, standard deviation and three quantiles of each row. Both have run once before, so that
compilation is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import bayescript as bs
from tests.benchmarks.models import ROOT

SPEC = ROOT / "specs" / "linear_regression"
ROWS = 20_000
MANY = 100_000
LEVELS = (0.05, 0.5, 0.95)


def figures(say: Callable[[str], None] = print) -> dict[str, float]:
    """Rows a second of wall time, and our CPU time over theirs (below 1 is better)."""
    say("predict: fitting")
    fit = bs.load(SPEC / "engel.bayes").fit(SPEC / "households.csv", progress=False)
    income = np.random.default_rng(0).uniform(400, 2500, MANY)

    def ours(rows: int) -> np.ndarray:
        found = fit.predict({"household": {"income": income[:rows]}}, keep=False)
        return found["food"]["q95"]

    theirs = _peer(fit, income[:ROWS])
    say(f"predict: {ROWS:,} rows")
    mine, other = ours(ROWS), theirs()
    assert abs(np.log(mine) - np.log(other)).max() < 0.1, "the two sides predict something else"
    cost = [_cpu(lambda: ours(ROWS)), _cpu(theirs)]
    say(f"predict: {MANY:,} rows")
    began = time.perf_counter()
    ours(MANY)
    return {
        "predict_rows_per_second": MANY / (time.perf_counter() - began),
        "predict_ours_cpu_seconds": cost[0],
        "predict_numpyro_cpu_seconds": cost[1],
        "predict_vs_numpyro": cost[0] / cost[1],
    }


def _cpu(call: Callable[[], Any]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _peer(fit: bs.Fit, income: np.ndarray) -> Callable[[], np.ndarray]:
    import jax
    import numpyro
    import numpyro.distributions as dist
    from numpyro.infer import Predictive

    x = np.log(income) - np.log(fit.bound.data["income"]).mean()

    def model(x: Any) -> None:
        alpha = numpyro.sample("alpha", dist.Normal(6, 1))
        beta = numpyro.sample("beta", dist.Normal(0.5, 0.5))
        sigma = numpyro.sample("sigma", dist.HalfNormal(1))
        with numpyro.plate("household", len(x)):
            numpyro.sample("food", dist.LogNormal(alpha + beta * x, sigma))

    draws = {n: fit.draws[n].ravel() for n in ("alpha", "beta", "sigma")}
    drawn = jax.jit(Predictive(model, draws, return_sites=["food"], parallel=True))

    def run() -> np.ndarray:
        food = np.asarray(drawn(jax.random.key(0), x)["food"])
        mean, sd = food.mean(0), food.std(0, ddof=1)
        assert np.isfinite(mean).all() and np.isfinite(sd).all()
        q95: np.ndarray = np.quantile(food, LEVELS, axis=0)[2]
        return q95

    return run
