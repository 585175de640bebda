"""Drives NUTS and HMC: chains, chunks of iterations, progress, interruption.

All chains, warmup and sampling run through the same two compiled programs (`kernel.py`), which are
looked for on disk first (`kept.py`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ...grammar.source import Source, Span
from ..device import choose_device
from ..execute import Program
from . import kept
from .settings import Callback, Draws, Settings, Step

CHUNK = 100  # the same as in kernel.py, which is not imported where a kept program is used
_PATIENCE = 0.5  # seconds that one call should last at most, so that Ctrl-C and progress are prompt

# Programs of this process, by their key: fits after the first of a shape start at once.
_IN_MEMORY: dict[str, tuple[list[Any], dict[str, Any]]] = {}

Chunk = tuple[dict[str, np.ndarray], dict[str, np.ndarray]]


class Sampler:
    """A program and its data, compiled and ready to sample."""

    def __init__(self, program: Program, given: dict[str, Any], settings: Settings, method: str):
        self.program = program
        self.settings = settings
        self.method = method
        self.sizes = {name: value for name, value in given.items() if isinstance(value, int)}
        self.data = {name: value for name, value in given.items() if name not in self.sizes}
        self.tuning = {
            "step_size": np.float64(settings.step_size),
            "target_accept": np.float64(settings.target_accept),
            "trajectory_length": np.float64(settings.trajectory_length),
        }
        self.device = choose_device(settings.device)
        (self.start, self.advance), self.notes = self._programs()

    def _programs(self) -> tuple[list[Any], dict[str, Any]]:
        key = kept.key_of(self._identity(), self.device)
        if key in _IN_MEMORY:
            programs, notes = _IN_MEMORY[key]
            return programs, notes | {"from_cache": True}
        found = kept.load(key, self.device)
        if found is not None and self._works(*found):
            programs, notes = found
        else:
            found = None
            programs, notes = self._compile()
            kept.store(key, programs, notes)
        _IN_MEMORY[key] = programs, notes
        return programs, notes | {"from_cache": found is not None}

    def _works(self, programs: list[Any], notes: dict[str, Any]) -> bool:
        """Whether kept programs run: a trial of no iterations, since some fail only there."""
        start, advance = programs
        stacked = (self.settings.chains,) if self.settings.chain_method == "vectorized" else ()
        key, z = np.zeros((*stacked, 2), np.uint32), np.zeros((*stacked, notes["dimension"]))
        try:
            leaves, _ = start(key, z, self.tuning, self.data)
            advance(leaves, np.int64(0), np.bool_(True), self.tuning, self.data)
        except Exception:
            return False
        return True

    def _identity(self) -> dict[str, Any]:
        """All that the compiled form depends on, but for the machine and the versions."""
        chosen = self.settings
        vectorized = chosen.chain_method == "vectorized"
        return {
            "source": self.program.source,
            "sizes": self.sizes,
            "data": {name: [value.shape, str(value.dtype)] for name, value in self.data.items()},
            "method": self.method,
            "warmup": chosen.warmup,
            "dense": chosen.dense_mass,
            "depth": chosen.max_tree_depth,
            "chains": chosen.chains if vectorized else 0,
        }

    def _compile(self) -> tuple[list[Any], dict[str, Any]]:
        import jax

        from . import kernel
        from .density import Density

        with jax.default_device(self.device):
            density = Density(self.program.model, self.sizes, self.data)
            made = kernel.Kernel(density, self.settings, self.method.upper())
            lowered = kernel.lower(made, self.data, self.tuning)
            notes = {"dimension": density.dimension, "sampled": list(density.shapes)}
            with kept.without_jax_cache():
                return [one.compile() for one in lowered], notes

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
        raise self._no_start(failed)

    def _point(self, source: np.random.Generator) -> np.ndarray:
        return np.asarray(source.uniform(-2.0, 2.0, self.notes["dimension"]))

    def _start(self, keys: np.ndarray, points: np.ndarray) -> Any:
        if self.settings.chain_method == "vectorized":
            return self.start(keys, points, self.tuning, self.data)
        return self.start(keys[0], points[0], self.tuning, self.data)

    def _no_start(self, point: np.ndarray) -> RunError:
        from .density import Density, where_not_finite

        density = Density(self.program.model, self.sizes, self.data)
        found = where_not_finite(density, point, self.data)
        tried = self.settings.init_attempts
        head = f"no start found: the density is not finite at {tried} random points"
        blamed = [_blame(self.program, head, name, fault) for name, fault in found.items()]
        spec = Source(self.program.spec, self.program.manifest["spec"])
        return RunError(blamed or [Diagnostic("B601", head, help=_START_HELP)], spec)


_START_HELP = (
    "does every outcome lie where its distribution can be, and every parameter of a distribution "
    "where it may be? Priors with very wide scales can overflow, too"
)


def _blame(program: Program, head: str, name: str, fault: str) -> Diagnostic:
    """Whose statement it is, with its line underlined where the spec's text is at hand."""
    line = program.manifest["sites"].get(name, {}).get("line")
    where = f"{program.manifest['spec']}:{line}: " if line else ""
    message = f"{head}; {where}`{name}` has {fault}"
    if not line or not program.spec:
        return Diagnostic("B601", message, help=_START_HELP)
    spec = Source(program.spec)
    start = spec.line_starts[line - 1]
    text = spec.line(line)
    span = Span(start + len(text) - len(text.lstrip()), start + len(text))
    return Diagnostic("B601", message, span, label=fault, help=_START_HELP)


def run(
    program: Program,
    given: dict[str, Any],
    settings: Settings,
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
    runs = range(settings.chains) if settings.chain_method == "sequential" else [None]
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
            divergences += int(chunks[-1][1]["diverging"].sum())
        size = _next_size(size, time.perf_counter() - began)
        step_size = float(shown["step_size"][:, -1].mean())
        warm = iteration < settings.warmup
        report(Step(chain or 0, iteration, total, warm, step_size, divergences))
    return divergences


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
    lengths = [chain[1]["diverging"].shape[1] for chain in chains]
    whole, least = max(lengths), min(lengths)
    if lengths.count(whole) * whole >= len(chains) * least:
        chains = [chain for chain, length in zip(chains, lengths, strict=True) if length == whole]
        least = whole
    kept_rows = slice(0, least, settings.thin)
    values, stats = _join([_cut(chain, kept_rows) for chain in chains], axis=0)
    n_steps = stats["n_steps"]
    if sampler.method == "nuts":
        stats["tree_depth"] = np.frexp(n_steps)[1].astype(np.int64)
        stats["reached_max_treedepth"] = n_steps >= 2**settings.max_tree_depth - 1
    shape = stats["diverging"].shape
    cut = f"{shape[0]} chain(s) of {shape[1]} draws" if interrupted else ""
    return Draws(values, stats, tuple(sampler.notes["sampled"]), cut, sampler.notes)
