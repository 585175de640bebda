"""Stan's side of a benchmark, through stanli: CPU-seconds of warmup and sampling alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import stanli

from tests.benchmarks.peers.common import (
    CHAINS,
    DRAWS,
    WARMUP,
    Array,
    Stopwatch,
    read_columns,
    write_arrays,
)

HERE = Path(__file__).parent


def stan_data(model: str, columns: dict[str, Array]) -> dict[str, Any]:
    """Our columns as the data block of a model wants them: sizes, and groups counted from 1."""
    if model == "eight_schools":
        return {"J": len(columns["effect"]), **_lists(columns, "effect", "error")}
    if model == "radon":
        homes = {"N": len(columns["log_radon"]), **_group(columns, "county", "J")}
        return homes | _lists(columns, "log_radon", "floor")
    records = {"N": len(columns["invest"])}
    groups = _group(columns, "firm", "F") | _group(columns, "year", "Y")
    return records | groups | _lists(columns, "invest", "value", "capital")


def _lists(columns: dict[str, Array], *names: str) -> dict[str, Any]:
    return {name: columns[name].astype(float).tolist() for name in names}


def _group(columns: dict[str, Array], name: str, size: str) -> dict[str, Any]:
    labels, index = np.unique(columns[name], return_inverse=True)
    return {size: len(labels), name: (index + 1).tolist()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="the .npz file for the draws")
    parser.add_argument("seed", type=int)
    parser.add_argument("--cpu", type=Path, required=True, help="where to write the CPU-seconds")
    parser.add_argument("--target-accept", type=float, default=0.8)
    parser.add_argument("--dense-mass", action="store_true")
    job = parser.parse_args()
    model = stanli.Model(
        stan_file=str(HERE / f"{job.model}.stan"),
        data=stan_data(job.model, read_columns(job.data)),
    )
    with Stopwatch() as watch:
        fit = model.sample(
            chains=CHAINS,
            warmup=WARMUP,
            samples=DRAWS,
            seed=job.seed + 1,
            delta=job.target_accept,
            metric="dense_e" if job.dense_mass else "diag_e",
            parallel_chains=1,
            refresh=0,
        )
    watch.write(job.cpu)
    write_arrays(job.out, {name: fit.draws(name) for name in fit.variables})


if __name__ == "__main__":
    main()
