"""The mode: right on either scale, agreeing with others' optimisers, and honest where none is."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import bayescript as bs
from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import load_fit
from bayescript.runtime.sample import fit
from tests.benchmarks.peers.common import read_columns
from tests.benchmarks.peers.stan import stan_data
from tests.runtime import examples

ROOT = Path(__file__).parents[2]


def test_the_mode_of_a_normal_posterior_is_its_mean() -> None:
    found = examples.sample("linear", method="map")
    values = [float(found.draws[name].item()) for name in examples.LINEAR]
    np.testing.assert_allclose(values, examples.exact().mean, rtol=1e-6)
    assert found.warnings == () and found.details["agreeing"] == 4


@pytest.mark.parametrize("jacobian", [False, True])
def test_the_scale_of_the_mode(jacobian: bool) -> None:
    data = examples.counts().data
    shape = 2 + data["count"][data["seen"]].sum()
    cells = 1 + data["seen"].sum()
    found = examples.sample("counts", method="map", jacobian=jacobian)
    # Of Gamma(shape, cells) the mode is (shape - 1) / cells; that of its logarithm, shape / cells.
    right = (shape if jacobian else shape - 1) / cells
    assert found.draws["rate"].item() == pytest.approx(right, rel=1e-6)


def test_a_point_reads_as_one(tmp_path: Path) -> None:
    found = examples.sample("linear", method="map")
    assert list(found.summary().columns) == ["estimate"]
    assert str(found.summary()).splitlines()[1].split() == ["level", "1.12"]
    assert repr(found).startswith("Fit of linear.bayes by MAP: one point, 5 scalars\nlog density")
    assert np.isnan(found.k_hat) and len(found.elbo) == 0 and found.divergences == 0
    assert found.posterior["level"].shape == (1, 1)
    assert found.log_likelihood["y"].shape == (1, 1, 20)
    found.save(tmp_path / "map.nc")
    again = load_fit(tmp_path / "map.nc")
    assert repr(again) == repr(found) and again.details == found.details


def test_a_density_that_rises_without_end_is_told() -> None:
    found = examples.sample("panel", method="map")  # tau_year can go to zero
    assert [one.code for one in found.warnings] == ["W609"]


def test_too_few_steps_are_told() -> None:
    found = examples.sample("panel", method="map", steps=3, jacobian=True)
    assert "W609" in [one.code for one in found.warnings]


class Stop:
    """Presses Ctrl-C at a start."""

    def __init__(self, start: int):
        self.start = start
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.chain == self.start:
            raise KeyboardInterrupt


def _stopped(start: int, method: str = "map") -> bs.Fit:
    stop = Stop(start)
    given = examples.linear()
    return fit(examples.source("linear"), "linear", given, method, progress=stop)


@pytest.mark.parametrize("method", ["map", "laplace"])
def test_an_interrupt_keeps_the_best_so_far(method: str) -> None:
    found = _stopped(2, method)
    assert found.details["starts"] == 2
    assert found.draws["level"].mean() == pytest.approx(examples.exact().mean[0], abs=0.02)
    assert [one.code for one in found.warnings] == ["W606"]
    assert "the results of 2 of 4 starts are kept" in found.warnings[0].message
    with pytest.raises(RunError) as caught:
        _stopped(0, method)
    assert caught.value.diagnostics[0].code == "B602"


def test_progress_is_reported() -> None:
    stop = Stop(9)
    fit(examples.source("linear"), "linear", examples.linear(), "map", progress=stop)
    assert {step.chain for step in stop.steps} == {0, 1, 2, 3}
    assert all(step.stage == "climbing" and "log density" in step.about for step in stop.steps)
    assert stop.steps[-1].iteration == stop.steps[-1].total


def test_no_start() -> None:
    data = examples.schools()
    data.data["y"][3] = np.nan
    with pytest.raises(RunError, match=r"eight_schools.bayes:10: `y` has") as caught:
        examples.sample("eight_schools", data, method="map")
    assert caught.value.diagnostics[0].code == "B601"


# --- against others -------------------------------------------------------------------------

ENGEL = """
data { int N; vector[N] x; vector[N] food; }
parameters { real alpha; real beta; real<lower=0> sigma; }
model {
  alpha ~ normal(6, 1); beta ~ normal(0.5, 0.5); sigma ~ normal(0, 1);
  food ~ lognormal(alpha + beta * x, sigma);
}
"""

VOTE = """
data { int N; matrix[N, 4] z; array[N] int dole; }
parameters { real alpha; vector[4] b; }
model { alpha ~ normal(0, 2.5); b ~ normal(0, 2.5); dole ~ bernoulli_logit(alpha + z * b); }
"""


def _ours(spec: str, data: str, **settings: Any) -> dict[str, np.ndarray]:
    folder = ROOT / "specs" / spec.partition("/")[0]
    model = bs.load(ROOT / "specs" / spec)
    found = model.fit(folder / data, method="map", progress=False, **settings)
    assert found.warnings == ()
    return {name: values[0, 0] for name, values in found.draws.items()}


def _stan(code: str, data: dict[str, Any], init: dict[str, Any]) -> dict[str, float]:
    stanli = pytest.importorskip("stanli")
    model = stanli.Model(stan_code=code, data=data)
    start = model.unconstrain(init)

    def height(q: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = model.log_prob_grad(q)
        return -value, -np.asarray(gradient)

    options = {"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9}
    ended = optimize.minimize(height, start, jac=True, method="L-BFGS-B", options=options)
    return {"z": ended.x}


def _engel() -> tuple[np.ndarray, np.ndarray]:
    columns = read_columns(ROOT / "specs/linear_regression/households.csv")
    x = np.log(columns["income"].astype(float))
    return x - x.mean(), columns["food"].astype(float)


@pytest.mark.slow
def test_engel_as_stan() -> None:
    x, food = _engel()
    data = {"N": len(x), "x": x.tolist(), "food": food.tolist()}
    theirs = _stan(ENGEL, data, {"alpha": 6.0, "beta": 0.5, "sigma": 1.0})["z"]
    ours = _ours("linear_regression/engel.bayes", "households.csv", jacobian=True)
    found = [ours["alpha"], ours["beta"], np.log(ours["sigma"])]
    np.testing.assert_allclose(found, theirs, rtol=1e-5)


@pytest.mark.slow
def test_engel_as_scipy_on_the_scales_of_the_spec() -> None:
    x, food = _engel()

    def height(at: np.ndarray) -> float:
        alpha, beta, sigma = at
        prior = stats.norm.logpdf(alpha, 6, 1) + stats.norm.logpdf(beta, 0.5, 0.5)
        prior += stats.halfnorm.logpdf(sigma)
        return -float(prior + stats.norm.logpdf(np.log(food), alpha + beta * x, sigma).sum())

    bounds = [(None, None), (None, None), (1e-3, None)]
    ended = optimize.minimize(height, [6, 0.5, 0.2], bounds=bounds, options={"ftol": 1e-14})
    ours = _ours("linear_regression/engel.bayes", "households.csv")
    found = [ours[name] for name in ("alpha", "beta", "sigma")]
    np.testing.assert_allclose(found, ended.x, rtol=1e-4)
    assert height(np.array(found)) <= ended.fun + 1e-9


@pytest.mark.slow
def test_vote_as_stan() -> None:
    columns = read_columns(ROOT / "specs/logistic_regression/voters.csv")
    named = [columns[name].astype(float) for name in ("age", "education", "income", "leaning")]
    z = np.column_stack([(one - one.mean()) / (2 * one.std(ddof=1)) for one in named])
    data = {"N": len(z), "z": z.tolist(), "dole": columns["dole"].astype(int).tolist()}
    theirs = _stan(VOTE, data, {"alpha": 0.0, "b": [0.0] * 4})["z"]
    ours = _ours("logistic_regression/vote.bayes", "voters.csv")
    names = ("alpha", "b_age", "b_education", "b_income", "b_leaning")
    np.testing.assert_allclose([ours[name] for name in names], theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_eight_schools_as_stan() -> None:
    code = (ROOT / "tests/benchmarks/peers/eight_schools.stan").read_text()
    data = stan_data("eight_schools", read_columns(ROOT / "specs/eight_schools/eight_schools.csv"))
    theirs = _stan(code, data, {"mu": 0.0, "tau": 1.0, "z": [0.0] * 8})["z"]
    ours = _ours("eight_schools/eight_schools.bayes", "eight_schools.csv", jacobian=True)
    found = [ours["mu"], np.log(ours["tau"]), *(ours["theta"] - ours["mu"]) / ours["tau"]]
    np.testing.assert_allclose(found, theirs, rtol=1e-4, atol=1e-5)
