"""Priors that were meant to say nothing, and say much: Gamma(ε, ε)."""

from __future__ import annotations

from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic
from .. import ir
from .graph import Graph
from .priors import literal

SMALL = 0.01


def vague_gammas(model: ir.Model) -> Iterator[Diagnostic]:
    """W213 for a latent with a Gamma or InverseGamma prior, both of whose numbers are tiny."""
    for latent in Graph(model).draws():
        d = latent.distribution
        if not isinstance(d, ir.Dist) or d.family not in ("Gamma", "InverseGamma"):
            continue
        given = [literal(value) for _, value in d.arguments]
        if any(value is None or value > SMALL for value in given):
            continue
        yield Diagnostic(
            "W213",
            f"the prior of `{latent.name}` is not vague: it piles up at 0 and has no end",
            d.span,
            help="give the standard deviation itself a prior in its own units, such as "
            "`sigma ~ HalfNormal(1)`",
        )
