"""Convergence diagnostics in plain NumPy, for many quantities at once.

Rank-normalised split R-hat, bulk and tail effective sample size and the Monte Carlo error of the
mean follow Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding,
and localization: an improved R-hat", Bayesian Analysis 16; E-BFMI follows Betancourt (2016),
arXiv 1604.00695. Arrays have the axes (chain, draw, quantity).
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

_BLOCK = 256  # quantities worked on at a time: bounds the memory that the transforms take
R_HAT_LIMIT = 1.01  # above it chains disagree
ESS_PER_CHAIN = 100  # with fewer effective draws, the diagnostics themselves are rough
COLUMNS = ("mcse_mean", "ess_bulk", "ess_tail", "r_hat")


def diagnose(draws: np.ndarray) -> dict[str, np.ndarray]:
    """`COLUMNS` of every quantity; NaN with fewer than four draws or where a draw is not finite.

    R-hat of a single chain compares its two halves. A quantity that never changes has R-hat NaN
    and as many effective draws as draws.
    """
    _, length, quantities = draws.shape
    found = {name: np.full(quantities, np.nan) for name in COLUMNS}
    good = np.flatnonzero(np.isfinite(draws).all(axis=(0, 1)))
    if length < 4:
        return found
    for start in range(0, len(good), _BLOCK):
        which = good[start : start + _BLOCK]
        for name, value in _diagnose_block(draws[:, :, which].astype(float)).items():
            found[name][which] = value
    return found


def _diagnose_block(draws: np.ndarray) -> dict[str, np.ndarray]:
    halves = _split(draws)
    scaled = _normal_scores(halves)
    folded = _normal_scores(np.abs(halves - np.median(halves, axis=(0, 1))))
    low, high = np.quantile(draws, (0.05, 0.95), axis=(0, 1))
    tails = [_effective(_split((draws <= at).astype(float))) for at in (low, high)]
    sd = draws.std(axis=(0, 1), ddof=1)
    return {
        "mcse_mean": sd / np.sqrt(_effective(halves)),
        "ess_bulk": _effective(scaled),
        "ess_tail": np.minimum(*tails),
        "r_hat": np.maximum(_r_hat(scaled), _r_hat(folded)),
    }


def energy_information(energy: np.ndarray) -> np.ndarray:
    """E-BFMI of each chain, from energies with the axes (chain, draw)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.square(np.diff(energy, axis=1)).mean(axis=1) / energy.var(axis=1, ddof=1)
    return np.asarray(ratio)


def _split(draws: np.ndarray) -> np.ndarray:
    """Each chain as two, its first and its last half."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _normal_scores(draws: np.ndarray) -> np.ndarray:
    """Normal quantiles of the ranks among all chains, ties at their mean rank (Blom's offset)."""
    flat = draws.reshape(-1, draws.shape[2])
    order = np.argsort(flat, axis=0, kind="stable")
    ordered = np.take_along_axis(flat, order, axis=0)
    place = np.arange(len(flat))[:, None]
    first = np.ones(flat.shape, dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    last = np.ones(flat.shape, dtype=bool)
    last[:-1] = first[1:]
    start = np.maximum.accumulate(np.where(first, place, 0), axis=0)
    end = np.minimum.accumulate(np.where(last, place, len(flat))[::-1], axis=0)[::-1]
    scores = np.empty(flat.shape)
    np.put_along_axis(scores, order, _scores_of_ranks(len(flat))[start + end], axis=0)
    return scores.reshape(draws.shape)


@lru_cache(maxsize=4)
def _scores_of_ranks(size: int) -> np.ndarray:
    """Normal scores of the ranks 1, 1.5, 2, … `size`: mean ranks of ties are half-integers."""
    ranks = 1 + np.arange(2 * size - 1) / 2
    quantile = NormalDist().inv_cdf
    return np.array([quantile(p) for p in (ranks - 3 / 8) / (size + 1 / 4)])


def _r_hat(draws: np.ndarray) -> np.ndarray:
    length = draws.shape[1]
    between = length * draws.mean(axis=1).var(axis=0, ddof=1)
    within = draws.var(axis=1, ddof=1).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: np.ndarray = np.sqrt((between / within + length - 1) / length)
    return ratio


def _effective(draws: np.ndarray) -> np.ndarray:
    """Effective sample size of the mean, with Geyer's initial monotone sequence."""
    chains, length, quantities = draws.shape
    covariance = _autocovariance(draws).mean(axis=0)
    within = covariance[0] * length / (length - 1)
    total = covariance[0].copy()
    if chains > 1:
        total += draws.mean(axis=1).var(axis=0, ddof=1)
    constant = np.ptp(draws, axis=(0, 1)) < np.finfo(float).resolution
    correlation = 1 - (within - covariance) / np.where(constant, 1, total)
    correlation[0] = 1
    even = correlation[: 2 * (length // 2) : 2]
    pairs = even + correlation[1::2][: len(even)]
    # The sum runs over pairs of lags until the first that is not positive, which ends it.
    most = max((length - 3) // 2, 0)
    negative = pairs[: most + 1] <= 0
    stop = np.where(negative.any(axis=0), negative.argmax(axis=0), most)
    monotone = np.minimum.accumulate(pairs, axis=0)
    counted = np.where(np.arange(len(pairs))[:, None] < stop, monotone, 0).sum(axis=0)
    column = np.arange(quantities)
    edge, edge_pair = even[stop, column], pairs[stop, column]
    time = -1 + 2 * counted + np.where((edge > 0) | (edge_pair >= 0), edge, 0)
    size = chains * length
    found: np.ndarray = np.where(constant, size, size / np.maximum(time, 1 / np.log10(size)))
    return found


def _autocovariance(draws: np.ndarray) -> np.ndarray:
    """Autocovariances at all lags along the draws, by the fast Fourier transform."""
    length = draws.shape[1]
    padded = 1 << (2 * length - 1).bit_length()
    centred = np.moveaxis(draws - draws.mean(axis=1, keepdims=True), 1, -1)
    spectrum = np.fft.rfft(np.ascontiguousarray(centred), n=padded, axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    covariance: np.ndarray = np.fft.irfft(power, n=padded, axis=-1)[..., :length] / length
    return np.moveaxis(covariance, -1, 1)
