"""The reference log densities of the families of single numbers, in NumPy and SciPy.

Formulas are the textbook ones (Stan Functions Reference), computed by the stable forms of
`precise`. Every function takes `x` and the parameters by name and broadcasts; constants are kept;
outside the support the value is -inf, at an end of it the limit. Parameters are taken as valid.
"""

from __future__ import annotations

import math

import numpy as np

from .precise import (
    HALF_LOG_2PI,
    Array,
    is_count,
    log1p_square,
    log_binomial,
    log_gamma_ratio,
    log_poisson,
    on_support,
    scaled_bessel,
    times,
)


def _real(x: Array, **_: Array) -> Array:
    return np.isfinite(x)


def _nonnegative(x: Array, **_: Array) -> Array:
    return np.isfinite(x) & (x >= 0)


def _positive(x: Array, **_: Array) -> Array:
    return np.isfinite(x) & (x > 0)


def _limit(exponent: Array, log_value: Array) -> Array:
    """The log density at an end where it goes like t^(exponent - 1) times a value, as t -> 0."""
    return np.where(exponent == 1, log_value, np.where(exponent < 1, np.inf, -np.inf))


# --- the real line and its halves ----------------------------------------------------------


@on_support(_real)
def normal(x: Array, *, loc: Array, scale: Array) -> Array:
    z = (x - loc) / scale
    return -0.5 * z * z - np.log(scale) - HALF_LOG_2PI


@on_support(_nonnegative)
def half_normal(x: Array, *, scale: Array) -> Array:
    return math.log(2) + normal(x, loc=0.0, scale=scale)


@on_support(_real)
def student_t(x: Array, *, df: Array, loc: Array, scale: Array) -> Array:
    constant = log_gamma_ratio(df / 2, 0.5) - 0.5 * np.log(df * math.pi) - np.log(scale)
    return constant - 0.5 * (df + 1) * log1p_square((x - loc) / scale / np.sqrt(df))


@on_support(_nonnegative)
def half_student_t(x: Array, *, df: Array, scale: Array) -> Array:
    return math.log(2) + student_t(x, df=df, loc=0.0, scale=scale)


@on_support(_real)
def cauchy(x: Array, *, loc: Array, scale: Array) -> Array:
    return -math.log(math.pi) - np.log(scale) - log1p_square((x - loc) / scale)


@on_support(_nonnegative)
def half_cauchy(x: Array, *, scale: Array) -> Array:
    return math.log(2) + cauchy(x, loc=0.0, scale=scale)


@on_support(_positive)
def log_normal(x: Array, *, loc: Array, scale: Array) -> Array:
    return normal(np.log(x), loc=loc, scale=scale) - np.log(x)


@on_support(_nonnegative)
def exponential(x: Array, *, rate: Array) -> Array:
    return np.log(rate) - rate * x


@on_support(_nonnegative)
def weibull(x: Array, *, concentration: Array, scale: Array) -> Array:
    ratio = x / scale
    inside = np.log(concentration / scale) + (concentration - 1) * np.log(ratio)
    start = _limit(concentration, -np.log(scale))
    return np.where(x == 0, start, inside - ratio**concentration)


@on_support(_real)
def laplace(x: Array, *, loc: Array, scale: Array) -> Array:
    return -np.log(2 * scale) - np.abs(x - loc) / scale


@on_support(_real)
def logistic(x: Array, *, loc: Array, scale: Array) -> Array:
    z = np.abs(x - loc) / scale
    return -z - 2 * np.log1p(np.exp(-z)) - np.log(scale)


@on_support(_real)
def gumbel(x: Array, *, loc: Array, scale: Array) -> Array:
    z = (x - loc) / scale
    return -z - np.exp(-z) - np.log(scale)


@on_support(_real)
def asymmetric_laplace(x: Array, *, loc: Array, scale: Array, asymmetry: Array) -> Array:
    gap = (x - loc) / scale
    size = np.abs(gap) * np.where(gap < 0, 1 / asymmetry, asymmetry)
    return -np.log(asymmetry + 1 / asymmetry) - np.log(scale) - size


