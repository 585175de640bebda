"""Programs held against the reference evaluator: densities and slopes, statement by statement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..compiler import ir
from ..compiler.backends import BACKENDS
from ..compiler.backends import Program as Emitted
from ..compiler.passes.noncentre import asked
from ..compiler.reference.density import Reference
from ..grammar.diagnostics import BackendError, BayescriptError, Diagnostic, RunError
from ..grammar.source import Source
from .binding.data import Bound
from .engines.verify_forms import Standardised
from .engines.verify_points import Points, Values
from .execute import Program, arguments, load_program

if TYPE_CHECKING:
    from .model import Model

RTOL = 1e-8
SLOPE_RTOL = 1e-5  # slopes of the reference are central differences
_STEP = 1e-3  # of central differences, on the unconstrained scale
_TRIES = 50  # random points for each one that is wanted
_FORM = "non-centred"

Status = Literal["ok", "constant", "differs"]
_ENGINES = {"numpyro": "verify_numpyro", "pyro": "pyro_density"}


@dataclass(frozen=True)
class Agreement:
    """How one statement, or the total, of one program compares with the reference.

    `density` and `slope` are the largest relative differences over the points, `constant` is by
    how many nats the densities differ at the first point, and `shape` the largest relative
    difference once that is taken off.
    """

    density: float
    slope: float
    constant: float
    shape: float

    @property
    def status(self) -> Status:
        """`constant` where the density is the reference's up to a constant."""
        if self.slope <= SLOPE_RTOL and self.density <= RTOL:
            return "ok"
        return "constant" if self.slope <= SLOPE_RTOL and self.shape <= RTOL else "differs"


@dataclass(frozen=True)
class Row:
    """A statement, by the line of the spec on which it begins; the total has line 0."""

    line: int
    statement: str
    agreement: Mapping[str, Agreement]

    @property
    def ok(self) -> bool:
        return all(one.status != "differs" for one in self.agreement.values())


