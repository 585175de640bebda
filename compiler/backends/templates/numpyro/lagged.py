"""Helper of emitted programs: several shifts side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .shift import shift


# --- helper ---
def lagged(
    x: np.ndarray,
    lags: Iterable[int],
    initial: float | np.ndarray,
    axis: int = -1,
    groups: tuple[np.ndarray, ...] = (),
) -> np.ndarray:
    """`x` shifted by each of `lags`, along a new last axis."""
    return np.stack([shift(x, lag, initial, axis, groups) for lag in lags], axis=-1)
