"""Lints about priors: W204, W207, W208, W212, W213. True findings, and what comes near."""

import numpy as np
import pytest

import bayescript as bs
from tests.lints.said import said

HOME = "plate home\ndata\n  area[home] : real\n  price[home] : real\n"
PRICE = "price[home] ~ Normal(a + b * area, s)\n"

# --- W204: no prior ----------------------------------------------------------------------------

PARAM = "param s : positive\na ~ Normal(0, 1)\nb ~ Normal(0, 1)\n"
GUIDE = "param m : real\nguide\n  a ~ Normal(m, 1)\n"


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (HOME + PARAM + PRICE + "infer nuts\n", ["W204 s"]),
        (HOME + PARAM + PRICE, ["W204 s"]),  # `auto` is nuts here
        (HOME + PARAM.replace("positive", "real(0, 9) = 2") + PRICE + "infer mh\n", ["W204 s"]),
        ("plate p = 3\nparam m[p] : real\ndata\n  y[p] : real\ny[p] ~ Normal(m, 1)\n", ["W204 m"]),
        # near misses: learned by optimisation, written out, or a part of a guide
        (HOME + PARAM + PRICE + "infer map\n", []),
        (HOME + PARAM + PRICE + "infer svi\n", []),
        (HOME + PARAM.replace("param s : positive", "s ~ HalfFlat()") + PRICE, []),
        ("data\n  y : real\na ~ Normal(0, 1)\ny ~ Normal(a, 1)\n" + GUIDE, []),
    ],
)
def test_w204(spec: str, found: list[str]) -> None:
    assert said(spec) == found


# --- W207: no units that the quantity could have -----------------------------------------------


def line(a: str, b: str, s: str) -> str:
    return HOME + f"a ~ {a}\nb ~ {b}\ns ~ {s}\n" + PRICE


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (line("Normal(0, 1e6)", "Normal(0, 1)", "HalfNormal(1)"), ["W207 a"]),
        (line("Normal(0, 1)", "StudentT(3, 0, 1e7)", "HalfNormal(1)"), ["W207 b"]),
        (line("Normal(0, 1)", "Normal(0, 1)", "HalfNormal(1e4)"), ["W207 s"]),
        (line("Normal(0, 1)", "Normal(0, 1)", "Uniform(0, 1000)"), ["W207 s"]),
        (line("Normal(0, 1)", "Normal(0, 1)", "Exponential(0.00001)"), ["W207 s"]),
        # near misses
        (line("Normal(0, 1000)", "Normal(0, 10)", "HalfNormal(1000)"), []),
        # another prior tells that the units are small
        (line("Normal(300000, 100000)", "Normal(0, 5000)", "HalfNormal(50000)"), []),
        (line("Normal(0, 1)", "Normal(0, 1)", "Uniform(0, 100)"), []),
        (line("Flat()", "Flat()", "HalfFlat()"), []),
        (HOME.replace("price[home] : real", "price[home] : real(0, 2e6)")
         + "a ~ Normal(0, 1e6)\nb ~ Normal(0, 1)\ns ~ HalfNormal(1e4)\n" + PRICE, []),
    ],
)  # fmt: skip
def test_w207(spec: str, found: list[str]) -> None:
    assert said(spec) == found


def test_w207_says_how_far() -> None:
    for prior, message in (
        ("HalfNormal(1e4)", "the prior of `s` spreads over 10,000"),
        ("Uniform(0, 1000)", "the prior of `s` reaches to 1,000"),
    ):
        (found,) = bs.loads(line("Normal(0, 1)", "Normal(0, 1)", prior)).lint()
        assert found.message == message


AREA = np.array([-1.2, -0.5, 0.1, 0.4, 1.2])
LOOSE = line("Normal(0, 1e6)", "Normal(0, 1e6)", "HalfNormal(1e6)")
TIGHT = line("Normal(0, 1)", "Normal(0, 1)", "HalfNormal(1)")


