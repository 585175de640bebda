"""Names that share a distribution: the same model as with a line each."""

import re
import textwrap

import pytest

import bayescript as bs
from bayescript import BayescriptError, loads

REGRESSION = """
plate county
plate home within county

data
  floor[home]  : binary
  radon[home]  : real
  again[home]  : real

alpha, beta ~ Normal(mu, 10)
a[county], b[county], c ~ Normal(0, tau)
mu ~ Normal(0, 1)
sigma, tau : positive ~ Normal(0, 1)
radon[home], again[home] ~ Normal(alpha + a + (beta + b + c) * floor, sigma), where floor == 1

guide
  alpha, beta, mu, c ~ Normal(m, s)
  a[county], b[county] ~ Normal(0, s)
  sigma, tau ~ LogNormal(0, s)
  let m = 2

param s : positive
"""


def apart(text: str) -> str:
    """Each group as lines of its own."""
    found = []
    for line in text.splitlines():
        drawn = re.fullmatch(r"( *)([^~:]*?)((?: :[^~]*)? ~.*)", line)
        if drawn is None:
            found.append(line)
            continue
        indent, names, rest = drawn.groups()
        found += [f"{indent}{name}{rest}" for name in re.split(r", (?![^\[]*\])", names)]
    return "\n".join(found)


def bare(program: str) -> str:
    """A program without its comments, and without the places in its spec."""
    lines = (x for x in program.splitlines() if not x.lstrip().startswith("#"))
    return re.sub(r'"line": \d+', "", "\n".join(lines))


@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_the_program_is_that_of_a_line_each(backend: str) -> None:
    assert apart(REGRESSION).count("~") == 18
    together, one = (loads(t, "m.bayes").compile(backend) for t in (REGRESSION, apart(REGRESSION)))
    assert bare(together.source) == bare(one.source)


def test_the_program_quotes_the_statement_once() -> None:
    source = loads(REGRESSION, "m.bayes").compile("numpyro").source
    model = source[source.index("def model") : source.index("def guide")]
    assert model.count("# alpha, beta ~ Normal(mu, 10)") == 1
    assert model.count("# a[county], b[county], c ~ Normal(0, tau)") == 1


def codes(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BayescriptError) as caught:
        loads(textwrap.dedent(text), "m.bayes")
    return [(d.code, d.message) for d in caught.value.diagnostics]


def test_what_they_share_is_wrong_once() -> None:
    assert codes("a, b ~ Normal(nobody, 1)\nfactor a + b") == [("B201", "`nobody` is not known")]
    assert [code for code, _ in codes("a, b ~ Normal(0, 1, 2)\nfactor a + b")] == ["B212"]


def test_what_is_each_one_s_own_is_told_of_each() -> None:
    found = codes("a[p], b[q] ~ Normal(0, 1)\nfactor sum(a) + sum(b)")
    assert [(code, re.findall("`(.)`", message)) for code, message in found] == [
        ("B204", ["p"]),
        ("B204", ["q"]),
    ]
    assert [code for code, _ in codes("a, a ~ Normal(0, 1)\nfactor a")] == ["B202"]
    model = loads("a, b, c ~ Normal(0, 1)\nfactor a")
    assert [d.code for d in model.warnings] == ["W202", "W202"]


def test_a_prior_and_a_likelihood_do_not_share_a_statement() -> None:
    text = "data\n  y : real\nmu, y ~ Normal(0, 1)"
    assert codes(text) == [("B217", "`mu` is not data, and `y` is")]
    yaml = "data:\n  y: real\npriors:\n  mu, y: Normal(0, 1)\n"
    with pytest.raises(BayescriptError) as caught:
        bs.loads(yaml, "m.yaml")
    assert {d.code for d in caught.value.diagnostics} == {"B217"}


def test_a_definition_is_of_one_name() -> None:
    with pytest.raises(BayescriptError) as caught:
        loads("a, b = 3\n")
    (told,) = caught.value.diagnostics
    assert told.code == "B101" and "a line of its own" in told.help


def test_a_broken_statement_declares_all_its_names() -> None:
    text = "plate p\na, b[p], c ~ Normal(0, 1\nd ~ Normal(a + c, 1)\nfactor d + sum(b)"
    assert [code for code, _ in codes(text)] == ["B102"]
    yaml = "plates: {p: }\npriors:\n  a, b[p], c: Normal(0, 1\n  d: Normal(a + c, 1)\n"
    with pytest.raises(BayescriptError) as caught:
        bs.loads(yaml + "factors:\n  - d + sum(b)\n", "m.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["B102"]
