"""Variational inference: right where the guide can be, reproducible, and honest where it cannot."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

import bayescript as bs
from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import Fit, load_fit
from bayescript.runtime.sample import fit
from tests.runtime import examples


@pytest.fixture(scope="module")
def full() -> Fit:
    return examples.sample("linear", method="svi", guide="multivariate", draws=20_000)


def _table(found: Fit) -> np.ndarray:
    return np.stack([found.draws[name].ravel() for name in examples.LINEAR])


def test_a_full_normal_guide_finds_a_normal_posterior(full: Fit) -> None:
    exact, draws = examples.exact(), _table(full)
    np.testing.assert_array_less(abs(draws.mean(axis=1) - exact.mean), 0.05 * exact.sd)
    np.testing.assert_allclose(draws.std(axis=1), exact.sd, rtol=0.03)
    np.testing.assert_allclose(np.cov(draws), exact.covariance, atol=0.05 * exact.sd.max() ** 2)
    assert full.details["elbo"] == pytest.approx(exact.log_evidence, abs=0.01)
    assert full.k_hat < 0.5 and full.warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"guide": "lowrank", "rank": 2},
        {"guide": "flow", "hidden": 8},
        {"guide": "laplace"},
        {"guide": "multivariate", "init": "mode"},
        {"guide": "multivariate", "particles": 1, "learning_rate": 0.02},
    ],
)
def test_other_guides_find_it_too(settings: dict[str, Any]) -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="svi", draws=5000, **settings)
    draws = _table(found)
    np.testing.assert_array_less(abs(draws.mean(axis=1) - exact.mean), 0.15 * exact.sd)
    np.testing.assert_allclose(draws.std(axis=1), exact.sd, rtol=0.1)
    assert found.details["elbo"] == pytest.approx(exact.log_evidence, abs=0.05)
    assert found.details["elbo"] < exact.log_evidence + 4 * found.details["elbo_error"] + 1e-9


def test_independent_normals_have_the_spread_of_the_conditionals() -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="svi", draws=20_000, precondition="none")
    conditional = np.diag(np.linalg.inv(exact.covariance)) ** -0.5
    np.testing.assert_allclose(_table(found).std(axis=1), conditional, rtol=0.05)
    _, volume = np.linalg.slogdet(exact.covariance)
    gap = 0.5 * volume - np.log(conditional).sum()  # the Kullback-Leibler divergence
    assert found.details["elbo"] == pytest.approx(exact.log_evidence - gap, abs=0.05)


def test_in_its_coordinates_a_normal_guide_has_any_covariance() -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="svi", draws=20_000)
    draws = _table(found)
    np.testing.assert_array_less(abs(draws.mean(axis=1) - exact.mean), 0.05 * exact.sd)
    np.testing.assert_allclose(np.cov(draws), exact.covariance, atol=0.05 * exact.sd.max() ** 2)
    # A density in other coordinates has the same evidence, and so a guide the same ELBO.
    assert found.details["elbo"] == pytest.approx(exact.log_evidence, abs=0.01)
    assert found.k_hat < 0.5 and found.warnings == ()


EARNINGS = """
plate person
data
  earn[person]   : real
  height[person] : real
