"""Cells that a row filter or the start of a sequence leaves out: they spoil no derivative."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.compiler.slopes import slopes

ROWS = """
    plate row
    data
      x[row] : real
      y[row] : {y}
    a ~ Normal(0, 1)
    b ~ HalfNormal(1)
"""
Y = np.array([1.5, 0.2, 0.7, 3.0])

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "a rate of 0": (ROWS.format(y="count") + """
    y[row] ~ Poisson(b * x * exp(a)), where x > 0
    """, {"x": [1.0, 0, 2, -1], "y": [2, 0, 3, 4]}),
    "a probability of 2": (ROWS.format(y="binary") + """
    y[row] ~ Bernoulli(inv_logit(a) * x * b / (1 + b)), where x < 1
    """, {"x": [0.5, 2, 0.9, 1], "y": [1, 0, 0, 1]}),
    "the logarithm of 0": (ROWS.format(y="real") + """
    y[row] ~ Normal(a + b * log(x), 1), where x > 0
    """, {"x": [1.0, 0, 2, -1], "y": Y}),
    "the logarithm of 0, by name": (ROWS.format(y="real") + """
    let lx = log(x)
    y[row] ~ Normal(a + b * lx, 1), where x > 0
    """, {"x": [1.0, 0, 2, 0], "y": Y}),
    "a quotient": (ROWS.format(y="real") + """
    y[row] ~ Normal(a / x, b), where x != 0
    """, {"x": [1.0, 0, 2, 0], "y": Y}),
    "an impossible outcome": (ROWS.format(y="real") + """
    y[row] ~ LogNormal(a + x, b), where y > 0
    """, {"x": [1.0, 0, 2, -1], "y": [1.0, -99, 2, 0]}),
    "a factor": (ROWS.format(y="real") + """
    factor e[row] = -(y - a * log(x))^2 - b, where x > 0
    """, {"x": [1.0, 0, 2, -1], "y": Y}),
    "the start of a sequence": ("""
    plate day ordered
    data
      y[day] : positive
    a ~ Normal(0, 1)
    b ~ HalfNormal(1)
    y[day] ~ LogNormal(a * log(prev(y)), b), initially given
    """, {"y": Y}),
    "the start of a sequence with lags": ("""
    plate lag = 1..2
    plate day ordered
    data
      y[day] : positive
    a[lag] ~ Normal(0, 1)
    b ~ HalfNormal(1)
    y[day] ~ LogNormal(log(prev(y, lag)) @ a, b), initially given
    """, {"y": Y}),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*encountered in log:RuntimeWarning")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_densities_are_the_reference_s_and_slopes_are_finite(name: str, backend: str) -> None:
    text, data = CASES[name]
    emitted = Emitted(text, data, backend=backend)
    emitted.check(points=2)
    value, found = slopes(text, data, emitted.point(np.random.default_rng(1)), backend)
    assert np.isfinite(value)
    assert all(np.isfinite(slope).all() for slope in found.values()), found


def test_only_the_cells_that_count_are_in_the_slope() -> None:
    text, data = CASES["a rate of 0"]
    _, found = slopes(text, data, {"a": 0.3, "b": 0.8}, "numpyro")
    rate = 0.8 * np.exp(0.3) * np.array([1.0, 2.0])
    wanted = -0.3 + np.sum(np.array([2, 3]) - rate)  # of the prior and of log(rate) = … + a
    assert found["a"] == pytest.approx(wanted)


def test_an_ordinary_filter_changes_no_parameter() -> None:
    model = bs.loads("""
plate row
data
  x[row] : real
  n[row] : positive
  y[row] : count
a ~ Normal(0, 1)
y[row] ~ Poisson(n * exp(a * x)), where x > 0
""")
    assert "jnp.where" not in model.compile("numpyro").source


def test_an_autoregression_of_logarithms_is_fitted() -> None:
    rng = np.random.default_rng(5)
    log_y = np.zeros(300)
    for t in range(1, 300):
        log_y[t] = 0.6 * log_y[t - 1] + rng.normal(0, 0.3)
    model = bs.loads("""
plate day ordered
data
  y[day] : positive
rho ~ Normal(0, 1)
y[day] ~ LogNormal(rho * log(prev(y)), 0.3), initially given
""")
    fit = model.fit({"y": np.exp(log_y)}, chains=1, warmup=300, draws=300, progress=False)
    now, then = log_y[1:], log_y[:-1]
    precision = 1 + np.sum(then**2) / 0.09
    wanted = stats.norm(np.sum(then * now) / 0.09 / precision, precision**-0.5)
    draws = fit.draws["rho"].ravel()
    assert draws.mean() == pytest.approx(wanted.mean(), abs=0.3 * wanted.std())
    assert draws.std() == pytest.approx(wanted.std(), rel=0.25)
