"""What is no spec gets one message: its code, its exact place, what is wrong, what to do."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.diagnostics import Diagnostic, SpecError
from bayescript.grammar.parse import parse, read_text
from bayescript.grammar.source import Source


class Wrong(NamedTuple):
    """A text, and the diagnostic that it gets."""

    text: str
    code: str
    place: tuple[int, int]
    under: str
    message: str
    label: str = ""
    help: str = ""


EXPRESSION = "expected an expression"
EARLY = "the statement ends too early"
CASES = {
    "a tab": Wrong(
        "data\n\tx : real\n", "B103", (2, 1), "\t", "a tab in the indentation", "",
        "indent with spaces: tabs and spaces cannot be compared",
    ),
    "a tab after spaces": Wrong(
        "x = 1 +\n  \t2\n", "B103", (2, 1), "  \t", "a tab in the indentation", "",
        "indent with spaces: tabs and spaces cannot be compared",
    ),
    "an indented first line": Wrong(
        "# c\n  x = 1\n", "B103", (2, 1), "  ", "the first statement is indented", "",
        "begin it at the margin",
    ),
    "an unindented dedent": Wrong(
        "data\n    x : real\n  y : real\n", "B103", (3, 1), "  ",
        "this line's indentation fits no statement above it", "",
        "indent it like the statement that it belongs beside",
    ),
    "a block that is not indented": Wrong(
        "data\nx : real\ny : real\n", "B103", (2, 1), "x",
        "the lines of a `data` block are indented", "", "indent it by two",
    ),
    "a block without lines": Wrong(
        "data\nx ~ Normal(0, 1)\n", "B101", (1, 5), "\n", "this block has no lines",
        "expected an indented block",
    ),
    "a bracket that is never closed": Wrong(
        "x = 1\ny = (2 + [3]\n", "B102", (2, 5), "(", "`(` is never closed", "",
        "add `)` where the group ends",
    ),
    "the other bracket": Wrong(
        "x = a[1)\n", "B102", (1, 8), ")", "`)` does not close `[`", "", "close it with `]`"
    ),
    "a bracket too many": Wrong(
        "x = 1\r\n\r\ny = a)\r\n", "B102", (3, 6), ")", "`)` closes nothing", "", "remove it"
    ),
    "a string that is never closed": Wrong(
        'model m "abc\nx = 1\n', "B105", (1, 9), '"', "this string is never closed", "",
        'end it with `"` on the same line',
    ),
    "a character of no meaning": Wrong(
        "é = a $ b\n", "B105", (1, 7), "$", "`$` means nothing here", "",
        "the character is DOLLAR SIGN: remove it",
    ),
    "an invisible character": Wrong(
        "x = a\u00a0+ b\n", "B105", (1, 6), "\u00a0", "`NO-BREAK SPACE` means nothing here", "",
        "the character is NO-BREAK SPACE: remove it",
    ),
    "single quotes": Wrong(
        "model m 'text'\n", "B105", (1, 9), "'", "`'` means nothing here", "",
        'strings are written in double quotes: `"…"`',
    ),
    "braces": Wrong(
        "x = {1}\n", "B105", (1, 5), "{", "`{` means nothing here", "",
        "the language has no braces",
    ),
    "a semicolon": Wrong(
        "x = 1;\n", "B105", (1, 6), ";", "`;` means nothing here", "",
        "one statement a line: no semicolons",
    ),
    "another language's and": Wrong(
        "x = a && b\n", "B105", (1, 7), "&", "`&` means nothing here", "",
        "write `and`, `or`, `not`",
    ),
    "a name with a digit first": Wrong(
        "x = 2y\n", "B105", (1, 5), "2y", "a name cannot begin with a digit", "",
        "put a letter first, or write `*` between a number and a name",
    ),
    "a number that is too large": Wrong(
        "x = 1 + 1e999\n", "B101", (1, 9), "1e999",
        "this number is too large for double precision", "", "numbers end at about 1.8e308",
    ),
    "a number of too many digits": Wrong(
        f"x = {'9' * 5000}\n", "B101", (1, 5), "9" * 5000, "a number of 5000 digits", "",
        "write it as 1e…",
    ),
    "201 brackets": Wrong(
        f"x = {'(' * 201}1{')' * 201}\n", "B104", (1, 205), "(",
        "brackets are nested more than 200 deep", "",
        "give parts of the expression a name with `let`",
    ),
    "many brackets of both kinds": Wrong(
        f"x = {'f([' * 50_000}", "B104", (1, 306), "(",
        "brackets are nested more than 200 deep", "",
        "give parts of the expression a name with `let`",
    ),
    "a chained comparison": Wrong(
        "x = a < b < c\n", "B101", (1, 11), "<", "`<` does not fit here",
        "expected `,` or the end of the line",
        "comparisons do not chain: write `a < b and b < c`",
    ),
    "a missing expression": Wrong("x =\n", "B101", (1, 4), "\n", EARLY, EXPRESSION),
    "a missing distribution": Wrong("x ~  # c\ny = 1\n", "B101", (1, 4), "\n", EARLY, EXPRESSION),
    "nothing after an operator": Wrong("x = a and\n", "B101", (1, 10), "\n", EARLY, EXPRESSION),
    "an operator without its left side": Wrong(
        "x = / a\n", "B101", (1, 5), "/", "`/` does not fit here", EXPRESSION
    ),
    "an empty argument": Wrong(
        "x = f(,)\n", "B101", (1, 7), ",", "`,` does not fit here", EXPRESSION
    ),
    "two expressions": Wrong(
        "x = a b\n", "B101", (1, 7), "b", "`b` does not fit here", "",
        "an operator or a comma is missing before it: write `*` to multiply",
    ),
    "an expression on the left": Wrong(
        "a + b ~ Normal(0, 1)\n", "B101", (1, 3), "+", "`+` does not fit here",
        "expected `=` or `:` or `[` or `~`",
    ),
    "a label in a left side": Wrong(
        "x[1] ~ Normal(0, 1)\n", "B101", (1, 3), "1", "`1` does not fit here", "expected a name"
    ),
    "a type without a distribution": Wrong(
        "x : real\n", "B101", (1, 9), "\n", EARLY, "expected `~`"
    ),
    "a misspelt keyword": Wrong(
        "pltae a\n", "B101", (1, 1), "pltae", "no statement begins with `pltae`", "",
        "did you mean `plate`?",
    ),
    "a distribution in data": Wrong(
        "data\n  y ~ Normal(0, 1)\n", "B101", (2, 5), "~", "`~` does not fit here", "expected `:`"
    ),
    "a plate of two names": Wrong(
        "plate a b\n", "B101", (1, 9), "b", "`b` does not fit here",
        "expected `=` or `within` or `ordered` or the end of the line",
    ),
    "a factor named by a call": Wrong(
        "factor f(x) = 3\n", "B101", (1, 8), "f(x)",
        "a factor's name is a name, with plates in brackets", "",
        "write `factor name[plate] = expression`",
    ),
    "a line of an ode that is no derivative": Wrong(
        "ode t\n  f(x) = 1, initially 0\n", "B101", (2, 3), "f",
        "the lines of an ode block give derivatives", "", "write `d(u) = …, initially …`",
    ),
    "where twice": Wrong(
        "x ~ Normal(0, 1), where a, where b\n", "B101", (1, 34), "b", "`where` is given twice",
        "", "keep one of them",
    ),
    "zero bytes": Wrong(
        "\x00\x01", "B105", (1, 1), "\x00", "`U+0000` means nothing here", "",
        "the character is U+0000: remove it",
    ),
}  # fmt: skip


def error(text: str) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        parse(Source(text, "s.bayes"))
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize("name", CASES)
def test_the_message(name: str) -> None:
    wrong, source = CASES[name], Source(CASES[name].text)
    found = error(wrong.text)
    assert found.span is not None
    assert (found.code, found.message, found.label, found.help) == (
        wrong.code,
        wrong.message,
        wrong.label,
        wrong.help,
    )
    assert source.place(found.span.start) == wrong.place
    # Where something is missing at the end of a line, the mark stands behind it.
    assert source.excerpt(found.span).strip(" ") == wrong.under.strip(" ") or wrong.under == "\n"


@pytest.mark.parametrize("name", [n for n in CASES if "digits" not in n and "many" not in n])
def test_the_excerpt(name: str) -> None:
    wrong = CASES[name]
    line, column = wrong.place
    shown = error(wrong.text).render(Source(wrong.text, "s.bayes")).splitlines()
    assert shown[0] == f"error[{wrong.code}]: {wrong.message}"
    assert shown[1].endswith(f"--> s.bayes:{line}:{column}")
    text = wrong.text.splitlines()[line - 1] if "\u00a0" not in wrong.text else wrong.text[:-1]
    if len(text) > 160:  # a part of the line, around the place
        begin = column - 1 - 80
        text, column = text[begin : begin + 160], 81
    text = "".join(
        "\N{REPLACEMENT CHARACTER}" if ord(c) < 32 else c for c in text.replace("\t", " ")
    )
    assert shown[3] == f"{line} | {text}"
    mark = max(1, len(wrong.under.strip("\n")))
    under = f"  | {' ' * (column - 1)}{'^' * mark} {wrong.label}".rstrip()
    assert shown[4] == under
    assert (shown[-1] == f"  = help: {wrong.help}") is bool(wrong.help)


def test_a_bracket_that_the_next_statement_ends() -> None:
    found = error("x ~ Normal(0, 1\ny = 2\nz = 3\n")
    assert (found.code, found.message) == ("B102", "`(` is not closed before the next statement")
    assert found.help == "add `)` where the group ends"
    assert found.span is not None and found.span.start == 10


def test_a_comparison_in_place_of_a_definition() -> None:
    found = error("x == 2\n")
    assert found.span is not None and found.span.start == 2
    assert "chain" not in found.help and "`=`" in found.help


def test_within_without_a_parent() -> None:
    found = error("plate a within\n")
    assert "`within`" not in found.label


def test_the_excerpt_of_a_long_line_is_cut() -> None:
    text = f"x = {'a + ' * 5000} ;\n"
    excerpt, mark = error(text).render(Source(text)).splitlines()[3:5]
    assert len(excerpt) <= len("1 | ") + 160
    assert excerpt[mark.index("^")] == ";"


RECOVERED = {
    "a statement a line": ("x = \ny ~ Normal(0, 1)\nplate a b\n", ["1:4", "3:9"], "y"),
    "a misspelt keyword is read as meant": ("plaet county\nifner nuts\n", ["1:1", "2:1"], ""),
    "a misspelt block": ("dat\n  x : real\n  y = 3\nz = 1\n", ["1:1", "3:5"], "z"),
    "lines of blocks": ("data\n  x real\n  y : real\n  : z\na = 1\n", ["2:5", "4:3"], "a"),
    "a bad character": ("a = $\nb = 1\nc = é§\nd = 1\n", ["1:5", "3:6"], "bd"),
    "its deeper lines are skipped": ("a = (1 $\n  ) + 3\nb = 1)\nc = 2\n", ["1:8", "3:6"], "c"),
    "unclosed brackets": ("a ~ N(1\nb ~ N(2\nc = 1\nd = [3\n", ["1:6", "2:6", "4:5"], "c"),
    "unclosed in data": (
        "data\n  x[a : real\n  y : real\nz = (1\nlet w = 1\n",
        ["2:4", "4:5"],
        "w",
    ),
    "arguments at the margin": ("a ~ N(\nloc = 1,\nscale = 2)\nb = \n", ["4:4"], "a"),
    "unclosed before `=`": ("a = f(1\nb = 2\nc = (3)\nd = )\n", ["1:6", "4:5"], "bc"),
    "tabs": ("data\n\tx : real\n\ty : real\nb = \n", ["2:1", "3:1", "4:4"], ""),
}


@pytest.mark.parametrize("name", RECOVERED)
def test_all_syntax_errors_are_reported_at_once(name: str) -> None:
    text, places, kept = RECOVERED[name]
    source = Source(text)
    reading = read_text(source)
    found = [source.place(d.span.start) for d in reading.errors if d.span]
    assert [f"{line}:{column}" for line, column in found] == places
    targets = [s.target.name.name for s in reading.spec.statements if isinstance(s, STATED)]
    assert targets == list(kept)


STATED = (tree.Draw, tree.Define)


@pytest.mark.parametrize("text", ["", "\n", "  \n\t\n", "# c", "\r\n# c\r\n   "])
def test_nothing_is_a_spec_without_statements(text: str) -> None:
    assert parse(Source(text)) == tree.Spec(())


@pytest.mark.parametrize("depth", [1, 199, 200])
def test_two_hundred_brackets_are_enough(depth: int) -> None:
    (statement,) = parse(Source(f"x = {'(' * depth}1{')' * depth}\n")).statements
    assert isinstance(statement, tree.Define) and statement.value == tree.Number(1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = " + "-" * 6_000 + "1\n", id="minus signs"),
        pytest.param("x = " + "not " * 6_000 + "1\n", id="not"),
        pytest.param("x = 1" + "^1" * 6_000 + "\n", id="powers"),
        pytest.param("x = 1" + " + 1" * 6_000 + "\n", id="sums"),
        pytest.param("x = a" + "[1]" * 6_000 + "\n", id="indices"),
        pytest.param("x = a" + ".b" * 6_000 + "\n", id="fields"),
    ],
)
def test_long_chains_need_no_brackets_and_no_stack(text: str) -> None:
    assert len(parse(Source(text)).statements) == 1


# --- any text at all -----------------------------------------------------------------------


def tree_or_error(text: str) -> None:
    """A tree, or a SpecError whose place lies in the text and which can be shown."""
    source = Source(text)
    try:
        found = parse(source)
    except SpecError as error:
        for diagnostic in error.diagnostics:
            assert diagnostic.code.startswith("B1") and diagnostic.message
            assert diagnostic.span is not None
            assert 0 <= diagnostic.span.start <= len(text)
            assert f"error[{diagnostic.code}]" in diagnostic.render(source)
            assert diagnostic.as_json(source)["range"]
    else:
        assert isinstance(found, tree.Spec)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    tree_or_error(text)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_binary_garbage_too(data: bytes) -> None:
    tree_or_error(data.decode("latin-1"))


_WORDS = """
model plate data let param factor def kernel network infer ode generate guide
within ordered over by on for initially given where and or not
a b' x Normal d μ 0 1.5 1e9 .5 1..3 "s" "" ( ) [ ] ~ = : , . ^ ? + - * / @
-> .. == != < <= ' { ; \\ # c
"""
WORDS = [*_WORDS.split(), "\n", "\r\n", "\n  ", "\n    ", "\n\t", " ", "\r"]
SOUP = st.lists(st.sampled_from(WORDS), max_size=40)


@given(SOUP, st.sampled_from([" ", ""]))
@settings(max_examples=400, deadline=None)
def test_token_soup_gives_a_tree_or_an_error(words: list[str], glue: str) -> None:
    tree_or_error(glue.join(words))
