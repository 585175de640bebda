"""A posterior made up here: what the mapping makes of its data, points and reference draws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.posteriordb.cases import Case, Entry
from tests.posteriordb.densities import compare
from tests.posteriordb.recorded import Posterior

SPEC = """
plate group = 1..3
plate site
plate row within site
data
  g[row] : group
  y[row] : real
mu ~ Normal(0, 1)
tau ~ HalfNormal(1)
alpha[site] ~ Normal(mu, tau)
b[group] ~ Pinned(Normal(0, 2), at = 1)
y[row] ~ Normal(alpha + b[g], 1)
"""
ENTRY = Entry(
    {"g": "group", "site": "where", "alpha_standard": "raw", "b": "[0, beta]", "y": "x[:, 2]"},
    {"alpha": "theta"},
)
DATA = {"group": [1, 3, 2], "where": [2, 1, 2], "x": [[9.0, 0.5], [9.0, -1.0], [9.0, 2.0]]}
POINTS = [
    {"mu": 0.5, "tau": 2.0, "raw": [-1.0, 0.25], "beta": [0.3, -0.4]},
    {"mu": -1.0, "tau": 0.5, "raw": [0.0, 2.0], "beta": [1.3, 0.2]},
]
NAMES = ("mu", "tau", "theta[1]", "theta[2]", "beta[1]", "beta[2]")


def log_density(point: dict[str, object]) -> float:
    """By hand, without the constants."""
    mu, tau, raw, beta = (np.asarray(point[name]) for name in ("mu", "tau", "raw", "beta"))
    alpha = mu + tau * raw
    mean = alpha[[1, 0, 1]] + np.array([0.0, beta[1], beta[0]])
    squares = [mu**2, tau**2, (raw**2).sum(), (beta**2).sum() / 4]
    return float(-0.5 * (sum(squares) + ((np.array([0.5, -1.0, 2.0]) - mean) ** 2).sum()))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    recorded = [{"params": one, "log_density": log_density(one)} for one in POINTS]
    for path, content in {
        "data/d.json": DATA,
        "logdensity/d-m.json": {"points": recorded},
        "reference/d-m.json": {"summary": {name: {} for name in NAMES}},
    }.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(json.dumps(content), encoding="utf-8")
    spec = tmp_path / "m.bayes"
    spec.write_text(SPEC, encoding="utf-8")
    return Case(Posterior("d-m", "m", tmp_path, "d"), spec, ENTRY)


def test_data_are_bound_to_the_spec(case: Case) -> None:
    assert case.bound.sizes == {"group": 3, "site": 2, "row": 3}
    np.testing.assert_array_equal(case.bound.indices["row", "site"], [1, 0, 1])
    np.testing.assert_array_equal(case.bound.data["g"], [0, 2, 1])
    np.testing.assert_array_equal(case.bound.data["y"], [0.5, -1.0, 2.0])


def test_densities_are_those_by_hand_on_every_side(case: Case) -> None:
    assert case.noncentered == ["alpha"]
    for name, side in compare(case).items():
        assert side.exact and not side.reason, (name, side)


def test_the_size_of_a_plate_can_be_told(case: Case) -> None:
    other = Case(case.posterior, case.spec, Entry({**ENTRY.formulas, "group": "2 + 1"}, {}))
    assert other.given()[1] == {"group": [1, 2, 3]}


def test_draws_have_the_names_of_the_reference(case: Case) -> None:
    assert case.labels("b") == [None, "beta[1]", "beta[2]"]
    assert case.labels("alpha") == ["theta[1]", "theta[2]"]
    assert case.labels("mu") == ["mu"]
    assert case.labels("y") == []
    computed = Case(case.posterior, case.spec, Entry({"tau": "1 / sqrt(tau)"}, {}))
    assert computed.labels("tau") == []
    assert case.reparametrised  # the spec does not ask for what the points are
