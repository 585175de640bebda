"""A guide that is not normal: inverse autoregressive flows (Kingma et al. 2016, arXiv 1606.04934).

Each flow shifts and scales every number by amounts that a small network computes from the numbers
before it; the order is turned round between flows. What comes out is shifted and scaled once more.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .density import Arrays
from .guides import Guide, log_standard

_STEEPEST = 3.0  # bounds the logarithm of a scale, so that no single step can blow up


class Flow(Guide):
    """Flows of a standard normal; at the start they change nothing."""

    def __init__(self, dimension: int, flows: int, hidden: int):
        self.flows = flows
        self.hidden = hidden
        self.masks = _masks(dimension, hidden)
        super().__init__(dimension)

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        size, hidden = self.dimension, self.hidden
        parameters = {"loc": at, "log_scale": jnp.full(size, jnp.log(scale))}
        for flow in range(self.flows):
            first = jax.random.normal(jax.random.fold_in(key, flow), (hidden, size))
            parameters |= {
                f"in_{flow}": first / np.sqrt(size),
                f"bias_{flow}": jnp.zeros(hidden),
                f"out_{flow}": jnp.zeros((2, size, hidden)),
                f"shift_{flow}": jnp.zeros((2, size)),
            }
        return parameters

    def draw(self, parameters: Arrays, noise: Any) -> tuple[Any, Any]:
        inner, outer = self.masks
        point, stretched = noise, jnp.zeros(())
        for flow in range(self.flows):
            point = point[::-1]
            hidden = jnp.tanh(
                (parameters[f"in_{flow}"] * inner) @ point + parameters[f"bias_{flow}"]
            )
            out = (parameters[f"out_{flow}"] * outer) @ hidden + parameters[f"shift_{flow}"]
            log_scale = _STEEPEST * jnp.tanh(out[1] / _STEEPEST)
            point = point * jnp.exp(log_scale) + out[0]
            stretched += jnp.sum(log_scale)
        stretched += jnp.sum(parameters["log_scale"])
        point = parameters["loc"] + jnp.exp(parameters["log_scale"]) * point
        return point, log_standard(noise) - stretched


def _masks(dimension: int, hidden: int) -> tuple[np.ndarray, np.ndarray]:
    """Which weights there are: a number depends on those before it only (Germain et al. 2015)."""
    order = np.arange(1, dimension + 1)
    units = 1 + np.arange(hidden) % max(dimension - 1, 1)
    inner = (units[:, None] >= order[None, :]).astype(float)
    outer = (order[:, None] > units[None, :]).astype(float)
    return inner, outer