@pytest.mark.parametrize(
    ("spec", "price", "area", "found"),
    [
        (LOOSE, 100 + 40 * AREA, AREA, ["W207 a", "W207 b", "W207 s"]),
        # the outcome is in such units, or the predictor is
        (LOOSE, 200_000 + 80_000 * AREA, AREA, []),
        (line("Normal(0, 100)", "Normal(0, 1e6)", "HalfNormal(50)"), 40 * AREA, AREA / 1e5, []),
        # a prior that lets the outcome hardly move
        (TIGHT, 200_000 + 80_000 * AREA, AREA, ["W207 a", "W207 b"]),
        (TIGHT, 5 + 40 * AREA, AREA, []),
        # narrow around what is known: not around 0
        (line("Normal(5, 0.001)", "Normal(0, 5)", "HalfNormal(9)"), 5 + 40 * AREA, AREA, []),
    ],
)
def test_w207_with_data(spec: str, price: np.ndarray, area: np.ndarray, found: list[str]) -> None:
    assert said(spec, {"price": price, "area": area}) == found


def test_w207_of_a_group_level_mean_and_of_a_logarithm() -> None:
    spec = """\
plate firm
plate record within firm
data
  gain[record] : positive
mu  ~ Normal(0, 1e5)
tau ~ HalfNormal(1)
s   ~ HalfNormal(1)
level[firm] ~ Normal(mu, tau)
gain[record] ~ LogNormal(level, s)
infer nuts
  noncentered = [level]
"""
    data = {"firm": ["a", "a", "b", "b"], "gain": [2.0, 3.0, 9.0, 11.0]}
    assert said(spec, data) == ["W207 mu", "W208 mu"]
    assert said(spec.replace("1e5", "5"), data) == []


# --- W208: too wide for a logarithmic scale ----------------------------------------------------

VOTE = "plate voter\ndata\n  age[voter] : real\n  union[voter] : binary\n  vote[voter] : binary\n"
VOTED = "vote[voter] ~ Bernoulli(logits = a + b * age + c * union)\n"


def vote(a: float, b: float, c: float, of: str = VOTED) -> str:
    return VOTE + f"a ~ Normal(0, {a})\nb ~ Normal(0, {b})\nc ~ Normal(0, {c})\n" + of


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (vote(100, 1, 1), ["W208 a"]),
        (vote(1, 1, 50), ["W208 c"]),
        (vote(100, 1, 1, "let p = inv_logit(a + b * age + c * union)\n"
              "vote[voter] ~ Bernoulli(p)\n"), ["W208 a"]),
        ("plate p\ndata\n  k[p] : count\nm ~ Normal(0, 1000)\nk[p] ~ Poisson(exp(2 * m))\n",
         ["W208 m"]),
        ("plate p\ndata\n  y[p] : positive\nm ~ Normal(0, 40)\ny[p] ~ LogNormal(m, 1)\n",
         ["W208 m"]),
        ("plate g = 3\nplate cut = 2\nplate p\ndata\n  x[p] : binary\n  y[p] : g\n"
         "b ~ Normal(0, 50)\nc[cut] ~ Ordered(Normal(0, 2))\ny[p] ~ OrderedLogistic(b * x, c)\n",
         ["W208 b"]),
        ("plate p\ndata\n  y[p] : unit\nm ~ SkewNormal(0, 90, 1)\ny[p] ~ LogitNormal(m, 1)\n",
         ["W208 m"]),
        # near misses
        (vote(10, 1, 2.5), []),
        (vote(1, 100, 1), []),  # what ages are, the spec does not tell
        ("plate p\ndata\n  k[p] : count\nm ~ Normal(0, 100)\nk[p] ~ Poisson(exp(m / 50))\n", []),
        ("plate p\ndata\n  y[p] : real\nm ~ Normal(0, 100)\ny[p] ~ Normal(m, 1)\n", []),
    ],
)  # fmt: skip
def test_w208(spec: str, found: list[str]) -> None:
    assert said(spec) == found


