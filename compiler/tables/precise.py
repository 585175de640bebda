"""Building blocks that keep their digits where the textbook formulas cancel, in NumPy.

Sources: C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), for the
saddle-point forms; NIST DLMF 5.11.1 for Stirling's series. Counts may be any real number, so the
same forms serve Gamma, Beta and Dirichlet. `on_support` silences NumPy's warnings for them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any  # float64; under broadcasting NumPy's own types say no more
Formula = Callable[..., Array]

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)

# B_2k / (2k (2k - 1)): at n = 10 the first term left out is below 1e-15.
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


def on_support(support: Callable[..., Any]) -> Callable[[Formula], Formula]:
    """Makes a formula total: float64 arguments, no warnings, -inf where `support` is false."""

    def decorate(formula: Formula) -> Formula:
        @functools.wraps(formula)
        def log_density(x: Any, **parameters: Any) -> Array:
            given = {name: np.asarray(value, float) for name, value in parameters.items()}
            x = np.asarray(x, float)
            with np.errstate(all="ignore"):
                return np.where(support(x, **given), formula(x, **given), -np.inf)[()]

        return log_density

    return decorate


def is_count(x: Array, **_: Array) -> Array:
    return np.isfinite(x) & (x >= 0) & (x == np.floor(x))


def log_gamma(n: Array) -> Array:
    """log Γ(n)."""
    # Imported late: whoever only reads the table needs no SciPy.
    from scipy.special import gammaln

    return gammaln(n)


def log_ndtr(z: Array) -> Array:
    """log P(Z <= z) of a standard normal Z."""
    from scipy.special import log_ndtr

    return log_ndtr(z)


def log_mills(z: Array) -> Array:
    """log(P(Z > z) / exp(-z²/2)) of a standard normal Z, for z >= 0."""
    from scipy.special import erfcx

    return np.log(erfcx(z / math.sqrt(2)) / 2)


def scaled_bessel(k: Array) -> Array:
    """I0(k) exp(-k), with the modified Bessel function of order 0."""
    from scipy.special import i0e

    return i0e(k)


def times(count: Array, log: Array) -> Array:
    """`count * log`, and 0 where the count is 0, however infinite the logarithm."""
    return np.where(count == 0, 0.0, count * log)


def log1p_square(z: Array) -> Array:
    """log(1 + z²), also where z² overflows."""
    size = np.abs(z)
    return np.where(size > 1e8, 2 * np.log(size), np.log1p(z * z))


def stirling_error(n: Array) -> Array:
    """log n! less Stirling's formula for it: log Γ(n+1) - (n+½) log n + n - ½ log 2π."""
    direct = log_gamma(n + 1) - (n + 0.5) * np.log(n) + n - HALF_LOG_2PI
    inverse = 1 / np.maximum(n, 10.0)
    series = np.polynomial.polynomial.polyval(inverse * inverse, _STIRLING) * inverse
    return np.where(n < 10, direct, series)


def log_gamma_ratio(n: Array, step: Array | float) -> Array:
    """log Γ(n + step) - log Γ(n), where both may be huge."""
    top = n + step
    direct = log_gamma(top) - log_gamma(n)
    stirling = (n - 0.5) * np.log1p(step / n) + step * (np.log(top) - 1)
    return np.where(n < 10, direct, stirling + stirling_error(top) - stirling_error(n))


def deviance(count: Array, mean: Array, log_mean: Array) -> Array:
    """k log(k/m) + m - k: never negative, and tiny where k is near m (Loader's bd0)."""
    far = times(count, np.log(count) - log_mean) + mean - count
    gap, total = count - mean, count + mean
    v = gap / total
    # log(k/m) = 2 artanh(v); the first term of its series is taken apart to cancel m - k.
    odd = np.polynomial.polynomial.polyval(v * v, [1 / j for j in range(3, 21, 2)])
    near = v * (gap + 2 * count * v * v * odd)
    return np.where(np.abs(gap) < 0.1 * total, near, far)


def log_poisson(count: Array, mean: Array, log_mean: Array) -> Array:
    """log(m^k e^-m / Γ(k+1)). The mean is given with its logarithm, as it may underflow."""
    direct = times(count, log_mean) - mean - log_gamma(count + 1)
    saddle = -stirling_error(count) - deviance(count, mean, log_mean)
    return np.where(count < 10, direct, saddle - HALF_LOG_2PI - 0.5 * np.log(count))


def log_binomial(
    count: Array, rest: Array, p: Array, q: Array, log_p: Array, log_q: Array
) -> Array:
    """log(Γ(k+r+1) / (Γ(k+1) Γ(r+1)) p^k q^r) for k successes and r failures; p + q = 1."""
    total = count + rest
    log_total = np.log(total)
    saddle = (
        stirling_error(total)
        - stirling_error(count)
        - stirling_error(rest)
        - deviance(count, total * p, log_total + log_p)
        - deviance(rest, total * q, log_total + log_q)
        + 0.5 * (log_total - np.log(count) - np.log(rest))
        - HALF_LOG_2PI
    )
    one_sided = times(count, log_p) + times(rest, log_q)
    return np.where((count == 0) | (rest == 0), one_sided, saddle)
