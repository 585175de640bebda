"""The sampler: right posterior, reproducible, interruptible, and clear when it cannot start."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.diagnostics import BackendError, RunError
from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import Fit
from bayescript.runtime.sample import fit
from tests.runtime import examples


@pytest.fixture(scope="module")
def conjugate() -> Fit:
    return examples.sample("conjugate")


def test_the_posterior_of_a_normal_mean_is_exact(conjugate: Fit) -> None:
    y = examples.conjugate().data["y"]
    precision = 1 / 4 + len(y) / 9
    mean = (1 / 4 + y.sum() / 9) / precision
    row = conjugate.summary()["mu"]
    assert row["mean"] == pytest.approx(mean, abs=4 * row["mcse_mean"])
    assert row["sd"] == pytest.approx(precision**-0.5, rel=0.05)
    assert row["q95"] == pytest.approx(mean + 1.6449 * precision**-0.5, abs=0.15)
    assert row["r_hat"] < 1.01 and row["ess_bulk"] > 800


@pytest.mark.parametrize("settings", [{"method": "hmc"}, {"dense_mass": True}])
def test_other_forms_agree(settings: dict[str, Any]) -> None:
    y = examples.conjugate().data["y"]
    precision = 1 / 4 + len(y) / 9
    row = examples.sample("conjugate", **settings).summary()["mu"]
    assert row["mean"] == pytest.approx((1 / 4 + y.sum() / 9) / precision, abs=4 * row["mcse_mean"])
    assert row["sd"] == pytest.approx(precision**-0.5, rel=0.1)


def test_draws_are_float64_and_shaped(conjugate: Fit) -> None:
    assert conjugate.draws["mu"].dtype == np.float64
    assert conjugate.draws["mu"].shape == (4, 1000)
    # Single precision would leave at most 24 bits.
    assert np.any(conjugate.draws["mu"] != conjugate.draws["mu"].astype(np.float32))
    assert conjugate.stats["lp"].shape == (4, 1000)
    assert conjugate.stats["tree_depth"].min() >= 1


def test_the_same_seed_gives_the_same_draws_and_another_does_not(conjugate: Fit) -> None:
    again = examples.sample("conjugate")
    np.testing.assert_array_equal(again.draws["mu"], conjugate.draws["mu"])
    other = examples.sample("conjugate", seed=1)
    assert not np.any(other.draws["mu"] == conjugate.draws["mu"])
    assert not np.any(conjugate.draws["mu"][0] == conjugate.draws["mu"][1])


def test_a_shorter_or_thinner_run_is_part_of_the_longer(conjugate: Fit) -> None:
    thin = examples.sample("conjugate", draws=205, thin=3, chains=2)
    np.testing.assert_array_equal(thin.draws["mu"], conjugate.draws["mu"][:2, :205:3])


def test_vectorized_chains() -> None:
    found = examples.sample("eight_schools", chain_method="vectorized", chains=3, draws=500)
    assert found.draws["theta"].shape == (3, 500, 8)
    assert found.summary()["mu"]["mean"] == pytest.approx(4.4, abs=0.8)


class Interrupt:
    """Presses Ctrl-C when a chain has come to an iteration."""

    def __init__(self, chain: int, iteration: int):
        self.chain = chain
        self.iteration = iteration
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.chain == self.chain and step.iteration >= self.iteration:
            raise KeyboardInterrupt


def _interrupted(chain: int, iteration: int) -> Fit:
    stop = Interrupt(chain, iteration)
    return fit(examples.source("conjugate"), "conjugate", examples.conjugate(), progress=stop)


def test_an_interrupt_keeps_finished_chains(conjugate: Fit) -> None:
    found = _interrupted(2, 1100)
    np.testing.assert_array_equal(found.draws["mu"], conjugate.draws["mu"][:2])
    assert [one.code for one in found.warnings] == ["W606"]
    assert "2 chain(s) of 1000 draws are kept" in found.warnings[0].message


def test_an_interrupt_keeps_the_finished_part_of_the_first_chain(conjugate: Fit) -> None:
    found = _interrupted(0, 1300)
    length = found.draws["mu"].shape[1]
    assert 300 <= length < 1000
    np.testing.assert_array_equal(found.draws["mu"], conjugate.draws["mu"][:1, :length])


def test_an_interrupt_during_warmup_says_that_there_is_nothing() -> None:
    with pytest.raises(RunError, match="no draws") as caught:
        _interrupted(0, 200)
    assert caught.value.diagnostics[0].code == "B602"


def test_progress_is_reported() -> None:
    stop = Interrupt(9, 0)
    fit(examples.source("conjugate"), "conjugate", examples.conjugate(), progress=stop, chains=2)
    assert stop.steps[0].warmup and not stop.steps[-1].warmup
    assert {step.chain for step in stop.steps} == {0, 1}
    assert stop.steps[-1].iteration == stop.steps[-1].total == 2000
    assert all(step.step_size > 0 for step in stop.steps)


def test_a_start_that_is_not_finite_names_the_statement() -> None:
    data = examples.schools()
    data.data["y"][3] = np.nan
    with pytest.raises(RunError) as caught:
        examples.sample("eight_schools", data, init_attempts=3)
    assert [one.code for one in caught.value.diagnostics] == ["B601"]
    message = caught.value.diagnostics[0].message
    assert "eight_schools.bayes:10: `y` has" in message


def test_an_impossible_outcome_names_the_statement() -> None:
    data = examples.counts()
    data.data["count"] = np.where(data.data["count"] == 4, -4, data.data["count"])
    with pytest.raises(RunError, match=r"counts.bayes:6: `count` has log density -inf"):
        examples.sample("counts", data, init_attempts=2)


def test_settings_are_checked() -> None:
    with pytest.raises(BackendError, match="did you mean `target_accept`"):
        examples.sample("conjugate", target_acept=0.9)
    with pytest.raises(BackendError, match="`chains` must be at least 1"):
        examples.sample("conjugate", chains=0)
    with pytest.raises(BackendError, match="there is no method `nut`"):
        examples.sample("conjugate", method="nut")
    with pytest.raises(BackendError, match="there is no device `cuda:7`"):
        examples.sample("conjugate", device="cuda:7")


_CODE = """
import sys
from tests.runtime import examples
found = examples.sample("conjugate", draws=100, chains=1)
print(float(found.draws["mu"].sum()), "numpyro" in sys.modules)
"""


def _process(cache: Path) -> list[str]:
    environment = os.environ | {"BAYESCRIPT_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", _CODE], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_a_second_process_neither_traces_nor_compiles(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = _process(cache)
    kept = list((cache / "compiled").glob("*.xla"))
    assert first[1] == "True" and len(kept) == 1
    second = _process(cache)
    assert second == [first[0], "False"]  # the same draws, without NumPyro

    # What others may write to, or what is broken, is not used.
    kept[0].chmod(0o666)
    assert _process(cache) == first
    kept[0].write_bytes(kept[0].read_bytes()[:5000])
    assert _process(cache) == first


COUNTS = """
plate row

data
  n[row] : count

a[row] ~ Normal(0, 1)
n[row] ~ Poisson(exp(a))
"""


@pytest.mark.parametrize(("rows", "full"), [(20, True), (21, False)])
def test_a_full_mass_matrix_for_few_dimensions(rows: int, full: bool) -> None:
    def drawn(dense: bool | str) -> Any:
        given = {"n": np.arange(rows)}
        run: dict[str, Any] = {"chains": 1, "warmup": 100, "draws": 20, "seed": 3}
        fit = bs.loads(COUNTS, "m.bayes").fit(given, dense_mass=dense, progress=False, **run)
        return fit.posterior["a"].values

    assert np.array_equal(drawn("auto"), drawn(full))
    assert not np.array_equal(drawn("auto"), drawn(not full))
