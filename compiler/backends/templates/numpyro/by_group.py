"""Helper of emitted programs: a reduction of data by group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


# --- helper ---
def by_group(
    function: Callable[..., np.ndarray],
    x: np.ndarray,
    groups: tuple[np.ndarray, ...],
    sizes: tuple[int, ...],
    **options: Any,
) -> np.ndarray:
    """`function` of the rows of `x` in each group; 0 where a group is empty."""
    place = np.ravel_multi_index(groups, sizes)
    result = np.zeros((np.prod(sizes), *x.shape[1:]))
    for group in np.unique(place):
        result[group] = function(x[place == group], axis=0, **options)
    return result.reshape(*sizes, *x.shape[1:])
