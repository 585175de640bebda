"""Effective draws per CPU-second of linear regressions: optimised against plain, and Stan."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.nuts import PEERS
from tests.benchmarks.process import run
from tests.posteriordb.recorded import folder

POSTERIORS = {
    "kidscore": "kidiq_with_mom_work-kidscore_interaction_c",
    "earnings": "earnings-logearn_interaction",
    "arK": "arK-arK",
    "mesquite": "mesquite-mesquite",
    "diamonds": "diamonds-diamonds",
}


def figures(repeats: int, say: Callable[[str], None] = print) -> dict[str, float]:
    """Rates of each side, medians over the rounds, and ours over theirs: above 1 is better."""
    if folder() is None:
        say("regressions: left out, BAYESCRIPT_POSTERIORDB is not set")
        return {}
    found: dict[str, float] = {}
    for name, posterior in POSTERIORS.items():
        rounds = []
        for seed in range(repeats):
            say(f"regressions, {name}: round {seed + 1} of {repeats}")
            rounds.append(_round(posterior, seed))
        rates = {
            side: statistics.median(one[side]["ess"] / one[side]["cpu"] for one in rounds)
            for side in rounds[0]
        }
        found |= {f"regression_{name}_{side}": rate for side, rate in rates.items()}
        found[f"regression_vs_plain_{name}"] = rates["optimised"] / rates["plain"]
        found[f"regression_vs_stanli_{name}"] = rates["optimised"] / rates["stanli"]
    for whom in ("plain", "stanli"):
        each = [found[f"regression_vs_{whom}_{name}"] for name in POSTERIORS]
        found[f"regression_vs_{whom}"] = statistics.geometric_mean(each)
    return found


def _round(posterior: str, seed: int) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as cache:
        out = Path(cache, "rates.json")
        command = [sys.executable, "-m", f"{PEERS}.regressions", posterior, str(seed), str(out)]
        run(command, {"BAYESCRIPT_CACHE": cache})
        found: dict[str, dict[str, float]] = json.loads(out.read_text(encoding="utf-8"))
        return found
