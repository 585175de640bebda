"""Tables, columns, files and arrays that are missing, unreadable or of another shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.bad.data.wrong import HOMES, SCORES, SEEN, VISITS, Wrong, csv, homes, of_file

PAIR = "plate a\ndata\n  x[a] : real\n  y[a] : real\nm ~ Normal(0, 1)\ny[a] ~ Normal(m * x, 1)\n"
GAME = """\
plate team
plate game within (home: team, away: team)
data
  goals[game] : count
skill[team] ~ HalfNormal(1)
goals[game] ~ Poisson(skill[home] / skill[away])
"""
NEAR = """\
plate area
plate edge within (one: area, two: area)
data
  y[area] : count
phi[area] ~ IntrinsicCAR(edge)
y[area] ~ Poisson(exp(phi))
"""


def without(column: str) -> dict[str, list[Any]]:
    return homes(**{column: []})


def folder() -> str:
    Path("tables.csv").mkdir()
    Path("tables.csv", "inside.csv").touch()
    return "tables.csv"


def parquet() -> str:
    pd.DataFrame({"x": [1.5, 2.5], "y": ["1", "two"]}).to_parquet("t.parquet")
    return "t.parquet"


CASES = {
    # --- what is missing
    "no_data": Wrong(SEEN, None, "B501", "`seen` is missing from the data", "no data is given"),
    "column_missing": of_file(
        HOMES,
        csv(without("rooms")),
        "B501",
        "`rooms` is missing from t.csv",
        "add a column `rooms`",
        ("t.csv", None, None, 1, None),
    ),
    "column_misspelt": of_file(
        HOMES,
        csv({**without("radon"), "Radon ": [1, 2, 3]}),
        "B501",
        "`radon` is missing from t.csv",
        "did you mean `Radon`?",
        ("t.csv", None, None, 1, None),
    ),
    "entry_misspelt": Wrong(
        PAIR,
        {"y": [1.5], "xx": [1.5]},
        "B501",
        "`x` is missing from the data",
        "did you mean `xx`?",
    ),
    "parent_column_missing": Wrong(
        HOMES,
        lambda: pd.DataFrame(without("county")),
        "B501",
        "the column `county`, which names the county of each home, is missing",
        "add a column `county`",
        ("the table", None, None, None, None),
    ),
    "role_missing": Wrong(
        GAME,
        {"goals": [1, 2], "home": ["a", "b"]},
        "B501",
        "the column `away`, which names the team of each game, is missing",
        "there are: goals, home",
    ),
    "key_of_a_long_table_missing": Wrong(
        SEEN,
        {"seen": {"bird": ["owl", "jay"], "seen": [1, 2]}},
        "B501",
        "no column `site` is there",
        "which site each row belongs to",
        ("table seen", None, None, None, None),
    ),
    "order_missing": of_file(
        VISITS,
        "patient,x,date\na,1,2\n",
        "B501",
        "`day`, by which `visit` is ordered, is missing",
        "add a column `day`",
        ("t.csv", None, None, 1, None),
    ),
    "table_of_no_plate": Wrong(
        SEEN, {"counts": {"seen": [1]}}, "B501", "`seen` is missing", "`counts` is given, but"
    ),
    "table_misspelt": Wrong(
        HOMES, {"hom": homes()}, "W501", "table `hom` is not used", "did you mean `home`?"
    ),
    "table_of_two_plates": Wrong(
        "plate a\nplate b\ndata\n  x[a] : real\n  y[b] : real\nm ~ Normal(0, 1)\n"
        "x[a] ~ Normal(m, 1)\ny[b] ~ Normal(m, 1)\n",
        [{"x": [1.5], "y": [1.5]}],
        "B501",
        "could be elements of a or b",
        "say which: `{'a': …}`",
    ),
    "two_tables_of_one_plate": Wrong(
        PAIR, [{"x": [1.5]}, {"y": [1.5]}], "B506", "are both tables of the plate `a`", "join them"
    ),
    "entry_unused": Wrong(
        PAIR,
        {"x": [1], "y": [1], "z": [1]},
        "W501",
        "entry `z` is not used",
        "nothing has this name",
    ),
    "table_unused": Wrong(
        PAIR, [{"x": [1], "y": [1]}, {"z": [1]}], "W501", "table 2 is not used", "there are: z"
    ),
    "size_unknown": Wrong(
        "plate a\nplate b\ndata\n  y[b] : real\nm[a] ~ Normal(0, 1)\ny[b] ~ Normal(sum(m), 1)\n",
        {"y": [1.5]},
        "B507",
        "nothing tells how many elements the plate `a` has",
        "`plate a = n`",
    ),
    "a_graph_in_two_parts": Wrong(
        NEAR,
        {"area": {"area": ["a", "b", "c"], "y": [1, 2, 3]}, "edge": {"one": ["a"], "two": ["b"]}},
        "B517",
        "1 element of `area` cannot be reached from the others along `edge`",
        "apart: `c`; add edges that join the 2 parts",
    ),
    # --- files
    "file_missing": Wrong(
        PAIR,
        "tabel.csv",
        "B511",
        "no such file",
        "did you mean `table.csv`?",
        None,
        {"table.csv": ""},
    ),
    "folder_for_a_file": Wrong(PAIR, folder, "B511", "is a folder", "there are inside.csv"),
    "not_a_table": of_file(PAIR, "", "B511", "`t.csv` is empty", "must name the columns"),
    "header_only": of_file(PAIR, "x,y\n", "B506", "the plate `a` has no elements", "but no rows"),
    "row_too_short": of_file(
        PAIR,
        "x,y\n1,2\n3\n",
        "B511",
        "line 3 of t.csv has 1 cell, the header has 2",
        "write empty cells",
        ("t.csv", None, None, 3, "3"),
    ),
    "row_too_long": of_file(
        PAIR,
        "x,y\n1,2\nred,green,blue\n",
        "B511",
        "line 3 of t.csv has 3 cells, the header has 2",
        "quote cells that hold the separator",
        ("t.csv", None, None, 3, "red,green,blue"),
    ),
    "decimal_comma_as_separator": of_file(
        PAIR,
        "x,y\n1,5,2\n",
        "B511",
        "line 2 of t.csv has 3 cells, the header has 2",
        "write decimals with a point",
        ("t.csv", None, None, 2, "1,5,2"),
    ),
    "wrong_separator": of_file(
        PAIR,
        "x|y\n1|2\n",
        "B501",
        "`x` is missing from t.csv",
        "commas, semicolons or tabs",
        ("t.csv", None, None, 1, None),
    ),
    "semicolons_below_commas": of_file(
        PAIR,
        "x,y\n1;2\n",
        "B511",
        "line 2 of t.csv has 1 cell",
        "`;` separates the cells here, `,` those of the header",
        ("t.csv", None, None, 2, "1;2"),
    ),
    "utf_16": of_file(PAIR, "x,y\n1,2\n".encode("utf-16"), "B511", "but UTF-16", "as UTF-8"),
    "latin_1": of_file(
        PAIR,
        "x,y,who\n1,2,Zoe\n1,2,Zoë\n".encode("latin-1"),
        "B511",
        "it is not UTF-8 text",
        "byte 0xeb",
        ("t.csv", None, None, 3, "1,2,Zoë"),
    ),
    "column_twice": of_file(PAIR, "x,y,x\n1,2,3\n", "B511", "column `x` stands twice", "rename"),
    "no_parquet": Wrong(
        PAIR, "t.parquet", "B511", "`t.parquet` cannot be read", "CSV", None, {"t.parquet": "x,y\n"}
    ),
    "workbook": Wrong(
        PAIR, lambda: Path("t.xlsx"), "B511", "not a format", "give a .csv", None, {"t.xlsx": b"PK"}
    ),
    "columns_of_two_lengths": Wrong(
        PAIR,
        [{"x": [1, 2], "y": [1]}],
        "B511",
        "different lengths: `x` 2, `y` 1",
        "a table has one value",
    ),
    # --- arrays
    "array_of_another_length": Wrong(
        PAIR, {"x": [1, 2], "y": [1, 2, 3]}, "B506", "2 elements", "arrays over one plate have one"
    ),
    "array_of_another_rank": Wrong(
        PAIR, {"x": [[1, 2]], "y": [1, 2]}, "B506", "entry `x` has 2 axes", "an array over [a]"
    ),
    "array_for_a_number": Wrong(
        PAIR.replace("x[a] :", "x :"), {"x": [1], "y": [1]}, "B506", "has 1 axis", "a single number"
    ),
    "axes_in_another_order": Wrong(
        SEEN,
        {"seen": np.ones((3, 2)), "site": ["a", "b", "c"]},
        "B506",
        "the plate `bird` has 2 elements (declared in the spec), but 3 in entry `seen`",
        "axes stand in the declared order",
    ),
    "labelled_array": Wrong(
        SEEN,
        lambda: {"seen": pd.DataFrame([[1, 2], [3, -4]], ["owl", "jay"], ["marsh", "wood"])},
        "B503",
        "`-4` is not 0 or above",
        "must be 0 or above",
        ("array seen", "seen", None, None, -4),
    ),
    "parquet": Wrong(
        PAIR,
        parquet,
        "B502",
        "`two` is not a number",
        "give them a plate",
        ("t.parquet", "y", 2, None, "two"),
    ),
    "ragged_lists": Wrong(
        SEEN, {"seen": [[1, 2], [3]]}, "B506", "its lists have different lengths", "a full array"
    ),
    "element_of_an_array": Wrong(
        SEEN,
        {"seen": [[1, 2], [3, -4]], "site": ["marsh", "wood"]},
        "B503",
        "`-4` is not 0 or above",
        "must be 0 or above",
        (None, "seen", None, None, -4),
    ),
    "size_and_data_disagree": Wrong(
        SCORES,
        {"score": [1.5], "share": [0.5], "age": [9]},
        "B506",
        "5 elements (from `sizes`), but 1 in entry `score`",
        "arrays over one plate",
        more={"sizes": {"pupil": 5}},
    ),
    "size_that_is_no_number": Wrong(
        PAIR, {"x": [1], "y": [1]}, "B506", "`many`", "{'a': n}", more={"sizes": {"a": "many"}}
    ),
    "size_of_a_misspelt_plate": Wrong(
        "plate dose\nx[dose] ~ Normal(0, 1)\n",
        None,
        "W501",
        "`sizes` names `dos`, which is no plate",
        "did you mean `dose`?",
        more={"sizes": {"dos": 3}},
    ),
    "size_of_no_plate": Wrong(
        PAIR,
        {"x": [1], "y": [1]},
        "W501",
        "`sizes` names `b`",
        "no plate",
        more={"sizes": {"b": 1}},
    ),
}
