"""Binding data: every form that people have it in gives the same."""

from __future__ import annotations

import decimal
import gzip
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime import require as require_module
from bayescript.runtime.binding.data import bind
from bayescript.runtime.formats import contents as formats
from tests.runtime.data_models import (
    COUNTIES,
    HOMES,
    RADON,
    datum,
    model,
    only,
    plate,
    same,
    violations,
)

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = bind(RADON, {"home": HOMES, "county": COUNTIES})
HOME_ROWS = [dict(zip(HOMES, row, strict=True)) for row in zip(*HOMES.values(), strict=True)]
COUNTY_ROWS = [
    dict(zip(COUNTIES, row, strict=True)) for row in zip(*COUNTIES.values(), strict=True)
]
WHOLE: Mapping[str, Any] = {**HOMES, "uranium": [0.3, 0.1, 0.3, 0.2]}

Y = datum("y[a] : real")
ONE = model(plate("a"), Y)
ABOVE = model(plate("g"), plate("a", "g"), Y)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- polars ----------------------------------------------------------------------------------


def polars() -> Any:
    return pytest.importorskip("polars", reason="polars is not installed")


def test_polars_frames() -> None:
    pl = polars()
    homes, counties = pl.DataFrame(dict(HOMES)), pl.DataFrame(dict(COUNTIES))
    assert same(bind(RADON, {"home": homes, "county": counties}), REFERENCE)
    assert same(bind(RADON, [homes, counties]), REFERENCE)
    assert same(bind(RADON, pl.DataFrame(dict(WHOLE))), REFERENCE)
    typed = homes.with_columns(pl.col("county").cast(pl.Categorical), pl.col("floor").cast(bool))
    assert same(bind(RADON, [typed, counties]), REFERENCE)


def test_a_polars_query_is_run_for_the_columns_that_are_wanted() -> None:
    pl = polars()
    homes = pl.LazyFrame({**HOMES, "note": ["a", "b", "c", "d"]})
    fails = homes.with_columns(pl.col("note").cast(pl.Int64))  # fails if it is computed
    assert same(bind(RADON, {"home": fails, "county": COUNTIES}), REFERENCE)
    broken = pl.LazyFrame({"y": ["x"]}).select(pl.col("y").cast(pl.Float64))
    only(ONE, {"a": broken}, "B511", "table `a` is a query that fails: ")


def test_polars_series_and_missing_cells() -> None:
    pl = polars()
    series = {name: pl.Series(values) for name, values in HOMES.items()}
    assert same(bind(RADON, {**series, "uranium": pl.Series([0.1, 0.2, 0.3])}), REFERENCE)
    assert bind(ONE, pl.Series("y", [1.5, 2.5])).data["y"].tolist() == [1.5, 2.5]
    columns: list[list[Any]] = [[1, None], [1.5, None], [1.5, float("nan")]]
    for column in columns:
        only(ONE, pl.DataFrame({"y": column}), "B504", "column `y`, row 2")
    columns = [["x", None], [True, None], [5, None]]
    for column in columns:
        frame = pl.DataFrame({"g": column, "y": [1.0, 2.0]})
        only(ABOVE, frame, "B504", "column `g`, row 2")


def test_polars_enums_keep_their_order() -> None:
    pl = polars()
    cells = pl.Series("g", ["low", "high", "low"], dtype=pl.Enum(["low", "high"]))
    frame = pl.DataFrame({"g": cells, "y": [1.0, 2.0, 3.0]})
    assert bind(ABOVE, frame).coords["g"].tolist() == ["low", "high"]
    shared = frame.with_columns(pl.col("g").cast(pl.Categorical))
    assert bind(ABOVE, shared).coords["g"].tolist() == ["high", "low"]


# --- Arrow -----------------------------------------------------------------------------------


def arrow() -> Any:
    return pytest.importorskip("pyarrow", reason="pyarrow is not installed")


def test_arrow_tables_and_batches() -> None:
    pa = arrow()
    table = pa.table(dict(HOMES))
    chunked = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    counties = pa.table(dict(COUNTIES))
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    batch = pa.RecordBatch.from_pydict(dict(HOMES))
    for homes in (table, chunked, batch, reader):
        assert same(bind(RADON, {"home": homes, "county": counties}), REFERENCE)
    arrays = {name: pa.array(values) for name, values in HOMES.items()}
    assert same(bind(RADON, {**arrays, "uranium": pa.array([0.1, 0.2, 0.3])}), REFERENCE)


