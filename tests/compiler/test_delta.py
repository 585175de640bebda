"""A point mass among counts: a part of mixtures, and nothing that could be sampled."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript.distributions as d
from bayescript import BayescriptError, loads

TEXT = """
plate row
data
  y[row] : count
p ~ Beta(1, 1)
rate ~ Gamma(2, 1)
y[row] ~ {}
"""
Y = np.array([0, 0, 3, 1, 0, 2, 4, 0])


@pytest.mark.parametrize("value", [0, 2])
@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_it_inflates_a_count(value: int, backend: str) -> None:
    model = loads(TEXT.format(f"Mixture(p, [Delta({value}), Poisson(rate)])"), "m.bayes")
    if backend == "pyro":
        pytest.importorskip("pyro")
    found = model.verify({"y": Y}, backends=[backend])
    assert found.ok, str(found)


def test_it_is_what_zero_inflated_says() -> None:
    run: dict[str, Any] = {"chains": 1, "warmup": 50, "draws": 20, "progress": False}
    forms = "Mixture(p, [Delta(0), Poisson(rate)])", "ZeroInflated(Poisson(rate), p)"
    one, other = (loads(TEXT.format(form), "m.bayes").fit({"y": Y}, **run) for form in forms)
    for fit in (one, other):
        cells = fit.inference_data.log_likelihood["y"].values[0]
        at = fit.draws["p"][0, :, None], fit.draws["rate"][0, :, None]
        wanted = np.log(at[0] * (Y == 0) + (1 - at[0]) * stats.poisson.pmf(Y, at[1]))
        np.testing.assert_allclose(cells, wanted, rtol=1e-12)


def test_a_latent_of_one_value_is_a_definition() -> None:
    with pytest.raises(BayescriptError) as caught:
        loads("x ~ Delta(3)\nfactor x", "m.bayes")
    (told,) = caught.value.diagnostics
    assert told.code == "B401" and "`x = …`" in told.help


def test_in_python() -> None:
    three = d.Delta(3)
    np.testing.assert_array_equal(three.log_prob([2, 3, 4]), [-np.inf, 0, -np.inf])
    np.testing.assert_array_equal(three.cdf([2, 3, 4]), [0, 1, 1])
    np.testing.assert_array_equal(three.sf([2, 3, 4]), [1, 0, 0])
    assert three.mean == 3 and three.variance == 0 and three.quantile(0.2) == 3
