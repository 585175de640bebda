"""Vectors and matrices in programs: draws from the prior, Stan's densities, samplers, edges."""

import re
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler.tables.families import FAMILIES
from tests.compiler.emitted import Emitted, correlation_cholesky
from tests.compiler.runners import BACKENDS

RNG = np.random.default_rng(5)
S = np.array([[2.0, 0.6, -0.4], [0.6, 1.0, 0.3], [-0.4, 0.3, 1.5]])
B = np.array([[1.0, -0.5], [-0.5, 2.0]])
F = np.array([[1.0, 0.0], [0.5, 0.8], [-0.7, 0.3]])
M = np.array([1.0, -2.0, 0.5])
A = np.array([0.8, 2.0, 3.0])
W = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
ENDS = {"node1": [0, 0], "node2": [1, 2]}
GIVEN = {"S": S, "B": B, "F": F, "m": M, "a": A, "W": W, **ENDS}

PRIORS = """
plate k = 3
plate l = 2
plate t = 1..4 ordered
plate edge within (node1: k, node2: k)
data
  S[k, k'] : real
  B[l, l'] : real
  F[k, l] : real
  m[k] : real
  a[k] : positive
  W[k, k'] : nonnegative
  multinomial[k] : count
  dirichlet[k] : count
student[k] ~ MultivariateStudentT(12, m, scale_matrix = S)
low[k] ~ LowRankMultivariateNormal(m, F, a)
table[k, l] ~ MatrixNormal(m, covariance_matrix_row = S, covariance_matrix_column = B)
multinomial[k] ~ Multinomial(10, logits = m)
dirichlet[k] ~ DirichletMultinomial(a, total_count = 10)
share[k] ~ LogisticNormal(loc = m, scale = a)
whole[k] ~ LogisticNormal(loc = m, covariance_matrix = S)
C[k, k'] ~ LKJ(2)
L[k, k'] ~ LKJCholesky(2)
V[k, k'] ~ Wishart(df = 6.5, scale_matrix = S)
U[k, k'] ~ InverseWishart(df = 14, scale_matrix = S)
walk[t] ~ GaussianRandomWalk(1.5)
zero[k] ~ ZeroSumNormal(2)
near[k] ~ CAR(loc = m, correlation = 0.7, conditional_precision = 2, adjacency = W)
phi[k] ~ IntrinsicCAR(edge)
"""

PROBS = np.exp(M) / np.exp(M).sum()
MEAN = A / A.sum()
SHARES = np.diag(MEAN) - np.outer(MEAN, MEAN)
GRAPH = np.diag(W.sum(1)) - W
LOWER = np.tril_indices(3, -1)
CONTRAST = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])  # log ratios to the last

# name: (mean, covariance or None) of the values, or of what is made of them.
MOMENTS: dict[str, tuple[Any, Any]] = {
    "student": (M, 12 / 10 * S),
    "low": (M, F @ F.T + np.diag(A)),
    "table": (np.repeat(M, 2), np.kron(S, B)),
    "multinomial": (10 * PROBS, 10 * (np.diag(PROBS) - np.outer(PROBS, PROBS))),
    "dirichlet": (10 * MEAN, 10 * SHARES * (10 + A.sum()) / (1 + A.sum())),
    "share": (CONTRAST @ M, CONTRAST @ np.diag(A**2) @ CONTRAST.T),
    "whole": (CONTRAST @ M, CONTRAST @ S @ CONTRAST.T),
    "C": (np.zeros(3), np.eye(3) / 6),  # each is 2 Beta(2.5, 2.5) - 1, and they do not correlate
    "L": (np.zeros(3), np.eye(3) / 6),
    "V": (6.5 * S.ravel(), None),
    "U": (S.ravel() / 10, None),
    "walk": (np.zeros(4), 1.5**2 * np.minimum.outer(np.arange(1, 5), np.arange(1, 5))),
    "zero": (np.zeros(3), 4 * (np.eye(3) - 1 / 3)),
    "near": (M, np.linalg.inv(2 * (np.diag(W.sum(1)) - 0.7 * W))),
    "phi": (np.zeros(3), np.linalg.pinv(GRAPH)),
}
MADE = {
    "share": lambda x: np.log(x) @ CONTRAST.T,
    "whole": lambda x: np.log(x) @ CONTRAST.T,
    "C": lambda x: x[:, LOWER[0], LOWER[1]],
    "L": lambda x: (x @ x.mT)[:, LOWER[0], LOWER[1]],
}


