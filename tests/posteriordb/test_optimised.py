"""Optimised programs of posteriordb's models: Stan's densities, and the gradients of plain ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import numpy as np
import pytest

from bayescript.compiler.backends import Program
from bayescript.runtime.engines.density import Density
from bayescript.runtime.execute import arguments, load_program
from bayescript.runtime.verify import site_values
from tests.posteriordb.cases import Case, cases
from tests.posteriordb.densities import differences
from tests.posteriordb.draws import sample
from tests.posteriordb.recorded import VARIABLE, folder

ROOT = folder()
FAST = (
    "arK-arK",
    "diamonds-diamonds",
    "earnings-logearn_interaction",
    "kidiq_with_mom_work-kidscore_interaction_c",
    "mesquite-mesquite",
    "nes1980-nes",
    "radon_mn-radon_variable_intercept_slope_noncentered",
)
# Models whose outcomes are normal around a linear predictor, in their first letters.
LINEAR = (
    "arK", "blr", "diamonds", "earn", "kidscore", "kilpisjarvi", "log10earn", "logearn",
    "logmesquite", "mesquite", "nes", "pilots", "radon", "rats", "sesame",
)  # fmt: skip
NOT = ("nes_logit_model",)
FEWER = ("pilots", "radon_county", "radon_hierarchical", "radon_partially", "radon_variable",
         "rats")  # fmt: skip

pytestmark = pytest.mark.skipif(ROOT is None, reason=f"posteriordb is not at hand: set {VARIABLE}")


def case(name: str) -> Case:
    assert ROOT is not None
    return cases(ROOT)[name]


def all_linear() -> list[str]:
    found = [] if ROOT is None else list(cases(ROOT).values())
    return [c.posterior.name for c in found if linear(c)]


def linear(one: Case) -> bool:
    return one.posterior.model.startswith(LINEAR) and one.posterior.model not in NOT


def programs(one: Case) -> tuple[Program, Program]:
    """The plain one and the optimised one."""
    compiled = partial(one.model.compile, noncentered=one.noncentered)
    return compiled(), compiled(optimised=True)


def compiled(one: Case, program: Program) -> tuple[Any, Density, Any]:
    """The potential and its gradient, of points and data."""
    loaded = load_program(program.source, program.name)
    given = arguments(loaded, one.bound)
    sizes = {name: value for name, value in given.items() if isinstance(value, int)}
    data = {name: value for name, value in given.items() if name not in sizes}
    density = Density(loaded.model, sizes, data)
    return jax.jit(jax.value_and_grad(density.potential)), density, data


@pytest.mark.skipif(ROOT is None, reason=f"set {VARIABLE}")
def test_the_models_that_are_written_anew() -> None:
    assert ROOT is not None
    for name, one in cases(ROOT).items():
        plain, faster = programs(one)
        assert (plain.source != faster.source) == linear(one), name
        sized = one.model._compilation.faster("numpyro", {}, one.bound.sizes)
        assert (sized is not None) == (linear(one) and not one.posterior.model.startswith(FEWER)), (
            name
        )


def check(name: str) -> None:
    """Values at the recorded points are Stan's; at random points both programs agree."""
    one = case(name)
    points, stan = one.points()
    with jax.enable_x64(True):
        (plain, density, data), (faster, same, few) = (compiled(one, p) for p in programs(one))
        assert same.shapes == density.shapes
        rng = np.random.default_rng(1)
        for width in (0.5, 1.0, 2.0):
            z = rng.uniform(-width, width, density.dimension)
            (value, slope), (other, slope_of_other) = plain(z, data), faster(z, few)
            np.testing.assert_allclose(other, value, rtol=1e-9)
            largest = float(np.max(np.abs(slope)))
            np.testing.assert_allclose(slope_of_other, slope, rtol=1e-9, atol=1e-9 * largest)
        program = load_program(programs(one)[1].source, name)
        ours = []
        for point in points:
            values = site_values(one.model, one.bound, program, point)
            at, log_density = same.unconstrain(values, 0.0, few)
            ours.append(-float(faster(at, few)[0]) - float(log_density))
    assert differences(ours, stan)[0] <= 1


@pytest.mark.parametrize("name", FAST)
def test_density_and_gradient(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*all_linear()} - {*FAST}))
def test_density_and_gradient_of_all(name: str) -> None:
    check(name)


def with_draws() -> list[str]:
    """Those that are written anew for their data, and have reference draws."""
    return [
        name
        for name in all_linear()
        if case(name).posterior.summary and not case(name).posterior.model.startswith(FEWER)
    ]


@pytest.mark.parametrize("name", ["arK-arK", "earnings-logearn_interaction"])
def test_the_draws_are_those_of_stan(name: str) -> None:
    found = sample(case(name))
    assert found.agrees, found


@pytest.mark.slow
@pytest.mark.parametrize("name", with_draws())
def test_all_draws_are_those_of_stan(name: str) -> None:
    found = sample(case(name))
    assert found.agrees, found
