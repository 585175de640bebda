"""Drives Markov chains: NUTS, HMC and Metropolis in chunks of iterations, with progress.

All chains, warmup and sampling run through the same two compiled functions, `start` and `advance`
of a kernel (`kernel.py`, `mh.py`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Program
from .checkpoint import NOWHERE, Keeper, Past
from .coordinates import PREFIX, Full, at_rest
from .engine import Engine
from .settings import Callback, Chains, Draws, Settings, Step
from .summit import normal_at_mode

if TYPE_CHECKING:
    from .density import Density

CHUNK = 100  # the same as in lower.py, which is not imported where a kept program is used
_PATIENCE = 0.5  # seconds that one call should last at most, so that Ctrl-C and progress are prompt

_PLACE = -2  # the part of a checkpoint that holds the coordinates; chains count from 0

Chunk = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


class Sampler(Engine):
    """A program and its data, compiled and ready to sample.

    Where it `moves`, chains move in coordinates in which the posterior is about as wide all ways;
    they are found first, or recalled by `keeper`, and serve in place of a dense mass matrix. They
    are None where there are none, and then it cannot sample.
    """

    def __init__(
        self,
        program: Program,
        given: dict[str, Any],
        settings: Chains,
        method: str,
        keeper: Keeper = NOWHERE,
        moves: bool = False,
    ):
        self.settings = replace(settings, dense_mass=False) if moves else settings
        self.tuning = settings.tuning()
        self.moves = moves
        super().__init__(program, given, settings, method)
        self.start, self.advance = self.programs
        self.given = self.data
        self.coordinates: Full | None = at_rest(self.dimension)
        if moves:
            self.given = self._placed(self.coordinates)
            self.coordinates = self._found_coordinates(keeper)
        if moves and self.coordinates is not None:
            self.given = self._placed(self.coordinates)

    def _found_coordinates(self, keeper: Keeper) -> Full | None:
        past = keeper.load(_PLACE)
        if past is not None:
            return Full(*past.now)
        found = normal_at_mode(self._slope, self.dimension)
        if found is not None:
            keeper.save(_PLACE, found.kept(), {})
        return found

    def _placed(self, coordinates: Full) -> dict[str, Any]:
        """The data with those coordinates; the densities of the draws are not those of theirs."""
        return self.data | coordinates.arrays() | {PREFIX + "log_volume": np.float64(0.0)}

    def _slope(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the log density at a point and its gradient."""
        together = (self.settings.chains,) if self.settings.vectorized else ()
        key = np.zeros((*together, 2), np.uint32)
        points = np.broadcast_to(z, (*together, len(z)))
        *_, (height, gradient) = self.start(key, points, self.tuning, self.given)
        if together:
            height, gradient = height[0], gradient[0]
        return float(height), np.asarray(gradient)

    def fixed(self) -> dict[str, Any]:
        return self.settings.fixed() | ({"moves": True} if self.moves else {})

    def lower(self, density: Density) -> Sequence[Any]:
        from .lower import lower

        if not self.moves:
            return lower(self._kernel(density), self.settings, self.data, self.tuning)
        from .moved import Moved

        given = self._placed(at_rest(density.dimension))
        return lower(self._kernel(Moved(density)), self.settings, given, self.tuning)

    def _kernel(self, density: Any) -> Any:
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
        given = self._placed(at_rest(dimension)) if self.moves else self.data
        leaves, *_ = start(key, z, self.tuning, given)
        advance(leaves, np.int64(0), np.bool_(True), self.tuning, given)

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
            leaves, finite, *_ = self._start(keys, points)
            bad = np.flatnonzero(~np.atleast_1d(np.asarray(finite)))
            if len(bad) == 0:
                return leaves
            failed = points[bad[0]].copy()
            for one in bad:
                points[one] = self._point(sources[one])
        assert self.coordinates is not None
        raise self.no_start(self.coordinates.points(failed), self.settings.init_attempts)

    def _point(self, source: np.random.Generator) -> np.ndarray:
        return np.asarray(source.uniform(-2.0, 2.0, self.dimension))

    def _start(self, keys: np.ndarray, points: np.ndarray) -> Any:
        if self.settings.vectorized:
            return self.start(keys, points, self.tuning, self.given)
        return self.start(keys[0], points[0], self.tuning, self.given)


@dataclass
class _Chain:
    """A chain on its way, or all of them where they move together."""

    number: int
    leaves: Any = ()
    iteration: int = 0
    divergences: int = 0
    chunks: list[Chunk] = field(default_factory=list)


def run(
    program: Program,
    given: dict[str, Any],
    settings: Chains,
    method: str = "nuts",
    callback: Callback | None = None,
    keeper: Keeper = NOWHERE,
) -> Draws:
    """Draws from the posterior of `program` given the arguments of its model.

    A KeyboardInterrupt, also one from `callback`, ends the run early and keeps what is there;
    `Draws.interrupted` says what. Raises RunError B601 where no start is found and B602 where an
    interrupt came before the first draw.
    """
    moves = method != "mh" and bool(program.manifest.get("nearly_normal"))
    sampler = Sampler(program, given, settings, method, keeper, moves)
    if sampler.coordinates is None:
        sampler = Sampler(program, given, settings, method)
    report = callback or (lambda step: None)
    numbers = range(1 if settings.vectorized else settings.chains)
    chains = [_recalled(number, keeper.load(number)) for number in numbers]
    interrupted = False
    for chain in chains:
        others = sum(one.divergences for one in chains if one is not chain)
        try:
            _run_chain(sampler, chain, others, keeper, report)
        except KeyboardInterrupt:
            interrupted = True
            break
        finally:
            keeper.flush()
    drawn = [_join(chain.chunks, axis=1) for chain in chains if chain.chunks]
    if not drawn:
        message = "interrupted during warmup: there are no draws"
        when = f"draws begin after {settings.warmup} iterations of warmup"
        raise RunError(Diagnostic("B602", message, help=keeper.remedy or when))
    return _collect(drawn, sampler, interrupted)


