"""Missing cells: what does not count, and what becomes a latent quantity."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.compiler.written import reference

NAN = np.nan
RNG = np.random.default_rng(3)
ROW = """
    plate row
    data
      x[row] : real{x}
      y[row] : real{y}
    a ~ Normal(0, 1)
    b ~ Normal(0, 1)
"""
Y = [0.5, NAN, 1.5, NAN, -2.0]
X = [1.0, 2.0, NAN, 0.5, NAN]

CASES: dict[str, tuple[str, Any]] = {
    "an outcome": (ROW.format(x="", y="?") + """
    y[row] ~ Normal(a + b * x, 1)
    """, {"x": np.ones(5), "y": Y}),
    "none missing": (ROW.format(x="", y="?") + """
    y[row] ~ Normal(a + b * x, 1)
    """, {"x": np.ones(5), "y": np.arange(5.0)}),
    "all missing": (ROW.format(x="", y="?") + """
    y[row] ~ Normal(a + b * x, 1)
    """, {"x": np.ones(5), "y": np.full(5, NAN)}),
    "a filter, too": (ROW.format(x="", y="?") + """
    y[row] ~ Normal(a + b * x, 1), where x > 0
    """, {"x": np.array([1, 1, -1, 1, 1.0]), "y": Y}),
    "positive outcomes": (ROW.format(x="", y="?") + """
    y[row] ~ Gamma(exp(a), exp(b * x))
    """, {"x": np.ones(5), "y": [0.5, NAN, 1.5, NAN, 2.0]}),
    "bounded outcomes": (ROW.format(x="", y="?") + """
    y[row] ~ Truncated(Normal(a, exp(b)), lower = x, upper = x + 3)
    """, {"x": 7 + np.arange(3.0), "y": [8.0, NAN, 9.5]}),
    "counts": ("""
    plate row
    data
      n[row] : count?
      k[row] : binary?
    a ~ Normal(0, 1)
    n[row] ~ Poisson(exp(a))
    k[row] ~ Bernoulli(logits = a)
    """, {"n": [1, NAN, 3], "k": [NAN, 0, 1]}),
    "vectors": ("""
    plate row
    plate k = 2
    data
      z[row, k] : real?
    L[k, k'] ~ LKJCholesky(2)
    z[row, k] ~ MultivariateNormal(0, scale_tril = L)
    """, {"z": [[0.5, 1], [NAN, 2], [1, -1]]}),
    "censored outcomes": (ROW.format(x="", y="?") + """
    y[row] ~ Censored(Normal(a, exp(b)), upper = x)
    """, {"x": [1.0, 1, 1, 2, NAN][:4], "y": [0.5, 1.0, NAN, 2.0]}),
    "an interval in the place of an outcome": ("""
    plate row
    data
      low[row]  : real
      high[row] : real
      y[row]    : real?
    a ~ Normal(0, 1)
    y[row] ~ IntervalCensored(Normal(a, 2), low, high)
    """, {"low": [0.5, 1, 0], "high": [1.5, 1, 0], "y": [NAN, 1.0, NAN]}),
    "a predictor": (ROW.format(x="?", y="") + """
    x[row] ~ Normal(a, 2)
    y[row] ~ Normal(b * x, 1)
    """, {"x": X, "y": np.arange(5.0)}),
    "a predictor and an outcome": (ROW.format(x="?", y="?") + """
    x[row] ~ Normal(a, 2)
    y[row] ~ Normal(b * x, 1)
    """, {"x": X, "y": Y}),
    "a predictor without gaps": (ROW.format(x="?", y="") + """
    x[row] ~ Normal(a, 2)
    y[row] ~ Normal(b * x, 1)
    """, {"x": np.ones(3), "y": np.arange(3.0)}),
    "a predictor of which nothing is known": (ROW.format(x="?", y="") + """
    x[row] ~ Normal(a, 2)
    y[row] ~ Normal(b * x, 1)
    """, {"x": np.full(3, NAN), "y": np.arange(3.0)}),
    "a positive predictor, transformed": (ROW.format(x="?", y="") + """
    x[row] ~ LogNormal(a, 2)
    let z = (log(x) - mean(log(x))) / 2
    y[row] ~ Normal(b * z, 1)
    """, {"x": X, "y": np.arange(5.0)}),
    "a predictor over two axes": ("""
    plate row
    plate item
    data
      x[row, item] : real?
      y[row]       : real
    m[item] ~ Normal(0, 1)
    w[item] ~ Normal(0, 1)
    x[row, item] ~ Normal(m, 1.5)
    y[row] ~ Normal(x @ w, 1)
    """, {"x": [[0.5, NAN, 1], [NAN, 2, 3]], "y": [1.0, 2.0]}),
    "a predictor of its parents": ("""
    plate county
    plate home within county
    data
      u[county] : real?
      y[home]   : real
    t ~ Normal(0, 1)
    u[county] ~ Normal(t, 1)
    y[home] ~ Normal(u, 1)
    """, {"county": {"county": list("abc"), "u": [1, NAN, 3]},
          "home": {"county": list("abcab"), "y": RNG.normal(size=5)}}),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_programs_agree_with_the_reference(name: str, backend: str) -> None:
    text, data = CASES[name]
    Emitted(text, data, backend=backend).check(points=2)


def test_the_reference_leaves_missing_outcomes_out() -> None:
    text, data = CASES["an outcome"]
    found = reference(text, data, row=5).log_likelihood({"a": 0.5, "b": 0.25})["y"]
    wanted = stats.norm.logpdf(np.array(Y), 0.75)
    assert np.isnan(found).tolist() == np.isnan(Y).tolist()
    np.testing.assert_allclose(found, wanted)


def test_the_reference_puts_latent_cells_into_the_data() -> None:
    text, data = CASES["a predictor"]
    given = reference(text, data, row=5)
    values = {"a": 0.5, "b": 0.25, "x_missing": [7.0, -3.0]}
    x = np.array([1.0, 2.0, 7.0, 0.5, -3.0])
    parts = given.by_statement(values)
    assert parts["x"] == pytest.approx(stats.norm.logpdf(x, 0.5, 2).sum())
    assert parts["y"] == pytest.approx(stats.norm.logpdf(np.arange(5.0), 0.25 * x).sum())
    seen = given.log_likelihood(values)["x"]
    assert np.isnan(seen).tolist() == [False, False, True, False, True]
    with pytest.raises(ValueError, match="x_missing"):
        given.log_density(values | {"x_missing": [1.0]})


@pytest.mark.parametrize("name", ["an outcome", "positive outcomes", "bounded outcomes", "counts"])
def test_slopes_are_finite_where_cells_are_missing(name: str) -> None:
    import jax
    from numpyro.infer.util import log_density

    from bayescript.runtime.execute import arguments

    emitted = Emitted(*CASES[name])
    given = arguments(emitted.program, emitted.bound)
    sizes = {key: one for key, one in given.items() if isinstance(one, int)}
    values = emitted.point(np.random.default_rng(0))
    with jax.enable_x64(True):
        slopes = jax.grad(lambda v: log_density(emitted.program.model, (), given | sizes, v)[0])(
            {key: jax.numpy.asarray(one) for key, one in values.items()}
        )
    assert all(np.all(np.isfinite(slope)) for slope in slopes.values())


def test_a_fit_tells_missing_cells_by_their_labels() -> None:
    model = bs.loads("""
plate person
data
  height[person] : real?
  weight[person] : real?
m ~ Normal(0, 5)
b ~ Normal(0, 5)
height[person] ~ Normal(m, 1)
weight[person] ~ Normal(b * height, 0.1)
""")
    table = {
        "person": ["Ada", "Bo", "Cy", "Di", "Ed", "Fay"],
        "height": [1.0, None, 3.0, 4.0, 2.0, None],
        "weight": [2.0, 5.0, 6.1, None, 4.0, 2.9],
    }
    fit = model.fit(table, chains=2, draws=300, warmup=300, seed=1, progress=False)
    cells = fit.posterior["height_missing"]
    assert cells.dims[-1] == "height_missing_cell"
    assert cells["height_missing_cell"].values.tolist() == ["Bo", "Fay"]
    assert cells.mean(("chain", "draw")).values == pytest.approx([2.5, 1.45], abs=0.1)
    likely = fit.log_likelihood
    assert np.isnan(likely["weight"].values).all((0, 1)).tolist() == [
        *[False] * 3,
        True,
        False,
        False,
    ]
    assert np.isnan(likely["height"].values).any((0, 1)).tolist() == [
        False, True, False, False, False, True,
    ]  # fmt: skip
    new = fit.posterior_predictive(seed=1)
    assert np.isfinite(new["weight"].values).all()
    assert new["weight"].sel(person="Di").mean() == pytest.approx(8.0, abs=0.2)


WRONG = {
    "a predictor without a distribution": ("x[row] : real?", "", "B218"),
    "a discrete predictor": ("x[row] : count?", "x[row] ~ Poisson(2)", "B401"),
    "a filtered predictor": ("x[row] : real?", "x[row] ~ Normal(0, 1), where y > 0", "B401"),
    "a default, too": ("x[row] : real? = 0", "", "B303"),
    "a label": ("x[row] : row?", "", "B401"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_missing(name: str) -> None:
    declared, drawn, code = WRONG[name]
    text = f"""
plate row
data
  y[row] : real
  {declared}
b ~ Normal(0, 1)
{drawn}
y[row] ~ Normal(b * x, 1)
"""
    with pytest.raises(bs.SpecError) as caught:
        bs.loads(text)
    assert code in [d.code for d in caught.value.diagnostics]
