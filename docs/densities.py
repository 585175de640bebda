"""The densities of the catalogue, as textbooks write them: their words, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

from bayescript.compiler.tables.family import Family

NOTATION = """
The pictures are densities of a few members. In densities, `phi` and `Phi` are the density and the
distribution function of a standard normal number, `Gamma` and `B` the functions of that name,
`choose(n, k)` the number of ways to choose, and `I0` the modified Bessel function of order 0.
"""

_WORDS: Mapping[str, Callable[..., Any] | float] = {
    "pi": np.pi,
    "phi": lambda z: np.exp(-z * z / 2) / np.sqrt(2 * np.pi),
    "Phi": special.ndtr,
    "Gamma": special.gamma,
    "B": special.beta,
    "choose": special.binom,
    "I0": special.i0,
    "where": np.where,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "logit": special.logit,
    "cos": np.cos,
    "sqrt": np.sqrt,
}


def density(row: Family, x: Any, **parameters: Any) -> Any:
    """The value of what the catalogue shows."""
    return eval(row.density.replace("^", "**"), {**_WORDS, "x": x, **parameters})
