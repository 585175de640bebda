"""Plots of a fit, by ArviZ."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from .require import require

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
