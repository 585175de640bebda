"""A spec's program and a Stan program, each as a log density on the unconstrained scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bayescript.compiler import ir
from bayescript.runtime.binding.data import Bound
from bayescript.runtime.execute import Program, arguments, load_program
from bayescript.runtime.model import Model

Array = np.ndarray[Any, Any]
Point = Callable[[Array], tuple[float, Array]]
"""The log density and its gradient at a point."""

RTOL = 1e-8


def stan_data(model: ir.Model, bound: Bound) -> dict[str, Any]:
    """Sizes as `n_plate`, parents and labels counted from 1, missing cells as 0.

    Of a datum whose missing cells are latent, `missing` says which they are.
    """
    data: dict[str, Any] = {f"n_{plate}": size for plate, size in bound.sizes.items()}
    data |= {role: (at + 1).tolist() for (_, role), at in bound.indices.items()}
    for one in model.data:
        values = bound.data[one.name] + (1 if one.plate else 0)
        missing = np.isnan(np.asarray(values, float))
        data[one.name] = np.where(missing, 0, values).tolist()
        if one.imputed:
            where = np.flatnonzero(missing)
            data |= {"n_missing": len(where), "missing": (where + 1).tolist()}
    return data


def program_of(model: Model, bound: Bound, backend: str) -> tuple[Program, dict[str, Any]]:
    """The program that runs, and its arguments."""
    emitted = model.compile(backend)
    program = load_program(emitted.source, emitted.name)
    return program, arguments(program, bound)


def assert_agree(
    found: Sequence[tuple[float, Array]],
    wanted: Sequence[tuple[float, Array]],
    rtol: float = RTOL,
) -> None:
    """Gradients agree, and the differences of densities from one point to the next."""
    for (_, slope), (_, theirs) in zip(found, wanted, strict=True):
        assert np.abs((slope - theirs) / np.maximum(1.0, np.abs(theirs))).max() < rtol
    values, theirs = (np.array([value for value, _ in one]) for one in (found, wanted))
    assert np.abs(np.diff(values) - np.diff(theirs)).max() < RTOL * max(1.0, np.abs(theirs).max())


def density_of(program: Program, given: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The NumPyro program as a `Density`, and the data that it takes."""
    from bayescript.runtime.device import choose_device
    from bayescript.runtime.engines.density import Density

    choose_device()
    sizes = {name: value for name, value in given.items() if isinstance(value, int)}
    data = {name: value for name, value in given.items() if name not in sizes}
    return Density(program.model, sizes, data), data


def by_numpyro(program: Program, given: Mapping[str, Any]) -> tuple[Point, int]:
    import jax

    density, data = density_of(program, given)
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
