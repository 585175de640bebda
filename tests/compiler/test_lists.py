"""Lists whose entries vary: the means of several outcomes that have predictors of their own."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

TWO = """
    plate side = [left, right]
    plate group
    plate row within group
    data
      x[row]       : real
      y[row, side] : real
"""
DATA = {
    "row": {"group": ["p", "q", "p"], "x": [0.5, -1.0, 2.0]},
    "y": [[0.1, 1.0], [0.3, -1.0], [0.7, 2.0]],
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "means of a vector": (TWO + """
    a ~ Normal(0, 1)
    b ~ Normal(0, 1)
    L[side, side'] ~ LKJCholesky(2)
    y[row, side] ~ MultivariateNormal([a + b * x, a * x], scale_tril = L)
    """, DATA),
    "one is a number, one of a parent": (TWO + """
    m[group] ~ Normal(0, 1)
    s[side] ~ HalfNormal(1)
    y[row, side] ~ Normal([m + x, 2], s)
    """, DATA),
    "of data alone": (TWO + """
    b[side] ~ Normal(0, 1)
    let basis[row, side] = [x, x^2]
    y[row, side] ~ Normal(basis * b, 1)
    """, DATA),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_programs_agree_with_the_reference(name: str, backend: str) -> None:
    text, data = CASES[name]
    Emitted(text, data, backend=backend).check(points=2)


def test_the_reference_takes_each_entry_for_its_element() -> None:
    text, data = CASES["one is a number, one of a parent"]
    m, s = np.array([0.4, -0.3]), np.array([0.5, 2.0])
    found = Emitted(text, data).reference.by_statement({"m": m, "s": s})
    left = m[[0, 1, 0]] + np.array([0.5, -1.0, 2.0])
    wanted = stats.norm.logpdf(data["y"], np.stack([left, np.full(3, 2.0)], -1), s).sum()
    assert found["y"] == pytest.approx(wanted)