@pytest.mark.parametrize("ending", [".feather", ".arrow", ".ipc", ".parquet"])
def test_files_of_arrow(here: Path, ending: str) -> None:
    arrow()
    frame = pd.DataFrame(HOMES).assign(note="unused")
    frame.to_feather("homes" + ending) if ending != ".parquet" else frame.to_parquet(
        "homes.parquet"
    )
    assert same(bind(RADON, {"home": "homes" + ending, "county": COUNTIES}), REFERENCE)


def test_a_stream_of_arrow_in_a_file(here: Path) -> None:
    pa = arrow()
    table = pa.table(dict(HOMES))
    with pa.ipc.new_stream("homes.arrow", table.schema) as file:
        file.write_table(table)
    assert same(bind(RADON, {"home": "homes.arrow", "county": COUNTIES}), REFERENCE)


def test_arrow_types() -> None:
    pa = arrow()
    cells = pa.array([decimal.Decimal("1.50"), decimal.Decimal("2.25")])
    assert bind(ONE, pa.table({"y": cells})).data["y"].tolist() == [1.5, 2.25]
    coded = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1]), pa.array(["z", "b"]))
    for one in (pa.table({"g": coded, "y": [1.0, 2, 3]}), {"g": coded, "y": [1.0, 2, 3]}):
        assert bind(ABOVE, one).coords["g"].tolist() == ["z", "b"]
    for column in (
        pa.array(["x", None]),
        pa.array([True, None]),
        pa.array(["x", None]).dictionary_encode(),
    ):
        frame = pa.table({"g": column, "y": [1.0, 2.0]})
        only(ABOVE, frame, "B504", "column `g`, row 2")
    empty = pa.table({"y": pa.chunked_array([], type=pa.float64())})
    only(ONE, {"a": empty}, "B506", "the table has a header, but no rows")


def xarray() -> Any:
    return pytest.importorskip("xarray", reason="xarray is not installed")


# --- JSON ------------------------------------------------------------------------------------