@on_support(_real)
def asymmetric_laplace_quantile(x: Array, *, loc: Array, scale: Array, quantile: Array) -> Array:
    gap = (x - loc) / scale
    size = np.where(gap < 0, (quantile - 1) * gap, quantile * gap)
    return np.log(quantile) + np.log1p(-quantile) - np.log(scale) - size


@on_support(_nonnegative)
def gamma(x: Array, *, concentration: Array, rate: Array) -> Array:
    log_x = np.log(x)
    kernel = log_poisson(concentration, rate * x, np.log(rate) + log_x)
    inside = kernel + np.log(concentration) - log_x
    return np.where(x == 0, _limit(concentration, np.log(rate)), inside)


@on_support(_positive)
def inverse_gamma(x: Array, *, concentration: Array, scale: Array) -> Array:
    log_x = np.log(x)
    kernel = log_poisson(concentration, scale / x, np.log(scale) - log_x)
    return kernel + np.log(concentration) - log_x


@on_support(_nonnegative)
def half_laplace(x: Array, *, scale: Array) -> Array:
    return -np.log(scale) - x / scale


@on_support(_nonnegative)
def rayleigh(x: Array, *, scale: Array) -> Array:
    return np.log(x / scale) - np.log(scale) - 0.5 * (x / scale) ** 2


@on_support(_nonnegative)
def chi_squared(x: Array, *, df: Array) -> Array:
    return gamma(x, concentration=df / 2, rate=0.5)


@on_support(_positive)
def inverse_chi_squared(x: Array, *, df: Array) -> Array:
    return inverse_gamma(x, concentration=df / 2, scale=0.5)


@on_support(_positive)
def scaled_inverse_chi_squared(x: Array, *, df: Array, scale: Array) -> Array:
    return inverse_gamma(x, concentration=df / 2, scale=df / 2 * scale**2)


# --- intervals -----------------------------------------------------------------------------


@on_support(lambda x, low, high: (low <= x) & (x <= high))
def uniform(x: Array, *, low: Array, high: Array) -> Array:
    return -np.log(high - low)


@on_support(lambda x, **_: (x >= 0) & (x <= 1))
def beta(x: Array, *, concentration1: Array, concentration0: Array) -> Array:
    a, b, log_x, log_rest = concentration1, concentration0, np.log(x), np.log1p(-x)
    kernel = log_binomial(a, b, x, 1 - x, log_x, log_rest)
    inside = kernel + np.log(a) + np.log(b) - np.log(a + b) - log_x - log_rest
    ends = np.where(x == 0, _limit(a, np.log(b)), _limit(b, np.log(a)))
    return np.where((x == 0) | (x == 1), ends, inside)


@on_support(lambda x, **_: (x >= 0) & (x <= 1))
def beta_proportion(x: Array, *, mean: Array, concentration: Array) -> Array:
    first, second = mean * concentration, (1 - mean) * concentration
    return beta(x, concentration1=first, concentration0=second)


@on_support(lambda x, **_: np.abs(x) <= math.pi)
def von_mises(x: Array, *, loc: Array, concentration: Array) -> Array:
    half = np.sin((x - loc) / 2)
    return -2 * concentration * half * half - np.log(2 * math.pi * scaled_bessel(concentration))


# --- counts --------------------------------------------------------------------------------


def _logistic(logits: Array) -> tuple[Array, Array, Array, Array]:
    """Both probabilities, then both of their logarithms."""
    logs = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits)), *logs


def _chances(probs: Array) -> tuple[Array, Array, Array, Array]:
    return probs, 1 - probs, np.log(probs), np.log1p(-probs)


def _shares(first: Array, second: Array) -> tuple[Array, Array, Array, Array]:
    """The same of two parts of a whole."""
    p, q = first / (first + second), second / (first + second)
    log_p = np.where(p < 0.5, np.log(p), np.log1p(-q))
    return p, q, log_p, np.where(q < 0.5, np.log(q), np.log1p(-p))


