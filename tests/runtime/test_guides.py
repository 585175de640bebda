"""Guides: what they draw, how dense they are there, and their entropy in closed form."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from bayescript.runtime.device import choose_device
from bayescript.runtime.engines.ascent import Ascent
from bayescript.runtime.engines.automatic import make_guide
from bayescript.runtime.engines.density import Density
from bayescript.runtime.engines.guides import Guide
from bayescript.runtime.engines.settings import SviSettings
from bayescript.runtime.execute import load_program
from tests.runtime import examples

D = 4
NAMES = ("normal", "multivariate", "lowrank", "flow")


@pytest.fixture(autouse=True)
def double() -> None:
    choose_device("cpu")  # float64


def _some(guide: Guide, seed: int = 0) -> jax.Array:
    """Parameters that are nothing special."""
    random = np.random.default_rng(seed)
    flat = guide.flat(guide.begin(jnp.zeros(D), 0.5, jax.random.key(1)))
    return jnp.asarray(flat + 0.3 * random.normal(size=len(flat)))


def _drawn(guide: Guide, flat: jax.Array, count: int) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(5).normal(size=(count, guide.noise))
    points, density = jax.vmap(lambda one: guide.draw(guide.split(flat), one))(jnp.asarray(noise))
    return np.asarray(points), np.asarray(density)


@pytest.mark.parametrize("name", NAMES)
def test_the_density_is_that_of_what_is_drawn(name: str) -> None:
    guide = make_guide(name, D, 2, 2, 8)
    flat = _some(guide)
    points, density = _drawn(guide, flat, 200_000)
    if name == "flow":  # a change of variables: the density follows from the derivatives
        noise = jnp.asarray(np.random.default_rng(5).normal(size=(5, D)))
        for one, found in zip(noise, density[:5], strict=True):
            slope = jax.jacfwd(lambda noise: guide.draw(guide.split(flat), noise)[0])(one)
            volume = np.linalg.slogdet(np.asarray(slope))[1]
            right = stats.norm.logpdf(np.asarray(one)).sum() - volume
            assert found == pytest.approx(right, rel=1e-10)
        return
    covariance = np.cov(points.T)
    loc = np.asarray(guide.split(flat)["loc"])
    np.testing.assert_allclose(points.mean(axis=0), loc, atol=4 * points.std() / 200_000**0.5)
    right = stats.multivariate_normal(loc, covariance).logpdf(points[:50])
    np.testing.assert_allclose(density[:50], right, atol=0.05)
    entropy: Any = guide.entropy(guide.split(flat))
    error = density.std() / 200_000**0.5
    assert float(entropy) == pytest.approx(-density.mean(), abs=4 * error)


@pytest.mark.parametrize("name", (*NAMES, "delta"))
def test_a_guide_begins_where_it_is_told(name: str) -> None:
    guide = make_guide(name, D, 0, 2, 8)
    at = jnp.arange(D, dtype=float)
    flat = guide.flat(guide.begin(at, 0.1, jax.random.key(0)))
    assert len(flat) == guide.size
    points, _ = _drawn(guide, flat, 4000)
    np.testing.assert_allclose(points.mean(axis=0), at, atol=0.01)
    spread = 0.0 if name == "delta" else 0.1
    np.testing.assert_allclose(points.std(axis=0), spread, rtol=0.05, atol=1e-12)


def test_a_flow_is_not_normal() -> None:
    guide = make_guide("flow", D, 0, 2, 16)
    random = np.random.default_rng(1)
    flat = jnp.asarray(random.normal(size=guide.size))
    points, _ = _drawn(guide, flat, 20_000)
    assert max(abs(stats.kurtosis(points))) > 0.5


def _ascent(name: str, particles: int) -> tuple[Ascent, dict[str, np.ndarray]]:
    data = examples.linear()
    program = load_program(examples.source("linear"), "linear")
    density = Density(program.model, {"num_row": 20}, data.data)
    settings = SviSettings(guide=name, particles=particles)
    return Ascent(density, make_guide(name, 3, 0, 2, 8), settings), data.data


def test_the_elbo_of_the_exact_guide_is_the_log_evidence() -> None:
    ascent, data = _ascent("multivariate", 4000)
    exact = examples.exact()
    root = np.linalg.cholesky(exact.covariance)
    scale = np.diag(root)
    lower = root / scale[:, None]
    parameters = {
        "loc": jnp.asarray(exact.mean),
        "log_scale": jnp.log(scale),
        "below": jnp.asarray(lower[np.tril_indices(3, -1)]),
    }
    flat = ascent.guide.flat(parameters)
    noise = np.random.default_rng(7).normal(size=(8, 4000, 3))
    loss = [float(ascent.loss(flat, jnp.asarray(one), data)) for one in noise]
    # The quadratic part of the density scatters with variance 3 / 2.
    assert -np.mean(loss) == pytest.approx(exact.log_evidence, abs=4 * (1.5 / 32_000) ** 0.5)


@pytest.mark.parametrize("name", (*NAMES, "delta"))
def test_gradients_are_finite_and_right(name: str) -> None:
    ascent, data = _ascent(name, 3)
    guide = ascent.guide
    noise = jnp.asarray(np.random.default_rng(4).normal(size=(3, guide.noise)))
    flat = guide.flat(guide.begin(jnp.zeros(3), 0.3, jax.random.key(0)))
    flat += 0.1 * np.random.default_rng(2).normal(size=len(flat))

    def loss(at: jax.Array) -> jax.Array:
        found: jax.Array = ascent.loss(at, noise, data)
        return found

    gradient = np.asarray(jax.grad(loss)(flat))
    assert np.isfinite(gradient).all() and np.any(gradient != 0)
    along = np.random.default_rng(3).normal(size=len(flat))
    step = 1e-6
    slope = (float(loss(flat + step * along)) - float(loss(flat - step * along))) / (2 * step)
    assert gradient @ along == pytest.approx(slope, rel=1e-5)
