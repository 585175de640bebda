"""Helper of emitted programs: what has enough of its sequence before it."""

from __future__ import annotations

import numpy as np


# --- helper ---
def known(size: int, depth: int, groups: tuple[np.ndarray, ...]) -> np.ndarray:
    """Whether `depth` places back is still inside the same group."""
    place = np.arange(size) - depth
    inside = place >= 0
    for group in groups:
        inside &= group[place] == group
    return inside
