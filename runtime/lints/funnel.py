"""Group effects and how much the data say of each: which form is easier to sample."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...compiler import ir
from ...compiler.lints.funnel import Effects, centred, effects, funnels
from ...compiler.lints.predictor import Predictor, Term, predictors
from ...compiler.tables.families import FAMILIES
from ...grammar.diagnostics import Diagnostic
from ..binding.tables import Array
from .design import columns
from .facts import Facts

FEW = 10.0  # rows of an effect
MANY = 100.0
_CLEAR = 3.0  # `ratio` from which effects are clear enough not to form a funnel


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What data say of each effect: in rows, and beside the spread of the effects.

    `ratio` is the variance among the effects by the error variance of each, as far as the outcomes
    tell it: below 1 the spread is small beside what is not known of an effect. `known` says that
    the errors of the outcomes are data or numbers.
    """

    rows: Array
    ratio: Array | None
    known: bool = False


def informed_funnels(facts: Facts) -> Iterator[Diagnostic]:
    """W215 and W216: effects of which data say little, centred; or much, and not centred.

    Where the data do not tell, what the spec alone shows counts.
    """
    found: list[tuple[Effects, str]] = []
    judged = set()
    for one in effects(facts.graph):
        evidence = _evidence(facts, one)
        if evidence is None:
            continue
        judged.add(one.sample.span)
        if not one.noncentred and _is_little(evidence):
            found.append((one, _why(evidence)))
        if one.noncentred and not one.own and _is_much(evidence):
            yield _crowded(one, evidence)
    yield from centred(facts.graph, found)
    yield from (one for one in funnels(facts.model) if one.span not in judged)


def _is_little(evidence: Evidence) -> bool:
    few = float(np.median(evidence.rows)) < FEW
    return few and (evidence.ratio is None or float(np.median(evidence.ratio)) < _CLEAR)


def _is_much(evidence: Evidence) -> bool:
    many = evidence.known or float(np.min(evidence.rows)) > MANY
    return many and evidence.ratio is not None and float(np.min(evidence.ratio)) > MANY


def _why(evidence: Evidence) -> str:
    if evidence.known and np.max(evidence.rows) == 1:
        return "their errors are as large as the differences among them"
    middle = float(np.median(evidence.rows))
    rows = "row" if round(middle) == 1 else "rows"
    return f"half of them have {middle:.0f} {rows} of data or fewer"


def _crowded(one: Effects, evidence: Evidence) -> Diagnostic:
    name = one.sample.name
    return Diagnostic(
        "W216",
        f"the data know each of the `{name}` well, and they are sampled non-centred",
        one.sample.span,
        label="their errors are far smaller than the differences among them"
        if evidence.known
        else f"each has {float(np.min(evidence.rows)):.0f} rows of data or more",
        help=f"take `{name}` out of `noncentered`: what data know well is easier to sample so",
    )


# --- evidence ------------------------------------------------------------------------------


def _evidence(facts: Facts, one: Effects) -> Evidence | None:
    """What all that depends on some effects says of each; None where that is not known."""
    name = one.sample.name
    uses: list[tuple[Predictor, Term]] = []
    for user in facts.graph.users(name):
        own = predictors(facts.graph, [user]) if isinstance(user, ir.Sample) else ()
        found = [(predictor, term) for predictor in own for term in predictor.of(name)]
        by_cell = all(
            term.path is not None and set(term.expr.dims) <= set(user.dims) for _, term in found
        )
        if not found or not by_cell or _hidden(facts, found, name):
            return None
        uses += found
    parts = [_of_use(facts, one, predictor, term) for predictor, term in uses]
    if len(parts) == 1:
        return parts[0]
    return Evidence(np.sum([part.rows for part in parts], axis=0), None) if parts else None


def _hidden(facts: Facts, found: list[tuple[Predictor, Term]], name: str) -> bool:
    """Whether effects enter an outcome in a way besides, of which nothing is known."""
    predictor = found[0][0]
    others = [v for n, v in predictor.family.arguments if n != predictor.parameter]
    opaque = [term.expr for term in predictor.terms if not term.latent]
    return any(name in facts.graph.on(node) for node in (*others, *opaque))


