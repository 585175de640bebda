"""Distributions that a back-end lacks, replaced by what their row says they are."""

from __future__ import annotations

from typing import Any

from .. import ir
from ..inline import distribution_text
from ..tables.families import FAMILIES
from ..walk import every, transform


def lower_families(model: ir.Model, backend: str) -> ir.Model:
    def change(node: Any) -> Any:
        if not isinstance(node, ir.Dist):
            return node
        row = FAMILIES[node.family]
        form = row.forms[node.form]
        if row.target(form, backend) is not None:
            return node
        lowered = distribution_text(form.lowering, dict(node.arguments), node, model)
        return change(lowered) if isinstance(lowered, ir.Dist) else lowered

    return every(model, lambda statement: transform(statement, change))
