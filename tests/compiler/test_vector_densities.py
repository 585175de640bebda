"""Densities of categories, vectors and matrices against SciPy, 50 digits and integration."""

import warnings
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import integrate, stats

from bayescript.compiler.tables.families import FAMILIES

RNG = np.random.default_rng(11)
TIGHT: Any = {"rtol": 1e-10, "atol": 1e-12}


def density(name: str, *names: str) -> Any:
    forms = {tuple(p.name for p in form.parameters): form for form in FAMILIES[name].forms}
    return forms[names].log_density


@pytest.mark.parametrize(
    "logits",
    [[0.0], [1.0, 1.0], [0.0, -40.0, -41.0], [-700.0, 3.0, 3.0], [1e5, 1e5 + 1, 0.0], [0, 40, 0]],
    ids=str,
)
def test_categorical_keeps_the_digits_of_near_certainty(logits: list[float]) -> None:
    found = density("Categorical", "logits")(np.arange(len(logits)), logits=logits)
    with mp.workdps(400):
        total = mp.fsum(mp.exp(mp.mpf(v)) for v in logits)
        wanted = [float(mp.mpf(v) - mp.log(total)) for v in logits]
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=0)


def test_categorical_picks_along_the_last_axis() -> None:
    probs = RNG.dirichlet(np.ones(3), size=(4, 1))
    x = RNG.integers(0, 3, size=(4, 5))
    wanted = np.array([[np.log(probs[i, 0, x[i, j]]) for j in range(5)] for i in range(4)])
    np.testing.assert_allclose(density("Categorical", "probs")(x, probs=probs), wanted, **TIGHT)
    by_logits = density("Categorical", "logits")(x, logits=np.log(probs) + 3)
    np.testing.assert_allclose(by_logits, wanted, **TIGHT)
    outside = density("Categorical", "probs")([-1, 3, 0.5, np.inf], probs=probs[0, 0])
    assert (outside == -np.inf).all()


def test_dirichlet_against_fifty_digits() -> None:
    cases: list[tuple[list[float], list[float]]] = [
        ([0.2, 0.3, 0.5], [1.0, 1.0, 1.0]),
        ([0.2, 0.3, 0.5], [2e5, 3e5, 5e5]),
        ([1e-300, 0.25, 0.75], [0.01, 3.0, 12.0]),
        ([1e-9, 1e-12, 1 - 1.001e-9], [1e-3, 1e-3, 1e-3]),
        ([0.125, 0.875], [1e4, 2e4]),
        ([0.0625] * 16, [0.5] * 16),
    ]
    for x, a in cases:
        with mp.workdps(50):
            wanted = mp.loggamma(mp.fsum(a)) - mp.fsum(mp.loggamma(v) for v in a)
            wanted += mp.fsum((mp.mpf(v) - 1) * mp.log(u) for u, v in zip(x, a, strict=True))
        found = density("Dirichlet", "concentration")(x, concentration=a)
        assert found == pytest.approx(float(wanted), rel=1e-10), (x, a)


def test_dirichlet_broadcasts_and_knows_its_ends() -> None:
    log_density = density("Dirichlet", "concentration")
    x, a = RNG.dirichlet(np.ones(4), size=(5, 1)), RNG.uniform(0.3, 9, size=(3, 4))
    wanted = [[stats.dirichlet(a[j]).logpdf(x[i, 0]) for j in range(3)] for i in range(5)]
    np.testing.assert_allclose(log_density(x, concentration=a), wanted, **TIGHT)
    same = log_density(x, concentration=np.full(4, 0.5))
    np.testing.assert_allclose(log_density(x, concentration=0.5), same)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert log_density([0.4, 0.4], concentration=[1.0, 2.0]) == -np.inf
        assert log_density([1.5, -0.5], concentration=[1.0, 2.0]) == -np.inf
        assert log_density([1.0, 0.0], concentration=[1.0, 2.0]) == -np.inf
        assert log_density([1.0, 0.0], concentration=[1.0, 0.5]) == np.inf
        assert log_density([1.0, 0.0], concentration=[2.0, 1.0]) == pytest.approx(np.log(2))
        assert log_density([1.0, 0.0, 0.0], concentration=[1.0, 0.5, 2.0]) == -np.inf


def test_multivariate_normal_in_its_three_forms() -> None:
    root = RNG.normal(size=(2, 1, 4, 4)) + 2 * np.eye(4)
    covariance = root @ root.mT
    loc, x = RNG.normal(size=(3, 4)), 5 * RNG.normal(size=(2, 3, 4))
    wanted = [
        [stats.multivariate_normal(loc[j], covariance[i, 0]).logpdf(x[i, j]) for j in range(3)]
        for i in range(2)
    ]
    forms = {
        "covariance_matrix": covariance,
        "scale_tril": np.linalg.cholesky(covariance),
        "precision_matrix": np.linalg.inv(covariance),
    }
    for name, matrix in forms.items():
        log_density = density("MultivariateNormal", "loc", name)
        np.testing.assert_allclose(log_density(x, loc=loc, **{name: matrix}), wanted, rtol=1e-9)
        assert log_density([np.inf, 0, 0, 0], loc=0.0, **{name: matrix[0, 0]}) == -np.inf


