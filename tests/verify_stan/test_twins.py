"""Specs of ours and the same models in Stan: one density, one gradient, on one unconstrained scale.

Both programs are those that run, with the spec's own forms (non-centred, pinned, imputed). Stan
drops constants, and its half priors are not renormalised, so densities are compared by their
differences from one point to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stanli

import bayescript as bs
from bayescript.runtime.data import Bound
from bayescript.runtime.execute import Program, arguments, load_program
from tests.specs.test_specs import SPECS, data_of

TWINS = Path(__file__).parent / "twins"
NAMES = (
    "count_regression/negative_binomial",
    "count_regression/poisson",
    "eight_schools/eight_schools",
    "investment/investment",
    "linear_regression/engel",
    "logistic_regression/vote",
    "measurement_error/smoothness",
    "missing_cells/fertility",
    "mode_choice/mode_choice",
    "random_slopes/random_slopes",
    "robust_regression/murder",
    "survival/transplants",
)
POINTS = 5
RTOL = 1e-8
# NumPyro's negative binomial rests on an approximation of the beta function, good to so many digits
# in its derivative.
LOSES = {("count_regression/negative_binomial", "numpyro"): 1e-6}

Array = np.ndarray[Any, Any]
Point = Callable[[Array], tuple[float, Array]]
"""The log density and its gradient at a point."""


def stan_data(bound: Bound) -> dict[str, Any]:
    """Sizes as `n_plate`, parents and labels counted from 1, missing cells as 0 and by place."""
    data: dict[str, Any] = {f"n_{plate}": size for plate, size in bound.sizes.items()}
    data |= {role: (at + 1).tolist() for (_, role), at in bound.indices.items()}
    for name, values in bound.data.items():
        missing = np.isnan(np.asarray(values, float))
        data[name] = np.where(missing, 0, values).tolist()
        if name == "births_1970":
            where = np.flatnonzero(missing)
            data |= {"n_missing": len(where), "missing": (where + 1).tolist()}
    if "chosen" in data:
        data["chosen"] = [label + 1 for label in data["chosen"]]
    return data


def by_numpyro(program: Program, given: Mapping[str, Any]) -> tuple[Point, int]:
    import jax

    from bayescript.runtime.device import choose_device
    from bayescript.runtime.engines.density import Density

    choose_device()
    sizes = {name: value for name, value in given.items() if isinstance(value, int)}
    data = {name: value for name, value in given.items() if name not in sizes}
    density = Density(program.model, sizes, data)
    both = jax.jit(jax.value_and_grad(density.potential))

    def at(z: Array) -> tuple[float, Array]:
        value, slope = both(z, data)
        return -float(value), -np.asarray(slope)

    return at, density.dimension


def by_pyro(program: Program, given: Mapping[str, Any]) -> tuple[Point, int]:
    import torch
    from pyro.infer.mcmc.util import initialize_model

    from bayescript.runtime.engines.pyro_density import float64, tensors

    with float64():
        start, potential, _, _ = initialize_model(
            program.model, model_kwargs=tensors(program, dict(given))
        )

    def at(z: Array) -> tuple[float, Array]:
        with float64():
            point = torch.tensor(z, requires_grad=True)
            parts = torch.split(point, [one.numel() for one in start.values()])
            shaped = zip(parts, start.items(), strict=True)
            value = -potential({name: part.reshape(one.shape) for part, (name, one) in shaped})
            (slope,) = torch.autograd.grad(value, point)
        return float(value.detach()), slope.numpy()

    return at, sum(one.numel() for one in start.values())


PROGRAMS = {"numpyro": by_numpyro, "pyro": by_pyro}


@pytest.mark.parametrize("backend", PROGRAMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_spec_is_its_twin_in_stan(name: str, backend: str) -> None:
    pytest.importorskip(backend)
    model = bs.load(f"{SPECS / name}.bayes")
    bound = model.bind(data_of(name))
    emitted = model.compile(backend)
    program = load_program(emitted.source, emitted.name)
    ours, dimension = PROGRAMS[backend](program, arguments(program, bound))
    twin = stanli.Model(
        stan_code=(TWINS / f"{Path(name).name}.stan").read_text("utf-8"), data=stan_data(bound)
    )
    assert twin.n_unconstrained == dimension
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (POINTS, dimension))
    found, wanted = ([one(z) for z in points] for one in (ours, twin.log_prob_grad))
    rtol = LOSES.get((name, backend), RTOL)
    for (_, slope), (_, theirs) in zip(found, wanted, strict=True):
        assert np.abs((slope - theirs) / np.maximum(1.0, np.abs(theirs))).max() < rtol
    values, theirs = (np.array([value for value, _ in one]) for one in (found, wanted))
    assert np.abs(np.diff(values) - np.diff(theirs)).max() < RTOL * max(1.0, np.abs(theirs).max())


def test_each_twin_is_compared() -> None:
    assert {path.stem for path in TWINS.glob("*.stan")} == {Path(name).name for name in NAMES}
