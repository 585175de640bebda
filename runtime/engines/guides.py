"""Guides: families of distributions on the unconstrained scale, and how each is drawn from.

A guide turns standard normal noise into a point. Its parameters are one flat vector, so that
optimisers, averages and files need to know nothing about them.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from .density import Arrays

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


class Guide(ABC):
    """A family for points of `dimension` numbers."""

    def __init__(self, dimension: int):
        self.dimension = dimension
        shapes = jax.eval_shape(lambda: self.begin(jnp.zeros(dimension), 1.0, jax.random.key(0)))
        zeros = jax.tree.map(lambda like: jnp.zeros(like.shape, like.dtype), shapes)
        flat, unravel = ravel_pytree(zeros)
        self.size = len(flat)
        self._unravel: Callable[[Any], Arrays] = unravel

    @abstractmethod
    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        """Parameters that put the guide at a point, with a standard deviation."""

    @abstractmethod
    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        """A point from noise, and the log density of the guide there."""

    def entropy(self, parameters: Arrays) -> Any | None:
        """The entropy in closed form, in nats, where there is one."""
        return None

    @property
    def noise(self) -> int:
        """How many standard normal numbers a draw takes."""
        return self.dimension

    def flat(self, parameters: Arrays) -> Any:
        """Parameters as one vector."""
        return ravel_pytree(parameters)[0]

    def split(self, flat: Any) -> Arrays:
        """The vector as parameters."""
        return self._unravel(flat)


class Normal(Guide):
    """Independent normals."""

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        return {"loc": at, "log_scale": jnp.full(self.dimension, jnp.log(scale))}

    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        point = parameters["loc"] + jnp.exp(parameters["log_scale"]) * noise
        return point, log_standard(noise) - jnp.sum(parameters["log_scale"])

    def entropy(self, parameters: Arrays) -> Any:
        return _gaussian_entropy(self.dimension) + jnp.sum(parameters["log_scale"])


class Multivariate(Guide):
    """A normal with any covariance; its factor is a diagonal times a unit lower triangle."""

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        below = self.dimension * (self.dimension - 1) // 2
        return {
            "loc": at,
            "log_scale": jnp.full(self.dimension, jnp.log(scale)),
            "below": jnp.zeros(below),
        }

    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        rows, columns = jnp.tril_indices(self.dimension, -1)
        lower = jnp.zeros((self.dimension, self.dimension))
        lower = lower.at[rows, columns].set(parameters["below"])
        moved = jnp.exp(parameters["log_scale"]) * (noise + lower @ noise)
        return parameters["loc"] + moved, log_standard(noise) - jnp.sum(parameters["log_scale"])

    def entropy(self, parameters: Arrays) -> Any:
        return _gaussian_entropy(self.dimension) + jnp.sum(parameters["log_scale"])


class LowRank(Guide):
    """A normal whose covariance is a diagonal and a matrix of low rank, both scaled."""

    def __init__(self, dimension: int, rank: int):
        self.rank = min(rank or max(math.isqrt(dimension), 1), dimension)
        super().__init__(dimension)

    @property
    def noise(self) -> int:
        return self.dimension + self.rank

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        # Not zero, where the gradient of the factor would be zero as well.
        factor = 0.01 * jax.random.normal(key, (self.dimension, self.rank))
        log_scale = jnp.full(self.dimension, jnp.log(scale))
        return {"loc": at, "log_scale": log_scale, "factor": factor}

    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        own, shared = noise[: self.dimension], noise[self.dimension :]
        factor = parameters["factor"]
        standard = own + factor @ shared
        point = parameters["loc"] + jnp.exp(parameters["log_scale"]) * standard
        # The inverse of I + F F' by Woodbury's identity.
        root = jnp.linalg.cholesky(self._inner(factor))
        inner = jax.scipy.linalg.solve_triangular(root, factor.T @ standard, lower=True)
        square = standard @ standard - inner @ inner
        volume = jnp.sum(parameters["log_scale"]) + jnp.sum(jnp.log(jnp.diag(root)))
        return point, -0.5 * square - self.dimension * _HALF_LOG_2PI - volume

    def entropy(self, parameters: Arrays) -> Any:
        root = jnp.linalg.cholesky(self._inner(parameters["factor"]))
        volume = jnp.sum(parameters["log_scale"]) + jnp.sum(jnp.log(jnp.diag(root)))
        return _gaussian_entropy(self.dimension) + volume

    def _inner(self, factor: Any) -> Any:
        return jnp.eye(self.rank) + factor.T @ factor


class Delta(Guide):
    """A single point."""

    @property
    def noise(self) -> int:
        return 0

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        return {"loc": at}

    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        return parameters["loc"], jnp.zeros(())

    def entropy(self, parameters: Arrays) -> Any:
        return jnp.zeros(())


def log_standard(noise: Any) -> Any:
    """The log density of standard normal noise."""
    return -0.5 * jnp.sum(noise**2) - noise.shape[-1] * _HALF_LOG_2PI


def _gaussian_entropy(dimension: int) -> float:
    return dimension * (0.5 + _HALF_LOG_2PI)
