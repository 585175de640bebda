"""The normal around a mode, from slopes alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bayescript.runtime.engines.summit import LARGEST, normal_at_mode


def normal(mean: Any, covariance: Any) -> Any:
    """Minus the log density of a normal, and its gradient."""
    precision = np.linalg.inv(covariance)

    def slope(z: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = precision @ (z - mean)
        return float((z - mean) @ gradient / 2), gradient

    return slope


@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("correlation", [0.0, 0.9, 1 - 1e-6])
def test_a_normal_is_found_exactly(spread: float, correlation: float) -> None:
    sd = np.array([1.0, spread, 3.0])
    covariance = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    covariance *= sd[:, None] * sd
    mean = np.array([1e3, -5.0, 2 * spread])
    found = normal_at_mode(normal(mean, covariance), 3)
    assert found is not None
    assert np.all(np.abs(found.centre - mean) < 0.01 * sd)
    np.testing.assert_allclose(found.covariance(), covariance, rtol=1e-4)


def regression(z: np.ndarray) -> tuple[float, np.ndarray]:
    """A regression without priors on predictors far from zero, with log sigma as last number."""
    misfit = TRIANGLE @ np.append(z[:-1], -1.0)
    precision = np.exp(-2 * z[-1])
    height = 500 * z[-1] + precision * misfit @ misfit / 2
    slope = precision * TRIANGLE[:, :-1].T @ misfit
    return float(height), np.append(slope, 500 - precision * misfit @ misfit)


RNG = np.random.default_rng(2)
X = np.column_stack([np.ones(500), RNG.normal(1e3, 1, 500), RNG.normal(-1e-4, 1e-6, 500)])
Y = X @ [3.0, 0.2, 1e4] + 1e-3 * RNG.normal(size=500)
TRIANGLE = np.linalg.qr(np.column_stack([X, Y])).R


def test_a_regression_on_raw_predictors() -> None:
    found = normal_at_mode(regression, 4)
    assert found is not None
    exact, squares, *_ = np.linalg.lstsq(X / [1, 1e3, 1e-4], Y)
    np.testing.assert_allclose(found.centre[:-1], exact / [1, 1e3, 1e-4], rtol=1e-6)
    np.testing.assert_allclose(found.centre[-1], np.log(squares[0] / 500) / 2, rtol=1e-6)


def test_what_has_no_mode_has_no_normal() -> None:
    def saddle(z: np.ndarray) -> tuple[float, np.ndarray]:
        return float(z[0] ** 2 - z[1] ** 2) / 2, np.array([z[0], -z[1]])

    def plane(z: np.ndarray) -> tuple[float, np.ndarray]:
        return float(z[0]), np.array([1.0, 0.0])

    def nothing(z: np.ndarray) -> tuple[float, np.ndarray]:
        return np.nan, z

    def flat(z: np.ndarray) -> tuple[float, np.ndarray]:
        return float(z[0] ** 2) / 2, np.array([z[0], 0.0])

    for slope in (saddle, plane, nothing, flat):
        assert normal_at_mode(slope, 2) is None


def test_many_dimensions_are_not_tried() -> None:
    size = LARGEST + 1
    assert normal_at_mode(normal(np.zeros(size), np.eye(size)), size) is None
