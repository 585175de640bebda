"""The reference log densities of the families over matrices.

The two axes of a value come last; otherwise as in `densities`.
"""

from __future__ import annotations

import math

import numpy as np

from .precise import HALF_LOG_2PI, Array, log_gamma, on_support
from .vector_densities import lkj_cholesky

_TOLERANCE = 1e-6  # by how much what must be the same on both sides of a diagonal may differ


def _log_diagonal(tril: Array) -> Array:
    return np.log(np.diagonal(tril, axis1=-2, axis2=-1)).sum(-1)


def _is_definite(x: Array, **_: Array) -> Array:
    finite = np.isfinite(x).all((-2, -1))
    x = np.where(finite[..., None, None], x, np.eye(x.shape[-1]))
    scale = np.abs(x).max((-2, -1))
    symmetric = np.abs(x - x.mT).max((-2, -1)) < _TOLERANCE * scale
    return finite & symmetric & (np.linalg.eigvalsh(x) > 0).all(-1)


def _factor(x: Array) -> Array:
    """The Cholesky factor; of what has none that of another matrix, for it has no density."""
    definite = _is_definite(x)[..., None, None]
    return np.linalg.cholesky(np.where(definite, x, np.eye(x.shape[-1])))


def _is_correlation(x: Array, **_: Array) -> Array:
    unit = (np.abs(np.diagonal(x, axis1=-2, axis2=-1) - 1) < _TOLERANCE).all(-1)
    return _is_definite(x) & unit


@on_support(lambda x, **_: np.isfinite(x).all((-2, -1)))
def matrix_normal_tril(
    x: Array, *, loc: Array, scale_tril_row: Array, scale_tril_column: Array
) -> Array:
    rows, columns = x.shape[-2:]
    z = np.linalg.solve(scale_tril_row, x - loc)
    z = np.linalg.solve(scale_tril_column, z.mT)
    size = columns * _log_diagonal(scale_tril_row) + rows * _log_diagonal(scale_tril_column)
    return -0.5 * (z * z).sum((-2, -1)) - rows * columns * HALF_LOG_2PI - size


def matrix_normal(
    x: Array, *, loc: Array, covariance_matrix_row: Array, covariance_matrix_column: Array
) -> Array:
    return matrix_normal_tril(
        x,
        loc=loc,
        scale_tril_row=np.linalg.cholesky(covariance_matrix_row),
        scale_tril_column=np.linalg.cholesky(covariance_matrix_column),
    )


@on_support(_is_correlation)
def lkj(x: Array, *, concentration: Array) -> Array:
    """With respect to the entries below the diagonal, of the matrix itself."""
    factor = _factor(x)
    diagonal = np.log(np.diagonal(factor, axis1=-2, axis2=-1))
    # Row k (from 0) of a factor has k free entries; entry j of each goes by L_jj into the matrix.
    below = np.arange(x.shape[-1])[::-1]
    return lkj_cholesky(factor, concentration=concentration) - (below * diagonal).sum(-1)


def _log_gamma_of_matrices(a: Array, size: int) -> Array:
    """The logarithm of the multivariate gamma function; NaN where `a` is too small."""
    found = log_gamma(a[..., None] - 0.5 * np.arange(size)).sum(-1)
    found = found + 0.25 * size * (size - 1) * math.log(math.pi)
    return np.where(a > (size - 1) / 2, found, np.nan)


@on_support(_is_definite)
def wishart_tril(x: Array, *, df: Array, scale_tril: Array) -> Array:
    size = x.shape[-1]
    factor = _factor(x)
    z = np.linalg.solve(scale_tril, factor)
    ratio = _log_diagonal(factor) - _log_diagonal(scale_tril)
    constant = 0.5 * df * size * math.log(2) + _log_gamma_of_matrices(df / 2, size)
    density = df * ratio - (size + 1) * _log_diagonal(factor)
    return density - 0.5 * (z * z).sum((-2, -1)) - constant


def wishart(x: Array, *, df: Array, scale_matrix: Array) -> Array:
    return wishart_tril(x, df=df, scale_tril=np.linalg.cholesky(scale_matrix))


def wishart_rate(x: Array, *, df: Array, rate_matrix: Array) -> Array:
    return wishart(x, df=df, scale_matrix=np.linalg.inv(rate_matrix))


@on_support(_is_definite)
def inverse_wishart_tril(x: Array, *, df: Array, scale_tril: Array) -> Array:
    size = x.shape[-1]
    factor = _factor(x)
    z = np.linalg.solve(factor, scale_tril)
    ratio = _log_diagonal(scale_tril) - _log_diagonal(factor)
    constant = 0.5 * df * size * math.log(2) + _log_gamma_of_matrices(df / 2, size)
    density = df * ratio - (size + 1) * _log_diagonal(factor)
    return density - 0.5 * (z * z).sum((-2, -1)) - constant


def inverse_wishart(x: Array, *, df: Array, scale_matrix: Array) -> Array:
    return inverse_wishart_tril(x, df=df, scale_tril=np.linalg.cholesky(scale_matrix))
