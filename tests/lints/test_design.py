"""Lints about designs and outcomes: W217, W218, W219. True findings, and what comes near."""

from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.runtime.lints.dependent import _triangle
from bayescript.runtime.lints.design import columns
from bayescript.runtime.lints.facts import Facts
from tests.lints.said import said

RANDOM = np.random.default_rng(3)
X = np.round(RANDOM.normal(size=40), 3)
Z = np.round(RANDOM.normal(size=40), 3)
Y = 1 + 0.5 * X - 0.2 * Z + 0.3 * RANDOM.normal(size=40)
KIND = np.array(["u", "v", "w", "w"])[np.arange(40) % 4]

ROWS = "plate kind = [u, v, w]\nplate r\ndata\n  x[r] : real\n  z[r] : real\n  y[r] : real\n"
FLAT = "a ~ Flat()\nb ~ Flat()\nc ~ Flat()\ns ~ HalfNormal(1)\n"


def rows(mean: str, priors: str = FLAT, **data: Any) -> list[str]:
    """What is said of a normal regression on x and z."""
    spec = ROWS.replace("plate kind = [u, v, w]\n", "") + priors
    return said(spec + f"y[r] ~ Normal({mean}, s)\n", {"x": X, "z": Z, "y": Y} | data)


KINDS = ROWS.replace("  z[r] : real\n", "  k[r] : kind\n").replace("  x[r] : real\n", "")


def kinds(mean: str, priors: str) -> list[str]:
    """The same on what kind a row is."""
    spec = KINDS + f"s ~ HalfNormal(1)\n{priors}y[r] ~ Normal({mean}, s)\n"
    return said(spec, {"k": KIND, "y": Y})


# --- W217: what the data cannot tell apart -----------------------------------------------------


def test_w217_columns_that_add_up() -> None:
    assert rows("a + b * x + c * z", z=2 * X) == ["W217 b"]
    assert rows("a + b * x + c * z", z=3 - X) == ["W217 a"]
    assert rows("a + b * x + c * (x - 2 * x) + z") == ["W217 b"]
    assert rows("a + b * x + c * z", z=np.zeros(40)) == ["W217 c"]
    assert rows("a + b * x + c * z", FLAT.replace("c ~ Flat()", "c ~ Normal(0, 1e5)"), z=2 * X) == [
        "W207 c",
        "W217 b",
    ]
    # near misses
    assert rows("a + b * x + c * z") == []
    assert rows("a + b * x + c * z", z=2 * X + 0.001 * Z) == []
    assert rows("a + b * x + c * z", FLAT.replace("c ~ Flat()", "c ~ Normal(0, 1)"), z=2 * X) == []
    assert rows("a + b * x + c * z", z=X**2) == []


def test_w217_one_effect_for_each_kind() -> None:
    assert kinds("a + b[k]", "a ~ Flat()\nb[kind] ~ Flat()\n") == ["W217 a"]
    assert kinds("b[k] + a[k]", "a[kind] ~ Flat()\nb[kind] ~ Flat()\n") == ["W217 b"]
    # near misses
    assert kinds("b[k]", "b[kind] ~ Flat()\n") == []
    assert kinds("a + b[k]", 'a ~ Flat()\nb[kind] ~ Pinned(Flat(), at = "u")\n') == []
    assert kinds("a + b[k]", "a ~ Flat()\nb[kind] ~ SumToZero(Flat())\n") == []
    assert kinds("a + b[k]", "a ~ Flat()\nb[kind] ~ Normal(0, 1)\n") == []


def test_w217_two_levels_of_groups() -> None:
    """A level and the mean of group effects: only the priors tell them apart."""
    groups = "t ~ HalfNormal(1)\nm ~ {m}\na ~ {a}\nb[kind] ~ Normal(m, t)\n"
    assert kinds("a + b[k]", groups.format(m="Flat()", a="Flat()")) == ["W217 a"]
    assert kinds("a + b[k]", groups.format(m="Flat()", a="Normal(0, 1)")) == []
    assert kinds("b[k]", groups.format(m="Flat()", a="Normal(0, 1)") + "d = a\n") == []


def test_w217_more_coefficients_than_rows() -> None:
    spec = "plate f\nplate r\ndata\n  x[r, f] : real\n  y[r] : real\nb[f] ~ {}\n"
    spec += "y[r] ~ Normal(x @ b, 1)\n"
    few = {"x": RANDOM.normal(size=(4, 6)), "y": RANDOM.normal(size=4)}
    assert said(spec.format("Flat()"), few) == ["W217 b"]
    assert said(spec.format("Normal(0, 1)"), few) == []
    many = {"x": RANDOM.normal(size=(40, 6)), "y": Y}
    assert said(spec.format("Flat()"), many) == []
    many["x"][:, 5] = many["x"][:, 0] - many["x"][:, 1]
    assert said(spec.format("Flat()"), many) == ["W217 b"]


def test_w217_behind_a_link() -> None:
    spec = "plate r\ndata\n  x[r] : real\n  z[r] : real\n  k[r] : count\na ~ Flat()\nb ~ Flat()\n"
    spec += "c ~ Flat()\nk[r] ~ Poisson(exp(a + b * x + c * z))\n"
    data = {"x": X, "k": np.arange(40) % 5}
    assert said(spec, data | {"z": -X}) == ["W217 b"]
    assert said(spec, data | {"z": Z}) == []