def test_multivariate_normal_against_fifty_digits() -> None:
    # A matrix of small whole numbers, and a point far out: exact for both sides.
    covariance, x = [[4.0, 2.0, 0.0], [2.0, 5.0, 2.0], [0.0, 2.0, 3.0]], [30.0, -40.0, 2.0]
    with mp.workdps(50):
        matrix, z = mp.matrix(covariance), mp.matrix(x)
        square = (z.T * mp.inverse(matrix) * z)[0]
        wanted = -(square + mp.log(mp.det(matrix)) + 3 * mp.log(2 * mp.pi)) / 2
    log_density = density("MultivariateNormal", "loc", "covariance_matrix")
    found = log_density(x, loc=0.0, covariance_matrix=covariance)
    assert found == pytest.approx(float(wanted), rel=1e-10)


def corr_cholesky(partial: list[float], size: int) -> Any:
    """The factor whose rows are built from canonical partial correlations (Lewandowski et al.)."""
    factor, rest = np.zeros((size, size)), iter(partial)
    for i in range(size):
        left = 1.0
        for j in range(i):
            factor[i, j] = next(rest) * np.sqrt(left)
            left -= factor[i, j] ** 2
        factor[i, i] = np.sqrt(left)
    return factor


@pytest.mark.parametrize("eta", [0.4, 1.0, 2.5, 300.0, 1e9])
@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_lkj_against_the_constant_of_its_authors(size: int, eta: float) -> None:
    """Lewandowski, Kurowicka and Joe (2009), eq. 16: det(R)^(eta - 1) with its constant.

    The Jacobian from the correlations to the entries of L is the product of L_jj^(K - j).
    """
    partial = list(np.tanh(RNG.normal(size=size * (size - 1) // 2) / np.sqrt(eta)))
    factor = corr_cholesky(partial, size)
    with mp.workdps(50):
        log_c, e = mp.mpf(0), mp.mpf(eta)
        for k in range(1, size):
            b = e + mp.mpf(size - 1 - k) / 2
            log_beta = 2 * mp.loggamma(b) - mp.loggamma(2 * b)
            log_c += (2 * e - 2 + size - k) * (size - k) * mp.log(2) + (size - k) * log_beta
        diagonal = [mp.mpf(float(v)) for v in np.diag(factor)]
        wanted = (2 * e - 2) * mp.fsum(map(mp.log, diagonal)) - log_c
        wanted += mp.fsum((size - j) * mp.log(v) for j, v in enumerate(diagonal, start=1))
    found = density("LKJCholesky", "concentration")(factor, concentration=eta)
    assert found == pytest.approx(float(wanted), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("eta", [1.0, 2.5])
def test_lkj_integrates_to_one(eta: float) -> None:
    log_density = density("LKJCholesky", "concentration")

    def integrand(c: float, b: float, a: float) -> float:
        factor = np.diag([1.0, np.sqrt(1 - a * a), np.sqrt(1 - b * b - c * c)])
        factor[1, 0], factor[2, 0], factor[2, 1] = a, b, c
        return float(np.exp(log_density(factor, concentration=eta)))

    # The rows are independent, f(a, b, c) = g(a) h(b, c): the integrals of g(a) h(0.2, 0.1) and
    # of g(0.3) h(b, c) multiply to the whole integral times f(0.3, 0.2, 0.1).
    def half(b: float) -> float:
        return float(np.sqrt(1 - b * b))

    over_a, _ = integrate.quad(lambda a: integrand(0.1, 0.2, a), -1, 1)
    over_rest, _ = integrate.dblquad(
        lambda c, b: integrand(c, b, 0.3), -1, 1, lambda b: -half(b), half, epsabs=1e-6
    )
    assert over_a * over_rest == pytest.approx(integrand(0.1, 0.2, 0.3), rel=1e-5)


def test_lkj_refuses_what_is_no_factor_of_a_correlation_matrix() -> None:
    log_density = density("LKJCholesky", "concentration")
    good = corr_cholesky([0.3, -0.2, 0.5], 3)
    bad = np.stack([good, good, good, good])
    bad[0] = good * 1.1
    bad[1, 0, 2] = 0.1
    bad[2, 2, 2] *= -1
    bad[3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (log_density(bad, concentration=2.0) == -np.inf).all()
    many = log_density(good, concentration=np.array([[1.0], [2.0]]))
    wanted = [[log_density(good, concentration=eta)] for eta in (1.0, 2.0)]
    np.testing.assert_array_equal(many, wanted)