def test_w208_with_data_knows_the_columns() -> None:
    data = {"age": [-1.0, 0.5, 2.0, -1.5], "union": [0, 1, 1, 0], "vote": [1, 0, 1, 1]}
    assert said(vote(1, 100, 1), data) == ["W208 b"]
    assert said(vote(1, 100, 1), data | {"age": [-0.01, 0.005, 0.02, -0.015]}) == []
    assert said(vote(1, 1, 40), data | {"union": [0, 1, 0, 0]}) == []  # sd 0.43


# --- W212: hard bounds -------------------------------------------------------------------------


def bounded(prior: str, of: str = "price[home] ~ Normal(a + b * area, 1)\n", **more: str) -> str:
    home = HOME.replace("price[home] : real", f"price[home] : {more.get('price', 'real')}")
    return home + f"a ~ {more.get('a', 'Normal(0, 5)')}\nb ~ {prior}\n" + of


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (bounded("Uniform(-10, 10)"), ["W212 b"]),
        (bounded("Uniform(0, 100)"), ["W212 b"]),
        (bounded("Truncated(Normal(0, 5), lower = -3, upper = 3)"), ["W212 b"]),
        (bounded("Normal(0, 1)", a="Uniform(-20, 20)"), ["W212 a"]),
        (vote(1, 1, 1).replace("c ~ Normal(0, 1)", "c ~ Uniform(-5, 5)"), ["W212 c"]),
        # near misses: a sign, a share, a correlation, a bound that is known
        (bounded("Truncated(Normal(0, 5), lower = 0)"), []),
        (bounded("Uniform(0, 1)"), []),
        (bounded("Flat(lower = -10, upper = 10)"), []),
        (bounded("Normal(0, 1)", a="Uniform(0, 100)", price="real(0, 100)"), []),
        (bounded("Uniform(0, 4)", "price[home] ~ Normal(area, 0.1 + b)\na2 = a\n"), []),
        (bounded("Uniform(1, 4)", "price[home] ~ Normal(a + area^b, 1)\n"), []),
        ("plate t ordered\ndata\n  y[t] : real\nphi ~ Uniform(-2, 2)\n"
         "y[t] ~ Normal(phi * prev(y), 1), initially given\n", []),
        ("plate t ordered\ndata\n  y[t] : real\nlet before = prev(y, initially = 0)\n"
         "phi ~ Uniform(-2, 2)\ny[t] ~ Normal(phi * before, 1)\n", []),
    ],
)  # fmt: skip
def test_w212(spec: str, found: list[str]) -> None:
    assert said(spec) == found


# --- W213: Gamma(ε, ε) -------------------------------------------------------------------------


def gamma(prior: str, use: str = "1 / sqrt(t)") -> str:
    return f"plate p\ndata\n  y[p] : real\nm ~ Normal(0, 1)\nt ~ {prior}\ny[p] ~ Normal(m, {use})\n"


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (gamma("Gamma(0.001, 0.001)"), ["W213 t"]),
        (gamma("InverseGamma(0.01, 0.01)", "sqrt(t)"), ["W213 t"]),
        (gamma("Gamma(0.0001, 0.01)"), ["W213 t"]),
        # near misses
        (gamma("Gamma(2, 0.001)"), []),
        (gamma("Gamma(0.1, 0.1)"), []),
        (gamma("InverseGamma(1, 0.001)", "sqrt(t)"), []),
        ("plate p\ndata\n  y[p] : positive\nm ~ HalfNormal(1)\n"
         "y[p] ~ Gamma(0.01 * m, 0.001)\n", []),
    ],
)  # fmt: skip
def test_w213(spec: str, found: list[str]) -> None:
    assert said(spec) == found
