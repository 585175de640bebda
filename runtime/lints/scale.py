"""Priors held against the spread of the data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...compiler import ir
from ...compiler.lints.graph import bare
from ...compiler.lints.link import WIDE, too_wide, wide_on_links
from ...compiler.lints.predictor import Predictor
from ...compiler.lints.wide import shown, told, wide_priors
from ...grammar.diagnostics import Diagnostic
from ..binding.tables import Array
from .design import columns, responses
from .facts import Facts

TIMES = 1000.0


@dataclass(frozen=True, slots=True)
class _Move:
    """How far a prior lets an outcome move, at the most of its elements, and how far there is.

    `at_zero` says that it lies around 0.
    """

    latent: ir.Sample
    width: float
    need: float
    at_zero: bool


def scaled_priors(facts: Facts) -> Iterator[Diagnostic]:
    """W207 for a prior a thousand times as wide as the outcome needs it, or as narrow.

    Where no outcome tells the units of a quantity, what the spec alone shows counts.
    """
    judged: dict[str, ir.Sample] = {}
    for predictor in facts.predictors:
        values = responses(facts, predictor) if predictor.parameter == "loc" else np.zeros(0)
        if values.size < 2 or values.std() == 0:
            continue
        outcome = predictor.outcome.name
        if predictor.transform:
            outcome = f"{predictor.transform}({outcome})"
        moves: dict[str, _Move] = {}
        for move in _moves(facts, predictor, values):
            before = moves.get(move.latent.name, move)
            moves[move.latent.name] = max(before, move, key=lambda m: m.width)
        for name, move in moves.items():
            if name not in judged:
                judged[name] = move.latent
                yield from _held(move, outcome, float(values.std()))
    spans = {latent.distribution.span for latent in judged.values()}
    yield from (one for one in wide_priors(facts.model) if one.span not in spans)


def _moves(facts: Facts, predictor: Predictor, values: Array) -> Iterator[_Move]:
    spread, size = float(values.std()), float(np.sqrt(np.mean(values**2)))
    for column in columns(facts, predictor):
        if isinstance(column.latent, ir.Sample) and math.isfinite(column.scale):
            own, need = (column.size, size) if column.is_constant else (column.sd, spread)
            at_zero = abs(column.loc) <= column.scale
            yield _Move(column.latent, column.scale * own, need, at_zero)
    scale = bare(dict(predictor.family.arguments).get("scale", ir.Literal(0)))
    latent = facts.graph.latents.get(scale.name) if isinstance(scale, ir.Ref) else None
    prior = facts.prior(latent) if isinstance(latent, ir.Sample) else None
    if isinstance(latent, ir.Sample) and prior is not None and np.isfinite(prior.scale).all():
        yield _Move(latent, float(np.max(prior.scale)), spread, False)


def _held(move: _Move, outcome: str, spread: float) -> Iterator[Diagnostic]:
    name = move.latent.name
    if move.width > TIMES * move.need:
        yield told(
            move.latent,
            f"the prior of `{name}` moves `{outcome}` by {shown(move.width)}, and the data reach "
            f"{shown(move.need)}",
        )
    elif move.at_zero and 0 < move.width < spread / TIMES:
        yield told(
            move.latent,
            f"the prior of `{name}` moves `{outcome}` by {shown(move.width)} at most, and the data "
            f"spread over {shown(spread)}",
            help="whatever the data say, it stays near 0: widen it, or take the quantity in other "
            "units",
        )


def scaled_links(facts: Facts) -> Iterator[Diagnostic]:
    """W208 with the columns as they are: for a level and for each coefficient."""
    judged: dict[str, ir.Sample] = {}
    for predictor in facts.predictors:
        if predictor.link == "identity":
            continue
        widest: dict[str, float] = {}
        for column in columns(facts, predictor):
            width = column.scale * (column.size if column.is_constant else column.sd)
            name = column.latent.name
            widest[name] = max(width, widest.get(name, 0.0))
        for name, width in widest.items():
            latent = facts.graph.latents[name]
            if name not in judged and isinstance(latent, ir.Sample) and math.isfinite(width):
                judged[name] = latent
                if width >= WIDE:
                    yield too_wide(latent, predictor, width)
    spans = {latent.distribution.span for latent in judged.values()}
    yield from (one for one in wide_on_links(facts.model) if one.span not in spans)
