"""The specs of the repository are written in the canonical form, and are the same in YAML."""

from pathlib import Path

import pytest

from bayescript.grammar.format import format_spec
from bayescript.grammar.surfaces import read
from bayescript.runtime.model import read_source

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.bayes"))


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_the_spec_is_written_in_the_canonical_form(path: Path) -> None:
    source = read_source(path)
    assert format_spec(read(source)) == source.text, f"run `bayescript fmt {path}`"
