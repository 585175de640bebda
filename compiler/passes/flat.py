"""A `param` without a guide to learn it with: a latent whose density is flat on its range."""

from __future__ import annotations

from dataclasses import replace

from .. import ir


def flatten_params(model: ir.Model, backend: str) -> ir.Model:
    """Samplers, and automatic guides, see a `param` as Stan sees a parameter without a prior; with
    a guide of the spec's own it is learned beside the guide's."""
    if model.guide:
        return model
    return replace(model, statements=tuple(map(_flat, model.statements)))


def _flat(statement: ir.Statement) -> ir.Statement:
    if not isinstance(statement, ir.Param):
        return statement
    s = statement
    flat = ir.Flat(s.support.lower, s.support.upper, dims=s.dims, span=s.span)
    return ir.Sample(s.name, s.dims, flat, s.support, span=s.span)
