"""Data that are 0 where a parameter must be above 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...compiler.lints.edge import data_at_zero
from ...grammar.diagnostics import Diagnostic
from .facts import Facts


def present_zeros(facts: Facts) -> Iterator[Diagnostic]:
    """W206 for such data only where a cell is 0."""
    for datum, found in data_at_zero(facts.model):
        if np.any(facts.bound.data[datum.name] == 0):
            yield found
