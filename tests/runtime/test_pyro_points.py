"""Pyro programs as functions of points: densities, Jacobians and slopes, alone and together."""

import textwrap
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from bayescript.grammar.diagnostics import BackendError, RunError
from bayescript.runtime.device import choose_device
from bayescript.runtime.engines.settings import Common
from bayescript.runtime.execute import arguments, load_program
from tests.compiler.test_features import CASES

torch = pytest.importorskip("torch")
pytest.importorskip("pyro")

from bayescript.runtime.engines.density import Density  # noqa: E402
from bayescript.runtime.engines.pyro_points import PyroPoints  # noqa: E402


def points(text: str, data: Any = None, **given: Any) -> PyroPoints:
    model = bs.loads(textwrap.dedent(text), "m.bayes")
    program = load_program(model.compile("pyro").source, "m", model.source)
    return PyroPoints(program, arguments(program, model.bind(data)), Common(), **given)


ONE = """
a ~ Gamma(2, 3)
p ~ Beta(2, 5)
b : real(lower = a) ~ Normal(0, 2)
twice = 2 * a
"""


def test_densities_and_values_as_computed_by_hand() -> None:
    found = points(ONE)
    assert found.shapes == {"a": (), "p": (), "b": ()} and found.scalars == ["a", "p", "b"]
    z = np.array([[0.3, -1.2, 0.4], [-2.0, 0.5, -1.0], [0.0, 0.0, 0.0]])
    values, density = found.at(z)
    a, p = np.exp(z[:, 0]), 1 / (1 + np.exp(-z[:, 1]))
    b = a + np.exp(z[:, 2])  # its bound is a latent, too
    assert list(values) == ["a", "p", "b", "twice"]
    for name, value in (("a", a), ("p", p), ("b", b), ("twice", 2 * a)):
        np.testing.assert_allclose(values[name], value)
    surface = stats.gamma(2, scale=1 / 3).logpdf(a) + stats.beta(2, 5).logpdf(p)
    surface += stats.norm(0, 2).logpdf(b)
    volume = z[:, 0] + np.log(p) + np.log1p(-p) + z[:, 2]
    np.testing.assert_allclose(density, surface + volume)
    on_own_scales = points(ONE, jacobian=False)
    np.testing.assert_allclose(on_own_scales.slope(z[0])[0], -surface[0])
    np.testing.assert_allclose(found.slope(z[0])[0], -(surface + volume)[0])


GROUPS = """
plate group
plate kind = 3
plate row within group
data
  x[row] : real
  y[row] : real?
mu ~ Normal(0, 2)
tau ~ HalfNormal(1)
level[group] ~ Normal(mu, tau)
share[group, kind] ~ Dirichlet(2)
tail[group] ~ Truncated(Normal(0, 1), lower = 1.5)
y[row] ~ Normal(level + tail * x, 1)
"""


def rows() -> dict[str, Any]:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(2, 6))
    y[3] = np.nan
    return {"row": {"group": list("abbaca"), "x": x, "y": y}}


@pytest.fixture(scope="module")
def groups() -> PyroPoints:
    return points(GROUPS, rows())


def test_many_points_together_are_each_as_alone(
    groups: PyroPoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    z = np.random.default_rng(1).uniform(-1, 1, (7, groups.dimension))
    values, density = groups.at(z)
    with groups.ready():
        assert groups.together
        heights = groups.heights(torch.tensor(z)).numpy()
    np.testing.assert_allclose(heights, -density)
    monkeypatch.setitem(groups.__dict__, "together", False)
    alone, same = groups.at(z)
    np.testing.assert_allclose(same, density)
    with groups.ready():
        np.testing.assert_allclose(groups.heights(torch.tensor(z)).numpy(), heights)
    for name, value in values.items():
        np.testing.assert_allclose(alone[name], value)
        assert alone[name].shape == value.shape


def test_what_cannot_be_done_together_is_done_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any, **__: Any) -> Any:
        raise RuntimeError("an operation that takes no batches")

    found = points(ONE)
    z = np.zeros((2, 3))
    density = found.at(z)[1]
    monkeypatch.setattr(torch, "vmap", refuses)
    again = points(ONE)
    assert not again.together
    np.testing.assert_allclose(again.at(z)[1], density)


