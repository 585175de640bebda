"""Variational inference by Pyro: exact where the guide can be, and as honest as by NumPyro."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines.coordinates import Full
from bayescript.runtime.engines.settings import Step, SviSettings
from tests.runtime import examples

torch = pytest.importorskip("torch")
pyro = pytest.importorskip("pyro")

from bayescript.runtime.engines.pyro_guides import POINT, make_guide, moved  # noqa: E402

LINEAR = """
plate row
data
  x[row] : real
  z[row] : real
  y[row] : real
level ~ Normal(0, 5)
slope ~ Normal(0, 2)
other ~ Normal(1, 2)
y[row] ~ Normal(level + slope * x + other * z, 0.5)
"""
EXACT = examples.exact()
GUIDES = ("normal", "multivariate", "lowrank", "delta", "laplace", "flow")


def fitted(text: str = LINEAR, data: Any = None, **settings: Any) -> bs.Fit:
    given: dict[str, Any] = {"method": "svi", "backend": "pyro", "progress": False} | settings
    return bs.loads(text, "m.bayes").fit(data or examples.linear().data, **given)


@pytest.fixture(scope="module")
def full() -> bs.Fit:
    return fitted(guide="multivariate", steps=3000, draws=4000)


def test_a_full_normal_guide_finds_a_normal_posterior(full: bs.Fit) -> None:
    draws = np.stack([full.draws[name].ravel() for name in examples.LINEAR])
    np.testing.assert_array_less(abs(draws.mean(axis=1) - EXACT.mean), 0.1 * EXACT.sd)
    np.testing.assert_allclose(draws.std(axis=1), EXACT.sd, rtol=0.08)
    np.testing.assert_allclose(np.cov(draws), EXACT.covariance, atol=0.12 * EXACT.sd.max() ** 2)
    assert full.details["elbo"] == pytest.approx(EXACT.log_evidence, abs=0.01)
    assert full.k_hat < 0.7 and full.warnings == ()


def test_it_is_told_as_by_numpyro(full: bs.Fit) -> None:
    assert full.details["settled"] and full.details["steps"] == len(full.elbo) < 3000
    assert full.sampled == examples.LINEAR and full.draws["slope"].shape == (1, 4000)
    assert list(full.summary().columns) == ["mean", "sd", "q5", "q50", "q95"]
    assert "the ELBO settled at -24.7" in repr(full)
    assert full.log_likelihood["y"].shape == (1, 4000, 20)


def test_lp_is_the_density_of_the_point_and_log_guide_that_of_the_guide(full: bs.Fit) -> None:
    draws = np.stack([full.draws[name].ravel() for name in examples.LINEAR])[:, :50]
    data = examples.linear().data
    y = draws[0][:, None] + draws[1][:, None] * data["x"] + draws[2][:, None] * data["z"]
    prior = stats.norm([0, 0, 1], [5, 2, 2]).logpdf(draws.T).sum(axis=1)
    lp = prior + stats.norm(y, 0.5).logpdf(data["y"]).sum(axis=1)
    np.testing.assert_allclose(full.stats["lp"][0, :50], lp)
    every = np.stack([full.draws[name].ravel() for name in examples.LINEAR])
    guide = stats.multivariate_normal(every.mean(axis=1), np.cov(every))
    np.testing.assert_allclose(full.stats["log_guide"][0, :50], guide.logpdf(draws.T), atol=0.2)


def test_independent_normals_have_the_spread_of_the_conditionals() -> None:
    found = fitted(precondition="none", steps=3000, draws=4000)
    conditional = np.diag(np.linalg.inv(EXACT.covariance)) ** -0.5
    spread = [found.draws[name].std() for name in examples.LINEAR]
    np.testing.assert_allclose(spread, conditional, rtol=0.1)
    _, volume = np.linalg.slogdet(EXACT.covariance)
    gap = 0.5 * volume - np.log(conditional).sum()  # the Kullback-Leibler divergence
    assert found.details["elbo"] == pytest.approx(EXACT.log_evidence - gap, abs=0.1)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_runs_in_its_own_coordinates_and_in_the_specs(guide: str) -> None:
    shape: dict[str, Any] = {"rank": 2, "hidden": 4, "steps": 60, "draws": 150, "particles": 3}
    for precondition in ("auto", "none"):
        found = fitted(guide=guide, precondition=precondition, **shape)
        draws = 1 if guide == "delta" else 150
        assert found.draws["level"].shape == found.stats["lp"].shape == (1, draws)
        assert len(found.elbo) == 60 and np.isfinite(found.elbo).all()
        assert np.isfinite(found.stats["log_guide"]).all()
        assert len(np.unique(found.draws["level"])) == draws


@pytest.mark.slow
@pytest.mark.parametrize("guide", [guide for guide in GUIDES if guide != "normal"])
@pytest.mark.parametrize("precondition", ["auto", "none"])
def test_other_guides_find_it_too(guide: str, precondition: str) -> None:
    found = fitted(guide=guide, precondition=precondition, rank=2, hidden=8, draws=4000)
    draws = np.stack([found.draws[name].ravel() for name in examples.LINEAR])
    np.testing.assert_array_less(abs(draws.mean(axis=1) - EXACT.mean), 0.3 * EXACT.sd)
    if guide != "delta":
        np.testing.assert_allclose(draws.std(axis=1), EXACT.sd, rtol=0.15)
        assert found.details["elbo"] == pytest.approx(EXACT.log_evidence, abs=0.1)


def test_laplace_ends_at_the_mode_exactly() -> None:
    found = fitted(guide="laplace", steps=300, draws=500)
    weights = found.stats["lp"] - found.stats["log_guide"]
    np.testing.assert_allclose(weights, EXACT.log_evidence, atol=1e-6)


COUNTS = """
plate cell
data
  count[cell] : count
