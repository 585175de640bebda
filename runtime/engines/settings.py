"""Settings of the ways of inferring, checked, and the draws that they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np

from ...compiler.tables.inference import DENSE_UP_TO, GUIDES, SCHEDULES, optimiser
from ...grammar.diagnostics import BackendError, Diagnostic, did_you_mean
from .coordinates import UNIT


@dataclass(frozen=True)
class Common:
    """`seed` decides all random numbers: the same seed on the same machine gives the same draws,
    bit for bit. `init_attempts` is how many random starts are tried before giving up."""

    seed: int = 0
    init_attempts: int = 100
    device: str = "auto"

    def __post_init__(self) -> None:
        self._at_least(1, "init_attempts")
        if not 0 <= self.seed < 2**64:
            raise _wrong("`seed` must be between 0 and 2⁶⁴ − 1")

    def _at_least(self, least: int, *names: str) -> None:
        for name in names:
            if int(getattr(self, name)) < least:
                raise _wrong(f"`{name}` must be at least {least}")

    def _positive(self, *names: str) -> None:
        for name in names:
            if not float(getattr(self, name)) > 0:
                raise _wrong(f"`{name}` must be positive")

    def _one_of(self, name: str, choices: tuple[str, ...]) -> None:
        value = getattr(self, name)
        if value not in choices:
            close = did_you_mean(str(value), choices) or "known: " + ", ".join(choices)
            raise _wrong(f"`{name}` cannot be `{value}`", close)


@dataclass(frozen=True)
class Chains(Common):
    """Per chain there are `warmup` iterations that adapt and are thrown away, then `draws` more, of
    which every `thin`-th is kept. `step_size` is where the adaptation begins."""

    warmup: int = 1000
    draws: int = 1000
    chains: int = 4
    thin: int = 1
    dense_mass: bool | Literal["auto"] = "auto"
    step_size: float = 1.0
    chain_method: Literal["sequential", "vectorized"] = "sequential"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(0, "warmup")
        self._at_least(1, "draws", "chains", "thin")
        self._positive("step_size")
        if self.chain_method not in ("sequential", "vectorized"):
            raise _wrong("`chain_method` is sequential or vectorized")

    def dense(self, dimension: int) -> bool:
        """Whether a full mass matrix is adapted: where its entries are few beside the draws."""
        if self.dense_mass == "auto":
            return dimension <= DENSE_UP_TO
        return self.dense_mass

    @property
    def vectorized(self) -> bool:
        """Whether all chains move together."""
        return self.chain_method == "vectorized"

    @property
    def kept(self) -> int:
        """Draws kept per chain."""
        return -(-self.draws // self.thin)

    def tuning(self) -> dict[str, Any]:
        """What the compiled sampler takes as arguments."""
        return {"step_size": np.float64(self.step_size)}

    def fixed(self) -> dict[str, Any]:
        """What the compiled sampler has built in."""
        return {
            "warmup": self.warmup,
            "dense": self.dense_mass,
            "chains": self.chains if self.vectorized else 0,
        }


@dataclass(frozen=True)
class Settings(Chains):
    """How NUTS and HMC sample.

    `trajectory_length` is of HMC: π/2 carries a normal posterior from any point to an independent
    one, whereas NumPyro's 2π carries it back to where it was.
    """

    target_accept: float = 0.8
    max_tree_depth: int = 10
    trajectory_length: float = 1.5707963267948966

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(1, "max_tree_depth")
        self._positive("trajectory_length")
        if not 0 < self.target_accept < 1:
            raise _wrong("`target_accept` is a probability between 0 and 1")

    def tuning(self) -> dict[str, Any]:
        return super().tuning() | {
            "target_accept": np.float64(self.target_accept),
            "trajectory_length": np.float64(self.trajectory_length),
        }

    def fixed(self) -> dict[str, Any]:
        return super().fixed() | {"depth": self.max_tree_depth}


@dataclass(frozen=True)
class MhSettings(Chains):
    """How random-walk Metropolis samples; its steps are cheap and many."""

    warmup: int = 10000
    draws: int = 20000
    thin: int = 20
    dense_mass: bool | Literal["auto"] = True
    acceptance: float = 0.234

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.acceptance < 1:
            raise _wrong("`acceptance` is a share between 0 and 1")

    def tuning(self) -> dict[str, Any]:
        return super().tuning() | {"acceptance": np.float64(self.acceptance)}


@dataclass(frozen=True)
class MapSettings(Common):
    """How a mode is looked for; `jacobian` says on which scale."""

    jacobian: bool = False
    starts: int = 4
    steps: int = 2000

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(1, "starts", "steps")


@dataclass(frozen=True)
class LaplaceSettings(Common):
    """How the mode is looked for, and how many draws are made around it."""

    draws: int = 1000
    starts: int = 4
    steps: int = 2000

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(1, "draws", "starts", "steps")


@dataclass(frozen=True)
class PathfinderSettings(Common):
    """How paths are followed, and how many draws are kept of those from their normals."""

    draws: int = 1000
    paths: int = 4
    steps: int = 1000
    particles: int = 25
    resample: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(1, "draws", "paths", "steps", "particles")


@dataclass(frozen=True)
class SviSettings(Common):
    """How a guide is fitted. `rank` 0 stands for the root of the dimension, `init_scale` 0 for what
    suits the coordinates."""

    guide: str = "normal"
    rank: int = 0
    flows: int = 2
    hidden: int = 32
    steps: int = 10000
    optimizer: str = "adam"
    learning_rate: float = 0.01
    schedule: str = "constant"
    particles: int = 8
    tolerance: float = 1e-5
    precondition: str = "auto"
    init: str = "random"
    init_scale: float = 0.0
    draws: int = 1000

    def __post_init__(self) -> None:
        super().__post_init__()
        self._at_least(0, "rank")
        self._at_least(1, "flows", "hidden", "steps", "particles", "draws")
        self._positive("learning_rate")
        self._one_of("guide", (*GUIDES, "written"))
        self._one_of("schedule", SCHEDULES)
        self._one_of("precondition", ("auto", "none"))
        self._one_of("init", ("random", "mode"))
        if self.init_scale < 0:
            raise _wrong("`init_scale` must not be negative; 0 is what suits the coordinates")
        if self.tolerance < 0:
            raise _wrong("`tolerance` must not be negative; 0 makes all steps")
        try:
            optimiser(self.optimizer)
        except ValueError as error:
            raise _wrong(f"`optimizer` is {error}, not `{self.optimizer}`") from None

    @property
    def moved(self) -> bool:
        """Whether the guide has coordinates of its own: one that is written knows the spec's."""
        return self.precondition == "auto" and self.guide != "written"

    @property
    def spread(self) -> float:
        """The standard deviation with which the guide begins, in its coordinates."""
        return (self.init_scale or 1.0) / UNIT if self.moved else self.init_scale or 0.1

    @property
    def rate(self) -> float:
        """The learning rate, of `optimizer` or else of `learning_rate`."""
        return optimiser(self.optimizer)[1].get("learning_rate", self.learning_rate)


