"""Variational inference: a step, and whole processes, against `numpyro.infer.SVI`.

Both sides fit independent normals with Adam, one particle and the same number of steps. A step is
measured in a compiled loop that has run before; a whole process from an empty cache.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.models import BENCHES, Bench
from tests.benchmarks.nuts import PEERS
from tests.benchmarks.process import run

MODELS = ("eight_schools", "investment")


def figures(
    repeats: int, only: frozenset[str] = frozenset(), say: Callable[[str], None] = print
) -> dict[str, float]:
    """Flat figures: ours over theirs, below 1 is better; medians over the rounds."""
    found: dict[str, float] = {}
    for bench in BENCHES:
        if bench.name not in MODELS or (only and bench.name not in only):
            continue
        rounds: list[dict[str, float]] = []
        for seed in range(repeats):
            say(f"svi, {bench.name}: round {seed + 1} of {repeats}")
            rounds.append(_round(bench, seed))
        medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
        found |= {f"svi_{bench.name}_{name}": value for name, value in medians.items()}
        for what in ("step", "cold"):
            ratio = medians[f"ours_{what}_seconds"] / medians[f"numpyro_{what}_seconds"]
            found[f"svi_{what}_vs_numpyro_{bench.name}"] = ratio
    for what in ("step", "cold"):
        ratios = [found[key] for m in MODELS if (key := f"svi_{what}_vs_numpyro_{m}") in found]
        if ratios:
            found[f"svi_{what}_vs_numpyro"] = statistics.geometric_mean(ratios)
    return found


def _round(bench: Bench, seed: int) -> dict[str, float]:
    """What each side costs: CPU-seconds of a cold process, seconds of a step."""
    with tempfile.TemporaryDirectory() as folder:
        data, out, step = bench.data(Path(folder)), Path(folder, "x.npz"), Path(folder, "step")
        theirs = [sys.executable, "-m", f"{PEERS}.svi_numpyro", bench.name]
        ours = [sys.executable, "-m", f"{PEERS}.svi_ours", str(bench.spec)]
        rest = [str(data), str(out), str(seed)]
        found: dict[str, float] = {}
        for side, command in (("numpyro", theirs), ("ours", ours)):
            cold, warm = Path(folder, side, "cold"), Path(folder, side, "warm")
            cost = run([*command, *rest], {"BAYESCRIPT_CACHE": str(cold)})
            found[f"{side}_cold_seconds"] = cost.cpu
            run([*command, *rest, "--step", str(step)], {"BAYESCRIPT_CACHE": str(warm)})
            found[f"{side}_step_seconds"] = json.loads(step.read_text())
        return found
