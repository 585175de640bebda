"""Every code that the software can raise is explained once, in plain sentences."""

import re
from pathlib import Path

import pytest

from bayescript.grammar.codes import CODES, FAMILIES, Code

ROOT = Path(__file__).resolve().parents[2]
_RAISED = re.compile(r'"([BW][1-6]\d\d)"')
ROWS = [pytest.param(row, id=code) for code, row in CODES.items()]


def raised() -> set[str]:
    """Every code in the source of the rooms, but for the rows themselves."""
    files = [
        path
        for room in ("grammar", "compiler", "runtime")
        for path in (ROOT / room).rglob("*.py")
        if "codes" not in path.parts
    ]
    return {code for file in files for code in _RAISED.findall(file.read_text(encoding="utf-8"))}


def test_every_code_that_is_raised_has_a_row() -> None:
    assert sorted(raised() - set(CODES)) == []


def test_every_row_is_of_a_code_that_is_raised() -> None:
    assert sorted(set(CODES) - raised()) == []


def test_the_rows_are_in_order_each_under_its_own_code() -> None:
    assert list(CODES) == [row.code for row in CODES.values()]
    assert {row.family for row in CODES.values()} == set(FAMILIES)
    errors = [code for code in CODES if code.startswith("B")]
    assert list(CODES) == sorted(CODES) and len(errors) > 50


@pytest.mark.parametrize("row", ROWS)
def test_the_sentences(row: Code) -> None:
    assert not row.title.endswith(".")
    for text in (row.why, row.remedy):
        assert text[0].isupper() or text.startswith("`")
        assert text.endswith(".")
        assert "  " not in text and "\n" not in text
    assert 1 <= len(re.findall(r"[.!?](?= |$)", row.why)) <= 4


@pytest.mark.parametrize("row", ROWS)
def test_the_examples_are_small_specs(row: Code) -> None:
    assert (row.wrong is None) == (row.right is None) == bool(row.unprovoked)
    for example in (row.wrong, row.right):
        if example is not None and example.step not in ("explain", "new"):
            assert 3 <= len(example.spec.splitlines()) <= 12


def test_few_codes_have_no_example() -> None:
    without = [row.code for row in CODES.values() if row.unprovoked]
    assert without == ["B104", "B405", "B408", "B409", "B602", "B604", "B608", "B609", "W606"]
