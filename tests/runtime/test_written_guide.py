"""Variational inference with a guide of the spec's own, against exact posteriors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs

RATES = """
plate hour
data
  calls[hour] : count
rate ~ Gamma(2, 1)
calls[hour] ~ Poisson(rate)
param a : positive
param b : positive
guide
  rate ~ Gamma(a, b)
infer svi
  steps = 4000
  optimizer = adam(0.05)
"""
CALLS = np.array([3, 1, 4, 1, 5, 9, 2, 6])


def fit(text: str, data: dict[str, Any], **settings: Any) -> bs.Fit:
    return bs.loads(text, "written.bayes").fit(data, progress=False, **settings)


def test_a_guide_that_holds_the_posterior_finds_it() -> None:
    """Gamma and Poisson are conjugate: the weights of all draws are then the evidence."""
    found = fit(RATES, {"calls": CALLS})
    exact = stats.gamma(2 + CALLS.sum(), scale=1 / (1 + len(CALLS)))
    rate = found.draws["rate"].ravel()
    assert rate.mean() == pytest.approx(exact.mean(), abs=0.1 * exact.std())
    assert rate.std() == pytest.approx(exact.std(), rel=0.1)
    evidence = (
        exact.logpdf(1.0) * -1 + stats.gamma(2).logpdf(1.0) + stats.poisson(1.0).logpmf(CALLS).sum()
    )
    weights = (found.stats["lp"] - found.stats["log_guide"]).ravel()
    assert weights.mean() == pytest.approx(evidence, abs=0.01)
    assert weights.std() < 0.05
    assert found.method == "svi" and found.settings["guide"] == "written"
    assert not found.warnings


def test_a_guide_may_use_data_and_what_it_has_drawn() -> None:
    """Amortised: the guide's draws of a row's latent depend on the row, as the posterior does."""
    text = """
plate row
data
  x[row] : real
m ~ Normal(0, 1)
z[row] ~ Normal(m, 1)
x[row] ~ Normal(z, 0.5)
param loc : real
param spread : positive
param slope : real
param pull : real
param width : positive
let twice = 2 * x
guide
  m ~ Normal(loc, spread)
  let centre = slope * twice + pull * m
  z[row] ~ Normal(centre, width)
infer svi
  steps = 6000
"""
    x = np.array([-1.3, 0.2, 2.2, 1.1, 0.7])
    found = fit(text, {"x": x}, draws=4000)
    precision = 1 + 1 / 0.25
    marginal = 1.25
    var_m = 1 / (1 + len(x) / marginal)
    mean_m = var_m * x.sum() / marginal
    m, z = found.draws["m"].ravel(), found.draws["z"].reshape(-1, len(x))
    assert m.mean() == pytest.approx(mean_m, abs=0.1 * math.sqrt(var_m))
    expected = (mean_m + x / 0.25) / precision
    np.testing.assert_allclose(z.mean(0), expected, atol=0.06)
    var_z = 1 / precision + (1 / precision) ** 2 * var_m
    np.testing.assert_allclose(z.std(0), math.sqrt(var_z), rtol=0.1)


def test_what_the_model_learns_is_learned_beside_the_guide() -> None:
    """A `param` of the model goes to the maximum of the marginal likelihood (empirical Bayes)."""
    text = """
plate row
data
  x[row] : real
param m : real
param t : positive
z[row] ~ Normal(m, t)
x[row] ~ Normal(z, 1)
param slope : real
param shift : real
param width : positive
guide
  z[row] ~ Normal(shift + slope * x, width)
infer svi
  steps = 8000
  particles = 16
"""
    x = np.random.default_rng(3).normal(2.0, 2.0, 200)
    found = fit(text, {"x": x})
    m, t = (float(found.draws[name].ravel()[0]) for name in ("m", "t"))
    assert m == pytest.approx(x.mean(), abs=0.05)
    assert t == pytest.approx(math.sqrt(x.var() - 1), rel=0.05)
    assert np.ptp(found.draws["m"]) == 0
    assert "shift" not in found.posterior


def test_another_method_leaves_the_guide_out() -> None:
    found = fit(RATES, {"calls": CALLS}, method="nuts", chains=2, draws=500)
    exact = stats.gamma(2 + CALLS.sum(), scale=1 / (1 + len(CALLS)))
    assert found.draws["rate"].mean() == pytest.approx(exact.mean(), abs=0.15 * exact.std())
    assert set(found.draws) == {"rate"}


def test_an_automatic_guide_can_be_asked_for() -> None:
    found = fit(RATES, {"calls": CALLS}, guide="normal", steps=500)
    assert found.settings["guide"] == "normal" and set(found.draws) == {"rate"}


def test_a_guide_is_what_auto_takes() -> None:
    text = RATES[: RATES.index("infer")]
    assert bs.loads(text).settings()[0] == "svi"
    assert bs.loads(text[: text.index("param")]).settings()[0] == "nuts"


def test_written_without_a_guide_is_refused() -> None:
    text = RATES[: RATES.index("param")]
    with pytest.raises(bs.BackendError) as caught:
        fit(text, {"calls": CALLS}, method="svi", guide="written")
    assert caught.value.diagnostics[0].code == "B402"


def test_noncentered_with_a_guide_is_refused() -> None:
    text = """
m ~ Normal(0, 1)
z ~ Normal(m, 1)
param a : real
guide
  m ~ Normal(a, 1)
  z ~ Normal(a, 1)
infer svi
  noncentered = [z]
"""
    with pytest.raises(bs.BackendError) as caught:
        fit(text, {})
    assert caught.value.diagnostics[0].code == "B402"


def test_the_same_seed_gives_the_same_draws() -> None:
    first, again = (fit(RATES, {"calls": CALLS}, steps=300, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.draws["rate"], again.draws["rate"])
    other = fit(RATES, {"calls": CALLS}, steps=300, seed=6)
    assert not np.array_equal(first.draws["rate"], other.draws["rate"])
