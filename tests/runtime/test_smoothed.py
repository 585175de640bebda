"""The Pareto shape of weights, held against ArviZ and against known tails."""

import warnings
from typing import Any

import numpy as np
import pytest

from bayescript.runtime.results.smoothed import pareto_k, smoothed


@pytest.mark.parametrize("size", [30, 100, 1000, 4000])
@pytest.mark.parametrize("tail", [0.2, 0.5, 0.9, 1.5])
def test_as_arviz(size: int, tail: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz
    psislw: Any = arviz.psislw  # not typed
    random = np.random.default_rng(size)
    weights = tail * random.exponential(size=size)  # their exponentials have the shape `tail`
    theirs, k = psislw(weights.copy())
    assert pareto_k(weights) == pytest.approx(float(k), rel=1e-6)
    ours, same = smoothed(weights)
    assert same == pareto_k(weights)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("tail", [0.3, 0.7, 1.2])
def test_the_shape_is_found(tail: float) -> None:
    random = np.random.default_rng(0)
    found = [pareto_k(tail * random.exponential(size=4000)) for _ in range(40)]
    assert np.mean(found) == pytest.approx(tail, abs=0.06)


def test_weights_at_the_edge() -> None:
    assert np.isnan(pareto_k(np.zeros(10)))
    assert pareto_k(np.zeros(1000)) == -np.inf
    assert pareto_k(np.r_[np.zeros(999), np.inf]) == np.inf
    assert pareto_k(np.r_[np.full(999, -1e4), 0.0]) == np.inf
    assert pareto_k(np.r_[np.random.default_rng(1).normal(size=999) * 0.1, np.nan]) < 0.7


def test_smoothed_weights_at_the_edge() -> None:
    weights, k = smoothed(np.zeros(4))
    np.testing.assert_allclose(weights, -np.log(4))
    assert np.isnan(k)
    some = np.r_[np.random.default_rng(1).normal(size=999), np.nan, -np.inf]
    weights, k = smoothed(some)
    assert weights[-1] == weights[-2] == -np.inf and k < 0.7
    assert np.logaddexp.reduce(weights) == pytest.approx(0, abs=1e-12)
    assert not np.isfinite(smoothed(np.full(100, -np.inf))[0]).any()
