"""The generated pages are what the generator writes, and the table of codes is complete."""

import re
from pathlib import Path

import pytest

from docs.generate import DOCS, PAGES

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r'"([BW]\d{3})"')


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == PAGES[name](), "run `python docs/generate.py`"


def test_every_code_is_in_the_reference() -> None:
    files = [f for room in ("grammar", "compiler", "runtime") for f in (ROOT / room).rglob("*.py")]
    used = {code for f in files for code in CODE.findall(f.read_text(encoding="utf-8"))}
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([BW]\d{3})` \|", page, flags=re.MULTILINE)
    assert sorted(used) == listed
