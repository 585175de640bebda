"""Binding data: values held against types, bounds and distributions; all violations at once."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest

from bayescript.compiler import ir
from bayescript.grammar.diagnostics import DataError, acts
from bayescript.grammar.source import Source, Span
from bayescript.runtime.binding.data import CODES, bind
from tests.runtime.data_models import (
    COUNTIES,
    HOMES,
    RADON,
    datum,
    dims,
    model,
    only,
    outcome,
    plate,
    violations,
)


def one(declaration: str, **more: Any) -> ir.Model:
    return model(plate("a"), datum(declaration, **more))


# --- types ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "cells", "values"),
    [
        ("real", ["1", " 2.5 ", "1e3"], [1.0, 2.5, 1000.0]),
        ("real", [1, 2, 3], [1.0, 2.0, 3.0]),
        ("real", ["-inf", "inf", "0"], [-np.inf, np.inf, 0.0]),
        ("count", ["0", "3.0", "4"], [0, 3, 4]),
        ("int", [-1.0, 2.0, 3.0], [-1, 2, 3]),
        ("binary", ["0", "1", "1"], [0, 1, 1]),
        ("binary", ["true", "FALSE", "True"], [1, 0, 1]),
        ("binary", ["yes", "no", "Yes"], [1, 0, 1]),
        ("binary", [True, False, True], [1, 0, 1]),
        ("unit", [0, 0.5, 1], [0.0, 0.5, 1.0]),
        ("nonnegative", [0, 0.5, 1], [0.0, 0.5, 1.0]),
    ],
)
def test_cells_that_fit(word: str, cells: list[Any], values: list[float]) -> None:
    found = bind(one(f"y[a] : {word}"), {"y": cells}).data["y"]
    assert found.tolist() == values
    assert found.dtype == (np.float64 if word in ("real", "unit", "nonnegative") else np.int64)


@pytest.mark.parametrize(
    ("word", "cell", "code", "says"),
    [
        ("real", "abc", "B502", "`abc` is not a number"),
        ("real", "yes", "B502", "`yes` is not a number"),
        ("real", [1], "B502", "is not a number"),
        ("count", 2.5, "B502", "`2.5` is not a whole number"),
        ("int", "2.5", "B502", "`2.5` is not a whole number"),
        ("int", "inf", "B502", "`inf` is not a whole number"),
        ("count", -1, "B503", "`-1` is not 0 or above"),
        ("binary", "maybe", "B502", "`maybe` is not binary"),
        ("binary", 2, "B503", "`2` is not binary"),
        ("positive", 0, "B503", "`0` is not above 0"),
        ("nonnegative", -0.5, "B503", "`-0.5` is not 0 or above"),
        ("unit", 1.5, "B503", "`1.5` is not from 0 to 1"),
        ("unit", -0.1, "B503", "`-0.1` is not from 0 to 1"),
        ("real", "", "B504", "is empty"),
        ("real", "NA", "B504", "is missing"),
        ("count", float("nan"), "B504", "is missing"),
        ("binary", "null", "B504", "is missing"),
        ("positive", None, "B504", "is missing"),
    ],
)
def test_cells_that_do_not_fit(word: str, cell: object, code: str, says: str) -> None:
    cells = np.array([1, cell], dtype=object)
    table = {"a": ["u", "v"], "y": cells}
    found = only(one(f"y[a] : {word}"), {"a": table}, code, says)
    assert "--> table `a`, column `y`, row 2\n" in found.render(None)
    assert found.help


@pytest.mark.parametrize(
    ("lower", "upper", "cell", "says"),
    [
        (ir.Literal(0), ir.Literal(10), 11, "from 0 to 10"),
        (ir.Unary("-", ir.Literal(1)), None, -1.5, "-1 or above"),
        (None, ir.Literal(2.5), 3, "2.5 or below"),
    ],
)
def test_declared_bounds(lower: Any, upper: Any, cell: float, says: str) -> None:
    spec = one("y[a] : real", lower=lower, upper=upper)
    only(spec, {"y": [1, cell]}, "B503", "entry `y`, row 2", f"`{cell}`", says)
    assert bind(spec, {"y": [1, 2]}).data["y"].tolist() == [1, 2]


def test_bounds_that_are_data_are_left_to_the_program() -> None:
    spec = model(plate("a"), datum("y[a] : real", upper=ir.Ref("c")), datum("c : real"))
    assert bind(spec, {"y": [5.0], "c": 1}).data["y"].tolist() == [5]


def test_optional_data() -> None:
    found = bind(one("y[a] : real?"), {"y": ["1", "NA", ""]}).data["y"]
    assert np.isnan(found).tolist() == [False, True, True]
    counts = bind(one("y[a] : count?"), {"y": [1, None]}).data["y"]
    assert np.isnan(counts).tolist() == [False, True]
    assert bind(one("y[a] : count?"), {"y": [1, 2]}).data["y"].tolist() == [1, 2]
    help = only(one("y[a] : real"), {"y": [1, None]}, "B504").help
    assert "leave the row out" in help


def test_dates_are_no_numbers() -> None:
    dates = np.array(["2001-01-01", "2001-01-02"], "datetime64[D]")
    only(one("y[a] : real"), {"y": dates}, "B502", "2 cells of `y`", "y[a = 1] = 2001-01-02")


def test_a_cell_of_a_matrix_is_named_by_its_index() -> None:
    spec = model(plate("a"), plate("b"), datum("x[a, b] : positive"))
    words = ["`-4` is not above 0", "entry `x`, [1, 1]", "x[a = 1, b = 1] = -4"]
    found = only(spec, {"x": [[1, 2], [3, -4]]}, "B503", *words)
    cell: Any = found.as_json(None)["cell"]
    assert (cell["column"], cell["row"], cell["index"], cell["value"]) == ("x", None, [1, 1], -4)


# --- all at once ---------------------------------------------------------------------------


def test_all_violations_are_listed() -> None:
    homes = {
        "county": ["Cook", "Aitkin", "Cok", None],
        "floor": [0, 2, "maybe", 1],
        "log_radon": ["x", 0.5, None, 1],
    }
    found = violations(RADON, {"home": homes, "county": {**COUNTIES, "uranium": [1, "?", 3]}})
    assert sorted(d.code for d in found) == [
        *("B502", "B502", "B502", "B503", "B504", "B504", "B505"),
    ]
    assert all(d.excerpt is not None and ", row " in d.excerpt.title and d.help for d in found)


def test_five_of_a_kind_are_shown() -> None:
    (found,) = violations(one("y[a] : positive"), {"y": np.full(133, -1.0)}, "B503")
    assert found.message == "133 cells of `y` are not above 0"
    shown = found.render(None)
    assert shown.count("y[a = ") == 5 and "| … and 128 more\n" in shown
    assert shown.count("must be above 0") == 1


@pytest.mark.parametrize("cell", ["x", "", -1.0, 2.5])
def test_a_million_violations_are_told_at_once(cell: Any) -> None:
    cells = np.full(1_000_000, cell, dtype=object if isinstance(cell, str) else float)
    start = time.perf_counter()
    (found,) = violations(one("y[a] : count"), {"a": {"y": cells}})
    assert time.perf_counter() - start < 3
    assert found.message.startswith("1000000 cells of `y`")
    assert "… and 999995 more" in found.render(None)


def test_a_row_of_many_columns_is_cut_around_the_cell() -> None:
    names = [f"column_{i}" for i in range(20)]
    spec = model(plate("a"), *[datum(f"{name}[a] : real") for name in names])
    table: dict[str, list[object]] = {name: [1.5] for name in names}
    found = only(spec, {"a": table | {"column_9": ["x" * 1000]}}, "B502", "column `column_9`")
    line, under = found.render(None).splitlines()[3:5]
    assert re.findall(r"column_\d+", line) == [f"column_{i}" for i in range(6, 12)]
    assert "| … column_6" in line and line.endswith(", …")
    marked = line[under.index("^") : under.rindex("^") + 1]
    assert marked == "x" * 59 + "…"
    table["column_9"] = [1.5]
    found = only(spec, {"a": table | {"column_0": ["x"]}}, "B502", "| column_0 = x, column_1 = ")
    for name in names:
        table[name] = ["y" * 40]
    for found in violations(spec, {"a": table}, "B502"):
        assert all(len(line) < 200 for line in found.render(None).splitlines())


ODD: list[Any] = [
    *(object(), {}, [1, 2], set(), (), range(3), np.array([1, 2]), np.array(3.0), b"\xff", 1j),
    *(10**400, Decimal("1.5"), Decimal("NaN"), date(2001, 1, 1), "\ud800", "\x00", "x" * 5000),
    *(None, True, float("inf"), np.float32(1.5), "1_000", "0x10", "\u202e", 1, "1", "Cook"),
]


@pytest.mark.parametrize("seed", range(50))
def test_whatever_stands_in_a_cell_gets_a_message_or_fits(seed: int) -> None:
    """No error of a library reaches the caller, and no character of the data the terminal."""
    random = Random(seed)
    spec = model(
        *(plate("c"), plate("h", "c", ordered_by="time", ordered=True)),
        *(datum("u[c] : positive"), datum("x[h] : count"), datum("k[h] : c"), datum("s : real")),
    )
    for _ in range(20):
        size = random.randint(1, 3)
        data: Any = {name: random.choices(ODD, k=size) for name in ("c", "u", "x", "k", "time")}
        form = random.choice([dict, lambda d: {"h": d}, lambda d: [d]])
        try:
            bind(spec, form(data), coords={"c": random.choices(ODD, k=2)} if seed % 3 else None)
        except DataError as error:
            assert not any(map(acts, str(error).replace("\n", ""))), ascii(str(error))
            json.dumps([d.as_json(None) for d in error.diagnostics])


def test_values_do_not_act_on_a_terminal() -> None:
    table = {"a": ["\x1b[31mred\x07"], "y": ["\x1b]0;title\x07\u202e\n"]}
    (found,) = violations(one("y[a] : real"), {"a": table}, "B502")
    for text in (found.render(None), found.message):
        assert not any(map(acts, text.replace("\n", "")))
    assert "\N{REPLACEMENT CHARACTER}]0;title" in found.message and "\n" not in found.message


def test_a_violation_points_at_the_declaration() -> None:
    text = "plate a\ndata\n  y[a] : count\n"
    spec = one("y[a] : count", span=Span(15, 27))
    with pytest.raises(DataError) as caught:
        bind(spec, {"y": [2.5]}, source=Source(text, "m.bayes"))
    shown = str(caught.value)
    assert "--> m.bayes:3:3" in shown and "------------ declared here" in shown


def test_the_codes_are_told() -> None:
    known = [*(f"B5{i:02}" for i in range(1, 14)), "B515", "B517"]
    assert sorted(code for code in CODES if code.startswith("B")) == known
    assert {"W501", "W502"} <= set(CODES)


# --- what is missing, what is too much -------------------------------------------------------


def test_missing_column() -> None:
    homes = {"county": HOMES["county"], "flor": HOMES["floor"], "log_radon": HOMES["log_radon"]}
    data = {"home": homes, "county": COUNTIES}
    words = ["`floor` is missing from table `home`", "did you mean `flor`?", "county, flor, log"]
    only(RADON, data, "B501", *words)


def test_missing_entry() -> None:
    spec = model(plate("a"), datum("y[a] : real"), datum("x[a] : real"))
    only(spec, {"y": [1.0], "X": [2.0]}, "B501", "`x` is missing from the data", "mean `X`?")


def test_unused_entries_and_tables() -> None:
    spec = model(plate("a"), datum("y[a] : real"), datum("sigma : real", default=1))
    data = {"y": [1.0], "sigm": 2.0, "b": {"y": [2.0]}}
    first, second = bind(spec, data).warnings
    assert {first.code, second.code} == {"W501"}
    assert "table `b` is not used" in first.message
    assert "entry `sigm` is not used" in second.message
    assert second.help == "did you mean `sigma`?"
    (third,) = bind(spec, {"y": [1.0]}, sizes={"aa": 3}).warnings
    assert third.code == "W501" and "`sizes` names `aa`" in third.message


def test_unused_columns_are_silent() -> None:
    assert bind(one("y[a] : real"), {"a": {"y": [1.0], "note": ["x"]}}).warnings == ()


# --- outcomes ------------------------------------------------------------------------------

A = dims("a")


@pytest.mark.parametrize(
    ("word", "family", "cell", "says"),
    [
        ("real", "Poisson", -1, "a whole number, 0 or above"),
        ("real", "Poisson", 2.5, "a whole number, 0 or above"),
        ("real", "LogNormal", 0, "above 0"),
        ("real", "Beta", 1.5, "from 0 to 1"),
        ("count", "Bernoulli", 3, "0 or 1"),
        ("real", "Normal", "inf", "finite numbers"),
    ],
)
def test_outcomes_outside_the_support(word: str, family: str, cell: Any, says: str) -> None:
    spec = model(plate("a"), datum(f"y[a] : {word}"), outcome("y", A, family))
    only(spec, {"y": [1 if word == "count" else 0.5, 1, cell][1:]}, "B510", "row 2", family, says)


def test_an_outcome_is_reported_once() -> None:
    spec = model(plate("a"), datum("y[a] : count"), outcome("y", A, "Poisson"))
    only(spec, {"y": [1, -1]}, "B503")


@pytest.mark.parametrize(
    ("trials", "data"),
    [
        (ir.Literal(4), {}),
        (ir.Ref("n", dims=A), {"n": [9, 4, 9]}),
        (ir.Ref("T"), {"T": 4}),
    ],
)
def test_binomial_outcomes(trials: ir.Expr, data: Any) -> None:
    extra = [datum("n[a] : count")] if "n" in data else []
    extra += [datum("T : count")] if "T" in data else []
    statement = outcome("y", A, "Binomial", total_count=trials, probs=ir.Ref("p"))
    spec = model(plate("a"), datum("y[a] : count"), *extra, statement)
    only(spec, {"y": [0, 5, 4], **data}, "B510", "row 2", "`5`", "a whole number from 0 to 4")
    assert bind(spec, {"y": [0, 4, 4], **data}).data["y"].tolist() == [0, 4, 4]


def test_trials_of_the_parent() -> None:
    home, county = dims("home"), dims("county")
    index = ir.ParentIndex("home", "county", "county", dims=home, kind="index")
    trials = ir.Gather(ir.Ref("n", dims=county), county[0], index, dims=home)
    spec = model(
        plate("county"),
        plate("home", "county"),
        datum("n[county] : count"),
        datum("y[home] : count"),
        outcome("y", home, "Binomial", total_count=trials),
    )
    data = {"county": ["b", "a", "b"], "y": [3, 3, 4]}
    words = ["row 2", "y[home = 1] = 3\n", "from 0 to 2\n", "y[home = 2] = 4\n", "from 0 to 3\n"]
    only(spec, {**data, "n": [2, 3]}, "B510", *words)


def test_bounds_of_uniform_and_latent_bounds() -> None:
    fixed = outcome("y", A, "Uniform", low=ir.Literal(0), high=ir.Literal(2))
    spec = model(plate("a"), datum("y[a] : real"), fixed)
    only(spec, {"y": [1, 2.5]}, "B510", "row 2", "from 0 to 2")
    latent = outcome("y", A, "Uniform", low=ir.Literal(0), high=ir.Ref("b"))
    free = model(plate("a"), datum("y[a] : real"), latent)
    assert bind(free, {"y": [1, 2.5]}).data["y"].tolist() == [1, 2.5]


def test_a_simplex_sums_to_one() -> None:
    axes = dims("a", "k")
    spec = model(plate("a"), plate("k"), datum("y[a, k] : unit"), outcome("y", axes, "Dirichlet"))
    only(spec, {"y": [[0.5, 0.5], [0.5, 0.6]]}, "B510", "entry `y`, [1, 0]", "sum is `1.1`")


def test_counts_sum_to_their_total() -> None:
    axes = dims("a", "k")
    counts = outcome("y", axes, "Multinomial", total_count=ir.Literal(4))
    spec = model(plate("a"), plate("k"), datum("y[a, k] : count"), counts)
    words = ["entry `y`, [1, 0]", "the sum is `3`, and total_count is `4`"]
    only(spec, {"y": [[4, 0], [2, 1]]}, "B510", *words)
    assert bind(spec, {"y": [[4, 0], [3, 1]]}).data["y"].tolist() == [[4, 0], [3, 1]]


def test_masked_outcomes_and_missing_cells_are_left_alone() -> None:
    masked = ir.Sample(
        "y", A, ir.Dist("Poisson", 0, ()), ir.Support("count"), True, mask=ir.Ref("m")
    )
    spec = model(plate("a"), datum("y[a] : real"), masked)
    assert bind(spec, {"y": [-1.0]}).data["y"].tolist() == [-1]
    optional = model(plate("a"), datum("y[a] : real?"), outcome("y", A, "Normal"))
    assert np.isnan(bind(optional, {"y": [1.0, None]}).data["y"]).tolist() == [False, True]
