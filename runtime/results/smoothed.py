"""How far draws from an approximation can be trusted: the Pareto shape k of their weights.

The weights are density over approximation. A generalised Pareto distribution is fitted to the
largest of them (Vehtari, Simpson, Gelman, Yao and Gabry 2024, "Pareto smoothed importance
sampling", Journal of Machine Learning Research 25), by the estimate of Zhang and Stephens (2009),
"A new and efficient estimation method for the generalized Pareto distribution", Technometrics 51.
"""

from __future__ import annotations

import numpy as np

K_LIMIT = 0.7
_FEWEST = 5  # weights in the tail, below which nothing can be said
_SAME = 1e-8  # nats by which weights differ where the approximation is exact


def pareto_k(log_weights: np.ndarray) -> float:
    """The shape k of the tail of the weights: below 0.7 the approximation can be corrected and
    trusted, above it cannot. NaN with too few draws; minus infinity where all weights are equal."""
    weights = np.sort(np.ravel(log_weights).astype(float))
    weights = weights[~np.isnan(weights)]
    size = len(weights)
    tail = _tail(size)
    if tail < _FEWEST:
        return float("nan")
    if not np.isfinite(weights[-1]):
        return float("inf")
    if weights[-1] - weights[0] < _SAME:
        return float("-inf")
    scaled = np.exp(weights - weights[-1])
    over = scaled[-tail:] - scaled[-tail - 1]
    return _pareto(over if over[0] > 0 else over[over > 0])[0]


def smoothed(log_weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Log weights that sum to one, the largest of them as the Pareto distribution of the tail
    would have them, and its shape k. What is no number has no weight."""
    weights, k = np.ravel(log_weights).astype(float), pareto_k(log_weights)
    found = np.where(np.isfinite(weights), weights, -np.inf)
    if not np.isfinite(found.max()):
        return found, k
    found -= found.max()
    if np.isfinite(k):
        tail = _tail(len(found))
        order = np.argsort(found, kind="stable")
        cutoff = np.exp(found[order[-tail - 1]])
        over = np.exp(found[order[-tail:]]) - cutoff
        shape, scale = _pareto(over[over > 0])
        chance = (np.arange(tail) + 0.5) / tail
        quantile = scale * np.expm1(-shape * np.log1p(-chance)) / shape
        found[order[-tail:]] = np.minimum(np.log(cutoff + quantile), 0.0)
    return found - np.logaddexp.reduce(found), k


def _tail(size: int) -> int:
    """How many of the largest weights are its tail."""
    return int(np.ceil(min(0.2 * size, 3 * np.sqrt(size))))


def _pareto(over: np.ndarray) -> tuple[float, float]:
    """Shape and scale of a generalised Pareto distribution for exceedances, which are in order."""
    size = len(over)
    if size < _FEWEST:
        return float("inf"), float("nan")  # almost all the weight on a handful of draws
    grid = 30 + int(np.sqrt(size))
    quartile = over[int(size / 4 + 0.5) - 1]
    b = 1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    b = b / (3 * quartile) + 1 / over[-1]
    k = np.log1p(-b[:, None] * over).mean(axis=1)
    profile = size * (np.log(-b / k) - k - 1)
    weight = 1 / np.exp(profile[None, :] - profile[:, None]).sum(axis=1)
    mean = (b * weight).sum() / weight.sum()
    shape = float(np.log1p(-mean * over).mean())
    # A weak prior towards a half, as good as ten observations.
    return float((size * shape + 10 * 0.5) / (size + 10)), -shape / mean
