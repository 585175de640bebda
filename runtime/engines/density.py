"""A NumPyro model as a function on one flat vector of unconstrained numbers.

Imported only where a program must be traced: a kept compiled program runs without it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro import handlers
from numpyro.distributions import biject_to, constraints
from numpyro.distributions.distribution import validation_enabled
from numpyro.infer.util import constrain_fn, log_density, potential_energy

from ...grammar.diagnostics import BackendError, Diagnostic

Arrays = dict[str, Any]


class Density:
    """The log density of a model whose sizes are fixed and whose data are still to come.

    `dimension` numbers, each on the whole real line, make up one point. All methods take the data
    as their last argument, so that in a compiled program the data are arguments, not constants.
    What the model learns without a prior (`learned`, name and constraint) stands among these
    numbers, and adds nothing to the density.
    """

    def __init__(self, model: Callable[..., Any], sizes: Mapping[str, int], data: Arrays):
        self.model = model
        self.sizes = dict(sizes)
        self.learned: dict[str, Any] = {}
        self.shapes = self._unconstrained_shapes(data)
        self.dimension = sum(math.prod(shape) for shape in self.shapes.values())

    def potential(self, z: jax.Array, data: Arrays) -> jax.Array:
        """Minus the log density at `z`, with the Jacobian of the transforms, in nats."""
        model, latents = self._conditioned(z)
        energy: jax.Array = potential_energy(model, (), self.sizes | data, latents)
        return energy

    def surface(self, z: jax.Array, data: Arrays) -> jax.Array:
        """Minus the log density of the latents on their own scales at `z`: no Jacobian."""
        given = self.sizes | data
        model, latents = self._conditioned(z)
        values = constrain_fn(model, (), given, latents)
        value: jax.Array = -log_density(model, (), given, values)[0]
        return value

    def constrain(self, z: jax.Array, data: Arrays) -> Arrays:
        """The latent values at `z` on their own scales, and the deterministic ones."""
        given = self.sizes | data
        model, latents = self._conditioned(z)
        values: Arrays = constrain_fn(model, (), given, latents, return_deterministic=True)
        return values | self.parameters(z)

    def parameters(self, z: jax.Array) -> Arrays:
        """What the model learns without a prior, at `z`, on its own scale."""
        parts = self.split(z)
        return {name: biject_to(within)(parts[name]) for name, within in self.learned.items()}

    def unconstrain(self, values: Arrays, log_density: Any, data: Arrays) -> tuple[jax.Array, Any]:
        """The point at these latent values, and a log density of theirs carried over to it."""
        with handlers.trace() as sites:
            handlers.substitute(self.model, data=values)(**self.sizes, **data)
        parts = []
        for name in self.shapes:
            within = self.learned.get(name)
            transform = biject_to(within if within is not None else sites[name]["fn"].support)
            part = transform.inv(values[name])
            parts.append(jnp.ravel(part))
            if within is None:
                log_density += jnp.sum(transform.log_abs_det_jacobian(part, values[name]))
        return jnp.concatenate(parts), log_density

    def _conditioned(self, z: jax.Array) -> tuple[Callable[..., Any], Arrays]:
        """The model with what it learns, and the unconstrained latents, at `z`."""
        latents = {n: one for n, one in self.split(z).items() if n not in self.learned}
        if not self.learned:
            return self.model, latents
        return handlers.substitute(self.model, data=self.parameters(z)), latents

    @property
    def scalars(self) -> list[str]:
        """What each number of a point belongs to, such as `theta[2]`, counted from 0."""
        return [
            f"{name}[{', '.join(map(str, index))}]" if shape else name
            for name, shape in self.shapes.items()
            for index in np.ndindex(*shape)
        ]

    def split(self, z: jax.Array) -> Arrays:
        """The flat vector as one unconstrained array per latent site."""
        parts, start = {}, 0
        for name, shape in self.shapes.items():
            size = math.prod(shape)
            parts[name] = z[start : start + size].reshape(shape)
            start += size
        return parts

    def by_site(self, z: jax.Array, data: Arrays) -> dict[str, jax.Array]:
        """The log density at `z` of every site by itself, in the order of the program."""
        values = self.constrain(z, data)
        with handlers.trace() as sites:
            handlers.substitute(self.model, values)(**self.sizes, **data)
        return {
            name: jnp.sum(site["fn"].log_prob(site["value"]))
            for name, site in sites.items()
            if site["type"] == "sample"
        }

    def wrong_parameters(self, z: jax.Array, data: Arrays) -> dict[str, str]:
        """Sites with a parameter that lies outside its domain at `z`, and which it is."""
        values = self.constrain(z, data)
        with handlers.trace() as sites:
            handlers.substitute(self.model, values)(**self.sizes, **data)
        found: dict[str, str] = {}
        for name, site in sites.items():
            distribution: Any = site["fn"] if site["type"] == "sample" else None
            while hasattr(distribution, "base_dist"):
                distribution = distribution.base_dist
            for parameter, domain in getattr(distribution, "arg_constraints", {}).items():
                value = getattr(distribution, parameter, None)
                if value is None or domain.is_discrete or not hasattr(value, "shape"):
                    continue
                if not np.all(domain(value)):
                    worst = np.ravel(
                        np.where(domain(value), np.nan, value) if value.shape else value
                    )
                    shown = worst[np.isfinite(worst)][:1]
                    at = f" = {shown[0]:.3g}" if len(shown) else ""
                    found[name] = f"a `{parameter}`{at} outside its domain"
        return found

    def _unconstrained_shapes(self, data: Arrays) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}

        def at_zero(site: dict[str, Any]) -> jax.Array | None:
            if site["type"] == "param":
                within = site["kwargs"].get("constraint", constraints.real)
                self.learned[site["name"]] = within
                shape = biject_to(within).inverse_shape(np.shape(site["args"][0]))
                shapes[site["name"]] = tuple(int(size) for size in shape)
                return None
            if site["type"] != "sample" or site["is_observed"]:
                return None
            shapes[site["name"]] = _unconstrained_shape(site["name"], site["fn"])
            value: jax.Array = biject_to(site["fn"].support)(jnp.zeros(shapes[site["name"]]))
            return value

        def probe(data: Arrays) -> None:
            handlers.substitute(self.model, substitute_fn=at_zero)(**self.sizes, **data)

        jax.eval_shape(probe, data)
        return shapes


def _unconstrained_shape(name: str, distribution: Any) -> tuple[int, ...]:
    if distribution.support.is_discrete:
        raise BackendError(
            Diagnostic(
                "B405",
                f"`{name}` is discrete, and the methods here are for continuous quantities",
                help="sum it out in the spec",
            )
        )
    shape = biject_to(distribution.support).inverse_shape(distribution.shape())
    return tuple(int(size) for size in shape)


def where_not_finite(density: Density, z: np.ndarray, data: Arrays) -> dict[str, str]:
    """Sites whose log density at `z`, or whose gradient, is not finite, with what it is instead.

    Runs eagerly: this is for the error message of a run that could not start.
    """
    at = jnp.asarray(z)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPyro's, of values outside a support: we say it better
        # Else NumPyro refuses a wrong parameter with an error of its own, before its density.
        with validation_enabled(False):
            values, wrong = density.by_site(at, data), density.wrong_parameters(at, data)
            slopes = jax.jacobian(lambda at: density.by_site(at, data))(at)
    found = {
        name: wrong.get(name, f"log density {float(value)}")
        for name, value in values.items()
        if not np.isfinite(value)
    }
    if found:
        return found
    return {
        name: "a gradient that is not finite"
        for name, slope in slopes.items()
        if not np.all(np.isfinite(slope))
    }
