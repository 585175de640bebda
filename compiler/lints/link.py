"""Priors on a logarithmic scale that leave nothing between 0 and infinity, or 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic
from .. import ir
from .graph import Graph
from .predictor import Link, Predictor, Term, outcomes
from .priors import literal, prior
from .wide import shown

WIDE = 30.0  # exp(30) is 10 million millions, and inv_logit(30) is 1 to 13 digits
_OVERFLOW = 250.0  # with this standard deviation, one draw in a few hundred overflows a float64


def wide_on_links(model: ir.Model) -> Iterator[Diagnostic]:
    """W208 for a level, or the effect of a 0/1 column, whose prior is far wider than its link."""
    graph = Graph(model)
    told: set[str] = set()
    for predictor in outcomes(graph):
        if predictor.link == "identity":
            continue
        for term in predictor.terms:
            latent = graph.latents.get(term.latent)
            if not isinstance(latent, ir.Sample) or latent.name in told:
                continue
            width = _width(graph, latent, term)
            if width is not None and WIDE <= width < math.inf:
                told.add(latent.name)
                yield too_wide(latent, predictor, width)


def too_wide(latent: ir.Sample, predictor: Predictor, width: float) -> Diagnostic:
    """What is said of a prior that is too wide for the link behind it."""
    return Diagnostic(
        "W208",
        f"{_MEANS[predictor.link]}: the prior of `{latent.name}` spreads over {shown(width)}",
        latent.distribution.span,
        help=f"{'`exp` overflows there; ' * (predictor.link == 'log' and width >= _OVERFLOW)}"
        "an effect on such a scale is seldom above 5: `Normal(0, 2.5)` is wide",
    )


_MEANS: dict[Link, str] = {
    "logit": "on the scale of log odds, 10 is nearly certain",
    "log": "on a log scale, 10 is a factor of 22,000",
}


def _width(graph: Graph, latent: ir.Sample, term: Term) -> float | None:
    """The prior's spread on the scale of the link, as far as the spec tells it."""
    found = prior(latent.distribution)
    if found is None or term.path is None:
        return None
    width = float(found.scale)
    for factor in term.factors:
        number = literal(factor)
        if number is None and not _is_binary(graph, factor):
            return None
        width *= 1.0 if number is None else abs(number)
    return width


def _is_binary(graph: Graph, factor: ir.Expr) -> bool:
    datum = graph.model.datum(factor.name) if isinstance(factor, ir.Ref) else None
    return datum is not None and datum.kind == "bool"