rate ~ Gamma(2, 1)
count[cell] ~ Poisson(rate)
"""
SEEN = np.array([3, 1, 4, 1, 5])


def test_a_point_guide_is_the_mode_on_the_unconstrained_scale() -> None:
    found = fitted(COUNTS, {"count": SEEN}, guide="delta", steps=1500)
    right = (2 + SEEN.sum()) / (1 + len(SEEN))
    assert found.draws["rate"].shape == (1, 1)
    assert found.draws["rate"].item() == pytest.approx(right, rel=2e-3)


def test_a_flow_begins_at_a_point_and_its_density_is_that_of_its_draws() -> None:
    at = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    chosen = SviSettings(guide="flow", hidden=5)
    torch.manual_seed(1)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with pyro.get_param_store().scope():
            guide = make_guide(at, 0.1, chosen)
            guide()
            flow = guide.get_posterior().transforms[-1]
            noise = torch.randn(3)
            torch.testing.assert_close(flow(noise), at + 0.1 * noise)
            for parameter in flow.parameters():
                parameter.data += 0.3 * torch.randn(parameter.shape)
            flow(torch.zeros(3))  # what it remembers of the parameters before is gone
            slope = torch.autograd.functional.jacobian(flow, noise)
            found = flow.log_abs_det_jacobian(noise, flow(noise))
            torch.testing.assert_close(found, torch.linalg.slogdet(slope).logabsdet)
            trace = pyro.poutine.trace(guide).get_trace()
            point = trace.nodes[POINT]["value"]
            right = guide.get_posterior().log_prob(point.detach().clone())
            torch.testing.assert_close(trace.log_prob_sum(), right)
    finally:
        torch.set_default_dtype(before)


def test_slopes_along_coordinates_are_those_along_the_points() -> None:
    where = Full(np.array([1.0, 2.0]), np.array([[2.0, 0.0], [-1.0, 0.5]]))
    u = torch.tensor(np.random.default_rng(1).normal(size=(5, 2)), requires_grad=True)
    np.testing.assert_allclose(moved(u, where).detach().numpy(), where.points(u.detach().numpy()))
    torch.autograd.gradcheck(lambda u: moved(u, where), u)


def test_the_same_seed_gives_the_same_draws_and_nothing_else_is_touched() -> None:
    given: dict[str, Any] = {"steps": 120, "guide": "flow", "hidden": 4}
    torch.manual_seed(7)
    pyro.get_param_store()["mine"] = torch.ones(1)
    state = torch.random.get_rng_state()
    first, again, other = (fitted(seed=seed, **given) for seed in (1, 1, 2))
    for name, values in first.draws.items():
        np.testing.assert_array_equal(again.draws[name], values)
    np.testing.assert_array_equal(again.elbo, first.elbo)
    assert not np.any(other.draws["level"] == first.draws["level"])
    assert torch.equal(state, torch.random.get_rng_state())
    assert list(pyro.get_param_store()) == ["mine"]
    assert torch.get_default_dtype() == torch.float32
    del pyro.get_param_store()["mine"]


def test_how_often_progress_is_told_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fitted(steps=60)
    monkeypatch.setattr("bayescript.runtime.engines.svi._PATIENCE", 1e-9)  # a call for each step
    found = fitted(steps=60)
    np.testing.assert_array_equal(found.elbo, whole.elbo)
    np.testing.assert_array_equal(found.draws["slope"], whole.draws["slope"])


def test_an_interrupt_keeps_the_guide() -> None:
    told: list[Step] = []

    def stop(step: Step) -> None:
        if step.stage == "steps":
            told.append(step)
            if step.iteration >= 200:
                raise KeyboardInterrupt

    found = fitted(guide="multivariate", tolerance=0.0, progress=stop)
    assert [one.code for one in found.warnings] == ["W606"]
    done = found.details["steps"]
    assert 200 <= done == len(found.elbo) < 10_000
    assert f"after {done:,} of 10,000 steps are kept" in found.warnings[0].message
    assert found.draws["level"].shape == (1, 1000)
    assert told[0].about.startswith("ELBO ") and told[0].step_size == 0.01


def test_an_elbo_that_has_not_settled_is_told() -> None:
    given: dict[str, Any] = {"steps": 150, "learning_rate": 1e-3, "precondition": "none"}
    found = fitted(**given)
    assert "W608" in [one.code for one in found.warnings]


def test_a_point_without_a_density_is_passed_over() -> None:
    text = "sigma ~ Beta(2, 2)\nm ~ Normal(0, 1)\nx ~ Normal(0, sqrt(1 - m))\n"
    found = fitted(text, {}, steps=150, precondition="none", init_scale=1.0, particles=1)
    assert 0 < found.details["not_finite"] == np.isnan(found.elbo).sum() < 150
    assert np.isfinite(found.draws["sigma"]).all()


def test_no_start_is_an_error() -> None:
    with pytest.raises(RunError, match="B601"):
        fitted(LINEAR.replace("0.5)", "level - 1000)"))


RATES = (
    COUNTS
    + """
