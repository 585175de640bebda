"""Files and objects of many forms that cannot be read, or hold wrong values; dates."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.bad.data.wrong import HOMES, SCORES, VISITS, Wrong, csv, homes, of_file

DAYS = """\
plate day ordered
data
  y[day] : real
m ~ Normal(0, 1)
y[day] ~ Normal(m, 1)
"""
SALES = """\
plate day ordered
plate sale within day
data
  price[sale] : positive
m[day] ~ Normal(0, 1)
price[sale] ~ LogNormal(m, 1)
"""
SURGEONS = """\
plate surgeon
plate clinic within surgeon
data
  cases[clinic] : count
rate[surgeon] ~ HalfNormal(10)
cases[clinic] ~ Poisson(rate)
"""
GRID = """\
plate row = [p, q]
plate column
data
  x[row, column] : real
m ~ Normal(0, 1)
x[row, column] ~ Normal(m, 1)
"""
DOSE = """\
plate county = 5
plate home within county
data
  radon[home] : positive
m[county] ~ Normal(0, 1)
radon[home] ~ LogNormal(m, 1)
"""


def of_text(
    spec: str, file: str, text: str | bytes, code: str, message: str, remedy: str, place: Any = None
) -> Wrong:
    """A case of one file of any name."""
    return Wrong(spec, file, code, message, remedy, place, {file: text})


def frame(write: Callable[[pd.DataFrame, str], object], path: str, **changed: list[Any]) -> str:
    write(pd.DataFrame(homes(**changed)), path)
    return path


def rows(**changed: list[Any]) -> str:
    table = homes(**changed)
    return json.dumps(
        [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    )


def archive() -> str:
    np.savez("t.npz", y=np.array(["a", None], object))
    return "t.npz"


def dataset(path: str, **changed: Any) -> str:
    import xarray as xr

    coords = {"row": ["p", "q"], "column": [1, 2], **changed}
    array = xr.DataArray([[1.5, 2.5], [3.5, 4.5]], coords, ("row", "column"), name="x")
    array.to_dataset().to_netcdf(path, engine="h5netcdf")
    return path


def masked() -> Any:
    import xarray as xr

    table = {"row": ["p", "q"], "column": ["u", "v"]}
    return xr.DataArray([[1.5, 2.5], [np.nan, 4.5]], table, ("row", "column"), name="x")


def axes() -> Any:
    import xarray as xr

    return xr.Dataset({"x": (("row", "col"), np.ones((2, 2)))})


def first_of(kind: str, **changed: list[Any]) -> Any:
    """The homes as a frame of polars or Arrow."""
    if kind == "polars":
        import polars as pl

        return pl.DataFrame(homes(**changed))
    import pyarrow as pa

    return pa.table(homes(**changed))


CASES = {
    # --- JSON
    "json_row": of_text(
        HOMES,
        "t.json",
        rows(radon=[1.5, -2.5, 3.5]),
        "B503",
        "`-2.5` is not above 0",
        "declare `radon[home] : real`",
        ("t.json", "radon", 2, None, -2.5),
    ),
    "json_line": of_text(
        SCORES,
        "t.jsonl",
        '{"score": 5, "share": 0.5, "age": 9}\n{"score": "five", "share": 1, "age": 9}\n',
        "B502",
        "`five` is not a number",
        "correct the data",
        ("t.jsonl", "score", 2, 2, "five"),
    ),
    "json_array": Wrong(
        GRID,
        "t.json",
        "B502",
        "`oops` is not a number",
        "x[row = q, column = 1] = oops",
        (None, "x", None, None, "oops"),
        {"t.json": '{"x": [[1, 2], [3, "oops"]]}'},
    ),
    "json_ragged": of_text(
        GRID,
        "t.json",
        '{"x": [[1, 2], [3]]}',
        "B506",
        "entry `x` of t.json: its lists have different lengths",
        "give a full array",
    ),
    "json_broken": of_text(
        DAYS,
        "t.json",
        '{"y": [1.5,\n 2.5,]}',
        "B511",
        "line 2 of t.json is no JSON",
        "none at the end",
        ("t.json", None, None, 2, None),
    ),
    "json_name_twice": of_text(
        DAYS, "t.json", '{"y": [1], "y": [2]}', "B511", "`y` stands twice", "remove one of them"
    ),
    "json_of_lines": of_text(
        DAYS,
        "t.json",
        '{"y": 1}\n{"y": 2}\n',
        "B511",
        "line 2 of t.json is no JSON",
        "is named .jsonl",
        ("t.json", None, None, 2, None),
    ),
    "json_row_is_none": of_text(
        DAYS,
        "t.json",
        '[{"y": 1}, 2]',
        "B511",
        "row 2 of t.json is no row",
        "from column to cell",
        ("t.json", None, 2, None, None),
    ),
    "json_size": of_text(
        GRID,
        "t.json",
        '{"x": [[1, 2], [3, 4]], "column": 3}',
        "B506",
        "the plate `column` has 3 elements (from the number in entry `column` of t.json), but 2",
        "arrays over one plate have one length",
    ),
    # --- compressed, NumPy, Arrow, NetCDF
    "gz_is_none": of_text(
        DAYS,
        "t.csv.gz",
        b"day,y\n",
        "B511",
        "`t.csv.gz` cannot be read",
        "it is not compressed by gzip",
    ),
    "npz_objects": Wrong(
        DAYS, archive, "B511", "it holds Python objects", "`np.array(labels, dtype=str)`"
    ),
    "npz_is_none": of_text(
        DAYS,
        "t.npz",
        b"PK\x03\x04 no",
        "B511",
        "`t.npz` cannot be read",
        "is it a file of NumPy's?",
    ),
    "feather": Wrong(
        HOMES,
        lambda: frame(pd.DataFrame.to_feather, "t.feather", floor=[0, 2, 1]),
        "B503",
        "`2` is not binary",
        "declare `floor[home] : count`",
        ("t.feather", "floor", 2, None, 2),
    ),
    "feather_is_none": of_text(
        DAYS, "t.feather", b"day,y\n", "B511", "`t.feather` cannot be read", "CSV is named .csv"
    ),
    "netcdf_is_none": of_text(
        DAYS, "t.nc", b"day,y\n", "B511", "it is no NetCDF file", "give a .csv"
    ),
    "netcdf_label": Wrong(
        GRID,
        lambda: dataset("t.nc", row=["p", "r"]),
        "B505",
        "`r` is no row",
        "labels p, q",
        ("array x", "row", None, None, "r"),
    ),
    "netcdf_label_twice": Wrong(
        GRID,
        lambda: dataset("t.nc", column=[7, 7]),
        "B512",
        "`7` stands twice along `column`",
        "here it stands first",
        (None, "column", 2, None, 7),
    ),
    # --- objects
    "xarray_missing": Wrong(
        GRID,
        masked,
        "B504",
        "a cell of `x` is missing",
        "fill the cell",
        ("array x", "x", None, None, None),
    ),
    "xarray_axes": Wrong(
        GRID, axes, "B506", "entry `x` has the axes [row, col], not [row, column]", "declared here"
    ),
    "polars_cell": Wrong(
        HOMES,
        lambda: first_of("polars", radon=[1.5, 0.0, 2.5]),
        "B503",
        "`0` is not above 0",
        "declare `radon[home] : nonnegative`",
        ("the table", "radon", 2, None, 0),
    ),
    "arrow_missing": Wrong(
        HOMES,
        lambda: first_of("arrow", county=["Cook", None, "Aitkin"]),
        "B504",
        "a cell of `county` is missing",
        "leave the row out",
        ("the table", "county", 2, None, None),
    ),
    # --- dates
    "no_such_day": of_file(
        SALES,
        "day,price\n2024-02-29,1\n2024-02-30,2\n2024-03-01,3\n",
        "B502",
        "`2024-02-30` is no ISO date",
        "February 2024 has 29 days",
        ("t.csv", "day", 2, 3, "2024-02-30"),
    ),
    "dates_of_two_forms": of_file(
        DAYS,
        "day,y\n2024-01-31,1\n01/02/2024,2\n",
        "B502",
        "`01/02/2024` is no ISO date",
        "`2024-02-01` or `2024-01-02`, whichever is meant",
        ("t.csv", "day", 2, 3, "01/02/2024"),
    ),
    "dates_day_first": of_file(
        SALES,
        "day,price\n31.01.2024,1\n13.02.2024,2\n",
        "B502",
        "2 labels of `day` are no ISO dates",
        "year-month-day: `2024-01-31`",
        ("t.csv", "day", 1, 2, "31.01.2024"),
    ),
    "some_times_in_a_zone": of_file(
        DAYS,
        "day,y\n2024-01-31T10:00Z,1\n2024-01-31T11:00,2\n2024-01-31T12:00Z,2\n",
        "B502",
        "`2024-01-31T11:00` has no time zone, others have one",
        "`Z` is UTC",
        ("t.csv", "day", 2, 3, "2024-01-31T11:00"),
    ),
    "ordered_by_a_date_that_is_none": of_file(
        VISITS,
        "patient,day,x\na,2024-04-30,1\na,2024-04-31,2\n",
        "B502",
        "`2024-04-31` is no number and no ISO date",
        "April has 30 days",
        ("t.csv", "day", 2, 3, "2024-04-31"),
    ),
    "one_day_twice": of_file(
        DAYS,
        "day,y\n2024-01-31,1\n2024-01-31T00:00,2\n",
        "B512",
        "`2024-01-31T00:00` stands twice",
        "here it stands first",
        ("t.csv", "day", 2, 3, "2024-01-31T00:00"),
    ),
    # --- labels
    "two_spellings": of_file(
        SURGEONS,
        "surgeon,cases\nRené,1\nRene\u0301,2\n",
        "W504",
        "is spelt in two ways",
        "U+0301",
        ("t.csv", "surgeon", 2, 3, "Rene\u0301"),
    ),
    "two_spellings_in_the_table_of_the_plate": of_file(
        DAYS.replace("day", "name").replace(" ordered", ""),
        "name,y\nRené,1\nRene\u0301,2\n",
        "B512",
        "stands twice among the labels",
        "here it stands first",
        ("t.csv", "name", 2, 3, "Rene\u0301"),
    ),
    "counted_from_one_in_a_file": of_file(
        DOSE,
        csv({"county": [1, 2, 3, 4, 5], "radon": [1, 2, 3, 4, 5]}),
        "B505",
        "`5` is no county",
        "1 | plate county = 5\n  | ---------------- labels 0 to 4",
        ("t.csv", "county", 5, 6, "5"),
    ),
}
