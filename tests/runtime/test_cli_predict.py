"""`bayescript predict`, through the command line."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import arviz as az
import pytest

from bayescript.runtime.cli import main

ENGEL = Path(__file__).resolve().parents[2] / "specs" / "linear_regression"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fits") / "engel.nc"
    data = str(ENGEL / "households.csv")
    main_call("run", str(ENGEL / "engel.bayes"), "--data", data, "-q", "-o", str(path))
    return path


def main_call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
        raise SystemExit(0)
    return int(end.value.code or 0)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text("income\n500\n1500\n", encoding="utf-8")
    return path


def test_a_table_of_intervals(
    saved: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found.csv"
    code = main_call("predict", str(saved), "--data", str(new), "--level", "0.8", "-o", str(out))
    told = capsys.readouterr().out
    assert code == 0 and "food[1]" in told and "q90" in told and f"saved {out}" in told
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["income"] for row in rows] == ["500.0", "1500.0"]
    assert 300 < float(rows[0]["food_mean"]) < 450 < float(rows[1]["food_q10"])


def test_all_draws(saved: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.nc"
    assert main_call("predict", str(saved), "--data", str(new), "-o", str(out)) == 0
    read: Any = az.from_netcdf
    assert read(out).predictions["food"].shape == (4, 1000, 2)


def test_what_is_wrong_is_told(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("incme\n500\n", encoding="utf-8")
    assert main_call("predict", str(saved), "--data", str(wrong)) == 3
    assert "did you mean `incme`" in capsys.readouterr().err
