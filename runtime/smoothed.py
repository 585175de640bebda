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
    tail = int(np.ceil(min(0.2 * size, 3 * np.sqrt(size))))
    if tail < _FEWEST:
        return float("nan")
    if not np.isfinite(weights[-1]):
        return float("inf")
    if weights[-1] - weights[0] < _SAME:
        return float("-inf")
    scaled = np.exp(weights - weights[-1])
    over = scaled[-tail:] - scaled[-tail - 1]
    return _shape(over) if over[0] > 0 else _shape(over[over > 0])


def _shape(over: np.ndarray) -> float:
    """The shape of a generalised Pareto distribution that exceedances, in order, come from."""
    size = len(over)
    if size < _FEWEST:
        return float("inf")  # almost all the weight on a handful of draws
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
    return float((size * shape + 10 * 0.5) / (size + 10))
