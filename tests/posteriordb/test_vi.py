"""Guides against reference draws: the default does well on raw predictors, and what is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.posteriordb.cases import cases
from tests.posteriordb.recorded import VARIABLE, folder
from tests.posteriordb.vi import WAYS, Approximation, approximate, farthest
from tests.posteriordb.vi_report import page, summed, table


@pytest.fixture
def root() -> Path:
    found = folder()
    if found is None:
        pytest.skip(f"posteriordb is not at hand: set {VARIABLE}")
    return found


@pytest.mark.parametrize(
    "name", ["earnings-earn_height", "kidiq-kidscore_interaction", "kilpisjarvi_mod-kilpisjarvi"]
)
def test_the_default_guide_on_raw_predictors(name: str, root: Path) -> None:
    case = cases(root)[name]
    found = approximate(case, {"method": "svi"})
    assert found.passes and found.warnings == ()
    plain = approximate(case, WAYS["plain normal"])
    assert not plain.passes and "W608" in plain.warnings


def test_the_farthest_mean() -> None:
    ours = {"a": np.array([[1.0, 3.0]]), "b": np.array([[5.0, 5.0]])}
    summary = {"a": {"mean": 1.0, "sd": 2.0}, "b": {"mean": 5.1, "sd": 0.1}}
    off, where = farthest(ours, summary)
    assert off == pytest.approx(1.0) and where == "b"
    nearest, name = farthest({"a": ours["a"]}, summary)
    assert nearest == pytest.approx(0.5) and name == "a"


FOUND = {
    "x-easy": {
        "normal": Approximation(0.1, "a", 0.2, 1.0),
        "flow": Approximation(0.2, "a", 0.3, 3.0),
    },
    "y-hard": {
        "normal": Approximation(0.4, "b", 0.6, 2.0),
        "flow": Approximation(None, "", float("nan"), 5.0, reason="B605"),
    },
}


def test_what_passes_is_counted() -> None:
    assert FOUND["x-easy"]["flow"].passes and not FOUND["y-hard"]["flow"].passes
    told = summed(FOUND)
    assert told.startswith("The guide `normal` passes 1 of 2 posteriors.")
    assert told.endswith("Of 1 approximations that do not pass, 1 warn of nothing.")
    text = page(FOUND)
    assert "| `x-easy` | 0.10 (0.2) | 0.20 (0.3) |" in text
    assert "| `y-hard` | **0.40 (0.6)** | **B605** |" in text
    assert "| *pass* | 1 | 1 |" in text
    assert len(table(FOUND).columns) == 3
