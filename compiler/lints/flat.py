"""Parameters that a sampler would give a flat prior without anybody having said so."""

from __future__ import annotations

from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic, Fix
from .. import ir
from .graph import SAMPLERS, method, written
from .priors import literal


def flat_params(model: ir.Model) -> Iterator[Diagnostic]:
    """W204 for each `param` of a model that is sampled; `Flat()`, written out, is a choice."""
    chosen = method(model)
    if chosen not in SAMPLERS or model.guide:
        return
    for statement in model.statements:
        if not isinstance(statement, ir.Param):
            continue
        flat = _flat(statement.support)
        example = f"`{written(statement)} ~ {flat}`" if flat else "`Flat(…)`"
        yield Diagnostic(
            "W204",
            f"`{statement.name}` has no prior, and `{chosen}` takes it for flat",
            statement.span,
            help=f"give it a prior; or say that it is flat, {example}; `infer map` needs none",
            remedies=(Fix(statement.span, f"{written(statement)} ~ {flat}"),) if flat else (),
        )


def _flat(support: ir.Support) -> str:
    """The distribution that is flat on a range; empty where a bound is no number."""
    match support.constraint:
        case "real":
            return "Flat()"
        case "positive":
            return "HalfFlat()"
        case "unit":
            return "Flat(lower = 0, upper = 1)"
    bounds = {"lower": support.lower, "upper": support.upper}
    told = {name: literal(bound) for name, bound in bounds.items() if bound is not None}
    if any(value is None for value in told.values()):
        return ""
    return f"Flat({', '.join(f'{name} = {value:g}' for name, value in told.items())})"
