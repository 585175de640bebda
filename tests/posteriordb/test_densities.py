"""Specs of posteriordb's models against Stan's recorded log densities: reference and programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.posteriordb.cases import Case, cases
from tests.posteriordb.densities import SIDES, compare, differences, reference
from tests.posteriordb.recorded import VARIABLE, folder

ROOT = folder()
FAST = (
    "GLMM_data-GLMM1_model",
    "M0_data-M0_model",
    "Mh_data-Mh_model",
    "Rate_2_data-Rate_2_model",
    "arK-arK",
    "bones_data-bones_model",
    "diamonds-diamonds",
    "dogs-dogs_hierarchical",
    "dugongs_data-dugongs_model",
    "eight_schools-eight_schools_noncentered",
    "election88-election88_full",
    "gp_pois_regr-gp_regr",
    "irt_2pl-irt_2pl",
    "kidiq_with_mom_work-kidscore_mom_work",
    "low_dim_gauss_mix-low_dim_gauss_mix",
    "lsat_data-lsat_model",
    "mcycle_splines-accel_splines",
    "mesquite-logmesquite_logvas",
    "normal_5-normal_mixture_k",
    "radon_mn-radon_variable_intercept_slope_noncentered",
    "seeds_data-seeds_centered_model",
    "state_wide_presidential_votes-hierarchical_gp",
    "three_docs1200-ldaK2",
)
ON_PYRO = ("arK-arK", "eight_schools-eight_schools_noncentered", "seeds_data-seeds_centered_model")
NAMES = list(FAST if ROOT is None else cases(ROOT))

pytestmark = pytest.mark.skipif(ROOT is None, reason=f"posteriordb is not at hand: set {VARIABLE}")


def case(name: str) -> Case:
    assert ROOT is not None
    return cases(ROOT)[name]


@pytest.mark.parametrize("name", FAST)
def test_the_density_is_that_of_stan(name: str) -> None:
    sides = SIDES if name in ON_PYRO else SIDES[:2]
    found = compare(case(name), sides, gradients=False)
    assert all(side.exact for side in found.values()), found


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_density_and_gradient_on_every_back_end(name: str) -> None:
    found = compare(case(name))
    assert all(side.exact and not side.reason for side in found.values()), found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("HalfCauchy(2.5)", "HalfCauchy(2.6)"),
        ("b_hs * mom_hs", "b_hs * (1 - mom_hs)"),
        ("b_hs, b_iq ~ Flat()", "b_hs, b_iq ~ Normal(0, 100)"),
    ],
)
def test_a_wrong_spec_is_found(right: str, wrong: str, tmp_path: Path) -> None:
    one = case("kidiq-kidscore_momhsiq")
    assert right in one.model.source
    spec = tmp_path / "wrong.bayes"
    spec.write_text(one.model.source.replace(right, wrong), encoding="utf-8")
    other = Case(one.posterior, spec, one.entry)
    points, stan = other.points()
    worst, _ = differences([reference(other)(point) for point in points], stan)
    assert worst > 1
