"""Text → tree: every node with its span."""

from typing import Any

import pytest

from bayescript.grammar.parse import parse
from bayescript.grammar.source import Source, Span
from bayescript.grammar.tree import (
    Argument,
    Axes,
    Binary,
    Call,
    DataBlock,
    Draw,
    Field,
    Index,
    ListOf,
    Name,
    Number,
    String,
    Unary,
)
from tests.grammar.parsed import only

SPANS: dict[str, type[Any]] = {
    "[12.5e1]": Number,
    "[a_name']": Name,
    '["a string"]': String,
    "[-x^2]": Unary,
    "[not a]": Unary,
    "[a + (b * c)]": Binary,
    "[(a + b)]": Binary,
    "a * [(b)]": Name,
    "[a[b, c = 1]]": Index,
    "[f(a, over (b, c))]": Call,
    "[q.loc]": Field,
    "[[1, 2]]": ListOf,
    "f([a], 1)": Argument,
    "f(x, [k = a + b])": Argument,
    "f(x, [over a])": Axes,
}


def nodes(node: Any) -> list[Any]:
    """A node and all nodes inside it."""
    if isinstance(node, tuple):
        return [inner for item in node for inner in nodes(item)]
    if not hasattr(node, "__dataclass_fields__"):
        return []
    inside = [getattr(node, name) for name in node.__dataclass_fields__ if name != "span"]
    return [node, *(inner for value in inside for inner in nodes(value))]


@pytest.mark.parametrize("marked", SPANS)
def test_spans_of_expressions(marked: str) -> None:
    """The outer square brackets of each case mark the span; they are no part of the text."""
    kind = SPANS[marked]
    start = marked.index("[")
    end, text = marked.rindex("]") - 1, marked
    text = text[:start] + text[start + 1 : end + 1] + text[end + 2 :]
    found = [n for n in nodes(only(f"q = {text}\n").value) if isinstance(n, kind)]
    assert Span(4 + start, 4 + end) in [n.span for n in found]


@pytest.mark.parametrize(
    "text",
    [
        'model m "text"',
        "plate a = 1..12",
        "plate a within b",
        "plate a ordered by b",
        "x[a] : real(0, 1) ~ Normal(0, 1)",
        "x[a] = (a + b)",
        "let x = f(a)[b]",
        "param x : positive = 1",
        "factor x[a] = b",
        "factor x ~ Normal(0, 1)",
        "def f(x) = x^2",
        "kernel k = a",
        "network n = f(a -> b)",
        "infer nuts",
    ],
)
def test_spans_of_statements(text: str) -> None:
    before = "z = 1  # é\n\n"
    spec = Source(f"{before}{text}  # a comment\n")
    statement = parse(spec).statements[1]
    assert spec.excerpt(statement.span) == text
    assert spec.place(statement.span.start) == (3, 1)


def test_spans_across_lines_and_in_blocks() -> None:
    spec = Source("data\r\n  x[a] : real(0, 1)?\r\ny ~ Normal(0,\r\n  1)\r\n")
    block, draw = parse(spec).statements
    assert isinstance(block, DataBlock) and isinstance(draw, Draw)
    (line,) = block.declarations
    assert spec.excerpt(line.span) == "x[a] : real(0, 1)?"
    assert spec.excerpt(line.target.span) == "x[a]"
    assert spec.excerpt(line.type.span) == "real(0, 1)?"
    assert spec.place(line.span.start) == (2, 3)
    assert spec.excerpt(draw.span) == "y ~ Normal(0,\r\n  1)"


@pytest.mark.parametrize("tail", ["initially given", "where a > 1", "initially 0 for 3"])
def test_the_span_of_a_statement_holds_its_tails(tail: str) -> None:
    spec = Source(f"x[a] ~ Normal(0, 1), {tail}\n")
    assert spec.excerpt(parse(spec).statements[0].span) == spec.text.strip()


def test_the_span_of_a_plate_holds_its_last_bracket() -> None:
    spec = Source("plate a within (b: c)\n")
    assert spec.excerpt(parse(spec).statements[0].span) == "plate a within (b: c)"
