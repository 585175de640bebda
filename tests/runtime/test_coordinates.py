"""Coordinates, and the ways to them: down a function, normals on the way, Newton on the ELBO."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, stats

from bayescript.runtime.device import choose_device
from bayescript.runtime.engines import coordinates
from bayescript.runtime.engines.coordinates import COLUMNS, LARGEST, Coordinates, Full, Thin
from bayescript.runtime.engines.curvature import Curvature
from bayescript.runtime.engines.density import Density
from bayescript.runtime.engines.descent import Point, descend
from bayescript.runtime.engines.moved import Moved
from bayescript.runtime.engines.newton import Climb
from bayescript.runtime.engines.paths import find_normals
from bayescript.runtime.engines.precondition import find_coordinates
from bayescript.runtime.engines.settings import PathfinderSettings, Step
from bayescript.runtime.execute import load_program
from tests.runtime import examples

D = 5


def _quiet(step: Step) -> None:
    """Nobody listens."""


def _thin(seed: int = 0) -> Thin:
    random = np.random.default_rng(seed)
    columns, _ = np.linalg.qr(random.normal(size=(D, 3)))
    scale, inner = random.uniform(0.1, 9, (2, D))
    return Thin(random.normal(size=D), scale, columns, np.array([-0.9, 0.5, 7]), inner)


def _full(seed: int = 0) -> Full:
    random = np.random.default_rng(seed)
    return Full(random.normal(size=D), np.tril(random.normal(size=(D, D)) ** 2 + np.eye(D)))


@pytest.mark.parametrize("where", [_thin(), _full()], ids=["thin", "full"])
def test_coordinates_are_those_of_a_normal(where: Coordinates) -> None:
    u = np.random.default_rng(3).normal(size=(7, D))
    z = where.points(u)
    normal = stats.multivariate_normal(where.centre, where.covariance())
    np.testing.assert_allclose(where.log_normal(u), normal.logpdf(z))
    np.testing.assert_allclose(where.solved(z), u)
    np.testing.assert_allclose(where.solved(z[0]), u[0])
    gradient = np.random.default_rng(4).normal(size=(7, D))
    moved, pulled = where.moved(u), where.pulled(gradient)
    np.testing.assert_allclose((moved * gradient).sum(axis=1), (u * pulled).sum(axis=1))
    again = coordinates.recalled(where.kept())
    np.testing.assert_array_equal(again.points(u), z)
    assert type(again) is type(where)


def test_a_lower_triangle_keeps_what_squares_would_lose() -> None:
    factor = np.array([[1.0, 0.0], [1.0, 1e-9]]) @ np.array([[0.8, 0.6], [-0.6, 0.8]])
    root = coordinates.lower(factor)
    np.testing.assert_allclose(root, [[1.0, 0.0], [1.0, 1e-9]], rtol=1e-6, atol=1e-16)
    for wrong in (np.zeros((2, 2)), np.full((2, 2), np.nan)):
        with pytest.raises(np.linalg.LinAlgError):
            coordinates.lower(wrong)


@pytest.mark.parametrize("kind", ["full", "thin"])
def test_a_density_in_other_coordinates_is_the_same(kind: str) -> None:
    choose_device("cpu")  # float64
    data = examples.linear().data
    program = load_program(examples.source("linear"), "linear")
    density = Density(program.model, {"num_row": 20}, data)
    random = np.random.default_rng(6)
    root = np.tril(random.normal(size=(3, 3))) + 2 * np.eye(3)
    columns, _ = np.linalg.qr(random.normal(size=(3, 2)))
    scale, inner = random.uniform(0.5, 3, (2, 3))
    thin = Thin(random.normal(size=3), scale, columns, np.array([-0.5, 2.0]), inner)
    where: Coordinates = Full(random.normal(size=3), root) if kind == "full" else thin
    given, u = data | where.arrays(), random.normal(size=3)
    moved, slope = jax.value_and_grad(Moved(density).potential)(jnp.asarray(u), given)
    z = jnp.asarray(where.points(u))
    height, gradient = jax.value_and_grad(density.potential)(z, data)
    assert float(moved) == pytest.approx(float(height) - where.log_volume)
    np.testing.assert_allclose(np.asarray(slope), where.pulled(np.asarray(gradient)))


@pytest.mark.parametrize("size", [3, LARGEST + 1])
def test_coordinates_have_the_form_of_their_dimension(size: int) -> None:
    """Compiled functions take arrays of these shapes, whatever was found."""
    plain = coordinates.plain(np.zeros(size), 0.5)
    assert plain.log_volume == pytest.approx(size * np.log(0.5))
    two, three = np.full((2, size), [[2.0], [3.0]])
    found = Thin(np.ones(size), two, np.eye(size)[:, :2], np.array([1.0, -0.5]), three)
    usual = coordinates.usual(found)
    shapes = {name: one.shape for name, one in usual.arrays().items()}
    assert shapes == {name: one.shape for name, one in plain.arrays().items()}
    assert ("u: root" in shapes) if size <= LARGEST else shapes["u: stretch"] == (COLUMNS,)
    u = np.random.default_rng(1).normal(size=(3, size))
    normal = usual.log_normal(usual.solved(found.points(u)))
    np.testing.assert_allclose(normal, found.log_normal(u))


def _rosenbrock(z: np.ndarray) -> tuple[float, np.ndarray]:
    return float(optimize.rosen(z)), optimize.rosen_der(z)


def test_the_way_down_ends_at_the_minimum() -> None:
    start = np.array([-1.2, 1, -0.5, 2, 0.3])
    path = list(descend(_rosenbrock, start, 500))
    np.testing.assert_allclose(path[-1].z, 1.0, atol=1e-5)
    heights = [point.height for point in path]
    assert heights == sorted(heights, reverse=True) and len(path) < 100
    assert len(list(descend(_rosenbrock, start, 10))) == 11


def test_a_narrow_valley_is_followed_to_its_end() -> None:
    """A regression on years: intercept and slope together are known much better than apart."""
    year = np.arange(1950, 2013.0)
    y = 0.02 * (year - 1980) + np.random.default_rng(0).normal(size=63)
    design = np.column_stack([np.ones(63), year])
    precision = design.T @ design + np.diag([1e-4, 1e3])

    def slope(z: np.ndarray) -> tuple[float, np.ndarray]:
        gradient = precision @ z - design.T @ y
        return float(z @ precision @ z / 2 - z @ design.T @ y), gradient

    *_, end = descend(slope, np.zeros(2), 200)
    right = np.linalg.solve(precision, design.T @ y)
    sd = np.sqrt(np.diag(np.linalg.inv(precision)))
    np.testing.assert_array_less(abs(end.z - right), 1e-3 * sd)


def test_the_way_down_stays_where_there_is_a_function() -> None:
    def slope(z: np.ndarray) -> tuple[float, np.ndarray]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(np.sum(z - 3 * np.log(z))), 1 - 3 / z

    *_, end = descend(slope, np.array([9.0, 0.1]), 200)
    np.testing.assert_allclose(end.z, 3.0, atol=1e-5)
    assert list(descend(slope, np.array([-1.0, 2.0]), 200)) == []


def _normal_problem(seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(random.normal(size=(D, D)))
    return random.normal(size=D), (turned * np.geomspace(0.01, 10, D) ** 2) @ turned.T


def test_steps_tell_the_curvature() -> None:
    """Enough of them, on a quadratic: the inverse of its second derivatives."""
    mean, covariance = _normal_problem()
    precision = np.linalg.inv(covariance)
    curvature = Curvature(D)
    z = np.zeros(D)
    # Along directions that are conjugate, BFGS ends with the inverse itself.
    values, vectors = np.linalg.eigh(precision)
    for place in range(D + 1):
        curvature.add(Point(z, 0.0, precision @ (z - mean)))
        if place < D:
            z = z + vectors[:, place] / np.sqrt(values[place])
    normal = curvature.normal()
    np.testing.assert_allclose(normal.covariance(), covariance, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(normal.centre, mean, rtol=1e-6)


class _Normal:
    """A normal density as engines have one, with `edge` beyond which there is none."""

    def __init__(self, mean: np.ndarray, covariance: np.ndarray, edge: float = np.inf):
        self.mean, self.precision = mean, np.linalg.inv(covariance)
        self.distribution = stats.multivariate_normal(mean, covariance)
        self.edge = edge
        self.data: dict[str, Any] = {}
        self.notes: dict[str, Any] = {}
        self.programs: list[Any] = [self.at, self.slope]
        self.chosen = PathfinderSettings(seed=3)
        self.dimension = len(mean)
        self.scalars: list[str] = []

    def at(self, points: np.ndarray, data: Any) -> Any:
        beyond = np.where((points > self.edge).any(axis=1), -np.inf, 0.0)
        return {}, np.atleast_1d(self.distribution.logpdf(points)) + beyond

    def slope(self, z: np.ndarray, data: Any) -> Any:
        height = -self.at(z[None], data)[1][0]
        gradient = self.precision @ (z - self.mean)
        return height, gradient if np.isfinite(height) else np.full_like(z, np.nan)

    def no_start(self, point: np.ndarray, tried: int) -> Any:
        raise AssertionError


def test_paths_and_newton_find_a_normal_exactly() -> None:
    mean, covariance = _normal_problem()
    engine = _Normal(mean, covariance)
    starts = np.random.default_rng(1).uniform(-2, 2, (3, D))
    found, interrupted = find_normals(engine, engine.slope, starts, 500, 25, _quiet)
    assert len(found) == 3 and not interrupted
    for one in found:
        assert one.elbo == pytest.approx(0.0, abs=0.5)  # at most 0, for the density is normalised
    wrong = Full(np.zeros(D), 3 * np.eye(D))
    climb = Climb(engine, engine.slope, wrong, np.random.default_rng(0))
    climb.go(30, _quiet)
    right, sd = climb.normal, np.sqrt(np.diag(covariance))
    assert climb.elbo == pytest.approx(0.0, abs=1e-6) and climb.ended
    np.testing.assert_array_less(abs(right.centre - mean), 1e-6 * sd)
    np.testing.assert_allclose(right.covariance(), covariance, rtol=1e-6, atol=1e-10)


def test_many_dimensions_have_thin_coordinates() -> None:
    size = LARGEST + 20
    scale = np.geomspace(0.1, 10, size)
    engine = _Normal(np.linspace(-1, 1, size), np.diag(scale**2))
    found, _ = find_coordinates(engine, engine.slope, _quiet)
    assert isinstance(found, Thin) and found.columns.shape == (size, COLUMNS)
    near = np.abs(np.log(np.sqrt(np.diag(found.covariance())) / scale))
    assert np.median(near) < 0.5  # the spec's own would be ten times off at either end


def test_where_no_normal_has_an_elbo_there_is_a_narrow_one() -> None:
    engine = _Normal(np.full(D, 30.0), np.eye(D), edge=2.5)
    found, interrupted = find_coordinates(engine, engine.slope, _quiet)
    assert not interrupted and isinstance(found, Full)
    assert found.covariance()[0, 0] < 1 and (found.centre < 2.5).all()


def test_an_interrupt_keeps_the_coordinates_found_so_far() -> None:
    engine = _Normal(*_normal_problem())
    for stage in ("climbing", "settling"):

        def stop(step: Step, stage: str = stage) -> None:
            if step.stage == stage and step.iteration > 1:
                raise KeyboardInterrupt

        found, interrupted = find_coordinates(engine, engine.slope, stop)
        assert interrupted and np.isfinite(found.covariance()).all()
