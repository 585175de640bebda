"""Binding data: arrays whose axes have names and labels, of xarray and of pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bayescript.runtime.binding.data import bind
from tests.runtime.data_models import HOMES, RADON, datum, model, only, plate, same

Y = datum("y[a] : real")
ONE = model(plate("a"), Y)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def xarray() -> Any:
    return pytest.importorskip("xarray", reason="xarray is not installed")


def radon_dataset() -> Any:
    xr = xarray()
    return xr.Dataset(
        {
            "uranium": ("county", [0.3, 0.1, 0.2]),
            "floor": ("home", HOMES["floor"]),
            "log_radon": ("home", HOMES["log_radon"]),
            "home.county": ("home", HOMES["county"]),
            "note": ("home", ["a", "b", "c", "d"]),
        },
        coords={"county": ["Cook", "Aitkin", "Benton"]},
    )


def test_a_dataset_holds_everything(here: Path) -> None:
    dataset = radon_dataset()
    bound = bind(RADON, dataset)
    assert bound.coords["county"].tolist() == ["Cook", "Aitkin", "Benton"]
    assert bound.data["uranium"].tolist() == [0.3, 0.1, 0.2]
    assert bound.indices["home", "county"].tolist() == [0, 1, 0, 2]
    assert bound.coords["home"].tolist() == [0, 1, 2, 3]
    assert bound.warnings == ()
    pytest.importorskip("h5netcdf", reason="h5netcdf is not installed")
    dataset.to_netcdf("radon.nc", engine="h5netcdf")
    assert same(bind(RADON, "radon.nc"), bound)
    assert same(bind(RADON, [Path("radon.nc")]), bound)
    assert same(bind(RADON, {"home": dataset.drop_vars("uranium"), "county": "radon.nc"}), bound)


def test_axes_align_by_label_and_not_by_place() -> None:
    xr = xarray()
    spec = model(plate("g", labels=("p", "q")), plate("a", "g"), Y, datum("u[g] : real"))
    arrays = {
        "y": ("a", [3.0, 1.0, 2.0]),
        "g": ("a", ["q", "p", "p"]),
    }
    dataset = xr.Dataset(arrays, coords={"a": [30, 10, 20]})
    u = xr.DataArray([7.0, 5.0], dims="g", coords={"g": ["q", "p"]})
    bound = bind(spec, {"u": u, "y": dataset})
    assert bound.data["u"].tolist() == [5.0, 7.0]
    assert bound.coords["a"].tolist() == [30, 10, 20]
    assert bound.indices["a", "g"].tolist() == [1, 0, 0]
    declared = model(plate("g"), plate("a", "g", labels=(10, 20, 30)), Y)
    bound = bind(declared, dataset)
    assert bound.data["y"].tolist() == [1, 2, 3]
    assert bound.coords["g"].tolist()[bound.indices["a", "g"][2]] == "q"


def test_an_axis_may_have_labels_where_another_has_none() -> None:
    xr = xarray()
    spec = model(plate("a", labels=("p", "q")), plate("b"), datum("x[a, b] : real"))
    array = xr.DataArray([[3, 4, 5], [0, 1, 2]], dims=("a", "b"), coords={"a": ["q", "p"]})
    assert bind(spec, {"x": array}).data["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
    years = model(plate("a"), plate("b", labels=(2001, 2002, 2003)), datum("x[a, b] : real"))
    assert bind(years, {"x": array}).coords["b"].tolist() == [2001, 2002, 2003]


def test_axes_named_after_roles() -> None:
    xr = xarray()
    spec = model(
        plate("team"),
        plate("game", "home:team", "away:team"),
        datum("y[game] : real"),
        datum("skill[team] : real"),
    )
    teams = {"home": ["b", "a"]}
    skill = xr.DataArray([2.0, 1.0], dims="home", coords=teams)
    games = {"y": [0.5], "home": ["a"], "away": ["b"]}
    bound = bind(spec, {**games, "skill": skill})
    assert bound.data["skill"].tolist() == [2, 1] and bound.coords["team"].tolist() == ["b", "a"]
    both = model(*spec.plates, datum("y[game] : real"), datum("w[team, team'] : real"))
    square = xr.DataArray(np.zeros((2, 2)), dims=("home", "away"))
    only(both, {**games, "w": square}, "B506", "has the axes [home, away], not [team, team']")
    primed = xr.DataArray([[1, 2], [3, 4]], dims=("team'", "team"))
    found = bind(both, {**games, "w": primed}).data["w"]
    assert found.tolist() == [[1, 3], [2, 4]]


def test_scalars_and_masked_cells_of_a_dataset() -> None:
    xr = xarray()
    spec = model(plate("a"), Y, datum("s : positive"))
    assert bind(spec, xr.Dataset({"y": ("a", [1.0, 2]), "s": 3})).data["s"] == 3
    array = xr.DataArray([1.0, 2.0, np.nan], dims="a", coords={"a": ["p", "q", "r"]}, name="y")
    only(ONE, array, "B504", "a = r, y = nan", "array `y`")
    assert bind(ONE, array[:2]).coords["a"].tolist() == ["p", "q"]


def test_a_misspelt_array_of_a_dataset() -> None:
    found = only(RADON, radon_dataset().rename(log_radon="log_radom"), "B501", "log_radom")
    assert "did you mean `log_radom`?" in found.help


def test_a_series_by_its_index() -> None:
    spec = model(plate("g", labels=("p", "q")), plate("a", "g"), Y, datum("u[g] : real"))
    data = {"y": [1.0, 2.0], "g": ["p", "q"]}
    by_group = pd.DataFrame({"g": ["q", "p"], "u": [7.0, 5.0]}).groupby("g", sort=False).u.mean()
    assert bind(spec, {**data, "u": by_group}).data["u"].tolist() == [5, 7]
    assert bind(spec, {**data, "u": pd.Series([5.0, 7.0])}).data["u"].tolist() == [5, 7]
    wide = model(plate("b"), plate("c"), datum("x[b, c] : real"))
    long = pd.Series(
        [1, 2, 3, 4], pd.MultiIndex.from_product([["p", "q"], [1, 2]], names=["c", "b"])
    )
    assert bind(wide, {"x": long}).data["x"].tolist() == [[1, 3], [2, 4]]
