"""Data and declarations that cases share."""

import numpy as np

NAN = float("nan")
RNG = np.random.default_rng(7)
HOMES = {
    "county": ["a", "b", "b", "c", "a", "c", "c"],
    "x": RNG.normal(size=7),
    "y": RNG.normal(size=7),
}
NEST = """
    plate county
    plate home within county
    data
      x[home] : real
      y[home] : real
"""
Y_ONLY = NEST.replace("      x[home] : real\n", "")
GRID = """
    plate row
    plate column
    data
      y[row, column] : real
"""
GRID_DATA = {"y": RNG.normal(size=(3, 4))}
DAYS = {
    "patient": ["p", "p", "p", "q", "q", "r", "r", "r", "r"],
    "y": RNG.normal(size=9),
    "n": RNG.integers(0, 5, size=9),
}
SEQUENCE = """
    plate patient
    plate visit within patient ordered
    data
      y[visit] : real
"""
