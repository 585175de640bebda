"""Specs of ours and the same models in Stan: one density, one gradient, on one unconstrained scale.

Both programs are those that run, with the spec's own forms (non-centred, pinned, imputed). Stan
drops constants, and its half priors are not renormalised, so densities are compared by their
differences from one point to the next.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import stanli

import bayescript as bs
from tests.specs.test_specs import SPECS, data_of
from tests.verify_stan.sides import PROGRAMS, RTOL, assert_agree, program_of, stan_data

TWINS = Path(__file__).parent / "twins"
NAMES = (
    "count_regression/negative_binomial",
    "count_regression/poisson",
    "eight_schools/eight_schools",
    "investment/investment",
    "linear_regression/engel",
    "logistic_regression/vote",
    "measurement_error/smoothness",
    "missing_cells/fertility",
    "mode_choice/mode_choice",
    "random_slopes/random_slopes",
    "robust_regression/murder",
    "survival/transplants",
)
POINTS = 5
# NumPyro's negative binomial rests on an approximation of the beta function, good to so many digits
# in its derivative.
LOSES = {("count_regression/negative_binomial", "numpyro"): 1e-6}


@pytest.mark.parametrize("backend", PROGRAMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_spec_is_its_twin_in_stan(name: str, backend: str) -> None:
    pytest.importorskip(backend)
    model = bs.load(f"{SPECS / name}.bayes")
    bound = model.bind(data_of(name))
    ours, dimension = PROGRAMS[backend](*program_of(model, bound, backend))
    twin = stanli.Model(
        stan_code=(TWINS / f"{Path(name).name}.stan").read_text("utf-8"),
        data=stan_data(model.ir, bound),
    )
    assert twin.n_unconstrained == dimension
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (POINTS, dimension))
    found, wanted = ([one(z) for z in points] for one in (ours, twin.log_prob_grad))
    assert_agree(found, wanted, LOSES.get((name, backend), RTOL))


def test_each_twin_is_compared() -> None:
    assert {path.stem for path in TWINS.glob("*.stan")} == {Path(name).name for name in NAMES}
