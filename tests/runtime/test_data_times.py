"""Binding data: dates as labels and as an order, and labels that look alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bayescript.runtime.binding.data import bind
from bayescript.runtime.formats import time as times
from tests.runtime.data_models import datum, model, only, plate, violations

Y = datum("y[day] : real")
DAYS = model(plate("day", ordered=True), Y)
SALES = model(plate("day", ordered=True), plate("sale", "day"), datum("y[sale] : real"))
THREE = ["2024-02-01", "2023-12-31", "2024-01-15"]
SORTED = np.array(["2023-12-31", "2024-01-15", "2024-02-01"], "datetime64[D]")


def polars_dates() -> Any:
    pl = pytest.importorskip("polars", reason="polars is not installed")
    return pl.Series(THREE).str.to_date()


def arrow_dates() -> Any:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    return pa.array([date.fromisoformat(day) for day in THREE])


@pytest.mark.parametrize(
    "column",
    [
        THREE,
        [f"{day} 00:00:00" for day in THREE],
        [f"{day}T00:00Z" for day in THREE],
        [date.fromisoformat(day) for day in THREE],
        [datetime.fromisoformat(day) for day in THREE],
        np.array(THREE, "datetime64[D]"),
        np.array(THREE, "datetime64[ns]"),
        pd.to_datetime(THREE),
        pd.Series(pd.to_datetime(THREE)).dt.tz_localize("UTC"),
        pd.Series(pd.to_datetime(THREE)).dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"),
        [pd.Timestamp(day, tz="UTC") for day in THREE],
        polars_dates,
        arrow_dates,
    ],
)
def test_dates_of_every_library(column: Any) -> None:
    column = column() if callable(column) else column
    for spec, name in (DAYS, "day"), (SALES, "sale"):
        bound = bind(spec, {name: {"day": column, "y": [3.0, 1.0, 2.0]}})
        assert bound.coords["day"].dtype.kind == "M"
        assert np.array_equal(bound.coords["day"], SORTED)
        if name == "day":
            assert bound.data["y"].tolist() == [1, 2, 3]
        else:
            assert bound.indices["sale", "day"].tolist() == [2, 0, 1]


def test_dates_in_two_tables_are_the_same_labels() -> None:
    prices = pd.DataFrame({"day": pd.to_datetime(THREE), "y": [3.0, 1.0, 2.0]})
    spec = model(*SALES.plates, *SALES.data, datum("x[day] : real"))
    days = {"day": sorted(THREE), "x": [1.0, 2.0, 3.0]}
    assert bind(spec, {"sale": prices, "day": days}).indices["sale", "day"].tolist() == [2, 0, 1]
    late = {**days, "day": ["2023-12-31", "2024-01-15", "2024-02-02"]}
    found = only(spec, {"sale": prices, "day": late}, "B505", "column `day`, row 1")
    assert "has: 2023-12-31, 2024-01-15, 2024-02-02" in found.help
    wrong = {"day": ["2024-01-15", "2024-02-30"], "y": [1.0, 2.0]}
    only(
        spec, {"sale": wrong, "day": days}, "B505", "February 2024 has 29 days", "correct the date"
    )


def test_the_dates_of_an_unordered_plate_keep_their_rows() -> None:
    spec = model(plate("day"), Y)
    bound = bind(spec, {"day": {"day": THREE, "y": [3, 1, 2]}})
    assert bound.data["y"].tolist() == [3, 1, 2]
    assert bound.coords["day"].astype(str).tolist() == THREE


def test_dates_within_groups() -> None:
    spec = model(plate("shop"), plate("day", "shop", ordered=True), Y)
    days = [f"{day}T{hour:02}:30" for hour, day in enumerate(THREE)]
    bound = bind(spec, {"day": {"day": days, "shop": ["b", "a", "b"], "y": [3, 1, 2]}})
    assert bound.data["y"].tolist() == [1, 2, 3]
    assert bound.indices["day", "shop"].tolist() == [0, 1, 1]
    assert bound.coords["day"].dtype == "datetime64[s]"


@pytest.mark.parametrize(
    "column", [THREE, ["2024-02", "2023-12", "2024-01"], pd.to_datetime(THREE), ["5", "1", "2.5"]]
)
def test_an_order_by_dates(column: Any) -> None:
    spec = model(plate("visit", ordered=True, ordered_by="time"), datum("y[visit] : real"))
    assert bind(spec, {"time": column, "y": [3, 1, 2]}).data["y"].tolist() == [1, 2, 3]
    only(spec, {"time": [*column[:1], "today"], "y": [3, 1]}, "B502", "`today` is no number and no")


def test_text_that_is_no_date_stays_text() -> None:
    spec = model(plate("day"), Y)
    for labels in ["2024-01-01", "baseline"], ["2024-01", "2024-02"], ["1/2/2024", "2/2/2024"]:
        assert bind(spec, {"day": {"day": labels, "y": [1, 2]}}).coords["day"].tolist() == labels
    # More than datetime64 holds would be lost.
    labels = ["2024-01-01T00:00:00.0000001", "2024-01-01T00:00:00.0000002"]
    assert bind(spec, {"day": {"day": labels, "y": [1, 2]}}).coords["day"].tolist() == labels


def test_times_in_zones_are_taken_to_utc() -> None:
    labels = ["2024-01-01T01:00+01:00", "2024-01-01T00:30Z", "2024-01-01T00:00-0100"]
    bound = bind(model(plate("day"), Y), {"day": {"day": labels, "y": [1, 2, 3]}})
    assert [str(one)[11:16] for one in bound.coords["day"]] == ["00:00", "00:30", "01:00"]
    east = timezone(timedelta(hours=9))
    aware = [datetime(2024, 1, 1, 9, tzinfo=east), datetime(2024, 1, 1, 1, tzinfo=UTC)]
    bound = bind(model(plate("day"), Y), {"day": {"day": aware, "y": [1, 2]}})
    assert [str(one)[11:16] for one in bound.coords["day"]] == ["00:00", "01:00"]


def test_one_time_twice() -> None:
    twice = ["2024-01-01T01:00+01:00", "2024-01-01T00:00Z"]
    only(DAYS, {"day": {"day": twice, "y": [1, 2]}}, "B512", "stands twice among the labels")
    only(DAYS, {"day": {"day": ["3", "3.0"], "y": [1, 2]}}, "B512", "`3.0` stands twice")


@pytest.mark.parametrize(
    ("text", "why", "remedy"),
    [
        ("2023-02-29", "February 2023 has 28 days", "correct the date"),
        ("2024-04-31", "April has 30 days", "correct the date"),
        ("2024-13-01", "there is no month 13", "correct the date"),
        ("2024-01-01T25:00", "there is no such time", "correct the date"),
        ("2024/1/5", "is no ISO date", "`2024-01-05`"),
        ("2024-1-5", "is no ISO date", "`2024-01-05`"),
        ("31.12.2024", "is no ISO date", "`2024-12-31`"),
        ("03/04/2024", "is no ISO date", "`2024-04-03` or `2024-03-04`, whichever is meant"),
        ("5 Jan 2024", "is no ISO date", "`2024-01-31`"),
        ("Jan 5, 2024", "is no ISO date", "`2024-01-31`"),
        ("99.99.2024", "is no ISO date", "`2024-01-31`"),
        ("baseline", "", "`2024-01-31`"),
        ("2024-01-05", "", "`2024-01-05`"),
    ],
)
def test_why_a_date_is_none(text: str, why: str, remedy: str) -> None:
    assert times.why_not(text) == why
    assert times.remedy([text]).endswith(remedy)


def test_moments_are_those_of_the_library() -> None:
    for text in ("1969-12-31T23:59:59.5", "0001-01-01", "9999-12-31 23:59:59.999999", "1970-01-01"):
        expected = np.datetime64(text, "us").astype(int)
        assert times.moment(text) == expected
        assert times.moments_of([text]) == [expected]
    assert times.moments_of(["2024-01-01", "2024-01-01T10:00Z"]) is not None
    assert times.moments_of(["2024-01-01", 5]) is None
    assert times.moments_of(["2024-01-01", "1234-56789"]) is None


def test_spellings_of_one_label() -> None:
    spec = model(plate("g"), plate("a", "g"), datum("y[a] : real"), datum("u[g] : real"))
    groups = {"g": ["Rene\u0301", "Ida"], "u": [1.0, 2.0]}
    data = {"g": groups, "a": {"g": ["Ida", "Ren\u00e9"], "y": [1.0, 2.0]}}
    bound = bind(spec, data)
    assert bound.coords["g"].tolist() == ["Ren\u00e9", "Ida"] and bound.warnings == ()
    assert bound.indices["a", "g"].tolist() == [1, 0]
    declared = model(plate("g", labels=("Rene\u0301", "Ida")), *spec.plates[1:], *spec.data)
    assert bind(declared, data).coords["g"].tolist() == ["Ren\u00e9", "Ida"]
    below = {"u": [1.0, 2.0], "g": ["Ida", "Ren\u00e9", "Rene\u0301"], "y": [1, 2, 3]}
    (warning,) = bind(spec, below).warnings
    assert warning.code == "W504" and "is spelt in two ways" in warning.message
    found = violations(spec, {**data, "g": {"g": ["Ren\u00e9", "Rene\u0301"], "u": [1, 2]}})
    assert "B512" in [one.code for one in found]