def _of_use(facts: Facts, one: Effects, predictor: Predictor, term: Term) -> Evidence:
    effect, user, family = one.sample, predictor.outcome, predictor.family
    shape = facts.shape(effect.dims)
    assert term.path is not None
    numbers = np.arange(math.prod(shape), dtype=float).reshape(shape)
    which = facts.array(term.path, user.dims, **{effect.name: numbers})
    times = facts.array(term.expr, user.dims, **{effect.name: np.ones(shape)})
    counted = facts.counted(user) if user.observed else np.ones(which.shape, bool)
    there = counted & np.isfinite(times) & np.isfinite(which)
    at = which[there].astype(int)
    rows = np.bincount(at, times[there] != 0, numbers.size)
    enough = not one.noncentred and np.median(rows) >= FEW and not _is_counted(family)
    if enough or not user.observed:
        return Evidence(rows, None)
    if family.family == "LogNormal" or FAMILIES[family.family].location_scale:
        return _of_numbers(facts, effect, predictor, at, times, there, rows)
    if not term.is_level:
        return Evidence(rows, None)
    counts = np.bincount(at, facts.observed(user)[there], numbers.size)
    if predictor.link == "log" and family.family == "Poisson":
        return _of_counts(counts, rows, None)
    if predictor.link == "logit" and family.family == "Bernoulli":
        return _of_counts(counts, rows, rows)
    if predictor.link == "logit" and family.family == "Binomial":
        total = dict(family.arguments)["total_count"]
        if not facts.graph.on(total):
            each = facts.array(total, user.dims)[there]
            return _of_counts(counts, rows, np.bincount(at, each, numbers.size))
    return Evidence(rows, None)


def _is_counted(family: ir.Dist) -> bool:
    """Whether a row is worth as much as it has events."""
    return family.kind != "real"


def _of_numbers(
    facts: Facts,
    effect: ir.Sample,
    predictor: Predictor,
    at: Array,
    times: Array,
    there: Array,
    rows: Array,
) -> Evidence:
    """Effects on numbers with normal errors, told apart from all else by least squares."""
    user = predictor.outcome
    scale = dict(predictor.family.arguments)["scale"]
    known = not facts.graph.on(scale)
    values = facts.observed(user)[there]
    if predictor.family.family == "LogNormal":
        values = np.log(values)
    weights = facts.array(scale, user.dims)[there] ** -2.0 if known else np.ones(len(at))
    if not (np.isfinite(weights).all() and np.isfinite(values).all()):
        return Evidence(rows, None)
    fit = _Own(at, times[there], weights, len(rows))
    others = [
        column.values
        for column in columns(facts, predictor, learned=True)
        if column.latent.name != effect.name and len(column.values) == len(at)
    ]
    lost = 0
    if others:
        design = np.column_stack(others)
        left, right = fit.rest(design), fit.rest(values)
        root = np.sqrt(weights)
        slopes, _, lost, _ = np.linalg.lstsq(left * root[:, None], right * root, rcond=1e-9)
        values = values - design @ slopes
    seen = fit.weight > 0
    freedom = len(at) - int(np.sum(seen)) - lost
    error = float(np.sum(weights * fit.rest(values) ** 2))
    if not known and (freedom < 1 or error <= 0):
        return Evidence(rows, None)
    precision = fit.weight * (1.0 if known else freedom / error)
    return Evidence(rows, _ratio(fit.effects(values)[seen], precision[seen]), known)


class _Own:
    """The columns of effects: each row has one element, `at`, times a number."""

    def __init__(self, at: Array, times: Array, weights: Array, size: int) -> None:
        self.at, self.times, self.weights, self.size = at, times, weights, size
        self.weight = np.bincount(at, weights * times**2, size)

    def effects(self, values: Array) -> Array:
        """The effects by least squares, of values that hold nothing else."""
        total = np.bincount(self.at, self.weights * self.times * values, self.size)
        found: Array = total / np.where(self.weight > 0, self.weight, 1.0)
        return found

    def rest(self, values: Array) -> Array:
        """Values, or columns of them, without what the effects explain."""
        if values.ndim == 1:
            rest: Array = values - self.times * self.effects(values)[self.at]
            return rest
        return np.column_stack([self.rest(column) for column in values.T])


def _of_counts(counts: Array, rows: Array, trials: Array | None) -> Evidence:
    """Effects on the logarithm of a rate, or on log odds; an event is worth a row."""
    seen = rows > 0
    counts = counts[seen]
    worth = np.zeros(len(rows))
    if trials is None:
        worth[seen] = counts
        return Evidence(worth, _ratio(np.log((counts + 0.5) / rows[seen]), counts + 0.5))
    trials = trials[seen]
    share = float(np.sum(counts) / max(float(np.sum(trials)), 1.0))
    worth[seen] = 4 * share * (1 - share) * trials  # as many as there are where one in two succeeds
    odds = np.log((counts + 0.5) / (trials - counts + 0.5))
    own = (counts + 0.5) / (trials + 1)
    return Evidence(worth, _ratio(odds, (trials + 1) * own * (1 - own)))


def _ratio(means: Array, precision: Array) -> Array | None:
    """The variance among effects, beyond that of their errors, by the error variance of each."""
    if len(means) < 2:
        return None
    among = max(0.0, float(np.var(means, ddof=1) - np.mean(1 / precision)))
    found: Array = among * precision
    return found
