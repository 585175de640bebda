"""Pyro programs run: NUTS against an exact posterior, and the fit that it gives."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime.execute import Program, load_program

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


def test_statistics_and_groups(fit: bs.Fit) -> None:
    groups = fit.inference_data
    cells = groups.log_likelihood["y"].values
    wanted = -0.5 * (Y - fit.draws["mu"][..., None]) ** 2 - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(cells, wanted)
    prior = -0.5 * (fit.draws["mu"] / 2) ** 2 - np.log(2) - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(fit.stats["lp"], np.nansum(wanted, axis=-1) + prior)
    assert (fit.stats["n_steps"] >= 1).all() and fit.divergences == 0
    with pytest.raises(BackendError, match="NumPyro"):
        fit.posterior_predictive()


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


def test_a_long_run_is_warned_of() -> None:
    model = bs.loads(TEXT, "m.bayes")
    data = {"y": np.zeros(1001)}
    given = SHORT | {"warmup": 2, "draws": 2}
    with pytest.warns(UserWarning, match="200 to 400 times"):
        model.fit(data, backend="pyro", **given)


def test_what_pyro_does_not_run_is_refused() -> None:
    model = bs.loads(TEXT, "m.bayes")
    with pytest.raises(BackendError, match="runs on NumPyro"):
        model.fit({"y": Y}, method="map", backend="pyro", progress=False)
    with pytest.raises(BackendError, match="one chain after another"):
        model.fit({"y": Y}, backend="pyro", **SHORT, chain_method="vectorized")


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
    with pytest.warns(UserWarning):
        ours = model.fit(data, backend="pyro", **given)
    theirs = model.fit(data, **given | {"draws": 4000})
    for name in ("mu", "theta"):
        a, b = ours.draws[name][0], theirs.draws[name][0]
        assert (abs(a.mean(0) - b.mean(0)) < 6 * b.std(0) / np.sqrt(100)).all()
