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
    log1p_square,
    log_gamma,
    log_gamma_ratio,
    log_poisson,
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
    return _pick(x, _log_probs(logits))


def _log_probs(logits: Array) -> Array:
    """The logarithms of probabilities whose log odds are given, up to a constant.

    The largest term is left out of the sum and comes back by log1p: near certainty the log
    probability is tiny, and all its digits lie in the other terms.
    """
    top = logits.argmax(-1)[..., None]
    below = logits - np.take_along_axis(logits, top, axis=-1)
    others = np.where(np.arange(logits.shape[-1]) == top, 0.0, np.exp(below)).sum(-1)
    return below - np.log1p(others)[..., None]


# --- counts --------------------------------------------------------------------------------


def _are_counts(x: Array, *, total_count: Array, **_: Array) -> Array:
    return is_count(x).all(-1) & (x.sum(-1) == total_count)


def _multinomial(x: Array, total: Array, probs: Array, log_probs: Array) -> Array:
    """Poisson counts, given their sum: by saddle points, where all counts are not of one kind."""
    n = np.broadcast_to(total, np.broadcast_shapes(total.shape, x.shape[:-1]))
    means, log_means = n[..., None] * probs, np.log(n)[..., None] + log_probs
    whole = log_poisson(n, n, np.log(n))
    # Rounding violates that probabilities sum to 1: the last term puts that right.
    found = log_poisson(x, means, log_means).sum(-1) - whole + n * (probs.sum(-1) - 1)
    return np.where(x.max(-1) == n, times(x, log_probs).sum(-1), found)


@on_support(_are_counts)
def multinomial_probs(x: Array, *, total_count: Array, probs: Array) -> Array:
    return _multinomial(x, total_count, probs, np.log(probs))


@on_support(_are_counts)
def multinomial_logits(x: Array, *, total_count: Array, logits: Array) -> Array:
    log_probs = _log_probs(logits)
    return _multinomial(x, total_count, np.exp(log_probs), log_probs)


@on_support(_are_counts)
def dirichlet_multinomial(x: Array, *, concentration: Array, total_count: Array) -> Array:
    x, a = np.broadcast_arrays(x, concentration)
    each = log_gamma_ratio(a, x) - log_gamma(x + 1)
    whole = log_gamma_ratio(a.sum(-1), total_count) - log_gamma(total_count + 1)
    return each.sum(-1) - whole


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


@on_support(lambda x, **_: np.isfinite(x).all(-1))
def multivariate_student_t_tril(x: Array, *, df: Array, loc: Array, scale_tril: Array) -> Array:
    n = x.shape[-1]
    z = np.linalg.solve(scale_tril, (x - loc)[..., None])[..., 0]
    distance = np.linalg.norm(z, axis=-1) / np.sqrt(df)
    constant = log_gamma_ratio(df / 2, n / 2) - 0.5 * n * np.log(df * math.pi)
    return constant - _log_diagonal(scale_tril) - (df + n) / 2 * log1p_square(distance)


def multivariate_student_t(x: Array, *, df: Array, loc: Array, scale_matrix: Array) -> Array:
    tril = np.linalg.cholesky(scale_matrix)
    return multivariate_student_t_tril(x, df=df, loc=loc, scale_tril=tril)


def low_rank_normal(x: Array, *, loc: Array, cov_factor: Array, cov_diag: Array) -> Array:
    factor, diagonal = np.asarray(cov_factor, float), np.asarray(cov_diag, float)
    covariance = factor @ factor.mT + diagonal[..., None] * np.eye(diagonal.shape[-1])
    return multivariate_normal(x, loc=loc, covariance_matrix=covariance)


def multivariate_normal(x: Array, *, loc: Array, covariance_matrix: Array) -> Array:
    tril = np.linalg.cholesky(covariance_matrix)
    return multivariate_normal_tril(x, loc=loc, scale_tril=tril)


@on_support(lambda x, **_: np.isfinite(x).all(-1))
def multivariate_normal_precision(x: Array, *, loc: Array, precision_matrix: Array) -> Array:
    tril = np.linalg.cholesky(precision_matrix)
    z = np.einsum("...ij,...i->...j", tril, x - loc)
    return _standard_normal(z) + _log_diagonal(tril)


# --- shares ---------------------------------------------------------------------------------


@on_support(lambda x, **_: (x > 0).all(-1) & (np.abs(x.sum(-1) - 1) < _TOLERANCE))
def logistic_normal_tril(x: Array, *, loc: Array, scale_tril: Array) -> Array:
    """`softmax(z)` of a normal vector z, with respect to all coordinates but the last.

    It does not tell z from z + t: with x = softmax(z) and t as coordinates the Jacobian is the
    product of 1/x, and t, which is normal given x, is integrated out.
    """
    log_x = np.log(x)
    ones = np.ones(x.shape[-1])[:, None]
    u = np.linalg.solve(scale_tril, ones)[..., 0]
    z = np.linalg.solve(scale_tril, (log_x - loc)[..., None])[..., 0]
    weight = (u * u).sum(-1)
    off = z - u * ((u * z).sum(-1) / weight)[..., None]
    normal = _standard_normal(off) + HALF_LOG_2PI - _log_diagonal(scale_tril)
    return normal - 0.5 * np.log(weight) - log_x.sum(-1)


def logistic_normal_covariance(x: Array, *, loc: Array, covariance_matrix: Array) -> Array:
    return logistic_normal_tril(x, loc=loc, scale_tril=np.linalg.cholesky(covariance_matrix))


def logistic_normal(x: Array, *, loc: Array, scale: Array) -> Array:
    scale = np.broadcast_to(np.asarray(scale, float)[..., None], np.shape(x) + np.shape(x)[-1:])
    return logistic_normal_tril(x, loc=loc, scale_tril=scale * np.eye(np.shape(x)[-1]))


# --- vectors along a sequence, over neighbours, of sum 0 ------------------------------------


@on_support(lambda x, **_: np.isfinite(x).all(-1))
def random_walk(x: Array, *, scale: Array) -> Array:
    steps = np.diff(x, axis=-1, prepend=0.0) / scale[..., None]
    return _standard_normal(steps) - x.shape[-1] * np.log(scale)


def _sums_to_zero(x: Array, **_: Array) -> Array:
    return np.isfinite(x).all(-1) & (np.abs(x.sum(-1)) < _TOLERANCE)


@on_support(_sums_to_zero)
def zero_sum_normal(x: Array, *, scale: Array) -> Array:
    """On the subspace, which has one dimension less than the space."""
    free = x.shape[-1] - 1
    z = x / scale[..., None]
    return -0.5 * (z * z).sum(-1) - free * (HALF_LOG_2PI + np.log(scale))


def car(
    x: Array, *, loc: Array, correlation: Array, conditional_precision: Array, adjacency: Array
) -> Array:
    neighbours = np.asarray(adjacency, float)
    own = neighbours.sum(-1)[..., None] * np.eye(neighbours.shape[-1])
    precision = np.asarray(conditional_precision)[..., None, None] * (
        own - np.asarray(correlation)[..., None, None] * neighbours
    )
    return multivariate_normal_precision(x, loc=loc, precision_matrix=precision)


@on_support(_sums_to_zero)
def intrinsic_car(x: Array, *, node1: Array, node2: Array) -> Array:
    """Up to a constant that the graph gives: the vectors that sum to 0 are where it is proper."""
    first, second = node1.astype(int), node2.astype(int)
    gaps = np.take(x, first, axis=-1) - np.take(x, second, axis=-1)
    return -0.5 * (gaps * gaps).sum(-1)


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
