"""Pyro programs run: NUTS against an exact posterior, and the fit that it gives."""

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime.execute import Program, arguments, load_program
from bayescript.runtime.replay import Replay
from bayescript.runtime.results.diagnose import energy_information
from bayescript.runtime.results.warn import GRADIENTS, check_speed

pytest.importorskip("pyro")

TEXT = """\
plate row
data
  y[row] : real?
mu ~ Normal(0, 2)
twice = 2 * mu
y[row] ~ Normal(mu, 1)
"""
Y = np.array([1.0, 2.0, np.nan, 0.5, 1.5])
SHORT: dict[str, Any] = {"warmup": 100, "draws": 150, "chains": 1, "seed": 3, "progress": False}


def fitted(**settings: Any) -> bs.Fit:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        given = SHORT | {"backend": "pyro"} | settings
        return bs.loads(TEXT, "m.bayes").fit({"y": Y}, **given)


@pytest.fixture(scope="module")
def fit() -> bs.Fit:
    return fitted()


def test_draws_are_those_of_the_posterior(fit: bs.Fit) -> None:
    precision = 0.25 + 4
    mu = fit.draws["mu"]
    assert mu.shape == (1, 150) and mu.dtype == np.float64
    assert abs(mu.mean() - 5.0 / precision) < 5 * precision**-0.5 / np.sqrt(30)
    assert 0.6 < mu.std() * precision**0.5 < 1.5
    np.testing.assert_allclose(fit.draws["twice"], 2 * mu)


def test_a_full_mass_matrix_for_few_dimensions() -> None:
    text = TEXT.replace("mu ~ Normal(0, 2)", "mu, nu ~ Normal(0, 2)\nfactor -2 * (mu - nu)^2")
    run = SHORT | {"backend": "pyro", "warmup": 60, "draws": 20}

    def drawn(dense: object) -> np.ndarray:
        return bs.loads(text, "m.bayes").fit({"y": Y}, dense_mass=dense, **run).draws["mu"]

    assert np.array_equal(drawn("auto"), drawn(True))
    assert not np.array_equal(drawn("auto"), drawn(False))


def test_statistics_and_groups(fit: bs.Fit) -> None:
    groups = fit.inference_data
    cells = groups.log_likelihood["y"].values
    wanted = -0.5 * (Y - fit.draws["mu"][..., None]) ** 2 - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(cells, wanted)
    prior = -0.5 * (fit.draws["mu"] / 2) ** 2 - np.log(2) - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(fit.stats["lp"], np.nansum(wanted, axis=-1) + prior)
    assert (fit.stats["n_steps"] >= 1).all() and fit.divergences == 0
    assert {"energy", "acceptance_rate"} <= set(groups.sample_stats)
    assert list(fit.versions) == ["python", "bayescript", "torch", "pyro-ppl", "numpy"]


def test_predictions(fit: bs.Fit) -> None:
    import torch

    state = torch.random.get_rng_state()
    new = fit.posterior_predictive(seed=7)["y"]
    assert torch.equal(state, torch.random.get_rng_state())
    assert new.dims == ("chain", "draw", "row") and np.isfinite(new).all()
    noise = (new.values - fit.draws["mu"][..., None]).ravel()  # standard normal, whatever mu is
    assert stats.kstest(noise, "norm").pvalue > 0.001
    np.testing.assert_array_equal(fit.posterior_predictive(seed=7)["y"], new)
    assert not np.array_equal(fit.posterior_predictive(seed=8)["y"], new)
    assert "posterior_predictive" in fit.inference_data.groups()


@pytest.mark.parametrize("method", ["nuts", "hmc"])
def test_the_energy_of_a_draw(method: str) -> None:
    """Of a standard normal posterior, the kinetic energy is half a chi-squared number."""
    text = "plate k = 5\nx[k] ~ Normal(0, 1)\n"
    settings = SHORT | {"warmup": 200, "draws": 400, "method": method, "dense_mass": False}
    found = bs.loads(text, "m.bayes").fit({}, backend="pyro", **settings)
    assert found.stats["energy"].shape == (1, 400)
    kinetic = found.stats["energy"] + found.stats["lp"]
    assert stats.kstest(2 * kinetic.ravel(), "chi2", (5,)).pvalue > 0.001
    # What lies between is the normalising constant of the prior alone.
    lp = -0.5 * np.square(found.draws["x"]).sum(-1) - 2.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(found.stats["lp"], lp)
    rate = found.stats["acceptance_rate"]
    assert (rate >= 0).all() and (rate <= 1).all() and 0.6 < rate.mean() < 0.99
    # Energies of successive draws have x in common: E-BFMI is about 1, as it is with NumPyro.
    assert 0.6 < energy_information(found.stats["energy"])[0] < 1.6
    assert not found.warnings or found.warnings[0].code == "W603"


def test_the_seed_decides_and_torch_is_left_alone(fit: bs.Fit) -> None:
    import torch

    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    again = fitted()
    np.testing.assert_array_equal(again.draws["mu"], fit.draws["mu"])
    assert torch.equal(state, torch.random.get_rng_state())
    assert torch.get_default_dtype() == torch.float32


def test_hmc_and_progress() -> None:
    steps: list[Any] = []
    found = fitted(method="hmc", draws=20, warmup=20, progress=steps.append)
    assert found.draws["mu"].shape == (1, 20) and found.method == "hmc"
    assert steps[-1].iteration == steps[-1].total == 40


