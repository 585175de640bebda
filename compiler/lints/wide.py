"""Priors whose numbers are in no units that a quantity could have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic
from .. import ir
from ..ir.walk import walk
from .graph import Graph, bare
from .priors import Prior, is_half, literal, prior

_LEVEL = 1e6
_SPREAD = 1e4
_UNIFORM_SPREAD = 1000.0
_UNITS = 100.0  # a number in the spec that is this much smaller still tells the units


def wide_priors(model: ir.Model) -> Iterator[Diagnostic]:
    """W207 for a prior so wide that only a quantity in the smallest of units could need it."""
    graph = Graph(model)
    spreads, units = _spreads(graph), _UNITS * _largest(graph)
    for latent in graph.draws():
        found = prior(latent.distribution)
        if found is None or not _is_wide(latent.distribution, found, latent.name in spreads):
            continue
        if found.scale > units:
            d = latent.distribution
            ends = dict(d.arguments) if isinstance(d, ir.Dist) else {}
            high = literal(ends["high"]) if "high" in ends else None
            how = "spreads over" if high is None else "reaches to"
            yield told(latent, f"the prior of `{latent.name}` {how} {shown(high or found.scale)}")


def shown(number: float) -> str:
    """A number with three digits that count, or with all of them before the point."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def told(latent: ir.Sample, message: str, help: str = "") -> Diagnostic:
    """What is said of a prior whose width does not fit."""
    return Diagnostic(
        "W207",
        message,
        latent.distribution.span,
        help=help
        or "take a scale that the quantity could have; a predictor or an outcome in large numbers "
        "is better rescaled: `let z = (x - mean(x)) / sd(x)`",
    )


def _is_wide(distribution: ir.Distribution, found: Prior, is_spread: bool) -> bool:
    if math.isinf(found.scale):  # `Flat()` was written on purpose
        return False
    if isinstance(distribution, ir.Dist) and distribution.family == "Uniform":
        low, high = (literal(value) for _, value in distribution.arguments)
        assert low is not None and high is not None
        return is_spread and low >= 0 and high >= _UNIFORM_SPREAD
    positive = _is_of_spread(distribution)
    return bool(found.scale >= (_SPREAD if positive else _LEVEL))


def _is_of_spread(distribution: ir.Distribution) -> bool:
    """Whether a prior is that of a spread, or of another quantity above 0."""
    return isinstance(distribution, ir.Dist) and (
        is_half(distribution.family) or distribution.family == "Exponential"
    )


def _spreads(graph: Graph) -> set[str]:
    """The latents that are the scale of a distribution."""
    found = set()
    for statement in graph.model.statements:
        for node in walk(statement):
            if isinstance(node, ir.Dist):
                scale = bare(dict(node.arguments).get("scale", ir.Literal(0)))
                if isinstance(scale, ir.Ref):
                    found.add(scale.name)
    return found


def _largest(graph: Graph) -> float:
    """The largest number with which the spec tells in what units it is."""
    told = [end for datum in graph.model.data for end in (datum.lower, datum.upper)]
    for latent in graph.draws():
        told += [
            dict(node.arguments).get("loc")
            for node in walk(latent.distribution)
            if isinstance(node, ir.Dist)
        ]
    numbers = [literal(node) for node in told if node is not None]
    return max((abs(number) for number in numbers if number is not None), default=0.0)
