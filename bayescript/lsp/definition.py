"""Where the word at a cursor was declared."""

from __future__ import annotations

from ..grammar.source import Span
from .analysis import Analysis
from .cursors import cursor_at
from .resolve import resolve


def definition(analysis: Analysis, offset: int) -> Span | None:
    """The name in the statement that declares what stands at an offset."""
    found = resolve(cursor_at(analysis.source, offset), analysis.symbols)
    return found.symbol.span if found is not None and found.symbol is not None else None
