"""Vectors with a fixed element or a fixed sum, written by what is free in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import ir
from ..ir.walk import rebuild
from ..lowering.supports import support


def lower_structure(model: ir.Model, backend: str) -> ir.Model:
    """`Pinned` → its free elements and an insertion; `SumToZero` → a flat vector and a term."""
    plates = {p.name: p for p in model.plates}
    statements = tuple(new for s in model.statements for new in _free(s, plates))
    generated = tuple(new for s in model.generated for new in _free(s, plates))
    return replace(model, statements=statements, generated=generated, plates=tuple(plates.values()))


def _free(statement: ir.Statement, plates: dict[str, ir.Plate]) -> list[ir.Statement]:
    match statement:
        case ir.Sample(distribution=ir.Pinned() as pinned):
            return _pinned(statement, pinned, plates)
        case ir.Sample(distribution=ir.SumToZero() as zero):
            return _sum_to_zero(statement, zero)
    return [statement]


def _pinned(
    sample: ir.Sample, pinned: ir.Pinned, plates: dict[str, ir.Plate]
) -> list[ir.Statement]:
    axis = pinned.axis
    short = f"{axis.plate}_free"
    plates.setdefault(short, ir.Plate(short, short_of=axis.plate))
    free = ir.Dim(short)
    name = f"{sample.name}_free"

    def swap(dims: ir.Dims) -> ir.Dims:
        return tuple(free if d == axis else d for d in dims)

    def shorten(node: Any) -> Any:
        """Parameters over the pinned axis lose that element too."""
        if isinstance(node, ir.Distribution):
            return replace(rebuild(node, shorten), dims=swap(node.dims))
        if axis not in node.dims:
            return node
        return ir.Drop(
            node, axis, free, pinned.position, dims=swap(node.dims), kind=node.kind, span=node.span
        )

    base = shorten(pinned.base)
    ref = ir.Ref(name, dims=swap(sample.dims), span=sample.span)
    whole = ir.Insert(
        ref, axis, free, pinned.position, pinned.value, dims=sample.dims, span=sample.span
    )
    return [
        ir.Sample(
            name,
            swap(sample.dims),
            base,
            support(base),
            sample.observed,
            made=True,
            span=sample.span,
        ),
        ir.Define(sample.name, sample.dims, whole, True, span=sample.span),
    ]


def _sum_to_zero(sample: ir.Sample, zero: ir.SumToZero) -> list[ir.Statement]:
    flat = ir.Flat(None, None, dims=sample.dims, event=(zero.axis,), span=zero.span)
    value = ir.Ref(sample.name, dims=sample.dims, span=sample.span)
    density = ir.LogProb(zero.base, value, dims=sample.dims, span=sample.span)
    return [
        ir.Sample(sample.name, sample.dims, flat, sample.support, span=sample.span),
        ir.Term(
            f"{sample.name}_prior", sample.dims, density, None, (sample.name,), True, sample.span
        ),
    ]
