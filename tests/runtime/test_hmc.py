"""Hamiltonian Monte Carlo with a fixed trajectory, against posteriors that are known."""

import numpy as np
import pytest

from bayescript.runtime.fit import Fit
from tests.runtime import examples


@pytest.fixture(scope="module")
def linear() -> Fit:
    return examples.sample("linear", method="hmc", dense_mass=True)


def test_a_normal_posterior(linear: Fit) -> None:
    exact = examples.exact()
    for name, mean, sd in zip(examples.LINEAR, exact.mean, exact.sd, strict=True):
        row = linear.summary()[name]
        assert row["mean"] == pytest.approx(mean, abs=4 * row["mcse_mean"])
        assert row["sd"] == pytest.approx(sd, rel=0.05)
        assert row["r_hat"] < 1.01
    assert linear.warnings == ()


def test_the_step_size_is_adapted_and_the_trajectory_is_not(linear: Fit) -> None:
    assert linear.stats["acceptance_rate"].mean() == pytest.approx(0.8, abs=0.12)
    longer = examples.sample("linear", method="hmc", dense_mass=True, trajectory_length=6.0)
    assert longer.stats["n_steps"].mean() > 2.5 * linear.stats["n_steps"].mean()
    for found, length in ((linear, np.pi / 2), (longer, 6.0)):
        steps = found.stats["n_steps"] * found.stats["step_size"]
        assert np.all(steps <= length + found.stats["step_size"])


@pytest.mark.slow
def test_eight_schools_as_nuts() -> None:
    ours = examples.sample("eight_schools", method="hmc", draws=2000, target_accept=0.95)
    nuts = examples.sample("eight_schools", draws=2000, target_accept=0.95)
    for name in ("mu", "tau", "theta[A]", "theta[C]"):
        mine, other = ours.summary()[name], nuts.summary()[name]
        error = np.hypot(mine["mcse_mean"], other["mcse_mean"])
        assert mine["mean"] == pytest.approx(other["mean"], abs=4 * error)
        assert mine["sd"] == pytest.approx(other["sd"], rel=0.15)


def test_it_reads_as_hmc(linear: Fit) -> None:
    assert "by HMC: 4 chains of 1000 draws" in repr(linear)
    assert "tree_depth" not in linear.stats
