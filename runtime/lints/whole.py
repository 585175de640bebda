"""Outcomes whose values do not fit a distribution over all numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...compiler.lints.outcome import unbounded_shares
from ...compiler.lints.predictor import family_of, has_location
from ...grammar.diagnostics import Diagnostic, Note
from .facts import Facts

_DISTINCT = 30
_ZEROS, _SHARE = 3, 0.05  # so many zeros, and so large a share
_AROUND = 3.0  # standard deviations around the mean


def near_ends(facts: Facts) -> Iterator[Diagnostic]:
    """W205 only where the values of a share come near 0 or 1."""
    for sample, found in unbounded_shares(facts.model):
        values = facts.observed(sample)[facts.counted(sample)]
        reach = _AROUND * float(values.std()) if values.size else 0.0
        if values.size and not reach < float(values.mean()) < 1 - reach:
            yield found


def whole_outcomes(facts: Facts) -> Iterator[Diagnostic]:
    """W219 for an outcome over all numbers whose values are 0 and 1, or small counts with zeros."""
    for sample, datum in facts.outcomes():
        family = family_of(sample.distribution)
        if datum.kind != "real" or family is None or not has_location(family):
            continue
        values = facts.observed(sample)[facts.counted(sample)]
        distinct = np.unique(values)
        if not 1 < len(distinct) <= _DISTINCT or np.any(distinct < 0) or np.any(distinct % 1):
            continue
        binary = len(distinct) == 2 and distinct[1] == 1 and distinct[0] == 0
        zeros = np.sum(values == 0)
        if not binary and (zeros < _ZEROS or zeros < _SHARE * values.size):
            continue
        what, word, instead = (
            ("0 and 1 only", "binary", "Bernoulli(logits = …)")
            if binary
            else ("whole numbers, many of them 0", "count", "Poisson(log_rate = …)")
        )
        yield Diagnostic(
            "W219",
            f"`{datum.name}` is {what}, and `{family.family}` gives any number",
            sample.distribution.span,
            notes=(Note(datum.span, "declared here"),),
            help=f"declare it `{word}`, and draw it from `{instead}`",
        )
