"""Missing cells: of an outcome they do not count, of what others depend on they are latent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import ir
from ..ir.walk import names, rebuild
from ..lowering.missing import cells_plate, support_of_cells
from ..tables.constraints import CONSTRAINTS
from .fresh import fresh


def lower_missing(model: ir.Model, backend: str) -> ir.Model:
    for datum in model.data:
        sample = next(
            (s for s in model.statements if isinstance(s, ir.Sample) and s.name == datum.name), None
        )
        if datum.optional and sample is not None:
            model = (_imputed if datum.imputed else _masked)(model, datum, sample)
    return model


def _ref(datum: ir.Data) -> ir.Ref:
    return ir.Ref(datum.name, dims=datum.dims, kind=datum.kind, span=datum.span)


# --- outcomes ------------------------------------------------------------------------------


def _masked(model: ir.Model, datum: ir.Data, sample: ir.Sample) -> ir.Model:
    """A mask for what is known; what stands in the other cells lies in the support."""
    value, batch = _ref(datum), sample.dims[: len(sample.dims) - len(sample.distribution.event)]
    missing = ir.Call("_is_missing", (value,), dims=datum.dims, kind="bool")
    cells: ir.Expr = ir.Unary("not", missing, dims=datum.dims, kind="bool")
    name = fresh(model, f"{datum.name}_known")
    defined: ir.Expr = cells
    if batch != datum.dims:
        event = datum.dims[len(batch) :]
        defined = ir.Reduce("all", cells, event, dims=batch, kind="bool")
    known: ir.Expr = ir.Ref(name, dims=batch, kind="bool")
    filled = ir.Where(
        known if batch == datum.dims else cells,
        value,
        value_inside(sample),
        dims=datum.dims,
        kind=datum.kind,
    )
    d = sample.distribution
    if isinstance(d, ir.Censored) and d.low is not None and d.high is not None:
        # Where it is known to lie between two ends, the value itself need not be known.
        dims = tuple(x for x in batch if x in d.low.dims or x in d.high.dims)
        between = ir.Binary("<", d.low, d.high, dims=dims, kind="bool")
        known = ir.Binary("or", known, between, dims=batch, kind="bool")
    mask = known
    if sample.mask is not None:
        mask = ir.Binary("and", sample.mask, known, dims=batch, kind="bool")
    changed = replace(sample, mask=mask, value=filled)
    define = ir.Define(name, batch, defined, False, "data", "bool", True, sample.span)
    others = [changed if s is sample else s for s in model.statements]
    return replace(model, statements=(define, *others))


def value_inside(sample: ir.Sample) -> ir.Expr:
    """A value that the distribution gives."""
    found = sample.support
    if sample.distribution.kind != "real":
        return ir.Literal(0, kind="int")
    if found.constraint == "simplex":
        size = ir.Size(sample.dims[-1].plate, kind="int")
        return ir.Binary("/", ir.Literal(1, kind="int"), size)
    lower, upper = found.lower, found.upper
    row = CONSTRAINTS[found.constraint]
    if lower is None and row.lower is not None:
        lower = ir.Literal(float(row.lower))
    if upper is None and row.upper is not None:
        upper = ir.Literal(float(row.upper))
    half = ir.Literal(0.5)
    if found.constraint == "unit":
        return half
    if lower is not None and upper is not None:
        dims = tuple(dict.fromkeys((*lower.dims, *upper.dims)))
        return ir.Binary("*", half, ir.Binary("+", lower, upper, dims=dims), dims=dims)
    if upper is not None:
        return ir.Binary("-", upper, half, dims=upper.dims)
    if lower is None or (isinstance(lower, ir.Literal) and lower.value == 0):
        return half
    return ir.Binary("+", lower, half, dims=lower.dims)


# --- what others depend on -----------------------------------------------------------------


def _imputed(model: ir.Model, datum: ir.Data, sample: ir.Sample) -> ir.Model:
    """A latent vector of the missing cells, put into the data."""
    support = support_of_cells(datum, sample)
    assert support is not None, "checked when the model was made"
    plate = ir.Plate(cells_plate(datum))
    axis = ir.Dim(plate.name)
    where, whole = fresh(model, f"{datum.imputed}_at"), fresh(model, f"{datum.name}_whole")
    at = ir.Ref(where, dims=(axis,), kind="index")
    value = ir.Ref(datum.imputed, dims=(axis,))
    flat = ir.Flat(support.lower, support.upper, dims=(axis,), event=(axis,))
    filled = ir.Fill(_ref(datum), at, value, dims=datum.dims)
    positions = ir.Missing(_ref(datum), dims=(axis,), kind="index")
    made: list[ir.Statement] = [
        ir.Define(where, (axis,), positions, False, "data", "index", True, sample.span),
        ir.Sample(datum.imputed, (axis,), flat, support, span=sample.span),
        ir.Define(whole, datum.dims, filled, False, "density", "real", True, sample.span),
    ]
    latent = {whole}

    def change(node: Any) -> Any:
        if isinstance(node, ir.Ref) and node.name == datum.name:
            return replace(node, name=whole)
        return rebuild(node, change)

    early: list[ir.Statement] = []
    for statement in model.statements:
        new = change(statement)
        if statement is sample:
            new = replace(new, value=ir.Ref(whole, dims=datum.dims))
        if isinstance(new, ir.Define) and new.stage == "data":
            if names(new) & latent:
                latent.add(new.name)
                new = replace(new, stage="density")
            else:
                early.append(new)
                continue
        made.append(new)
    return replace(
        model,
        statements=(*early, *made),
        plates=(*model.plates, plate),
        generated=tuple(map(change, model.generated)),
    )
