"""Variational inference as one writes it in NumPyro by hand: from import to means and spreads."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np
import numpyro
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.autoguide import AutoNormal
from numpyro.optim import Adam

from tests.benchmarks.peers import numpyro_eight_schools, numpyro_investment
from tests.benchmarks.peers.common import DRAWS, STEPS, Array, read_columns, write_arrays


def _eight_schools(data: dict[str, Array]) -> tuple[Any, dict[str, Any]]:
    given = {name: data[name].astype(float) for name in ("effect", "error")}
    return numpyro_eight_schools.model, given


def _investment(data: dict[str, Array]) -> tuple[Any, dict[str, Any]]:
    firms, firm = np.unique(data["firm"], return_inverse=True)
    years, year = np.unique(data["year"], return_inverse=True)
    centred = numpyro_investment.centred_log
    given = {
        "invest": data["invest"].astype(float),
        "log_value": centred(data["value"]),
        "log_capital": centred(data["capital"]),
        "firm": firm,
        "year": year,
        "firms": len(firms),
        "years": len(years),
    }
    return numpyro_investment.model, given


MODELS = {"eight_schools": _eight_schools, "investment": _investment}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="the .npz file for the draws")
    parser.add_argument("seed", type=int)
    parser.add_argument("--step", type=Path, help="where to write the seconds that a step takes")
    job = parser.parse_args()
    numpyro.enable_x64()
    model, given = MODELS[job.model](read_columns(job.data))
    guide = AutoNormal(model)
    svi = SVI(model, guide, Adam(0.01), Trace_ELBO(num_particles=1))
    for_steps, for_draws = jax.random.split(jax.random.PRNGKey(job.seed))
    found = svi.run(for_steps, STEPS, progress_bar=False, **given)
    draws = guide.sample_posterior(for_draws, found.params, sample_shape=(DRAWS,))
    for name, values in draws.items():
        print(name, np.asarray(values).mean(axis=0), np.asarray(values).std(axis=0))
    write_arrays(job.out, {name: np.asarray(values)[None] for name, values in draws.items()})
    if job.step is not None:
        job.step.write_text(json.dumps(_step_seconds(svi, found.state, given)))


def _step_seconds(svi: Any, state: Any, given: dict[str, Any], repeats: int = 5) -> float:
    """Of a loop over `svi.update` that is compiled once, the best of some runs."""

    def steps(state: Any) -> Any:
        return jax.lax.scan(lambda one, _: svi.update(one, **given), state, None, length=STEPS)

    run = jax.jit(steps)
    wait: Any = jax.block_until_ready  # not typed
    wait(run(state))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        wait(run(state))
        times.append(time.perf_counter() - start)
    return min(times) / STEPS


if __name__ == "__main__":
    main()
