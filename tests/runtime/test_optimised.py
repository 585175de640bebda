"""A faster program draws, and nothing else of a fit is another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import bayescript as bs
from bayescript.runtime.cli import app
from bayescript.runtime.engines import chains, engine
from bayescript.runtime.resume import resume
from tests.runtime.interrupted import Interrupt, assert_same

SPEC = """model line

plate group
plate row within group

data
  x[row] : real
  y[row] : real?

a ~ Normal(0, 10)
b ~ Normal(0, 10)
c[group] ~ Normal(0, 2)
s ~ HalfNormal(5)
mu[row] = a + b * (x - mean(x)) + c
y[row] ~ Normal(mu, s)

generate
  top = max(mu)
"""
SHORT: dict[str, Any] = {"chains": 2, "warmup": 300, "draws": 400, "dense_mass": True}


def table(n: int = 200, seed: int = 1) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    group = random.integers(0, 3, n)
    x = random.normal(20, 3, n)
    y = 4 + 2 * (x - 20) + np.array([-1.0, 0, 1])[group] + 1.5 * random.normal(size=n)
    y[3] = np.nan
    return {"group": np.array(["u", "v", "w"])[group], "x": x, "y": y}


@pytest.fixture(scope="module")
def model() -> bs.Model:
    return bs.loads(SPEC, "line.bayes")


@pytest.fixture(scope="module")
def both(model: bs.Model) -> tuple[bs.Fit, bs.Fit]:
    """A fit by the plain program, and one by the faster one."""
    plain, faster = (
        model.fit(table(), progress=False, seed=4, optimise=one, **SHORT) for one in (False, True)
    )
    return plain, faster


def test_a_fit_tells_which_program_drew(both: tuple[bs.Fit, bs.Fit]) -> None:
    assert [fit.settings["optimise"] for fit in both] == [False, True]


def test_results_have_the_same_form(both: tuple[bs.Fit, bs.Fit]) -> None:
    plain, faster = both
    assert faster.source == plain.source and faster.manifest == plain.manifest
    assert faster.sampled == plain.sampled
    for name, values in plain.draws.items():
        assert faster.draws[name].shape == values.shape, name
    assert list(faster.draws) == list(plain.draws)
    assert list(faster.stats) == list(plain.stats)


def test_draws_agree(both: tuple[bs.Fit, bs.Fit]) -> None:
    plain, faster = both
    for name in ("a", "b", "c", "s", "mu", "top"):
        one, other = plain.draws[name], faster.draws[name]
        spread = one.std(axis=(0, 1))
        assert np.all(np.abs(one.mean(axis=(0, 1)) - other.mean(axis=(0, 1))) < 0.3 * spread), name


def test_log_likelihoods_and_densities_belong_to_the_draws(both: tuple[bs.Fit, bs.Fit]) -> None:
    """Cell by cell, by SciPy's formula; and the sampler's own density is that of the plain one."""
    from scipy import stats

    _, fit = both
    y = table()["y"]
    cells = fit.log_likelihood["y"].values
    wanted = stats.norm.logpdf(y, fit.draws["mu"], fit.draws["s"][..., None])
    np.testing.assert_allclose(cells, wanted, rtol=1e-9)
    prior = (
        stats.norm.logpdf(fit.draws["a"], 0, 10)
        + stats.norm.logpdf(fit.draws["b"], 0, 10)
        + stats.norm.logpdf(fit.draws["c"], 0, 2).sum(-1)
        + stats.halfnorm.logpdf(fit.draws["s"], 0, 5)
    )
    jacobian = np.log(fit.draws["s"])
    np.testing.assert_allclose(fit.stats["lp"], np.nansum(wanted, -1) + prior + jacobian, rtol=1e-9)


def test_predictions_are_made_as_ever(both: tuple[bs.Fit, bs.Fit]) -> None:
    _, fit = both
    assert fit.posterior_predictive()["y"].shape == (2, 400, 200)
    new = fit.predict({"group": ["u"], "x": [20.0]}, progress=False)
    assert abs(new.draws["y"].mean() - 3) < 1


@pytest.mark.parametrize("method", ["map", "laplace", "pathfinder", "svi", "hmc", "mh"])
def test_every_method_draws_from_it(method: str, model: bs.Model) -> None:
    fit = model.fit(table(), method=method, progress=False)
    assert fit.settings["optimise"]
    assert abs(fit.draws["b"].mean() - 2) < 0.3


@pytest.mark.parametrize("method", ["map", "laplace"])
def test_pyro_draws_from_it(method: str, model: bs.Model) -> None:
    fit = model.fit(table(), method=method, backend="pyro", progress=False)
    assert fit.settings["optimise"]
    assert abs(fit.draws["b"].mean() - 2) < 0.3


def test_few_rows_are_left_alone(model: bs.Model) -> None:
    fit = model.fit(table(6), progress=False, method="map")
    assert not fit.settings["optimise"]


@pytest.mark.parametrize("chain_method", ["sequential", "vectorized"])
def test_an_interrupted_run_goes_on(chain_method: str, tmp_path: Path, model: bs.Model) -> None:
    path = tmp_path / "run.ckpt"
    settings = {**SHORT, "chain_method": chain_method}
    last = 1 if chain_method == "sequential" else 0
    cut = model.fit(table(), progress=Interrupt(last, 400), checkpoint=path, **settings)
    assert cut.interrupted and cut.settings["optimise"]
    whole = model.fit(table(), progress=False, **settings)
    assert_same(resume(path, progress=False), whole)


def test_predictors_that_hang_together_closely_take_short_trajectories() -> None:
    """The raw x and its square are all but one line; chains move in coordinates of their own."""
    x = np.random.default_rng(3).uniform(1000, 1010, 300)
    given = {"x": x, "y": 0.01 * x**2 + np.random.default_rng(4).normal(size=300)}
    head = "plate i\ndata\n  x[i] : real\n  y[i] : real\na ~ Flat()\nb ~ Flat()\nc ~ Flat()\n"
    model = bs.loads(head + "s ~ HalfFlat()\ny[i] ~ Normal(a + b * x + c * x^2, s)\n")
    fit = model.fit(given, progress=False, seed=2)
    design = np.column_stack([np.ones(300), x - 1005, (x - 1005) ** 2])
    exact = np.linalg.lstsq(design, given["y"])[0]
    c, b = fit.draws["c"].mean(), (fit.draws["b"] + 2 * 1005 * fit.draws["c"]).mean()
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    assert abs(c - exact[2]) < 0.1 * errors[2] and abs(b - exact[1]) < 0.1 * errors[1]
    assert fit.stats["n_steps"].mean() < 8
    assert not fit.warnings


def test_without_coordinates_chains_move_as_ever(
    model: bs.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "normal_at_mode", lambda slope, dimension: None)
    fit = model.fit(table(), progress=False, **SHORT)
    assert fit.settings["optimise"]
    assert abs(fit.draws["b"].mean() - 2) < 0.3


def test_more_rows_need_no_new_compilation(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: dict[str, Any] = {}
    monkeypatch.setattr(engine, "_IN_MEMORY", compiled)
    text = "plate i\ndata\n  x[i] : real\n  y[i] : real\na ~ Normal(0, 9)\nb ~ Normal(0, 9)\n"
    model = bs.loads(text + "y[i] ~ Normal(a + b * x, 1)\n")
    random = np.random.default_rng(0)
    for n in (100, 1000):
        x = random.normal(size=n)
        fit = model.fit({"x": x, "y": 1 + x + random.normal(size=n)}, progress=False, **SHORT)
        assert abs(fit.draws["a"].mean() - 1) < 0.3
    assert len(compiled) == 1


def test_compile_prints_what_draws(tmp_path: Path, model: bs.Model) -> None:
    spec, data = tmp_path / "line.bayes", tmp_path / "rows.csv"
    spec.write_text(SPEC, encoding="utf-8")
    for rows, expected in ((200, True), (6, False)):
        given = table(rows)
        lines = zip(given["group"], given["x"], given["y"], strict=True)
        text = "".join(f"{g},{x},{'' if np.isnan(y) else y}\n" for g, x, y in lines)
        data.write_text("group,x,y\n" + text, encoding="utf-8")
        command = ["compile", str(spec), "--optimised", "--data", str(data)]
        shown = CliRunner().invoke(app, command).output
        assert ("np.linalg.qr" in shown) == expected
    anywhere = CliRunner().invoke(app, ["compile", str(spec), "--optimised"]).output
    assert anywhere.strip() == model.compile(optimised=True).source.strip()
    assert "np.linalg.qr" not in CliRunner().invoke(app, ["compile", str(spec)]).output
