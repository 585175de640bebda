"""What pages take from the code and the specs is up to date: tables, programs, codes, the spec."""

import re
from pathlib import Path

import pytest

from docs.generate import DOCS, PAGES

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r'"([BW]\d{3})"')


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == PAGES[name](), "run `python -m docs.generate`"


def test_the_readme_shows_the_spec_as_it_is() -> None:
    spec = (ROOT / "specs/investment/investment.bayes").read_text(encoding="utf-8")
    assert f"```bayes\n{spec}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_code_is_in_the_reference() -> None:
    files = [f for room in ("grammar", "compiler", "runtime") for f in (ROOT / room).rglob("*.py")]
    used = {code for f in files for code in CODE.findall(f.read_text(encoding="utf-8"))}
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([BW]\d{3})` \|", page, flags=re.MULTILINE)
    assert sorted(used) == listed
