"""Points of a density as functions of arrays: their values and densities, slopes and curvature."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from .density import Arrays, Density
from .lower import like

BLOCK = 100  # points that one call of `at` takes
_TOGETHER = 10  # of them, how many are worked on at a time: bounds the memory


def lower_at(density: Density, data: Arrays) -> Any:
    """Points, as rows, to their constrained values and their log densities."""

    def at(points: Any, data: Arrays) -> tuple[Arrays, Any]:
        def one(z: Any) -> tuple[Arrays, Any]:
            return density.constrain(z, data), -density.potential(z, data)

        found: tuple[Arrays, Any] = jax.lax.map(one, points, batch_size=_TOGETHER)
        return found

    return jax.jit(at).lower(like((BLOCK, density.dimension), jnp.float64), data)


def lower_slope(density: Density, data: Arrays, jacobian: bool) -> Any:
    """Minus the log density at a point and its gradient, with or without the Jacobian."""
    height = density.potential if jacobian else density.surface
    slope = jax.value_and_grad(height)
    return jax.jit(slope).lower(like((density.dimension,), jnp.float64), data)


def lower_curvature(density: Density, data: Arrays) -> Any:
    """The second derivatives of minus the log density at a point."""
    z = like((density.dimension,), jnp.float64)
    gradient = jax.grad(density.potential)
    try:
        return jax.jit(jax.jacfwd(gradient)).lower(z, data)
    except TypeError:  # a function in the model whose derivative was given for one direction only
        return jax.jit(jax.jacrev(gradient)).lower(z, data)
