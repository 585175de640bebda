"""Predictions for new rows and new groups, by a program that takes the draws of a fit as given.

Rows are predicted in blocks, so that any number of them fits in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ..compiler.pipeline import Compilation
from ..compiler.prediction import Prediction, reaches
from ..grammar.diagnostics import BackendError, DataError, Diagnostic, SpecError
from .binding.data import bind
from .binding.newdata import NewData, aligned, completed, rows_of, sums
from .device import choose_device
from .engines.settings import Callback, Step
from .execute import Binding, Program, inputs, load_program
from .model import source_of
from .progress import progress_bar
from .replay import masked
from .require import require
from .results.predicted import Predicted, Table

_NUMBERS = 2**24  # of one block, for all draws together, at most
_KEPT = 2**27  # numbers of all predictions that are kept: a gigabyte
_CHOICES = (
    '`new = "draw"` draws what belongs to them from its distribution, `new = "mean"` takes its mean'
)
_HOW = ("error", "draw", "mean")


class Fitted(Protocol):
    """What this module reads of a fit."""

    spec: str
    bound: Binding
    draws: dict[str, np.ndarray]
    settings: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]: ...
    @property
    def seed(self) -> int: ...


def predict(
    fit: Fitted,
    data: Any,
    *,
    new: str = "error",
    level: float = 0.9,
    seed: int | None = None,
    keep: bool | None = None,
    progress: bool = True,
    sizes: Mapping[str, int] | None = None,
    coords: Mapping[str, Sequence[Any]] | None = None,
) -> Predicted:
    """The outcomes of new rows, one for each draw of a fit; see `Fit.predict`."""
    if new not in _HOW:
        help = "`error`, `draw` or `mean`"
        raise BackendError(Diagnostic("B402", f"`new` cannot be `{new}`", help=help))
    if not 0 < level < 1:
        message = f"`level` is {level}, and is a share between 0 and 1"
        help = "0.9 gives the interval from 5% to 95%"
        raise BackendError(Diagnostic("B402", message, help=help))
    compilation = _compilation(fit)
    model = compilation.model
    found = bind(
        model,
        data,
        sizes=sizes,
        coords=coords,
        outcomes_required=False,
        source=compilation.source,
        before=fit.bound,
    )
    drawn = {s.name for s in model.statements if getattr(s, "observed", False)}
    fresh = completed(model, found, fit.bound, drawn)
    how = "mean" if new == "mean" else "draw"
    plan, emitted = compilation.predicting(fresh.new, fresh.supplied, how)
    if new == "error" and plan.known:
        raise _unknown(plan, fresh)
    program = load_program(emitted.source, f"prediction of {model.name}", fit.spec)
    extra = sums(compilation.frozen, fit.bound, fresh)
    known = {name: fresh.places[plate] >= 0 for plate, name in plan.known.items()}
    extra |= {name: there.astype(np.int64) for name, there in known.items()}
    extra |= {name: fresh.bound.data[of] for name, of in plan.seen.items()}
    draws = {
        name: aligned(fit.draws[of], _dims(program, name), fresh.places)
        for name, of in plan.draws.items()
    }
    count = next(iter(fit.draws.values())).shape[:2]
    task = _Task(program, plan, fresh, extra, draws, count, fit.seed if seed is None else seed)
    with progress_bar(1, progress) as bar:
        return task.run(level, keep, str(fit.settings.get("device", "auto")), bar)


def _compilation(fit: Fitted) -> Compilation:
    """The spec of a fit; a spec without a file's name may be on either surface."""
    name = fit.manifest["spec"]
    first = Compilation(source_of(fit.spec, name))
    try:
        first.model  # noqa: B018
    except SpecError:
        return Compilation(source_of(fit.spec, name, "yaml"))
    return first


def _unknown(plan: Prediction, fresh: NewData) -> DataError:
    told = [
        Diagnostic(
            "B516",
            f"the fit does not know these elements of `{plate}`: {fresh.unknown(plate)}",
            help=_CHOICES
            + ("" if plate in fresh.bound.named else f"; a column `{plate}` names known ones"),
        )
        for plate in plan.known
    ]
    return DataError(told)


def _dims(program: Program, name: str) -> tuple[str, ...]:
    entries = program.manifest["inputs"]
    found = next(e for n, e in entries.items() if e.get("of", n) == name)
    return tuple(found["dims"])


