"""Programs kept on disk: a second process has the same draws, also where they call LAPACK."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bayescript.runtime.engines import engine
from tests.runtime import examples

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys, bayescript as bs
settings = {"chains": 1, "warmup": 50, "draws": 50, "dense_mass": True}
fit = bs.load(sys.argv[1]).fit(sys.argv[2], progress=False, **settings)
print({name: values.sum().hex() for name, values in fit.draws.items()})
print("numpyro" in sys.modules)
"""


@pytest.mark.parametrize("spec", ["linear_regression/engel", "random_slopes/random_slopes"])
def test_a_second_process_draws_the_same(spec: str, tmp_path: Path) -> None:
    path = ROOT / "specs" / f"{spec}.bayes"
    data = next(path.parent.glob("*.csv"), ROOT / "specs/investment/investment.csv")
    command = [sys.executable, "-c", SCRIPT, str(path), str(data)]
    environment = {**os.environ, "BAYESCRIPT_CACHE": str(tmp_path)}
    first, second = (
        subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(2)
    )
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("True", "False")  # the second neither traced nor compiled


def test_a_process_keeps_the_programs_that_were_used_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes memory maps, of which a process has only so many."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(engine, "_IN_MEMORY", kept)
    monkeypatch.setattr(engine, "_MOST", 2)
    examples.sample("conjugate", method="map")
    (first,) = kept
    examples.sample("counts", method="map")
    examples.sample("conjugate", method="map")  # again, so the other was not used for longest
    examples.sample("linear", method="map")
    assert len(kept) == 2 and first in kept