def test_the_columns_are_those_of_the_model() -> None:
    """Against a design that is put together by hand."""
    spec = KINDS.replace("data\n", "data\n  x[r] : real\n") + "a ~ Normal(0, 2)\n"
    spec += 'b[kind] ~ Normal([0, 1, 2], 3)\nd[kind] ~ Pinned(Normal(0, 1), at = "v")\n'
    spec += "let mean_x = mean(x)\nlet level = a - b[k] / 4\n"
    spec += "y[r] ~ Normal(level + 2 * (d[k] * (x - mean_x)) + x, 1)\n"
    model = bs.loads(spec)
    facts = Facts(model.ir, model.bind({"k": KIND, "x": X, "y": Y}), model._compilation.source)
    (predictor,) = facts.predictors
    found = {column.name: column for column in columns(facts, predictor)}
    is_kind = {k: np.equal(KIND, k).astype(float) for k in "uvw"}
    by_hand = {"a": np.ones(40)}
    by_hand |= {f"b[{k}]": -is_kind[k] / 4 for k in "uvw"}
    by_hand |= {f"d[{k}]": 2 * is_kind[k] * (X - X.mean()) for k in "uw"}
    assert list(found) == list(by_hand)
    for name, values in by_hand.items():
        np.testing.assert_allclose(found[name].values, values, atol=1e-12)
    assert [found[f"b[{k}]"].loc for k in "uvw"] == [0, 1, 2]
    assert {found[f"b[{k}]"].scale for k in "uvw"} == {3}


def test_the_triangle_has_the_singular_values_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bayescript.runtime.lints.dependent._BLOCK", 7)
    whole = RANDOM.normal(size=(50, 5)) * [1, 1e-3, 10, 1, 1]
    expected = np.linalg.svd(whole, compute_uv=False)
    np.testing.assert_allclose(np.linalg.svd(_triangle(whole), compute_uv=False), expected)


# --- W218: far from 0, far apart ---------------------------------------------------------------

YEAR = 1990 + np.arange(40)


def test_w218_far_from_0() -> None:
    assert rows("a + b * x + c * z", x=YEAR) == ["W218 x"]
    assert rows("a + b * log(x) + c * z", x=YEAR) == ["W218 log(x)"]
    assert rows("a + c * z + b * x / 10", x=YEAR) == ["W218 x"]
    assert rows("a + (b + c) * x + c * z", x=YEAR) == ["W218 c", "W218 x"]
    # near misses
    assert rows("a + b * (x - mean(x)) + c * z", x=YEAR) == []
    assert rows("a + b * (x - 2010) + c * z", x=YEAR) == []
    assert rows("a + b * x + c * z", x=X + 5) == []
    assert rows("b * x + c * z", FLAT.replace("a ~ Flat()\n", ""), x=YEAR) == []  # no level
    grouped = "t ~ HalfNormal(1)\nb[kind] ~ Normal(0, t)\nc ~ Flat()\n"
    spec = KINDS.replace("data\n", "data\n  x[r] : real\n") + grouped
    spec += "y[r] ~ Normal(b[k] + c * x, 1)\n"
    assert said(spec, {"k": KIND, "x": YEAR, "y": Y}) == ["W218 x"]


def test_w218_columns_of_a_matrix() -> None:
    spec = "plate f\nplate r\ndata\n  x[r, f] : real\n  y[r] : real\na ~ Flat()\nb[f] ~ Flat()\n"
    model = bs.loads(spec + "y[r] ~ Normal(a + x @ b, 1)\n")
    (found,) = model.lint({"x": np.column_stack([X, YEAR]), "y": Y})
    assert found.code == "W218" and found.help == "centre it: `x - mean(x, over r)`"
    assert [fix.text for fix in found.fixes] == ["(x - mean(x, over r))"]


def test_w218_scales_far_apart() -> None:
    assert rows("a + b * x + c * z", x=X * 5000) == ["W218 x"]
    assert rows("a + b * x + c * z", z=Z / 2000) == ["W218 z"]
    wide = "a ~ Flat()\nb ~ Normal(0, 5)\nc ~ Normal(0, 5)\ns ~ HalfNormal(1)\n"
    assert rows("a + b * x + c * z", wide, x=X * 3000) == ["W207 b", "W218 x"]
    # near misses
    assert rows("a + b * x + c * z", x=X * 500) == []
    assert rows("a + b * x / 5000 + c * z", x=X * 5000) == []
    known = wide.replace("b ~ Normal(0, 5)", "b ~ Normal(0, 0.001)")
    assert rows("a + b * x + c * z", known, x=X * 3000) == []


# --- W219: truth values and counts -------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([0, 1, 1, 0, 1, 1], ["W219 y"]),
        ([0, 0, 1, 3, 2, 0], ["W219 y"]),
        ([0, 5, 2, 1, 0, 4, 3, 0], ["W219 y"]),
        # near misses: no zeros, numbers below 0, halves, two other values
        ([1, 2, 3, 3, 2, 1], []),
        ([28, 8, -3, 7, -1, 1, 18, 12], []),
        ([0, 0.5, 1, 1.5, 2, 0], []),
        ([2, 3, 3, 2], []),
        (list(range(60)), []),
        (list(range(9)), []),
    ],
)
def test_w219(values: list[float], found: list[str]) -> None:
    spec = "plate r\ndata\n  y[r] : real\nm ~ Normal(0, 5)\ns ~ HalfNormal(5)\n"
    assert said(spec + "y[r] ~ Normal(m, s)\n", {"y": values}) == found


def test_w219_is_about_what_is_over_all_numbers() -> None:
    spec = "plate r\ndata\n  y[r] : {}\nm ~ Normal(0, 5)\ny[r] ~ {}\n"
    values = {"y": [0, 0, 1, 3, 2, 0]}
    assert said(spec.format("count", "Poisson(exp(m))"), values) == []
    assert said(spec.format("nonnegative", "Hurdle(LogNormal(m, 1), 0.5)"), values) == []
