"""Plots of a fit, by ArviZ, and of predictions, by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..require import require

_SHORT = 12  # scalars of a quantity that is plotted unasked, and quantities that are


def trace_plot(posterior: Any, names: Sequence[str]) -> Any:
    """The density and the trace of quantities of an xarray Dataset: axes of matplotlib.

    Without `names`, those of the first twelve quantities that have no more than twelve scalars.
    """
    arviz = require("arviz", extra="numpyro")
    per_draw = posterior.sizes["chain"] * posterior.sizes["draw"]
    short = [str(n) for n, one in posterior.data_vars.items() if one.size <= _SHORT * per_draw]
    data = arviz.InferenceData(posterior=posterior)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fonts and layout
        return arviz.plot_trace(data, var_names=list(names) or short[:_SHORT])


def band_plot(
    x: np.ndarray,
    bands: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    labels: tuple[str, str],
    level: float,
    points: tuple[np.ndarray, np.ndarray] | None = None,
    ax: Any = None,
) -> Any:
    """Intervals along `x`, the widest first: matplotlib's axes.

    `bands` are lower ends, medians and upper ends by name; `points`, such as the data of the fit,
    are drawn behind them. `labels` are those of the axes.
    """
    if ax is None:
        _, ax = require("matplotlib.pyplot", extra="numpyro").subplots(layout="constrained")
    order = np.argsort(x, kind="stable")
    if points is not None:
        ax.scatter(*points, s=9, color="0.3", alpha=0.6, linewidths=0, label="data", zorder=3)
    widest = sorted(bands.items(), key=lambda one: -float(np.nanmean(one[1][2] - one[1][0])))
    for place, (name, (low, middle, high)) in enumerate(widest):
        style = {"color": "C0", "alpha": min(0.2 + 0.25 * place, 0.7), "linewidth": 0}
        label = f"{name}, {100 * level:g}%"
        ax.fill_between(x[order], low[order], high[order], label=label, **style)
        if place == len(widest) - 1:
            ax.plot(x[order], middle[order], color="C0")
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.legend(frameon=False)
    return ax
