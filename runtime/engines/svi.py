"""Variational inference: blocks of compiled steps until the ELBO has settled.

The guide that is kept is the mean of its parameters over the last blocks: at a constant learning
rate each step is noisy, their mean is not (Polyak and Juditsky 1992; for guides Dhaka et al. 2020,
arXiv 2009.00666).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..execute import Program
from .checkpoint import NOWHERE, Keeper, Past
from .coordinates import Coordinates, plain
from .engine import Engine
from .landscape import Climber
from .laplace import around, sharpened
from .map import nothing_yet
from .optimise import Mode, find_mode
from .precondition import chosen_coordinates
from .settings import Callback, Draws, Step, SviSettings
from .starts import BLOCK, as_draws, at, best_points

if TYPE_CHECKING:
    from .density import Density

CHUNK = 1000  # the same as in ascent.py, which is not imported where a kept program is used
_BLOCKS = 50  # parts of a run; after each, the ELBO is looked at
_SHORTEST = 50  # steps that a part has at least, so that its ELBO says something
_WINDOW = 5  # blocks whose ELBO is compared with that of as many before them
_LITTLE = 1e-5  # the relative rise that counts as none, where `tolerance` is 0
_PATIENCE = 0.5  # seconds that one call should last at most
_CLIMB = 500  # iterations of L-BFGS, for `init = mode`


class Fitter(Engine):
    """A program with the functions of `points.py` and `ascent.py`."""

    def __init__(self, program: Program, given: dict[str, Any], settings: SviSettings):
        self.settings = settings
        super().__init__(program, given, settings, "svi")
        _, self.start, self._advance, self._draw, *self.derivatives = self.programs
        self.coordinates: Coordinates | None = None

    def fixed(self) -> dict[str, Any]:
        names = ["guide", "rank", "flows", "hidden", "optimizer", "schedule", "particles"]
        names += ["init", "moved"]
        found = {name: getattr(self.settings, name) for name in names}
        if self.settings.schedule != "constant":
            found["steps"] = self.settings.steps
        return found

    def lower(self, density: Density) -> Sequence[Any]:
        from .ascent import lower_ascent
        from .automatic import make_ascent
        from .points import lower_at, lower_curvature, lower_slope

        chosen = self.settings
        made = [lower_at(density, self.data)]
        ascent = make_ascent(self.program, density, chosen, self.data)
        made += lower_ascent(ascent, self.data | self._any_coordinates(density.dimension))
        if chosen.moved or chosen.init == "mode" or chosen.guide == "laplace":
            made.append(lower_slope(density, self.data, jacobian=True))
        if chosen.guide == "laplace":
            made.append(lower_curvature(density, self.data))
        return made

    def trial(self, programs: list[Any], dimension: int) -> None:
        at, start, advance, draw, *derivatives = programs
        z, key, number = np.zeros(dimension), np.zeros(2, np.uint32), np.float64(1.0)
        at(np.zeros((BLOCK, dimension)), self.data)
        state, data = start(key, z, number), self.data | self._any_coordinates(dimension)
        advance(state, np.zeros(len(state[1])), np.int64(0), number, key, data)
        draw(np.asarray(state[1]), key, data)
        for one in derivatives:
            one(z, self.data)

    def advance(
        self, state: Any, total: Any, count: Any, rate: Any, key: np.ndarray, data: dict[str, Any]
    ) -> Any:
        """`count` steps, in the guide's coordinates."""
        return self._advance(state, total, count, rate, key, data | self._where)

    def draw(self, parameters: np.ndarray, key: np.ndarray) -> Any:
        """A block of points from the guide with these parameters, and its log density there."""
        return self._draw(parameters, key, self.data | self._where)

    @property
    def _where(self) -> dict[str, np.ndarray]:
        """The guide's coordinates as arrays."""
        return {} if self.coordinates is None else self.coordinates.arrays()

    def _any_coordinates(self, dimension: int) -> dict[str, np.ndarray]:
        """Some coordinates as arrays, or none where the guide lives in those of the spec."""
        return plain(np.zeros(dimension), 1.0).arrays() if self.settings.moved else {}

    def key(self, use: int) -> np.ndarray:
        """The key of all random numbers of one use."""
        source = np.random.default_rng([self.settings.seed, use])
        return source.integers(2**32, size=2, dtype=np.uint32)


