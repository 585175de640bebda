"""Text → tree: every construct to its node."""

import pytest

from bayescript.grammar import tree
from bayescript.grammar.tree import (
    Argument,
    Arrow,
    Axes,
    Binary,
    Call,
    Data,
    DataBlock,
    Def,
    Define,
    Draw,
    Expr,
    Factor,
    Field,
    Generate,
    Guide,
    Header,
    Index,
    Infer,
    Initially,
    Kernel,
    ListOf,
    Name,
    Network,
    Number,
    Ode,
    Param,
    Plate,
    Prior,
    Rate,
    Role,
    Setting,
    String,
    Type,
    Unary,
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
    y,
)

# --- expressions ---------------------------------------------------------------------------

NUMBERS: dict[str, float | int] = {
    "0": 0,
    "007": 7,
    "20_000": 20_000,
    "1.5": 1.5,
    ".5": 0.5,
    "1e5": 1e5,
    "1E-3": 1e-3,
    "2.5e+2": 250.0,
    ".5e1": 5.0,
    "1_0.2_5": 10.25,
    "123456789012345678901234567890": 123456789012345678901234567890,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text: str) -> None:
    found = expression(text)
    assert found == Number(NUMBERS[text])
    assert isinstance(found, Number) and type(found.value) is type(NUMBERS[text])


