"""What is generated after inference, for every draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.format import convert
from bayescript.grammar.surfaces import read
from bayescript.runtime.model import source_of

TEXT = """
plate county
plate home within county
data
  floor[home] : binary
  log_radon[home] : real
mu   ~ Normal(0, 10)
tau  ~ HalfNormal(1)
beta ~ Normal(0, 10)
alpha[county] ~ Normal(mu, tau)
let eta = alpha + beta * floor
log_radon[home] ~ Normal(eta, 0.5)
generate
  total = sum(cases) + odd
  effect = beta / 2
  fitted[home] = eta
  above[home] = again > mean(log_radon)
  again[home] ~ Normal(eta, 0.5)
  cases[county] ~ Poisson(exp(alpha))
  odd ~ Bernoulli(0.25)
"""
COUNTY = np.repeat(np.arange(4), 6)
FLOOR = np.tile([0, 1], 12)
RADON = 1.0 + 0.3 * COUNTY - 0.7 * FLOOR + 0.4 * np.sin(np.arange(24))
DATA = {"home": {"county": COUNTY, "floor": FLOOR, "log_radon": RADON}}


@pytest.fixture(scope="module")
def fit() -> bs.Fit:
    return bs.loads(TEXT, "radon.bayes").fit(DATA, chains=2, draws=500, progress=False)


def test_definitions_follow_from_the_draws(fit: bs.Fit) -> None:
    draws = fit.draws
    np.testing.assert_allclose(draws["effect"], draws["beta"] / 2, rtol=1e-12)
    eta = draws["alpha"][..., COUNTY] + draws["beta"][..., None] * FLOOR
    np.testing.assert_allclose(draws["fitted"], eta, rtol=1e-12)
    np.testing.assert_array_equal(draws["above"], draws["again"] > RADON.mean())
    np.testing.assert_array_equal(draws["total"], draws["cases"].sum(-1) + draws["odd"])
    assert draws["above"].dtype == draws["cases"].dtype == np.int64


def test_draws_have_their_laws(fit: bs.Fit) -> None:
    draws = fit.draws
    noise = (draws["again"] - draws["fitted"]) / 0.5
    assert abs(noise.mean()) < 0.04 and noise.std() == pytest.approx(1, abs=0.03)
    rate = np.exp(draws["alpha"])
    scaled = (draws["cases"] - rate) / np.sqrt(rate)
    assert abs(scaled.mean()) < 0.08 and scaled.std() == pytest.approx(1, abs=0.05)
    assert draws["odd"].mean() == pytest.approx(0.25, abs=0.06)


def test_they_are_part_of_the_posterior_and_of_its_summary(fit: bs.Fit) -> None:
    assert fit.posterior["cases"].dims == ("chain", "draw", "county")
    assert fit.posterior["fitted"].sizes["home"] == 24
    assert "total" in str(fit.summary())


def test_they_are_saved(fit: bs.Fit, tmp_path: Path) -> None:
    fit.save(tmp_path / "fit.nc")
    again = bs.load_fit(tmp_path / "fit.nc")
    for name, values in fit.draws.items():
        np.testing.assert_array_equal(again.draws[name], values)
    assert list(again.author_draws) == list(fit.author_draws)


def test_predictions_have_random_numbers_of_their_own(fit: bs.Fit) -> None:
    predicted = np.asarray(fit.posterior_predictive()["log_radon"])
    assert abs(np.corrcoef(predicted.ravel(), fit.draws["again"].ravel())[0, 1]) < 0.95
    residual = predicted - fit.draws["fitted"], fit.draws["again"] - fit.draws["fitted"]
    assert abs(np.corrcoef(*(r.ravel() for r in residual))[0, 1]) < 0.03


def test_what_is_generated_needs_nobody_to_depend_on_it() -> None:
    text = "theta ~ Beta(1, 1)\nprior ~ Beta(1, 1)\ngenerate\n  k ~ Binomial(9, theta)\n"
    (warning,) = bs.loads(text).warnings
    assert warning.code == "W202" and "`prior`" in warning.message


def test_both_surfaces_say_the_same() -> None:
    yaml = convert(read(source_of(TEXT, "radon.bayes")), "yaml")
    one, other = bs.loads(yaml, "radon.yaml").ir, bs.loads(TEXT, "radon.bayes").ir
    assert one.generated == other.generated
    assert set(one.statements) == set(other.statements)


@pytest.mark.parametrize("method", ["svi", "laplace", "map"])
def test_every_method_generates(method: str) -> None:
    settings: dict[str, Any] = {"steps": 200} if method == "svi" else {}
    proper = TEXT.replace("tau  ~ HalfNormal(1)\n", "").replace("(mu, tau)", "(mu, 1)")
    found = bs.loads(proper, "radon.bayes").fit(DATA, method=method, progress=False, **settings)
    np.testing.assert_allclose(found.draws["effect"], found.draws["beta"] / 2, rtol=1e-12)
    assert found.draws["cases"].shape == (*found.draws["beta"].shape, 4)


def test_pyro_generates_the_same() -> None:
    found = bs.loads(TEXT, "radon.bayes").fit(
        DATA, backend="pyro", chains=1, warmup=20, draws=40, progress=False
    )
    draws = found.draws
    np.testing.assert_allclose(draws["effect"], draws["beta"] / 2, rtol=1e-12)
    eta = draws["alpha"][..., COUNTY] + draws["beta"][..., None] * FLOOR
    np.testing.assert_allclose(draws["fitted"], eta, rtol=1e-12)
    np.testing.assert_array_equal(draws["total"], draws["cases"].sum(-1) + draws["odd"])
    assert draws["cases"].dtype == np.int64
    noise = (draws["again"] - draws["fitted"]) / 0.5
    assert abs(noise.mean()) < 0.15 and noise.std() == pytest.approx(1, abs=0.1)


def test_a_quantity_of_the_prior_alone_can_be_generated() -> None:
    """As in a predictive check of the prior beside that of the posterior."""
    text = """
data
  k : count
p ~ Beta(1, 1)
k ~ Binomial(10, p)
generate
  q ~ Beta(1, 1)
  before ~ Binomial(10, q)
  after ~ Binomial(10, p)
"""
    fit = bs.loads(text).fit({"k": 3}, chains=2, draws=1000, progress=False)
    counts = np.bincount(fit.draws["before"].ravel(), minlength=11) / fit.draws["before"].size
    np.testing.assert_allclose(counts, 1 / 11, atol=0.025)  # Beta(1, 1) and Binomial: uniform
    assert fit.draws["after"].mean() == pytest.approx(10 * 4 / 12, abs=0.25)


def test_missing_cells_are_filled_where_they_are_used() -> None:
    text = """
plate row
data
  x[row] : real?
  y[row] : real
x[row] ~ Normal(0, 1)
y[row] ~ Normal(2 * x, 0.1)
generate
  largest = max(x)
  twice[row] = 2 * x
"""
    x = np.array([0.1, np.nan, -0.5])
    fit = bs.loads(text).fit({"x": x, "y": np.array([0.2, 3.0, -1.0])}, chains=2, progress=False)
    np.testing.assert_allclose(fit.draws["twice"][..., 1], 2 * fit.draws["x_missing"][..., 0])
    np.testing.assert_allclose(fit.draws["largest"], fit.draws["x_missing"][..., 0])
