"""Binding data: parents of plates, ways up that must agree, and order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bayescript.runtime.binding.data import bind
from tests.runtime.data_models import (
    COUNTIES,
    HOMES,
    RADON,
    datum,
    model,
    only,
    plate,
    violations,
)

# --- parents -------------------------------------------------------------------------------

GAME = model(
    plate("team"),
    plate("game", "home:team", "away:team"),
    datum("goals[game] : count"),
)


@pytest.mark.parametrize("name", [("home", "away"), ("game.home", "game.away")])
def test_roles(name: tuple[str, str]) -> None:
    bound = bind(GAME, {name[0]: ["x", "y"], name[1]: ["y", "z"], "goals": [1, 2]})
    assert bound.coords["team"].tolist() == ["x", "y", "z"]
    assert bound.indices["game", "home"].tolist() == [0, 1]
    assert bound.indices["game", "away"].tolist() == [1, 2]


def test_missing_parent_column() -> None:
    homes = {"Conty": HOMES["county"], "floor": HOMES["floor"], "log_radon": HOMES["log_radon"]}
    data = {"home": homes, "county": COUNTIES}
    words = ["`county`", "table `home`", "did you mean `Conty`?", "Conty, floor, log_radon"]
    only(RADON, data, "B501", *words)


NESTED = model(
    plate("region"),
    plate("state", "region"),
    plate("voter", "state", "region"),
    datum("y[voter] : binary"),
)


def test_an_ambiguous_parent_entry() -> None:
    data = {"region": ["s", "n"], "state": ["a", "b"], "y": [0, 1], "x": [[1]]}
    only(NESTED, data, "B501", "state or voter", "`state.region` and `voter.region`")
    full = {"state.region": ["s", "n"], "voter.region": ["n", "s"], "state": ["b", "a"]}
    bound = bind(NESTED, {**full, "y": [0, 1]}, coords={"state": ["a", "b"]})
    assert bound.indices["voter", "region"].tolist() == [0, 1]


def test_a_parent_of_a_coarser_plate_is_taken_by_group() -> None:
    data = {"state": ["b", "a", "b"], "region": ["n", "s", "n"], "y": [0, 1, 1]}
    bound = bind(NESTED, data)
    assert bound.indices["state", "region"].tolist() == [1, 0]
    assert bound.indices["voter", "region"].tolist() == [0, 1, 0]


def test_two_ways_up_must_agree() -> None:
    voters: Any = {"state": ["a", "b", "a"], "region": ["s", "n", "n"], "y": [0, 1, 1]}
    states = {"state": ["a", "b"], "region": ["s", "n"]}
    data = {"voter": voters, "state": states}
    words = ["table `voter`, column `region`, row 3", "`n` by its own column"]
    words += ["but `s` by way of state"]
    only(NESTED, data, "B513", *words)
    voters["region"][2] = "s"
    assert bind(NESTED, data).indices["voter", "region"].tolist() == [1, 0, 1]


# --- order ---------------------------------------------------------------------------------

VISITS = model(
    plate("patient"),
    plate("visit", "patient", ordered=True, ordered_by="time"),
    plate("test", "visit"),
    datum("x[visit] : real"),
    datum("r[test] : real"),
)


@pytest.mark.parametrize(
    "time",
    [
        [3, 1, 2, 1],
        ["10", "9", "9.5", "2"],
        ["2001-03-01", "2001-01-01", "2001-02-01", "1999-12-31"],
        np.array(["2001-03-01", "2001-01-01", "2001-02-01", "1999-12-31"], "datetime64[D]"),
    ],
)
def test_ordered_by_a_column(time: Any) -> None:
    visits = {"visit": ["c", "a", "b", "d"], "patient": ["q", "q", "p", "p"], "time": time}
    tests = {"visit": ["a", "d"], "r": [1, 2]}
    bound = bind(VISITS, {"visit": {**visits, "x": [3, 1, 20, 10]}, "test": tests})
    assert bound.coords["visit"].tolist() == ["d", "b", "a", "c"]
    assert bound.indices["visit", "patient"].tolist() == [0, 0, 1, 1]
    assert bound.data["x"].tolist() == [10, 20, 1, 3]
    assert bound.indices["test", "visit"].tolist() == [2, 0]


def test_an_order_that_cannot_be() -> None:
    visits = {"patient": ["q", "q"], "x": [3, 1]}
    tests = {"visit": [0, 1], "r": [1, 2]}
    found = violations(VISITS, {"visit": visits, "test": tests}, "B501")
    assert "`time`, by which `visit` is ordered" in found[0].message
    for time, code in ([1, None], "B504"), ([1, "soon"], "B502"):
        data = {"visit": {**visits, "time": time}, "test": tests}
        only(VISITS, data, code, "table `visit`, column `time`, row 2")


def test_groups_of_an_ordered_plate_are_contiguous() -> None:
    spec = model(plate("p"), plate("v", "p", ordered=True), datum("x[v, k] : real"), plate("k"))
    data = {"p": ["b", "a", "b", "a"], "x": [[1, 5], [2, 6], [3, 7], [4, 8]]}
    bound = bind(spec, data)
    assert bound.indices["v", "p"].tolist() == [0, 0, 1, 1]
    assert bound.data["x"].tolist() == [[2, 6], [4, 8], [1, 5], [3, 7]]
    assert bound.coords["v"].tolist() == [1, 3, 0, 2]


def test_a_sequence_keeps_the_order_of_its_rows() -> None:
    spec = model(plate("t", ordered=True), datum("x[t] : real"))
    bound = bind(spec, {"t": {"t": ["mon", "tue", "wed"], "x": [3, 1, 2]}})
    assert bound.coords["t"].tolist() == ["mon", "tue", "wed"]
    assert bound.data["x"].tolist() == [3, 1, 2]


def test_elements_at_the_same_time_are_told() -> None:
    visits: dict[str, list[Any]] = {"patient": ["q", "p", "q", "q"], "x": [3, 1, 2, 0]}
    tests = {"visit": [0, 1], "r": [1, 2]}
    data = {"visit": {**visits, "time": [5, 5, 5, 4]}, "test": tests}
    bound = bind(VISITS, data)
    (warning,) = bound.warnings
    assert warning.code == "W503" and "stand at `5`" in warning.message
    assert [line[:4] for line in warning.render(None).splitlines() if "patient = q" in line] == [
        "1 | ",
        "3 | ",
    ]
    assert bound.data["x"].tolist() == [1, 0, 3, 2]
    data["visit"]["time"] = [5, 5, 6, 4]
    assert bind(VISITS, data).warnings == ()
