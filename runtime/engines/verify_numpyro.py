"""The log density of a NumPyro program, site by site, with its slope along a direction."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from numpyro import handlers
from numpyro.distributions.distribution import validation_enabled

from ..execute import Program

Terms = dict[str, float]


def along(gradient: dict[str, Any], way: dict[str, Any]) -> Any:
    """The derivative in a direction."""
    return sum(jnp.sum(slope * way[name]) for name, slope in gradient.items())


class Sites:
    """A program with its data, compiled in float64."""

    def __init__(self, program: Program, given: dict[str, Any]) -> None:
        static = {name: value for name, value in given.items() if isinstance(value, int)}
        self.data = {name: value for name, value in given.items() if name not in static}

        def terms(values: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
            with handlers.trace() as sites:
                handlers.substitute(program.model, values)(**static, **data)
            return {
                name: jnp.sum(site["fn"].log_prob(site["value"]))
                for name, site in sites.items()
                if site["type"] == "sample"
            }

        def both(values: dict[str, Any], way: dict[str, Any], data: dict[str, Any]) -> Any:
            return jax.jvp(lambda at: terms(at, data), (values,), (way,))

        def backwards(values: dict[str, Any], way: dict[str, Any], data: dict[str, Any]) -> Any:
            gradient = jax.grad(lambda at: sum(terms(at, data).values()))(values)
            return along(gradient, way)

        def one(name: str, values: Any, way: Any, data: Any) -> Any:
            gradient = jax.grad(lambda at: terms(at, data)[name])(values)
            return along(gradient, way)

        self.compiled, self.backwards = jax.jit(both), jax.jit(backwards)
        self.one = jax.jit(one, static_argnums=0)

    def at(self, values: dict[str, Any], way: dict[str, Any]) -> tuple[Terms, Terms]:
        """The log density of each site, and its derivative along `way`.

        Samplers take derivatives backwards, where a density that does not count can still make NaN
        of all: then so are the derivatives of the sites.
        """
        with jax.enable_x64(True), validation_enabled(False):
            as_arrays = [
                {name: jnp.asarray(one, jnp.float64) for name, one in part.items()}
                for part in (values, way)
            ]
            found, slopes = self.compiled(*as_arrays, self.data)
            if as_arrays[0] and not jnp.isfinite(self.backwards(*as_arrays, self.data)):
                slopes = {name: self.one(name, *as_arrays, self.data) for name in found}
        ours, sloped = ({n: float(v) for n, v in part.items()} for part in (found, slopes))
        return ours, sloped
