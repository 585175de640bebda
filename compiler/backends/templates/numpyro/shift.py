"""Helper of emitted programs: an array moved along an axis."""

from __future__ import annotations

import numpy as np


# --- helper ---
def shift(
    x: np.ndarray,
    lag: int,
    initial: float | np.ndarray,
    axis: int = -1,
    groups: tuple[np.ndarray, ...] = (),
) -> np.ndarray:
    """`x` moved `lag` places along `axis`; `initial` before the start of each group."""
    x = np.moveaxis(np.asarray(x), axis, 0)
    place = np.arange(len(x)) - lag
    inside = place >= 0
    for group in groups:
        inside &= group[place] == group
    inside = inside.reshape(-1, *[1] * (x.ndim - 1))
    return np.moveaxis(np.where(inside, x[place], initial), 0, axis)
