"""Lints about group effects: W211, W215, W216. True findings, and what comes near."""

from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler.lints.funnel import effects
from bayescript.runtime.lints.facts import Facts
from bayescript.runtime.lints.funnel import _evidence
from tests.lints.said import said

RANDOM = np.random.default_rng(7)

# --- W211: one element -------------------------------------------------------------------------

PUPILS = """\
plate school
plate pupil within school
data
  y[pupil] : real
mu  ~ Normal(0, 5)
tau ~ HalfNormal(5)
s   ~ HalfNormal(5)
level[school] ~ Normal(mu, tau)
y[pupil]      ~ Normal(level, s)
"""
NONCENTRED = "infer nuts\n  noncentered = [level]\n"
ONE = {"school": ["a"] * 4, "y": [1.0, 2.5, 0.3, 1.8]}
TWO = {"school": ["a", "a", "b", "b"], "y": [1.0, 2.5, 5.3, 6.8]}


def test_w211() -> None:
    assert said(PUPILS + NONCENTRED, ONE) == ["W211 school"]
    alone = (
        "plate p\ndata\n  y[p] : real\nm ~ Normal(0, 5)\ns ~ HalfNormal(5)\ny[p] ~ Normal(m, s)\n"
    )
    assert said(alone, {"y": [3.5]}) == ["W211 p"]
    crossed = PUPILS.replace("plate school", "plate school\nplate town").replace(
        "within school", "within (school, town)"
    )
    crossed = crossed.replace("level[school] ", "level[school, town] ") + NONCENTRED
    assert said(crossed, ONE | {"town": ["t"] * 4}) == ["W211 school"]
    # near misses: two of them, or four along another axis, or a spread that is known
    assert said(PUPILS + NONCENTRED, TWO) == []
    assert said(crossed, ONE | {"town": list("tuvw")}) == []
    assert said(alone, {"y": [3.5, 3.7]}) == []
    known = PUPILS.replace("tau ~ HalfNormal(5)\n", "").replace("(mu, tau)", "(mu, 5)")
    assert said(known, ONE) == []
    feature = "plate f\nplate r\ndata\n  x[r, f] : real\n  y[r] : real\nb[f] ~ Normal(0, 1)\n"
    assert (
        said(feature + "y[r] ~ Normal(x @ b, 1)\n", {"x": [[1.0], [-1.0]], "y": [0.5, 1.5]}) == []
    )


# --- W215: what the spec alone shows -----------------------------------------------------------

SCHOOLS = """\
plate school
data
  y[school] : real
  e[school] : positive
mu  ~ Normal(0, 5)
tau ~ HalfCauchy(5)
theta[school] ~ Normal(mu, tau)
y[school] ~ Normal(theta, e)
"""
VOTES = "plate v\ndata\n  y[v] : binary\nt ~ HalfNormal(1)\nz[v] ~ Normal(0, t)\n"
VOTED = "y[v] ~ Bernoulli(logits = z)\n"
HORSE = """\
plate f
plate r
data
  x[r, f] : real
  y[r] : real
tau ~ HalfCauchy(1)
lambda[f] ~ HalfCauchy(1)
let scale = tau * lambda
b[f] ~ Normal(0, scale)
y[r] ~ Normal(x @ b, 1)
"""


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (VOTES + VOTED, ["W215 t"]),
        (HORSE, ["W215 lambda"]),
        (SCHOOLS.replace("(theta, e)", "(theta, e * s)\ns ~ HalfNormal(1)"), ["W215 tau"]),
        ("plate v = 9\nt ~ Normal(0, 3)\nx[v] ~ Normal(0, exp(t / 2))\ngenerate\n  m = mean(x)\n",
         ["W215 t"]),
        # near misses: one vector is no group; others may have many rows each
        ("plate f = 3\ndata\n  y[f] : real\nL[f, f'] ~ LKJCholesky(2)\ns ~ HalfNormal(1)\n"
         "b[f] ~ MultivariateNormal(0, scale_tril = s * L)\ny[f] ~ Normal(b, 1)\n", []),
        (PUPILS.replace("(mu, tau)", "(mu, tau * own)\nown[school] ~ HalfNormal(1)"), []),
        # what the data say of each is not in the spec
        (SCHOOLS, []),
        (PUPILS, []),
        (VOTES.replace("binary", "count") + "y[v] ~ Poisson(log_rate = z)\n", []),
        # a walk: each step is in all that follows
        ("plate t ordered\ndata\n  y[t] : real\ns ~ HalfNormal(1)\ne ~ HalfNormal(1)\n"
         "step[t] ~ Normal(0, s)\nlevel[t] = cumsum(step)\ny[t] ~ Normal(level, e)\n", []),
        # the other form, a spread that is known, another method
        (VOTES + VOTED + "infer nuts\n  noncentered = [z]\n", []),
        (VOTES.replace("t ~ HalfNormal(1)\n", "").replace("(0, t)", "(0, 1)") + VOTED, []),
        (VOTES + VOTED + "infer svi\n", []),
        (VOTES.replace("data\n", "data\n  age[v] : positive\n")
         + "y[v] ~ Bernoulli(logits = z * age)\nfactor sum(z)\n", []),
    ],
)  # fmt: skip
def test_w215_of_a_spec(spec: str, found: list[str]) -> None:
    assert said(spec) == found