param a : positive
param b : positive
guide
  rate ~ Gamma(a, b)
infer svi
  optimizer = adam(0.05)
"""
)


def test_a_guide_of_the_specs_own_that_holds_the_posterior_finds_it() -> None:
    """Gamma and Poisson are conjugate: the weights of all draws are then the evidence."""
    found = fitted(RATES, {"count": SEEN}, steps=1500)
    exact = stats.gamma(2 + SEEN.sum(), scale=1 / (1 + len(SEEN)))
    rate = found.draws["rate"].ravel()
    assert rate.mean() == pytest.approx(exact.mean(), abs=0.15 * exact.std())
    assert rate.std() == pytest.approx(exact.std(), rel=0.15)
    at = stats.gamma(2).logpdf(1.0) + stats.poisson(1.0).logpmf(SEEN).sum()
    weights = (found.stats["lp"] - found.stats["log_guide"]).ravel()
    assert weights.mean() == pytest.approx(at - exact.logpdf(1.0), abs=0.02)
    assert weights.std() < 0.2
    assert found.settings["guide"] == "written" and "a" not in found.draws


EMPIRICAL = """
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
"""


def test_what_the_model_learns_is_learned_beside_the_guide() -> None:
    """A `param` of the model goes to the maximum of the marginal likelihood (empirical Bayes)."""
    x = np.random.default_rng(3).normal(2.0, 2.0, 100)
    given: dict[str, Any] = {"steps": 1500, "particles": 2, "learning_rate": 0.03}
    found = fitted(EMPIRICAL, {"x": x}, **given)
    m, t = (found.draws[name].ravel() for name in ("m", "t"))
    assert m[0] == pytest.approx(x.mean(), abs=0.1) and np.ptp(m) == 0
    assert t[0] == pytest.approx(math.sqrt(x.var() - 1), rel=0.05)
    evidence = stats.norm(x.mean(), x.std()).logpdf(x).sum()
    assert found.details["elbo"] == pytest.approx(evidence, abs=0.05)


@pytest.mark.slow
def test_both_back_ends_find_the_same_guide() -> None:
    text = """
plate school
data
  y[school]     : real
  sigma[school] : positive
mu ~ Normal(0, 5)
tau ~ HalfCauchy(5)
theta[school] ~ Normal(mu, tau)
y[school] ~ Normal(theta, sigma)
infer svi
  noncentered = [theta]
"""
    data = examples.schools().data
    given: dict[str, Any] = {"guide": "multivariate", "draws": 4000}
    ours = fitted(text, data, **given)
    theirs = fitted(text, data, **given | {"backend": "numpyro"})
    assert ours.sampled == theirs.sampled and set(ours.draws) == set(theirs.draws)
    assert ours.details["elbo"] == pytest.approx(theirs.details["elbo"], abs=0.1)
    for name in ("mu", "theta"):
        mine, other = ours.draws[name][0], theirs.draws[name][0]
        assert (abs(mine.mean(0) - other.mean(0)) < 0.2 * other.std(0)).all()
        np.testing.assert_allclose(mine.std(0), other.std(0), rtol=0.15)
