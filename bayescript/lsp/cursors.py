"""The cursor in a spec on either surface."""

from __future__ import annotations

from ..grammar.source import Source
from . import cursor, yaml_cursor


def cursor_at(source: Source, offset: int) -> cursor.Cursor:
    """What surrounds an offset of a source, however the spec is written."""
    if source.surface == "yaml":
        return yaml_cursor.at(source.text, offset)
    return cursor.at(source.text, offset)