@cache
def priors(backend: str) -> Any:
    return bs.loads(PRIORS, "s.bayes").prior(GIVEN, draws=4000, seed=3, backend=backend).draws


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", MOMENTS)
def test_draws_from_the_prior_have_the_moments(name: str, backend: str) -> None:
    x = np.asarray(priors(backend)[name][0], float)
    x = MADE[name](x) if name in MADE else x.reshape(len(x), -1)
    mean, covariance = MOMENTS[name]
    gap = np.abs(x.mean(0) - mean)
    assert (gap < 5 * x.std(0) / np.sqrt(len(x)) + 1e-6).all(), gap
    if covariance is None:
        return
    off = x - mean
    products = off[:, :, None] * off[:, None, :]
    error = np.abs(products.mean(0) - covariance)
    assert (error < 5 * products.std(0) / np.sqrt(len(x)) + 1e-6).all(), error


@pytest.mark.parametrize("backend", BACKENDS)
def test_draws_lie_where_they_may(backend: str) -> None:
    found = {name: np.asarray(x[0], float) for name, x in priors(backend).items()}
    for name in ("multinomial", "dirichlet"):
        assert (found[name].sum(-1) == 10).all() and (found[name] >= 0).all()
    for name in ("zero", "phi"):
        np.testing.assert_allclose(found[name].sum(-1), 0, atol=1e-5)
    np.testing.assert_allclose(np.diagonal(found["C"], axis1=1, axis2=2), 1, atol=1e-5)
    for name in ("C", "V", "U"):
        np.testing.assert_allclose(found[name], found[name].mT, rtol=1e-3, atol=1e-4)
        assert (np.linalg.eigvalsh(found[name]) > -1e-5).all()
    # The variance of an element of a Wishart matrix: df (V_ij^2 + V_ii V_jj).
    variance = 6.5 * (S**2 + np.outer(np.diag(S), np.diag(S)))
    np.testing.assert_allclose(found["V"].var(0), variance, rtol=0.15)


# --- Stan ------------------------------------------------------------------------------------


def stan(function: str, kind: str, value: Any, arguments: dict[str, Any]) -> float:
    """Stan's log density of one value, with its constants."""
    stanli = pytest.importorskip("stanli")
    kinds = {0: "real", 1: "vector[3]", 2: "matrix[3, 3]"}
    declared = "".join(f" {kinds[np.ndim(v)]} {name};" for name, v in arguments.items())
    code = (
        f"data {{ {kind} x; {declared} }} parameters {{ real z; }} "
        f"model {{ target += {function}(x | {', '.join(arguments)}); }}"
    )
    plain = {name: np.asarray(v).tolist() for name, v in arguments.items()}
    data = {"x": np.asarray(value).tolist(), **plain}
    return float(stanli.Model(stan_code=code, data=data).log_prob_grad([0.0])[0])


def density(name: str, *names: str) -> Any:
    forms = {tuple(p.name for p in form.parameters): form for form in FAMILIES[name].forms}
    return forms[names].log_density


FACTOR = correlation_cholesky(RNG.normal(size=(3, 3)))
POSITIVE = S + 0.3
COUNTS = [4, 0, 3]


