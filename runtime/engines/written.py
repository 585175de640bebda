"""A guide that the spec itself writes: its function in the program, fitted by its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from numpyro import handlers
from numpyro.distributions import biject_to, constraints
from numpyro.infer.util import log_density

from .ascent import Ascent
from .density import Arrays, Density
from .points import BLOCK


class Written:
    """The parameters of a program's `guide`, and of its model, as one flat vector.

    The guide is drawn from by its own random numbers, and gives values on the latents' own scales.
    """

    entropy = None

    def __init__(self, guide: Callable[..., Any], density: Density, data: Arrays):
        self.guide = guide
        self.density = density
        self.within: dict[str, Any] = {}
        self.starts: dict[str, Any] = {}
        self._look(guide, data)
        self._look(density.model, data)
        flat, self._unravel = ravel_pytree(self.starts)
        self.size = len(flat)

    def _look(self, function: Callable[..., Any], data: Arrays) -> None:
        """Where the parameters of a function begin, on the unconstrained scale."""
        with handlers.trace() as sites, handlers.seed(rng_seed=0):
            function(**self.density.sizes, **data)
        for name, site in sites.items():
            if site["type"] == "param" and name not in self.within:
                within = site["kwargs"].get("constraint", constraints.real)
                start = jnp.asarray(site["args"][0], jnp.result_type(float))
                self.within[name] = within
                self.starts[name] = biject_to(within).inv(start)

    def begin(self, at: Any, scale: Any, key: Any) -> Arrays:
        """Where the spec says that its parameters begin; a point of the latents says nothing."""
        return self.starts

    def flat(self, parameters: Arrays) -> Any:
        """Parameters as one vector."""
        return ravel_pytree(parameters)[0]

    def values(self, flat: Any) -> Arrays:
        """The parameters on their own scales."""
        parts = self._unravel(flat)
        return {name: biject_to(within)(parts[name]) for name, within in self.within.items()}

    def draw(self, values: Arrays, key: Any, data: Arrays) -> tuple[Arrays, Any]:
        """Values of the latents, and the guide's log density there."""
        function = handlers.substitute(handlers.seed(self.guide, key), data=values)
        with handlers.trace() as sites:
            function(**self.density.sizes, **data)
        drawn = {n: site for n, site in sites.items() if site["type"] == "sample"}
        density = sum(jnp.sum(s["fn"].log_prob(s["value"])) for s in drawn.values())
        return {name: site["value"] for name, site in drawn.items()}, density


@dataclass(frozen=True)
class WrittenAscent(Ascent):
    """The climb of a written guide's ELBO; noise is keys, from which the guide draws."""

    guide: Any

    def noise(self, key: Any, step: Any) -> Any:
        keys = jax.random.split(jax.random.fold_in(key, step // self.batch), self._keys)
        return keys.reshape(self.batch, self.settings.particles, 2)

    @property
    def _keys(self) -> int:
        return self.batch * self.settings.particles

    @property
    def batch(self) -> int:
        return 50

    def loss(self, flat: Any, noise: Any, data: Arrays) -> Any:
        """Minus the ELBO on the latents' own scales: the Jacobians of both sides would cancel."""
        values = self.guide.values(flat)
        model, given = self.guide.density.model, self.guide.density.sizes | data

        def one(key: Any) -> Any:
            latents, log_guide = self.guide.draw(values, key, data)
            return log_guide - log_density(model, (), given, values | latents)[0]

        return jnp.mean(jax.vmap(one)(noise))

    def draw(self, flat: Any, key: Any, data: Arrays) -> tuple[Any, Any]:
        """A block of points on the unconstrained scale, and the guide's log density there."""
        values = self.guide.values(flat)

        def one(key: Any) -> tuple[Any, Any]:
            latents, log_guide = self.guide.draw(values, key, data)
            found: tuple[Any, Any]
            found = self.guide.density.unconstrain(values | latents, log_guide, data)
            return found

        found: tuple[Any, Any] = jax.vmap(one)(jax.random.split(key, BLOCK))
        return found
