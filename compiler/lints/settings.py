"""Changes that put a setting into a spec, on either surface."""

from __future__ import annotations

from ...grammar.diagnostics import Fix
from ...grammar.source import NOWHERE, Span
from .. import ir


def with_setting(model: ir.Model, name: str, value: str) -> tuple[Fix, ...]:
    """The ways to say a setting; which of them fits the text, `fixes` finds out."""
    if name in dict(model.inference.settings):
        return ()
    if model.inference.span != NOWHERE:
        end = Span(model.inference.span.end, model.inference.span.end)
        return Fix(end, f"\n  {name} = {value}"), Fix(end, f"\n  {name}: {value}")
    nodes = (*model.plates, *model.data, *model.statements, *model.generated, *model.guide)
    last = max(node.span.end for node in nodes)
    end = Span(last, last)
    return (
        Fix(end, f"\n\ninfer nuts\n  {name} = {value}"),
        Fix(end, f"\n\ninference:\n  method: nuts\n  {name}: {value}"),
    )
