"""NUTS from spec and data to summary: our whole processes against hand-written peers.

In every round each side runs once, one after the other, so that a slow spell of the machine meets
all sides. Cost is CPU-seconds of the whole process, start and imports included. The peer is cold in
every process, since JAX keeps no compiled programs by default; ours is measured cold (an empty
cache folder) and cached (a second process with that folder).
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.effective import min_bulk_ess
from tests.benchmarks.models import BENCHES, Bench
from tests.benchmarks.process import Cost, run

PEERS = "tests.benchmarks.peers"
NUMPYRO, COLD, CACHED, AGAIN, STAN = "numpyro", "ours cold", "ours cached", "ours again", "stanli"


@dataclass
class Side:
    """What one side cost in each round, and how many effective draws it gave."""

    costs: list[Cost] = field(default_factory=list)
    draws: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """CPU-seconds, the median over rounds."""
        return statistics.median(cost.cpu for cost in self.costs)

    @property
    def wall(self) -> float:
        """Seconds on the clock, the median over rounds."""
        return statistics.median(cost.wall for cost in self.costs)

    @property
    def ess(self) -> float:
        """Minimum bulk ESS, the median over rounds."""
        return statistics.median(self.draws)

    @property
    def rate(self) -> float:
        """Effective draws per CPU-second."""
        return self.ess / self.cpu


Sides = dict[str, Side]


def our_command(spec: Path, data: Path, out: Path, seed: int) -> list[str]:
    """Our whole process: fit, print the summary, write the draws."""
    return _module("ours", spec, data, out, seed)


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"{PEERS}.{name}", *map(str, arguments)]


def measure(
    repeats: int, only: frozenset[str], peers_only: bool, say: Callable[[str], None]
) -> dict[str, Sides]:
    """What every side of every model cost; a model whose data are not at hand is left out."""
    measured: dict[str, Sides] = {}
    for bench in BENCHES:
        if only and bench.name not in only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            data = bench.data(Path(folder))
            if data is None:
                say(f"{bench.name}: left out, BAYESCRIPT_POSTERIORDB is not set")
                continue
            sides: Sides = {}
            for seed in range(repeats):
                say(f"{bench.name}: round {seed + 1} of {repeats}")
                _round(bench, data, seed, peers_only, sides)
            measured[bench.name] = sides
    return measured


def _round(bench: Bench, data: Path, seed: int, peers_only: bool, sides: Sides) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out, seconds = Path(folder, "draws.npz"), Path(folder, "seconds.json")

        def note(side: str, cost: Cost) -> None:
            entry = sides.setdefault(side, Side())
            entry.costs.append(cost)
            entry.draws.append(min_bulk_ess(out, bench.quantities))

        note(NUMPYRO, run(_module(f"numpyro_{bench.name}", data, out, seed)))
        if not peers_only:
            cache = {"BAYESCRIPT_CACHE": str(Path(folder, "cache"))}
            note(COLD, run(our_command(bench.spec, data, out, seed), cache))
            note(CACHED, run(our_command(bench.spec, data, out, seed), cache))
            run([*our_command(bench.spec, data, out, seed), "--again", str(seconds)], cache)
            note(AGAIN, _own(seconds))
        stan = _module("stan", bench.name, data, out, seed, "--cpu", seconds)
        stan += ["--target-accept", str(bench.target_accept)]
        run([*stan, *(["--dense-mass"] if bench.dense_mass else [])])
        note(STAN, _own(seconds))


def _own(seconds: Path) -> Cost:
    """What a process measured of itself: warmup and sampling alone."""
    own = json.loads(seconds.read_text())
    return Cost(cpu=own["cpu"], wall=own["wall"])


def figures(measured: dict[str, Sides]) -> dict[str, float]:
    """Flat figures. Costs are ours over theirs (below 1 is better), rates too (above 1 is better).

    The rate against stanli compares warmup and sampling alone, on our side a second fit in one
    process; the rate against NumPyro compares whole cold processes.
    """
    found: dict[str, float] = {}
    for model, sides in measured.items():
        for side, entry in sides.items():
            key = f"{model}_{side.replace(' ', '_')}"
            found[f"{key}_cpu_seconds"] = entry.cpu
            found[f"{key}_wall_seconds"] = entry.wall
            found[f"{key}_min_ess"] = entry.ess
    compared = {m: s for m, s in measured.items() if COLD in s}
    ratios: dict[str, Callable[[Sides], float]] = {
        "nuts_cold_vs_numpyro": lambda s: s[COLD].cpu / s[NUMPYRO].cpu,
        "nuts_cached_vs_numpyro": lambda s: s[CACHED].cpu / s[NUMPYRO].cpu,
        "nuts_ess_rate_vs_numpyro": lambda s: s[COLD].rate / s[NUMPYRO].rate,
        "nuts_ess_rate_vs_stanli": lambda s: s[AGAIN].rate / s[STAN].rate,
    }
    for name, ratio in ratios.items():
        each = {model: ratio(sides) for model, sides in compared.items()}
        found |= {f"{name}_{model}": value for model, value in each.items()}
        if each:
            found[name] = statistics.geometric_mean(each.values())
    return found
