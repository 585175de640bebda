"""Folded, transformed and ordered distributions: against SciPy, mpmath, Stan and draws."""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import integrate, special, stats

import bayescript as bs
from bayescript.compiler.reference.formulas import formula, function
from bayescript.compiler.tables.monotone import MONOTONE, Monotone
from bayescript.runtime.execute import load_program
from tests.compiler.emitted import Emitted
from tests.compiler.libraries import LIBRARIES
from tests.compiler.runners import BACKENDS
from tests.compiler.slopes import slopes
from tests.compiler.written import draws, reference

norm = stats.norm.logpdf


def density(distribution: str, x: float) -> float:
    return reference(f"x ~ {distribution}\nfactor x\n").by_statement({"x": x})["x"]


# --- known by another name -------------------------------------------------------------------

SAME: Mapping[str, Callable[[float], float]] = {
    "Folded(Normal(1, 2))": lambda x: stats.foldnorm.logpdf(x, 0.5, scale=2),
    "Folded(Cauchy(3, 1))": lambda x: stats.foldcauchy.logpdf(x, 3),
    "Folded(Mixture(0.5, [Normal(-1, 1), Normal(1, 1)]))": lambda x: stats.foldnorm.logpdf(x, 1),
    "Transformed(Normal(0.5, 2), exp)": lambda x: stats.lognorm.logpdf(x, 2, scale=np.exp(0.5)),
    "Transformed(Gamma(3, 2), log)": lambda x: stats.loggamma.logpdf(x, 3, loc=-np.log(2)),
    "Transformed(Gamma(3, 2), inv)": lambda x: stats.invgamma.logpdf(x, 3, scale=2),
    "Transformed(Logistic(0, 1), expit)": lambda x: stats.uniform.logpdf(x),
    "Transformed(Uniform(0, 1), logit)": lambda x: stats.logistic.logpdf(x),
    "Transformed(Uniform(0, 1), probit)": lambda x: norm(x),
    "Transformed(HalfNormal(2), square)": lambda x: stats.chi2.logpdf(x / 4, 1) - np.log(4),
    "Transformed(Exponential(0.5), sqrt)": lambda x: stats.rayleigh.logpdf(x),
    "Transformed(Exponential(1), expm1)": lambda x: stats.lomax.logpdf(x, 1),
    "Transformed(Transformed(Normal(0, 1), exp), log)": lambda x: norm(x),
    "1 + 2 * Transformed(Normal(0, 1), exp)": lambda x: stats.lognorm.logpdf(x, 1, 1, 2),
    "Transformed(Truncated(Normal(0, 1), lower = 0), exp)": lambda x: (
        stats.lognorm.logpdf(x, 1) + np.log(2) if x > 1 else -np.inf
    ),
}


@pytest.mark.parametrize("distribution", SAME)
@pytest.mark.parametrize("x", [0.3, 0.999, 2.5, 30.0, -0.7])
def test_laws_that_are_known_by_another_name(distribution: str, x: float) -> None:
    wanted = float(SAME[distribution](x))
    assert density(distribution, x) == pytest.approx(wanted, rel=1e-11, abs=1e-13)


# --- every row of the table ------------------------------------------------------------------

EXACT: Mapping[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp, "log": mpmath.log, "expm1": mpmath.expm1, "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x, 2), "log10": mpmath.log10, "sqrt": mpmath.sqrt,
    "square": lambda x: x**2, "inv": lambda x: 1 / x, "tanh": mpmath.tanh,
    "inv_logit": lambda x: 1 / (1 + mpmath.exp(-x)), "logit": lambda x: mpmath.log(x / (1 - x)),
    "Phi": mpmath.ncdf, "inv_Phi": lambda x: mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1),
    "cloglog": lambda x: mpmath.log(-mpmath.log(1 - x)),
    "inv_cloglog": lambda x: 1 - mpmath.exp(-mpmath.exp(x)),
    "log1p_exp": lambda x: mpmath.log(1 + mpmath.exp(x)),
}  # fmt: skip