def _recalled(number: int, past: Past | None) -> _Chain:
    """A chain as a checkpoint has it, or one that has not begun."""
    if past is None:
        return _Chain(number)
    leaves, iteration, divergences = past.now
    chunks = [_chunk(past.more)] if past.more else []
    return _Chain(number, leaves, int(iteration), int(divergences), chunks)


def _run_chain(
    sampler: Sampler, chain: _Chain, others: int, keeper: Keeper, report: Callback
) -> None:
    """Runs a chain to its end; in the other chains, there were so many divergences."""
    settings = sampler.settings
    total = settings.warmup + settings.draws
    if not chain.iteration:
        together = range(settings.chains) if settings.vectorized else [chain.number]
        chain.leaves = sampler.begin(together)
    size = 10
    while chain.iteration < total:
        count = min(size, total - chain.iteration)
        began = time.perf_counter()
        wanted = chain.iteration + count > settings.warmup
        chain.leaves, values, stats = sampler.advance(
            chain.leaves, np.int64(count), np.bool_(wanted), sampler.tuning, sampler.given
        )
        shown = _rows(stats, count, settings.vectorized)
        drawn = max(settings.warmup - chain.iteration, 0)  # rows before it are warmup
        first = max(chain.iteration - settings.warmup, 0)  # draws that were made before
        chain.iteration += count
        more: dict[str, np.ndarray] = {}
        if wanted:
            chain.divergences += int(shown.get("diverging", np.zeros((1, 0)))[:, drawn:].sum())
            kept = slice(drawn + -first % settings.thin, None, settings.thin)
            chain.chunks.append(_cut((_rows(values, count, settings.vectorized), shown), kept))
            more = _named(chain.chunks[-1])
        now = chain.leaves, chain.iteration, chain.divergences
        keeper.save(chain.number, now, more)
        size = _next_size(size, time.perf_counter() - began)
        step_size = float(shown["step_size"][:, -1].mean())
        divergences = others + chain.divergences
        report(
            Step(
                chain.number,
                chain.iteration,
                total,
                chain.iteration < settings.warmup,
                step_size,
                divergences,
                about=_about(shown, step_size, divergences),
            )
        )


def _about(stats: dict[str, np.ndarray], step_size: float, divergences: int) -> str:
    accepted = f"step size {step_size:.2g}, acceptance {stats['acceptance_rate'].mean():.2f}"
    return accepted + (f", divergences {divergences}" if "diverging" in stats else "")


def _next_size(size: int, seconds: float) -> int:
    return int(np.clip(size * _PATIENCE / max(seconds, 1e-6), max(size // 4, 1), CHUNK))


def _rows(arrays: dict[str, Any], count: int, together: bool) -> dict[str, np.ndarray]:
    """The rows that hold something, as NumPy arrays with the axes (chain, iteration, ...)."""
    found = {name: np.asarray(value) for name, value in arrays.items()}
    if not together:
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


def _named(chunk: Chunk) -> dict[str, np.ndarray]:
    """A chunk as a checkpoint has it: one mapping, the axis of iterations first."""
    parts = zip(("values", "stats"), chunk, strict=True)
    named = {f"{side}/{name}": one for side, part in parts for name, one in part.items()}
    return {name: np.swapaxes(one, 0, 1) for name, one in named.items()}


def _chunk(named: dict[str, np.ndarray]) -> Chunk:
    """The chunk of which `_named` gave this."""
    values, stats = (
        {n.removeprefix(head): one.swapaxes(0, 1) for n, one in named.items() if n.startswith(head)}
        for head in ("values/", "stats/")
    )
    return values, stats


def _collect(chains: list[Chunk], sampler: Sampler, interrupted: bool) -> Draws:
    """Chains side by side; of a run cut short, the larger of all whole or all equally long."""
    settings = sampler.settings
    # A checkpoint may have more draws than are wanted now.
    lengths = [min(chain[1]["lp"].shape[1], settings.kept) for chain in chains]
    whole, least = max(lengths), min(lengths)
    if lengths.count(whole) * whole >= len(chains) * least:
        chains = [chain for chain, length in zip(chains, lengths, strict=True) if length == whole]
        least = whole
    values, stats = _join([_cut(chain, slice(least)) for chain in chains], axis=0)
    if sampler.method == "nuts":
        assert isinstance(settings, Settings)
        n_steps = stats["n_steps"]
        stats["tree_depth"] = np.frexp(n_steps)[1].astype(np.int64)
        stats["reached_max_treedepth"] = n_steps >= 2**settings.max_tree_depth - 1
    shape = stats["lp"].shape
    cut = f"{shape[0]} chain(s) of {shape[1]} draws" if interrupted else ""
    return Draws(values, stats, tuple(sampler.notes["sampled"]), cut, sampler.notes)
