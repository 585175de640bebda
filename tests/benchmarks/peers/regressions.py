"""Regressions of posteriordb: the plain program, the optimised one and Stan, in one process.

Ours fit twice, and the CPU-seconds of the second count: warmup and sampling alone, as with Stan.
All adapt a full mass matrix, without which regressions on raw predictors take minutes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import stanli

from tests.benchmarks.effective import least_effective
from tests.benchmarks.peers.common import CHAINS, DRAWS, WARMUP, Array, Stopwatch
from tests.posteriordb.cases import cases
from tests.posteriordb.recorded import folder

HERE = Path(__file__).parent
Draws = Mapping[str, Array]


def design(name: str, data: Mapping[str, Any]) -> tuple[list[Any], Any, int]:
    """The predictors of a posterior, its outcome, and the priors of `regression.stan`."""
    given = {key: np.asarray(value, float) for key, value in data.items()}
    if name == "arK-arK":
        lags, y = int(given["K"]), given["y"]
        return [y[lags - k : len(y) - k] for k in range(1, lags + 1)], y[lags:], 1
    if name == "diamonds-diamonds":
        x = given["X"][:, 1:]
        return [*(x - x.mean(axis=0)).T], given["Y"], 2
    if name == "mesquite-mesquite":
        columns = ("diam1", "diam2", "canopy_height", "total_height", "density", "group")
        return [given[column] for column in columns], given["weight"], 0
    if name == "earnings-logearn_interaction":
        height, male = given["height"], given["male"]
        return [height, male, height * male], np.log(given["earn"]), 0
    hs, iq = (given[c] - given[c].mean() for c in ("mom_hs", "mom_iq"))
    return [hs, iq, hs * iq], given["kid_score"], 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("posterior")
    parser.add_argument("seed", type=int)
    parser.add_argument("out", type=Path)
    job = parser.parse_args()
    root = folder()
    assert root is not None, "posteriordb is at hand where this is called"
    case = cases(root)[job.posterior]
    columns, y, priors = design(job.posterior, case.posterior.data)
    x = np.column_stack(columns)
    given = {"n": len(y), "k": x.shape[1], "x": x.tolist(), "y": y.tolist(), "priors": priors}
    stan = stanli.Model(stan_file=str(HERE / "regression.stan"), data=given)
    arrays, coords = case.given()

    def ours(seed: int, optimise: bool) -> Draws:
        fit = case.model.fit(
            arrays, coords=coords, method="nuts", progress=False, seed=seed, dense_mass=True,
            optimise=optimise, chains=CHAINS, warmup=WARMUP, draws=DRAWS,
        )  # fmt: skip
        assert fit.settings["optimise"] == optimise
        return {name: fit.draws[name] for name in fit.sampled}

    def theirs(seed: int) -> Draws:
        fit = stan.sample(
            chains=CHAINS, warmup=WARMUP, samples=DRAWS, seed=seed + 1, metric="dense_e",
            parallel_chains=1, refresh=0,
        )  # fmt: skip
        names = [name for name in fit.variables if name.startswith(("alpha", "beta", "sigma"))]
        return {name: np.asarray(fit.draws(name)) for name in names}

    sides: dict[str, Callable[[int], Draws]] = {
        "plain": lambda seed: ours(seed, False),
        "optimised": lambda seed: ours(seed, True),
        "stanli": theirs,
    }
    found = {}
    for side, fit in sides.items():
        if side != "stanli":
            fit(job.seed)
        with Stopwatch() as watch:
            draws = fit(job.seed + 1)
        found[side] = {"cpu": watch.cost["cpu"], "ess": least_effective(draws)}
    job.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