@dataclass(frozen=True)
class Verification:
    """What `verify` found: a row each statement, the last one the total.

    Programs are named by their back-end, those in the spec's non-centred form with that word.
    """

    spec: str
    points: int
    rows: tuple[Row, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def backends(self) -> tuple[str, ...]:
        """The programs that were compared, such as `numpyro` and `numpyro non-centred`."""
        return tuple(self.rows[-1].agreement)

    @property
    def ok(self) -> bool:
        """Whether nothing differs by more than a constant."""
        return not self.failed and all(row.ok for row in self.rows)

    @property
    def differing(self) -> tuple[Row, ...]:
        """The statements that differ; the total is among them only where no statement does."""
        found = tuple(row for row in self.rows if not row.ok)
        return tuple(row for row in found if row.line) or found

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        rows = [
            {
                "line": row.line,
                "statement": row.statement,
                "backends": {
                    name: {
                        "status": one.status,
                        "density": _finite(one.density),
                        "slope": _finite(one.slope),
                        "constant": _finite(one.constant),
                    }
                    for name, one in row.agreement.items()
                },
            }
            for row in self.rows
        ]
        return {
            "spec": self.spec,
            "ok": self.ok,
            "points": self.points,
            "statements": rows,
            "skipped": dict(self.skipped),
            "failed": dict(self.failed),
        }

    def __str__(self) -> str:
        from .verify_report import plain

        return plain(self)

    def _repr_html_(self) -> str:
        from .verify_report import html

        return html(self)


def verify(
    model: Model,
    bound: Bound,
    *,
    points: int = 10,
    seed: int = 0,
    backends: Sequence[str] | None = None,
    step: float = _STEP,
) -> Verification:
    """The programs of a model against the reference.

    At each of `points` random points of the support, in float64, the log density of each statement
    and its derivative along a random direction are compared. Where the spec has latents in a
    non-centred form, that of each program is compared as well, with the log of the derivative of
    these latents in their standard ones added to their statements. The reference's derivative is a
    central difference over `step`, which a very steep density wants smaller. A back-end that is not
    installed, or refuses the model, is skipped, and `Verification.skipped` says why.

    Raises BackendError for a back-end that does not exist, or where none is left, RunError (B601)
    where the density of the reference is not finite at random points.
    """
    if points < 1:
        raise BackendError(Diagnostic("B402", f"`points` must be at least 1, not {points}"))
    wanted = list(dict.fromkeys(backends or BACKENDS))
    skipped: dict[str, str] = {}
    failed: dict[str, str] = {}
    names = asked(model.ir)
    forms: dict[str, tuple[str, ...]] = {"": ()} | ({_FORM: names} if names else {})
    programs: dict[tuple[str, str], Emitted] = {}
    for name in wanted:
        try:
            if name in BACKENDS and find_spec(name) is None:
                skipped[name] = f"not installed: pip install 'bayescript[{name}]'"
                continue
            for form, given in forms.items():
                programs[name, form] = model.compile(name, noncentered=list(given))
        except BackendError as error:
            if name not in BACKENDS:
                raise
            skipped[name] = "; ".join(_said(one) for one in error.diagnostics)
    check = _Check(model, bound, points, seed, forms, step)
    found: dict[str, dict[int, Agreement]] = {}
    for (backend, form), emitted in sorted(programs.items(), key=lambda pair: pair[0][1]):
        name = f"{backend} {form}".strip()
        try:
            program = load_program(emitted.source, emitted.name, model.source)
            found[name] = check.agreement(program, form)
        except BayescriptError:
            raise
        except Exception as error:  # a library's own error is a finding, not a crash
            failed[name] = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
    lines = [*check.lines, 0]
    rows = [
        Row(line, check.statement(line), {name: one[line] for name, one in found.items()})
        for line in lines
    ]
    return Verification(check.source.name, points, tuple(rows), skipped, failed)


Terms = dict[int, float]


@dataclass(frozen=True)
class _At:
    """A point: the values of sites, how they move, and the reference's densities and slopes there,
    line by line; 0 is the total."""

    values: Values
    moved: Values
    terms: Terms
    slopes: Terms

    @property
    def finite(self) -> bool:
        return all(map(math.isfinite, [*self.terms.values(), *self.slopes.values()]))


class _Check:
    """Random points, in each of the forms that programs may have."""

    def __init__(
        self,
        model: Model,
        bound: Bound,
        points: int,
        seed: int,
        forms: Mapping[str, tuple[str, ...]],
        step: float,
    ) -> None:
        self.spec = model
        self.model = model.ir
        self.bound = bound
        self.step = step
        self.source: Source = model._compilation.source
        self.reference = Reference(model.ir, bound)
        self.points = Points(model.ir, bound)
        self.line_of = {s.name: self.source.place(s.span.start)[0] for s in model.ir.statements}
        stated = [s for s in model.ir.statements if isinstance(s, ir.Sample | ir.Term | ir.Param)]
        self.lines = sorted({self.line_of[s.name] for s in stated})
        self.forms = {form: Standardised(model.ir, bound, names) for form, names in forms.items()}
        self.at: list[dict[str, _At]] = []
        rng = np.random.default_rng(seed)
        for _ in range(points * _TRIES):
            one = self.point(rng)
            if all(form.finite for form in one.values()):
                self.at.append(one)
            if len(self.at) == points:
                return
        wrong = [line for line, value in one[""].terms.items() if not math.isfinite(value) and line]
        names = ", ".join(f"line {line} (`{self.statement(line)}`)" for line in wrong)
        message = f"the log density is not finite at random points: {names or 'its slope'}"
        help = "give data with --data: what was made up from the declared types may not fit"
        raise RunError(Diagnostic("B601", message, help=help), self.source)

    def point(self, rng: np.random.Generator) -> dict[str, _At]:
        """Random values and a direction in which they may move, in every form."""
        free = self.points.start(rng)
        way = {name: rng.uniform(-1, 1, np.shape(z)) for name, z in free.items()}
        places = [
            self.points.at({n: z + steps * self.step * way[n] for n, z in free.items()})
            for steps in (0, -2, -1, 1, 2)
        ]
        known = [self.reference.by_statement(place) for place in places]
        return {name: self.in_form(form, places, known) for name, form in self.forms.items()}

    def in_form(
        self, form: Standardised, places: Sequence[Values], known: Sequence[Mapping[str, float]]
    ) -> _At:
        """A point, the first of the places, in a form; the others lie to either side of it."""
        stated = [form.at(place) for place in places]
        values, *ends = (one for one, _ in stated)
        terms, *beside = (
            self.terms({n: term + stretch.get(n, 0.0) for n, term in one.items()}, {})
            for one, (_, stretch) in zip(known, stated, strict=True)
        )
        return _At(
            values,
            {name: _slope([end[name] for end in ends], self.step) for name in values},
            terms,
            {line: float(_slope([one[line] for one in beside], self.step)) for line in terms},
        )

    def terms(self, by_name: Mapping[str, float], known: Mapping[str, int]) -> Terms:
        """What each line adds, and the total."""
        found = dict.fromkeys(self.lines, 0.0)
        for name, value in by_name.items():
            line = self.line_of.get(name, known.get(name, 0))
            if line:
                found[line] = found.get(line, 0.0) + value
        return found | {0: sum(by_name.values())}

    def agreement(self, program: Program, form: str) -> dict[int, Agreement]:
        """How a program in a form compares, by line."""
        given = arguments(program, self.bound)
        backend = str(program.manifest["backend"])
        if backend == "numpyro":
            from .device import choose_device

            choose_device()
        engine = import_module(f".engines.{_ENGINES[backend]}", __package__)
        sites = engine.Sites(program, given)
        known = {n: int(site.get("line", 0)) for n, site in program.manifest["sites"].items()}
        pairs: list[tuple[Terms, Terms, Terms, Terms]] = []
        for point in self.at:
            at = point[form]
            found = sites.at(
                *(site_values(self.spec, self.bound, program, v) for v in (at.values, at.moved))
            )
            ours, sloped = (self.terms(part, known) for part in found)
            pairs.append((ours, at.terms, sloped, at.slopes))
        return {line: _agreement(pairs, line) for line in [*self.lines, 0]}

    def statement(self, line: int) -> str:
        """The text of the line, without a comment."""
        return self.source.line(line).partition("#")[0].strip() if line else "total"


def site_values(model: Model, bound: Bound, program: Program, values: Values) -> Values:
    """The values of a program's own sites: a pinned vector is given by its free elements."""
    found = dict(values)
    for statement in model.ir.statements:
        if isinstance(statement, ir.Sample) and isinstance(statement.distribution, ir.Pinned):
            line = model._compilation.source.place(statement.span.start)[0]
            free = [
                name
                for name, site in program.manifest["sites"].items()
                if site["kind"] == "auxiliary" and site.get("line") == line
            ]
            at = Points(model.ir, bound).pinned_at(statement.distribution)
            whole = found.pop(statement.name)
            found[free[0] if free else statement.name] = np.delete(whole, at, -1)
    return found


def _agreement(pairs: Sequence[tuple[Terms, Terms, Terms, Terms]], line: int) -> Agreement:
    ours, wanted, sloped, slopes = (
        np.array([one[k].get(line, 0.0) for one in pairs]) for k in range(4)
    )
    return Agreement(
        density=_largest(ours, wanted),
        slope=_largest(sloped, slopes),
        constant=float(ours[0] - wanted[0]),
        shape=_largest(ours - ours[0], wanted - wanted[0], np.abs(wanted)),
    )


def _largest(ours: Any, wanted: Any, scale: Any = None) -> float:
    """The largest difference, relative where the value is above one; infinite for a NaN."""
    size = np.maximum(1.0, np.abs(wanted) if scale is None else scale)
    found = np.abs(ours - wanted) / size
    return float(np.where(np.isnan(found), np.inf, found).max())


def _slope(ends: Sequence[Any], step: float) -> Any:
    """The derivative in the middle of four values, one and two steps to either side."""
    return (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _said(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.code}: {diagnostic.message}"
