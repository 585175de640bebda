"""The columns by which the coefficients of a linear predictor are multiplied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...compiler import ir
from ...compiler.lints.predictor import Predictor, Term
from ...compiler.lints.priors import Prior
from ...grammar.source import Span
from ..binding.tables import Array
from .facts import Facts

_MANY = 200  # elements of one latent: more are groups, of which nobody asks for a column each
_CELLS = 30_000_000  # of all columns together

_NUMBERS = frozenset({
    "real", "positive", "nonnegative", "unit", "greater_than", "less_than", "interval",
    "real_vector", "ordered_vector", "positive_ordered_vector", "pinned", "sum_to_zero",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What one coefficient is multiplied by in each row that counts; its prior is `scale` wide."""

    latent: ir.Sample | ir.Param
    terms: tuple[Term, ...]
    name: str
    values: Array
    loc: float
    scale: float

    @property
    def span(self) -> Span:
        """Where the coefficient stands in the text."""
        return self.terms[0].place.span

    @property
    def sd(self) -> float:
        return float(self.values.std())

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def size(self) -> float:
        """The root of the mean square."""
        return math.sqrt(float(np.mean(self.values**2)))

    @property
    def is_constant(self) -> bool:
        return self.sd <= 1e-9 * self.size


def columns(facts: Facts, predictor: Predictor, learned: bool = False) -> list[Column]:
    """A column for each coefficient, with `learned` also of those whose prior is; of long vectors,
    none."""
    key = (predictor.outcome.name, predictor.parameter, learned)
    if key not in facts.made:
        facts.made[key] = _columns(facts, predictor, learned)
    found: list[Column] = facts.made[key]
    return found


def _columns(facts: Facts, predictor: Predictor, learned: bool) -> list[Column]:
    sample = predictor.outcome
    rows = np.asarray(facts.counted(sample).any(axis=_events(sample)))
    batch = tuple(d for d in sample.dims if d not in sample.distribution.event)
    opaque = frozenset[str]().union(
        *(facts.graph.on(term.expr) for term in predictor.terms if not term.latent)
    )
    found: list[Column] = []
    for name in dict.fromkeys(term.latent for term in predictor.terms if term.latent):
        latent = facts.graph.latents[name]
        if name in opaque or latent.support.constraint not in _NUMBERS:
            continue
        size = math.prod(facts.shape(latent.dims))
        if size > _MANY or (len(found) + size) * rows.size > _CELLS:
            continue
        terms = [term for term in predictor.terms if term.latent == name]
        if all(set(term.expr.dims) <= set(batch) for term in terms):
            found += _of_latent(facts, latent, terms, batch, rows, learned)
    return found


def _events(sample: ir.Sample) -> tuple[int, ...]:
    return tuple(i for i, d in enumerate(sample.dims) if d in sample.distribution.event)


def _of_latent(
    facts: Facts,
    latent: ir.Sample | ir.Param,
    terms: list[Term],
    batch: ir.Dims,
    rows: Array,
    learned: bool,
) -> Iterator[Column]:
    prior = facts.prior(latent) or (Prior(0.0, math.nan) if learned else None)
    if prior is None:
        return
    shape = facts.shape(latent.dims)
    loc, scale = (np.broadcast_to(value, shape) for value in (prior.loc, prior.scale))
    for place, direction in _directions(facts, latent, shape):
        values = sum(
            facts.array(term.expr, batch, **{latent.name: direction})[rows] for term in terms
        )
        labels = [
            str(facts.bound.coords[dim.plate][at])
            for dim, at in zip(latent.dims, place, strict=True)
        ]
        name = latent.name + (f"[{', '.join(labels)}]" if labels else "")
        values = np.asarray(values)
        if np.isfinite(values).all() and values.size:
            yield Column(latent, tuple(terms), name, values, float(loc[place]), float(scale[place]))


def _directions(
    facts: Facts, latent: ir.Sample | ir.Param, shape: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """The directions in which a latent can move: one for each element that is free."""
    d = latent.distribution if isinstance(latent, ir.Sample) else None
    fixed = -1
    if isinstance(d, ir.Pinned):
        fixed = int(facts.array(d.position, ()))
    if isinstance(d, ir.SumToZero):
        fixed = shape[-1] - 1
    for place in np.ndindex(*shape):
        if fixed >= 0 and place[-1] == fixed:
            continue
        direction = np.zeros(shape)
        direction[place] = 1.0
        if isinstance(d, ir.SumToZero):
            direction[(*place[:-1], fixed)] = -1.0
        yield place, direction


def responses(facts: Facts, predictor: Predictor) -> Array:
    """The values of an outcome on the scale of its `loc`."""
    values = facts.observed(predictor.outcome)[facts.counted(predictor.outcome)]
    if predictor.transform == "log":
        values = np.log(values)
    elif predictor.transform == "logit":
        values = np.log(values) - np.log1p(-values)
    found: Array = values[np.isfinite(values)]
    return found