def places(row: Monotone) -> list[float]:
    """Points of a function's domain."""
    low, high = row.domain
    z = [-3.0, -0.4, 0.0, 1.3, 2.0]  # nearer to 1, a chance has lost its digits
    if low is not None and high is not None:
        return [float(low + (high - low) * special.expit(x)) for x in z]
    return [float(low + np.exp(x)) for x in z] if low is not None else z


@pytest.mark.parametrize("name", MONOTONE)
def test_a_row_inverts_its_function(name: str) -> None:
    row = MONOTONE[name]
    with mpmath.workdps(40):
        for x in places(row):
            y = EXACT[name](mpmath.mpf(x))
            assert float(function(name)(np.asarray(x))) == pytest.approx(float(y), rel=1e-12)
            low, high = row.values
            assert (low is None or y > low) and (high is None or y < high)
            slope = mpmath.diff(EXACT[name], mpmath.mpf(x))
            assert (slope > 0) == row.rising
            at = {"y": np.asarray(float(y))}
            back, log_slope = float(formula(row.inverse, at)), float(formula(row.log_slope, at))
            assert back == pytest.approx(x, rel=1e-9, abs=1e-12)
            assert log_slope == pytest.approx(float(-mpmath.log(abs(slope))), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_programs_have_every_row(backend: str) -> None:
    statements, data = [], {}
    for name, row in MONOTONE.items():
        law = {None: "Normal(m, 1)", 0.0: "Gamma(2, exp(m))", -1.0: "Gamma(2, exp(m)) - 1"}
        inner = "Beta(2, exp(m))" if row.domain[1] is not None else law[row.domain[0]]
        statements.append(f"y_{name}[i] ~ Transformed({inner}, {name})")
        data[f"y_{name}"] = function(name)(np.array(places(row)[:4]))
    columns = "".join(f"  {name}[i] : real\n" for name in data)
    text = "plate i\ndata\n" + columns + "m ~ Normal(0, 1)\n" + "\n".join(statements) + "\n"
    Emitted(text, data, backend=backend).check(points=2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_function_that_stands_for_a_latent_is_sampled_on_its_range(backend: str) -> None:
    text = """
    plate i
    data
      y[i] : real
    a ~ Transformed(Normal(0, 1), inv_logit)
    b ~ Transformed(Truncated(Normal(0, 1), lower = -1, upper = 2), inv_logit)
    y[i] ~ Normal(a + b, 1)
    """
    model = bs.loads(textwrap.dedent(text))
    settings: dict[str, Any] = {
        "chains": 1,
        "warmup": 150,
        "draws": 150,
        "progress": False,
        "seed": 1,
    }
    fit = model.fit({"y": np.array([0.5, 1.4])}, backend=backend, **settings)
    b = fit.posterior["b"].values
    assert special.expit(-1) < b.min() and b.max() < special.expit(2)


# --- increasing vectors ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distribution", "parameters", "prior"),
    [
        ("Normal([3, 10, 4], 2)", "ordered[3] c", "c ~ normal([3, 10, 4]', 2)"),
        ("LogNormal(0, 1.5)", "positive_ordered[3] c", "c ~ lognormal(0, 1.5)"),
    ],
)
def test_the_density_is_that_of_stan(distribution: str, parameters: str, prior: str) -> None:
    stanli = pytest.importorskip("stanli")
    ordered = parameters.startswith("ordered")
    theirs = stanli.Model(
        stan_code=f"parameters {{ {parameters}; real a; }} "
        f"model {{ {prior}; target += normal_lpdf(a | sum(c), 1); }}",
        data={},
    )
    text = f"plate k = 3\nc[k] ~ Ordered({distribution})\na ~ Normal(sum(c), 1)\nfactor a\n"
    found, wanted = [], []
    for z in draws(5, 4):
        free = z[:3]
        steps = np.exp(free if not ordered else np.concatenate([[0.0], free[1:]]))
        steps[0] = free[0] if ordered else steps[0]
        values = {"c": np.cumsum(steps), "a": z[3]}
        # The logarithms of the steps are free: their sum is the Jacobian's.
        jacobian = free[1:].sum() if ordered else free.sum()
        value, slope = slopes(text, {}, values, "pyro")
        found.append(value + jacobian - values["a"])
        there, gradient = theirs.log_prob_grad(z)
        wanted.append(there)
        assert slope["a"] - 1 == pytest.approx(gradient[3], rel=1e-9)
    np.testing.assert_allclose(np.diff(found), np.diff(wanted), rtol=1e-10)


def test_what_does_not_increase_has_no_density() -> None:
    evaluator = reference("plate k = 3\nc[k] ~ Ordered(Normal(0, 1))\nfactor c\n", k=3)
    for values, wanted in (([0.0, 1.0, 3.0], norm([0, 1, 3]).sum()), ([0.0, 3.0, 1.0], -np.inf)):
        found = evaluator.by_statement({"c": np.array(values)})["c"]
        assert found == pytest.approx(wanted, rel=1e-12)


def test_the_density_is_left_as_it_is() -> None:
    """Over all increasing pairs it adds up to the chance that a pair increases."""
    evaluator = reference("plate k = 2\nc[k] ~ Ordered(Normal([1, 0], 1))\nfactor c\n", k=2)

    def height(y: float, x: float) -> float:
        return float(np.exp(evaluator.by_statement({"c": np.array([x, y])})["c"]))

    found = integrate.dblquad(height, -7, 8, lambda x: x, 9, epsabs=1e-7)[0]
    assert found == pytest.approx(stats.norm.cdf(-1 / np.sqrt(2)), abs=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_draws_increase_and_follow_their_density(backend: str) -> None:
    text = "plate k = 3\na[k] ~ Ordered(Normal(0, 1))\nfactor a\n"
    program = load_program(bs.loads(text).compile(backend).source, "test").module
    library = LIBRARIES[backend]
    with library.float64():
        array, normal = library.array, library.distribution("Normal")
        alike = normal(array(np.array(0.0)), array(np.array(1.0)))
        others = normal(array(np.array([1.0, 0.0, 2.0])), array(np.array(1.0)))
        first = library.draws(program.Ordered(alike, 3), 20_000, 1)
        second = library.draws(program.Ordered(others, 3), 20_000, 2)
    for found in (first, second):
        assert found.shape == (20_000, 3) and (np.diff(found, axis=-1) > 0).all()
    # The largest of three normal numbers has the mean 3 / (2 sqrt(pi)).
    np.testing.assert_allclose(first.mean(0), np.array([-1, 0, 1]) * 0.8462844, atol=0.02)
    z = np.random.default_rng(0).normal([1.0, 0.0, 2.0], 1.0, (200_000, 3))
    kept = z[(np.diff(z, axis=-1) > 0).all(-1)]
    np.testing.assert_allclose(second.mean(0), kept.mean(0), atol=0.03)


def test_labels_of_a_mixture_do_not_switch() -> None:
    """A mixture with increasing means: its prior is drawn, and its posterior has one mode."""
    text = """
    plate k = 2
    plate i
    data
      y[i] : real
    w[k] ~ Dirichlet(2)
    mu[k] ~ Ordered(Normal([-2, 2], 3))
    y[i] ~ Mixture(w, Normal(mu, 1))
    """
    model = bs.loads(textwrap.dedent(text))
    assert (np.diff(model.prior({}, sizes={"i": 3}, draws=100).draws["mu"][0], axis=-1) > 0).all()
    rng = np.random.default_rng(0)
    y = np.where(rng.random(200) < 0.3, rng.normal(-3, 1, 200), rng.normal(3, 1, 200))
    settings: dict[str, Any] = {
        "chains": 2,
        "warmup": 200,
        "draws": 200,
        "progress": False,
        "seed": 1,
    }
    fit = model.fit({"y": y}, **settings)
    np.testing.assert_allclose(fit.posterior["mu"].mean(("chain", "draw")), [-3, 3], atol=0.4)
    np.testing.assert_allclose(fit.posterior["w"].mean(("chain", "draw")), [0.3, 0.7], atol=0.08)
