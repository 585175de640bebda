"""NumPyro's HMC and NUTS kernels as two functions that are compiled once for a whole run.

`start` makes a chain's first state from a point; `advance` runs a number of iterations, warmup and
sampling alike, and computes the constrained values of the draws. Both are functions of arrays only
(NumPyro's state travels as a tuple of its leaves), so that their compiled form can be kept on disk
and used without NumPyro.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from numpyro.infer.hmc import hmc
from numpyro.infer.util import ParamInfo

from .density import Arrays, Density
from .lower import CHUNK, values_of
from .moved import Moved
from .settings import Settings


@dataclass(frozen=True)
class Kernel:
    """One sampler for one density; the data, the tuning and all random numbers are arguments."""

    density: Density | Moved
    settings: Settings
    algorithm: str  # NUTS or HMC

    def start(self, key: Any, z: Any, tuning: Arrays, data: Arrays) -> tuple[Any, Any, Any]:
        """The leaves of a chain's first state, whether density and gradient are finite, and both:
        minus the log density and the gradient of that."""
        state, _ = self._begin(key, z, tuning, data)
        slope = state.potential_energy, state.z_grad
        finite = jnp.isfinite(slope[0]) & jnp.all(jnp.isfinite(slope[1]))
        return tuple(jax.tree.leaves(state)), finite, slope

    def advance(
        self, leaves: Any, count: Any, wanted: Any, tuning: Arrays, data: Arrays
    ) -> tuple[Any, Arrays, Arrays]:
        """`count` iterations: new leaves, values (zeros unless `wanted`), statistics.

        Values and statistics have `CHUNK` rows, of which the first `count` hold something.
        """
        step, tree = self._kernel(tuning, data)
        state = jax.tree.unflatten(tree, leaves)

        def body(i: Any, carry: Any) -> Any:
            state, points, stats = carry
            step_size = state.adapt_state.step_size
            state = step(state)
            now = {
                "acceptance_rate": state.accept_prob,
                "diverging": state.diverging,
                "energy": state.energy,
                "lp": -state.potential_energy,
                "n_steps": state.num_steps,
                "step_size": step_size,
            }
            stats = {name: stats[name].at[i].set(value) for name, value in now.items()}
            return state, points.at[i].set(state.z), stats

        points = jnp.zeros((CHUNK, self.density.dimension))
        carry = state, points, _empty_stats()
        state, points, stats = jax.lax.fori_loop(0, count, body, carry)
        values = values_of(self.density, points, wanted, data)
        return tuple(jax.tree.leaves(state)), values, stats

    def _kernel(self, tuning: Arrays, data: Arrays) -> tuple[Callable[[Any], Any], Any]:
        """The kernel's step, and the structure of its state."""
        held = {}

        def begin() -> Any:
            z = jnp.zeros(self.density.dimension)
            state, held["step"] = self._begin(jnp.zeros(2, jnp.uint32), z, tuning, data)
            return state

        shape = jax.eval_shape(begin)  # the kernel makes its step while it makes a state
        return held["step"], jax.tree.structure(shape)

    def _begin(self, key: Any, z: Any, tuning: Arrays, data: Arrays) -> tuple[Any, Any]:
        def potential(z: Any) -> Any:
            return self.density.potential(z, data)

        energy, gradient = jax.value_and_grad(potential)(z)
        begin, step = hmc(potential, algo=self.algorithm)
        state = begin(
            ParamInfo(z, energy, gradient),
            self.settings.warmup,
            step_size=tuning["step_size"],
            target_accept_prob=tuning["target_accept"],
            dense_mass=self.settings.dense(self.density.dimension),
            max_tree_depth=self.settings.max_tree_depth,
            trajectory_length=None if self.algorithm == "NUTS" else tuning["trajectory_length"],
            rng_key=key,
        )
        # Without the first energy, which nothing reads, its momentum need not be compiled.
        return state._replace(energy=energy), step


def _empty_stats() -> Arrays:
    number = jnp.zeros(CHUNK)
    return {
        "acceptance_rate": number,
        "diverging": jnp.zeros(CHUNK, bool),
        "energy": number,
        "lp": number,
        "n_steps": jnp.zeros(CHUNK, jnp.int64),
        "step_size": number,
    }
