"""Laplace's approximation: exact for normal posteriors, and clear where it cannot be had."""

import re

import numpy as np
import pytest
from scipy import special

from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.sample import fit
from tests.runtime import examples
from tests.runtime.examples import Data


def test_a_normal_posterior_is_found_exactly() -> None:
    exact = examples.exact()
    found = examples.sample("linear", method="laplace", draws=20_000)
    draws = np.stack([found.draws[name].ravel() for name in examples.LINEAR])
    error = exact.sd / 20_000**0.5
    np.testing.assert_array_less(abs(draws.mean(axis=1) - exact.mean), 4 * error)
    np.testing.assert_allclose(draws.std(axis=1), exact.sd, rtol=0.02)
    assert np.corrcoef(draws)[1, 2] == pytest.approx(
        exact.covariance[1, 2] / (exact.sd[1] * exact.sd[2]), abs=0.02
    )
    assert found.details["log_evidence"] == pytest.approx(exact.log_evidence, abs=1e-8)
    weights = found.stats["lp"] - found.stats["log_guide"]
    np.testing.assert_allclose(weights, exact.log_evidence, atol=1e-5)
    assert found.k_hat < 0.7 and found.warnings == ()


def test_the_curvature_of_a_gamma_posterior() -> None:
    data = examples.counts().data
    shape = 2 + data["count"][data["seen"]].sum()
    cells = 1 + data["seen"].sum()
    found = examples.sample("counts", method="laplace", draws=20_000)
    log_rate = np.log(found.draws["rate"]).ravel()
    # On the log scale the mode is log(shape / cells), the second derivative minus the shape.
    sd = shape**-0.5
    assert log_rate.mean() == pytest.approx(np.log(shape / cells), abs=4 * sd / 20_000**0.5)
    assert log_rate.std() == pytest.approx(sd, rel=0.02)
    # Stirling's formula is the Laplace approximation of the gamma function.
    off = special.gammaln(shape) - (shape * np.log(shape) - shape + 0.5 * np.log(2 * np.pi / shape))
    count = data["count"][data["seen"]]
    exact = special.gammaln(shape) - shape * np.log(cells) - special.gammaln(count + 1).sum()
    assert found.details["log_evidence"] == pytest.approx(exact - off, rel=1e-6)


def test_draws_read_as_independent() -> None:
    found = examples.sample("linear", method="laplace")
    assert list(found.summary().columns) == ["mean", "sd", "q5", "q50", "q95"]
    assert "by Laplace: 1000 draws, 5 scalars" in repr(found) and "4 of 4 starts" in repr(found)
    again = examples.sample("linear", method="laplace")
    np.testing.assert_array_equal(again.draws["both"], found.draws["both"])
    other = examples.sample("linear", method="laplace", seed=1)
    assert not np.any(other.draws["level"] == found.draws["level"])


def test_a_funnel_is_not_normal() -> None:
    found = examples.sample("funnel", method="laplace")
    assert found.k_hat > 0.7
    assert [one.code for one in found.warnings] == ["W607"]


def test_a_density_without_curvature_is_told() -> None:
    with pytest.raises(RunError) as caught:
        examples.sample("panel", method="laplace")
    (told,) = caught.value.diagnostics
    # Groups run into their common value; where rounding ends that differs between processors.
    assert told.code == "B605"
    assert re.search(r"along `(tau_year|tau_firm|alpha|level|climate|mu)\b", told.message), (
        told.message
    )


FLAT = """
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist


def model(*, num_cell, y=None):
    a = numpyro.sample("a", dist.Normal(loc=0.0, scale=1.0))
    b = numpyro.sample("b", dist.ImproperUniform(dist.constraints.real, (), ()))
    with numpyro.plate("cell", num_cell):
        numpyro.sample("y", dist.Normal(loc=a + 0.0 * b, scale=1.0), obs=y)


MANIFEST = {
    "spec": "flat.bayes", "model": "flat", "backend": "numpyro",
    "inputs": {"y": {"role": "data", "dims": ["cell"]}, "num_cell": {"role": "size", "plate": "cell"}},
    "arguments": ["num_cell", "y"], "outcomes": ["y"],
    "sites": {"a": {"kind": "latent", "dims": []}, "b": {"kind": "latent", "dims": []}},
}
"""  # noqa: E501


def test_a_flat_direction_is_named() -> None:
    data = Data({"y": np.array([1.0, 2.0])}, {"cell": 2})
    with pytest.raises(RunError) as caught:
        fit(FLAT, "flat", data, "laplace", progress=False)
    message = caught.value.diagnostics[0].message
    assert "not curved downwards at the mode along `b`" in message