EXPRESSIONS: dict[str, Expr] = {
    "a + b * c": Binary("+", a, Binary("*", b, c)),
    "a * b + c": Binary("+", Binary("*", a, b), c),
    "a - b - c": Binary("-", Binary("-", a, b), c),
    "a / b / c": Binary("/", Binary("/", a, b), c),
    "a @ b * c": Binary("*", Binary("@", a, b), c),
    "(a + b) * c": Binary("*", Binary("+", a, b), c),
    "-x^2": Unary("-", Binary("^", x, two)),
    "(-x)^2": Binary("^", Unary("-", x), two),
    "2^-1": Binary("^", two, Unary("-", one)),
    "a^b^c": Binary("^", a, Binary("^", b, c)),
    "-a * b": Binary("*", Unary("-", a), b),
    "a * -b": Binary("*", a, Unary("-", b)),
    "a - -b": Binary("-", a, Unary("-", b)),
    "--a": Unary("-", Unary("-", a)),
    "a -b": Binary("-", a, b),
    "a < b + c": Binary("<", a, Binary("+", b, c)),
    "a == b": Binary("==", a, b),
    "a != b": Binary("!=", a, b),
    "a <= b": Binary("<=", a, b),
    "a >= b": Binary(">=", a, b),
    "(a < b) < c": Binary("<", Binary("<", a, b), c),
    "a < b and b < c": Binary("and", Binary("<", a, b), Binary("<", b, c)),
    "a or b and c": Binary("or", a, Binary("and", b, c)),
    "a or b or c": Binary("or", Binary("or", a, b), c),
    "not a and b": Binary("and", Unary("not", a), b),
    "not a == b": Unary("not", Binary("==", a, b)),
    "not not a": Unary("not", Unary("not", a)),
    "a[b]": Index(a, (Argument(b),)),
    "a[b, c]": Index(a, (Argument(b), Argument(c))),
    'a["u v", b = 1]': Index(a, (Argument(String("u v")), Argument(one, "b"))),
    "a[b][c]": Index(Index(a, (Argument(b),)), (Argument(c),)),
    "a[b]^2": Binary("^", Index(a, (Argument(b),)), two),
    "a.loc": Field(a, Name("loc")),
    "a(b)": call("a", b),
    "a()": call("a"),
    "a(b, c,)": call("a", b, c),
    "a(b, x = 1)": call("a", b, x=one),
    "a(b)[c]": Index(call("a", b), (Argument(c),)),
    "sum(x, over a)": Call(Name("sum"), (Argument(x),), (Axes("over", (a,)),)),
    "sum(x over a)": Call(Name("sum"), (Argument(x),), (Axes("over", (a,)),)),
    "sum(x, over (a, b))": Call(Name("sum"), (Argument(x),), (Axes("over", (a, b)),)),
    "mean(x, by a)": Call(Name("mean"), (Argument(x),), (Axes("by", (a,)),)),
    "RBF(on (a, b))": Call(Name("RBF"), (), (Axes("on", (a, b)),)),
    "[1, a, -2]": ListOf((one, a, Unary("-", two))),
    "[]": ListOf(()),
    '"a # b"': String("a # b"),
    '""': String(""),
    "P[b']": Index(Name("P"), (Argument(Name("b'")),)),
    "MLP(x -> y)": Call(Name("MLP"), arrow=Arrow(x, ((None, y),))),
    "MLP(x -> (a = y, b: c), x = 1)": Call(
        Name("MLP"), (Argument(one, "x"),), arrow=Arrow(x, (("a", y), ("b", c)))
    ),
    "MLP(a, b ~ Normal(0, 1))": Call(
        Name("MLP"), (Argument(a),), priors=(Prior(b, call("Normal", Number(0), one)),)
    ),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    assert expression(text) == EXPRESSIONS[text]


# --- statements ----------------------------------------------------------------------------

STATEMENTS: dict[str, tree.Statement] = {
    "model m": Header(Name("m")),
    'model m "It\'s {b}"': Header(Name("m"), "It's {b}"),
    "plate a": Plate(a),
    "plate a = 3": Plate(a, Number(3)),
    "plate a = 1..12": Plate(a, one, Number(12)),
    "plate a = [b, 2, -1]": Plate(a, ListOf((b, two, Unary("-", one)))),
    "plate a within b": Plate(a, parents=(Role(b, b),)),
    "plate a within (b, c)": Plate(a, parents=(Role(b, b), Role(c, c))),
    "plate a within (b: x, c: x)": Plate(a, parents=(Role(b, x), Role(c, x))),
    "plate a within(b)": Plate(a, parents=(Role(b, b),)),
    "plate a ordered": Plate(a, ordered=True),
    "plate a ordered by b": Plate(a, ordered=True, ordered_by=b),
    "plate a = 3 within b ordered  # c": Plate(a, Number(3), None, (Role(b, b),), True),
    "x ~ Normal(0, 1)": Draw(target("x"), normal),
    "x[a, a'] ~ Normal(0, 1)": Draw(target("x", "a", "a'"), normal),
    "x, y[a] ~ Normal(0, 1)": Draw(target("x"), normal, others=(target("y", "a"),)),
    "x, y : positive ~ Normal(0, 1)": Draw(
        target("x"), normal, Type(Name("positive")), others=(target("y"),)
    ),
    "x : positive ~ Normal(0, 1)": Draw(target("x"), normal, Type(Name("positive"))),
    "x : real(a, upper = 2) ~ Normal(0, 1)": Draw(
        target("x"), normal, Type(Name("real"), (Argument(a), Argument(two, "upper")))
    ),
    "x ~ 2 * Beta(2, 2) - 1": Draw(
        target("x"), Binary("-", Binary("*", two, call("Beta", two, two)), one)
    ),
    "x[a] ~ Normal(0, 1), initially given": Draw(
        target("x", "a"), normal, initially=Initially(None)
    ),
    "x[a] ~ Normal(0, 1), initially b": Draw(target("x", "a"), normal, initially=Initially(b)),
    "x[a] ~ Normal(0, 1), initially b for 6": Draw(
        target("x", "a"), normal, initially=Initially(b, Number(6))
    ),
    "x[a] ~ Normal(0, 1), where b > 1": Draw(target("x", "a"), normal, where=Binary(">", b, one)),
    "x[a] ~ Normal(0, 1), initially given, where b": Draw(
        target("x", "a"), normal, None, Initially(None), b
    ),
    "x = a": Define(target("x"), a),
    "x[a, b] = 1": Define(target("x", "a", "b"), one),
    "let x = a": Define(target("x"), a, local=True),
    "let x[a] = b, where c": Define(target("x", "a"), b, True, None, c),
    "param x : positive = 1": Param(target("x"), Type(Name("positive")), one),
    "param x[a] : real(0, 1)": Param(
        target("x", "a"), Type(Name("real"), (Argument(Number(0)), Argument(one)))
    ),
    "factor a": Factor(a),
    "factor -0.5 * a": Factor(Binary("*", Unary("-", Number(0.5)), a)),
    "factor (a) * b": Factor(Binary("*", a, b)),
    "factor 2.5 * a, where b": Factor(Binary("*", Number(2.5), a), where=b),
    "factor x = a": Factor(a, target("x")),
    "factor x[b] = a": Factor(a, target("x", "b")),
    "factor sum(x) ~ Normal(0, 1)": Factor(call("sum", x), None, normal),
    "def a() = 1": Def(a, (), one),
    "def a(b, c) = b / c": Def(a, (b, c), Binary("/", b, c)),
    "kernel a = b * RBF(x = 1)": Kernel(target("a"), Binary("*", b, call("RBF", x=one))),
    "kernel a[b] = c": Kernel(target("a", "b"), c),
    "network a = MLP(b -> c)": Network(a, Call(Name("MLP"), arrow=Arrow(b, ((None, c),)))),
    "infer nuts": Infer(Name("nuts")),
    "data\n  x : real": DataBlock((Data(target("x"), Type(Name("real"))),)),
    "data  # these\n  x[a] : count? = 0\n\n  y : real(0, 1)": DataBlock(
        (
            Data(target("x", "a"), Type(Name("count"), optional=True), Number(0)),
            Data(target("y"), Type(Name("real"), (Argument(Number(0)), Argument(one)))),
        )
    ),
    "infer svi\n  steps = 20_000\n  batch = 128 over a\n  device = cuda(1)": Infer(
        Name("svi"),
        (
            Setting(Name("steps"), Number(20_000)),
            Setting(Name("batch"), Number(128), a),
            Setting(Name("device"), call("cuda", one)),
        ),
    ),
    "generate\n  x ~ Normal(0, 1)\n  let y = x\n  a[b] = y": Generate(
        (
            Draw(target("x"), normal),
            Define(target("y"), x, local=True),
            Define(target("a", "b"), y),
        )
    ),
    "guide\n  x[a] ~ Normal(0, 1)": Guide((Draw(target("x", "a"), normal),)),
    "ode t, start = 0, method = stiff\n  d(x) = -a, initially b\n  d(y[c]) = 1, initially 2": Ode(
        Name("t"),
        (Setting(Name("start"), Number(0)), Setting(Name("method"), Name("stiff"))),
        (
            Rate(target("x"), Unary("-", a), b),
            Rate(target("y", "c"), one, two),
        ),
    ),
}


@pytest.mark.parametrize("text", STATEMENTS)
@pytest.mark.parametrize("end", ["", "\n", "\n\n# a comment", "\r\n"])
def test_statements(text: str, end: str) -> None:
    assert only(text + end) == STATEMENTS[text]


@pytest.mark.parametrize("text", STATEMENTS)
def test_the_end_of_a_line_may_be_crlf(text: str) -> None:
    assert only(text.replace("\n", "\r\n") + "\r\n") == STATEMENTS[text]


def test_all_statements_together_are_the_same() -> None:
    assert statements("\n".join(STATEMENTS)) == tuple(STATEMENTS.values())


# --- layout --------------------------------------------------------------------------------

CONTINUED = {
    "deeper lines": "x[a] ~ Normal(0,\n  1),\n    initially given\n",
    "an operator at the end": "x[a] ~\n  Normal(0, 1),\n  initially given\n",
    "comments between": "x[a] ~ # one\n  # two\n\n# three\n Normal(0, 1), initially given\n",
    "inside brackets": "x[\na\n] ~ Normal(\n0,\n\n# three\n1\n), initially given",
    "crlf": "x[a] ~ Normal(0, 1),\r\n  initially given\r\n",
}


@pytest.mark.parametrize("name", CONTINUED)
def test_a_deeper_line_continues_its_statement(name: str) -> None:
    assert only(CONTINUED[name]) == Draw(target("x", "a"), normal, initially=Initially(None))


@pytest.mark.parametrize("tail", ["initially\n  given", "where\n  a > 1"])
def test_a_keyword_may_end_a_line(tail: str) -> None:
    one_line = " ".join(tail.split())
    assert only(f"x[a] ~ Normal(0, 1), {tail}\n") == only(f"x[a] ~ Normal(0, 1), {one_line}\n")


def test_continued_lines_inside_a_block() -> None:
    text = "data\n  x[a]\n    : real\n  y :\n      count\nz = 1\n"
    assert statements(text) == (
        DataBlock(
            (
                Data(target("x", "a"), Type(Name("real"))),
                Data(target("y"), Type(Name("count"))),
            )
        ),
        Define(target("z"), one),
    )


def test_comments_and_empty_lines_say_nothing() -> None:
    text = "\n# first\n\n   # indented\nx = 1 # 2\n      # deep\n\n#y = 2\nz = 2\n   \n"
    assert statements(text) == (Define(target("x"), one), Define(target("z"), two))
    assert statements("") == statements("# only this") == statements("\n \n") == ()


def test_a_block_ends_where_the_margin_is_reached() -> None:
    text = "infer nuts\n    chains = 1\n    seed = 2\nx = 1\ninfer hmc\ny = 2\n"
    settings = (Setting(Name("chains"), one), Setting(Name("seed"), two))
    assert statements(text) == (
        Infer(Name("nuts"), settings),
        Define(target("x"), one),
        Infer(Name("hmc")),
        Define(target("y"), two),
    )
