"""What all sides of a benchmark share: arguments, data in, draws out, and a stopwatch."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CHAINS = 4
WARMUP = 1000
DRAWS = 1000
STEPS = 5000  # of variational inference


@dataclass(frozen=True)
class Job:
    """What a peer is asked to do."""

    data: Path
    out: Path
    seed: int


def read_job() -> Job:
    """The job from the command line: DATA OUT SEED."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="the .npz file for the draws")
    parser.add_argument("seed", type=int)
    return Job(**vars(parser.parse_args()))


def read_columns(path: Path) -> dict[str, Array]:
    """The columns of a CSV file with a header, or the arrays of an .npz file."""
    if path.suffix == ".npz":
        with np.load(path) as file:
            return dict(file)
    table = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return {name: table[name] for name in table.dtype.names or ()}


def write_arrays(path: Path, values: dict[str, Any]) -> None:
    """Arrays by name; draws have the axes (chain, draw, *shape)."""
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in values.items()}
    np.savez(path, **arrays)


class Stopwatch:
    """What a part of this process costs: CPU-seconds of all threads, and seconds on the clock."""

    def __enter__(self) -> Stopwatch:
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        self.cost = {"cpu": cpu, "wall": wall}

    def write(self, path: Path) -> None:
        """Writes the cost as JSON."""
        path.write_text(json.dumps(self.cost))