def test_a_long_run_says_that_numpyro_is_faster(fit: bs.Fit) -> None:
    assert check_speed(fit.details) == () and 100 < fit.details["gradients"] < GRADIENTS
    (warning,) = check_speed({"gradients": 20_000, "seconds": 30.0})
    assert warning.code == "W610"
    assert warning.message.startswith("Pyro took 1.5 ms for each of 20,000 gradients")
    long = replace(fit, details={"gradients": 20_000, "seconds": 30.0})
    assert long.warnings == (*fit.warnings, warning)


def test_what_pyro_does_not_run_is_refused() -> None:
    model = bs.loads(TEXT, "m.bayes")
    with pytest.raises(BackendError, match="NumPyro can"):
        model.fit({"y": Y}, method="mh", backend="pyro", progress=False)
    with pytest.raises(BackendError, match="one chain after another"):
        model.fit({"y": Y}, backend="pyro", **SHORT, chain_method="vectorized")


MANY = """\
plate k = 2
plate mood = [good, bad, mixed]
plate row
data
  x[row]    : real
  use[row]  : binary
  y[row]    : real?
  w[row, k] : real?
  n[row]    : count
  m[row]    : mood
  t[row]    : positive
a ~ Normal(0, 1)
s[k] ~ LogNormal(0, 0.5)
c[k, k'] = diag_matrix(s)
q[mood] ~ Dirichlet(2)
y[row] ~ StudentT(4, a + x, 1), where use
w[row, k] ~ MultivariateNormal(0, covariance_matrix = c)
n[row] ~ Poisson(exp(a + 0.5 * x))
m[row] ~ Categorical(q)
t[row] ~ Censored(Exponential(rate = exp(a)), upper = 2)
"""


def replays() -> tuple[Any, Any]:
    """The two back-ends on one model with many outcomes, at the same draws."""
    from bayescript.runtime.engines.pyro_replay import PyroReplay

    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 4)
    data = {
        "x": x,
        "use": np.array([1, 0, 1, 1]),
        "y": np.array([0.3, 0.5, np.nan, -1.0]),
        "w": np.array([[0.1, 0.2], [np.nan, 1.0], [0.5, -1.0], [0.0, 2.0]]),
        "n": np.array([0, 1, 3, 2]),
        "m": ["good", "bad", "good", "mixed"],
        "t": np.array([0.1, 2.0, 0.7, 1.9]),
    }
    model = bs.loads(MANY, "m.bayes")
    bound = model.bind(data)
    draws = {
        "a": rng.normal(0, 0.3, (1, 600)),
        "s": rng.lognormal(0, 0.2, (1, 600, 2)),
        "q": rng.dirichlet([2, 2, 2], (1, 600)),
    }
    pyro, numpyro = (
        load_program(model.compile(backend).source, "m") for backend in ("pyro", "numpyro")
    )
    ours = PyroReplay(pyro, arguments(pyro, bound), draws)
    return ours, Replay(numpyro, arguments(numpyro, bound), draws)


def test_both_back_ends_give_the_same_log_likelihoods_and_predictions() -> None:
    ours, theirs = replays()
    found, wanted = ours.log_likelihood(), theirs.log_likelihood()
    assert found.keys() == wanted.keys() == {"y", "w", "n", "m", "t"}
    for name, cells in found.items():
        np.testing.assert_allclose(cells, wanted[name], rtol=1e-6, atol=1e-12, err_msg=name)
    assert np.isnan(found["y"]).all((0, 1)).tolist() == [False, True, True, False]
    assert np.isnan(found["w"]).all((0, 1)).tolist() == [False, True, False, False]
    found, wanted = ours.predictions(1), theirs.predictions(2)
    for name, new in found.items():
        old = wanted[name]
        assert new.shape == old.shape and new.dtype.kind == old.dtype.kind, name
        np.testing.assert_array_equal(np.isnan(new), np.isnan(old), err_msg=name)
        for at in np.ndindex(new.shape[2:]):
            a, b = (one[(..., *at)].ravel() for one in (new, old))
            if not np.isnan(a).any():
                assert stats.ks_2samp(a, b).pvalue > 1e-4, (name, at)
    assert (found["t"] <= 2).all() and (found["t"] == 2).any()


def test_manifest_and_prepare_without_torch() -> None:
    root = Path(__file__).resolve().parents[2] / "specs" / "investment"
    model = bs.load(root / "investment.bayes")
    program: Program = load_program(model.compile("pyro").source, "investment")
    made = program.prepare({"value": np.array([1.0, 2.0]), "capital": np.array([1.0, 3.0])})
    np.testing.assert_allclose(made["log_value"].sum(), 0.0, atol=1e-12)
    assert "module" not in vars(program)


@pytest.mark.slow
def test_against_numpyro() -> None:
    root = Path(__file__).resolve().parents[2] / "specs" / "eight_schools"
    model = bs.load(root / "eight_schools.bayes")
    data = root / "eight_schools.csv"
    given: dict[str, Any] = {"warmup": 300, "draws": 800, "chains": 1, "progress": False}
    ours = model.fit(data, backend="pyro", **given)
    theirs = model.fit(data, **given | {"draws": 4000})
    assert [one.code for one in ours.warnings] == ["W610"]
    for name in ("mu", "theta"):
        a, b = ours.draws[name][0], theirs.draws[name][0]
        assert (abs(a.mean(0) - b.mean(0)) < 6 * b.std(0) / np.sqrt(100)).all()
