"""A `param` under MCMC: a latent whose density is flat on its range."""

from __future__ import annotations

from dataclasses import replace

from .. import ir


def flatten_params(model: ir.Model, backend: str) -> ir.Model:
    """Optimisers learn a `param`; samplers see it as Stan sees a parameter without a prior."""
    return replace(model, statements=tuple(map(_flat, model.statements)))


def _flat(statement: ir.Statement) -> ir.Statement:
    if not isinstance(statement, ir.Param):
        return statement
    s = statement
    flat = ir.Flat(s.support.lower, s.support.upper, dims=s.dims, span=s.span)
    return ir.Sample(s.name, s.dims, flat, s.support, span=s.span)
