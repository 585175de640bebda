"""Predictions for new rows and groups, against what follows from the draws by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.runtime import predict as module
from bayescript.runtime.results.predicted import quantiles

RADON = """
plate county
plate home within county
data
  uranium[county] : real
  floor[home] : binary
  log_radon[home] : real
let centred = floor - mean(floor)
mu    ~ Normal(0, 2)
slope ~ Normal(0, 1)
tau   ~ HalfNormal(1)
beta  ~ Normal(0, 2)
sigma ~ HalfNormal(1)
alpha[county] ~ Normal(mu + slope * uranium, tau)
expected[home] = alpha + beta * centred
log_radon[home] ~ Normal(expected, sigma)
"""
COUNTIES = np.array(["Aitkin", "Anoka", "Becker", "Clay", "Cook"])
URANIUM = np.array([-0.7, -0.9, -0.1, 0.4, 0.2])


def homes() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    county = rng.integers(0, 5, 80)
    floor = rng.integers(0, 2, 80)
    alpha = 1.3 + 0.6 * URANIUM + np.array([0.3, -0.4, 0.1, 0.5, -0.2])
    radon = alpha[county] - 0.6 * floor + 0.5 * rng.normal(size=80)
    return {"county": COUNTIES[county], "floor": floor, "log_radon": radon}


DATA = {"home": homes(), "county": {"county": COUNTIES, "uranium": URANIUM}}
MEAN_FLOOR = float(np.mean(DATA["home"]["floor"]))


@pytest.fixture(scope="module")
def fit() -> bs.Fit:
    settings: dict[str, Any] = {"chains": 2, "draws": 1000, "noncentered": ["alpha"]}
    return bs.loads(RADON, "radon.bayes").fit(DATA, progress=False, **settings)


def at(fit: bs.Fit, county: str, floor: int) -> np.ndarray:
    """The expected value of a home by hand."""
    alpha = np.asarray(fit.posterior["alpha"].sel(county=county))
    return alpha + fit.draws["beta"] * (floor - MEAN_FLOOR)


def test_known_groups_are_found_by_label_and_centred_as_in_the_fit(fit: bs.Fit) -> None:
    new = {"home": {"county": ["Cook", "Anoka", "Cook"], "floor": [1, 1, 0]}}
    found = fit.predict(new)
    expected = np.stack([at(fit, "Cook", 1), at(fit, "Anoka", 1), at(fit, "Cook", 0)], -1)
    np.testing.assert_allclose(found.draws["expected"], expected, rtol=1e-10)
    noise = (found.draws["log_radon"] - expected) / fit.draws["sigma"][..., None]
    assert abs(noise.mean()) < 0.05 and noise.std() == pytest.approx(1, abs=0.04)
    row = found.summary()["expected[0]"]
    assert row["mean"] == pytest.approx(expected[..., 0].mean(), rel=1e-9)
    assert row["q5"] == pytest.approx(np.quantile(expected[..., 0], 0.05), rel=1e-9)


def test_an_unknown_group_is_an_error_that_names_it(fit: bs.Fit) -> None:
    new = {"home": {"county": ["Cook", "Atlantis"], "floor": [1, 1]}}
    county = {"county": ["Cook", "Atlantis"], "uranium": [0.2, 0.0]}
    with pytest.raises(bs.DataError) as caught:
        fit.predict(new | {"county": county})
    (told,) = caught.value.diagnostics
    assert told.code == "B516" and "`Atlantis`" in told.message and 'new = "draw"' in told.help


def test_a_new_group_needs_its_own_predictors(fit: bs.Fit) -> None:
    new = {"home": {"county": ["Cook", "Atlantis"], "floor": [1, 1]}}
    with pytest.raises(bs.DataError) as caught:
        fit.predict(new, new="draw")
    assert caught.value.diagnostics[0].code == "B501"
    assert "uranium" in str(caught.value) and "Atlantis" in str(caught.value)


NEW = {
    "home": {"county": ["Atlantis", "Cook", "Atlantis"], "floor": [0, 0, 1]},
    "county": {"county": ["Cook", "Atlantis"], "uranium": [0.2, 2.0]},
}


def test_a_new_group_is_drawn_from_its_distribution(fit: bs.Fit) -> None:
    found = fit.predict(NEW, new="draw").draws["expected"]
    centre = fit.draws["mu"] + 2.0 * fit.draws["slope"]
    drawn = found[..., 0] + fit.draws["beta"] * MEAN_FLOOR
    standard = (drawn - centre) / fit.draws["tau"]
    assert abs(standard.mean()) < 0.07 and standard.std() == pytest.approx(1, abs=0.06)
    # Both of its homes have one level in each draw.
    np.testing.assert_allclose(found[..., 2] - found[..., 0], fit.draws["beta"], rtol=1e-9)
    np.testing.assert_allclose(found[..., 1], at(fit, "Cook", 0), rtol=1e-10)


def test_a_new_group_may_be_at_its_mean(fit: bs.Fit) -> None:
    found = fit.predict(NEW, new="mean").draws["expected"]
    centre = fit.draws["mu"] + 2.0 * fit.draws["slope"] - fit.draws["beta"] * MEAN_FLOOR
    np.testing.assert_allclose(found[..., 0], centre, rtol=1e-9)


def test_rows_in_blocks_are_the_same_predictions(
    fit: bs.Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    new = {
        "home": {"county": rng.choice(["Atlantis", "Clay"], 50), "floor": rng.integers(0, 2, 50)},
        "county": {"county": ["Clay", "Atlantis"], "uranium": [0.4, 2.0]},
    }
    whole = fit.predict(new, new="draw")
    monkeypatch.setattr(module, "_NUMBERS", 2000 * 2 * 7)  # seven rows a block
    parts = fit.predict(new, new="draw", keep=True)
    np.testing.assert_allclose(parts.draws["expected"], whole.draws["expected"], rtol=1e-10)
    different = parts.draws["log_radon"] - parts.draws["expected"]
    noise = different / fit.draws["sigma"][..., None]
    np.testing.assert_allclose(noise.mean((0, 1)), 0, atol=0.12)
    np.testing.assert_allclose(noise.std((0, 1)), 1, atol=0.1)
    apart = np.corrcoef(noise.reshape(-1, 50).T) - np.eye(50)
    assert abs(apart).max() < 0.12  # no block repeats the noise of another


def test_what_is_not_kept_says_so(fit: bs.Fit) -> None:
    new = {"home": {"county": ["Cook"], "floor": [1]}}
    found = fit.predict(new, keep=False, level=0.5)
    assert set(found["log_radon"]) == {"mean", "sd", "q25", "q50", "q75"}
    with pytest.raises(bs.RunError) as caught:
        found.draws  # noqa: B018
    assert caught.value.diagnostics[0].code == "B608"


def test_quantiles_are_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=(37, 4, 3))
    values[3, 1, 2] = np.nan
    found = quantiles(values, (0.05, 0.5, 0.95))
    np.testing.assert_allclose(found, np.quantile(values, (0.05, 0.5, 0.95), axis=0), rtol=1e-12)
    counts = np.arange(4)[:, None]
    assert quantiles(counts, (0.5,))[0] == pytest.approx([1.5])


def test_a_saved_fit_predicts_too(fit: bs.Fit, tmp_path: Path) -> None:
    fit.save(tmp_path / "fit.nc")
    new = {"home": {"county": ["Cook", "Anoka"], "floor": [1, 1]}}
    again = bs.load_fit(tmp_path / "fit.nc").predict(new)
    np.testing.assert_array_equal(again.draws["log_radon"], fit.predict(new).draws["log_radon"])
    again.save(tmp_path / "new.csv")
    head, first, _ = (tmp_path / "new.csv").read_text().splitlines()
    assert head.startswith("home,floor,expected_mean") and "log_radon_q95" in head
    assert first.startswith("0,1,")
    again.save(tmp_path / "new.nc")
    assert (tmp_path / "new.nc").stat().st_size > 1000


def test_the_interval_holds_what_it_says(fit: bs.Fit) -> None:
    """Coverage over new homes that are drawn as the model says, at the truth's own spread."""
    rng = np.random.default_rng(7)
    county = rng.integers(0, 5, 400)
    alpha = 1.3 + 0.6 * URANIUM + np.array([0.3, -0.4, 0.1, 0.5, -0.2])
    radon = alpha[county] + 0.5 * rng.normal(size=400)
    new = {"home": {"county": COUNTIES[county], "floor": np.zeros(400, int)}}
    found = fit.predict(new, level=0.8)["log_radon"]
    inside = (found["q10"] < radon) & (radon < found["q90"])
    assert inside.mean() == pytest.approx(0.8, abs=0.08)