def _binary(x: Array, **_: Array) -> Array:
    return (x == 0) | (x == 1)


def _up_to(x: Array, total_count: Array, **_: Array) -> Array:
    return is_count(x) & (x <= total_count)


@on_support(_binary)
def bernoulli_probs(x: Array, *, probs: Array) -> Array:
    return np.where(x == 1, np.log(probs), np.log1p(-probs))


@on_support(_binary)
def bernoulli_logits(x: Array, *, logits: Array) -> Array:
    return -np.logaddexp(0, np.where(x == 1, -logits, logits))


@on_support(_up_to)
def binomial_probs(x: Array, *, total_count: Array, probs: Array) -> Array:
    return log_binomial(x, total_count - x, *_chances(probs))


@on_support(_up_to)
def binomial_logits(x: Array, *, total_count: Array, logits: Array) -> Array:
    return log_binomial(x, total_count - x, *_logistic(logits))


@on_support(is_count)
def poisson(x: Array, *, rate: Array) -> Array:
    return log_poisson(x, rate, np.log(rate))


@on_support(is_count)
def poisson_log_rate(x: Array, *, log_rate: Array) -> Array:
    return log_poisson(x, np.exp(log_rate), log_rate)


def _negative_binomial(x: Array, size: Array, chances: tuple[Array, Array, Array, Array]) -> Array:
    """`x` successes before the `size`-th failure; the last trial is a failure."""
    return log_binomial(x, size, *chances) - np.log1p(x / size)


@on_support(is_count)
def negative_binomial(x: Array, *, mean: Array, concentration: Array) -> Array:
    odds, total = mean / concentration, mean + concentration
    logs = -np.log1p(1 / odds), -np.log1p(odds)
    return _negative_binomial(x, concentration, (mean / total, concentration / total, *logs))


@on_support(is_count)
def negative_binomial_probs(x: Array, *, total_count: Array, probs: Array) -> Array:
    return _negative_binomial(x, total_count, _chances(probs))


@on_support(is_count)
def negative_binomial_logits(x: Array, *, total_count: Array, logits: Array) -> Array:
    return _negative_binomial(x, total_count, _logistic(logits))


@on_support(is_count)
def geometric_probs(x: Array, *, probs: Array) -> Array:
    return times(x, np.log1p(-probs)) + np.log(probs)


@on_support(is_count)
def geometric_logits(x: Array, *, logits: Array) -> Array:
    return -np.logaddexp(0, -logits) - times(x, np.logaddexp(0, logits))


@on_support(_up_to)
def beta_binomial(
    x: Array, *, total_count: Array, concentration1: Array, concentration0: Array
) -> Array:
    """Three binomial terms of one p, which cancels; the best is that of all trials together."""
    rest = total_count - x
    first, second = x + concentration1, rest + concentration0
    chances = _shares(first, second)

    def beta_term(a: Array, b: Array) -> Array:
        """log(p^a q^b / B(a, b)), where both are positive."""
        return log_binomial(a, b, *chances) - np.log(1 / a + 1 / b)

    before = beta_term(concentration1, concentration0)
    return log_binomial(x, rest, *chances) + before - beta_term(first, second)


@on_support(_up_to)
def beta_binomial_mean(x: Array, *, total_count: Array, mean: Array, concentration: Array) -> Array:
    first, second = mean * concentration, (1 - mean) * concentration
    return beta_binomial(x, total_count=total_count, concentration1=first, concentration0=second)


@on_support(
    lambda x, draws, successes, failures: (
        is_count(x) & (x <= successes) & (x >= draws - failures) & (x <= draws)
    )
)
def hypergeometric(x: Array, *, draws: Array, successes: Array, failures: Array) -> Array:
    """Three binomial terms of one p, as in Loader's `dhyper`."""
    chances = _shares(draws, successes + failures - draws)
    found = log_binomial(x, successes - x, *chances)
    other = log_binomial(draws - x, failures - draws + x, *chances)
    return found + other - log_binomial(draws, successes + failures - draws, *chances)
