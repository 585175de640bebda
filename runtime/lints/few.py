"""Spreads that are to be learned from a single value."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...compiler import ir
from ...compiler.lints.predictor import family_of, has_location
from ...grammar.diagnostics import Diagnostic, Note
from .facts import Facts


def single_elements(facts: Facts) -> Iterator[Diagnostic]:
    """W211 for a plate of one element where what lies along it has a spread that is learned."""
    graph = facts.graph
    for statement in facts.model.statements:
        if not isinstance(statement, ir.Sample) or not statement.dims:
            continue
        family = family_of(statement.distribution)
        scale = dict(family.arguments).get("scale") if family is not None else None
        if family is None or scale is None or not (has_location(family) or _is_log(family)):
            continue
        learned = [graph.latents[n] for n in sorted(graph.on(scale)) if n in graph.latents]
        own = [d for d in statement.dims if all(d not in latent.dims for latent in learned)]
        plate = next((facts.model.plate(d.plate) for d in own), None)
        if not learned or plate is None or math.prod(facts.shape(tuple(own))) != 1:
            continue
        yield Diagnostic(
            "W211",
            f"`{plate.name}` has one element: one `{statement.name}` tells nothing of a spread",
            statement.span,
            notes=(Note(learned[0].span, "to be learned from it"),),
            help=f"leave the plate out, or give `{learned[0].name}` as a number",
        )


def _is_log(family: ir.Dist) -> bool:
    return family.family == "LogNormal"