@dataclass
class Course:
    """What a run went through: the ELBO of each step, and block by block the parameters."""

    elbo: list[np.ndarray] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    totals: list[np.ndarray] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    begun: tuple[Any, list[np.ndarray]] | None = None  # a block that is to go on

    @property
    def steps(self) -> int:
        """Steps made."""
        return sum(self.counts)

    def add(self, elbo: np.ndarray, total: np.ndarray) -> None:
        """Notes a block, or the part of one that an interrupt left."""
        self.elbo.append(elbo)
        fine = elbo[np.isfinite(elbo)]
        self.medians.append(float(np.median(fine)) if len(fine) else -np.inf)
        self.totals.append(total)
        self.counts.append(len(elbo))

    def recall(self, past: Past, ends: np.ndarray) -> None:
        """Comes to where it was; blocks end after so many steps."""
        elbo = past.more["elbo"]
        for total in past.more.get("totals", np.zeros((0, 0))):
            self.add(elbo[self.steps : ends[len(self.counts)]], total)
        if self.steps < len(elbo):
            self.begun = past.now[1], [elbo[self.steps :]]

    def mean(self) -> np.ndarray:
        """The mean of the parameters over the last blocks."""
        last = min(_WINDOW, -(-len(self.counts) // 4))
        mean: np.ndarray = np.sum(self.totals[-last:], axis=0) / sum(self.counts[-last:])
        return mean

    def settled(self, tolerance: float) -> bool:
        """Whether the ELBO stayed where it was, both now and a block ago: the run can stop."""
        blocks = len(self.medians)
        return all(self._still(tolerance, blocks - ago, _WINDOW, 0.0) for ago in (0, 1))

    def at_rest(self, tolerance: float) -> bool:
        """Whether the run was long enough: it stopped, or the ELBO rose by noise only, between the
        last quarter of the blocks and that before."""
        blocks, little = len(self.medians), tolerance or _LITTLE
        quarter = max(_WINDOW, blocks // 4)
        return self.settled(little) or self._still(little, blocks, quarter, 2.0)

    def _still(self, tolerance: float, blocks: int, window: int, allowed: float) -> bool:
        if blocks < 2 * window:
            return False
        last = np.array(self.medians[blocks - window : blocks])
        before = np.array(self.medians[blocks - 2 * window : blocks - window])
        if not np.isfinite([last, before]).all():
            return False
        rise = float(last.mean() - before.mean())
        noise = float(np.sqrt((last.var(ddof=1) + before.var(ddof=1)) / window))
        little = tolerance * max(1.0, abs(float(last.mean())))
        return -3 * max(little, noise) < rise < max(little, allowed * noise)


def run(
    program: Program,
    given: dict[str, Any],
    settings: SviSettings,
    callback: Callback,
    keeper: Keeper = NOWHERE,
) -> Draws:
    """Draws from the guide that comes nearest to the posterior.

    An interrupt ends the steps and keeps the guide as it is then. Raises RunError B601 where no
    start is found, B602 where an interrupt came while a mode was looked for, and B605 for the guide
    `laplace` where the density has no curvature.
    """
    return fitted(Fitter(program, given, settings), callback, keeper)


def fitted(fitter: Climber, callback: Callback, keeper: Keeper = NOWHERE) -> Draws:
    """Draws from the guide of a program of any library, after its steps."""
    settings = fitter.settings
    parts = int(np.clip(settings.steps // _SHORTEST, 1, _BLOCKS))
    ends = np.linspace(0, settings.steps, parts + 1).round().astype(int)[1:]
    course, past, interrupted = Course(), keeper.load(0), False
    if settings.moved:
        slope = fitter.derivatives[0]
        fitter.coordinates, interrupted = chosen_coordinates(fitter, slope, keeper, callback)
    if past is None:
        point, scale = _first(fitter, callback), np.float64(settings.spread)
        state = fitter.start(fitter.key(1), point, scale)
    else:
        course.recall(past, ends)
        state = past.now[0]
    for end in ends[len(course.counts) :]:
        if interrupted or (settings.tolerance > 0 and course.settled(settings.tolerance)):
            break
        try:
            state = _block(fitter, state, int(end), course, callback, keeper)
        except KeyboardInterrupt:
            interrupted = True
            break
    keeper.flush()
    return _collect(fitter, state, course, interrupted)


def _first(fitter: Climber, callback: Callback) -> np.ndarray:
    """The point around which the guide begins, in its coordinates."""
    where = fitter.coordinates
    if fitter.settings.init == "mode":
        try:
            mode = find_mode(fitter, fitter.derivatives[0], 1, _CLIMB, callback)
        except KeyboardInterrupt:
            raise nothing_yet() from None
        if mode.converged:  # else the density rises without end, as in many hierarchies
            return mode.z if where is None else where.solved(mode.z)
    if where is not None:
        return np.zeros(fitter.dimension)
    first: np.ndarray = best_points(fitter)[0]
    return first


def _block(
    fitter: Climber, state: Any, end: int, course: Course, report: Callback, keeper: Keeper
) -> Any:
    """Steps up to `end`, in calls short enough for Ctrl-C; what they gave is noted in any case."""
    settings = fitter.settings
    total, elbo = course.begun or (np.zeros(len(state[1])), [])
    course.begun = None
    done, size = course.steps + sum(map(len, elbo)), 10
    key, rate = fitter.key(2), np.float64(settings.rate)
    try:
        while done < end:
            count = min(size, end - done)
            began = time.perf_counter()
            state, total, made = fitter.advance(
                state, total, np.int64(count), rate, key, fitter.data
            )
            elbo.append(np.asarray(made)[:count].copy())
            done += count
            more = {"elbo": elbo[-1]}
            if done == end:
                more["totals"] = np.asarray(total)[None]
            keeper.save(0, (state, total), more)
            seconds = max(time.perf_counter() - began, 1e-6)
            size = int(np.clip(size * _PATIENCE / seconds, 1, CHUNK))
            about = f"ELBO {np.median(elbo[-1]):.6g}"
            report(Step(0, done, settings.steps, False, float(rate), stage="steps", about=about))
    finally:
        if elbo:
            course.add(np.concatenate(elbo), np.asarray(total))
    return state


def _collect(fitter: Climber, state: Any, course: Course, interrupted: bool) -> Draws:
    settings = fitter.settings
    parameters = course.mean() if course.steps else np.asarray(state[1])
    points, log_guide, more = _points(fitter, parameters)
    values, density = at(fitter, points)
    weights = density - log_guide
    details = {
        "guide": settings.guide,
        "precondition": settings.precondition,
        "steps": course.steps,
        "settled": course.at_rest(settings.tolerance),
        "not_finite": sum(int(np.isnan(one).sum()) for one in course.elbo),
        "elbo": float(weights.mean()),
        "elbo_error": float(weights.std() / np.sqrt(len(weights))),
        **more,
    }
    cut = f"draws from the guide after {course.steps:,} of {settings.steps:,} steps"
    return Draws(
        as_draws(values),
        {"lp": density[None], "log_guide": log_guide[None]},
        tuple(fitter.notes["sampled"]),
        cut if interrupted else "",
        fitter.notes,
        trace={"elbo": np.concatenate(course.elbo) if course.elbo else np.zeros(0)},
        details=details,
    )


def _points(
    fitter: Climber, parameters: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Draws from the guide, its log density there, and what there is to say beside."""
    wanted, where = fitter.settings.draws, fitter.coordinates
    match fitter.settings.guide:
        case "delta":
            return _placed(fitter, parameters)[None], np.zeros(1), {}
        case "laplace":
            return _around(fitter, _placed(fitter, parameters), wanted)
    blocks = [fitter.draw(parameters, fitter.key(3 + one)) for one in range(-(-wanted // BLOCK))]
    points = np.concatenate([np.asarray(one[0]) for one in blocks])[:wanted]
    log_guide = np.concatenate([np.asarray(one[1]) for one in blocks])[:wanted]
    if where is None:
        return points, log_guide, {}
    return where.points(points), log_guide - where.log_volume, {}


def _placed(fitter: Climber, point: np.ndarray) -> np.ndarray:
    """A point of the guide's coordinates."""
    return point if fitter.coordinates is None else fitter.coordinates.points(point)


def _around(
    fitter: Climber, point: np.ndarray, wanted: int
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Draws from the normal around the point that the steps found."""
    slope, curvature = fitter.derivatives
    height = float(slope(point, fitter.data)[0])
    mode = Mode(point, height, np.inf, 0, 1, 1)
    mode, root = sharpened(fitter, mode, slope, curvature)
    source = np.random.default_rng([fitter.settings.seed, 3])
    return *around(mode.z, root, wanted, source), {"converged": mode.converged}
