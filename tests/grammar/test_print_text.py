"""Tree → text → tree."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.parse import parse
from bayescript.grammar.printing import document
from bayescript.grammar.printing.canonical import canonical
from bayescript.grammar.printing.text import print_text
from bayescript.grammar.source import Source
from tests.grammar.trees import expressions, specs


@given(expressions)
@settings(deadline=None, max_examples=300)
def test_an_expression_is_read_for_what_it_was(value: tree.Expr) -> None:
    spec = tree.Spec((tree.Define(tree.Target(tree.Name("q")), value),))
    assert parse(Source(print_text(spec))) == spec


@given(specs())
@settings(deadline=None, max_examples=150)
def test_a_spec_is_read_for_what_it_was(spec: tree.Spec) -> None:
    text = print_text(spec)
    found = parse(Source(text))
    assert found == canonical(spec)
    assert print_text(found) == text


@given(specs(), st.integers(1, 60))
@settings(deadline=None, max_examples=150)
def test_a_broken_line_continues_its_statement(spec: tree.Spec, width: int) -> None:
    with patch.object(document, "WIDTH", width):
        text = print_text(spec)
    assert parse(Source(text)) == canonical(spec)
