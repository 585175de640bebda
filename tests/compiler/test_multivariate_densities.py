"""Densities of further vectors and matrices against fifty digits, SciPy and by hand."""

import warnings
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import integrate, stats

from bayescript.compiler.tables.families import FAMILIES
from tests.compiler.emitted import correlation_cholesky

RNG = np.random.default_rng(23)
TIGHT: Any = {"rtol": 1e-10, "atol": 1e-12}
# Matrices of small whole numbers: exact for both sides.
S = [[4.0, 2.0, 0.0], [2.0, 5.0, 2.0], [0.0, 2.0, 3.0]]
T = [[2.0, 1.0], [1.0, 3.0]]
X = [[5.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]]


def density(name: str, *names: str) -> Any:
    forms = {tuple(p.name for p in form.parameters): form for form in FAMILIES[name].forms}
    return forms[names].log_density


def root(matrix: Any) -> Any:
    return np.linalg.cholesky(matrix)


def square(matrix: Any, x: Any) -> Any:
    z = mp.matrix(x)
    return (z.T * mp.inverse(mp.matrix(matrix)) * z)[0]


def trace(matrix: Any) -> Any:
    return mp.fsum(matrix[i, i] for i in range(matrix.rows))


# --- vectors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("df", [0.3, 4.0, 1e6, 1e12])
@pytest.mark.parametrize("x", [[1.0, -2.0, 0.5], [3e4, -4e7, 2.0], [1e150, 0.0, 0.0]], ids=str)
def test_student_t_against_fifty_digits(df: float, x: list[float]) -> None:
    with mp.workdps(50):
        n, nu = 3, mp.mpf(df)
        wanted = (
            mp.loggamma((nu + n) / 2) - mp.loggamma(nu / 2) - mp.mpf(n) / 2 * mp.log(nu * mp.pi)
        )
        wanted -= mp.log(mp.det(mp.matrix(S))) / 2
        wanted -= (nu + n) / 2 * mp.log1p(square(S, x) / nu)
    given = {"df": df, "loc": 0.0}
    found = density("MultivariateStudentT", "df", "loc", "scale_matrix")(x, **given, scale_matrix=S)
    assert found == pytest.approx(float(wanted), rel=1e-10)
    by_factor = density("MultivariateStudentT", "df", "loc", "scale_tril")
    assert by_factor(x, **given, scale_tril=root(S)) == pytest.approx(float(wanted), rel=1e-10)


def test_student_t_and_low_rank_against_scipy() -> None:
    x, loc = 4 * RNG.normal(size=(5, 3)), RNG.normal(size=3)
    found = density("MultivariateStudentT", "df", "loc", "scale_matrix")(
        x, df=2.5, loc=loc, scale_matrix=S
    )
    np.testing.assert_allclose(found, stats.multivariate_t(loc, S, 2.5).logpdf(x), **TIGHT)
    factor, diagonal = RNG.normal(size=(3, 2)), np.array([0.1, 2.0, 1.0])
    low = density("LowRankMultivariateNormal", "loc", "cov_factor", "cov_diag")
    wanted = stats.multivariate_normal(loc, factor @ factor.T + np.diag(diagonal)).logpdf(x)
    np.testing.assert_allclose(
        low(x, loc=loc, cov_factor=factor, cov_diag=diagonal), wanted, **TIGHT
    )


def test_walks_zero_sums_and_neighbours_by_hand() -> None:
    x = np.array([1.5, -0.5, 3.0])
    steps = stats.norm(0, 0.7).logpdf([1.5, -2.0, 3.5]).sum()
    assert density("GaussianRandomWalk", "scale")(x, scale=0.7) == pytest.approx(steps, rel=1e-12)

    # An orthonormal basis of the vectors that sum to 0: in its coordinates plain normal numbers.
    basis = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    free = np.array([0.4, -30.0])
    wanted = stats.norm(0, 0.7).logpdf(free).sum()
    zero = density("ZeroSumNormal", "scale")
    assert zero(free @ basis, scale=0.7) == pytest.approx(wanted, rel=1e-12)
    assert zero(free @ basis + 0.01, scale=0.7) == -np.inf

    adjacency = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    precision = 1.5 * (np.diag([3.0, 1.0, 2.0]) - 0.8 * adjacency)
    wanted = stats.multivariate_normal(np.ones(3), np.linalg.inv(precision)).logpdf(x)
    names = ("loc", "correlation", "conditional_precision", "adjacency")
    values = dict(zip(names, (1.0, 0.8, 1.5, adjacency), strict=True))
    assert density("CAR", *names)(x, **values) == pytest.approx(wanted, rel=1e-10)

    edges = density("IntrinsicCAR", "node1", "node2")
    y = np.array([2.0, -0.5, -1.5])
    assert edges(y, node1=[0, 0], node2=[1, 2]) == pytest.approx(-0.5 * (2.5**2 + 3.5**2))
    assert edges(y + 1, node1=[0, 0], node2=[1, 2]) == -np.inf


# --- shares and counts --------------------------------------------------------------------------


