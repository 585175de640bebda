"""Outcomes whose declared range and whose distribution do not fit one another."""

from __future__ import annotations

from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic, Note
from .. import ir
from .predictor import family_of
from .priors import literal


def shares(model: ir.Model) -> Iterator[Diagnostic]:
    """W205 for a share, from 0 to 1, that is drawn from a distribution over all numbers."""
    for _, found in unbounded_shares(model):
        yield found


def unbounded_shares(model: ir.Model) -> Iterator[tuple[ir.Sample, Diagnostic]]:
    """Such outcomes, and what is said of them."""
    for statement in model.statements:
        if not isinstance(statement, ir.Sample) or not statement.observed:
            continue
        datum = model.datum(statement.name)
        family = family_of(statement.distribution)
        if datum is None or family is None or statement.support.constraint != "real":
            continue
        if _is_share(datum):
            name = datum.name
            yield (
                statement,
                Diagnostic(
                    "W205",
                    f"`{name}` lies between 0 and 1, and `{family.family}` gives any number",
                    statement.distribution.span,
                    notes=(Note(datum.span, "declared here"),),
                    help="draw it from `Beta(m * phi, (1 - m) * phi)`, in a `Hurdle` where it can "
                    f"be 0; or draw its log odds: `let z = logit({name})`",
                ),
            )


def _is_share(datum: ir.Data) -> bool:
    bounds = [None if b is None else literal(b) for b in (datum.lower, datum.upper)]
    return datum.type == "unit" or (datum.kind == "real" and bounds == [0.0, 1.0])
