"""Binding data: files, frames, arrays and mappings all give the same."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime import require as require_module
from bayescript.runtime.binding.data import bind
from tests.runtime.data_models import (
    COUNTIES,
    HOMES,
    RADON,
    datum,
    model,
    only,
    plate,
    same,
)

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = bind(RADON, {"home": HOMES, "county": COUNTIES})


def write(path: Path, columns: Any) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    return write(tmp_path / "homes.csv", HOMES)


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    return write(tmp_path / "counties.csv", COUNTIES)


# --- the same from everywhere ----------------------------------------------------------------


def test_csv(homes: Path, counties: Path) -> None:
    assert same(bind(RADON, {"home": homes, "county": str(counties)}), REFERENCE)


def test_csv_without_the_names_of_plates(homes: Path, counties: Path) -> None:
    assert same(bind(RADON, [counties, str(homes)]), REFERENCE)


def test_parquet(tmp_path: Path, counties: Path) -> None:
    path = tmp_path / "homes.parquet"
    pd.DataFrame(HOMES).assign(county=pd.Categorical(HOMES["county"])).to_parquet(path)
    assert same(bind(RADON, {"home": path, "county": counties}), REFERENCE)


def test_pandas() -> None:
    homes = pd.DataFrame(HOMES).astype({"floor": "Int64", "county": "category"})
    indexed = pd.DataFrame(COUNTIES).set_index("county")
    assert same(bind(RADON, {"home": homes, "county": indexed}), REFERENCE)
    assert same(bind(RADON, [homes, pd.DataFrame(COUNTIES)]), REFERENCE)


def test_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    assert same(bind(RADON, {"home": pa.table(dict(HOMES)), "county": COUNTIES}), REFERENCE)


def test_plain_mapping() -> None:
    arrays = {name: np.array(values) for name, values in HOMES.items()}
    assert same(bind(RADON, {**arrays, "uranium": (0.1, 0.2, 0.3)}), REFERENCE)
    series = {name: pd.Series(values) for name, values in HOMES.items()}
    assert same(bind(RADON, {**series, "uranium": [0.1, 0.2, 0.3]}), REFERENCE)


def test_one_table_with_everything(tmp_path: Path) -> None:
    whole = {**HOMES, "uranium": [0.3, 0.1, 0.3, 0.2]}
    assert same(bind(RADON, write(tmp_path / "all.csv", whole)), REFERENCE)
    assert same(bind(RADON, pd.DataFrame(whole)), REFERENCE)
    assert same(bind(RADON, whole), REFERENCE)


def test_tables_and_entries_mixed(homes: Path) -> None:
    assert same(bind(RADON, {"home": homes, "uranium": [0.1, 0.2, 0.3]}), REFERENCE)


MATRIX = model(plate("a", labels=("p", "q")), plate("b"), datum("x[a, b] : real"))


def test_matrices_with_labels_align_by_name() -> None:
    plain = bind(MATRIX, {"x": [[2, 1], [4, 3]], "b": ["v", "u"]})
    frame = pd.DataFrame([[4, 3], [2, 1]], index=["q", "p"], columns=["v", "u"])
    assert same(bind(MATRIX, {"x": frame}), plain)
    xr = pytest.importorskip("xarray")
    coords = {"b": ["v", "u"], "a": ["q", "p"]}
    array = xr.DataArray([[4, 2], [3, 1]], dims=("b", "a"), coords=coords)
    assert same(bind(MATRIX, {"x": array}), plain)
    assert same(bind(MATRIX, xr.Dataset({"x": array})), plain)
    only(MATRIX, {"x": array.rename(a="c")}, "B506", "[b, c], not [a, b]")
    bare = xr.DataArray([[2, 4], [1, 3]], dims=("b", "a"))
    assert same(bind(MATRIX, {"x": bare}, coords={"b": ["v", "u"]}), plain)


# --- whose table ---------------------------------------------------------------------------


def test_a_table_of_parents_only(tmp_path: Path) -> None:
    spec = model(plate("area"), plate("edge", "one:area", "two:area"), datum("y[area] : count"))
    edges = write(tmp_path / "edges.csv", {"one": [1, 2], "two": [2, 3]})
    areas = write(tmp_path / "areas.csv", {"area": [1, 2, 3], "y": [4, 5, 6]})
    bound = bind(spec, [edges, areas])
    assert bound.indices["edge", "two"].tolist() == [1, 2]


def test_a_table_that_could_be_of_two_plates() -> None:
    spec = model(plate("a"), plate("b"), datum("x[a] : real"), datum("y[b] : real"))
    only(spec, [{"x": [1], "y": [2]}], "B501", "elements of a or b", "--data a=")
    assert bind(spec, {"x": [1], "y": [2]}).sizes == {"a": 1, "b": 1}


def test_two_tables_of_one_plate() -> None:
    spec = model(plate("a"), datum("x[a] : real"), datum("y[a] : real"))
    only(spec, [{"x": [1]}, {"y": [2]}], "B506", "table 1 and table 2", "plate `a`")


def test_a_table_of_which_nothing_is_declared() -> None:
    spec = model(plate("a"), datum("x[a] : real"))
    (warning,) = bind(spec, [{"x": [1]}, {"z": [2]}]).warnings
    assert warning.code == "W501" and "table 2" in warning.message


CELLS = model(
    plate("a"),
    plate("b"),
    datum("x[a, b] : real", default=0.0),
    datum("y[a, b] : real", default=0.0),
)
LONG = {"a": [1, 1, 2], "b": [1, 2, 1], "x": [5, 6, 7], "y": [8, 9, 10]}


def test_one_table_under_several_names(tmp_path: Path) -> None:
    """It is one table, of which nothing is unused."""
    file, frame = write(tmp_path / "cells.csv", LONG), pd.DataFrame(LONG)
    expected = bind(CELLS, file)
    for data in ({"x": file, "y": file}, {"x": frame, "y": frame}, [file, str(file)]):
        bound = bind(CELLS, data)
        assert same(bound, expected) and not bound.warnings
    row = model(plate("a"), datum("x[a] : real"), datum("y[a] : real"))
    columns = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    assert same(bind(row, {"x": columns, "y": columns}), bind(row, columns))


def test_one_table_under_the_names_of_nested_plates(tmp_path: Path) -> None:
    data = {"county": ["A", "A", "B"], "uranium": [1, 1, 2], "y": [5, 6, 7]}
    spec = model(
        plate("county"), plate("home", "county"), datum("uranium[county] : real"),
        datum("y[home] : real"),
    )  # fmt: skip
    file, expected = write(tmp_path / "homes.csv", data), bind(spec, {"home": data})
    for names in (("home", "county"), ("county", "home"), ("county", "y"), ("y", "uranium")):
        bound = bind(spec, dict.fromkeys(names, file))
        assert same(bound, expected) and not bound.warnings, names
    others = {"home": file, "county": write(tmp_path / "counties.csv", data)}
    only(spec, others, "B512", "`A` stands twice")


def test_a_datum_is_read_from_the_table_under_its_name() -> None:
    """Where others have such a column, too."""
    second = {**LONG, "y": [80, 90, 100], "x": [0, 0, 0]}
    bound = bind(CELLS, {"x": pd.DataFrame(LONG), "y": pd.DataFrame(second)})
    assert bound.data["x"].tolist() == [[5, 6], [7, 0]]
    assert bound.data["y"].tolist() == [[80, 90], [100, 0]]


def test_a_table_whose_columns_stand_elsewhere(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1, 2], "b": [1, 2], "x": [5, 6]})
    spec = model(plate("a"), plate("b"), datum("x[a, b] : real", default=0.0))
    (warning,) = bind(spec, [table, table.copy()]).warnings
    assert warning.code == "W501" and "what it says is told elsewhere" in warning.message


# --- files ---------------------------------------------------------------------------------

Y = model(plate("a"), datum("y[a] : count"))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("y\n1\nx\n", (2, 3)),
        ("y,note\n1,n\n\n\nx,n\n", (2, 5)),
        ('y,note\n1,"two\nlines"\n2,\nx,"more\r\nlines"\n', (3, 5)),
        ("\ufeffy;note\r\n1;a,b\r\nx;\r\n", (2, 3)),
        ("note\ty\na\t1\nb\tx\n", (2, 3)),
        ('note, "y"\na, 1\nb, "x"\n', (2, 3)),
    ],
)
def test_rows_and_lines_of_csv(tmp_path: Path, text: str, row: tuple[int, int]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    words = [f"{path}:{row[1]}, column `y`, row {row[0]}", "`x` is not a whole number"]
    cell: Any = only(Y, path, "B502", *words).as_json(None)["cell"]
    assert cell == {"table": str(path), "column": "y", "row": row[0], "line": row[1], "value": "x"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.csv", None, ["none.csv", "cannot be read", "no such file"]),
        ("t.csv", b"", ["is empty", "first line"]),
        ("t.csv", b"y,z\n1,2\n3\n", ["line 3 of t.csv has 1 cell, the header has 2"]),
        ("t.csv", b"y,y\n1,2\n", ["column `y` stands twice in t.csv"]),
        ("t.csv", b"y\n\xff\xfe\n", ["not UTF-8"]),
        ("t.xlsx", b"", ["not a format", ".csv"]),
        ("t.parquet", b"no parquet", ["t.parquet", "cannot be read"]),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes | None, words: list[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    only(Y, path, "B511", *words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([5], ["table 1", "type int"]),
        ([{"y": [1], "a": [1, 2]}], ["different lengths: `y` 1, `a` 2"]),
        ([{"y": [[1]]}], ["`y` of table 1 has 2 axes"]),
    ],
)
def test_things_that_are_no_tables(data: object, words: list[str]) -> None:
    only(Y, data, "B511", *words)


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name="pyarrow")

    monkeypatch.setattr(require_module, "import_module", absent)
    (tmp_path / "t.parquet").write_bytes(b"")
    with pytest.raises(BackendError, match=r"pip install 'bayescript\[parquet\]'"):
        bind(Y, tmp_path / "t.parquet")


def test_binding_csv_loads_no_heavy_library(homes: Path, counties: Path) -> None:
    code = (
        "import sys\n"
        "from bayescript.runtime.binding.data import bind\n"
        "from tests.runtime.data_models import RADON\n"
        f"bind(RADON, {{'home': {str(homes)!r}, 'county': {str(counties)!r}}})\n"
        "heavy = {'pandas', 'pyarrow', 'jax', 'numpyro', 'arviz', 'scipy', 'xarray'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.slow
def test_a_million_rows(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    n = 1_000_000
    columns: dict[str, Any] = {
        "home": np.arange(n),
        "county": np.char.add("county ", random.integers(0, 1000, n).astype(str)),
        "floor": np.where(random.random(n) < 0.5, "yes", "no"),
        "log_radon": random.normal(size=n).round(4),
        "note": ["x"] * n,
    }
    path = write(tmp_path / "homes.csv", columns)
    spec = model(*RADON.plates, *RADON.data[1:])
    start = time.perf_counter()
    bound = bind(spec, path)
    assert time.perf_counter() - start < 20
    assert bound.sizes == {"county": 1000, "home": n}
    assert np.array_equal(bound.data["log_radon"], columns["log_radon"])
