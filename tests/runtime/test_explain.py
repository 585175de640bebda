"""The examples of the codes: each wrong one gets its code, each right one nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bayescript.grammar.codes import CODES, FAMILIES, Code, Example
from bayescript.grammar.diagnostics import BayescriptError
from bayescript.runtime.explain import explain, outcome, print_explanation

ROOT = Path(__file__).resolve().parents[2]
SAMPLED = frozenset({"fit", "load_fit", "resume", "predict"})


def _marks(example: Example) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if example.step in SAMPLED else []


WRONG = [
    pytest.param(row, row.wrong, id=row.code, marks=_marks(row.wrong))
    for row in CODES.values()
    if row.wrong is not None
]
RIGHT = [
    pytest.param(row.right, id=row.code, marks=_marks(row.right))
    for row in CODES.values()
    if row.right is not None
]


@pytest.mark.parametrize(("row", "example"), WRONG)
def test_a_wrong_example_gets_its_code(row: Code, example: Example, tmp_path: Path) -> None:
    if example.call.get("backend") == "pyro":
        pytest.importorskip("pyro")
    told, text = outcome(example, tmp_path)
    codes = [one.code for one in told]
    if row.family == "W6":  # draws that are bad in one way are often bad in others, too
        assert row.code in codes and {code[:2] for code in codes} == {"W6"}, text
    else:
        assert codes == [row.code], text
    assert str(tmp_path) not in text
    if example.step in SAMPLED:
        pieces = map(re.escape, example.shown.split("..."))
        assert re.search("[^\n]+".join(pieces), text), text
    else:
        assert example.shown == ""


@pytest.mark.parametrize("example", RIGHT)
def test_a_right_example_gets_nothing(example: Example, tmp_path: Path) -> None:
    assert outcome(example, tmp_path) == ((), "")


# --- what is printed -----------------------------------------------------------------------


def test_an_explanation() -> None:
    text = explain("b203")
    for piece in (
        "B203: a quantity varies over a plate that the statement does not have\n\nThe brackets",
        "Wrong:\n\n    plate county\n    plate house\n    data\n",
        "    error[B203]: `alpha` varies over county, which `price[house]` does not have\n",
        "What to do:\n\nNest the plate",
        "Right:\n\n    plate county\n    plate house within county\n",
    ):
        assert piece in text
    assert (
        max(map(len, CODES["B203"].why.split("\n")))
        > 88
        >= max(len(line) for line in text.split("\n") if not line.startswith(" "))
    )


def test_data_and_the_call_are_shown() -> None:
    text = explain("B507")
    assert "    school.csv:\n    school,effect\n    A,28\n" in text
    assert '    model.bind({"school": "school.csv"}, sizes={"class": 3})\n' in text


def test_a_code_without_an_example_says_why() -> None:
    text = explain("B602")
    assert "Wrong" not in text and "There is no example: it takes someone" in text


def test_the_list_of_all_codes() -> None:
    lines = explain().splitlines()
    assert [line for line in lines if line and line[0] != " "] == list(FAMILIES.values())
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == sorted(CODES)


@pytest.mark.parametrize(
    ("code", "help"),
    [("B2033", "did you mean `B203`?"), ("nonsense", "`bayescript explain` lists all codes")],
)
def test_an_unknown_code(code: str, help: str) -> None:
    with pytest.raises(BayescriptError) as caught:
        explain(code)
    assert str(caught.value) == f"error[B411]: there is no code `{code}`\n  = help: {help}"


def test_away_from_a_terminal_there_is_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    print_explanation("B203")
    assert capsys.readouterr().out == explain("B203")


@pytest.mark.parametrize(("setting", "coloured"), [("", True), ("1", False)])
def test_colour_on_a_terminal(
    setting: str,
    coloured: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", setting)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_explanation("B203")
    out = capsys.readouterr().out
    assert ("\x1b[" in out) == coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", out) == explain("B203")


def test_explaining_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom bayescript.grammar.codes import CODES\n"
        "from bayescript.runtime.explain import explain\n"
        "for code in CODES:\n    explain(code)\n"
        "print(*sorted({'jax', 'numpyro', 'arviz', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
