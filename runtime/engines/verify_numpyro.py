"""The log density of a NumPyro program, site by site, with its slope along a direction."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from numpyro import handlers
from numpyro.distributions.distribution import validation_enabled

from ..execute import Program

Terms = dict[str, float]


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

        self.compiled = jax.jit(both)

    def at(self, values: dict[str, Any], way: dict[str, Any]) -> tuple[Terms, Terms]:
        """The log density of each site, and its derivative along `way`."""
        with jax.enable_x64(True), validation_enabled(False):
            as_arrays = [
                {name: jnp.asarray(one, jnp.float64) for name, one in part.items()}
                for part in (values, way)
            ]
            found, slopes = self.compiled(*as_arrays, self.data)
        ours, sloped = ({n: float(v) for n, v in part.items()} for part in (found, slopes))
        return ours, sloped
