"""Mixtures that are cut: truncated, censored, and where their values lie."""

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import bayescript as bs
from bayescript.compiler import ir
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

# --- truncated and censored ------------------------------------------------------------------

AROUND = """
plate k = 2
plate i
data
  y[i] : real
w[k] ~ Dirichlet(1)
mu[k] ~ Normal(0, 1)
"""


def density(x: float) -> float:
    return float(0.3 * stats.norm.pdf(x, -1, 1) + 0.7 * stats.norm.pdf(x, 2, 1.5))


AT = {"w": np.array([0.3, 0.7]), "mu": np.array([-1.0, 2.0])}


@pytest.mark.parametrize(
    "mixture",
    [
        "Mixture(w, Normal(mu, [1, 1.5]))",
        "Mixture(w, [Normal(mu[0], 1), Normal(mu[1], 1.5)])",
        "Mixture(w[0], [Normal(mu[0], 1), Normal(mu[1], 1.5)])",
        "Mixture([Normal(mu[0], 1), Normal(mu[1], 1.5)], logits = logit(w[0]))",
        "Mixture(Normal(mu, [1, 1.5]), logits = 5 + log(w))",
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_truncated_mixture_is_divided_by_its_mass(mixture: str, backend: str) -> None:
    y = np.array([0.5, 1.0, 3.0])
    for bounds, low, high in (
        ("lower = 0", 0, np.inf), ("upper = 4", -np.inf, 4), ("lower = 0, upper = 4", 0, 4),
    ):  # fmt: skip
        text = AROUND + f"y[i] ~ Truncated({mixture}, {bounds})\n"
        mass = integrate.quad(density, low, high, epsabs=1e-13)[0]
        wanted = np.log([density(x) for x in y]) - np.log(mass)
        emitted = Emitted(text, {"y": y}, backend=backend)
        np.testing.assert_allclose(emitted.reference.log_likelihood(AT)["y"], wanted, rtol=1e-9)
        assert emitted.density(AT) == pytest.approx(emitted.reference.log_density(AT), rel=1e-11)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_censored_mixture_gives_the_chance_of_what_is_beyond(backend: str) -> None:
    y, c = np.array([0.5, 1.0, 3.0]), np.array([2.0, 1.0, 3.0])
    text = AROUND.replace("y[i] : real", "y[i] : real\n  c[i] : real")
    text += "y[i] ~ Censored(Mixture(w, Normal(mu, [1, 1.5])), upper = c)\n"
    tails = [integrate.quad(density, x, np.inf, epsabs=1e-13)[0] for x in (1.0, 3.0)]
    emitted = Emitted(text, {"y": y, "c": c}, backend=backend)
    wanted = np.log([density(0.5), *tails])
    np.testing.assert_allclose(emitted.reference.log_likelihood(AT)["y"], wanted, rtol=1e-9)
    assert emitted.density(AT) == pytest.approx(emitted.reference.log_density(AT), rel=1e-11)


# --- where the values lie --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mixture", "wanted"),
    [
        ("Mixture(0.5, [Normal(0, 1), HalfNormal(1)])", ("real", None, None)),
        ("Mixture(0.5, [HalfNormal(1), Gamma(2, 1)])", ("positive", None, None)),
        ("Mixture(0.5, [Uniform(-1, 2), Beta(2, 2)])", ("interval", -1, 2)),
        ("Mixture(0.5, [Uniform(1, 2), Uniform(1, 2)])", ("interval", 1, 2)),
        ("Mixture(0.5, [1 + Gamma(2, 1), 3 + Gamma(2, 1)])", ("greater_than", 1, None)),
        ("Mixture(0.5, [Poisson(1), Bernoulli(0.5)])", ("count", None, None)),
        ("Mixture(0.5, [Binomial(3, 0.5), Bernoulli(0.5)])", ("up_to", None, 3)),
        ("Hurdle(Beta(2, 2), 0.5)", ("unit", None, None)),
        ("Hurdle(Truncated(Gamma(2, 1), lower = 2, upper = 5), 0.5)", ("interval", 0, 5)),
    ],
)  # fmt: skip
def test_values_lie_where_a_component_reaches(mixture: str, wanted: Any) -> None:
    word = "count" if wanted[0] in ("count", "up_to") else "real"
    model = bs.loads(f"plate i\ndata\n  y[i] : {word}\ny[i] ~ {mixture}\n").ir
    (found,) = (s.support for s in model.statements if isinstance(s, ir.Sample))
    ends = [None if end is None else end.value for end in (found.lower, found.upper)]  # type: ignore[union-attr]
    assert (found.constraint, *ends) == wanted


def test_bounds_that_vary_over_the_components_give_the_widest() -> None:
    text = """
    plate k = 2
    plate i
    data
      y[i] : real
    w[k] ~ Dirichlet(1)
    high[k] ~ HalfNormal(1)
    a ~ Mixture(w, Uniform(-1, 3 + high))
    y[i] ~ Normal(a, 1)
    """
    at = {"w": np.array([0.3, 0.7]), "high": np.array([0.5, 2.0]), "a": 4.0}
    for backend in BACKENDS:
        emitted = Emitted(text, {"y": np.array([0.5])}, backend=backend)
        found = emitted.reference.by_statement(at)["a"]
        assert found == pytest.approx(np.log(0.7 / 6))  # the first component ends at 3.5
        assert emitted.density(at) == pytest.approx(emitted.reference.log_density(at), rel=1e-12)
        settings: dict[str, Any] = {
            "chains": 1,
            "warmup": 50,
            "draws": 50,
            "progress": False,
            "seed": 1,
        }
        fit = emitted.model.fit({"y": np.array([4.5])}, backend=backend, **settings)
        a, high = fit.posterior["a"].values, fit.posterior["high"].values
        assert (a > -1).all() and (a < 3 + high.max(-1)).all() and (a > 3).any()