def test_logistic_normal_is_the_law_of_the_log_ratios() -> None:
    """Aitchison: log ratios to the last share are normal; the Jacobian is the product of 1/x."""
    loc, contrast = np.array([0.3, -2.0, 1.0]), np.array([[1.0, 0, -1], [0, 1, -1]])
    for x in ([0.2, 0.3, 0.5], [1e-9, 0.25, 0.75 - 1e-9], [1e-200, 1e-100, 1.0]):
        ratios = np.log(x[:2]) - np.log(x[2])
        for covariance in (np.array(S), np.diag([0.25, 4.0, 9.0])):
            law = stats.multivariate_normal(contrast @ loc, contrast @ covariance @ contrast.T)
            wanted = law.logpdf(ratios) - np.log(x).sum()
            full = density("LogisticNormal", "loc", "covariance_matrix")
            found = full(x, loc=loc, covariance_matrix=covariance)
            assert found == pytest.approx(wanted, rel=1e-10)
            tril = density("LogisticNormal", "loc", "scale_tril")
            assert tril(x, loc=loc, scale_tril=root(covariance)) == pytest.approx(wanted, rel=1e-10)
        by_scale = density("LogisticNormal", "loc", "scale")(x, loc=loc, scale=[0.5, 2.0, 3.0])
        assert by_scale == pytest.approx(wanted, rel=1e-10)


def test_logistic_normal_integrates_to_one() -> None:
    law = density("LogisticNormal", "loc", "scale")
    mass, _ = integrate.quad(
        lambda p: np.exp(law([p, 1 - p], loc=[0.4, -0.2], scale=[0.8, 0.6])), 0, 1
    )
    assert mass == pytest.approx(1, rel=1e-7)


def multinomial(x: list[int], probs: list[Any]) -> Any:
    wanted = mp.loggamma(sum(x) + 1) - mp.fsum(mp.loggamma(k + 1) for k in x)
    return wanted + mp.fsum(k * mp.log(p) for k, p in zip(x, probs, strict=True) if k)


@pytest.mark.parametrize("x", [[3, 0, 4], [7, 0, 0], [0, 0, 0], [10**6, 3 * 10**6, 1], [1, 1, 5]])
def test_multinomial_against_fifty_digits(x: list[int]) -> None:
    by_probs = density("Multinomial", "total_count", "probs")
    by_logits = density("Multinomial", "total_count", "logits")
    for logits in ([0.0, 1.1, -1.5], [40.0, 0.0, 1.0], [0.0, -700.0, 2.0]):
        with mp.workdps(400):
            odds = [mp.exp(mp.mpf(v)) for v in logits]
            wanted = multinomial(x, [v / mp.fsum(odds) for v in odds])
        found = by_logits(x, total_count=sum(x), logits=logits)
        assert found == pytest.approx(float(wanted), rel=1e-10, abs=1e-300), logits
    with mp.workdps(50):
        wanted = multinomial(x, [mp.mpf(0.25), mp.mpf(0.625), mp.mpf(0.125)])
    found = by_probs(x, total_count=sum(x), probs=[0.25, 0.625, 0.125])
    assert found == pytest.approx(float(wanted), rel=1e-10, abs=1e-12)


def test_counts_against_scipy() -> None:
    x = RNG.multinomial(12, [0.2, 0.5, 0.3], size=6)
    found = density("Multinomial", "total_count", "probs")(x, total_count=12, probs=[0.1, 0.6, 0.3])
    np.testing.assert_allclose(found, stats.multinomial(12, [0.1, 0.6, 0.3]).logpmf(x), **TIGHT)
    a = [0.5, 3.0, 40.0]
    found = density("DirichletMultinomial", "concentration", "total_count")(
        x, concentration=a, total_count=12
    )
    np.testing.assert_allclose(found, stats.dirichlet_multinomial(a, 12).logpmf(x), **TIGHT)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4, 1e9])
def test_dirichlet_multinomial_against_fifty_digits(scale: float) -> None:
    x, a = [3, 0, 4], [0.5 * scale, 2.0 * scale, 3.25 * scale]
    with mp.workdps(50):
        total = mp.fsum(map(mp.mpf, a))
        wanted = mp.loggamma(total) + mp.loggamma(8) - mp.loggamma(total + 7)
        for k, v in zip(x, a, strict=True):
            wanted += mp.loggamma(mp.mpf(v) + k) - mp.loggamma(v) - mp.loggamma(k + 1)
    found = density("DirichletMultinomial", "concentration", "total_count")(
        x, concentration=a, total_count=7
    )
    assert found == pytest.approx(float(wanted), rel=1e-10)


def test_counts_that_do_not_add_up_cannot_be() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        by_probs = density("Multinomial", "total_count", "probs")
        for x in ([3, 4, 1], [8, 0, -1], [3.5, 3.5, 0.0], [np.inf, 0, 0]):
            assert by_probs(x, total_count=7, probs=[0.2, 0.3, 0.5]) == -np.inf
        assert by_probs([7, 0, 0], total_count=7, probs=[1.0, 0.0, 0.0]) == 0
        assert by_probs([6, 1, 0], total_count=7, probs=[1.0, 0.0, 0.0]) == -np.inf