# --- W215 and W216: what the data say ----------------------------------------------------------

EIGHT = {"y": [28.0, 8, -3, 7, -1, 1, 18, 12], "e": [15.0, 10, 16, 11, 9, 11, 10, 18]}


def test_eight_schools_are_a_funnel() -> None:
    assert said(SCHOOLS, EIGHT) == ["W215 tau"]
    assert said(SCHOOLS + "infer nuts\n  noncentered = [theta]\n", EIGHT) == []


def test_the_same_with_errors_that_are_small() -> None:
    exact = {"y": EIGHT["y"], "e": [one / 10 for one in EIGHT["e"]]}
    assert said(SCHOOLS, exact) == []
    exact["e"] = [one / 300 for one in EIGHT["e"]]
    assert said(SCHOOLS + "infer nuts\n  noncentered = [theta]\n", exact) == ["W216 theta"]


def groups(number: int, rows: int, tau: float, of: Any = None) -> dict[str, Any]:
    """Normal rows with standard deviation 1 in groups whose means spread by exactly `tau`."""
    means = tau * np.linspace(-1, 1, number) / np.linspace(-1, 1, number).std(ddof=1)
    noise = RANDOM.normal(size=(number, rows))
    noise -= noise.mean(1, keepdims=True)
    y = (means[:, None] + noise / np.sqrt((noise**2).sum() / (number * (rows - 1)))).ravel()
    return {"school": np.repeat(np.arange(number), rows), "y": y if of is None else of(y)}


def test_few_rows_a_group() -> None:
    assert said(PUPILS, groups(12, 4, 0.5)) == ["W215 tau"]
    # near misses: more rows; or few that tell the groups apart clearly
    assert said(PUPILS, groups(12, 15, 0.5)) == []
    assert said(PUPILS, groups(12, 4, 5.0)) == []
    assert said(PUPILS + NONCENTRED, groups(12, 4, 0.5)) == []


def test_many_rows_a_group() -> None:
    assert said(PUPILS + NONCENTRED, groups(5, 120, 3.0)) == ["W216 level"]
    assert said(PUPILS + NONCENTRED, groups(5, 120, 0.1)) == []  # the rows hardly differ by group
    assert said(PUPILS + NONCENTRED, groups(5, 30, 3.0)) == []
    assert said(PUPILS, groups(5, 120, 3.0)) == []


def test_what_else_explains_the_rows_is_no_error() -> None:
    """Rats whose weights grow: before the growth is told apart, their levels seem unclear."""
    spec = PUPILS.replace("  y[pupil] : real\n", "  y[pupil] : real\n  x[pupil] : real\n")
    spec = spec.replace("(level, s)", "(level + b * x, s)\nb ~ Normal(0, 50)")
    data = groups(12, 4, 3.0)
    x = np.tile([-1.5, -0.5, 0.5, 1.5], 12)
    steep = data | {"x": x, "y": data["y"] + 40 * x}
    assert said(spec, steep) == []
    assert said(PUPILS, {k: v for k, v in steep.items() if k != "x"}) == ["W215 tau"]


def test_the_ratio_is_that_of_a_calculation_by_hand() -> None:
    """In a balanced layout: n (among - error / n) / error, as in an analysis of variance."""
    model = bs.loads(PUPILS)
    data = groups(12, 4, 2.0)
    facts = Facts(model.ir, model.bind(data), model._compilation.source)
    (one,) = effects(facts.graph)
    evidence = _evidence(facts, one)
    assert evidence is not None and evidence.rows is not None and evidence.ratio is not None
    cells = np.reshape(data["y"], (12, 4))
    among = cells.mean(1).var(ddof=1)
    error = cells.var(axis=1, ddof=1).mean()
    np.testing.assert_allclose(evidence.ratio, 4 * (among - error / 4) / error, rtol=1e-12)
    assert list(evidence.rows) == [4] * 12