def written(path: str, content: Any) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    opener: Callable[..., Any] = gzip.open if path.endswith(".gz") else open
    with opener(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def test_json_files(here: Path) -> None:
    rows = written("homes.json", HOME_ROWS)
    columns = written("counties.json", COUNTIES)
    lines = written("homes.jsonl", "\n\n".join(map(json.dumps, HOME_ROWS)))
    packed = written("homes.json.gz", HOME_ROWS)
    for homes in (rows, lines, packed, HOME_ROWS):
        assert same(bind(RADON, {"home": homes, "county": columns}), REFERENCE)
    assert same(bind(RADON, [rows, COUNTY_ROWS]), REFERENCE)
    assert same(
        bind(RADON, written("both.json", {"home": HOME_ROWS, "county": COUNTIES})), REFERENCE
    )
    assert same(bind(RADON, written("whole.json", WHOLE)), REFERENCE)
    arrays = {**HOMES, "uranium": [0.1, 0.2, 0.3]}
    assert same(bind(RADON, written("arrays.json", arrays)), REFERENCE)


def test_arrays_by_name_as_stan_has_them(here: Path) -> None:
    spec = model(plate("school"), plate("test"), datum("x[school, test] : int"), datum("s : real"))
    path = written("stan.json", {"school": 2, "test": 3, "x": [[1, 2, 3], [4, 5, 6]], "s": 1.5})
    bound = bind(spec, path)
    assert bound.data["x"].tolist() == [[1, 2, 3], [4, 5, 6]] and bound.data["s"] == 1.5
    assert bound.sizes == {"school": 2, "test": 3} and bound.warnings == ()
    data = {"school": 3, "x": [[1, 2, 3], [4, 5, 6]], "s": 1}
    found = violations(spec, written("wrong.json", data), "B506")
    assert "(from the number in entry `school` of wrong.json)" in found[0].message
    only(spec, {**data, "school": 2.5}, "B506", "`2.5`, which is no number of elements")


def test_an_array_in_a_file_of_its_own(here: Path) -> None:
    np.save("y.npy", np.array([1.5, 2.5]))
    path = written("y.json", [1.5, 2.5])
    for data in ("y.npy", path, {"y": "y.npy"}, {"y": Path("y.json")}, [path]):
        assert bind(ONE, data).data["y"].tolist() == [1.5, 2.5]


def test_a_cell_that_a_row_does_not_have_is_missing(here: Path) -> None:
    rows: list[dict[str, Any]] = [{"a": "p", "y": 1}, {"a": "q"}, {"a": "r", "y": None}]
    found = only(ONE, written("t.json", rows), "B504", "t.json, column `y`, row 2")
    assert found.message == "2 cells of `y` are missing"
    lines = "\n".join(map(json.dumps, rows))
    only(ONE, written("t.jsonl", lines), "B504", "t.jsonl:2, column `y`, row 2")


# --- NumPy -----------------------------------------------------------------------------------


def test_npz(here: Path) -> None:
    arrays: Any = {name: np.array(values) for name, values in HOMES.items()}
    np.savez("data.npz", **arrays, uranium=[0.1, 0.2, 0.3])
    assert same(bind(RADON, "data.npz"), REFERENCE)
    np.savez("homes.npz", **arrays)
    assert same(bind(RADON, {"home": "homes.npz", "county": COUNTIES}), REFERENCE)


def test_records_of_numpy() -> None:
    kinds = [("county", "U10"), ("floor", "i1"), ("log_radon", ">f4")]
    homes = np.array(list(zip(*HOMES.values(), strict=True)), dtype=kinds)
    assert same(bind(RADON, {"home": homes, "county": COUNTIES}), REFERENCE)
    assert same(bind(RADON, [homes, COUNTIES]), REFERENCE)


def matrix(values: Any) -> Any:
    spec = model(plate("a"), plate("b"), datum("x[a, b] : real"))
    return bind(spec, {"x": values}).data["x"]


def test_arrays_of_all_kinds() -> None:
    plain = np.arange(6.0).reshape(2, 3)
    locked = plain.copy()
    locked.flags.writeable = False
    for values in (plain.astype(">f8"), plain.astype(">i4"), np.asfortranarray(plain), locked):
        assert matrix(values).tolist() == plain.tolist()
    assert matrix(np.vstack([plain, plain])[::2, ::-1][:, ::-1]).shape == (2, 3)
    scalar = model(datum("s : real"))
    for value in (np.array(2.5), np.float32(2.5), decimal.Decimal("2.5"), np.array(2.5, ">f8")):
        assert bind(scalar, {"s": value}).data["s"] == 2.5
    labels = {"g": np.array([20, 10, 20], ">i8"), "y": np.array([1.0, 2, 3])}
    assert bind(ABOVE, labels).coords["g"].tolist() == [10, 20]


def test_missing_cells_of_every_library() -> None:
    masked = np.ma.masked_array([1.5, 2.5], [False, True])
    cells = [masked, [1.5, None], [1.5, pd.NA], pd.array([1, None], "Int64"), ["1.5", "NA"]]
    for column in (*cells, ["1.5", ""], [1.5, float("nan")], pd.array([1.5, None], "Float64")):
        only(ONE, {"y": column}, "B504", "row 2")
    labels = [["x", None], np.ma.masked_array([4, 5], [False, True]), [pd.NaT, "x"][::-1]]
    for column in (*labels, pd.array(["x", None], "string"), pd.array([True, None], "boolean")):
        only(ABOVE, {"a": {"g": column, "y": [1.0, 2.0]}}, "B504", "row 2")


# --- order of labels -------------------------------------------------------------------------


def test_categories_keep_their_order() -> None:
    cells = pd.Categorical(["mid", "low", "high"], ["low", "mid", "high"], ordered=True)
    data = {"g": cells, "y": [1.0, 2.0, 3.0]}
    for given in (pd.DataFrame(data), {"a": data}, data):
        bound = bind(ABOVE, given)
        assert bound.coords["g"].tolist() == ["low", "mid", "high"]
        assert bound.indices["a", "g"].tolist() == [1, 0, 2]
    numbers = pd.Categorical([3, 1, 2], [3, 2, 1])
    assert bind(ABOVE, {"a": {**data, "g": numbers}}).coords["g"].tolist() == [3, 2, 1]


def test_categories_without_rows_are_told() -> None:
    frame = pd.DataFrame({"g": pd.Categorical(["b", "a"], ["c", "b", "a"]), "y": [1.0, 2.0]})
    bound = bind(ABOVE, frame)
    assert bound.coords["g"].tolist() == ["b", "a"]
    (warning,) = bound.warnings
    assert warning.code == "W502" and "has no row of c" in warning.message
    more = {"b": {"g": ["d"], "z": [1.0]}, "a": frame}  # another table has another label
    spec = model(*ABOVE.plates, plate("b", "g"), Y, datum("z[b] : real"))
    assert bind(spec, more).coords["g"].tolist() == ["a", "b", "d"]


# --- libraries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "library", "extra"),
    [
        ("t.feather", "pyarrow", "parquet"),
        ("t.parquet", "pyarrow", "parquet"),
        ("t.nc", "xarray", "data"),
    ],
)
def test_what_to_install(
    here: Path, monkeypatch: pytest.MonkeyPatch, file: str, library: str, extra: str
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {library!r}", name=library)

    monkeypatch.setattr(require_module, "import_module", missing)
    Path(file).write_bytes(b"")
    with pytest.raises(BackendError, match="B408") as caught:
        bind(ONE, file)
    assert f"bayescript[{extra}]" in str(caught.value)


def test_no_engine_for_netcdf(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xarray()
    Path("t.nc").write_bytes(b"CDF\x01")
    monkeypatch.setattr(formats, "find_spec", lambda name: None)

    def without(name: str) -> Any:
        if name == "h5netcdf":
            raise ModuleNotFoundError("No module named 'h5netcdf'", name="h5netcdf")
        return import_module(name)

    monkeypatch.setattr(require_module, "import_module", without)
    with pytest.raises(BackendError, match="this needs h5netcdf, which is not installed"):
        bind(ONE, "t.nc")


def test_plain_forms_load_no_heavy_library(here: Path) -> None:
    written("homes.json", HOME_ROWS)
    counties: Any = COUNTIES
    np.savez("counties.npz", **counties)
    program = """
import sys
from tests.runtime.data_models import RADON
from bayescript.runtime.binding.data import bind
bind(RADON, {"home": "homes.json", "county": "counties.npz"})
heavy = {"pandas", "polars", "pyarrow", "xarray", "netCDF4", "h5netcdf", "jax", "scipy"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )


# --- size ------------------------------------------------------------------------------------


def million(form: str) -> Any:
    generator = np.random.default_rng(0)
    size, names = 1_000_000, np.array([f"county {i}" for i in range(3000)], object)
    frame = pd.DataFrame(
        {
            "county": names[generator.integers(0, 3000, size)],
            "floor": generator.integers(0, 2, size),
            "log_radon": generator.normal(size=size).round(3),
            "uranium": 0.0,
        }
    )
    if form == "pandas":
        return frame
    if form == "categorical":
        return frame.assign(county=frame.county.astype("category"))
    if form == "polars":
        return polars().DataFrame({name: frame[name].to_numpy() for name in frame})
    if form == "arrow":
        return arrow().Table.from_pandas(frame)
    if form == "xarray":
        variables: Any = {name: ("home", frame[name].to_numpy()) for name in frame}
        variables = {**variables, "uranium": ("county", np.zeros(3000))}
        variables["home.county"] = variables.pop("county")
        times = np.datetime64("2001-01-01T00:00") + np.arange(size).astype("timedelta64[m]")
        return xarray().Dataset(variables, coords={"home": times, "county": names})
    if form == "json":
        frame.to_json("million.json", orient="columns" if form == "columns" else "records")
        return "million.json"
    raise AssertionError(form)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["pandas", "categorical", "polars", "arrow", "xarray", "json"])
def test_a_million_rows_of_any_form(here: Path, form: str) -> None:
    data = million(form)
    start = time.process_time()
    bound = bind(RADON, data)
    taken = time.process_time() - start
    assert bound.sizes == {"county": 3000, "home": 1_000_000}
    assert taken < 12, taken  # seconds; usually one or two, and the machine may be slow


def test_a_compressed_csv(here: Path) -> None:
    for name, columns in ("homes", HOMES), ("counties", COUNTIES):
        text = io.StringIO()
        pd.DataFrame(columns).to_csv(text, index=False)
        written(f"{name}.csv.gz", text.getvalue())
    assert same(bind(RADON, {"home": "homes.csv.gz", "county": "counties.csv.gz"}), REFERENCE)
    wrong = written("t.csv.gz", "a,y\np,1\nq,x\n")
    only(ONE, wrong, "B502", "t.csv.gz:3, column `y`, row 2")
