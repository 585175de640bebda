"""Affine coordinates of the unconstrained space, z = centre + S u, and the normal that u ~ N(0, I)
becomes there.

The density of a model does not change with coordinates; how far a step of an optimiser goes, and
what a guide can express, does. S is a full matrix in few dimensions. In many it is two diagonals
with a few stretched directions between them, S = diag(scale) (I + V diag(stretch) V') diag(inner)
with orthonormal V.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

UNIT = 3.0  # standard deviations, so that an optimiser's steps in u are not too short
LARGEST = 200  # dimensions up to which S is a full matrix
COLUMNS = 20  # directions that are stretched beyond
PREFIX = "u: "  # before the names of arrays that say what S is: no quantity of a spec has such one
_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class Coordinates(ABC):
    """Where u = 0 lies; subclasses say what S is."""

    centre: np.ndarray

    @abstractmethod
    def moved(self, u: np.ndarray) -> np.ndarray:
        """S u, for the rows of an array or a single point."""

    @abstractmethod
    def pulled(self, gradient: np.ndarray) -> np.ndarray:
        """S' g: gradients along z as those along u."""

    @abstractmethod
    def solved(self, z: np.ndarray) -> np.ndarray:
        """The coordinates u of the rows of an array or of a single point."""

    @abstractmethod
    def covariance(self) -> np.ndarray:
        """S S' in full."""

    @property
    @abstractmethod
    def log_volume(self) -> float:
        """The logarithm of the determinant of S."""

    @abstractmethod
    def parts(self) -> Mapping[str, np.ndarray]:
        """The arrays that S is made of."""

    @property
    def dimension(self) -> int:
        """How many numbers make up a point."""
        return len(self.centre)

    def points(self, u: np.ndarray) -> np.ndarray:
        """Points of the unconstrained space, for the rows of an array or a single one."""
        return np.asarray(self.centre + self.moved(u))

    def log_normal(self, u: np.ndarray) -> np.ndarray:
        """The log density of the normal at the points of these rows."""
        square: np.ndarray = (u**2).sum(axis=-1)
        return -0.5 * square - self.dimension * _HALF_LOG_2PI - self.log_volume

    def kept(self) -> tuple[np.ndarray, ...]:
        """All that `recalled` needs."""
        return (self.centre, *self.parts().values())

    def arrays(self) -> dict[str, np.ndarray]:
        """All that compiled functions take (`moved.py`)."""
        more = {"centre": self.centre, "log_volume": np.float64(self.log_volume)}
        return {PREFIX + name: np.asarray(one) for name, one in (more | {**self.parts()}).items()}


@dataclass(frozen=True)
class Full(Coordinates):
    """S is a full matrix, lower triangular."""

    root: np.ndarray

    def moved(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(u @ self.root.T)

    def pulled(self, gradient: np.ndarray) -> np.ndarray:
        return np.asarray(gradient @ self.root)

    def solved(self, z: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.solve(self.root, (z - self.centre).T).T)

    def covariance(self) -> np.ndarray:
        return np.asarray(self.root @ self.root.T)

    @property
    def log_volume(self) -> float:
        return float(np.log(np.diag(self.root)).sum())

    def parts(self) -> Mapping[str, np.ndarray]:
        return {"root": self.root}


@dataclass(frozen=True)
class Thin(Coordinates):
    """S is a diagonal, stretched along a few directions, and another diagonal."""

    scale: np.ndarray
    columns: np.ndarray
    stretch: np.ndarray
    inner: np.ndarray

    def moved(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(self.scale * self._stretched(self.inner * u, self.stretch))

    def pulled(self, gradient: np.ndarray) -> np.ndarray:
        return np.asarray(self.inner * self._stretched(gradient * self.scale, self.stretch))

    def solved(self, z: np.ndarray) -> np.ndarray:
        scaled = (z - self.centre) / self.scale
        return np.asarray(self._stretched(scaled, 1 / (1 + self.stretch) - 1) / self.inner)

    def covariance(self) -> np.ndarray:
        factor = self.moved(np.eye(self.dimension))
        return np.asarray(factor.T @ factor)

    @property
    def log_volume(self) -> float:
        diagonals = np.log(self.scale).sum() + np.log(self.inner).sum()
        return float(diagonals + np.log1p(self.stretch).sum())

    def parts(self) -> Mapping[str, np.ndarray]:
        names = ("scale", "columns", "stretch", "inner")
        return {name: getattr(self, name) for name in names}

    def _stretched(self, u: np.ndarray, stretch: np.ndarray) -> np.ndarray:
        return np.asarray(u + (u @ self.columns * stretch) @ self.columns.T)


def lower(factor: np.ndarray) -> np.ndarray:
    """The lower triangle L with a positive diagonal for which L L' = F F'.

    Cholesky's would square the numbers, and quantities that hang together closely would be lost.
    Raises LinAlgError where it is singular, or something is no number.
    """
    _, upper = np.linalg.qr(factor.T)
    found: np.ndarray = upper.T * np.sign(np.diag(upper))
    if not (np.isfinite(found).all() and (np.diag(found) > 0).all()):
        raise np.linalg.LinAlgError
    return found


def plain(centre: np.ndarray, scale: float) -> Coordinates:
    """Those of a point, with the same scale in all directions."""
    dimension = len(centre)
    if dimension <= LARGEST:
        return Full(centre, scale * np.eye(dimension))
    columns, stretch = np.zeros((dimension, COLUMNS)), np.zeros(COLUMNS)
    return Thin(centre, np.full(dimension, scale), columns, stretch, np.ones(dimension))


def at_rest(dimension: int) -> Full:
    """Those of the unconstrained space itself."""
    return Full(np.zeros(dimension), np.eye(dimension))


def usual(found: Coordinates) -> Coordinates:
    """The same in the form that is usual for the dimension. Raises LinAlgError as `lower` does."""
    if found.dimension <= LARGEST:
        return Full(found.centre, lower(found.moved(np.eye(found.dimension)).T))
    assert isinstance(found, Thin)
    missing = COLUMNS - len(found.stretch)
    columns = np.pad(found.columns, ((0, 0), (0, missing)))
    return replace(found, columns=columns, stretch=np.pad(found.stretch, (0, missing)))


def widened(found: Coordinates) -> Coordinates:
    """The same with a longer unit."""
    if isinstance(found, Thin):
        return replace(found, inner=UNIT * found.inner)
    assert isinstance(found, Full)
    return replace(found, root=UNIT * found.root)


def unturned(found: Thin) -> Thin:
    """The same without directions of its own: a diagonal."""
    return replace(found, columns=np.zeros_like(found.columns))


def recalled(kept: tuple[np.ndarray, ...]) -> Coordinates:
    """The coordinates of which `kept` gave these."""
    centre, *parts = kept
    return Full(centre, *parts) if len(parts) == 1 else Thin(centre, *parts)
