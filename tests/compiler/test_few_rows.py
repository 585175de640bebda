"""Few rows that stand for all: what is written so, and that the density stays what it was."""

from __future__ import annotations

import textwrap
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bayescript as bs
from bayescript.compiler import ir
from bayescript.compiler.passes import PASSES, optimised
from bayescript.compiler.passes.few_rows import use_few_rows
from bayescript.compiler.reference.density import Reference
from bayescript.runtime.execute import arguments, load_program
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

RNG = np.random.default_rng(11)
N = 40
HEAD = """
    plate town
    plate feature
    plate home within town
    data
      x[home]          : real
      w[home]          : real
      z[home, feature] : real
      treated[home]    : binary
      known[home]      : real
      y[home]          : real
      s[home]          : positive
    a ~ Normal(0, 1)
    b ~ Normal(0, 2)
    c[town] ~ Normal(0, 1)
    d[town] ~ Normal(1, 1)
    e[feature] ~ Normal(0, 1)
    t ~ HalfNormal(1)
    all_used = sum(x + w + treated + known + log(s) + y + sum(z, over feature))
"""
DATA: dict[str, Any] = {
    "home": {
        "town": RNG.choice(["u", "v", "w"], N),
        "x": RNG.normal(size=N),
        "w": RNG.normal(5, 2, size=N),
        "treated": RNG.integers(0, 2, N),
        "known": RNG.normal(size=N),
        "y": RNG.normal(size=N),
        "s": RNG.lognormal(size=N),
    },
    "z": RNG.normal(size=(N, 3)),
}

LINEAR = {
    "an intercept": "y[home] ~ Normal(a, t)",
    "nothing at all": "y[home] ~ Normal(0, t)",
    "data alone": "y[home] ~ Normal(known + 2 * x, t)",
    "a slope": "y[home] ~ Normal(a + b * x, t)",
    "a constant scale": "y[home] ~ Normal(a + b * x, 2)",
    "a scale that is worked out": "y[home] ~ Normal(a, sqrt(t^2 + exp(b)))",
    "an offset": "y[home] ~ Normal(known + a + b * x - 2 * w, t)",
    "an interaction": "y[home] ~ Normal((a + b * treated) * x - b * w, t)",
    "the same column twice": "y[home] ~ Normal(a * x + b * x + b + a, t)",
    "centred and scaled": "y[home] ~ Normal(a + b * (w - mean(w)) / sd(w), t)",
    "functions of data": "y[home] ~ Normal(a + b * log(s) + a * x^2, t)",
    "coefficients that are no latents": "y[home] ~ Normal(exp(a) + a * b * x / t, t)",
    "a sum in brackets, negative": "y[home] ~ Normal(-(a + b * x) / 2, t)",
    "local names": """
    let level = a + b * x
    y[home] ~ Normal(level - b * w, t)""",
    "recorded names": """
    mu[home] = a + b * x
    y[home] ~ Normal(mu, t)""",
    "names of data": """
    let u = (w - mean(w)) / 2
    y[home] ~ Normal(a + b * u, t)""",
    "a product": "y[home] ~ Normal(z @ e, t)",
    "a product and more": "y[home] ~ Normal(a + b * x + (z - mean(z, over home)) @ e, t)",
    "a sum over features": "y[home] ~ Normal(a + sum(z * e, over feature), t)",
    "a sum of data over features": "y[home] ~ Normal(a + b * sum(z, over feature), t)",
    "groups": "y[home] ~ Normal(a + c, t)",
    "groups with slopes": "y[home] ~ Normal(b * w + c + d * x, t)",
    "groups by treatment": "y[home] ~ Normal(where(treated, c, a) + d, t)",
    "a choice": "y[home] ~ Normal(where(treated, a + b * x, known), t)",
    "a filter": "y[home] ~ Normal(a + b * x, t), where x > 0",
    "a filter and a product": "y[home] ~ Normal(a + z @ e + c, t), where treated",
    "a positive outcome": "s[home] ~ LogNormal(a + b * x, t)",
    "a positive outcome with a filter": "s[home] ~ LogNormal(known + b * x, t), where w > 4",
    "two outcomes": """
    y[home] ~ Normal(a + b * x, t)
    s[home] ~ LogNormal(a - z @ e, t + 1)""",
    "a latent of the same name": """
    y_rows ~ Normal(0, 1)
    y[home] ~ Normal(a + y_rows * x, t)""",
}

