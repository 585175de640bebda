"""What W215 and W216 claim, held against the sampler."""

from typing import Any

import pytest

import bayescript as bs
from tests.lints.said import said
from tests.lints.test_groups import NONCENTRED, PUPILS, groups

CASES = {
    "few rows": (groups(12, 4, 0.5), True),
    "few rows, clear groups": (groups(12, 4, 5.0), False),
    "many rows": (groups(5, 120, 3.0), False),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_form_that_is_recommended_is_sampled_better(name: str) -> None:
    data, noncentred = CASES[name]
    assert said(PUPILS, data) == (["W215 tau"] if noncentred else [])
    assert said(PUPILS + NONCENTRED, data) == (["W216 level"] if name == "many rows" else [])
    centred, other = (_effective(spec, data) for spec in (PUPILS, PUPILS + NONCENTRED))
    better, worse = (other, centred) if noncentred else (centred, other)
    assert better > 2 * worse


def _effective(spec: str, data: Any) -> float:
    """The effective draws of the spread of the groups."""
    fit = bs.loads(spec).fit(data, progress=False, chains=4, draws=1000, seed=1)
    return float(fit.summary()["tau"]["ess_bulk"])
