"""What the order of a spec's statements means: only in which order those of a kind appear."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest

from bayescript.compiler import ir
from bayescript.compiler.lower import lower
from bayescript.compiler.pipeline import Compilation
from bayescript.compiler.walk import names
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
NAME = attrgetter("name")


def sources() -> list[Source]:
    return [Source(INLINED, "inlined.bayes"), *map(read_source, SPECS)]


every_spec = pytest.mark.parametrize("source", sources(), ids=lambda s: Path(s.name).stem)


def code(source: Source) -> str:
    """A program without its comments, and without the lines of the spec from which it comes."""
    program = ast.unparse(ast.parse(Compilation(source).program().source))
    program = re.sub(r"'line': \d+|'statement': '[^']*'", "", program)
    return program.replace(Path(source.name).name, "the spec")


def parts(model: ir.Model) -> ir.Model:
    """A model with what it consists of in the order of names."""
    return replace(
        model,
        plates=tuple(sorted(model.plates, key=NAME)),
        data=tuple(sorted(model.data, key=NAME)),
        statements=tuple(sorted(model.statements, key=NAME)),
    )


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


@every_spec
def test_shuffled_statements_are_the_same_model(source: Source) -> None:
    """The program has them in another order, that of the results; nothing else differs."""
    random = Random(source.name)
    shuffled = in_another_order(source, lambda _: random.random())
    one, other = (lower(read(s).spec, s)[0] for s in (source, shuffled))
    assert parts(one) == parts(other)
    seen: set[str] = set()
    latents = {s.name for s in other.statements} - {d.name for d in other.data}
    for statement in other.statements:
        assert names(statement) & latents <= seen | {statement.name}
        seen.add(statement.name)
