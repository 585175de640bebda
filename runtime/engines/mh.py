"""Random-walk Metropolis as two functions that are compiled once for a whole run.

Proposals are normal around the point. During warmup their covariance is learnt in windows of
growing length, and their scale follows the acceptance rate by stochastic approximation (Andrieu
and Thoms 2008, "A tutorial on adaptive MCMC", Statistics and Computing 18). After warmup nothing
changes any more, so that the draws are those of a Markov chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from .density import Arrays, Density
from .lower import CHUNK, values_of
from .settings import Chains

_FIRST = 100  # iterations of the first window
_LAST = 0.8  # share of the warmup after which only the scale is adapted
_GAIN, _COOLING = 2.0, 0.6  # of the scale's adaptation


class State(NamedTuple):
    """A chain. `root` is a square root of the proposals' covariance: a factor or a diagonal."""

    key: Any
    iteration: Any
    z: Any
    energy: Any
    log_scale: Any
    since: Any  # iterations since the covariance last changed
    root: Any
    mean: Any
    squares: Any  # sums of squared deviations from the mean


@dataclass(frozen=True)
class Metropolis:
    """One sampler for one density; the data, the tuning and all random numbers are arguments."""

    density: Density
    settings: Chains

    def start(self, key: Any, z: Any, tuning: Arrays, data: Arrays) -> tuple[Any, Any]:
        """A chain's first state, and whether the density is finite there."""
        size = self.density.dimension
        dense = self.settings.dense_mass
        energy = self.density.potential(z, data)
        state = State(
            key=key,
            iteration=jnp.zeros((), jnp.int64),
            z=z,
            energy=energy,
            log_scale=jnp.log(tuning["step_size"] * self._optimal),
            since=jnp.zeros((), jnp.int64),
            root=jnp.eye(size) if dense else jnp.ones(size),
            mean=jnp.zeros(size),
            squares=jnp.zeros((size, size) if dense else size),
        )
        return tuple(state), jnp.isfinite(energy)

    def advance(
        self, leaves: Any, count: Any, wanted: Any, tuning: Arrays, data: Arrays
    ) -> tuple[Any, Arrays, Arrays]:
        """`count` iterations: a new state, values (zeros unless `wanted`), statistics.

        Values and statistics have `CHUNK` rows, of which the first `count` hold something.
        """

        def body(i: Any, carry: Any) -> Any:
            state, points, stats = carry
            scale = jnp.exp(state.log_scale)
            state, accepted = self._step(state, data)
            state = self._adapted(state, accepted, tuning)
            now = {"acceptance_rate": accepted, "lp": -state.energy, "step_size": scale}
            stats = {name: stats[name].at[i].set(value) for name, value in now.items()}
            return state, points.at[i].set(state.z), stats

        points = jnp.zeros((CHUNK, self.density.dimension))
        stats = {name: jnp.zeros(CHUNK) for name in ("acceptance_rate", "lp", "step_size")}
        carry = State(*leaves), points, stats
        state, points, stats = jax.lax.fori_loop(0, count, body, carry)
        return tuple(state), values_of(self.density, points, wanted, data), stats

    @property
    def _optimal(self) -> float:
        """The scale that suits a normal posterior of known covariance (Roberts et al. 1997)."""
        return float(2.38 / max(self.density.dimension, 1) ** 0.5)

    def _step(self, state: State, data: Arrays) -> tuple[State, Any]:
        """One proposal, taken or not, and the probability with which it was to be taken."""
        key, for_move, for_choice = jax.random.split(state.key, 3)
        noise = jax.random.normal(for_move, state.z.shape)
        move = state.root @ noise if self.settings.dense_mass else state.root * noise
        z = state.z + jnp.exp(state.log_scale) * move
        energy = self.density.potential(z, data)
        probability = jnp.exp(jnp.minimum(state.energy - energy, 0.0))
        probability = jnp.where(jnp.isfinite(energy), probability, 0.0)
        taken = jax.random.uniform(for_choice) < probability
        z = jnp.where(taken, z, state.z)
        energy = jnp.where(taken, energy, state.energy)
        return state._replace(key=key, z=z, energy=energy), probability

    def _adapted(self, state: State, accepted: Any, tuning: Arrays) -> State:
        iteration = state.iteration + 1
        warm = iteration <= self.settings.warmup
        since = state.since + 1
        gain = _GAIN / since**_COOLING
        log_scale = state.log_scale + jnp.where(warm, gain * (accepted - tuning["acceptance"]), 0.0)
        state = state._replace(iteration=iteration, since=since, log_scale=log_scale)
        ends = _windows(self.settings.warmup)
        if not ends:
            return state
        state = jax.lax.cond(iteration <= ends[-1], self._noted, lambda same: same, state)
        at_end = jnp.any(iteration == jnp.array(ends))
        adapted: State = jax.lax.cond(at_end, self._relearnt, lambda same: same, state)
        return adapted

    def _noted(self, state: State) -> State:
        """The running mean and covariance with the present point (Welford)."""
        before = state.z - state.mean
        mean = state.mean + before / state.since
        after = state.z - mean
        more = jnp.outer(before, after) if self.settings.dense_mass else before * after
        return state._replace(mean=mean, squares=state.squares + more)

    def _relearnt(self, state: State) -> State:
        """Proposals with the covariance of the window that ends, a little shrunk, as in Stan."""
        n = state.since
        variance = state.squares / jnp.maximum(n - 1, 1) * n / (n + 5.0)
        floor = 1e-3 * 5.0 / (n + 5.0)
        if self.settings.dense_mass:
            covariance = (variance + variance.T) / 2 + floor * jnp.eye(len(state.z))
            root = jnp.linalg.cholesky(covariance)
            root = jnp.where(jnp.all(jnp.isfinite(root)), root, state.root)
        else:
            root = jnp.sqrt(variance + floor)
        return state._replace(
            since=jnp.zeros_like(n),
            log_scale=jnp.log(jnp.full((), self._optimal)),
            root=root,
            mean=jnp.zeros_like(state.mean),
            squares=jnp.zeros_like(state.squares),
        )


def _windows(warmup: int) -> list[int]:
    """The iterations after which the covariance is learnt anew."""
    last = int(_LAST * warmup)
    ends, end = [], _FIRST
    while end <= last:
        ends.append(end if 1.5 * end <= last else last)
        end = int(1.5 * end)
    return ends
