"""The canonical form: stable, the same model, every comment at its statement."""

import textwrap
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.diagnostics import SpecError
from bayescript.grammar.format import convert, format_spec, same
from bayescript.grammar.printing import document
from bayescript.grammar.printing.canonical import canonical
from bayescript.grammar.printing.text import print_text
from bayescript.grammar.printing.yaml import print_yaml
from bayescript.grammar.source import Source, Surface
from bayescript.grammar.surfaces import read
from tests.grammar.commented import commented
from tests.grammar.trees import specs

SURFACES: tuple[Surface, ...] = ("text", "yaml")


def formatted(text: str) -> str:
    return format_spec(read(Source(textwrap.dedent(text))))


def canonical_text(text: str) -> str:
    """A text that is its own canonical form."""
    text = textwrap.dedent(text)
    assert format_spec(read(Source(text))) == text
    return text


# --- any spec ------------------------------------------------------------------------------


@given(st.data(), specs(), st.integers(20, 100))
@settings(deadline=None, max_examples=100)
def test_text_with_comments(data: st.DataObject, spec: tree.Spec, width: int) -> None:
    with patch.object(document, "WIDTH", width):
        text, comments = data.draw(commented(print_text(spec), "text"))
        before = read(Source(text))
        assert not before.errors
        done = format_spec(before)
        after = read(Source(done))
        assert sorted(c.text for c in after.comments) == sorted(comments)
        assert after.spec == canonical(spec)
        assert format_spec(after) == done


@given(st.data(), specs(), st.integers(20, 100))
@settings(deadline=None, max_examples=100)
def test_yaml_with_comments(data: st.DataObject, spec: tree.Spec, width: int) -> None:
    with patch.object(document, "WIDTH", width):
        text, comments = data.draw(commented(print_yaml(spec), "yaml"))
        before = read(Source(text, surface="yaml"))
        assert not before.errors
        done = format_spec(before)
        after = read(Source(done, surface="yaml"))
        assert sorted(c.text for c in after.comments) == sorted(comments)
        assert after.spec == canonical(spec, "yaml")
        assert format_spec(after) == done


@given(st.data(), specs(), st.sampled_from(SURFACES))
@settings(deadline=None, max_examples=100)
def test_there_and_back(data: st.DataObject, spec: tree.Spec, surface: Surface) -> None:
    other: Surface = "yaml" if surface == "text" else "text"
    write = print_text if surface == "text" else print_yaml
    text, comments = data.draw(commented(write(spec), surface))
    there = read(Source(convert(read(Source(text, surface=surface)), other), surface=other))
    assert format_spec(there) == there.source.text
    back = read(Source(convert(there, surface), surface=surface))
    assert format_spec(back) == back.source.text
    for reading in (there, back):
        assert sorted(c.text for c in reading.comments) == sorted(comments)
        assert canonical(reading.spec, "yaml") == canonical(spec, "yaml")


# --- order and blank lines -----------------------------------------------------------------


def test_sections_come_in_their_order() -> None:
    assert formatted(
        """\
        infer nuts
        generate
          z = 1
        y[a] ~ Normal(0, 1)


        x ~ Normal(0, 1)
        guide
          x ~ Normal(0, 1)
        data
          y[a] : real
        plate a
        def f(x) = x
        data
          u : real
        model m "a model"
        """
    ) == canonical_text(
        """\
        model m "a model"

        plate a

        data
          y[a] : real
          u    : real

        y[a] ~ Normal(0, 1)

        x ~ Normal(0, 1)
        def f(x) = x

        guide
          x ~ Normal(0, 1)

        generate
          z = 1

        infer nuts
        """
    )


def test_operators_are_aligned_as_far_as_no_line_is_torn_apart() -> None:
    canonical_text(
        """\
        data
          uranium[county] : real
          floor[home]     : binary = 0
          T : int

        alpha        ~ Normal(0, 1)
        b_share      ~ Normal(0, 1)
        b_deductible ~ Normal(0, 1)
        b_health[health] ~ Normal(0, 1)
        b        ~ Normal(0, 1)
        x : real ~ Normal(0, 1)
        let z  = 1
        let yy = 2
        c   = 1
        dd  = 2
        e12 = 3

        c = 1
        # apart
        dd = 2
        kernel trend    = k
        kernel seasonal = k

        infer nuts
          chains = 4
          target_accept = 0.9
        """
    )


def test_a_column_that_would_make_a_line_too_long_is_none() -> None:
    long = f"y = {'a' * 95}\nxxx = 1\n"
    assert formatted(long) == long
    fits = f"y   = {'a' * 93}\nxxx = 1\n"
    assert formatted(fits) == fits


