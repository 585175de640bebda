"""Random-walk Metropolis: right posteriors, adapted proposals, and no divergences to speak of."""

from typing import Any

import numpy as np
import pytest

from bayescript.runtime.engines.mh import _windows
from bayescript.runtime.fit import Fit
from tests.runtime import examples


@pytest.fixture(scope="module")
def linear() -> Fit:
    return examples.sample("linear", method="mh")


def _agrees(found: Fit, names: tuple[str, ...], mean: np.ndarray, sd: np.ndarray) -> None:
    for name, m, s in zip(names, mean, sd, strict=True):
        row = found.summary()[name]
        assert row["mean"] == pytest.approx(m, abs=4 * row["mcse_mean"])
        assert row["sd"] == pytest.approx(s, rel=0.1)
        assert row["r_hat"] < 1.02


def test_a_normal_posterior(linear: Fit) -> None:
    exact = examples.exact()
    _agrees(linear, examples.LINEAR, exact.mean, exact.sd)
    table = np.stack([linear.draws[name].ravel() for name in examples.LINEAR])
    right = exact.covariance[1, 2] / (exact.sd[1] * exact.sd[2])
    assert np.corrcoef(table)[1, 2] == pytest.approx(right, abs=0.05)


@pytest.mark.parametrize(
    "settings", [{"dense_mass": False}, {"chain_method": "vectorized", "chains": 3}]
)
def test_other_forms_agree(settings: dict[str, Any]) -> None:
    found = examples.sample("linear", method="mh", **settings)
    exact = examples.exact()
    _agrees(found, examples.LINEAR, exact.mean, exact.sd)


def test_a_gamma_posterior() -> None:
    data = examples.counts().data
    shape = 2 + data["count"][data["seen"]].sum()
    cells = 1 + data["seen"].sum()
    found = examples.sample("counts", method="mh", acceptance=0.44)
    _agrees(found, ("rate",), np.array([shape / cells]), np.array([shape**0.5 / cells]))


@pytest.mark.slow
def test_eight_schools_as_nuts() -> None:
    ours = examples.sample("eight_schools", method="mh")
    nuts = examples.sample("eight_schools", draws=4000, target_accept=0.95)
    for name in ("mu", "tau", "theta[A]", "theta[C]"):
        mine, other = ours.summary()[name], nuts.summary()[name]
        error = np.hypot(mine["mcse_mean"], other["mcse_mean"])
        assert mine["mean"] == pytest.approx(other["mean"], abs=4 * error)
        assert mine["sd"] == pytest.approx(other["sd"], rel=0.15)


def test_proposals_are_adapted_and_then_fixed(linear: Fit) -> None:
    assert linear.stats["acceptance_rate"].mean() == pytest.approx(0.234, abs=0.06)
    assert np.ptp(linear.stats["step_size"], axis=1).max() == 0
    assert np.ptp(linear.stats["step_size"]) > 0  # each chain has found its own
    eager = examples.sample("linear", method="mh", acceptance=0.6)
    assert eager.stats["acceptance_rate"].mean() == pytest.approx(0.6, abs=0.1)


def test_the_covariance_helps() -> None:
    dense = examples.sample("linear", method="mh", thin=1, draws=5000)
    poor = examples.sample("linear", method="mh", thin=1, draws=5000, dense_mass=False)
    assert dense.summary()["slope"]["ess_bulk"] > 1.2 * poor.summary()["slope"]["ess_bulk"]


def test_it_reads_as_chains(linear: Fit) -> None:
    assert "r_hat" in linear.summary().columns and linear.divergences == 0
    assert repr(linear).startswith("Fit of linear.bayes by MH: 4 chains of 1000 draws, 5 scalars")
    assert "% of proposals accepted, no warnings" in repr(linear)
    assert set(linear.stats) == {"acceptance_rate", "lp", "step_size"}


def test_the_same_seed_gives_the_same_draws(linear: Fit) -> None:
    again = examples.sample("linear", method="mh")
    np.testing.assert_array_equal(again.draws["level"], linear.draws["level"])
    longer = examples.sample("linear", method="mh", chains=1, draws=2000, thin=4)
    np.testing.assert_array_equal(
        longer.draws["level"][:, ::5], linear.draws["level"][:1, : 2000 // 20]
    )


@pytest.mark.parametrize(
    ("warmup", "windows"), [(0, []), (100, []), (200, [100, 160]), (500, [100, 150, 225, 400])]
)
def test_windows(warmup: int, windows: list[int]) -> None:
    assert _windows(warmup) == windows


def test_a_short_warmup_still_runs() -> None:
    found = examples.sample("conjugate", method="mh", warmup=0, draws=50, thin=1, chains=1)
    assert found.draws["mu"].shape == (1, 50)
    assert np.ptp(found.stats["step_size"]) == 0
