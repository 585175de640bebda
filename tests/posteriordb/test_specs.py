"""The specs of posteriordb's models and their mapping, without posteriordb itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bayescript as bs
from bayescript.compiler import ir
from tests.posteriordb.cases import ROOT, SPECS, STANDARD, entries

FILES = sorted(SPECS.glob("*.bayes"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_spec_is_without_warnings_and_says_what_it_is(path: Path) -> None:
    model = bs.load(path)
    assert not model.warnings
    # A name cannot begin with a digit: what does goes to the end.
    assert model.name == re.sub(r"^(\d[^_]*)_(.*)$", r"\2_\1", path.stem)
    assert model.description


def test_every_model_of_the_mapping_has_a_spec() -> None:
    assert set(entries()) <= {path.stem for path in FILES}


def test_the_page_shows_every_model() -> None:
    page = (ROOT / "docs" / "posteriordb.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `[^`]+-(\w+)` \|", page, flags=re.MULTILINE)
    assert set(shown) == {path.stem for path in FILES}, "run `python -m tests.posteriordb --page`"


@pytest.mark.parametrize("name", entries())
def test_the_mapping_speaks_of_names_of_the_spec(name: str) -> None:
    model, entry = bs.load(SPECS / f"{name}.bayes").ir, entries()[name]
    quantities = {s.name for s in model.statements}
    drawn = {s.name + STANDARD for s in model.statements if isinstance(s, ir.Sample)}
    given = {datum.name for datum in model.data} | {plate.name for plate in model.plates}
    roles = {parent.role for plate in model.plates for parent in plate.parents}
    assert set(entry.formulas) <= quantities | drawn | given | roles
    assert set(entry.draws) <= quantities
    assert all(ours != formula for ours, formula in entry.formulas.items())
