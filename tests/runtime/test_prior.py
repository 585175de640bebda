"""Draws from the prior: against closed forms, with labels, on the command line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bayescript.grammar.diagnostics import BackendError, DataError
from bayescript.runtime.cli import main
from bayescript.runtime.model import load, loads

SCHOOLS = Path(__file__).resolve().parents[2] / "specs" / "eight_schools" / "eight_schools.bayes"

GROUPS = """\
plate group
plate row within group
data
  x[row] : real
  y[row] : real
mu ~ Normal(1, 2)
level[group] ~ Normal(mu, 3)
y[row] ~ Normal(level + 2 * x, 1)
"""
ROWS = {"row": {"group": ["a", "a", "b"], "x": [0.0, 1.0, 0.0]}}


def test_moments_as_computed_by_hand() -> None:
    found = loads(GROUPS).prior(ROWS, draws=40_000, seed=1).prior_predictive["y"]
    assert found.dims == ("chain", "draw", "row")
    draws = found.values[0]
    np.testing.assert_allclose(draws.mean(0), [1, 3, 1], atol=0.1)
    # Rows of one group share mu and their level (4 + 9), those of two groups share mu (4).
    expected = [[14, 13, 4], [13, 14, 4], [4, 4, 14]]
    np.testing.assert_allclose(np.cov(draws.T), expected, atol=0.5)


def test_labels_groups_and_a_file(tmp_path: Path) -> None:
    az: Any = pytest.importorskip("arviz")
    prior = loads(GROUPS).prior(ROWS, draws=50)
    assert list(prior.prior.data_vars) == ["mu", "level"]
    assert list(prior.prior["group"].values) == ["a", "b"]
    assert "level[a]" in prior.summary().names and "y[0]" in prior.summary().names
    prior.save(tmp_path / "prior.nc")
    again = az.from_netcdf(str(tmp_path / "prior.nc"), engine="h5netcdf")
    np.testing.assert_array_equal(again.prior["mu"], prior.prior["mu"])
    assert again.attrs["seed"] == 0


def test_the_seed_decides_and_blocks_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    model = loads(GROUPS)
    first = model.prior(ROWS, draws=30, seed=3).draws["y"]
    np.testing.assert_array_equal(first, model.prior(ROWS, draws=30, seed=3).draws["y"])
    assert np.any(first != model.prior(ROWS, draws=30, seed=4).draws["y"])
    monkeypatch.setattr("bayescript.runtime.prior._MEMORY", 32 * 6 * 7)
    np.testing.assert_allclose(model.prior(ROWS, draws=30, seed=3).draws["y"], first, rtol=1e-12)


def test_sizes_in_place_of_data() -> None:
    text = "plate cell\ndata\n  n[cell] : count\nrate ~ Gamma(20, 2)\nn[cell] ~ Poisson(rate)\n"
    drawn = loads(text).prior(sizes={"cell": 50}, draws=4000).prior_predictive["n"].values[0]
    assert drawn.shape == (4000, 50)
    assert drawn.mean() == pytest.approx(10, abs=0.15)
    # Within one draw the cells share their rate.
    assert drawn.mean(axis=1).var() == pytest.approx(20 / 4 + 10 / 50, rel=0.1)
    with pytest.raises(DataError, match=r"B507.*`cell`"):
        loads(text).prior()


def test_an_outcome_made_of_data_is_drawn_too() -> None:
    text = GROUPS.replace("mu ~", "let z = log(y)\nmu ~").replace("\ny[row] ~", "\nz[row] ~")
    text = text.replace("y[row] : real", "y[row] : positive")
    prior = loads(text).prior(ROWS, draws=20)
    assert prior.prior_predictive["z"].shape == (1, 20, 3)


def test_non_centred_quantities_come_in_the_authors_names() -> None:
    rows = {"school": {"school": ["A", "B"], "error": [10.0, 12.0]}}
    prior = load(SCHOOLS).prior(rows, draws=10)
    assert list(prior.draws) == ["mu", "tau", "theta", "effect"]


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("mu ~ Flat()", "B413", "`mu` has a flat prior"),
        ("param mu : real", "B413", "`mu` is a `param`"),
        ("mu ~ Normal(mean(y), 1)", "B412", "depends on the values of an outcome"),
        ("mu ~ Normal(0, 1)\nfactor -mu^2", "B413", "this factor weighs the prior"),
    ],
)
def test_what_cannot_be_drawn(line: str, code: str, told: str) -> None:
    with pytest.raises(BackendError) as caught:
        loads(GROUPS.replace("mu ~ Normal(1, 2)", line)).prior(ROWS)
    (one,) = caught.value.diagnostics
    assert one.code == code and told in one.message and one.help
    assert "<spec>:" in str(caught.value)  # with the line in the spec


def test_no_draws() -> None:
    with pytest.raises(BackendError, match="needs one draw at least"):
        loads(GROUPS).prior(ROWS, draws=0)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.csv").write_text("school,error\nA,10\nB,12\n")
    out = tmp_path / "prior.nc"
    with pytest.raises(SystemExit) as end:
        main(["prior", str(SCHOOLS), "-d", str(tmp_path / "rows.csv"), "-o", str(out)])
    assert end.value.code in (0, None) and out.exists()
    assert "effect[B]" in capsys.readouterr().out
