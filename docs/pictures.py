"""Draws the pictures of the documentation anew: `python -m docs.pictures`."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

import bayescript as bs

PICTURES = Path(__file__).parent / "pictures"
SPECS = Path(__file__).resolve().parents[1] / "specs"


def band() -> None:
    """Engel's households: the median line and a new household, with their intervals."""
    fit = bs.load(SPECS / "linear_regression" / "band.bayes").fit(
        SPECS / "linear_regression" / "households.csv"
    )
    new = {"household": {"income": np.linspace(350, 5000, 200)}}
    axes = fit.predict(new).plot("income", observed=fit.bound.data)
    axes.figure.set_size_inches(6, 4)
    # Without the date, so that the same picture is the same file.
    axes.figure.savefig(PICTURES / "band.svg", metadata={"Date": None})


if __name__ == "__main__":
    mpl.use("agg")
    mpl.rcParams["svg.hashsalt"] = "bayescript"
    PICTURES.mkdir(exist_ok=True)
    band()