@pytest.mark.parametrize(
    ("family", "many", "few"),
    [
        ("y[pupil] : count|Poisson(log_rate = level)", [40, 90, 10, 20] * 4, [1, 0, 0, 2] * 4),
        ("y[pupil] : binary|Bernoulli(logits = level)", [0, 1, 1, 0] * 15, [0, 1, 1, 0] * 4),
        ("y[pupil] : count|Binomial(20, logits = level)", [4, 15, 9, 3] * 4, [0, 1, 0, 0] * 4),
    ],
)
def test_an_event_is_worth_a_row(family: str, many: list[int], few: list[int]) -> None:
    column, drawn = family.split("|")
    spec = PUPILS.replace("y[pupil] : real", column).replace("Normal(level, s)", drawn)
    spec = spec.replace("s   ~ HalfNormal(5)\n", "")
    for values, found in ((few, ["W215 tau"]), (many, [])):
        school = np.arange(len(values)) % 4
        assert said(spec, {"school": school, "y": values}) == found


def test_effects_of_effects_and_of_several_outcomes() -> None:
    three = PUPILS.replace("plate school", "plate town\nplate school within town").replace(
        "level[school] ~ Normal(mu, tau)",
        "place[town] ~ Normal(mu, spread)\nspread ~ HalfNormal(5)\n"
        "level[school] ~ Normal(place, tau)",
    )
    data = {"pupil": groups(12, 15, 5.0), "school": {"town": list("abcabcabcabc")}}
    data["school"] |= {"school": range(12)}
    assert said(three, data) == ["W215 spread"]  # four schools a town
    both = PUPILS.replace("  y[pupil] : real\n", "  y[pupil] : real\n  u[pupil] : real\n")
    both += "u[pupil] ~ Normal(level, 1)\n"
    ten = groups(12, 6, 0.5)
    assert said(both, ten | {"u": ten["y"]}) == []  # twelve rows a school, in two outcomes
    assert said(PUPILS, ten) == ["W215 tau"]


def test_missing_and_filtered_rows_say_nothing() -> None:
    data = groups(12, 12, 0.5)
    assert said(PUPILS, data) == []
    sparse = PUPILS.replace("y[pupil] : real", "y[pupil] : real?")
    holes = np.where(np.arange(144) % 3 == 0, data["y"], np.nan)
    assert said(sparse, data | {"y": holes}) == ["W215 tau"]
    kept = PUPILS.replace("  y[pupil] : real\n", "  y[pupil] : real\n  there[pupil] : binary\n")
    kept = kept.replace("(level, s)", "(level, s), where there == 1")
    there = (np.arange(144) % 3 == 0).astype(int)
    assert said(kept, data | {"there": there}) == ["W215 tau"]


def test_a_slope_is_told_by_the_rows_that_have_it() -> None:
    spec = PUPILS.replace("  y[pupil] : real\n", "  y[pupil] : real\n  x[pupil] : binary\n")
    spec = spec.replace("(level, s)", "(a + level * x, s)\na ~ Normal(0, 5)")
    data = groups(12, 15, 0.5)
    assert said(spec, data | {"x": np.tile([1] * 3 + [0] * 12, 12)}) == ["W215 tau"]
    assert said(spec, data | {"x": np.tile([1] * 12 + [0] * 3, 12)}) == []


def test_effects_on_the_odds_of_kinds_are_left_alone() -> None:
    """A row of a Categorical has an effect for each kind: how much it says of one is not known."""
    spec = PUPILS.replace("plate school", "plate kind = [u, v]\nplate school", 1)
    spec = spec.replace("y[pupil] : real", "y[pupil] : kind").replace("s   ~ HalfNormal(5)\n", "")
    spec = spec.replace("level[school] ", "level[school, kind] ")
    spec = spec.replace("Normal(level, s)", "Categorical(logits = level)")
    assert said(spec, {"school": ["a", "a", "b"], "y": ["u", "v", "v"]}) == []


def test_vectors_with_a_known_covariance_have_no_funnel() -> None:
    spec = """\
plate f = 2
plate r
data
  V[f, f'] : real
  x[r, f]  : real
  y[r]     : real
b[f] ~ MultivariateNormal(0, covariance_matrix = V)
y[r] ~ Normal(x @ b, 1)
"""
    data = {"V": [[1.0, 0.2], [0.2, 1.0]], "x": RANDOM.normal(size=(9, 2)), "y": np.arange(9.0)}
    assert said(spec, data) == []
