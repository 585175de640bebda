"""The reference evaluator against densities written by hand with SciPy: distributions."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax

from tests.compiler.written import agree, draws, normal, reference


@pytest.mark.parametrize(
    ("distribution", "wanted"),
    [
        ("Truncated(Normal(0, 1), lower = 8)", lambda x: normal(x) - stats.norm.logsf(8)),
        ("Truncated(Normal(0, 1), upper = 9)", lambda x: normal(x) - stats.norm.logcdf(9)),
        ("Truncated(Gamma(3, 1), lower = -1)", lambda x: stats.gamma.logpdf(x, 3)),
        (
            "Truncated(Gamma(3, 1), lower = -1, upper = 10)",
            lambda x: stats.gamma.logpdf(x, 3) - stats.gamma.logcdf(10, 3),
        ),
        (
            "Truncated(Exponential(2), lower = 8, upper = 9)",
            lambda x: math.log(2) - 2 * (x - 8) - math.log(-math.expm1(-2)),
        ),
        (
            "Truncated(Beta(2, 3) , lower = 0.2, upper = 2) * 10",
            lambda x: stats.beta.logpdf(x / 10, 2, 3) - stats.beta.logsf(0.2, 2, 3) - math.log(10),
        ),
        ("Normal(0, 3) * 2 + 1", lambda x: normal(x, 1, 6)),
        ("1 - Gamma(3, 1) * -2", lambda x: stats.gamma.logpdf(x, 3, loc=1, scale=2)),
        ("20 - Gamma(3, 1) / 2", lambda x: stats.gamma.logpdf(20 - x, 3, scale=0.5)),
        ("Flat()", lambda x: 0.0),
        ("Flat(upper = 8.5)", lambda x: 0.0 if x <= 8.5 else -math.inf),
        ("HalfFlat()", lambda x: 0.0),
    ],
)
def test_composed_distributions(distribution: str, wanted: Any) -> None:
    evaluator = reference(f"x ~ {distribution}\nfactor x")
    for x in (8.0625, 8.9):
        assert evaluator.by_statement({"x": x})["x"] == pytest.approx(wanted(x), rel=1e-11)


def test_truncation_far_in_the_tail_keeps_its_digits() -> None:
    text = "x ~ Truncated(Normal(0, 1), lower = 30, upper = 31)\nfactor x"
    found = reference(text).by_statement({"x": 30.5})["x"]
    # The mass between 30 and 31 relative to that above 30 is 1 but for e^-30.
    gap = stats.norm.logsf(31) - stats.norm.logsf(30)
    wanted = normal(30.5) - stats.norm.logsf(30) - math.log1p(-math.exp(gap))
    assert found == pytest.approx(wanted, rel=1e-12)
    mirrored = "x ~ Truncated(Normal(0, 1), lower = -31, upper = -30)\nfactor x"
    assert reference(mirrored).by_statement({"x": -30.5})["x"] == pytest.approx(found, rel=1e-12)
    assert reference(text).by_statement({"x": 29.9})["x"] == -math.inf


def test_bounds_of_counts_are_inclusive() -> None:
    evaluator = reference(
        """
        plate row

        data
          y[row] : count
          z[row] : count
          n : count

        rate ~ Exponential(1)
        y[row] ~ Truncated(Poisson(rate), lower = 1)
        z[row] ~ Truncated(Binomial(n, 0.3), lower = 2, upper = 4)
        """,
        {"y": [1, 4, 2], "z": [2, 3, 4], "n": 7},
        row=3,
    )
    mass = stats.binom.pmf([2, 3, 4], 7, 0.3).sum()
    agree(
        evaluator.by_statement({"rate": 1.7}),
        y=stats.poisson.logpmf([1, 4, 2], 1.7) - math.log(-math.expm1(-1.7)),
        z=stats.binom.logpmf([2, 3, 4], 7, 0.3) - math.log(mass),
    )


def test_restricted_support_is_not_renormalised() -> None:
    evaluator = reference(
        """
        plate country
        mu[country] : positive ~ Normal(3.28, 2)
        rho : real(-1, 1) ~ Normal(0, 0.5)
        beta ~ Flat(lower = 0, upper = 1 - rho)
        factor sum(mu) + beta
        """,
        country=3,
    )
    mu = np.array([0.1, 3.0, 7.0])
    values = {"mu": mu, "rho": 0.4, "beta": 0.5}
    agree(evaluator.by_statement(values), mu=normal(mu, 3.28, 2), rho=normal(0.4, 0, 0.5), beta=0)
    assert evaluator.by_statement({**values, "mu": mu - 0.2})["mu"] == -math.inf
    assert evaluator.by_statement({**values, "beta": 0.7})["beta"] == -math.inf


def test_pinned_and_sum_to_zero_take_the_whole_vector() -> None:
    evaluator = reference(
        """
        plate g
        plate disease = [flu, cold, other]
        plate item

        m[g] ~ Normal(0, 1)
        b[g, disease] ~ Pinned(Normal(m, 10), at = "other", value = 2)
        c[g, item] ~ SumToZero(Normal(m, 3))
        factor sum(b, over (g, disease)) + sum(c, over (g, item))
        """,
        g=2,
        disease=3,
        item=4,
    )
    m, b, c = draws(2), draws(2, 3, seed=2), draws(2, 4, seed=3)
    b[:, 2] = 2
    c -= c.mean(1, keepdims=True)
    values = {"m": m, "b": b, "c": c}
    agree(
        evaluator.by_statement(values),
        b=normal(b[:, :2], m[:, None], 10),
        c=normal(c, m[:, None], 3),
        factor_1=b.sum() + c.sum(),
    )
    assert evaluator.by_statement({**values, "c": c + 0.1})["c"] == -math.inf
    assert evaluator.by_statement({**values, "b": b + 0.1})["b"] == -math.inf


def test_vectors_and_matrices() -> None:
    evaluator = reference(
        """
        plate g
        plate p = 3

        data
          y[g, p] : real
          S[p, p'] : real

        L[p, p'] ~ LKJCholesky(2)
        s[g]     ~ HalfNormal(2)
        w[p]     ~ Dirichlet(1.5)
        mu[p]    ~ MultivariateNormal(0, S)
        y[g, p]  ~ MultivariateNormal(mu, scale_tril = s * L)
        factor w[0]
        factor mu - w ~ MultivariateNormal(0, precision_matrix = S)
        """,
        {
            "y": draws(2, 3),
            "S": (S := np.array([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 4.0]])),
        },
        g=2,
        p=3,
    )
    corner = np.array([[1.0, 0.4, -0.2], [0.4, 1.0, 0.3], [-0.2, 0.3, 1.0]])
    L = np.linalg.cholesky(corner)
    s, w, mu = np.array([0.5, 2.0]), np.array([0.2, 0.5, 0.3]), draws(3, seed=2)
    density = stats.multivariate_normal.logpdf
    found = evaluator.by_statement({"L": L, "s": s, "w": w, "mu": mu})
    agree(
        found,
        s=stats.halfnorm.logpdf(s, scale=2),
        w=stats.dirichlet.logpdf(w, [1.5] * 3),
        mu=density(mu, np.zeros(3), S),
        y=[density(draws(2, 3)[i], mu, s[i] ** 2 * corner) for i in range(2)],
        factor_1=0.2,
        factor_2=density(mu - w, np.zeros(3), np.linalg.inv(S)),
    )
    # The density of the LKJ root goes like the product of L_kk^(K - k + 2 eta - 2), k from 1.
    other = np.linalg.cholesky(np.eye(3))
    gap = found["L"] - evaluator.by_statement({"L": other, "s": s, "w": w, "mu": mu})["L"]
    assert gap == pytest.approx(3 * math.log(L[1, 1]) + 2 * math.log(L[2, 2]), rel=1e-12)


def test_categories_lie_along_the_axis_that_is_left() -> None:
    evaluator = reference(
        """
        plate choice = [bus, car, train]
        plate town
        plate person within town

        data
          x[person] : real
          taken[person] : choice
          again[person] : choice

        a[choice, town] ~ Normal(0, 1)
        b[choice] ~ Pinned(Normal(0, 1), at = "car")
        p[town, choice] ~ Dirichlet(1)
        taken[person] ~ Categorical(logits = a + b * x)
        again[person] ~ Categorical(p)
        """,
        {"x": (x := draws(4)), "taken": [2, 0, 1, 2], "again": [0, 0, 1, 2]},
        {("person", "town"): [1, 0, 1, 1]},
        choice=3,
        town=2,
        person=4,
    )
    a, b = draws(3, 2, seed=2), np.array([0.5, 0.0, -1.0])
    p = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    town = np.array([1, 0, 1, 1])
    logs = log_softmax(a[:, town] + b[:, None] * x, 0)
    agree(
        evaluator.by_statement({"a": a, "b": b, "p": p}),
        p=2 * math.log(2),
        taken=logs[[2, 0, 1, 2], np.arange(4)],
        again=np.log(p[town, [0, 0, 1, 2]]),
    )
