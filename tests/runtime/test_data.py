"""Binding data: the plates' elements, lookups, long tables and order."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from bayescript.compiler import ir
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

Y = datum("y[a] : real")


def test_tables_of_two_plates() -> None:
    bound = bind(RADON, {"home": HOMES, "county": COUNTIES})
    assert bound.sizes == {"county": 3, "home": 4}
    assert bound.coords["county"].tolist() == ["Aitkin", "Benton", "Cook"]
    assert bound.coords["home"].tolist() == [0, 1, 2, 3]
    assert bound.indices["home", "county"].tolist() == [2, 0, 2, 1]
    assert bound.data["uranium"].tolist() == [0.1, 0.2, 0.3]
    assert bound.data["floor"].dtype == np.int64
    assert bound.data["log_radon"].dtype == np.float64
    assert bound.indices["home", "county"].dtype == np.int64
    assert bound.warnings == ()


# --- labels and sizes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "data", "more", "labels"),
    [
        ({"labels": ("low", "high")}, {"y": [1, 2]}, {}, ["low", "high"]),
        ({"labels": (1, 2)}, {"y": [1, 2]}, {}, [1, 2]),
        ({"size": 2}, {"y": [1, 2]}, {}, [0, 1]),
        ({}, {"a": {"a": ["q", "p"], "y": [1, 2]}}, {}, ["q", "p"]),
        ({}, {"a": {"a": [7, 5], "y": [1, 2]}}, {}, [7, 5]),
        ({}, {"a": {"y": [1, 2]}}, {}, [0, 1]),
        ({}, {"a": {"y": [1, 2]}}, {"coords": {"a": ["u", "v"]}}, ["u", "v"]),
        ({}, {"y": [1, 2]}, {"coords": {"a": ["u", "v"]}}, ["u", "v"]),
        ({}, {"y": [1, 2]}, {"sizes": {"a": 2}}, [0, 1]),
        ({}, {"y": [1, 2], "a": ["r", "s"]}, {}, ["r", "s"]),
        ({}, {"y": [1, 2], "a": [7.0, 5.0]}, {}, [7, 5]),
        ({}, {"y": [1, 2], "a": [8, 8.5]}, {}, [8.0, 8.5]),
        ({}, {"y": [1, 2]}, {}, [0, 1]),
    ],
)
def test_what_tells_the_labels(
    declared: Any, data: object, more: Any, labels: list[object]
) -> None:
    bound = bind(model(plate("a", **declared), Y), data, **more)
    assert bound.coords["a"].tolist() == labels
    assert bound.sizes["a"] == 2
    assert bound.data["y"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        (["item10", "item2", "Item1"], ["Item1", "item2", "item10"]),
        ([10, 9, 11], [9, 10, 11]),
        (["10", "9", "11"], [9, 10, 11]),
        ([2.0, 3.0, 4.0], [2, 3, 4]),
        (["2.0", "3", "4"], [2, 3, 4]),
        (["010", "9", "11"], ["9", "010", "11"]),
        ([1.5, 0.5, 1], [0.5, 1.0, 1.5]),
        ([True, False, True], ["False", "True"]),
        (
            np.array(["2001-01-02", "2001-01-01"], "datetime64[s]"),
            [date(2001, 1, 1), date(2001, 1, 2)],
        ),
    ],
)
def test_labels_from_a_parent_column_are_sorted(column: Any, labels: list[object]) -> None:
    spec = model(plate("a"), plate("b", "a"), datum("y[b] : real"))
    bound = bind(spec, {"b": {"a": column, "y": [0.0] * len(column)}})
    assert bound.coords["a"].tolist() == labels


def test_own_table_is_brought_into_the_declared_order() -> None:
    spec = model(plate("a", labels=("low", "mid", "high")), Y)
    bound = bind(spec, {"a": {"a": ["high", "low", "mid"], "y": [3, 1, 2]}})
    assert bound.data["y"].tolist() == [1, 2, 3]


def test_labels_come_from_an_index_too() -> None:
    spec = model(plate("word"), plate("token"), datum("w[token] : word"))
    bound = bind(spec, {"w": ["b", "a", "b"]})
    assert bound.coords["word"].tolist() == ["a", "b"]
    assert bound.data["w"].tolist() == [1, 0, 1]
    assert bound.data["w"].dtype == np.int64


def test_integers_are_labels_never_positions() -> None:
    spec = model(plate("a", labels=(1, 2, 3)), plate("b", "a"), datum("y[b] : real"))
    bound = bind(spec, {"a": [3, 1], "y": [0, 0]})
    assert bound.indices["b", "a"].tolist() == [2, 0]


def test_gaps_in_integer_labels_are_told() -> None:
    spec = model(plate("state"), plate("voter", "state"), datum("y[voter] : binary"))
    bound = bind(spec, {"state": [1, 2, 5], "y": [0, 1, 1]})
    (warning,) = bound.warnings
    assert warning.code == "W502"
    assert "from 1 to 5 without 3, 4" in warning.message
    assert "plate state = 1..5" in warning.help


def test_a_label_may_look_like_a_missing_cell_if_it_is_declared() -> None:
    spec = model(plate("a", labels=("DE", "NA")), plate("b", "a"), datum("y[b] : real"))
    bound = bind(spec, {"b": {"a": ["NA", "DE"], "y": [1, 2]}})
    assert bound.indices["b", "a"].tolist() == [1, 0]


def test_size_unknown() -> None:
    spec = model(plate("a"), plate("b"), datum("y[b] : real"))
    only(spec, {"y": [1.0]}, "B507", "plate `a`", "sizes = {'a': n}", "plate a = n")


@pytest.mark.parametrize(
    ("declared", "data", "more", "words"),
    [
        ({"size": 3}, {"y": [1, 2]}, {}, ["3 elements (declared in the spec)", "2 in entry `y`"]),
        ({"size": 3}, {"a": {"y": [1, 2]}}, {}, ["declared in the spec", "2 in table `a`"]),
        ({}, {"a": {"y": [1, 2]}}, {"sizes": {"a": 5}}, ["from table `a`", "5 in `sizes`"]),
        ({}, {"a": {"y": [1, 2]}}, {"coords": {"a": [1]}}, ["from table `a`", "1 in `coords`"]),
        ({}, {"y": [1, 2]}, {"sizes": {"a": 5}}, ["5 elements (from `sizes`)", "2 in entry `y`"]),
        ({"labels": ("p", "q")}, {"y": [1, 2]}, {"coords": {"a": ["p", "r"]}}, ["p, q", "p, r"]),
        ({}, {"y": [1, 2], "z": [1, 2, 3]}, {}, ["shape of entry `y`", "3 in entry `z`"]),
        ({}, {"y": [1, 2], "a": ["u"]}, {}, ["1 elements (from entry `a`)", "2 in entry `y`"]),
        ({}, {"a": {"y": []}}, {}, ["`a` has no elements"]),
    ],
)
def test_sizes_that_contradict(declared: Any, data: Any, more: Any, words: list[str]) -> None:
    other = [datum("z[a] : real")] if "z" in data else []
    only(model(plate("a", **declared), Y, *other), data, "B506", *words, **more)


def test_an_array_longer_than_the_labels_seen() -> None:
    spec = model(
        plate("state"), plate("voter", "state"), datum("y[voter] : real"), datum("x[state] : real")
    )
    data = {"state": ["a", "b", "b"], "y": [1, 2, 3], "x": [1, 2, 3, 4]}
    only(spec, data, "B506", "2 elements", "4 in entry `x`", "declare `plate state = …`")


def test_labels_that_are_not_declared() -> None:
    spec = model(plate("dose", size=3), plate("b", "dose"), datum("y[b] : real"))
    data = {"b": {"dose": [1, 2, 3, 3], "y": [0, 0, 0, 0]}}
    only(spec, data, "B505", "table `b`, column `dose`, row 3", "`3`", "2 times", "1..3")


def test_unknown_label_with_a_guess() -> None:
    homes = {**HOMES, "county": ["Cook", "Aitkin", "Coock", "Benton"]}
    only(
        RADON,
        {"home": homes, "county": COUNTIES},
        "B505",
        "table `home`, column `county`, row 3",
        "`Coock` is no county",
        "did you mean `Cook`?",
    )


def test_sizes_and_labels_that_are_no_numbers() -> None:
    spec = model(plate("a"), plate("b", "a"), datum("y[b] : real"))
    data = {"a": ["u", "u"], "y": [1, 2]}
    only(spec, data, "B505", "`u` is no a", "2 times", "`coords`", sizes={"a": 2})
    assert bind(spec, data, coords={"a": ["u", "v"]}).sizes["a"] == 2


def test_an_index_without_axes() -> None:
    spec = model(plate("dose", labels=("low", "high")), datum("d : dose"))
    bound = bind(spec, {"d": "high"})
    assert bound.data["d"].shape == () and bound.data["d"] == 1
    only(spec, {"d": "hihg"}, "B505", "--> entry `d`", "`hihg` is no dose", "did you mean `high`?")


def test_unknown_label_in_an_index() -> None:
    spec = model(plate("digit", size=10), plate("image"), datum("y[image] : digit"))
    words = ["2 labels of `y`", "entry `y`, row 2", "y[image = 1] = 11", "y[image = 2] = -1"]
    only(spec, {"y": [3, 11, -1]}, "B505", *words, "0 to 9")


def test_duplicate_labels() -> None:
    counties = {"county": ["Aitkin", "Cook", "Cook"], "uranium": [1, 2, 3]}
    data = {"home": HOMES, "county": counties}
    words = ["table `county`, column `county`, row 3", "`Cook` stands twice", "2 | county = Cook"]
    only(RADON, data, "B512", *words)


def test_missing_label_in_own_table() -> None:
    only(
        model(plate("a"), Y),
        {"a": {"a": ["p", None], "y": [1, 2]}},
        "B504",
        "table `a`, column `a`, row 2",
    )


def test_absent_row_of_own_table() -> None:
    spec = model(plate("a", labels=("p", "q", "r")), Y)
    only(spec, {"a": {"a": ["r", "p"], "y": [1, 2]}}, "B509", "table `a`, column `y`", "a = `q`")


# --- data of coarser plates, scalars, long tables --------------------------------------------


def test_a_coarser_datum_is_taken_by_group() -> None:
    bound = bind(RADON, {**HOMES, "uranium": [0.3, 0.1, 0.3, 0.2]})
    assert bound.data["uranium"].tolist() == [0.1, 0.2, 0.3]


def test_a_coarser_datum_that_differs_within_a_group() -> None:
    data = {"home": {**HOMES, "uranium": [0.3, 0.1, 0.4, 0.2]}}
    only(
        RADON,
        data,
        "B508",
        "table `home`, column `uranium`, row 3",
        "county = `Cook`",
        "here `0.3`",
        "but here `0.4`",
        "declare `uranium[home]`",
    )


def test_a_coarser_datum_through_two_steps() -> None:
    spec = model(
        plate("region"),
        plate("state", "region"),
        plate("voter", "state"),
        datum("income[region] : real"),
        datum("y[voter] : real"),
    )
    voters = {"state": ["a", "b", "c"], "income": [1, 2, 1], "y": [0, 0, 0]}
    states = {"state": ["a", "b", "c"], "region": ["s", "n", "s"]}
    bound = bind(spec, {"voter": voters, "state": states})
    assert bound.data["income"].tolist() == [2, 1]
    voters["income"] = [1, 2, 3]
    only(spec, {"voter": voters, "state": states}, "B508", "region = `s`")


def test_scalars() -> None:
    spec = model(plate("a"), Y, datum("T : int"), datum("s : real", default=2.5))
    entry = bind(spec, {"y": [1, 2], "T": 5})
    assert entry.data["T"].shape == () and entry.data["T"] == 5
    assert entry.data["T"].dtype == np.int64
    assert entry.data["s"] == 2.5
    column = bind(spec, {"a": {"y": [1, 2], "T": [7, 7]}, "s": 1})
    assert column.data["T"] == 7 and column.data["s"] == 1.0
    only(spec, {"a": {"y": [1, 2], "T": [7, 8]}}, "B508", "`T`", "here `7`", "but here `8`")
    only(spec, {"y": [1, 2], "T": [5]}, "B506", "entry `T` has 1 axis", "a single number")
    only(spec, {"y": [1, 2]}, "B501", "`T` is missing")


SEEN = model(
    plate("species", labels=("owl", "jay")), plate("site"), datum("seen[species, site] : count")
)
LONG: dict[str, list[Any]] = {
    "species": ["owl", "jay", "jay", "owl"],
    "site": ["s1", "s1", "s2", "s2"],
    "seen": [1, 2, 3, 4],
}


@pytest.mark.parametrize("data", [LONG, [LONG], {"seen": LONG}])
def test_a_long_table_is_pivoted(data: object) -> None:
    bound = bind(SEEN, data)
    assert bound.data["seen"].tolist() == [[1, 4], [2, 3]]
    assert bound.coords["site"].tolist() == ["s1", "s2"]


def test_a_cell_given_twice() -> None:
    twice = {key: [*values, values[0]] for key, values in LONG.items()}
    assert bind(SEEN, twice).data["seen"].tolist() == [[1, 4], [2, 3]]
    twice["seen"][4] = 9
    words = ["species = `owl`, site = `s1`", "- here `1`", "^ but here `9`"]
    only(SEEN, {"seen": twice}, "B508", "table `seen`, column `seen`, row 5", *words)


def test_absent_cells() -> None:
    short = {key: values[:1] + values[2:3] for key, values in LONG.items()}
    words = ["2 of its 4 cells", "species = owl, site = s2", "species = jay, site = s1", "= 0`"]
    only(SEEN, short, "B509", *words)
    (datum_,) = SEEN.data
    with_default = model(*SEEN.plates, datum("seen[species, site] : count", default=0))
    assert bind(with_default, short).data["seen"].tolist() == [[1, 0], [0, 3]]
    optional = model(*SEEN.plates, datum("seen[species, site] : real?"))
    assert np.isnan(bind(optional, short).data["seen"]).tolist() == [[False, True], [True, False]]
    assert datum_.default is None


def test_at_most_five_absent_cells_are_listed() -> None:
    spec = model(plate("a", size=10), plate("b", size=10), datum("x[a, b] : real"))
    (found,) = violations(spec, [{"a": [0], "b": [0], "x": [1]}], "B509")
    shown = found.render(None)
    assert "99 of its 100 cells" in found.message
    assert shown.count("b = ") == 5 and "… and 94 more" in shown


def test_a_square_matrix_in_a_long_table() -> None:
    spec = model(plate("s", size=2), datum("m[s, s'] : real"))
    rows = {"s": [0, 0, 1, 1], "s'": [0, 1, 0, 1], "m": [1, 2, 3, 4]}
    assert bind(spec, [rows]).data["m"].tolist() == [[1, 2], [3, 4]]
    assert bind(spec, {"m": [[1, 2], [3, 4]]}).data["m"].tolist() == [[1, 2], [3, 4]]


def test_a_column_without_its_key() -> None:
    rows = {"species": LONG["species"], "seen": LONG["seen"]}
    spec = model(*SEEN.plates, datum("seen[species, site] : count"), datum("z[site] : real"))
    only(spec, {"seen": rows, "z": [1]}, "B501", "no column `site` is there")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1.0, 2.0], ["entry `x` has 1 axis, its declaration 2", "[a, b]"]),
        ([[1.0, 2.0], [3.0]], ["different lengths"]),
        (3.0, ["entry `x` has no axis"]),
        (np.zeros((3, 2)), ["`a`", "3 in entry `x`"]),
    ],
)
def test_arrays_of_the_wrong_shape(value: object, words: list[str]) -> None:
    spec = model(plate("a", size=2), plate("b", size=2), datum("x[a, b] : real"))
    only(spec, {"x": value}, "B506", *words)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter_where_labels_tell(seed: int) -> None:
    random = np.random.default_rng(seed)
    homes, counties = (
        {name: [column[i] for i in order] for name, column in table.items()}
        for table in (HOMES, COUNTIES)
        for order in [random.permutation(len(table["county"]))]
    )
    bound = bind(RADON, {"home": homes, "county": counties})
    names, at = bound.coords["county"], bound.indices["home", "county"]
    assert dict(zip(names, bound.data["uranium"], strict=True)) == dict(
        zip(COUNTIES["county"], COUNTIES["uranium"], strict=True)
    )
    found = zip(names[at], bound.data["floor"], bound.data["log_radon"], strict=True)
    assert sorted(found) == sorted(zip(*HOMES.values(), strict=True))


def test_an_unknown_size_is_not_told_where_data_is_missing() -> None:
    assert len(violations(RADON, {}, "B501")) == 4


def test_nothing_but_sizes() -> None:
    statement = ir.Sample(
        "y", (ir.Dim("a"),), ir.Dist("Normal", 0, ()), ir.Support("real"), observed=True
    )
    spec = model(plate("a"), Y, statement)
    bound = bind(spec, sizes={"a": 3}, outcomes_required=False)
    assert bound.sizes == {"a": 3} and bound.data == {}
    only(spec, None, "B501", "`y` is missing", sizes={"a": 3})