NOT = {
    "a quotient by what a row and latents tell": "y[home] ~ Normal(a + c * s / (t + s), 1)",
    "a scale for each row": "y[home] ~ Normal(a + b * x, s)",
    "a scale for each group": "y[home] ~ Normal(a + b * x, exp(c))",
    "another distribution": "y[home] ~ StudentT(4, a + b * x, t)",
    "a function of the predictor": "y[home] ~ Normal(exp(a + b * x), t)",
    "a power of a latent": "y[home] ~ Normal(x ^ t, t)",
    "a truncated outcome": "s[home] ~ Truncated(Normal(a + b * x, t), lower = 0)",
    "a censored outcome": "y[home] ~ Censored(Normal(a + b * x, t), right = treated)",
    "a choice by a latent": "y[home] ~ Normal(where(a * x > 0, a, b), t)",
    "a latent for each row": """
    f[home] ~ Normal(0, 1)
    y[home] ~ Normal(a + f, t)""",
    "a product of two sums": "y[home] ~ Normal((z @ e) * c, t)",
    "more than one axis": "z[home, feature] ~ Normal(a + e * x, t)",
    "a latent": "f[town] ~ Normal(a, t)",
}


def spec(text: str) -> str:
    return textwrap.dedent(HEAD) + textwrap.dedent(text)


def rewritten(model: bs.Model) -> set[str]:
    """The outcomes that the pass writes anew."""
    terms = [s for s in use_few_rows(model.ir, "numpyro").statements if isinstance(s, ir.Term)]
    return {s.name for s in terms}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", LINEAR)
def test_linear_predictors_keep_their_density(name: str, backend: str) -> None:
    emitted = Emitted(spec(LINEAR[name]), DATA, backend=backend, optimised=True)
    outcomes = {s.name for s in emitted.model.ir.statements if getattr(s, "observed", False)}
    assert rewritten(emitted.model) == outcomes
    assert not emitted.program.manifest["outcomes"] and "linalg.qr" in emitted.text
    emitted.check()


@pytest.mark.parametrize("name", NOT)
def test_what_is_left_as_it_is(name: str) -> None:
    model = bs.loads(spec(NOT[name]))
    assert not rewritten(model)
    assert model.compile().source == model.compile(optimised=True).source


@pytest.mark.parametrize(
    "text",
    [
        "y[row] ~ Normal(a + b * x, 1)",
        "y[row] ~ Normal(a + b * x, 1), where x > 0",
        "y[row] ~ LogNormal(a + b * x, 1)",
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_missing_outcomes_do_not_count(text: str, backend: str) -> None:
    head = """
    plate row
    data
      x[row] : real
      y[row] : positive?
    a ~ Normal(0, 1)
    b ~ Normal(0, 1)
    """
    x, y = RNG.normal(size=9), RNG.lognormal(size=9)
    emitted = Emitted(head + text, {"x": x, "y": np.where(x > 1, np.nan, y)}, backend=backend,
                      optimised=True)  # fmt: skip
    assert rewritten(emitted.model) == {"y"} or "y_known" in emitted.text
    assert "linalg.qr" in emitted.text
    emitted.check()


def test_missing_predictors_are_latent() -> None:
    text = """
    plate row
    data
      x[row] : real?
      y[row] : real
    a ~ Normal(0, 1)
    x[row] ~ Normal(a, 1)
    y[row] ~ Normal(a * x, 1)
    """
    model = bs.loads(textwrap.dedent(text))
    assert model.compile().source == model.compile(optimised=True).source


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_seen_before_is_data(backend: str) -> None:
    text = """
    plate day ordered
    plate lag = 1..3
    data
      y[day] : real
    a ~ Normal(0, 1)
    b[lag] ~ Normal(0, 1)
    s ~ HalfNormal(1)
    y[day] ~ Normal(a + prev(y, lag) @ b, s), initially given
    """
    emitted = Emitted(text, {"y": RNG.normal(size=20)}, backend=backend, optimised=True)
    assert "linalg.qr" in emitted.text
    emitted.check()


@pytest.mark.parametrize("name", LINEAR)
def test_the_pass_keeps_the_density_by_the_reference(name: str) -> None:
    emitted = Emitted(spec(LINEAR[name]), DATA)
    values = emitted.point(np.random.default_rng(1))
    check(emitted.model.ir, emitted.bound, values)


def check(model: ir.Model, bound: Any, values: Any) -> None:
    """Before and after the pass, on the reference evaluator."""
    wanted = Reference(model, bound).log_density(values)
    after = use_few_rows(model, "numpyro")
    assert after != model
    sizes = {p.name: p.size for p in after.plates if p.size is not None}
    given = SimpleNamespace(
        data=bound.data, indices=bound.indices, coords=bound.coords, sizes={**bound.sizes, **sizes}
    )
    found = Reference(after, given).log_density(values)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_linear_model(data: st.DataObject) -> None:
    emitted = spec(f"y[home] ~ Normal({data.draw(SUMS)}, t)")
    model = bs.loads(emitted)
    bound = model.bind(DATA)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shapes = {"a": (), "b": (), "c": (3,), "d": (3,), "e": (3,)}
    values = {name: rng.normal(scale=10, size=shape) for name, shape in shapes.items()}
    check(model.ir, bound, values | {"t": rng.lognormal()})


FREE = st.sampled_from(["a", "b", "t", "2", "exp(a)", "(a - b)", "a * b"])
KNOWN = st.sampled_from(["x", "w", "treated", "known", "log(s)", "(w - mean(w))", "1.5"])
PARTS = st.one_of(
    FREE,
    KNOWN,
    st.tuples(FREE, KNOWN).map(" * ".join),
    st.tuples(KNOWN, st.sampled_from(["c", "d", "(c + a)"])).map(" * ".join),
    st.tuples(FREE, st.just("t")).map(" / ".join),
    st.sampled_from(["z @ e", "sum(z * e, over feature)", "c", "d"]),
)
SUMS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - "]), inner).map("".join),
        st.tuples(inner, KNOWN).map(lambda pair: f"({pair[0]}) * {pair[1]}"),
        st.tuples(inner, inner).map(lambda pair: f"where(treated, {pair[0]}, {pair[1]})"),
        inner.map(lambda one: f"-({one})"),
    ),
    max_leaves=6,
)


