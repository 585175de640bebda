"""`bayescript new`: starters for each kind of data, and specs written for tables."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler import ir
from bayescript.compiler.reference.density import Reference
from bayescript.grammar.diagnostics import DataError, RunError
from bayescript.grammar.format import format_spec
from bayescript.grammar.surfaces import read
from bayescript.runtime.cli import main
from bayescript.runtime.engines.verify_data import made_up
from bayescript.runtime.engines.verify_points import Points
from bayescript.runtime.model import source_of
from bayescript.runtime.sample import fit
from bayescript.runtime.starters.draft import draft
from bayescript.runtime.starters.kinds import KINDS, listed, starter
from bayescript.runtime.starters.outcomes import FORMS, rounded

ROOT = Path(__file__).resolve().parents[2]
SHORT: dict[str, Any] = {"warmup": 20, "draws": 10, "chains": 1, "progress": False}


# --- starters --------------------------------------------------------------------------------


def test_each_kind_has_a_spec_and_each_spec_a_kind() -> None:
    files = {path.stem for path in (ROOT / "runtime" / "starters" / "specs").iterdir()}
    assert files == set(KINDS) >= set(FORMS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_is_checked_canonical_and_has_a_density(kind: str) -> None:
    text = starter(kind)
    assert format_spec(read(source_of(text, f"{kind}.bayes"))) == text
    model = bs.loads(text, f"{kind}.bayes")
    assert model.name == kind and model.warnings == ()
    told = text.split("# Data: ")[1].split("\n")[0]
    for datum in model.ir.data:
        assert datum.name in told, "the comment names the columns"
    bound = made_up(model.ir, {}, seed=1)
    at = Points(model.ir, bound).at(Points(model.ir, bound).start(np.random.default_rng(0)))
    terms = Reference(model.ir, bound).by_statement(at)
    assert all(np.isfinite(term) for term in terms.values())
    assert any(isinstance(s, ir.Sample) and s.observed for s in model.ir.statements)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_runs(kind: str) -> None:
    model = bs.loads(starter(kind), f"{kind}.bayes")
    method, settings = model.settings(**{k: v for k, v in SHORT.items() if k != "progress"})
    noncentered = {k: settings.pop(k) for k in ("noncentered",) if k in settings}
    program = model.compile(**noncentered)
    bound = made_up(model.ir, {}, seed=1)
    found = fit(program.source, kind, bound, method, progress=False, **settings)
    assert all(np.isfinite(one).all() for one in found.draws.values())


# --- specs for tables --------------------------------------------------------------------------

Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(columns: Mapping[str, Sequence[Any]], name: str = "table.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(columns)
            rows.writerows(zip(*columns.values(), strict=True))
        return path

    return write


def checked(path: Path, outcome: str, *given: Any, **more: Any) -> tuple[str, bs.Model]:
    """A drafted spec that is in the canonical form and fits its table, without any warning."""
    text = draft(path, outcome, *given, **more)
    assert format_spec(read(source_of(text, "x.bayes"))) == text
    assert max(map(len, text.splitlines())) <= 100
    model = bs.loads(text, "x.bayes")
    assert model.warnings == () and model.bind(path).warnings == ()
    return text, model


def squeezed(text: str) -> str:
    """Without the blanks that align."""
    return re.sub(r"(?<=\S) +", " ", text).replace(" #", "  #")


OUTCOMES = {
    ("logistic_regression/voters", "dole"): "Bernoulli(logits = eta)",
    ("logistic_regression/voters", "leaning"): "OrderedLogistic(eta, c)",
    ("count_regression/visits", "visits"): "NegativeBinomial(mean = exp(eta), concentration = phi)",
    ("count_regression/visits", "limited"): "Normal(eta, sigma)",
    ("linear_regression/households", "food"): "LogNormal(intercept + b_income * z_income, sigma)",
    ("robust_regression/states", "murder"): "Normal(eta, sigma)",
    ("investment/investment", "invest"): "LogNormal(eta, sigma)",
    ("investment/investment", "firm"): "Categorical(logits = eta)",
    ("survival/transplants", "died"): "Bernoulli(logits = intercept + b_age * z_age",
    ("missing_cells/countries", "births_2000"): "LogNormal(",
    ("eight_schools/eight_schools", "effect"): "Normal(intercept + b_error * z_error, sigma)",
}


@pytest.mark.parametrize(("file", "outcome"), OUTCOMES)
def test_a_spec_for_each_table_of_the_repository(file: str, outcome: str) -> None:
    text, _ = checked(ROOT / "specs" / f"{file}.csv", outcome)
    assert OUTCOMES[file, outcome] in text


PARKS = {
    "town": [f"t{i % 6}" for i in range(24)],
    "region": ["north" if i % 6 < 3 else "south" for i in range(24)],
    "date": [f"2024-01-{i + 1:02}" for i in range(24)],
    "rain (mm)": range(24),
    "same": [3] * 24,
    "wind": [2.5 + i / 4 for i in range(24)],
    "cold": ["" if i == 5 else -10 - i for i in range(24)],
    "open": ["yes" if i % 3 else "no" for i in range(24)],
    "visitors": [i % 7 * 3 for i in range(24)],
}
WHOLE = """\
model parks_2024 "visitors by wind, cold, open, region, town"

