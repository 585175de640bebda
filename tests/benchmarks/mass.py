"""A full mass matrix beside its diagonal: effective draws per CPU-second, by the dimensions.

`python -m tests.benchmarks.mass` prints what `dense_mass = auto` rests on. Each fits twice in this
process, and the second counts: warmup and sampling alone.
"""

from __future__ import annotations

import sys
import time
from statistics import geometric_mean

from bayescript.compiler.tables.inference import DENSE_UP_TO
from tests.benchmarks.effective import least_effective
from tests.posteriordb.cases import Case, cases
from tests.posteriordb.recorded import folder

POSTERIORS = (
    "nes_logit_data-nes_logit_model",
    "dogs-dogs",
    "GLM_Poisson_Data-GLM_Poisson_model",
    "wells_data-wells_dae_c_model",
    "low_dim_gauss_mix-low_dim_gauss_mix",
    "eight_schools-eight_schools_centered",
    "surgical_data-surgical_model",
    "seeds_data-seeds_model",
    "GLMM_Poisson_data-GLMM_Poisson_model",
    "radon_mn-radon_variable_intercept_centered",
)


def main() -> int:
    root = folder()
    if root is None:
        print("left out: BAYESCRIPT_POSTERIORDB is not set")
        return 2
    every = cases(root)
    few = []
    for name in POSTERIORS:
        (size, diagonal), (_, full) = (_rate(every[name], dense) for dense in (False, True))
        print(f"{name:45}{size:5}{diagonal:9,.0f}{full:9,.0f}{full / diagonal:8.2f}", flush=True)
        few += [full / diagonal] * (size <= DENSE_UP_TO)
    print(f"geometric mean of those with at most {DENSE_UP_TO}: {geometric_mean(few):.2f}")
    return 0


def _rate(case: Case, dense: bool) -> tuple[int, float]:
    """How many numbers a draw has, and the effective draws per CPU-second."""
    given, coords = case.given()
    for seed in (1, 2):
        began = time.process_time()
        fit = case.model.fit(
            given, coords=coords, method="nuts", progress=False, seed=seed, dense_mass=dense
        )
        seconds = time.process_time() - began
    draws = {name: fit.draws[name] for name in fit.sampled}
    size = sum(int(values[0, 0].size) for values in draws.values())
    return size, least_effective(draws) / seconds


if __name__ == "__main__":
    sys.exit(main())