def test_slopes_and_curvature_are_those_of_the_density(groups: PyroPoints) -> None:
    z = np.random.default_rng(3).uniform(-1, 1, groups.dimension)
    height, gradient = groups.slope(z)
    assert height == pytest.approx(-groups.at(z[None])[1][0])
    step = 1e-6 * np.eye(len(z))
    ends = groups.at(np.concatenate([z + step, z - step]))[1].reshape(2, -1)
    np.testing.assert_allclose(gradient, -(ends[0] - ends[1]) / 2e-6, atol=1e-6)
    slopes = [groups.slope(z + one)[1] - groups.slope(z - one)[1] for one in step]
    np.testing.assert_allclose(groups.curvature(z), np.array(slopes) / 2e-6, atol=1e-6)


def test_a_point_and_its_values_are_each_others_inverse(groups: PyroPoints) -> None:
    z = np.random.default_rng(4).uniform(-1, 1, groups.dimension)
    values, density = groups.at(z[None])
    with groups.ready():
        given = {name: torch.tensor(values[name][0]) for name in groups.shapes}
        point, volume = groups.unconstrained(given)
    np.testing.assert_allclose(point.numpy(), z)
    groups.jacobian = False
    assert float(volume) == pytest.approx(density[0] + groups.slope(z)[0])
    groups.jacobian = True


def test_threads_and_precision_are_left_as_they_were(groups: PyroPoints) -> None:
    before = torch.get_num_threads(), torch.get_default_dtype()
    with groups.ready():
        assert torch.get_num_threads() == 1 and torch.get_default_dtype() == torch.float64
    assert (torch.get_num_threads(), torch.get_default_dtype()) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_construct_has_the_points_that_it_has_by_numpyro(name: str) -> None:
    jax: Any = pytest.importorskip("jax")
    numpyro: Any = pytest.importorskip("numpyro")
    choose_device("cpu")
    text, data = CASES[name]
    try:
        found = points(text, data)
    except BackendError as error:
        pytest.skip(error.diagnostics[0].message)
    model = bs.loads(textwrap.dedent(text), "m.bayes")
    program = load_program(model.compile("numpyro").source, "m")
    given = arguments(program, model.bind(data))
    sizes = {n: one for n, one in given.items() if isinstance(one, int)}
    arrays = {n: jax.numpy.asarray(one) for n, one in given.items() if n not in sizes}
    other = Density(program.model, sizes, arrays)
    assert found.together and found.shapes == other.shapes
    with numpyro.distributions.distribution.validation_enabled(False):
        z = np.random.default_rng(1).uniform(-1, 1, (2, found.dimension))
        values, density = found.at(z)
        for place, point in enumerate(z):
            right = -float(other.potential(point, arrays))
            np.testing.assert_allclose(density[place], right, rtol=1e-6)
            for quantity, value in other.constrain(point, arrays).items():
                np.testing.assert_allclose(values[quantity][place], value, rtol=1e-6)
        if np.isfinite(density[0]):
            gradient = jax.grad(other.potential)(z[0], arrays)
            np.testing.assert_allclose(found.slope(z[0])[1], gradient, rtol=1e-5, atol=1e-6)


NOWHERE = """
plate row
data
  y[row] : real
sigma ~ HalfNormal(1)
y[row] ~ Normal(0, sigma - 1000)
"""


def test_no_start_names_the_statement_and_the_parameter() -> None:
    with pytest.raises(RunError) as caught:
        bs.loads(NOWHERE, "m.bayes").fit({"y": np.zeros(3)}, method="map", backend="pyro")
    (told,) = caught.value.diagnostics
    assert told.code == "B601" and "m.bayes:6: `y` has a `scale` = -99" in told.message


def test_only_the_processor() -> None:
    with pytest.raises(BackendError, match="B404"):
        bs.loads(ONE).fit({}, method="svi", backend="pyro", device="cuda", progress=False)


def test_what_pyro_does_not_do_numpyro_does() -> None:
    with pytest.raises(BackendError) as caught:
        bs.loads(ONE).fit({}, method="mh", backend="pyro", progress=False)
    (told,) = caught.value.diagnostics
    assert told.code == "B402" and "`mh`" in told.message and "NumPyro can" in told.help
