"""Outcomes from which nothing can be learnt."""

from __future__ import annotations

from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic
from .. import ir
from .graph import Graph


def idle_outcomes(model: ir.Model) -> Iterator[Diagnostic]:
    """W214 for an outcome whose distribution depends on no latent."""
    graph = Graph(model)
    for statement in model.statements:
        if not isinstance(statement, ir.Sample) or not statement.observed:
            continue
        datum = model.datum(statement.name)
        if graph.on(statement.distribution) or (datum is not None and datum.imputed):
            continue
        yield Diagnostic(
            "W214",
            f"the distribution of `{statement.name}` depends on no latent",
            statement.distribution.span,
            label="only numbers and data",
            help="nothing is learnt from it: use a latent here, or remove the statement",
        )
