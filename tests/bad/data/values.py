"""Values that do not fit their declaration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.bad.data.wrong import HOMES, SCORES, Wrong, csv, homes, of_file

PUPILS = {"score": [50, 60, 70], "share": [0.1, 0.2, 0.3], "age": [9, 10, 11]}


def home(column: str, cells: list[Any], code: str, message: str, remedy: str) -> Wrong:
    """The table of homes in a file; the second home is wrong."""
    place = "t.csv", column, 2, 3, str(cells[1])
    return of_file(HOMES, csv(homes(**{column: cells})), code, message, remedy, place)


def pupil(column: str, cells: list[Any], code: str, message: str, remedy: str) -> Wrong:
    """Arrays of pupils; the last one is wrong."""
    place = None, column, 3, None, cells[-1]
    return Wrong(SCORES, {**PUPILS, column: cells}, code, message, remedy, place)


def frame(**changed: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(homes(**changed))


CASES = {
    "text_for_a_number": home(
        "radon", [1.5, "high", 3.5], "B502", "`high` is not a number", "give them a plate"
    ),
    "decimal_comma": of_file(
        HOMES,
        csv(homes(radon=["1,5", "2,5", "3.5"]), ";"),
        "B502",
        "2 cells of `radon` are not numbers",
        "with a point: `1.5`",
        ("t.csv", "radon", 1, 2, "1,5"),
    ),
    "thousands": pupil(
        "age", [9, 10, "1,500"], "B502", "`1,500` is not a number", "`1500`, or `1.500`"
    ),
    "with_a_unit": home(
        "radon", [1.5, "2.5 pCi/L", 3.5], "B502", "`2.5 pCi/L`", "`2.5`, without `pCi/L`"
    ),
    "per_cent_sign": pupil("share", [0.1, 0.2, "30%"], "B502", "`30%`", "`30`, without `%`"),
    "currency": pupil("age", [9, 10, "€ 11"], "B502", "`€ 11`", "`11`, without `€`"),
    "word_for_nothing": home(
        "radon", [1.5, "n.a.", 3.5], "B502", "`n.a.` is not a number", "leave the row out"
    ),
    "error_of_a_spreadsheet": home("radon", [1.5, "#DIV/0!", 3.5], "B502", "#DIV/0!", "export"),
    "text_for_binary": home("floor", [0, "maybe", 1], "B502", "is not binary", "yes and no"),
    "fraction_for_a_count": home(
        "rooms", [3, 1.5, 5], "B502", "`1.5` is not a whole number", "`rooms[home] : real`"
    ),
    "infinite_count": home(
        "rooms", [3, "inf", 5], "B502", "not a whole number", "correct the data"
    ),
    "dates_for_numbers": Wrong(
        SCORES,
        {**PUPILS, "age": np.array(["2001-01-01", "2002-01-01", "2003-01-01"], "datetime64[D]")},
        "B502",
        "3 cells of `age` are not numbers",
        "count the time from a date on",
        (None, "age", 1, None, "2001-01-01"),
    ),
    "complex_numbers": Wrong(
        SCORES,
        {**PUPILS, "age": np.array([1, 2, 3]) * 1j},
        "B502",
        "3 cells of `age` are not numbers",
        "correct the data",
        (None, "age", 1, None, "1j"),
    ),
    "two_in_binary": home("floor", [0, 2, 1], "B503", "`2` is not binary", "must be 0 or 1"),
    "one_and_two_for_binary": home(
        "floor", [1, 2, 1], "B503", "`2` is not binary", "recode 1 and 2 as 0 and 1"
    ),
    "negative_in_positive": home(
        "radon", [1.5, -2.5, 3.5], "B503", "`-2.5` is not above 0", "`radon[home] : real`"
    ),
    "zero_in_positive": home("radon", [1.5, 0, 3.5], "B503", "`0` is not above 0", "nonnegative"),
    "negative_count": home("rooms", [3, -4, 5], "B503", "`-4` is not 0 or above", ": int`"),
    "code_for_nothing": home("radon", [1.5, -999, 3.5], "B503", "`-999`", "leave the row out"),
    "share_above_one": pupil(
        "share", [0.1, 0.2, 1.2], "B503", "`1.2` is not from 0", "`share[pupil] : real`"
    ),
    "per_cent": pupil("share", [0.1, 0.2, 30], "B503", "`30` is not from 0", "divide by 100"),
    "out_of_bounds": pupil("score", [0, 100, 101], "B503", "`101` is not from 0 to 100", "widen"),
    "empty_cell": home("radon", [1.5, "", 3.5], "B504", "a cell of `radon` is missing", "is empty"),
    "na": home("rooms", [3, "NA", 5], "B504", "a cell of `rooms` is missing", "a missing value"),
    "nan": Wrong(
        HOMES,
        lambda: frame(radon=[1.5, float("nan"), float("nan")]),
        "B504",
        "2 cells of `radon` are missing",
        "fill the cells or leave the rows out",
        ("the table", "radon", 2, None, None),
    ),
    "none_in_a_list": pupil("age", [9, 10, None], "B504", "a cell of `age` is missing", "fill"),
    "infinite_outcome": Wrong(
        SCORES.replace("real(0, 100)", "real"),
        {**PUPILS, "score": [1.5, 2.5, np.inf]},
        "B510",
        "`inf` cannot come from Normal",
        "Normal gives finite numbers",
        (None, "score", 3, None, "inf"),
    ),
    "zero_in_lognormal": Wrong(
        HOMES.replace("positive", "real"),
        lambda: frame(radon=[1.5, 0.0, 3.5]),
        "B510",
        "`0` cannot come from LogNormal",
        "give `radon` another distribution",
        ("the table", "radon", 2, None, 0),
    ),
    "more_successes_than_trials": Wrong(
        "plate rat\ndata\n  dead[rat] : count\n  n[rat] : count\np ~ Beta(1, 1)\n"
        "dead[rat] ~ Binomial(n, p)\n",
        {"dead": [1, 6, 2], "n": [5, 5, 5]},
        "B510",
        "`6` cannot come from Binomial",
        "a whole number from 0 to 5",
        (None, "dead", 2, None, 6),
    ),
    "more_successes_than_trials_among_zeros": Wrong(
        "plate rat\ndata\n  dead[rat] : count\n  n[rat] : count\np ~ Beta(1, 1)\n"
        "dead[rat] ~ ZeroInflated(Binomial(n, 0.5), p)\n",
        {"dead": [0, 6, 2], "n": [5, 5, 5]},
        "B510",
        "`6` cannot come from ZeroInflated",
        "a whole number from 0 to 5",
        (None, "dead", 2, None, 6),
    ),
    "negative_rain": Wrong(
        "plate day\ndata\n  rain[day] : real\np ~ Beta(1, 1)\nrain[day] ~ Hurdle(Gamma(2, 1), p)\n",
        {"rain": [0.0, 1.5, -0.1]},
        "B510",
        "`-0.1` cannot come from Hurdle",
        "Hurdle gives numbers 0 or above",
        (None, "rain", 3, None, -0.1),
    ),
    "zero_in_a_mixture_of_positive_numbers": Wrong(
        "plate day\ndata\n  wait[day] : real\np ~ Beta(1, 1)\n"
        "wait[day] ~ Mixture(p, [Gamma(2, 1), LogNormal(0, 1)])\n",
        {"wait": [0.5, 0.0, 1.5]},
        "B510",
        "`0` cannot come from Mixture",
        "Mixture gives numbers above 0",
        (None, "wait", 2, None, 0),
    ),
    "levels_and_cut_points": Wrong(
        "plate level = [low, high]\nplate cut\nplate i\ndata\n  y[i] : level\n  c[cut] : real\n"
        "m ~ Normal(0, 1)\ny[i] ~ OrderedLogistic(m, c)\n",
        {"y": ["low", "high"], "c": [1, 2]},
        "B506",
        "`level` has 2 elements, and OrderedLogistic gives 3",
        "declare `plate cut = 1`",
    ),
    "many_of_a_kind": of_file(
        HOMES,
        csv({name: list(column) * 100 for name, column in homes(radon=[1, -1, 0]).items()}),
        "B503",
        "200 cells of `radon` are not above 0",
        "must be above 0",
        ("t.csv", "radon", 2, 3, "-1"),
    ),
}
