"""Lints about what is used, and for what: W205, W206, W209, W210, W214."""

import pytest

from tests.lints.said import said

# --- W205: shares ------------------------------------------------------------------------------

SHARE = "plate f\ndata\n  y[f] : unit\nm ~ Normal(0, 1)\ns ~ HalfNormal(1)\n"


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (SHARE + "y[f] ~ Normal(m, s)\n", ["W205 y"]),
        (SHARE + "y[f] ~ StudentT(4, m, s)\n", ["W205 y"]),
        (SHARE.replace("unit", "real(0, 1)") + "y[f] ~ Logistic(m, s)\n", ["W205 y"]),
        # near misses
        (SHARE + "y[f] ~ Beta(inv_logit(m) * s, (1 - inv_logit(m)) * s)\n", []),
        (SHARE + "y[f] ~ Truncated(Normal(m, s), lower = 0, upper = 1)\n", []),
        (SHARE + "let z = logit(y)\nz[f] ~ Normal(m, s)\n", []),
        (SHARE.replace("unit", "real(0, 100)") + "y[f] ~ Normal(m, s)\n", []),
        (SHARE.replace("unit", "positive") + "y[f] ~ Normal(m, s)\n", []),
    ],
)
def test_w205(spec: str, found: list[str]) -> None:
    assert said(spec) == found


def test_w205_with_data_that_stay_away_from_the_ends() -> None:
    spec = SHARE + "y[f] ~ Normal(m, s)\n"
    assert said(spec, {"y": [0.0, 0.2, 0.9, 0.4]}) == ["W205 y"]
    assert said(spec, {"y": [0.9, 0.95, 0.97, 0.99]}) == ["W205 y"]
    assert said(spec, {"y": [0.45, 0.5, 0.55, 0.52]}) == []


# --- W206: out of the range --------------------------------------------------------------------

COUNT = "plate p\ndata\n  x[p] : real\n  k[p] : count\na ~ Normal(0, 1)\nb ~ Normal(0, 1)\n"
RATE = "k[p] ~ Poisson(rate)\n"
TRUTH = "plate p\ndata\n  y[p] : binary\na ~ Beta(1, 1)\nb ~ Beta(1, 1)\n"
TRUTH_X = TRUTH.replace("data\n", "data\n  x[p] : real\n")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        # checking the spec says it of the expression itself (W203), and not of its name
        (COUNT + "let rate = a + b * x\n" + RATE, ["W206 Poisson"]),
        (TRUTH + "y[p] ~ Bernoulli(a + b)\n", ["W206 Bernoulli"]),
        (TRUTH + "let odd = 1 - a - b\ny[p] ~ Bernoulli(odd)\n", ["W206 Bernoulli"]),
        (COUNT + "let rate = a^2 - 0.5 + b^2 + x^2\n" + RATE, []),  # x may be large enough
        (COUNT.replace("real", "positive") + "let rate = (a^2 - 0.5 + b^2) * x\n" + RATE,
         ["W206 Poisson"]),
        (TRUTH.replace("binary", "real") + "y[p] ~ Normal(a, b - 0.5)\n", ["W206 Normal"]),
        # near misses: the same ends, never left
        (TRUTH + "y[p] ~ Bernoulli(a * b)\n", []),
        (TRUTH + "let q = a + (1 - a) * b\ny[p] ~ Bernoulli(q)\n", []),
        (TRUTH_X + "let q = a * inv_logit(x) + (1 - a) * b\ny[p] ~ Bernoulli(q)\n", []),
        (TRUTH_X + "let q = a^(x^2) * b\ny[p] ~ Bernoulli(q)\n", []),
        (COUNT + "let rate = exp(a + b * x)\n" + RATE, []),
        (COUNT.replace("b ~ Normal(0, 1)", "b ~ HalfNormal(1)")
         + "let rate = -b * log(inv_logit(a))\nk[p] ~ Poisson(rate * (x - 5)^2)\n", []),
        # only in the tails of the priors
        (COUNT.replace("a ~ Normal(0, 1)", "a ~ Normal(50, 5)")
         + "let rate = a + 0 * b * x\n" + RATE, []),
        # whether the data allow it, the spec does not tell
        (COUNT.replace("a ~ Normal(0, 1)", "a ~ HalfNormal(1)")
         + "let rate = a + b * x\n" + RATE, []),
    ],
)  # fmt: skip
def test_w206(spec: str, found: list[str]) -> None:
    assert [one.replace("probs", "Bernoulli") for one in said(spec)] == found


ERRORS = "plate s\ndata\n  y[s] : real\n  e[s] : {}\nm ~ Normal(0, 1)\ny[s] ~ Normal(m, {})\n"


def test_w206_data_that_may_be_0() -> None:
    assert said(ERRORS.format("nonnegative", "e")) == ["W206 Normal"]
    assert said(ERRORS.format("count", "e")) == ["W206 Normal"]
    data = {"y": [1.5, 2.5], "e": [0.5, 0.0]}
    assert said(ERRORS.format("nonnegative", "e"), data) == ["W206 Normal"]
    # near misses
    assert said(ERRORS.format("positive", "e")) == []
    assert said(ERRORS.format("nonnegative", "0.1 + e")) == []
    assert said(ERRORS.format("nonnegative", "e"), data | {"e": [0.5, 0.1]}) == []
    assert said(ERRORS.format("nonnegative", "1 + e").replace("Normal(m,", "Normal(m * e,")) == []


