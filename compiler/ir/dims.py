"""Named dimensions, and the kinds of scalars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

Kind = OneOf["real", "int", "bool", "index"]
Stage = OneOf["data", "density"]


@dataclass(frozen=True, slots=True)
class Dim:
    """One axis: a plate, and which of its axes where there are several (`state'` has prime 1)."""

    plate: str
    prime: int = 0

    def __str__(self) -> str:
        # Axes that are put aside for a while have high numbers, which no spec writes.
        return self.plate + ("'" * self.prime if self.prime < 10 else f"~{self.prime}")


Dims = tuple[Dim, ...]


def matrix_axes(event: Dims, rank: int) -> Dims:
    """The axes of a distribution's parameter of some rank: a matrix over `[p]` is `[p, p']`."""
    return twice(event[0]) if rank > len(event) == 1 else event[:rank]


def twice(axis: Dim) -> Dims:
    """The axes of a square matrix over one."""
    return axis, Dim(axis.plate, axis.prime + 1)
