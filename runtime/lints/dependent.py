"""Coefficients that the data cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...compiler.lowering.wording import listed
from ...grammar.diagnostics import Diagnostic, Note
from ..binding.tables import Array
from .design import Column, columns, responses
from .facts import Facts

WIDE = 30.0  # times the outcome's spread: a prior that settles nothing
_RANK = 1e-7  # singular values of columns of length 1, beside the largest
_SHARE = 1e-4
_BLOCK = 20_000


def dependent_columns(facts: Facts) -> Iterator[Diagnostic]:
    """W217 where columns with flat or very wide priors depend on one another."""
    for predictor in facts.predictors:
        spread = 1.0  # behind a link
        if predictor.parameter == "loc":
            values = responses(facts, predictor)
            spread = float(values.std()) if values.size else 0.0
        found = [
            column
            for column in columns(facts, predictor)
            if column.scale * column.size >= WIDE * spread or np.isinf(column.scale)
        ]
        empty = [column for column in found if column.size == 0]
        full = [column for column in found if column.size > 0]
        for column in empty:
            yield Diagnostic(
                "W217",
                f"`{column.name}` is multiplied by 0 in every row: the data say nothing of it",
                column.span,
                help="leave it out, or give it a prior that says what it could be",
            )
        if len(full) > 1:
            yield from _together(full)


def _together(found: list[Column]) -> Iterator[Diagnostic]:
    rows = len(found[0].values)
    whole = np.column_stack([c.values / (np.sqrt(rows) * c.size) for c in found])
    _, sizes, directions = np.linalg.svd(_triangle(whole))
    lost = len(found) - int(np.sum(sizes > _RANK * sizes[0]))
    if not lost:
        return
    weights = np.abs(directions[len(found) - lost :]).max(axis=0)
    parts = [c for c, weight in zip(found, weights, strict=True) if weight > _SHARE]
    names = list(dict.fromkeys(c.latent.name for c in parts))
    places = {c.latent.name: c.span for c in parts}
    first, *others = names
    why = f"{len(found)} coefficients, and {rows} rows" if rows < len(found) else ""
    yield Diagnostic(
        "W217",
        f"the data cannot tell the elements of `{first}` apart"
        if not others
        else f"the data cannot tell {listed(names, 'and')} apart",
        places[first],
        label=why or "the columns add up to one another",
        notes=tuple(Note(places[name], "with this") for name in others[:3]),
        help="leave one out, hold one at 0 (`Pinned(…, at = …)`), or give them priors that say "
        "more than these wide ones",
    )


def _triangle(whole: Array) -> Array:
    """The triangle of a QR decomposition, made block by block: as exact, with less memory."""
    found: Array = np.zeros((0, whole.shape[1]))
    for start in range(0, len(whole), _BLOCK):
        found = np.linalg.qr(np.vstack([found, whole[start : start + _BLOCK]])).R
    return found
