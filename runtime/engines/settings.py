"""Settings of the samplers, checked, and the draws they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np

from ...grammar.diagnostics import BackendError, Diagnostic, did_you_mean


@dataclass(frozen=True)
class Settings:
    """How to sample.

    Per chain there are `warmup` iterations that adapt and are thrown away, then `draws` more, of
    which every `thin`-th is kept. `step_size` is where the adaptation begins. `seed` decides all
    random numbers: the same seed on the same machine gives the same draws, bit for bit.
    `trajectory_length` is of HMC: π/2 carries a normal posterior from any point to an independent
    one, whereas NumPyro's 2π carries it back to where it was.
    """

    warmup: int = 1000
    draws: int = 1000
    chains: int = 4
    thin: int = 1
    target_accept: float = 0.8
    max_tree_depth: int = 10
    dense_mass: bool = False
    step_size: float = 1.0
    trajectory_length: float = 1.5707963267948966
    seed: int = 0
    chain_method: Literal["sequential", "vectorized"] = "sequential"
    init_attempts: int = 100
    device: str = "auto"

    def __post_init__(self) -> None:
        for name in ("warmup", "draws", "chains", "thin", "max_tree_depth", "init_attempts"):
            least = 0 if name == "warmup" else 1
            if int(getattr(self, name)) < least:
                raise _wrong(f"`{name}` must be at least {least}")
        if not 0 < self.target_accept < 1:
            raise _wrong("`target_accept` is a probability between 0 and 1")
        if self.step_size <= 0 or self.trajectory_length <= 0:
            raise _wrong("`step_size` and `trajectory_length` must be positive")
        if not 0 <= self.seed < 2**64:
            raise _wrong("`seed` must be between 0 and 2⁶⁴ − 1")
        if self.chain_method not in ("sequential", "vectorized"):
            raise _wrong("`chain_method` is sequential or vectorized")

    @property
    def kept(self) -> int:
        """Draws kept per chain."""
        return -(-self.draws // self.thin)


def make_settings(given: dict[str, Any]) -> Settings:
    """Settings from keyword arguments; raises BackendError (B402) for one that is not known."""
    known = [one.name for one in fields(Settings)]
    for name in given:
        if name not in known:
            close = did_you_mean(name, known) or "known: " + ", ".join(known)
            raise _wrong(f"there is no setting `{name}`", close)
    return Settings(**given)


def _wrong(message: str, remedy: str = "") -> BackendError:
    return BackendError(Diagnostic("B402", message, help=remedy))


@dataclass(frozen=True)
class Step:
    """What a progress callback learns after each chunk of iterations."""

    chain: int  # from 0; with vectorised chains all move together, and this is 0
    iteration: int  # iterations done in this chain
    total: int  # warmup + draws
    warmup: bool  # still adapting
    step_size: float
    divergences: int  # after warmup, in all chains so far


Callback = Callable[[Step], None]


@dataclass(frozen=True)
class Draws:
    """What a sampler gives: arrays with the axes (chain, draw, ...).

    `stats` has ArviZ's names: diverging, energy, lp (log density of the unconstrained point),
    n_steps, tree_depth, reached_max_treedepth, step_size, acceptance_rate.
    """

    values: dict[str, np.ndarray]
    stats: dict[str, np.ndarray]
    sampled: tuple[str, ...]  # sites with a density of their own; the others follow from them
    interrupted: str = ""  # what was kept, where the run was cut short
    compiled: dict[str, Any] = field(default_factory=dict)
