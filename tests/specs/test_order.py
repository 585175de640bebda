"""Text and YAML give the identical program, however the kinds of statements are mixed.

That statements of one kind in another order are the same model is tested in
`compiler/test_statement_order.py`; their order in the program, and in the results, is as written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bayescript.compiler.pipeline import Compilation
from bayescript.grammar import tree
from bayescript.grammar.printing.canonical import outcomes, section
from bayescript.grammar.printing.text import print_text
from bayescript.grammar.printing.trivia import Comments
from bayescript.grammar.printing.yaml import print_yaml
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from bayescript.runtime.model import read_source

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.bayes"))
INLINED = """\
plate group
plate home

data
  x[home, group] : real
  width          : positive
  y[home]        : real

tau ~ HalfNormal(1)
lambda[group] ~ HalfNormal(1)
raw ~ InverseGamma(width / 2, width / 2)
let c = 2 * sqrt(raw)
beta[group] ~ Normal(0, tau * c * lambda)
a[group] = beta + 1
alpha ~ Normal(0, 1)
y[home] ~ Normal(alpha + x @ a, 1)
param s : positive
factor -s * alpha
"""


def sources() -> list[Source]:
    return [Source(INLINED, "inlined.bayes"), *map(read_source, SPECS)]


every_spec = pytest.mark.parametrize("source", sources(), ids=lambda s: Path(s.name).stem)


def code(source: Source) -> str:
    """A program without its comments, and without the lines of the spec from which it comes."""
    program = ast.unparse(ast.parse(Compilation(source).program().source))
    program = re.sub(r"'line': \d+|'statement': '[^']*'", "", program)
    return program.replace(Path(source.name).name, "the spec")


def in_another_order(source: Source, key: Callable[[tree.Statement], float]) -> Source:
    """The same statements, sorted by a key."""
    statements = sorted(read(source).spec.statements, key=key)
    text = "".join(print_text(tree.Spec((s,)), Comments()) for s in statements)
    return Source(text, source.name)


@every_spec
def test_text_and_yaml_give_the_same_program(source: Source) -> None:
    yaml = print_yaml(read(source).spec, Comments())
    assert code(Source(yaml, source.name, "yaml")) == code(source)


@every_spec
def test_the_sections_of_yaml_may_stand_in_any_order(source: Source) -> None:
    sections = print_yaml(read(source).spec, Comments()).rstrip().split("\n\n")
    Random(source.name).shuffle(sections)
    assert code(Source("\n\n".join(sections), source.name, "yaml")) == code(source)


@every_spec
def test_statements_of_several_kinds_may_be_mixed_in_any_way(source: Source) -> None:
    random, given = Random(source.name), outcomes(read(source).spec)
    places: dict[str, list[float]] = {}
    for statement in read(source).spec.statements:
        places.setdefault(section(statement, given), []).append(random.random())
    for found in places.values():
        found.sort(reverse=True)
    mixed = in_another_order(source, lambda s: places[section(s, given)].pop())
    assert code(mixed) == code(source)
