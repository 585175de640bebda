"""The steps of variational inference as functions of arrays, compiled once for a whole run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from .density import Arrays, Density
from .guides import Guide
from .lower import like
from .moved import Moved
from .optimisers import make_optimiser, make_schedule
from .points import BLOCK
from .settings import SviSettings

CHUNK = 1000  # steps that one call of `advance` can do at most
_BATCH = 50  # steps whose noise is made at once, at most
_NUMBERS = 2**18  # numbers that it takes at most


@dataclass(frozen=True)
class Ascent:
    """The climb of a guide's ELBO; the data, the learning rate and all numbers are arguments."""

    density: Density | Moved
    guide: Guide
    settings: SviSettings

    def start(self, key: Any, z: Any, scale: Any) -> Any:
        """The first state: a number of steps, parameters, and what the optimiser remembers."""
        flat = self.guide.flat(self.guide.begin(z, scale, key))
        memory = make_optimiser(self.settings.optimizer).init(flat)
        return jnp.zeros((), jnp.int64), flat, tuple(jax.tree.leaves(memory))

    def advance(
        self, state: Any, total: Any, count: Any, rate: Any, key: Any, data: Arrays
    ) -> tuple[Any, Any, Any]:
        """`count` steps: the new state, `total` with the parameters after each step added, and the
        ELBO of each step, of `CHUNK` numbers the first `count`."""
        optimiser = make_optimiser(self.settings.optimizer)
        schedule = make_schedule(self.settings.schedule, self.settings.steps)
        tree = jax.tree.structure(jax.eval_shape(optimiser.init, state[1]))
        slope = jax.value_and_grad(self.loss)

        def body(i: Any, carry: Any) -> Any:
            (step, flat, leaves), total, elbo, noise = carry
            place = step % self.batch
            noise = jax.lax.cond(place == 0, lambda: self.noise(key, step), lambda: noise)
            loss, gradient = slope(flat, noise[place], data)
            # A point beyond what floats can hold is passed over; the ELBO of the step says so.
            fine = jnp.isfinite(loss) & jnp.all(jnp.isfinite(gradient))
            gradient = jnp.where(fine, gradient, 0.0)
            memory = jax.tree.unflatten(tree, leaves)
            update, memory = optimiser.update(gradient, memory, flat)
            flat = flat - rate * schedule(step) * update
            elbo = elbo.at[i].set(jnp.where(fine, -loss, jnp.nan))
            return (step + 1, flat, tuple(jax.tree.leaves(memory))), total + flat, elbo, noise

        carry = state, total, jnp.zeros(CHUNK), self.noise(key, state[0])
        state, total, elbo, _ = jax.lax.fori_loop(0, count, body, carry)
        return state, total, elbo

    @property
    def batch(self) -> int:
        """Steps whose noise is made at once: drawing few numbers costs as much as drawing many."""
        numbers = self.settings.particles * max(self.guide.noise, 1)
        return max(1, min(_BATCH, _NUMBERS // numbers))

    def noise(self, key: Any, step: Any) -> Any:
        """The noise of `step` and of its neighbours, one row for each."""
        shape = self.batch, self.settings.particles, self.guide.noise
        return jax.random.normal(jax.random.fold_in(key, step // self.batch), shape)

    def loss(self, flat: Any, noise: Any, data: Arrays) -> Any:
        """Minus the ELBO, estimated with a draw for each row of noise; differentiable."""
        parameters = self.guide.split(flat)
        entropy = self.guide.entropy(parameters)

        def one(noise: Any) -> Any:
            z, log_guide = self.guide.draw(parameters, noise)
            energy = self.density.potential(z, data)
            return energy + log_guide if entropy is None else energy

        if self.guide.noise == 0:
            return one(jnp.zeros(0)) - entropy
        mean = one(noise[0]) if len(noise) == 1 else jnp.mean(jax.vmap(one)(noise))
        return mean if entropy is None else mean - entropy

    def draw(self, flat: Any, key: Any, data: Arrays) -> tuple[Any, Any]:
        """A block of points from the guide, and its log density there."""
        parameters = self.guide.split(flat)
        noise = jax.random.normal(key, (BLOCK, self.guide.noise))
        found: tuple[Any, Any] = jax.vmap(lambda one: self.guide.draw(parameters, one))(noise)
        return found


def lower_ascent(ascent: Ascent, data: Arrays) -> Sequence[Any]:
    """`start`, `advance` and `draw`, traced and ready to be compiled."""
    number, key = like((), jnp.float64), like((2,), jnp.uint32)
    z = like((ascent.density.dimension,), jnp.float64)
    started = jax.jit(ascent.start).trace(key, z, number)
    state = jax.tree.map(lambda leaf: like(leaf.shape, leaf.dtype), started.out_info)
    flat = like((ascent.guide.size,), jnp.float64)
    count = like((), jnp.int64)
    advanced = jax.jit(ascent.advance).trace(state, flat, count, number, key, data)
    drawn = jax.jit(ascent.draw).trace(flat, key, data)
    return started.lower(), advanced.lower(), drawn.lower()
