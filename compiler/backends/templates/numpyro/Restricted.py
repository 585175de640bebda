"""Helper of emitted programs: a distribution on an interval."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpyro.distributions as dist
from numpyro.distributions import constraints


# --- helper ---
class Restricted(dist.Distribution):
    """`base` on [low, high], its density divided by exp(log_mass)."""

    pytree_data_fields = ("base", "low", "high", "log_mass")

    def __init__(
        self,
        base: dist.Distribution,
        low: Any = None,
        high: Any = None,
        log_mass: Any = 0.0,
    ) -> None:
        self.base, self.low, self.high, self.log_mass = base, low, high, log_mass
        bounds = [jnp.shape(0.0 if x is None else x) for x in (low, high, log_mass)]
        super().__init__(jax.lax.broadcast_shapes(base.batch_shape, *bounds))

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        if self.base.support.is_discrete:
            return self.base.support
        if self.high is None:
            return constraints.greater_than(self.low)
        if self.low is None:
            return constraints.less_than(self.high)
        return constraints.interval(self.low, self.high)

    def log_prob(self, value: jax.Array) -> jax.Array:
        density = self.base.log_prob(value) - self.log_mass
        return jnp.where(self._inside(value), density, -jnp.inf)

    def sample(self, key: jax.Array, sample_shape: tuple[int, ...] = ()) -> jax.Array:
        """Draws from the base until all lie inside."""
        base = self.base.expand(self.batch_shape)

        def redraw(state: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
            key, subkey = jax.random.split(state[0])
            fresh = base.sample(subkey, sample_shape)
            return key, jnp.where(self._inside(state[1]), state[1], fresh)

        def outside(state: tuple[jax.Array, jax.Array]) -> jax.Array:
            return ~jnp.all(self._inside(state[1]))

        first = redraw((key, jnp.full(self.shape(sample_shape), jnp.nan)))
        return jax.lax.while_loop(outside, redraw, first)[1]

    def _inside(self, value: jax.Array) -> jax.Array:
        low = -jnp.inf if self.low is None else self.low
        high = jnp.inf if self.high is None else self.high
        return (value >= low) & (value <= high)
