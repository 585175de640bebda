"""The order of float64 numbers, by which what rises can be inverted to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any  # float64; under broadcasting NumPy's own types say no more

_LEAST = np.iinfo(np.int64).min


def rank(x: Array) -> Array:
    """Where a number stands among all float64 numbers, counted from 0."""
    return _turned(np.asarray(x, float).view(np.int64))


def number(rank: Array) -> Array:
    """The number of a rank."""
    return _turned(np.asarray(rank, np.int64)).view(float)


def _turned(bits: Array) -> Array:
    """Negative numbers the other way round: their bits grow with their size."""
    with np.errstate(over="ignore"):  # in the branch that is not taken
        return np.where(bits < 0, _LEAST - bits, bits)


def first(holds: Callable[[Array], Array], low: Array, high: Array, whole: bool) -> Array:
    """The least number from `low` to `high` from which on `holds` is true, by halving.

    `high` where it holds nowhere below. It takes as many steps as the numbers have bits.
    """
    below, above = (np.floor(end) if whole else rank(end) for end in (low, high))
    below = below - 1
    for _ in range(66):
        if whole:
            middle = np.floor((below + above) / 2)
            true = holds(middle)
        else:
            # The sum of two ranks may be too large for an integer.
            middle = below // 2 + above // 2 + (below % 2 + above % 2) // 2
            true = holds(number(middle))
        open_ = middle > below
        if not open_.any():
            break
        above = np.where(open_ & true, middle, above)
        below = np.where(open_ & ~true, middle, below)
    return above if whole else number(above)
