"""Every distribution that Stan has: log densities and log probabilities of tails as Stan's."""

from typing import Any

import numpy as np
import pytest

from bayescript.compiler.reference.formulas import formula
from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES

stanli = pytest.importorskip("stanli")

Values = dict[str, float]
X = np.array([0.05, 0.3, 0.7, 1.2, 2.6, 7.0])
COUNTS = np.arange(6.0)

# family: (Stan's name, its arguments in our parameters, our parameters), form by parameters.
STAN: dict[str, list[tuple[str, str, Values]]] = {
    "Normal": [("normal", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "StudentT": [("student_t", "df, loc, scale", {"df": 3.5, "loc": 0.4, "scale": 1.7})],
    "Cauchy": [("cauchy", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "Laplace": [("double_exponential", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "Logistic": [("logistic", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "Gumbel": [("gumbel", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "AsymmetricLaplace": [
        (
            "skew_double_exponential",
            "loc, 2 * scale, quantile",
            {"loc": 0.4, "scale": 1.7, "quantile": 0.3},
        )
    ],
    "SkewNormal": [("skew_normal", "loc, scale, slant", {"loc": 0.4, "scale": 1.7, "slant": -2.0})],
    "ExponentiallyModifiedNormal": [
        ("exp_mod_normal", "loc, scale, rate", {"loc": 0.4, "scale": 1.7, "rate": 0.6})
    ],
    "LogNormal": [("lognormal", "loc, scale", {"loc": 0.4, "scale": 1.7})],
    "Gamma": [("gamma", "concentration, rate", {"concentration": 2.5, "rate": 1.7})],
    "InverseGamma": [("inv_gamma", "concentration, scale", {"concentration": 2.5, "scale": 1.7})],
    "Exponential": [("exponential", "rate", {"rate": 1.7})],
    "Weibull": [("weibull", "concentration, scale", {"concentration": 2.5, "scale": 1.7})],
    "Rayleigh": [("rayleigh", "scale", {"scale": 1.7})],
    "ChiSquared": [("chi_square", "df", {"df": 3.5})],
    "InverseChiSquared": [("inv_chi_square", "df", {"df": 3.5})],
    "ScaledInverseChiSquared": [("scaled_inv_chi_square", "df, scale", {"df": 3.5, "scale": 1.7})],
    "LogLogistic": [("loglogistic", "scale, concentration", {"concentration": 2.5, "scale": 1.7})],
    "Frechet": [("frechet", "concentration, scale", {"concentration": 2.5, "scale": 1.7})],
    "Pareto": [("pareto", "scale, alpha", {"scale": 0.04, "alpha": 1.7})],
    "Uniform": [("uniform", "low, high", {"low": -1.0, "high": 9.0})],
    "Beta": [
        (
            "beta",
            "concentration1, concentration0",
            {"concentration1": 2.5, "concentration0": 1.7},
        )
    ],
    "BetaProportion": [
        ("beta_proportion", "mean, concentration", {"mean": 0.3, "concentration": 4.0})
    ],
    "VonMises": [("von_mises", "loc, concentration", {"loc": 0.4, "concentration": 1.7})],
    "Bernoulli": [
        ("bernoulli", "probs", {"probs": 0.3}),
        ("bernoulli_logit", "logits", {"logits": -0.8}),
    ],
    "Binomial": [
        ("binomial", "total_count, probs", {"total_count": 7, "probs": 0.3}),
        ("binomial_logit", "total_count, logits", {"total_count": 7, "logits": -0.8}),
    ],
    "BetaBinomial": [
        (
            "beta_binomial",
            "total_count, concentration1, concentration0",
            {"total_count": 7, "concentration1": 2.5, "concentration0": 1.7},
        )
    ],
    "Poisson": [
        ("poisson", "rate", {"rate": 1.7}),
        ("poisson_log", "log_rate", {"log_rate": 0.3}),
    ],
    "NegativeBinomial": [
        ("neg_binomial_2", "mean, concentration", {"mean": 2.5, "concentration": 1.7})
    ],
    "DiscreteUniform": [("discrete_range", "low, high", {"low": -2, "high": 9})],
    "Hypergeometric": [
        (
            "hypergeometric",
            "draws, successes, failures",
            {"draws": 5, "successes": 9, "failures": 7},
        )
    ],
}
CASES = [(name, *case) for name, cases in STAN.items() for case in cases]
each = pytest.mark.parametrize(
    ("name", "stan", "arguments", "values"), CASES, ids=[" ".join(case[:2]) for case in CASES]
)


def total(stan: str, arguments: str, x: Any, values: Values, ending: str) -> float:
    """The sum of Stan's function over x, with its constants."""
    kinds = {p: "int" if isinstance(v, int) else "real" for p, v in values.items()}
    whole = ending.startswith("lpmf") or (x == np.floor(x)).all()
    declared = "array[N] int x;" if whole else "vector[N] x;"
    declared += "".join(f" {kind} {name};" for name, kind in kinds.items())
    term = f"for (i in 1:N) target += {stan}_{ending}(x[i] | {arguments});"
    code = f"data {{ int N; {declared} }} parameters {{ real z; }} model {{ {term} }}"
    data = {"N": len(x), "x": [int(v) if whole else float(v) for v in x], **values}
    return float(stanli.Model(stan_code=code, data=data).log_prob_grad([0.0])[0])


def points(name: str, values: Values) -> Any:
    row = FAMILIES[name]
    match row.support:
        case "binary":
            return np.array([0.0, 1.0])
        case "unit":
            return np.array([0.01, 0.3, 0.9])
        case "angle":
            return X[:-1]
    return COUNTS if CONSTRAINTS[row.support].integer else X


@each
def test_the_density_is_stans(name: str, stan: str, arguments: str, values: Values) -> None:
    row = FAMILIES[name]
    form = next(f for f in row.forms if {p.name for p in f.parameters} == set(values))
    x = points(name, values)
    ending = "lpmf" if CONSTRAINTS[row.support].integer else "lpdf"
    wanted = total(stan, arguments, x, values, ending)
    assert form.log_density(x, **values).sum() == pytest.approx(wanted, rel=1e-10)


@each
def test_the_probabilities_of_tails_are_stans(
    name: str, stan: str, arguments: str, values: Values
) -> None:
    row = FAMILIES[name]
    if not row.log_cdf or set(values) != {p.name for p in row.forms[0].parameters}:
        pytest.skip("no distribution function of this form in the table")
    x = points(name, values)
    if stan in ("loglogistic", "discrete_range"):
        pytest.skip("Stan has the density alone")
    given = {key: np.asarray(value, float) for key, value in values.items()}
    for text, ending in ((row.log_cdf, "lcdf"), (row.log_sf, "lccdf")):
        wanted = total(stan, arguments, x, values, ending)
        assert formula(text, {"x": x, **given}).sum() == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "stan"), [("OrderedLogistic", "ordered_logistic"), ("OrderedProbit", "ordered_probit")]
)
def test_levels_with_an_order_are_stans(name: str, stan: str) -> None:
    cuts, eta = [-1.0, 0.5, 2.0], 0.3
    code = (
        "data { real eta; vector[3] c; } parameters { real z; } model {"
        f" for (k in 1:4) target += {stan}_lpmf(k | eta, c); }}"
    )
    model = stanli.Model(stan_code=code, data={"eta": eta, "c": cuts})
    wanted = float(model.log_prob_grad([0.0])[0])
    log_density = FAMILIES[name].forms[0].log_density
    found = log_density(np.arange(4), predictor=eta, cutpoints=cuts).sum()
    assert found == pytest.approx(wanted, rel=1e-10)
