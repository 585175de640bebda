"""What searches and guides ask of a program: functions of points, whatever library runs them."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ...grammar.diagnostics import RunError
from .coordinates import Coordinates
from .settings import Common, SviSettings


class Landscape(Protocol):
    """A density over points, each a vector of unconstrained numbers.

    `programs` are functions of points and `data`: first that of values and log densities at the
    rows of an array, then what the method needs beside it.
    """

    data: dict[str, Any]
    programs: list[Any]
    notes: dict[str, Any]

    @property
    def chosen(self) -> Common:
        """The settings of the run."""

    @property
    def dimension(self) -> int:
        """How many numbers make up a point."""

    @property
    def scalars(self) -> list[str]:
        """What each of them belongs to."""

    def no_start(self, point: np.ndarray, tried: int) -> RunError:
        """The error where no random point has a finite density."""


class Climber(Landscape, Protocol):
    """A guide over a landscape, whose parameters climb the ELBO."""

    derivatives: list[Any]  # slope and curvature of the density, where they are needed
    coordinates: Coordinates | None  # in which the guide lives, where they are not the density's

    @property
    def settings(self) -> SviSettings:
        """The settings of the run, as those of variational inference."""

    def key(self, use: int) -> Any:
        """What decides all random numbers of one use."""

    def start(self, key: Any, point: np.ndarray, scale: Any) -> Any:
        """The first state, around a point; its second part are the guide's parameters."""

    def advance(
        self, state: Any, total: Any, count: Any, rate: Any, key: Any, data: dict[str, Any]
    ) -> tuple[Any, Any, Any]:
        """`count` steps: the new state, `total` with the parameters after each step added, and the
        ELBO of each step."""

    def draw(self, parameters: np.ndarray, key: Any) -> tuple[Any, Any]:
        """A block of points from the guide, and its log density there."""
