"""A density in other coordinates, as a function of arrays: z = centre + S u.

What S is made of is data, like the data of the model: a compiled program serves them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax

from .coordinates import PREFIX
from .density import Arrays, Density


@dataclass(frozen=True)
class Moved:
    """The density over u; its data are the model's and those of the coordinates."""

    density: Density

    @property
    def dimension(self) -> int:
        """How many numbers make up a point."""
        return self.density.dimension

    def potential(self, u: jax.Array, data: Arrays) -> jax.Array:
        """Minus the log density at `u`, with the Jacobian of the coordinates, in nats."""
        energy: jax.Array = self.density.potential(point(u, data), _own(data))
        energy = energy - data[PREFIX + "log_volume"]
        return energy

    def constrain(self, u: jax.Array, data: Arrays) -> Arrays:
        """The values of the model at `u`."""
        return self.density.constrain(point(u, data), _own(data))


def _own(data: Arrays) -> Arrays:
    """The model's own data."""
    return {name: one for name, one in data.items() if not name.startswith(PREFIX)}


def point(u: jax.Array, data: Arrays) -> Any:
    """The point with these coordinates."""
    centre = data[PREFIX + "centre"]
    if PREFIX + "root" in data:
        return centre + data[PREFIX + "root"] @ u
    columns, inner = data[PREFIX + "columns"], data[PREFIX + "inner"] * u
    stretched = inner + columns @ (data[PREFIX + "stretch"] * (columns.T @ inner))
    return centre + data[PREFIX + "scale"] * stretched
