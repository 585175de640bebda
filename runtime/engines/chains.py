"""Drives Markov chains: NUTS, HMC and Metropolis in chunks of iterations, with progress.

All chains, warmup and sampling run through the same two compiled functions, `start` and `advance`
of a kernel (`kernel.py`, `mh.py`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Program
from .engine import Engine
from .settings import Callback, Chains, Draws, Settings, Step

if TYPE_CHECKING:
    from .density import Density

CHUNK = 100  # the same as in lower.py, which is not imported where a kept program is used
_PATIENCE = 0.5  # seconds that one call should last at most, so that Ctrl-C and progress are prompt

Chunk = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


class Sampler(Engine):
    """A program and its data, compiled and ready to sample."""

    def __init__(self, program: Program, given: dict[str, Any], settings: Chains, method: str):
        self.settings = settings
        self.tuning = settings.tuning()
        super().__init__(program, given, settings, method)
        self.start, self.advance = self.programs

    def fixed(self) -> dict[str, Any]:
        return self.settings.fixed()

    def lower(self, density: Density) -> Sequence[Any]:
        from .lower import lower

        return lower(self._kernel(density), self.settings, self.data, self.tuning)

    def _kernel(self, density: Density) -> Any:
        if self.method == "mh":
            from .mh import Metropolis

            return Metropolis(density, self.settings)
        from .kernel import Kernel

        assert isinstance(self.settings, Settings)
        return Kernel(density, self.settings, self.method.upper())

    def trial(self, programs: list[Any], dimension: int) -> None:
        start, advance = programs
        stacked = (self.settings.chains,) if self.settings.vectorized else ()
        key, z = np.zeros((*stacked, 2), np.uint32), np.zeros((*stacked, dimension))
        leaves, _ = start(key, z, self.tuning, self.data)
        advance(leaves, np.int64(0), np.bool_(True), self.tuning, self.data)

    def begin(self, chains: Sequence[int]) -> Any:
        """First states of these chains (stacked where chains are vectorised).

        Starts are uniform on (−2, 2) on the unconstrained scale, as in Stan, and are drawn again
        where the density or its gradient is not finite. Raises RunError (B601) when no attempt
        succeeds, naming the statements at fault.
        """
        sources = [np.random.default_rng([self.settings.seed, chain]) for chain in chains]
        keys = np.stack([source.integers(2**32, size=2, dtype=np.uint32) for source in sources])
        points = np.stack([self._point(source) for source in sources])
        for _ in range(self.settings.init_attempts):
            leaves, finite = self._start(keys, points)
            bad = np.flatnonzero(~np.atleast_1d(np.asarray(finite)))
            if len(bad) == 0:
                return leaves
            failed = points[bad[0]].copy()
            for one in bad:
                points[one] = self._point(sources[one])
        raise self.no_start(failed, self.settings.init_attempts)

    def _point(self, source: np.random.Generator) -> np.ndarray:
        return np.asarray(source.uniform(-2.0, 2.0, self.dimension))

    def _start(self, keys: np.ndarray, points: np.ndarray) -> Any:
        if self.settings.vectorized:
            return self.start(keys, points, self.tuning, self.data)
        return self.start(keys[0], points[0], self.tuning, self.data)


def run(
    program: Program,
    given: dict[str, Any],
    settings: Chains,
    method: str = "nuts",
    callback: Callback | None = None,
) -> Draws:
    """Draws from the posterior of `program` given the arguments of its model.

    A KeyboardInterrupt, also one from `callback`, ends the run early and keeps what is there;
    `Draws.interrupted` says what. Raises RunError B601 where no start is found and B602 where an
    interrupt came before the first draw.
    """
    sampler = Sampler(program, given, settings, method)
    report = callback or (lambda step: None)
    runs = [None] if settings.vectorized else range(settings.chains)
    done: list[list[Chunk]] = []
    interrupted = False
    divergences = 0
    for chain in runs:
        done.append([])
        try:
            divergences = _run_chain(sampler, chain, done[-1], divergences, report)
        except KeyboardInterrupt:
            interrupted = True
            break
    return _collect([_join(chunks, axis=1) for chunks in done if chunks], sampler, interrupted)


def _run_chain(
    sampler: Sampler, chain: int | None, chunks: list[Chunk], divergences: int, report: Callback
) -> int:
    """Runs one chain (all, where `chain` is None) and appends what it gives to `chunks`."""
    settings = sampler.settings
    total = settings.warmup + settings.draws
    leaves = sampler.begin(range(settings.chains) if chain is None else [chain])
    iteration, size = 0, 10
    while iteration < total:
        count = min(size, total - iteration)
        began = time.perf_counter()
        wanted = iteration + count > settings.warmup
        leaves, values, stats = sampler.advance(
            leaves, np.int64(count), np.bool_(wanted), sampler.tuning, sampler.data
        )
        shown = _rows(stats, count, chain)
        skip = max(settings.warmup - iteration, 0)  # rows of this chunk that are warmup
        iteration += count
        if wanted:
            chunks.append(_cut((_rows(values, count, chain), shown), slice(skip, None)))
            divergences += int(chunks[-1][1].get("diverging", np.zeros(0)).sum())
        size = _next_size(size, time.perf_counter() - began)
        step_size = float(shown["step_size"][:, -1].mean())
        warm = iteration < settings.warmup
        report(
            Step(
                chain or 0,
                iteration,
                total,
                warm,
                step_size,
                divergences,
                about=_about(shown, step_size, divergences),
            )
        )
    return divergences


def _about(stats: dict[str, np.ndarray], step_size: float, divergences: int) -> str:
    accepted = f"step size {step_size:.2g}, acceptance {stats['acceptance_rate'].mean():.2f}"
    return accepted + (f", divergences {divergences}" if "diverging" in stats else "")


def _next_size(size: int, seconds: float) -> int:
    return int(np.clip(size * _PATIENCE / max(seconds, 1e-6), max(size // 4, 1), CHUNK))


def _rows(arrays: dict[str, Any], count: int, chain: int | None) -> dict[str, np.ndarray]:
    """The rows that hold something, as NumPy arrays with the axes (chain, iteration, ...)."""
    found = {name: np.asarray(value) for name, value in arrays.items()}
    if chain is not None:
        found = {name: value[None] for name, value in found.items()}
    return {name: value[:, :count] for name, value in found.items()}


def _cut(chunk: Chunk, rows: slice) -> Chunk:
    """Some iterations of a chunk, copied out of the larger buffers."""
    values, stats = ({name: one[:, rows].copy() for name, one in part.items()} for part in chunk)
    return values, stats


def _join(parts: list[Chunk], axis: int) -> Chunk:
    """Chunks one after the other (axis 1) or chains side by side (axis 0)."""
    values, stats = (
        {name: np.concatenate([part[side][name] for part in parts], axis) for name in like}
        for side, like in enumerate(parts[0])
    )
    return values, stats


def _collect(chains: list[Chunk], sampler: Sampler, interrupted: bool) -> Draws:
    """Chains side by side; of a run cut short, the larger of all whole or all equally long."""
    settings = sampler.settings
    if not chains:
        when = f"draws begin after {settings.warmup} iterations of warmup"
        message = "interrupted during warmup: there are no draws"
        raise RunError(Diagnostic("B602", message, help=when))
    lengths = [chain[1]["lp"].shape[1] for chain in chains]
    whole, least = max(lengths), min(lengths)
    if lengths.count(whole) * whole >= len(chains) * least:
        chains = [chain for chain, length in zip(chains, lengths, strict=True) if length == whole]
        least = whole
    kept_rows = slice(0, least, settings.thin)
    values, stats = _join([_cut(chain, kept_rows) for chain in chains], axis=0)
    if sampler.method == "nuts":
        assert isinstance(settings, Settings)
        n_steps = stats["n_steps"]
        stats["tree_depth"] = np.frexp(n_steps)[1].astype(np.int64)
        stats["reached_max_treedepth"] = n_steps >= 2**settings.max_tree_depth - 1
    shape = stats["lp"].shape
    cut = f"{shape[0]} chain(s) of {shape[1]} draws" if interrupted else ""
    return Draws(values, stats, tuple(sampler.notes["sampled"]), cut, sampler.notes)
