"""Our side of a benchmark: a whole program, from import to summary."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import bayescript as bs
from tests.benchmarks.peers.common import (
    CHAINS,
    DRAWS,
    WARMUP,
    Stopwatch,
    read_columns,
    write_arrays,
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("spec", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="the .npz file for the draws")
    parser.add_argument("seed", type=int)
    parser.add_argument("--again", type=Path, help="fit twice; write the CPU-seconds of the second")
    job = parser.parse_args()
    # A CSV file is given as it is; an .npz file as the arrays in it.
    data: Any = job.data if job.data.suffix == ".csv" else read_columns(job.data)
    settings: dict[str, Any] = {
        "chains": CHAINS,
        "warmup": WARMUP,
        "draws": DRAWS,
        "progress": True,
    }
    model = bs.load(job.spec)
    fit = model.fit(data, seed=job.seed, **settings)
    print(fit.summary())
    if job.again is not None:
        with Stopwatch() as watch:
            fit = model.fit(data, seed=job.seed + 1, **settings)
        watch.write(job.again)
    write_arrays(job.out, fit.author_draws)


if __name__ == "__main__":
    main()
