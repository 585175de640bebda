"""How many independent draws a set of draws is worth."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def min_bulk_ess(path: Path, quantities: Iterable[str]) -> float:
    """The smallest bulk effective sample size over all scalars of the quantities."""
    with np.load(path) as file:
        return least_effective({name: file[name] for name in quantities})


def least_effective(draws: Mapping[str, np.ndarray]) -> float:
    """The same of draws (chain, draw, …) by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz
    effective: Any = arviz.ess  # not typed
    sizes = effective(arviz.from_dict(posterior=dict(draws)), method="bulk")
    return min(float(sizes[name].min()) for name in draws)