alpha ~ Flat()
beta  ~ Flat()
sigma ~ Flat(lower = 0)
earn[person] ~ Normal(alpha + beta * height, sigma)
infer svi
"""


def test_predictors_as_they_were_measured() -> None:
    """Earnings in dollars by height in inches: what all guides in libraries fail on."""
    random = np.random.default_rng(5)
    height = random.normal(67, 4, 300).round()
    earn = 1300 * height - 64_000 + 19_000 * random.normal(size=300)
    model = bs.loads(EARNINGS)
    found = model.fit({"earn": earn, "height": height}, progress=False)
    # With flat priors: least squares, and a scaled inverse chi distribution of sigma.
    design = np.column_stack([np.ones(300), height])
    inverse = np.linalg.inv(design.T @ design)
    right = inverse @ design.T @ earn
    free, squares = 297, np.sum((earn - design @ right) ** 2)
    sd = np.sqrt(np.diag(inverse) * squares / (free - 2))
    log_ratio = special.gammaln((free - 1) / 2) - special.gammaln(free / 2)
    sigma = np.sqrt(squares / 2) * np.exp(log_ratio)
    spread = np.sqrt(squares / (free - 2) - sigma**2)
    rows = found.summary()
    for name, mean, wide in zip(
        ("alpha", "beta", "sigma"), (*right, sigma), (*sd, spread), strict=True
    ):
        assert abs(rows[name]["mean"] - mean) < 0.15 * wide, name
        assert rows[name]["sd"] == pytest.approx(wide, rel=0.1), name
    assert found.warnings == () and found.details["steps"] < 5000
    plain = model.fit({"earn": earn, "height": height}, precondition="none", progress=False)
    assert "W608" in [one.code for one in plain.warnings]
    told = {one.code: one for one in plain.warnings}
    assert "`precondition = auto`" in told["W607"].help


def test_a_guide_may_begin_at_the_mode_of_its_coordinates() -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="svi", init="mode", init_scale=0.5, draws=5000)
    assert found.details["elbo"] == pytest.approx(exact.log_evidence, abs=0.05)
    at_mode = examples.sample("linear", method="svi", init="mode", init_scale=1e-6, steps=1)
    # One step by 0.01 of a standard deviation from the mode, which is the mean.
    assert abs(_table(at_mode).mean(axis=1) - exact.mean).max() < 0.03 * exact.sd.max()
    assert _table(at_mode).std(axis=1).max() < 1e-4


def test_a_point_guide_is_the_mode_on_the_unconstrained_scale() -> None:
    data = examples.counts().data
    right = (2 + data["count"][data["seen"]].sum()) / (1 + data["seen"].sum())
    found = examples.sample("counts", method="svi", guide="delta")
    assert found.draws["rate"].shape == (1, 1)
    assert found.draws["rate"].item() == pytest.approx(right, rel=1e-3)
    assert list(found.summary().columns) == ["estimate"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam(1e-2)", "schedule": "cosine"},
        {"optimizer": "adamw(learning_rate = 0.02, weight_decay = 0)", "schedule": "exponential"},
        {"optimizer": "clipped_adam(0.02, clip = 50)", "schedule": "one_cycle"},
        {"optimizer": "sgd(5e-4, momentum = 0.9)", "schedule": "constant"},
    ],
)
def test_optimisers_and_schedules(settings: dict[str, Any]) -> None:
    found = examples.sample("conjugate", method="svi", draws=5000, **settings)
    y = examples.conjugate().data["y"]
    precision = 1 / 4 + len(y) / 9
    draws = found.draws["mu"]
    sd = precision**-0.5
    assert draws.mean() == pytest.approx((1 / 4 + y.sum() / 9) / precision, abs=0.1 * sd)
    assert draws.std() == pytest.approx(sd, rel=0.1)


def test_the_same_seed_gives_the_same_draws_and_another_does_not() -> None:
    first, again, other = (
        examples.sample("eight_schools", method="svi", steps=500, seed=seed) for seed in (1, 1, 2)
    )
    for name, values in first.draws.items():
        np.testing.assert_array_equal(again.draws[name], values)
    np.testing.assert_array_equal(again.elbo, first.elbo)
    assert not np.any(other.draws["mu"] == first.draws["mu"])


def test_the_elbo_settles_and_the_run_stops(full: Fit) -> None:
    assert full.details["settled"] and full.details["steps"] == len(full.elbo) < 10_000
    assert "the ELBO settled at -24.7" in repr(full) and " of 10,000 steps, k-hat" in repr(full)
    far = examples.sample("linear", method="svi", guide="multivariate", precondition="none")
    assert far.elbo[-500:].mean() > far.elbo[:100].mean() + 1
    assert full.elbo[:100].mean() > far.elbo[:100].mean() + 1  # as good as there from the start
    every = examples.sample("linear", method="svi", tolerance=0.0, steps=3000)
    assert len(every.elbo) == 3000


def test_an_elbo_that_has_not_settled_is_told() -> None:
    found = examples.sample("linear", method="svi", steps=300, learning_rate=1e-3)
    assert "W608" in [one.code for one in found.warnings]
    assert "the ELBO is at" in repr(found) and "after 300 steps" in repr(found)


def test_a_funnel_is_too_much_for_normals() -> None:
    found = examples.sample("funnel", method="svi")
    assert found.k_hat > 0.7
    told = {one.code: one for one in found.warnings}
    assert "W607" in told and "`guide = flow`" in told["W607"].help


class Interrupt:
    """Presses Ctrl-C at a step."""

    def __init__(self, iteration: int):
        self.iteration = iteration
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.iteration >= self.iteration:
            raise KeyboardInterrupt


def test_an_interrupt_keeps_the_guide() -> None:
    stop = Interrupt(1500)
    given = examples.linear()
    settings: dict[str, Any] = {"tolerance": 0.0, "guide": "multivariate"}
    found = fit(examples.source("linear"), "linear", given, "svi", progress=stop, **settings)
    assert [one.code for one in found.warnings] == ["W606"]
    done = found.details["steps"]
    assert 1500 <= done == len(found.elbo) < 10_000
    assert f"after {done:,} of 10,000 steps are kept" in found.warnings[0].message
    assert found.draws["level"].shape == (1, 1000)
    assert found.draws["level"].mean() == pytest.approx(examples.exact().mean[0], abs=0.1)


def test_an_interrupt_before_the_first_step_says_that_there_is_nothing() -> None:
    given = examples.linear()
    settings: dict[str, Any] = {"init": "mode", "guide": "multivariate"}
    with pytest.raises(RunError, match="before a mode was found") as caught:
        fit(examples.source("linear"), "linear", given, "svi", progress=Interrupt(0), **settings)
    assert caught.value.diagnostics[0].code == "B602"


def test_progress_is_reported() -> None:
    stop = Interrupt(10**9)
    fit(examples.source("conjugate"), "conjugate", examples.conjugate(), "svi", progress=stop)
    assert all(step.about.startswith("ELBO -") and step.chain == 0 for step in stop.steps)
    stages = [step.stage for step in stop.steps]
    assert stages == sorted(stages) and set(stages) == {"climbing", "settling", "steps"}
    steps = [step for step in stop.steps if step.stage == "steps"]
    assert all(step.step_size == 0.01 and step.total == 10_000 for step in steps)
    done = [step.iteration for step in steps]
    assert done == sorted(set(done)) and len(done) >= 10


def test_how_often_progress_is_told_changes_nothing(
    full: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayescript.runtime.engines.svi._PATIENCE", 1e-9)  # a call for each step
    found = examples.sample("conjugate", method="svi", steps=400)
    monkeypatch.undo()
    whole = examples.sample("conjugate", method="svi", steps=400)
    np.testing.assert_array_equal(found.elbo, whole.elbo)
    np.testing.assert_array_equal(found.draws["mu"], whole.draws["mu"])


def test_no_start_names_the_statement() -> None:
    data = examples.schools()
    data.data["y"][3] = np.nan
    with pytest.raises(RunError, match=r"eight_schools.bayes:10: `y` has") as caught:
        examples.sample("eight_schools", data, method="svi")
    assert caught.value.diagnostics[0].code == "B601"


def test_to_a_file_and_back(full: Fit, tmp_path: Path) -> None:
    full.save(tmp_path / "svi.nc")
    again = load_fit(tmp_path / "svi.nc")
    assert repr(again) == repr(full) and str(again.summary()) == str(full.summary())
    np.testing.assert_array_equal(again.elbo, full.elbo)
    assert again.details == full.details and again.k_hat == full.k_hat
    data = full.inference_data
    assert data.optimisation["elbo"].dims == ("step",)
    assert data.sample_stats["log_guide"].dims == ("chain", "draw")


def test_predictions_come_from_the_guide(full: Fit) -> None:
    found = examples.sample("linear", method="svi", draws=200)
    assert found.log_likelihood["y"].shape == (1, 200, 20)
    assert found.posterior_predictive(seed=1)["y"].shape == (1, 200, 20)
    assert list(found.summary().columns) == ["mean", "sd", "q5", "q50", "q95"]


def test_more_draws_than_one_block_are_all_different(full: Fit) -> None:
    assert len(np.unique(full.draws["level"])) == 20_000


CODE = """
import sys
import time
from tests.runtime import examples
found = examples.sample("conjugate", method=sys.argv[1], draws=50)
print(float(found.draws["mu"].sum()), "numpyro" in sys.modules, "optax" in sys.modules)
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", ["svi", "laplace", "pathfinder", "mh"])
def test_a_second_process_neither_traces_nor_compiles(method: str, tmp_path: Path) -> None:
    environment = os.environ | {"BAYESCRIPT_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", CODE, method]
    first, second = (
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stdout.split()[1] == "True"
    assert second.stdout.split() == [first.stdout.split()[0], "False", "False"]


SCHOOLS = Path(__file__).parents[2] / "specs/eight_schools/eight_schools.bayes"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "shown"),
    [
        ("svi", "by SVI (normal guide): 1000 draws, 10 scalars\nthe ELBO settled at -31.5"),
        ("map", "by MAP: one point, 10 scalars\nlog density -42.3"),
        ("laplace", "by Laplace: 1000 draws, 10 scalars\nlog density -40.0"),
        ("pathfinder", "by Pathfinder: 1000 draws, 10 scalars\nthe ELBO is -3"),
    ],
)
def test_the_command_line(method: str, shown: str) -> None:
    command = [sys.executable, "-m", "bayescript", "run", str(SCHOOLS), "--method", method]
    command += ["--data", str(SCHOOLS.with_suffix(".csv"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown in done.stdout and "r_hat" not in done.stdout and "theta[H]" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="another kind of signal")
def test_a_real_interrupt_keeps_the_guide(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bayescript", "run", str(SCHOOLS), "--method", "svi"]
    command += ["--data", str(SCHOOLS.with_suffix(".csv")), "--output", str(tmp_path / "fit.nc")]
    command += ["--set", "steps=100000000", "--set", "tolerance=0.0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(12)
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=120)
    assert running.returncode == 130, told
    assert "of 100,000,000 steps are kept" in " ".join(told.split())
    assert load_fit(tmp_path / "fit.nc").draws["mu"].shape == (1, 1000)