# --- W209: definitions -------------------------------------------------------------------------

HOMES = "plate h\ndata\n  x[h] : real\n  y[h] : real\nb ~ Normal(0, 1)\n"


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (HOMES + "let z = x / 2\ny[h] ~ Normal(b * x, 1)\n", ["W209 z"]),
        (HOMES + "let z = x / 2\nlet w = z + 1\ny[h] ~ Normal(b * x, 1)\n", ["W209 z", "W209 w"]),
        (HOMES + "let z = b^2\ny[h] ~ Normal(b * x, 1)\n", ["W209 z"]),
        (HOMES + "def f(u) = u / 2\ndef g(u) = f(u)\ny[h] ~ Normal(b * x, 1)\n",
         ["W209 f", "W209 g"]),
        (HOMES + "y[h] ~ Normal(b * x, 1)\ngenerate\n  let u = b^2\n  v = b + 1\n", ["W209 u"]),
        # near misses: recorded, observed, used in a filter, in another definition, by a function
        (HOMES + "z[h] = x * b\ny[h] ~ Normal(b * x, 1)\n", []),
        (HOMES + "let z = y / 2\nz[h] ~ Normal(b * x, 1)\n", []),
        (HOMES + "let there = x > 0\ny[h] ~ Normal(b * x, 1), where there\n", []),
        (HOMES + "let z = x / 2\nlet w = z + 1\ny[h] ~ Normal(b * w, 1)\n", []),
        (HOMES + "def g(u) = f(u)\ndef f(u) = u / 2\ny[h] ~ Normal(b * g(x), 1)\n", []),
        (HOMES + "let z = x / 2\ny[h] ~ Normal(b * x, 1)\ngenerate\n  w = mean(z * b)\n", []),
        (HOMES + "let z = b^2\nfactor -z\ny[h] ~ Normal(b * x, 1)\n", []),
    ],
)  # fmt: skip
def test_w209(spec: str, found: list[str]) -> None:
    assert said(spec) == found


# --- W210: plates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("plate c\n" + HOMES + "y[h] ~ Normal(b * x, 1)\n", ["W210 c"]),
        ("plate c = 1..3\n" + HOMES + "y[h] ~ Normal(b * x, 1)\n", ["W210 c"]),
        ("plate c within d\nplate d\n" + HOMES + "y[h] ~ Normal(b * x, 1)\n", ["W210 c"]),
        # near misses: a parent, the type of data, an axis of lags, a size
        (HOMES.replace("plate h", "plate c\nplate h within c") + "y[h] ~ Normal(b * x, 1)\n", []),
        (HOMES.replace("data\n", "plate c\ndata\n  k[h] : c\n")
         + "m[c] ~ Normal(0, 1)\ny[h] ~ Normal(m[k] + b * x, 1)\n", []),
        (HOMES.replace("plate h", "plate h ordered\nplate l = 1..2")
         + "w[l] ~ Normal(0, 1)\ny[h] ~ Normal(prev(y, l) @ w + b * x, 1), initially given\n", []),
        ("plate c = 4\n" + HOMES + "y[h] ~ Normal(b * x, size(c))\n", []),
        ("plate c = 1..3\n" + HOMES + "y[h] ~ Normal(b * x, 1 + 0 * sum(c^2))\n", []),
        ("plate c = 3\n" + HOMES
         + "y[h] ~ Normal(b * x, 1)\ngenerate\n  n[c] ~ Normal(b, 1)\n", []),
    ],
)  # fmt: skip
def test_w210(spec: str, found: list[str]) -> None:
    assert said(spec) == found


# --- W214: outcomes without latents ------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("plate h\ndata\n  y[h] : real\ny[h] ~ Normal(0, 1)\n", ["W214 y"]),
        ("plate h\ndata\n  y[h] : real\n  x[h] : real\n  k[h] : count\nb ~ Normal(0, 1)\n"
         "y[h] ~ Normal(b, 1)\nlet z = exp(x)\nk[h] ~ Poisson(z)\n", ["W214 k"]),
        ("plate h\ndata\n  y[h] : real\nlet z = y - mean(y)\nz[h] ~ Normal(0, sd(y))\n",
         ["W214 z"]),
        # near misses
        ("plate h\ndata\n  y[h] : real\ns ~ HalfNormal(1)\ny[h] ~ Normal(0, s)\n", []),
        ("plate h\ndata\n  y[h] : real\nparam s : positive\ny[h] ~ Normal(0, s)\ninfer map\n", []),
        ("plate h\ndata\n  y[h] : real\ns ~ HalfNormal(1)\nlet v = s^2\nlet w = v + 1\n"
         "y[h] ~ Normal(0, w)\n", []),
        # a predictor whose missing cells are drawn
        ("plate h\ndata\n  x[h] : real?\n  y[h] : real\nb ~ Normal(0, 1)\nx[h] ~ Normal(0, 1)\n"
         "y[h] ~ Normal(b * x, 1)\n", []),
    ],
)  # fmt: skip
def test_w214(spec: str, found: list[str]) -> None:
    assert said(spec) == found
