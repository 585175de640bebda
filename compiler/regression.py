"""Whether a model is a linear regression, whose posterior is nearly normal.

That is asked of a model whose normal outcomes have been written by few rows.
"""

from __future__ import annotations

from . import ir
from .ir.walk import names, walk


def is_regression(model: ir.Model) -> bool:
    """Whether its outcomes are normal, their means linear in latents, and each latent has a prior
    that depends on no other one.

    Then there is one mode, and no funnel.
    """
    defined = {s.name: s for s in model.statements if isinstance(s, ir.Define)}
    data = {d.name for d in model.data} | {n for n, s in defined.items() if s.stage == "data"}
    whole = {n for n, s in defined.items() if isinstance(s.value, ir.Triangle)}
    misfits = [s for s in defined.values() if s.stage == "density" and names(s.value) & whole]
    if not misfits or not all(_linear(s.value, data, defined) for s in misfits):
        return False
    of_misfits = {s.name for s in misfits}
    for statement in model.statements:
        match statement:
            case ir.Sample(observed=True) | ir.Param():
                return False
            case ir.Sample() if not names(statement) <= data:
                return False
            case ir.Term() if not names(statement) & of_misfits:
                return False
    return True


def _linear(node: ir.Expr, data: set[str], defined: dict[str, ir.Define]) -> bool:
    """Whether it is affine in what is no data."""

    def of(inner: ir.Expr) -> bool:
        return _linear(inner, data, defined)

    def known(inner: ir.Expr) -> bool:
        densities = any(isinstance(n, ir.LogProb) for n in walk(inner))
        return not densities and names(inner) <= data

    if known(node):
        return True
    match node:
        case ir.Ref(name):
            return name not in defined or of(defined[name].value)
        case ir.Unary("-", inner) | ir.Reduce("sum" | "mean", inner) | ir.Expand(inner):
            return of(inner)
        case ir.Reaxis(inner) | ir.Drop(inner) | ir.Columns(inner):
            return of(inner)
        case ir.Gather(inner, _, index):
            return of(inner) and known(index)
        case ir.Insert(inner, value=value):
            return of(inner) and of(value)
        case ir.Vector(elements):
            return all(map(of, elements))
        case ir.Binary("+" | "-", left, right):
            return of(left) and of(right)
        case ir.Binary("*", left, right) | ir.Contract(left, right):
            return (of(left) and known(right)) or (known(left) and of(right))
        case ir.Binary("/", left, right):
            return of(left) and known(right)
    return False
