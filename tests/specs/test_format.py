"""The specs of the repository are written in the canonical form, and are the same in YAML."""

import ast
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
    """The lines of a program but for what tells where in the spec they come from, in any order.

    Nor does it count in which order arguments are listed, and how lines are broken.
    """
    tree = ast.parse(program)
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                entries = {ast.unparse(k): v for k, v in zip(keys, values, strict=True) if k}
                kept = sorted(entries.keys() - {"'line'", "'statement'", "'spec'"})
                node.keys = [ast.parse(key, mode="eval").body for key in kept]
                node.values = [entries[key] for key in kept]
            case ast.List(elts=[ast.Constant(), *_]):
                node.elts.sort(key=ast.unparse)
            case ast.arguments(kwonlyargs=names, kw_defaults=defaults):
                pairs = sorted(zip(names, defaults, strict=True), key=lambda pair: pair[0].arg)
                node.kwonlyargs = [name for name, _ in pairs]
                node.kw_defaults = [default for _, default in pairs]
    lines = [line.strip() for line in ast.unparse(tree).splitlines()]
    return sorted(line for line in lines if " program of " not in line)