def simple(text: str, data: dict[str, Any], **settings: Any) -> bs.Fit:
    given: dict[str, Any] = {"chains": 2, "draws": 300, "warmup": 300} | settings
    return bs.loads(text, "simple.bayes").fit(data, progress=False, **given)


def test_sums_of_outcomes_and_of_groups_stay_those_of_the_fit() -> None:
    text = """
plate group
plate row within group
data
  x[row] : real
  y[row] : real
let z = (x - mean(x, by group)) / sd(x)
b ~ Normal(0, 1)
a ~ Normal(mean(y), 2)
f[row] = a + b * z
y[row] ~ Normal(f, 1)
"""
    x, group = np.array([1.0, 2, 3, 10, 11, 15]), np.array(["a", "a", "a", "b", "b", "b"])
    fit = simple(text, {"row": {"x": x, "group": group, "y": x / 3}})
    new = {"row": {"x": [2.0, 12.0, 5.0, 7.0], "group": ["a", "b", "c", "c"]}}
    found = fit.predict(new).draws["f"]
    means = np.array([2.0, 12.0, 6.0, 6.0])  # of the new group that of its new rows
    z = (np.array(new["row"]["x"]) - means) / np.std(x, ddof=1)
    expected = fit.draws["a"][..., None] + fit.draws["b"][..., None] * z
    np.testing.assert_allclose(found, expected, rtol=1e-10)


