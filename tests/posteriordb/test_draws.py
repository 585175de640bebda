"""The comparison with reference draws finds what is there to be found, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.posteriordb.draws import LARGEST_Z, disagreement


def summary(mean: float, sd: float) -> dict[str, dict[str, float]]:
    """What 10,000 independent draws of a normal quantity would give."""
    errors = {"mcse_mean": sd / 100, "mcse_sd": sd / 100 / np.sqrt(2)}
    return {"mu": {"mean": mean, "sd": sd, **errors}}


@pytest.fixture
def ours() -> dict[str, np.ndarray]:
    return {"mu": np.random.default_rng(5).normal(2.0, 3.0, (4, 1000))}


def test_the_same_distribution_agrees(ours: dict[str, np.ndarray]) -> None:
    assert disagreement(ours, summary(2.0, 3.0))[0] < LARGEST_Z


def test_means_are_compared_where_there_are_no_standard_deviations(
    ours: dict[str, np.ndarray],
) -> None:
    told = {"mu": {"mean": 2.5, "mcse_mean": 0.03}}
    worst, what = disagreement(ours, told)
    assert worst > LARGEST_Z
    assert what == "the mean of mu"


@pytest.mark.parametrize(
    ("mean", "sd", "where"),
    [(2.5, 3.0, "the mean of mu"), (2.0, 3.3, "the sd of mu"), (1.5, 3.0, "the mean of mu")],
)
def test_another_one_does_not(
    ours: dict[str, np.ndarray], mean: float, sd: float, where: str
) -> None:
    worst, what = disagreement(ours, summary(mean, sd))
    assert worst > LARGEST_Z
    assert what == where