# --- matrices ------------------------------------------------------------------------------------


def test_matrix_normal_against_scipy_and_fifty_digits() -> None:
    loc, x = RNG.normal(size=(3, 2)), np.array([[30.0, -4.0], [0.5, 2.0], [-7.0, 11.0]])
    wanted = stats.matrix_normal(loc, S, T).logpdf(x)
    names = "loc", "covariance_matrix_row", "covariance_matrix_column"
    found = density("MatrixNormal", *names)(x, **dict(zip(names, (loc, S, T), strict=True)))
    assert found == pytest.approx(wanted, rel=1e-10)
    with mp.workdps(50):
        z, rows, columns = (mp.matrix(v) for v in (x.tolist(), S, T))
        inside = trace(mp.inverse(columns) * z.T * mp.inverse(rows) * z)
        exact = -inside / 2 - 3 * mp.log(2 * mp.pi) - mp.log(mp.det(rows))
        exact -= mp.mpf(3) / 2 * mp.log(mp.det(columns))
    names = "loc", "scale_tril_row", "scale_tril_column"
    values = dict(zip(names, (0.0, root(S), root(T)), strict=True))
    assert density("MatrixNormal", *names)(x, **values) == pytest.approx(float(exact), rel=1e-10)


@pytest.mark.parametrize("df", [2.001, 3.0, 40.0, 1e6])
def test_wishart_and_its_inverse_against_fifty_digits(df: float) -> None:
    with mp.workdps(50):
        nu, x, v = mp.mpf(df), mp.matrix(X), mp.matrix(S)
        gammas = mp.fsum(mp.loggamma((nu - j) / 2) for j in range(3)) + mp.log(mp.pi) * 3 / 2
        of_x, of_v = mp.log(mp.det(x)), mp.log(mp.det(v))
        constant = nu * 3 / 2 * mp.log(2) + gammas
        wanted = (nu - 4) / 2 * of_x - trace(mp.inverse(v) * x) / 2 - nu / 2 * of_v - constant
        other = nu / 2 * of_v - (nu + 4) / 2 * of_x - trace(v * mp.inverse(x)) / 2 - constant
    forms = {"scale_matrix": S, "scale_tril": root(S), "rate_matrix": np.linalg.inv(S)}
    for name, matrix in forms.items():
        found = density("Wishart", "df", name)(X, df=df, **{name: matrix})
        assert found == pytest.approx(float(wanted), rel=1e-9), name
        if name != "rate_matrix":
            found = density("InverseWishart", "df", name)(X, df=df, **{name: matrix})
            assert found == pytest.approx(float(other), rel=1e-10), name


def test_wishart_against_scipy_and_where_it_ends() -> None:
    by_scale = density("Wishart", "df", "scale_matrix")
    inverse = density("InverseWishart", "df", "scale_matrix")
    assert by_scale(X, df=4.5, scale_matrix=S) == pytest.approx(stats.wishart(4.5, S).logpdf(X))
    assert inverse(X, df=4.5, scale_matrix=S) == pytest.approx(stats.invwishart(4.5, S).logpdf(X))
    bad = np.stack([X, -np.array(X), np.array(X) + np.triu(np.ones((3, 3)), 1)])
    bad[0, 0, 0] = np.nan
    for law in (by_scale, inverse):
        assert (law(bad, df=4.5, scale_matrix=S) == -np.inf).all()
        assert np.isnan(law(X, df=2.0, scale_matrix=S))  # no such distribution: df is above 2


@pytest.mark.parametrize("eta", [0.4, 1.0, 2.5, 300.0])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_lkj_against_the_constant_of_its_authors(size: int, eta: float) -> None:
    """Lewandowski, Kurowicka and Joe (2009), eq. 16: det(R)^(eta - 1), and its constant."""
    factor = correlation_cholesky(RNG.normal(size=(size, size)))
    matrix = factor @ factor.T
    with mp.workdps(50):
        log_c, e = mp.mpf(0), mp.mpf(eta)
        for k in range(1, size):
            b = e + mp.mpf(size - 1 - k) / 2
            log_beta = 2 * mp.loggamma(b) - mp.loggamma(2 * b)
            log_c += (2 * e - 2 + size - k) * (size - k) * mp.log(2) + (size - k) * log_beta
        wanted = (e - 1) * mp.log(mp.det(mp.matrix(matrix.tolist()))) - log_c
    found = density("LKJ", "concentration")(matrix, concentration=eta)
    assert found == pytest.approx(float(wanted), rel=1e-9, abs=1e-12)
    assert density("LKJ", "concentration")(1.1 * matrix, concentration=eta) == -np.inf


def test_lkj_of_two_is_a_beta() -> None:
    law = density("LKJ", "concentration")
    for r in (-0.9, 0.0, 0.999):
        wanted = stats.beta.logpdf((r + 1) / 2, 1.7, 1.7) - np.log(2)
        assert law([[1.0, r], [r, 1.0]], concentration=1.7) == pytest.approx(wanted, rel=1e-9)