# --- where it pays -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes", "pays"),
    [
        ("a + b * x", {"home": 40}, True),
        ("a + b * x", {"home": 5}, False),
        ("z @ e", {"home": 100, "feature": 3}, True),
        ("z @ e", {"home": 100, "feature": 80}, False),
        ("a + c", {"home": 12573, "town": 386}, False),
        ("a + c", {"home": 12573, "town": 4}, True),
    ],
)
def test_it_is_done_where_it_pays(text: str, sizes: dict[str, int], pays: bool) -> None:
    model = bs.loads(spec(f"y[home] ~ Normal({text}, t)")).ir
    assert (use_few_rows(model, "numpyro", sizes) != model) == pays


# --- the program ---------------------------------------------------------------------------


def test_the_rewrite_comes_last_but_one() -> None:
    names = [what for what, _ in optimised()]
    assert names[:-2] + names[-1:] == [what for what, _ in PASSES]


def test_local_names_without_use_are_left_out() -> None:
    program = bs.loads(spec(LINEAR["local names"])).compile(optimised=True)
    assert "level = " not in program.source
    kept = bs.loads(spec(LINEAR["recorded names"])).compile(optimised=True)
    assert kept.manifest["sites"]["mu"]["kind"] == "deterministic"


def test_other_data_make_no_other_program() -> None:
    """The arguments have the same shapes however many rows there are, so what is compiled fits."""
    model = bs.loads("plate i\ndata\n  x[i] : real\n  y[i] : real\na ~ Flat()\n"
                     "y[i] ~ Normal(a * x, 1)\n")  # fmt: skip
    program = load_program(model.compile(optimised=True).source, "line")
    shapes = set()
    for n in (10, 50):
        bound = model.bind({"x": RNG.normal(size=n), "y": RNG.normal(size=n)})
        found = arguments(program, bound)
        assert not any(isinstance(value, int) for value in found.values())
        shapes.add(tuple((name, value.shape, value.dtype) for name, value in found.items()))
    assert len(shapes) == 1


# --- regressions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y[home] ~ Normal(a + b * x + c + d * w + z @ e, t)", True),
        ("y[home] ~ Normal(a - (b - a) / 2 * x + mean(e), t)", True),
        ("mu[home] = a + b * x\ny[home] ~ Normal(mu, 2 * t + 1)", True),
        ("y[home] ~ Normal(a, t)\ns[home] ~ LogNormal(b, t)", True),
        ("y[home] ~ Normal(exp(a) + b * x, t)", False),
        ("y[home] ~ Normal(a * b * x, t)", False),
        ("y[home] ~ Normal(x / a, t)", False),
        ("f ~ Normal(a, 1)\ny[home] ~ Normal(f + b * x, t)", False),
        ("f[town] ~ Normal(0, t)\ny[home] ~ Normal(f + b * x, 1)", False),
        ("y[home] ~ Normal(a, t)\ns[home] ~ Gamma(t, 1)", False),
        ("y[home] ~ Normal(a, t)\nfactor far = -a^2", False),
    ],
)
def test_what_is_a_regression(text: str, expected: bool) -> None:
    """Programs tell whether the posterior is nearly normal; plain ones do not know."""
    model = bs.loads(spec(text))
    assert model.compile(optimised=True).manifest.get("nearly_normal", False) == expected
    assert "nearly_normal" not in model.compile().manifest