STRUCTURES = """
plate kind
plate row within kind
data
  y[row] : real
level[kind] ~ {prior}
sigma ~ HalfNormal(1)
f[row] = level
y[row] ~ Normal(f, sigma)
"""


@pytest.mark.parametrize(
    "prior",
    ['Pinned(Normal(0, 1), at = "b", value = 0.5)', "SumToZero(Normal(0, 1))", "Flat()"],
)
def test_structures_predict_for_what_they_know_only(prior: str) -> None:
    text = STRUCTURES.format(prior=prior)
    kinds = np.array(["a", "b", "c"])
    y = np.array([1.0, 0.4, -1.2, 1.1, 0.5, -1.0])
    fit = simple(text, {"row": {"kind": np.tile(kinds, 2), "y": y}})
    found = fit.predict({"row": {"kind": ["c", "a"]}}).draws["f"]
    np.testing.assert_allclose(found, fit.draws["level"][..., [2, 0]], rtol=1e-12)
    with pytest.raises(bs.DataError) as caught:
        fit.predict({"row": {"kind": ["c", "d"]}}, new="draw")
    assert caught.value.diagnostics[0].code == "B516"


def test_a_mean_is_what_the_row_of_the_family_says() -> None:
    text = STRUCTURES.format(prior="Gamma(3, 2)")
    fit = simple(text, {"row": {"kind": ["a", "b"] * 3, "y": [1.0, 0.4, 1.2, 0.5, 1.0, 0.6]}})
    found = fit.predict({"row": {"kind": ["a", "c"]}}, new="mean").draws["f"]
    np.testing.assert_allclose(found[..., 1], 1.5)
    with pytest.raises(bs.DataError) as caught:  # a Cauchy distribution has none
        text = STRUCTURES.format(prior="Cauchy(0, 1)")
        fit = simple(text, {"row": {"kind": ["a", "b"], "y": [1.0, 0.4]}}, draws=20)
        fit.predict({"row": {"kind": ["a", "c"]}}, new="mean")
    assert "has no formula" in str(caught.value)


