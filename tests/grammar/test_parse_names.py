"""Text → tree: words of the language that are names, too, and which names there are."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from bayescript.grammar import tree
from bayescript.grammar.tree import (
    Argument,
    Binary,
    Data,
    DataBlock,
    Define,
    Draw,
    Factor,
    Index,
    Infer,
    Name,
    Number,
    Plate,
    Setting,
    Type,
)
from tests.grammar.parsed import (
    a,
    b,
    c,
    call,
    expression,
    normal,
    one,
    only,
    statements,
    target,
    two,
    x,
)

STARTERS = ["model", "plate", "data", "let", "param", "factor", "def", "kernel", "network"]
WORDS = [*STARTERS, "infer", "ode", "generate", "guide", "within", "ordered", "over", "by", "on"]
WORDS += ["for", "initially", "given", "where", "d"]
USES: dict[str, Callable[[str], tree.Statement]] = {
    "{} ~ Normal(0, 1)": lambda word: Draw(target(word), normal),
    "{} = 1": lambda word: Define(target(word), one),
    "{}[{}] = 1": lambda word: Define(target(word, word), one),
    "let {} = 1": lambda word: Define(target(word), one, local=True),
    "plate {}": lambda word: Plate(Name(word)),
    "x = {}": lambda word: Define(target("x"), Name(word)),
    "x = {} * 2": lambda word: Define(target("x"), Binary("*", Name(word), two)),
    "x = {} - 2": lambda word: Define(target("x"), Binary("-", Name(word), two)),
    "x = 2 + {} + 1": lambda word: Define(
        target("x"), Binary("+", Binary("+", two, Name(word)), one)
    ),
    "x = {}[1]": lambda word: Define(target("x"), Index(Name(word), (Argument(one),))),
    "x = a[{}]": lambda word: Define(target("x"), Index(a, (Argument(Name(word)),))),
    "x = a[{} = 1]": lambda word: Define(target("x"), Index(a, (Argument(one, word),))),
    "x = f({}, 1)": lambda word: Define(target("x"), call("f", Name(word), one)),
    "x = f(1, {} = a)": lambda word: Define(target("x"), call("f", one, **{word: a})),
    "x = ({})": lambda word: Define(target("x"), Name(word)),
    "data\n  {} : real": lambda word: DataBlock((Data(target(word), Type(Name("real"))),)),
    "data\n  x[{}] : {}": lambda word: DataBlock((Data(target("x", word), Type(Name(word))),)),
    "infer nuts\n  {} = 1": lambda word: Infer(Name("nuts"), (Setting(Name(word), one),)),
}


def _use(word: str, use: str) -> Any:
    return pytest.param(word, use, id=use.replace("{}", word).replace("\n", " "))


@pytest.mark.parametrize(("word", "use"), [_use(word, use) for word in WORDS for use in USES])
def test_keywords_are_names_too(word: str, use: str) -> None:
    assert only(use.replace("{}", word)) == USES[use](word)


@pytest.mark.parametrize("word", ["over", "by", "on"])
def test_axis_words_are_arguments_where_nothing_follows_them(word: str) -> None:
    assert expression(f"sum({word}, a)") == call("sum", Name(word), a)
    assert expression(f"sum({word})") == call("sum", Name(word))
    assert expression(f"sum({word} = a)") == call("sum", **{word: a})


def test_where_and_initially_are_functions_and_keywords_too() -> None:
    assert expression("where(a, b, c)") == call("where", a, b, c)
    assert expression("prev(x, initially = 0)") == call("prev", x, initially=Number(0))
    assert only("x ~ Normal(where(a, b, c), 1), where a") == Draw(
        target("x"), call("Normal", call("where", a, b, c), one), where=a
    )


def test_factor_may_be_a_name() -> None:
    assert only("factor = 3") == Define(target("factor"), Number(3))
    assert only("factor ~ Normal(0, 1)") == Draw(target("factor"), normal)


def test_a_factor_may_begin_with_one_digit() -> None:
    assert only("factor 2 * a") == Factor(Binary("*", two, a))


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["μ", "σ_x", "größe", "变量", "x1", "a_b", "Δ2", "ñ"])
def test_unicode_names(name: str) -> None:
    assert only(f"{name} ~ Normal(0, 1)") == Draw(
        target(unicodedata.normalize("NFC", name)), normal
    )


def test_an_underscore_may_begin_a_name() -> None:
    assert only("_x = _") == Define(target("_x"), Name("_"))


def test_names_are_normalised_wherever_they_stand() -> None:
    """Two spellings of a letter that Python reads alike are one name."""
    text = "plate {0}\nx[{0}] = f({0}, {0} = sum(a, over {0}))[{0} = {0}]\n"
    micro, mu = "\u00b5", "\u03bc"
    assert statements(text.format(micro)) == statements(text.format(mu))


def test_primes_belong_to_names() -> None:
    assert expression("P[a', a'']") == Index(
        Name("P"), (Argument(Name("a'")), Argument(Name("a''")))
    )
