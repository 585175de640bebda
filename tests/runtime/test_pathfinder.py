"""Pathfinder: right where the posterior is normal, and honest where it is not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import load_fit
from bayescript.runtime.sample import fit
from tests.runtime import examples


@pytest.mark.parametrize("resample", [True, False])
def test_a_normal_posterior_is_found(resample: bool) -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="pathfinder", draws=20_000, resample=resample)
    draws = np.stack([found.draws[name].ravel() for name in examples.LINEAR])
    error = exact.sd / 20_000**0.5
    # The normals are a little off; weights make up for it, and their draws are fewer in effect.
    allowed = (6 * error) if resample else (0.1 * exact.sd)
    np.testing.assert_array_less(abs(draws.mean(axis=1) - exact.mean), allowed)
    np.testing.assert_allclose(draws.std(axis=1), exact.sd, rtol=0.03 if resample else 0.1)
    assert found.details["log_evidence"] == pytest.approx(exact.log_evidence, abs=0.005)
    assert found.details["elbo"] == pytest.approx(exact.log_evidence, abs=0.1)
    assert found.k_hat < 0.5 and found.warnings == ()


def test_weights_make_up_for_skewness() -> None:
    """The posterior of a rate is a Gamma distribution: no normal on the logarithm's scale."""
    data = examples.counts().data
    shape = 2 + data["count"][data["seen"]].sum()
    cells = 1 + data["seen"].sum()
    found = examples.sample("counts", method="pathfinder", draws=20_000)
    rate = found.draws["rate"].ravel()
    assert rate.mean() == pytest.approx(shape / cells, rel=0.01)
    assert rate.std() == pytest.approx(shape**0.5 / cells, rel=0.03)
    raw = examples.sample("counts", method="pathfinder", draws=20_000, resample=False)
    assert abs(raw.draws["rate"].mean() / (shape / cells) - 1) > 0.01


def test_eight_schools_is_not_led_into_the_funnel() -> None:
    """There is no mode: the density grows without end where `tau` goes to zero."""
    text = (Path(__file__).parents[2] / "specs/eight_schools/eight_schools.bayes").read_text()
    data = {"effect": [28.0, 8, -3, 7, -1, 1, 18, 12], "error": [15.0, 10, 16, 11, 9, 11, 10, 18]}
    given = data | {"school": list("ABCDEFGH")}
    model = bs.loads(text)
    found = model.fit(given, method="pathfinder", noncentered=[], progress=False)
    mode = model.fit(given, method="map", jacobian=True, noncentered=[], progress=False)
    assert mode.draws["tau"].item() < 1e-3 < 0.1 < np.median(found.draws["tau"]) < 20
    # The log evidence is about -31; NUTS has a mean of 4.4 and an sd of 3.3 for `mu`.
    assert -45 < found.details["elbo"] < -31
    assert abs(found.draws["mu"].mean() - 4.4) < 2 * 3.3
    assert [one.code for one in found.warnings] == ["W607"]
    apart = examples.sample("eight_schools", method="pathfinder")
    assert abs(apart.draws["mu"].mean() - 4.4) < 3.3
    assert max(apart.details["points"]) < 300


def test_a_funnel_is_told() -> None:
    found = examples.sample("funnel", method="pathfinder")
    assert found.k_hat > 0.7
    assert [one.code for one in found.warnings] == ["W607"]
    assert "the mixture of normal distributions is not close" in found.warnings[0].message


def test_draws_read_as_independent(tmp_path: Path) -> None:
    found = examples.sample("linear", method="pathfinder")
    assert list(found.summary().columns) == ["mean", "sd", "q5", "q50", "q95"]
    assert "by Pathfinder: 1000 draws, 5 scalars\nthe ELBO is -24." in repr(found)
    assert "on the best of 4 paths, k-hat" in repr(found)
    again = examples.sample("linear", method="pathfinder")
    np.testing.assert_array_equal(again.draws["both"], found.draws["both"])
    other = examples.sample("linear", method="pathfinder", seed=1)
    assert not np.any(other.draws["level"] == found.draws["level"])
    one = examples.sample("linear", method="pathfinder", paths=1, draws=50)
    assert one.draws["level"].shape == (1, 50) and "the best of 1 path," in repr(one)
    found.save(tmp_path / "paths.nc")
    recalled = load_fit(tmp_path / "paths.nc")
    assert repr(recalled) == repr(found) and recalled.details == found.details


def _stopped(after: int, **settings: Any) -> Any:
    """Ctrl-C once a path of this number is followed."""

    def press(step: Step) -> None:
        if step.chain >= after:
            raise KeyboardInterrupt

    given = examples.linear()
    return fit(examples.source("linear"), "linear", given, "pathfinder", press, **settings)


def test_an_interrupt_keeps_the_paths_so_far() -> None:
    found = _stopped(2)
    assert [one.code for one in found.warnings] == ["W606"]
    assert "draws from 3 of 4 paths are kept" in found.warnings[0].message
    assert found.draws["level"].mean() == pytest.approx(examples.exact().mean[0], abs=0.1)
    assert found.draws["level"].shape == (1, 1000)


def test_a_start_that_is_none_names_the_statement() -> None:
    data = examples.schools()
    data.data["y"][3] = np.nan
    with pytest.raises(RunError) as caught:
        examples.sample("eight_schools", data, method="pathfinder")
    assert caught.value.diagnostics[0].code == "B601"


def test_pyro_follows_the_same_paths() -> None:
    priors = "mu ~ Normal(0, 10)\ns ~ HalfNormal(5)\n"
    model = bs.loads(f"plate i\ndata\n  y[i] : real\n{priors}y[i] ~ Normal(mu, s)\n")
    data = {"y": np.random.default_rng(0).normal(3, 2, 30)}
    given: dict[str, Any] = {"method": "pathfinder", "paths": 2, "progress": False}
    ours, pyro = model.fit(data, **given), model.fit(data, backend="pyro", **given)
    for found in (ours, pyro):
        assert found.k_hat < 0.7 and found.draws["mu"].shape == (1, 1000)
    assert pyro.details["log_evidence"] == pytest.approx(ours.details["log_evidence"], abs=0.01)
    assert pyro.details["elbo"] == pytest.approx(ours.details["elbo"], abs=0.01)
