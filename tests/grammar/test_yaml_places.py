"""Every character of a YAML scalar is found again in the source, in every style."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from bayescript.grammar.yaml.compose import compose
from bayescript.grammar.yaml.nodes import Mapping, Scalar

BLANK = " \t\n\r\x85\u2028\u2029"


def value_of(text: str) -> Scalar:
    document = compose(Source(text, "s.yaml", "yaml"))
    assert not document.errors and isinstance(document.root, Mapping)
    value = document.root.pairs[-1][1]
    assert isinstance(value, Scalar)
    return value


def check(scalar: Scalar, source: str) -> None:
    places = scalar.places
    assert len(places) == len(scalar.text) + 1
    assert list(places) == sorted(places)
    assert all(scalar.span.start <= p <= scalar.span.end for p in places)
    for character, place in zip(scalar.text, places, strict=False):
        if character not in BLANK:
            written = source[place]
            escaped = written == "\\" and scalar.style == '"'
            assert written == character or escaped, (character, source[place:])


WRITTEN = {
    "plain": "k: ab + c\n",
    "plain_at_the_end": "k: ab + c",
    "plain_over_lines": "k: ab\n  + c\n\n  - d\n",
    "plain_with_a_comment": "k: ab + c  # d\n",
    "single": "k: 'a ''b'' + c'\n",
    "single_quotes_only": "k: ''''''\n",
    "single_over_lines": "k: 'a  \n\n    ''b'' \n  c '\n",
    "double": 'k: "ab + c"\n',
    "double_escapes": 'k: "a\\tb\\u00e9 \\x41\\U0001f600\\\\ \\"c\\" \\/ d\\ne"\n',
    "double_blank_escapes": 'k: "a \\\n   \\ b\\x20c \\\n\n d"\n',
    "double_over_lines": 'k: "ab  \n\n   + c\n  d "\n',
    "literal": "k: |\n  ab\n    + c\n\n  d\n",
    "literal_kept": "k: |+\n  ab\n\n\n",
    "literal_stripped": "k: |-  # why\n   ab\n   # no comment\n",
    "literal_indented": "k: |2\n    ab\n   c\n",
    "folded": "k: >\n  ab\n  + c\n\n  d\n    e\n  f\n",
    "after_a_wide_character": "x: 😀\nk: '😀''é' # 😀\n",
    "after_windows_lines": "x: 1\r\nk: 'a\r\n  b'\r\n",
    "after_other_line_ends": "x: a\x85y: b\u2028z: c\u2029k: 'd\u2028 e'\r",
    "after_a_mark": "\ufeffk: 'ab'\n",
    "empty": "k: ''\n",
    "tab": "k:\ta\tb\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_places(name: str) -> None:
    source = WRITTEN[name]
    check(value_of(source), source)


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from("ab'\"\\+#:[]{},é😀\u2028\x85\xa0\t \n") | st.characters(codec="utf-8"),
        max_size=60,
    ),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.booleans(),
    st.sampled_from(["", "😀: é\n", "\ufeff"]),
)
def test_places_of_what_yaml_writes(text: str, style: str, wide: bool, before: str) -> None:
    written = before + yaml.safe_dump(
        {"k": text}, default_style=style, width=20, allow_unicode=wide, explicit_end=False
    )
    scalar = value_of(written)  # not always the text: PyYAML folds the line ends of Unicode
    check(scalar, written)


WRONG = {  # the `$` is wrong there
    "plain": "priors:\n  x: Normal(0, $)\n",
    "over_lines": "priors:\n  x: Normal(0,\n\n    $)\n",
    "single": "priors:\n  x: 'where(a'' == b, $)'\n",
    "double": 'priors:\n  x: "u[\\"\\u00e9\\"] + $"\n',
    "literal": "priors:\n  x: |\n    Normal(0,\n      $)\n",
    "folded": "priors:\n  x: >-  # a\n    Normal(0,\n    $)\n",
    "wide": "lets: {a: '\"😀\"'}\npriors:\n  x: '\"😀😀\" + $'\n",
    "windows": "lets:\r\n  a: b\r\npriors:\r\n  x: $\r\n",
    "mark": "\ufeffpriors:\n  x: $\n",
    "key": "priors:\n  'x[$]': U(1)\n",
    "list": "lets:\n  x: [a, [b, $]]\n",
    "part": "priors:\n  x: {value: U(1), initially: a + $}\n",
    "draw": "generated:\n  x: ~ U($)\n",
    "let": "generated:\n  let x[$]: 1\n",
    "setting": "inference: {method: nuts, a: $}\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_inside_scalars(name: str) -> None:
    source = Source(WRONG[name], "s.yaml", "yaml")
    (error,) = read(source).errors
    assert error.code == "B105" and error.span is not None
    assert source.excerpt(error.span) == "$"


def test_spans_of_nodes() -> None:
    text = (
        "plates:\n  home: {within: county}\n"
        "priors:\n  'mu[home]':  >\n    Normal(a\n      + x, 1)\n"
    )
    source = Source(text, "s.yaml", "yaml")
    plate, draw = read(source).spec.statements
    assert isinstance(plate, tree.Plate) and isinstance(draw, tree.Draw)
    assert source.excerpt(plate.span) == "home: {within: county}"
    assert source.excerpt(plate.parents[0].plate.span) == "county"
    assert source.excerpt(draw.span).startswith("'mu[home]':  >\n")
    assert source.excerpt(draw.span).endswith("+ x, 1)")
    assert source.excerpt(draw.target.span) == "mu[home]"
    assert source.excerpt(draw.distribution.span) == "Normal(a\n      + x, 1)"


def test_spans_of_blocks() -> None:
    source = Source("data:\n  a: int = 3\ninference:\n  method: nuts\n  n: 1\n", "s", "yaml")
    block, infer = read(source).spec.statements
    assert source.excerpt(block.span) == "data:\n  a: int = 3"
    assert isinstance(infer, tree.Infer)
    assert source.excerpt(infer.span) == "inference:\n  method: nuts\n  n: 1"
    assert source.excerpt(infer.settings[0].span) == "n: 1"
