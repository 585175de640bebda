"""The reference log probabilities of levels with an order, which cut points part, in NumPy.

The levels count from 0, along the last axis; otherwise as in `densities`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .precise import Array, is_count, log_ndtr, on_support
from .vector_densities import categorical_logits


def _levels(x: Array, predictor: Array, cutpoints: Array) -> Any:
    return is_count(x) & (x <= cutpoints.shape[-1])


def _pick(x: Array, below: Array, middle: Array, above: Array) -> Array:
    """The level at `x`: below the first cut point, between two, above the last."""
    levels = np.concatenate([below[..., :1], middle, above[..., -1:]], axis=-1)
    batch = np.broadcast_shapes(x.shape, levels.shape[:-1])
    places = np.where(is_count(x) & (x < levels.shape[-1]), x, 0).astype(int)
    places = np.broadcast_to(places, batch)[..., None]
    levels = np.broadcast_to(levels, (*batch, levels.shape[-1]))
    return np.take_along_axis(levels, places, axis=-1)[..., 0]


@on_support(_levels)
def ordered_logistic(x: Array, *, predictor: Array, cutpoints: Array) -> Array:
    """F(b) - F(a) = F(b) F(-a) (1 - e^(a - b)) for the logistic distribution function F."""
    z = cutpoints - predictor[..., None]
    below, above = -np.logaddexp(0, -z), -np.logaddexp(0, z)
    gaps = np.log(-np.expm1(-np.diff(cutpoints)))
    return _pick(x, below, below[..., 1:] + above[..., :-1] + gaps, above)


@on_support(_levels)
def ordered_probit(x: Array, *, predictor: Array, cutpoints: Array) -> Array:
    z = cutpoints - predictor[..., None]
    below, above = log_ndtr(z), log_ndtr(-z)
    # The difference keeps its digits in the tail that is lighter.
    left = z[..., :-1] + z[..., 1:] < 0
    large = np.where(left, below[..., 1:], above[..., :-1])
    small = np.where(left, below[..., :-1], above[..., 1:])
    return _pick(x, below, large + np.log(-np.expm1(small - large)), above)


@on_support(_levels)
def adjacent_logistic(x: Array, *, predictor: Array, cutpoints: Array) -> Array:
    steps = np.cumsum(predictor[..., None] - cutpoints, axis=-1)
    return categorical_logits(x, logits=np.concatenate([0 * steps[..., :1], steps], axis=-1))