# A first spec (counts) for parks 2024.csv with its 24 rows.
# Not used: `date` holds dates.
# Not used: `rain (mm)` cannot be a name in a spec: rename the column.
# Not used: `same` is the same in every row.

plate region              # 2 labels of 12 rows each
plate town within region  # 6 labels of 4 rows each
plate row within town     # a row of the table

data
  wind[row]     : positive  # 2.5 to 8.25, mean 5.4, sd 1.8
  cold[row]     : real?     # -33 to -10, mean -21.8, sd 7.1; 1 empty
  open[row]     : binary    # 1 in 16 of 24 rows
  visitors[row] : count     # 0 to 18, mean 8.2, sd 6.1

# Predictors with mean 0 and standard deviation 1.
let z_wind = (wind - mean(wind)) / sd(wind)
let z_cold = (cold + 21.8) / 7.1

# Empty cells are drawn from what their column is like.
mean_cold ~ Normal(-21.8, 7.1)
sd_cold   ~ HalfNormal(7.1)
cold[row] ~ Normal(mean_cold, sd_cold)

# On the log scale: an effect of 0.1 is about ten per cent more.
intercept ~ Normal(2.1, 1)  # the log of the mean of `visitors`, which is 8.2
b_wind    ~ Normal(0, 1)    # for one sd more, 1.8
b_cold    ~ Normal(0, 1)    # for one sd more, 7.1
b_open    ~ Normal(0, 1)    # 1 against 0
a_region[region] ~ Pinned(Normal(0, 1), at = "north")  # against "north"
sd_town      ~ HalfNormal(1)  # how much each town differs
a_town[town] ~ Normal(intercept, sd_town)

phi ~ Gamma(2, 0.1)  # variance = mean + mean^2 / phi: the smaller, the further from Poisson

let eta = a_town + a_region + b_wind * z_wind + b_cold * z_cold + b_open * open
visitors[row] ~ NegativeBinomial(mean = exp(eta), concentration = phi)

infer nuts
  noncentered = [a_town]