KINDS: Mapping[str, type[Common]] = {
    "nuts": Settings,
    "hmc": Settings,
    "mh": MhSettings,
    "svi": SviSettings,
    "map": MapSettings,
    "laplace": LaplaceSettings,
    "pathfinder": PathfinderSettings,
}
"""The settings of each method."""


def make_settings(method: str, given: dict[str, Any]) -> Any:
    """The settings of a method from keyword arguments; raises BackendError (B402) for a method or
    a setting that is not known."""
    if method not in KINDS:
        close = did_you_mean(method, KINDS) or "known: " + ", ".join(KINDS)
        raise _wrong(f"there is no method `{method}`", close)
    kind = KINDS[method]
    known = [one.name for one in fields(kind)]
    for name in given:
        if name not in known:
            close = did_you_mean(name, known) or "known: " + ", ".join(known)
            raise _wrong(f"there is no setting `{name}`", close)
    return kind(**given)


def _wrong(message: str, remedy: str = "") -> BackendError:
    return BackendError(Diagnostic("B402", message, help=remedy))


@dataclass(frozen=True)
class Step:
    """What a progress callback learns after each chunk of iterations."""

    chain: int  # from 0; with vectorised chains all move together, and this is 0
    iteration: int  # iterations done in this chain
    total: int  # warmup + draws
    warmup: bool  # still adapting
    step_size: float  # of an optimiser its learning rate
    divergences: int = 0  # after warmup, in all chains so far
    stage: str = ""  # what is being done, where it is neither warmup nor draws
    about: str = ""  # how it goes, in a few words


Callback = Callable[[Step], None]


@dataclass(frozen=True)
class Draws:
    """What a method gives: arrays with the axes (chain, draw, ...).

    `stats` has ArviZ's names: diverging, energy, lp (log density of the unconstrained point),
    n_steps, tree_depth, reached_max_treedepth, step_size, acceptance_rate; and log_guide, the
    guide's log density. `trace` holds what an optimiser went through, `details` how it ended.
    """

    values: dict[str, np.ndarray]
    stats: dict[str, np.ndarray]
    sampled: tuple[str, ...]  # sites with a density of their own; the others follow from them
    interrupted: str = ""  # what was kept, where the run was cut short
    compiled: dict[str, Any] = field(default_factory=dict)
    trace: dict[str, np.ndarray] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
