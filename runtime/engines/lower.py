"""Kernels of Markov chains as functions of arrays, ready to be compiled."""

from __future__ import annotations

from typing import Any, Protocol

import jax
import jax.numpy as jnp

from .density import Arrays, Density
from .moved import Moved
from .settings import Chains

CHUNK = 100  # iterations that one call of `advance` can do at most


class Kernel(Protocol):
    """`start` makes a chain's first state from a point, `advance` runs some iterations."""

    @property
    def density(self) -> Density | Moved: ...
    def start(self, key: Any, z: Any, tuning: Arrays, data: Arrays) -> tuple[Any, ...]: ...
    def advance(
        self, leaves: Any, count: Any, wanted: Any, tuning: Arrays, data: Arrays
    ) -> tuple[Any, Arrays, Arrays]: ...


def values_of(density: Density | Moved, points: Any, wanted: Any, data: Arrays) -> Arrays:
    """The constrained values of `points`, or zeros where they are not wanted."""

    def compute() -> Arrays:
        return jax.vmap(lambda z: density.constrain(z, data))(points)

    def skip() -> Arrays:
        shapes = jax.eval_shape(compute)
        zeros: Arrays = jax.tree.map(lambda like: jnp.zeros(like.shape, like.dtype), shapes)
        return zeros

    values: Arrays = jax.lax.cond(wanted, compute, skip)
    return values


def like(shape: tuple[int, ...], dtype: Any) -> Any:
    """An array as tracing needs it: its shape and type."""
    struct: Any = jax.ShapeDtypeStruct
    return struct(shape, dtype)


def lower(kernel: Kernel, settings: Chains, data: Arrays, tuning: Arrays) -> tuple[Any, Any]:
    """`start` and `advance`, traced for data of these shapes and ready to be compiled."""
    key = like((2,), jnp.uint32)
    z = like((kernel.density.dimension,), jnp.float64)
    start, advance = kernel.start, kernel.advance
    if settings.vectorized:
        chains = settings.chains
        key = like((chains, 2), jnp.uint32)
        z = like((chains, kernel.density.dimension), jnp.float64)
        start = jax.vmap(start, in_axes=(0, 0, None, None))
        advance = jax.vmap(advance, in_axes=(0, None, None, None, None))
    started = jax.jit(start).trace(key, z, tuning, data)
    leaves, *_ = started.out_info
    leaves = jax.tree.map(lambda leaf: like(leaf.shape, leaf.dtype), leaves)
    count, wanted = like((), jnp.int64), like((), jnp.bool_)
    advanced = jax.jit(advance).trace(leaves, count, wanted, tuning, data)
    return started.lower(), advanced.lower()
