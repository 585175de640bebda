"""A fit: labels, log likelihoods, predictions, and the way to a file and back."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.fit import Fit, load_fit
from tests.runtime import examples


@pytest.fixture(scope="module")
def panel() -> Fit:
    return examples.sample("panel", chains=2, draws=300, warmup=500)


@pytest.fixture(scope="module")
def schools() -> Fit:
    return examples.sample("eight_schools", chains=2, draws=300, target_accept=0.95)


@pytest.fixture(scope="module")
def counts() -> Fit:
    return examples.sample("counts", chains=1, draws=400)


def test_draws_carry_the_labels_of_the_data(panel: Fit) -> None:
    one = panel.posterior["alpha"].sel(firm="IBM")
    np.testing.assert_array_equal(one.values, panel.draws["alpha"][:, :, 2])
    assert panel.posterior["beta"].dims == ("chain", "draw", "year")
    assert list(panel.posterior["year"].values) == list(range(1935, 1941))
    np.testing.assert_array_equal(panel.posterior["first"], one)


def test_auxiliary_draws_stay_out_of_the_posterior(schools: Fit) -> None:
    assert list(schools.posterior.data_vars) == ["mu", "tau", "theta"]
    assert "theta_raw" not in str(schools.summary())
    assert "theta_raw" in schools.draws


def test_log_likelihood_as_scipy(panel: Fit, schools: Fit) -> None:
    draws, data = panel.draws, panel.bound.data
    firm, year = (panel.bound.indices["record", name] for name in ("firm", "year"))
    mean = draws["mu"][..., None] + draws["slope"][..., None] * np.log(data["value"])
    mean += draws["alpha"][..., firm] + draws["beta"][..., year]
    right = stats.norm.logpdf(np.log(data["invest"]), mean, draws["sigma"][..., None])
    found = panel.log_likelihood["log_invest"]
    assert found.dims == ("chain", "draw", "record")
    np.testing.assert_allclose(found, right, rtol=1e-9)

    data = schools.bound.data
    right = stats.norm.logpdf(data["y"], schools.draws["theta"], data["sigma"])
    np.testing.assert_allclose(schools.log_likelihood["y"], right, rtol=1e-9)


def test_masked_cells_do_not_count(counts: Fit) -> None:
    seen, count = counts.bound.data["seen"], counts.bound.data["count"]
    rate = counts.draws["rate"]
    found = counts.log_likelihood["count"].values
    assert np.isnan(found[:, :, ~seen]).all()
    right = stats.poisson.logpmf(count[seen], rate[..., None])
    np.testing.assert_allclose(found[:, :, seen], right, rtol=1e-9)
    # The posterior is Gamma(2 + sum, 1 + cells).
    row = counts.summary()["rate"]
    exact = (2 + count[seen].sum()) / (1 + seen.sum())
    assert row["mean"] == pytest.approx(exact, abs=4 * row["mcse_mean"])


def test_predictions_follow_the_model(panel: Fit, counts: Fit) -> None:
    found = panel.posterior_predictive(seed=3)["log_invest"]
    assert found.dims == ("chain", "draw", "record")
    error = found.values - np.log(panel.bound.data["invest"])
    assert abs(error.mean()) < 0.1
    assert error.std() == pytest.approx(0.3, abs=0.15)
    again = panel.posterior_predictive(seed=3)["log_invest"]
    np.testing.assert_array_equal(found, again)
    assert np.any(panel.posterior_predictive(seed=4)["log_invest"].values != found.values)
    cells = counts.posterior_predictive()["count"].values
    assert np.isnan(cells[0, :, 0, 2]).all()
    assert cells[0, :, 1, 1].mean() == pytest.approx(counts.draws["rate"].mean(), abs=0.4)


def test_blocks_of_draws_give_the_same(panel: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = panel.posterior_predictive(seed=1)["log_invest"].values
    monkeypatch.setattr("bayescript.runtime.replay._MEMORY", 32 * 24 * 7)
    np.testing.assert_allclose(panel.posterior_predictive(seed=1)["log_invest"], whole, rtol=1e-12)


def test_inference_data_holds_the_run(panel: Fit) -> None:
    data = panel.inference_data
    groups = {"posterior", "sample_stats", "log_likelihood", "observed_data", "constant_data"}
    assert groups <= set(data.groups())
    assert data.attrs["spec"] == panel.spec and data.attrs["program"] == panel.source
    assert data.sample_stats["diverging"].dims == ("chain", "draw")
    assert data.constant_data["value"].dims == ("record",)
    np.testing.assert_array_equal(
        data.observed_data["log_invest"], np.log(panel.bound.data["invest"])
    )


@pytest.mark.parametrize("name", ["panel", "schools", "counts"])
def test_to_a_file_and_back(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    before: Fit = request.getfixturevalue(name)
    before.save(tmp_path / "fit.nc")
    after = load_fit(tmp_path / "fit.nc")
    assert str(after.summary()) == str(before.summary())
    assert repr(after) == repr(before)
    assert after.settings == before.settings and after.versions == before.versions
    assert list(after.draws) == list(before.draws)
    for quantity, values in before.draws.items():
        np.testing.assert_array_equal(after.draws[quantity], values)
    for outcome in before.manifest["outcomes"]:
        np.testing.assert_allclose(
            after.log_likelihood[outcome], before.log_likelihood[outcome], rtol=1e-12
        )


def test_a_file_of_others_is_refused(tmp_path: Path) -> None:
    import arviz as az

    az.from_dict({"x": np.zeros((2, 5))}).to_netcdf(str(tmp_path / "x.nc"), engine="h5netcdf")
    with pytest.raises(RunError, match="was not written by Bayescript"):
        load_fit(tmp_path / "x.nc")


def test_reports(schools: Fit, panel: Fit) -> None:
    text = str(schools.summary())
    assert "theta[A]" in text and "ess_bulk" in text.splitlines()[0]
    assert "Fit of panel.bayes by NUTS: 2 chains of 300 draws" in repr(panel)
    assert len(repr(panel).splitlines()) == 2
    html = panel._repr_html_()
    assert '<th class="name">alpha[IBM]</th>' in html