@pytest.mark.parametrize(
    ("family", "values", "function", "kind", "x", "arguments"),
    [
        ("LKJ", {"concentration": 2.5}, "lkj_corr_lpdf", "corr_matrix[3]", FACTOR @ FACTOR.T,
         {"eta": 2.5}),
        ("MultivariateStudentT", {"df": 3.5, "loc": M, "scale_matrix": S},
         "multi_student_t_lpdf", "vector[3]", [9.0, 4.0, -7.0], {"nu": 3.5, "mu": M, "s": S}),
        ("Wishart", {"df": 4.5, "scale_matrix": S}, "wishart_lpdf", "cov_matrix[3]", POSITIVE,
         {"nu": 4.5, "s": S}),
        ("InverseWishart", {"df": 4.5, "scale_matrix": S}, "inv_wishart_lpdf", "cov_matrix[3]",
         POSITIVE, {"nu": 4.5, "s": S}),
        ("Multinomial", {"total_count": 7, "probs": PROBS}, "multinomial_lpmf", "array[3] int",
         COUNTS, {"theta": PROBS}),
        ("Multinomial", {"total_count": 7, "logits": M}, "multinomial_logit_lpmf",
         "array[3] int", COUNTS, {"theta": M}),
        ("DirichletMultinomial", {"concentration": A, "total_count": 7},
         "dirichlet_multinomial_lpmf", "array[3] int", COUNTS, {"alpha": A}),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_the_density_is_stans(
    family: str, values: Any, function: str, kind: str, x: Any, arguments: Any
) -> None:
    found = density(family, *values)(x, **values)
    wanted = stan(function, kind, x, arguments)
    assert found == pytest.approx(wanted, rel=1e-10)


# --- edges -----------------------------------------------------------------------------------

AREAS = """
plate area = 5
plate edge within (west: area, east: area)
data
  y[area] : count
sigma ~ HalfNormal(1)
phi[area] ~ IntrinsicCAR(edge)
y[area] ~ Poisson(exp(1 + sigma * phi))
"""
EDGES = {"west": [0, 1, 2, 3], "east": [1, 2, 3, 4], "y": [2, 4, 1, 0, 3]}


@pytest.mark.parametrize("backend", BACKENDS)
def test_edges_are_the_rows_of_a_plate(backend: str) -> None:
    emitted = Emitted(AREAS, EDGES, backend=backend)
    emitted.check()
    phi = np.array([0.4, -1.0, 0.3, 1.1, -0.8])
    found = emitted.reference.by_statement({"sigma": 0.7, "phi": phi})["phi"]
    assert found == pytest.approx(-0.5 * (1.4**2 + 1.3**2 + 0.8**2 + 1.9**2))
    assert re.search(r"IntrinsicCAR\(\s*size=5", emitted.text)


PRINTED = """
plate k = 3
plate l = 2
plate t = 1..4 ordered
plate edge within (node1: k, node2: k)
plate row
data
  W[k, k'] : nonnegative
  n : count
  y[row, k] : count
  v[row, k] : count
a ~ HalfNormal(1)
table[k, l] ~ MatrixNormal(0, scale_tril_row = 1 * (k == k'), scale_tril_column = 1 * (l == l'))
share[k] ~ LogisticNormal(loc = 0, scale = a)
C[k, k'] ~ LKJ(2)
L[k, k'] ~ LKJCholesky(2)
V[k, k'] ~ Wishart(df = 6.5, scale_tril = L)
U[k, k'] ~ InverseWishart(df = 14, scale_tril = L)
walk[t] ~ GaussianRandomWalk(a)
zero[k] ~ ZeroSumNormal(a)
near[k] ~ CAR(loc = 0, correlation = 0.7, conditional_precision = a, adjacency = W)
phi[k] ~ IntrinsicCAR(edge)
y[row, k] ~ Multinomial(n, share)
v[row, k] ~ DirichletMultinomial(a, total_count = n)
factor C + V + U + walk[t = 1] + zero + near + phi + sum(table, over l)
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_classes_look_as_ruff_would_leave_them(backend: str) -> None:
    text = bs.loads(PRINTED, "s.bayes").compile(backend).source
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "-"]
    done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# --- samplers ----------------------------------------------------------------------------------

LATENT = """
plate row
plate k = 3
data
  y[row, k] : real
C[k, k'] ~ LKJ(2)
s[k] ~ HalfNormal(2)
mu[k] ~ MultivariateStudentT(4, 0, scale_matrix = C)
y[row, k] ~ MultivariateNormal(mu, covariance_matrix = s * s[k'] * C)
infer nuts
  chains = 2
  warmup = 300
  draws = 300
  seed = 1
"""


def test_nuts_finds_a_correlation_matrix() -> None:
    truth = np.array([[1.0, 0.7, 0.0], [0.7, 1.0, -0.3], [0.0, -0.3, 1.0]])
    y = RNG.multivariate_normal([1.0, 0.0, -1.0], truth, size=200)
    fit = bs.loads(LATENT, "s.bayes").fit({"y": y}, sizes={"row": 200})
    found = np.asarray(fit.posterior["C"])
    np.testing.assert_allclose(np.diagonal(found, axis1=-2, axis2=-1), 1, atol=1e-6)
    np.testing.assert_allclose(found.mean((0, 1)), np.corrcoef(y.T), atol=0.05)
    np.testing.assert_allclose(np.asarray(fit.posterior["mu"]).mean((0, 1)), y.mean(0), atol=0.05)


COVARIANCE = """
plate row
plate k = 2
data
  y[row, k] : real
V[k, k'] ~ InverseWishart(df = 5, scale_tril = 1 * (k == k'))
y[row, k] ~ MultivariateNormal(0, covariance_matrix = V)
infer nuts
  backend = pyro
  chains = 1
  warmup = 150
  draws = 300
  seed = 1
"""


@pytest.mark.slow
def test_pyro_samples_positive_definite_matrices() -> None:
    """Conjugate: the posterior is InverseWishart with df + n and scale + y'y."""
    pytest.importorskip("pyro")
    y = RNG.normal(size=(20, 2)) @ np.array([[1.0, 0.5], [0.0, 1.0]])
    fit = bs.loads(COVARIANCE, "s.bayes").fit({"y": y}, sizes={"row": 20})
    wanted = (np.eye(2) + y.T @ y) / (25 - 2 - 1)
    found = np.asarray(fit.posterior["V"]).mean((0, 1))
    np.testing.assert_allclose(found, wanted, atol=0.12)