# --- expressions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("((a))", "a"),
        ("(a+b)*(c)", "(a + b) * c"),
        ("a-(b-c)-(d)", "a - (b - c) - d"),
        ("(a-b)-c", "a - b - c"),
        ("(-x)^2", "(-x)^2"),
        ("-(x^2)", "-x^2"),
        ("-(-x)", "--x"),
        ("2^(-1)", "2^-1"),
        ("a^(b^c)", "a^b^c"),
        ("(a^b)^c", "(a^b)^c"),
        ("-(a*b)", "-(a * b)"),
        ("(-a)*b", "-a * b"),
        ("a*(-b)", "a * -b"),
        ("(a<b)==c", "(a < b) == c"),
        ("not (a<b)", "not a < b"),
        ("(not a)<b", "(not a) < b"),
        ("not(not a and b)", "not (not a and b)"),
        ("(a or b)and c", "(a or b) and c"),
        ("(a+b)[i].q", "(a + b)[i].q"),
        ("20_000 + 1E-3 + .50", "20_000 + 1E-3 + .50"),
        ("sum(x over (a,b))", "sum(x, over (a, b))"),
        ("f(over a, x)", "f(x, over a)"),
        ("MLP(p->(loc:a,s=b), h=[1,2],)", "MLP(p -> (loc = a, s = b), h = [1, 2])"),
        ("MLP(w~N(0,1), p->())", "MLP(p -> (), w ~ N(0, 1))"),
        ("f((over) and a)", "f((over) and a)"),
        ("u[effect=\"x y\"]", 'u[effect = "x y"]'),
    ],
)  # fmt: skip
def test_expressions_have_the_fewest_brackets(written: str, canonical: str) -> None:
    assert formatted(f"q = {written}\n") == f"q = {canonical}\n"


# --- lines that are too long ---------------------------------------------------------------


def test_long_statements_are_broken() -> None:
    canonical_text(
        """\
plate state = [
    alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida,
    georgia, "not a state"
]

cases[country, day] = (1 - total / pop) * Rt * (prev(cases, lag, initially = 0) @ SI),
    initially y0 for 6
y[animal, occasion] ~ where(
    z,
    Bernoulli(logits = logit(mean_p) + eps + gamma * prev(y, initially = 0)),
    0
)
let x = beta["one"] + beta["black"] * black + beta["female"] * female + beta["v_prev"] * v_prev
    + beta["female_black"] * female * black
y[animal, occasion] ~ where(
    z,
    Bernoulli(logits = logit(mean_p) + eps + gamma * prev(y, initially = 0)),
    0
), initially given, where at_risk

generate
  projected[cohort, age] = where(t <= last, paid, prev(projected) * growth / prev(growth)),
      initially paid
"""
    )


# --- comments ------------------------------------------------------------------------------


def test_comments_move_with_their_statements() -> None:
    assert formatted(
        """\
        # of the file

        # of infer
        infer nuts # at infer
          # of chains
          chains = 4   # at chains
          # last of the block
        # of x

        # of x, too
        x ~ Normal(0, # inside
          # between
          1) # at x
        plate a # at a
        # last
        """
    ) == canonical_text(
        """\
        # of the file

        plate a  # at a

        # of x

        # of x, too
        # inside
        # between
        x ~ Normal(0, 1)  # at x

        # of infer
        infer nuts  # at infer
          # of chains
          chains = 4  # at chains
          # last of the block
        # last
        """
    )


def test_comments_at_the_ends_of_neighbouring_lines_share_a_column() -> None:
    canonical_text(
        """\
        data
          x[a] : real(0, 100)  # per cent
          y[a] : unit          # physical
          z[a] : count
          u[a] : real  # metres
        """
    )


def test_blocks_that_become_one_keep_their_comments() -> None:
    assert formatted(
        """\
        # one
        data # at one
          x : real
          # end of one
        # two
        data # at two
          y : real
        """
    ) == canonical_text(
        """\
        # one
        data  # at one
          x : real
          # end of one
          # two
          # at two
          y : real
        """
    )


def test_a_spec_of_comments_only() -> None:
    assert formatted("# a\n\n\n# b\n") == canonical_text("# a\n\n# b\n")
    assert formatted("") == ""


# --- refusals ------------------------------------------------------------------------------


def test_a_spec_with_errors_is_not_written() -> None:
    reading = read(Source("x = (\ny = 1\n"))
    for surface in SURFACES:
        with pytest.raises(SpecError) as caught:
            convert(reading, surface)
        assert caught.value.diagnostics == reading.errors


def test_what_no_string_of_the_language_holds_is_refused() -> None:
    spec = tree.Spec((tree.Header(tree.Name("m"), 'a "text"'),))
    with pytest.raises(SpecError, match="B109"):
        print_text(spec)


@pytest.mark.parametrize(
    "value",
    ["-" * 2000 + "x", " + ".join(["x"] * 3000), "f(" * 150 + "x" + ")" * 150, "x" + ".a" * 2000],
)
def test_what_is_deep_is_written_too(value: str) -> None:
    reading = read(Source(f"q = {value}\n"))
    assert not reading.errors
    there = read(Source(convert(reading, "yaml"), surface="yaml"))
    assert same(read(Source(convert(there, "text"))).spec, reading.spec)
