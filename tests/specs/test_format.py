"""The specs of the repository are written in the canonical form, and are the same in YAML."""

from pathlib import Path

import pytest

from bayescript import load, loads
from bayescript.grammar.format import convert, format_spec
from bayescript.grammar.surfaces import read
from bayescript.runtime.model import read_source

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.bayes"))


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_the_spec_is_written_in_the_canonical_form(path: Path) -> None:
    source = read_source(path)
    assert format_spec(read(source)) == source.text, f"run `bayescript fmt {path}`"


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_the_same_spec_in_yaml_gives_the_same_program(path: Path) -> None:
    in_yaml = convert(read(read_source(path)), "yaml")
    again = loads(in_yaml, f"{path.stem}.yaml")
    one, other = load(path).compile().source, again.compile().source
    assert _code(one) == _code(other)


def _code(program: str) -> list[str]:
    """The lines of a program but for what tells where in the spec they come from, in any order."""
    places = ('"line":', '"statement":', '"spec":', " program of ")
    lines = [line.strip() for line in program.splitlines()]
    return sorted(
        line for line in lines if not line.startswith("#") and not any(p in line for p in places)
    )
