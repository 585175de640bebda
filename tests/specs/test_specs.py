"""The specs that people start from: each is fitted to its data, and says what its README says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import bayescript as bs

SPECS = Path(__file__).parents[2] / "specs"
DATA: dict[str, str | list[str]] = {
    "count_regression/poisson": "count_regression/visits",
    "count_regression/negative_binomial": "count_regression/visits",
    "eight_schools/eight_schools": "eight_schools/eight_schools",
    "investment/investment": "investment/investment",
    "linear_regression/band": "linear_regression/households",
    "linear_regression/engel": "linear_regression/households",
    "logistic_regression/vote": "logistic_regression/voters",
    "measurement_error/naive": "measurement_error/tumours",
    "measurement_error/smoothness": "measurement_error/tumours",
    "missing_cells/fertility": "missing_cells/countries",
    "mixture/petals": "mixture/flowers",
    "mode_choice/mode_choice": ["mode_choice/travellers", "mode_choice/trips"],
    "random_slopes/random_slopes": "investment/investment",
    "robust_regression/murder": "robust_regression/states",
    "survival/transplants": "survival/transplants",
    "zeros/hurdle": "count_regression/visits",
    "zeros/zero_inflated": "count_regression/visits",
}
COLUMN = {  # the second model of its table
    "count_regression/negative_binomial": 3,
    "measurement_error/naive": 3,
    "zeros/zero_inflated": 3,
}


def test_every_spec_is_here() -> None:
    found = {str(p.relative_to(SPECS).with_suffix("")) for p in SPECS.rglob("*.bayes")}
    assert {name for name in found if not name.startswith("posteriordb/")} == set(DATA)


def data_of(name: str) -> str | list[str]:
    """The file of a spec's data, or the files."""
    files = DATA[name]
    if isinstance(files, str):
        return f"{SPECS / files}.csv"
    return [f"{SPECS / file}.csv" for file in files]


def read_table(name: str) -> dict[str, float]:
    """The quantities of a README's table and their means."""
    text = (SPECS / name).with_name("README.md").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        quantity = re.fullmatch(r"`(\w+(?:\[[^]]+\])?)`", cells[0])
        mean = cells[COLUMN.get(name, 1)].split(" ")[0] if quantity and len(cells) > 1 else ""
        if quantity and mean:
            found[quantity[1]] = float(mean)
    return found


@pytest.mark.parametrize("name", DATA)
def test_a_spec_and_the_reading_of_its_result(name: str) -> None:
    fit = bs.load(f"{SPECS / name}.bayes").fit(data_of(name), progress=False)
    assert fit.divergences == 0
    assert not fit.warnings, fit.warnings
    assert float(np.nanmax(fit.summary().columns["r_hat"])) <= 1.01
    told = read_table(name)
    assert told
    for quantity, mean in told.items():
        row = fit.summary()[quantity]
        rounding = 0.51 * 10.0 ** -len(str(mean).partition(".")[2])
        assert abs(row["mean"] - mean) <= rounding + 5 * row["mcse_mean"], quantity
