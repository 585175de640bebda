"""Programs kept on disk: a second process has the same draws, also where they call LAPACK."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