def test_simplexes_of_new_groups_are_drawn() -> None:
    text = """
plate word = [yes, no, maybe]
plate voter
plate answer within voter
data
  said[answer] : word
w[voter, word] ~ Dirichlet(2)
said[answer] ~ Categorical(w)
"""
    voters = np.array(["p", "p", "q", "q", "q"])
    said = np.array(["yes", "yes", "no", "maybe", "no"])
    fit = simple(text, {"answer": {"voter": voters, "said": said}})
    new = {"answer": {"voter": ["r"] * 2 + ["q"] * 2}}
    found = fit.predict(new, new="draw", seed=4)
    shares = np.bincount(found.draws["said"][..., 0].ravel(), minlength=3) / 600
    np.testing.assert_allclose(shares, 1 / 3, atol=0.08)
    same = (found.draws["said"][..., 0] == found.draws["said"][..., 1]).mean()
    assert same == pytest.approx(3 * (2 * 3) / (6 * 7), abs=0.08)  # Dirichlet(2): 3/7


def test_rows_have_effects_of_their_own() -> None:
    """Elements without labels are new: what belongs to a row is drawn anew, if it is wished."""
    text = """
plate row
data
  k[row] : count
m ~ Normal(0, 1)
e[row] ~ Normal(m, 0.5)
k[row] ~ Poisson(exp(e))
"""
    fit = simple(text, {"k": np.array([1, 0, 3, 2])})
    with pytest.raises(bs.DataError) as caught:
        fit.predict({}, sizes={"row": 2})
    assert "2 without labels" in str(caught.value)
    found = fit.predict({}, sizes={"row": 3}, new="draw").draws["k"]
    assert found.shape == (2, 300, 3)
    rate = np.exp(fit.draws["m"] + 0.125)
    assert found.mean() == pytest.approx(rate.mean(), rel=0.12)


def test_missing_predictors_are_drawn_and_known_ones_used() -> None:
    text = """
plate row
data
  x[row] : real?
  y[row] : real
x[row] ~ Normal(3, 1)
f[row] = 2 * x
y[row] ~ Normal(f, 0.5)
"""
    fit = simple(text, {"x": np.array([3.0, np.nan, 2.0]), "y": np.array([6.0, 7.0, 4.2])})
    found = fit.predict({"row": {"x": [1.0, None]}}).draws["f"]
    np.testing.assert_allclose(found[..., 0], 2.0)
    assert found[..., 1].mean() == pytest.approx(6, abs=0.3)
    assert found[..., 1].std() == pytest.approx(2, abs=0.3)


def test_rows_that_a_filter_leaves_out_have_no_prediction() -> None:
    text = """
plate row
data
  there[row] : binary
  y[row] : real
m ~ Normal(0, 1)
y[row] ~ Normal(m, 1), where there
"""
    fit = simple(text, {"there": np.array([1, 1, 0]), "y": np.array([0.1, 0.4, 99.0])})
    found = fit.predict({"row": {"there": [0, 1]}})["y"]
    assert np.isnan(found["mean"][0]) and np.isfinite(found["mean"][1])


def test_censored_outcomes_are_predicted_as_if_nothing_were_censored() -> None:
    text = """
plate row
data
  x[row] : real
  t[row] : positive
b ~ Normal(0, 1)
t[row] ~ Censored(Exponential(exp(b * x)), upper = 2)
"""
    fit = simple(text, {"x": np.zeros(4), "t": np.array([0.5, 2.0, 1.0, 2.0])})
    found = fit.predict({"row": {"x": [0.0]}})
    assert found.draws["t"].max() > 3


@pytest.fixture
def pyro_fit() -> Iterator[bs.Fit]:
    settings: dict[str, Any] = {"backend": "pyro", "chains": 1, "warmup": 50, "draws": 50}
    yield bs.loads(RADON, "radon.bayes").fit(DATA, progress=False, **settings)


def test_fits_by_pyro_predict_too(pyro_fit: bs.Fit) -> None:
    found = pyro_fit.predict({"home": {"county": ["Cook"], "floor": [1]}})
    np.testing.assert_allclose(found.draws["expected"][..., 0], at(pyro_fit, "Cook", 1), rtol=1e-10)


def test_wrong_words_are_refused(fit: bs.Fit) -> None:
    wrong: list[dict[str, Any]] = [{"new": "guess"}, {"level": 90}]
    for given in wrong:
        with pytest.raises(bs.BackendError) as caught:
            fit.predict(NEW, **given)
        assert caught.value.diagnostics[0].code == "B402"