"""


def test_a_whole_spec(table: Write) -> None:
    text, _ = checked(table(PARKS, "parks 2024.csv"), "visitors")
    assert text == WHOLE


def test_kinds_that_are_asked_for(table: Write) -> None:
    path = table(PARKS)
    assert "~ StudentT(nu, eta, sigma)" in checked(path, "wind", "robust")[0]
    assert "~ Normal(eta, sigma)" in checked(path, "wind", "regression")[0]
    text, model = checked(path, "visitors", "categories")
    assert (
        "plate visitors_label = [0, 3, 6, 9, 12, 15, 18]  # 7 labels of 3 to 4 rows each\n" in text
    )
    assert model.bind(path).sizes["visitors_label"] == 7


def test_levels_with_an_order(table: Write) -> None:
    columns = {"stars": [1, 2, 5, 3, 4, 2] * 4, "cut": range(24), "n": [0, 2, 9, 30, 1, 4] * 4}
    path = table(columns)
    text, model = checked(path, "stars")
    assert "plate stars_label = 1..5\nplate stars_cut = 4" in squeezed(text)
    assert "c[stars_cut] ~ Ordered(Normal(0, 3))" in squeezed(text) and "intercept" not in text
    assert "stars[row] ~ OrderedLogistic(b_cut * z_cut + b_n * z_n, c)" in text
    assert model.bind(path).sizes["stars_cut"] == 4
    alone, _ = checked(table({"stars": columns["stars"]}, "alone.csv"), "stars")
    assert "stars[row] ~ OrderedLogistic(0, c)" in alone
    with pytest.raises(RunError, match="`n` spans 31 of them"):
        draft(path, "n", "ordinal")


def test_groups(table: Write) -> None:
    columns = {
        "year": [2000 + i % 6 for i in range(18)],
        "code": [f"0{i % 4}" for i in range(18)],  # a number would lose its zero
        "sex": ["f" if i % 5 else "m" for i in range(18)],
        "y": [0.5 * i - 3 for i in range(18)],
    }
    path = table(columns)
    text, _ = checked(path, "y")
    assert "plate row within (sex, code)" in text and "z_year" in text
    assert 'a_sex[sex] ~ Pinned(Normal(0, 2.7), at = "f")  # against "f"' in squeezed(text)
    assert 'a_code[code] ~ Pinned(Normal(0, 2.7), at = "00")' in squeezed(text)
    text, _ = checked(path, "y", groups=["year", "code"])
    assert "plate row within (sex, code, year)" in text and "z_year" not in text
    assert "a_year[year] ~ Normal(intercept, sd_year)" in squeezed(text)
    assert "a_code[code] ~ Normal(0, sd_code)" in squeezed(text)
    assert "noncentered = [a_year, a_code]\n  dense_mass = true\n" in text


def test_names_that_columns_have_already(table: Write) -> None:
    columns = {name: np.arange(9.0) - 3 * k for k, name in enumerate(("z_x", "b_x", "x", "row"))}
    columns |= {"intercept": np.arange(9) % 2, "sigma": np.arange(9) ** 2 - 4.5}
    text, _ = checked(table(columns), "sigma")
    assert "plate row_ " in text and "let z_x_ " in text and "b_x_ * z_x_" in text
    assert "intercept_ + " in text and "sigma[row_] ~ Normal(eta, sigma_)" in text


def test_a_column_that_names_the_rows_is_their_plate(table: Write) -> None:
    columns = {"shop": ["A", "B", "C", "D"], "area": [1, 2, 4, 9], "sold": [0.5, 0.25, 0.75, 0.1]}
    text, model = checked(table(columns), "sold")
    assert "plate shop  # a row of the table" in text
    assert "sold[shop] ~ Beta(m * phi, (1 - m) * phi)" in text
    assert list(model.bind(table(columns)).coords["shop"]) == ["A", "B", "C", "D"]


def test_labels_that_a_spec_cannot_write(table: Write) -> None:
    columns = {"g": ['a "1"', "b \\ c", 'a "1"', "b \\ c"] * 3, "y": range(12)}
    assert 'at = "b \\ c"' in checked(table(columns), "y")[0]
    only = table({"g": ['a "1"', '"b"'] * 4, "y": range(8)})
    assert "a_g[g] ~ Normal(intercept, sd_g)" in squeezed(checked(only, "y")[0])
    with pytest.raises(RunError, match="has quotation marks in its labels"):
        draft(only, "g")


def test_many_columns(table: Write) -> None:
    columns: dict[str, Any] = {f"x{i}": [i + k * (k + i) for k in range(5)] for i in range(23)}
    text, _ = checked(table(columns | {"y": range(5)}), "y")
    assert "# Not used: `x20` would be more than 20 predictors.\n" in text and "b_x19" in text


def test_files_of_other_forms(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"y": 1.5, "g": "a"}, {"y": 2, "g": "b"}, {"y": 4, "g": "a"}]', "utf-8")
    assert 'a_g[g] ~ Pinned(Normal(0, 0.41), at = "a")' in squeezed(checked(path, "y")[0])


def test_numbers_in_a_spec() -> None:
    wanted = {1944.5: "1900", 0.0312: "0.031", -2.5: "-2.5", 12e9: "12000000000", 3e-9: "3.0e-09"}
    assert {value: rounded(value) for value in wanted} == wanted
    assert rounded(1944.52, 5.8) == "1944.5" and rounded(0.04, 3.0) == "0"


WRONG: dict[tuple[Any, ...], tuple[str, str]] = {
    ("visitors", "count"): ("there is no starter `count`", "did you mean `counts`?"),
    ("visitors", "slopes"): ("`slopes` is not written for a table", "those that are: regression"),
    ("visitors", "positive"): (
        "`positive` explains numbers above 0: `visitors` holds 0",
        "`counts` suits it",
    ),
    ("wind", "counts"): (
        "`counts` explains whole numbers, 0 or above: `wind` holds numbers above 0",
        "`positive` suits it",
    ),
    ("visitor",): ("table.csv has no column `visitor`", "did you mean `visitors`?"),
    ("zzz",): ("table.csv has no column `zzz`", "there are: town, region, date, rain (mm), same"),
    (None,): ("which column of table.csv is to be explained?", "there are: town, region"),
    ("rain (mm)",): ("`rain (mm)` cannot be a name in a spec", "rename the column"),
    ("same",): ("no starter explains `same`: it is the same in every row", "the outcome is"),
    ("date",): ("no starter explains `date`: it holds dates", "the outcome is"),
    ("visitors", "", ("dat",)): ("table.csv has no column `dat`", "did you mean `date`?"),
    ("visitors", "", ("same",)): ("`same` can be no group: it is the same in every row", ""),
}


@pytest.mark.parametrize("given", WRONG, ids=str)
def test_what_cannot_be_written(given: tuple[Any, ...], table: Write) -> None:
    message, help = WRONG[given]
    with pytest.raises(RunError) as caught:
        draft(table(PARKS), *given)
    (told,) = caught.value.diagnostics
    assert told.code == "B607" and told.message.startswith(message) and help in told.help


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"B511.*no such file"):
        draft(tmp_path / "x.csv", "y")


@pytest.mark.slow
def test_a_drafted_spec_finds_what_made_the_data(table: Write) -> None:
    rng = np.random.default_rng(3)
    group = rng.integers(0, 12, 2000)
    level = rng.normal(0, 0.8, 12)
    x, old = rng.normal(40, 12, 2000), rng.integers(0, 2, 2000)
    eta = -0.5 + level[group] + 0.9 * (x - 40) / 12 - 0.7 * old
    y = (rng.uniform(size=2000) < 1 / (1 + np.exp(-eta))).astype(int)
    columns = {"clinic": [f"c{g}" for g in group], "x": x.round(2), "old": old, "y": y}
    path = table(columns)
    _, model = checked(path, "y")
    found = model.fit(path, chains=2, warmup=500, draws=500, progress=False)
    assert not found.warnings
    for name, wanted in {"b_x": 0.9, "b_old": -0.7, "sd_clinic": level.std()}.items():
        row = found.summary()[name]
        assert abs(row["mean"] - wanted) < 3 * row["sd"], name


# --- the command -------------------------------------------------------------------------------


def test_the_command(
    table: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["new", *map(str, arguments)])
            raise SystemExit(0)
        assert end.value.code is None or isinstance(end.value.code, int)
        return (end.value.code or 0, *capsys.readouterr())

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    assert call("--list") == (0, listed(), "")
    assert [line.split()[0] for line in listed().splitlines()] == list(KINDS)
    assert call("logistic") == (0, starter("logistic"), "")
    path, out = table(PARKS), tmp_path / "my.bayes"
    wanted = f"wrote {out}\nnext: bayescript run {out} --data {path}\n"
    assert call("--data", path, "--outcome", "visitors", "-o", out) == (0, wanted, "")
    assert out.read_text("utf-8") == WHOLE.replace("parks_2024", "table").replace(
        "parks 2024.csv", "table.csv"
    )
    code, _, err = call("logistic", "-o", out)
    assert code == 2 and "is there already" in err and "model table" in out.read_text("utf-8")
    code, _, err = call("logistc")
    assert code == 5 and err.startswith("error[B607]") and "did you mean `logistic`?" in err
    for arguments in ((), ("logistic", "-y", "vote")):
        code, _, err = call(*arguments)
        assert code == 2 and "--data" in err
