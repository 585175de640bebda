"""Texts that YAML can hold and the text surface cannot stay texts in the program."""

import ast

import pytest

from bayescript import SpecError, loads

SPEC = """\
model: m
description: {description}
plates:
  dose: [{label}, high]
data:
  y[dose]: real
priors:
  mu: Normal(0, 1)
likelihoods:
  y[dose]: Normal(mu, 1)
"""

HOSTILE = {
    "triple quotes": '"\\"\\"\\"\\nimport os\\n\\"\\"\\""',
    "a new line": '"one\\nimport os"',
    "a backslash": "'\\N{BULLET} \\x41'",
    "template braces": "'{{ 7 * 7 }} {% raw %} {0}'",
    "a number sign": "'# fmt: off'",
    "a quote": '"it\'s"',
    "dunder": "__import__",
    "look-alikes": "'ｅｘｅｃ \u0430'",
}


def structure(source: str) -> str:
    """A program's code without its texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", ["description", "label"])
def test_a_text_changes_no_code(place: str, name: str, backend: str) -> None:
    plain = {"description": "d", "label": "low"}
    expected = loads(SPEC.format(**plain), surface="yaml").compile(backend).source
    spec = SPEC.format(**(plain | {place: HOSTILE[name]}))
    try:
        found = loads(spec, surface="yaml").compile(backend).source
    except SpecError as error:
        assert {d.code for d in error.diagnostics} <= {"B105", "B107", "B109"}, str(error)
        return
    assert structure(found) == structure(expected)
