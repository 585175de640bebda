"""Non-centred parametrisation: `x ~ Normal(m, s)` as `x = m + s * x_standard` (Papaspiliopoulos
et al. 2007), where the spec's `noncentered` setting asks for it."""

from __future__ import annotations

from dataclasses import replace

from ...grammar.diagnostics import BackendError, Diagnostic, did_you_mean
from .. import ir
from ..lowering.wording import listed
from ..tables.families import FAMILIES

_ABLE = ["MultivariateNormal", *(r.name for r in FAMILIES.values() if r.location_scale)]


def asked(model: ir.Model) -> tuple[str, ...]:
    """The names in the `noncentered` setting."""
    value = dict(model.inference.settings).get("noncentered", ())
    if isinstance(value, str):
        return (value,)
    return tuple(str(name) for name in value) if isinstance(value, list | tuple) else ()


def noncentre(model: ir.Model, backend: str) -> ir.Model:
    """Raises BackendError (B402) where a name is not a latent of a location-scale family."""
    names = asked(model)
    latents = {s.name: s for s in model.statements if isinstance(s, ir.Sample) and not s.observed}
    for name in names:
        if name not in latents:
            close = did_you_mean(name, latents)
            raise BackendError(
                Diagnostic(
                    "B402",
                    f"`noncentered`: there is no latent `{name}`",
                    model.inference.span,
                    help=close,
                )
            )
        _check(latents[name], model)
    statements: list[ir.Statement] = []
    for statement in model.statements:
        if isinstance(statement, ir.Sample) and statement.name in names:
            statements += _split(statement)
        else:
            statements.append(statement)
    return replace(model, statements=tuple(statements))


def _check(sample: ir.Sample, model: ir.Model) -> None:
    d = sample.distribution
    if not (
        isinstance(d, ir.Dist)
        and (FAMILIES[d.family].location_scale or d.family == "MultivariateNormal")
    ):
        raise BackendError(
            Diagnostic(
                "B402",
                f"`noncentered`: `{sample.name}` is not of a location-scale family",
                sample.span,
                help=f"{listed(_ABLE, 'and')} can be non-centred",
            )
        )
    if (
        isinstance(d, ir.Dist)
        and d.family == "MultivariateNormal"
        and "scale_tril" not in dict(d.arguments)
    ):
        raise BackendError(
            Diagnostic(
                "B402",
                f"`noncentered`: `{sample.name}` needs `scale_tril`",
                sample.span,
                help="write `MultivariateNormal(loc, scale_tril = s * L)`",
            )
        )


def _split(sample: ir.Sample) -> tuple[ir.Statement, ...]:
    d = sample.distribution
    assert isinstance(d, ir.Dist)
    raw = f"{sample.name}_standard"
    if d.family == "MultivariateNormal":
        return _split_multivariate(sample, d, raw)
    zero, one = ir.Literal(0.0, span=d.span), ir.Literal(1.0, span=d.span)
    arguments = dict(d.arguments)
    loc, scale = arguments["loc"], arguments["scale"]
    standard = replace(
        d, arguments=tuple((n, {"loc": zero, "scale": one}.get(n, v)) for n, v in d.arguments)
    )
    value: ir.Expr = ir.Ref(raw, dims=sample.dims, span=sample.span)
    value = ir.Binary("*", scale, value, dims=sample.dims, span=sample.span)
    if loc != zero and loc != ir.Literal(0, kind="int"):
        value = ir.Binary("+", loc, value, dims=sample.dims, span=sample.span)
    return (
        ir.Sample(raw, sample.dims, standard, ir.Support("real"), made=True, span=sample.span),
        ir.Define(sample.name, sample.dims, value, True, span=sample.span),
    )


def _split_multivariate(sample: ir.Sample, d: ir.Dist, raw: str) -> tuple[ir.Statement, ...]:
    """x = loc + L z, with z standard normal over the same axes."""
    arguments = dict(d.arguments)
    (axis,) = d.event
    column = ir.Dim(axis.plate, axis.prime + 1)
    z = ir.Ref(raw, dims=sample.dims, span=sample.span)
    tril = arguments["scale_tril"]
    moved = ir.Reaxis(
        z, axis, column, dims=tuple(column if x == axis else x for x in z.dims), span=sample.span
    )
    value: ir.Expr = ir.Contract(moved, tril, column, column, dims=sample.dims, span=sample.span)
    loc = arguments["loc"]
    while isinstance(loc, ir.Expand):
        loc = loc.base
    if not (isinstance(loc, ir.Literal) and loc.value == 0):
        value = ir.Binary("+", loc, value, dims=sample.dims, span=sample.span)
    normal = ir.Dist(
        "Normal",
        0,
        (("loc", ir.Literal(0.0)), ("scale", ir.Literal(1.0))),
        dims=sample.dims,
        span=d.span,
    )
    return (
        ir.Sample(raw, sample.dims, normal, ir.Support("real"), made=True, span=sample.span),
        ir.Define(sample.name, sample.dims, value, True, span=sample.span),
    )
