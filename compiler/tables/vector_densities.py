"""The reference log densities of the families over an axis: categories, vectors, matrices.

Event axes come last, of `x` and of the parameters; otherwise as in `densities`.
"""

from __future__ import annotations

import math

import numpy as np

from .precise import (
    HALF_LOG_2PI,
    Array,
    deviance,
    is_count,
    log_gamma,
    log_gamma_ratio,
    on_support,
    stirling_error,
    times,
)

_TOLERANCE = 1e-6  # by how much a sum that must be 1 may miss it

# --- categories ----------------------------------------------------------------------------


def _pick(x: Array, vector: Array) -> Array:
    """The element at `x`, a position from 0, of the last axis; the first where there is none."""
    size = vector.shape[-1]
    batch = np.broadcast_shapes(x.shape, vector.shape[:-1])
    places = np.where(is_count(x) & (x < size), x, 0).astype(int)
    places = np.broadcast_to(places, batch)[..., None]
    found = np.take_along_axis(np.broadcast_to(vector, (*batch, size)), places, axis=-1)
    return found[..., 0]


@on_support(lambda x, probs: is_count(x) & (x < probs.shape[-1]))
def categorical_probs(x: Array, *, probs: Array) -> Array:
    return np.log(_pick(x, probs))


@on_support(lambda x, logits: is_count(x) & (x < logits.shape[-1]))
def categorical_logits(x: Array, *, logits: Array) -> Array:
    # The largest term is left out of the sum and comes back by log1p: near certainty the log
    # probability is tiny, and all its digits lie in the other terms.
    top = logits.argmax(-1)[..., None]
    below = logits - np.take_along_axis(logits, top, axis=-1)
    others = np.where(np.arange(logits.shape[-1]) == top, 0.0, np.exp(below)).sum(-1)
    return _pick(x, below) - np.log1p(others)


# --- vectors -------------------------------------------------------------------------------


@on_support(lambda x, **_: (x >= 0).all(-1) & (np.abs(x.sum(-1) - 1) < _TOLERANCE))
def dirichlet(x: Array, *, concentration: Array) -> Array:
    """With respect to all coordinates but the last (Stan, Pyro and NumPyro agree)."""
    x, a = np.broadcast_arrays(x, concentration)
    total, log_x = a.sum(-1), np.log(x)
    # A multinomial with real counts, by Loader's saddle point; it takes the sum of x as 1, which
    # rounding violates: the last term puts that right.
    means = total[..., None] * x
    gaps = stirling_error(a) + deviance(a, means, np.log(total)[..., None] + log_x)
    inside = (
        stirling_error(total)
        - 0.5 * np.log(total)
        + (0.5 * np.log(a) - HALF_LOG_2PI - log_x - gaps).sum(-1)
        + HALF_LOG_2PI
        + total * (x.sum(-1) - 1)
    )
    ends = log_gamma(total) - log_gamma(a).sum(-1) + times(a - 1, log_x).sum(-1)
    # Where one coordinate pulls to -inf and another to +inf there is no limit: -inf.
    ends = np.where(((x == 0) & (a > 1)).any(-1), -np.inf, ends)
    return np.where((x == 0).any(-1), ends, inside)


def _standard_normal(z: Array) -> Array:
    return -0.5 * (z * z).sum(-1) - z.shape[-1] * HALF_LOG_2PI


def _log_diagonal(tril: Array) -> Array:
    return np.log(np.diagonal(tril, axis1=-2, axis2=-1)).sum(-1)


@on_support(lambda x, **_: np.isfinite(x).all(-1))
def multivariate_normal_tril(x: Array, *, loc: Array, scale_tril: Array) -> Array:
    z = np.linalg.solve(scale_tril, (x - loc)[..., None])[..., 0]
    return _standard_normal(z) - _log_diagonal(scale_tril)


def multivariate_normal(x: Array, *, loc: Array, covariance_matrix: Array) -> Array:
    tril = np.linalg.cholesky(covariance_matrix)
    return multivariate_normal_tril(x, loc=loc, scale_tril=tril)


@on_support(lambda x, **_: np.isfinite(x).all(-1))
def multivariate_normal_precision(x: Array, *, loc: Array, precision_matrix: Array) -> Array:
    tril = np.linalg.cholesky(precision_matrix)
    z = np.einsum("...ij,...i->...j", tril, x - loc)
    return _standard_normal(z) + _log_diagonal(tril)


# --- matrices ------------------------------------------------------------------------------


def _is_corr_cholesky(x: Array, **_: Array) -> Array:
    lower = (np.triu(x, 1) == 0).all((-2, -1))
    positive = (np.diagonal(x, axis1=-2, axis2=-1) > 0).all(-1)
    unit = (np.abs((x * x).sum(-1) - 1) < _TOLERANCE).all(-1)
    return lower & positive & unit


@on_support(_is_corr_cholesky)
def lkj_cholesky(x: Array, *, concentration: Array) -> Array:
    """With respect to the entries below the diagonal, as Stan's `lkj_corr_cholesky`.

    Row k (from 1) of K is a point of a half sphere, given by its first k - 1 coordinates, which
    fill a unit ball; their density there goes like L_kk^(K - k + 2 eta - 2). The integral of
    (1 - r²)^c over the ball in m dimensions is π^(m/2) Γ(c + 1) / Γ(c + 1 + m/2).
    """
    size = x.shape[-1]
    m = np.arange(size)  # how many free coordinates each row has
    spare = (size - 1 - m) / 2 + concentration[..., None]  # c + 1
    constant = log_gamma_ratio(spare, m / 2) - 0.5 * m * math.log(math.pi)
    log_diagonal = np.log(np.diagonal(x, axis1=-2, axis2=-1))
    # The first row is the number 1: its logarithm and its constant are 0.
    return (constant + 2 * (spare - 1) * log_diagonal).sum(-1)
