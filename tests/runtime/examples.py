"""Hand-written programs that keep the contract of emitted ones, with data to run them on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bayescript.runtime.fit import Fit
from bayescript.runtime.sample import fit

PROGRAMS = Path(__file__).with_name("programs")


@dataclass
class Data:
    """As bound data are."""

    data: dict[str, np.ndarray]
    sizes: dict[str, int]
    indices: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    coords: dict[str, np.ndarray] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


def source(name: str) -> str:
    return (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")


def sample(name: str, data: Data | None = None, **settings: Any) -> Fit:
    return fit(source(name), name, data or DATA[name](), progress=False, **settings)


def schools() -> Data:
    return Data(
        {
            "y": np.array([28.0, 8, -3, 7, -1, 1, 18, 12]),
            "sigma": np.array([15.0, 10, 16, 11, 9, 11, 10, 18]),
        },
        {"school": 8},
        coords={"school": np.array(list("ABCDEFGH"))},
    )


def panel() -> Data:
    random = np.random.default_rng(1)
    firm, year = (at.ravel() for at in np.meshgrid(np.arange(4), np.arange(6), indexing="ij"))
    value = random.lognormal(6, 1, 24)
    invest = np.exp(-2 + 0.8 * np.log(value) + 0.5 * random.normal(size=4)[firm])
    return Data(
        {"value": value, "invest": invest * random.lognormal(0, 0.2, 24)},
        {"firm": 4, "year": 6, "record": 24},
        {("record", "firm"): firm, ("record", "year"): year},
        {
            "firm": np.array(["General Motors", "US Steel", "IBM", "Chrysler"]),
            "year": np.arange(1935, 1941),
        },
    )


def conjugate() -> Data:
    return Data({"y": np.array([2.0, 5.0, 3.5, -1.0, 4.0])}, {"cell": 5})


def counts() -> Data:
    count = np.array([[2, 0, 1], [3, 1, 4]])
    seen = np.array([[True, True, False], [True, True, True]])
    return Data({"count": count, "seen": seen}, {"row": 2, "column": 3})


def linear() -> Data:
    random = np.random.default_rng(2)
    x = random.normal(size=20)
    z = 0.8 * x + 0.6 * random.normal(size=20)
    y = 1 + 0.5 * x - 0.7 * z + 0.5 * random.normal(size=20)
    return Data({"x": x, "z": z, "y": y}, {"row": 20})


def funnel() -> Data:
    return Data({"y": np.zeros(5)}, {"cell": 5})


@dataclass(frozen=True)
class Normal:
    """The posterior of `linear`, and the log evidence of its data."""

    mean: np.ndarray
    covariance: np.ndarray
    log_evidence: float

    @property
    def sd(self) -> np.ndarray:
        found: np.ndarray = np.sqrt(np.diag(self.covariance))
        return found


LINEAR = ("level", "slope", "other")


def exact() -> Normal:
    data = linear().data
    design = np.column_stack([np.ones(20), data["x"], data["z"]])
    prior, spread, noise = np.array([0.0, 0, 1]), np.diag([25.0, 4, 4]), 0.25
    covariance = np.linalg.inv(np.linalg.inv(spread) + design.T @ design / noise)
    mean = covariance @ (np.linalg.solve(spread, prior) + design.T @ data["y"] / noise)
    off = data["y"] - design @ prior
    marginal = design @ spread @ design.T + noise * np.eye(20)
    _, volume = np.linalg.slogdet(2 * np.pi * marginal)
    evidence = -0.5 * (volume + off @ np.linalg.solve(marginal, off))
    return Normal(mean, covariance, float(evidence))


DATA: dict[str, Callable[[], Data]] = {
    "eight_schools": schools,
    "panel": panel,
    "conjugate": conjugate,
    "counts": counts,
    "linear": linear,
    "funnel": funnel,
}
