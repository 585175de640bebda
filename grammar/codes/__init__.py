"""Every code that an error or a warning can have, explained: data, from which pages are made."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    axes,
    backends,
    blocks,
    data,
    lints,
    lints_of_data,
    names,
    predictions,
    run,
    syntax,
    types,
    warnings,
    warnings_of_data,
)
from .row import Code, Example, Step

__all__ = ["CODES", "FAMILIES", "Code", "Example", "Step"]

FAMILIES: Mapping[str, str] = {
    "B1": "Reading a spec",
    "B2": "Names, plates and axes",
    "B3": "Types and ranges",
    "B4": "Methods, settings and back-ends",
    "B5": "Data",
    "B6": "Running",
    "W2": "Warnings about a spec",
    "W5": "Warnings about data",
    "W6": "Warnings about draws",
}
"""What the codes of each family are about."""

_ROWS = (
    *syntax.ROWS,
    *names.ROWS,
    *axes.ROWS,
    *blocks.ROWS,
    *types.ROWS,
    *backends.ROWS,
    *data.ROWS,
    *predictions.ROWS,
    *run.ROWS,
    *warnings.ROWS,
    *warnings_of_data.ROWS,
    *lints.ROWS,
    *lints_of_data.ROWS,
)

CODES: Mapping[str, Code] = {row.code: row for row in sorted(_ROWS, key=lambda row: row.code)}
"""Every code, in order."""