@dataclass(frozen=True)
class _Task:
    """A program that predicts, and all that it is given."""

    program: Program
    plan: Prediction
    fresh: NewData
    extra: Mapping[str, np.ndarray]
    draws: Mapping[str, np.ndarray]
    shape: tuple[int, int]
    seed: int

    def run(self, level: float, keep: bool | None, device: str, bar: Callback | None) -> Predicted:
        sites = self.program.manifest["sites"]
        kinds = ("latent", "deterministic")
        wanted = [n for n, s in sites.items() if s["kind"] in kinds and self.asked(n)]
        dims = {name: tuple(sites[name]["dims"]) for name in wanted}
        plate = self.rows_plate(dims)
        total = sum(int(np.prod([self.size(d) for d in dims[n]])) for n in wanted)
        kept = total * self.draws_made <= _KEPT if keep is None else keep
        tables: dict[str, Table] = {
            name: Table(tuple(self.size(d) for d in dims[name]), level, kept) for name in wanted
        }
        with require("jax", extra="numpyro").default_device(choose_device(device)):
            for rows, block in self.blocks(plate, total, wanted):
                for name, values in block.items():
                    axis = dims[name].index(plate) if plate in dims[name] else None
                    tables[name].add(values, rows, axis)
                if bar is not None:
                    done, size = int(rows[-1]) + 1, self.size(plate) if plate else 1
                    bar(Step(0, done, size, False, 0.0, stage=f"predicting {plate or 'rows'}"))
        bound, model = self.fresh.bound, self.plan.model
        return Predicted(
            tables,
            dims,
            dict(bound.coords),
            self.plan.outcomes,
            level,
            {name: values for name, values in bound.data.items() if name not in wanted},
            self.shape,
            {d.name: tuple(map(str, d.dims)) for d in model.data},
        )

    def asked(self, name: str) -> bool:
        """Whether a site is an author's: an outcome, or a definition of its rows."""
        site = self.program.manifest["sites"][name]
        return name in self.plan.outcomes or site["kind"] == "deterministic"

    def size(self, dim: str) -> int:
        return int(self.fresh.bound.sizes[dim.rstrip("'")])

    @property
    def draws_made(self) -> int:
        return self.shape[0] * self.shape[1]

    def rows_plate(self, dims: Mapping[str, tuple[str, ...]]) -> str:
        """The plate along which the work is divided; none where its elements need one another."""
        of_outcomes = [d for name in self.plan.outcomes for d in dims.get(name, ())]
        plates = [d for d in dict.fromkeys(of_outcomes) if not d.endswith("'")]
        latent = {d for n in self.draws for d in _dims(self.program, n)}
        free = [p for p in plates if p not in latent and not reaches(self.plan.model, p)]
        declared = {p.name for p in self.plan.model.plates if p.size or p.labels}
        return max((p for p in free if p not in declared), key=self.size, default="")

    def blocks(
        self, plate: str, total: int, wanted: Sequence[str]
    ) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
        """Rows, and what is predicted of them, with the axes (draw, ...)."""
        bound = self.fresh.bound
        count = bound.sizes[plate] if plate else 1
        each = max(total // max(count, 1), 1) * self.draws_made
        size = int(np.clip(_NUMBERS // max(each, 1), 1, count))
        axes = {d.name: d.dims for d in self.plan.model.data}
        function = _Function(self, plate)
        for number, start in enumerate(range(0, count, size)):
            # The last block is filled up with the last row: one shape, one compilation.
            rows = np.minimum(np.arange(start, start + size), count - 1)
            whole = _with(bound, self.extra)
            part = rows_of(whole, plate, rows, axes) if plate else whole
            yield rows[: min(size, count - start)], function(part, number, wanted, each * size)


def _with(bound: Any, extra: Mapping[str, np.ndarray]) -> Any:
    return replace(bound, data={**bound.data, **extra})


class _Function:
    """The program's model on all draws, compiled once for all blocks."""

    def __init__(self, task: _Task, plate: str) -> None:
        self.task = task
        self.plate = plate
        self.run: Any = None

    def __call__(
        self, bound: Any, number: int, wanted: Sequence[str], numbers: int
    ) -> dict[str, np.ndarray]:
        task = self.task
        pool = inputs(task.program, bound, task.draws)
        prepare = {name: pool[name] for name in task.program.manifest.get("prepare", ())}
        pool |= task.program.prepare(prepare)
        names = [n for n in task.program.manifest["arguments"] if n in pool]
        sizes = {n: pool[n] for n in names if isinstance(pool[n], int)}
        data = {n: pool[n] for n in names if n not in sizes}
        if self.run is None:
            self.run = self.compiled(sizes, wanted)
        total = task.draws_made
        draws = {n: v.reshape(total, *v.shape[2:]) for n, v in task.draws.items()}
        step = int(np.clip(_NUMBERS * total // max(numbers, 1), 1, total))
        parts = []
        for start in range(0, total, step):
            at = np.minimum(np.arange(start, start + step), total - 1)
            part = self.run({n: v[at] for n, v in draws.items()}, at, number, data)
            parts.append({n: np.asarray(v)[: min(step, total - start)] for n, v in part.items()})
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def compiled(self, sizes: Mapping[str, int], wanted: Sequence[str]) -> Any:
        task, plate = self.task, self.plate
        jax = require("jax", extra="numpyro")
        handlers = require("numpyro.handlers", extra="numpyro")
        sites = task.program.manifest["sites"]
        order = {name: place for place, name in enumerate(sites)}
        spelt = {e.get("of", n): n for n, e in task.program.manifest["inputs"].items()}
        stream = jax.random.fold_in(jax.random.PRNGKey(task.seed), 2)

        def one_draw(draw: Any, at: Any, block: Any, data: Any) -> Any:
            key = jax.random.fold_in(stream, at)

            def drawn(site: Any) -> Any:
                """What belongs to a row is drawn block by block, what rows share is not."""
                if site["type"] != "sample" or site["is_observed"] or site["name"] not in order:
                    return None
                own = jax.random.fold_in(key, order[site["name"]])
                if plate in sites[site["name"]]["dims"]:
                    own = jax.random.fold_in(own, block)
                return site["fn"](rng_key=own, sample_shape=site["kwargs"]["sample_shape"])

            given = {spelt[name]: value for name, value in draw.items()}
            with handlers.trace() as found, handlers.substitute(substitute_fn=drawn):
                task.program.model(**sizes, **data, **given)
            return {name: _value(found[name]) for name in wanted}

        return jax.jit(jax.vmap(one_draw, in_axes=(0, 0, None, None)))


def _value(site: Any) -> Any:
    return masked(site["fn"], site["value"]) if site["type"] == "sample" else site["value"]
