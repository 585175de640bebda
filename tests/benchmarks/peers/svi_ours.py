"""Our side of a benchmark of variational inference: a whole program, from import to summary."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import bayescript as bs
from tests.benchmarks.peers.common import DRAWS, STEPS, write_arrays

SETTINGS: dict[str, Any] = {
    "method": "svi",
    "guide": "normal",
    "optimizer": "adam(0.01)",
    "particles": 1,
    "steps": STEPS,
    "tolerance": 0.0,  # all steps, as on the other side
    "draws": DRAWS,
}


class Clock:
    """Notes when a run told of its progress, and after how many steps."""

    def __init__(self) -> None:
        self.told: list[tuple[float, int]] = []

    def __call__(self, step: Any) -> None:
        if step.stage == "steps":  # not the search for coordinates before
            self.told.append((time.perf_counter(), step.iteration))

    @property
    def seconds(self) -> float:
        """What a step took, from the first word to the last."""
        (first, early), (last, late) = self.told[0], self.told[-1]
        return (last - first) / (late - early)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("spec", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="the .npz file for the draws")
    parser.add_argument("seed", type=int)
    parser.add_argument("--step", type=Path, help="where to write the seconds that a step takes")
    job = parser.parse_args()
    model = bs.load(job.spec)
    fit = model.fit(job.data, seed=job.seed, progress=True, **SETTINGS)
    print(fit.summary())
    write_arrays(job.out, fit.author_draws)
    if job.step is not None:
        job.step.write_text(json.dumps(min(_step_seconds(model, job) for _ in range(5))))


def _step_seconds(model: bs.Model, job: argparse.Namespace) -> float:
    """Of a fit that finds its program compiled, our way from chunk to chunk included."""
    clock = Clock()
    model.fit(job.data, seed=job.seed, progress=clock, **SETTINGS)
    return clock.seconds


if __name__ == "__main__":
    main()
