"""Distributions that a back-end lacks, replaced by what their row says they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import ir
from ..ir.walk import every, transform
from ..lowering.inline import distribution_text
from ..lowering.supports import tighter
from ..tables.families import FAMILIES


def lower_families(model: ir.Model, backend: str) -> ir.Model:
    def change(node: Any) -> Any:
        if isinstance(node, ir.Restricted) and node.normalised:
            return _once(node)
        if not isinstance(node, ir.Dist):
            return node
        row = FAMILIES[node.family]
        form = row.forms[node.form]
        if row.target(form, backend) is not None:
            return node
        lowered = distribution_text(form.lowering, dict(node.arguments), node, model)
        return change(lowered) if isinstance(lowered, ir.Dist) else lowered

    return every(model, lambda statement: transform(statement, change))


def _once(node: ir.Restricted) -> ir.Restricted:
    """What was lowered to a truncated distribution, truncated further, is truncated once."""
    base = node.base
    if not (isinstance(base, ir.Restricted) and base.normalised):
        return node
    lower = tighter("maximum", node.lower, base.lower)
    upper = tighter("minimum", node.upper, base.upper)
    return replace(node, base=base.base, lower=lower, upper=upper)
