"""Predictors on scales that make a posterior hard to explore."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...compiler import ir
from ...compiler.lints.predictor import Predictor
from ...compiler.lowering.wording import brackets
from ...grammar.diagnostics import Diagnostic, Fix
from ...grammar.source import NOWHERE, Span
from .design import Column, columns
from .facts import Facts

FAR = 10.0  # standard deviations from 0
APART = 1000.0


def far_columns(facts: Facts) -> Iterator[Diagnostic]:
    """W218 for predictors beside a level that lie far from 0, or on very different scales."""
    for predictor in facts.predictors:
        found = columns(facts, predictor)
        moving = [column for column in found if not column.is_constant]
        if any(term.is_level for term in predictor.terms) or len(moving) < len(found):
            yield from _uncentred(facts, predictor, found)
        if len(moving) > 1:
            yield from _apart(facts, moving)


def _uncentred(facts: Facts, predictor: Predictor, found: list[Column]) -> Iterator[Diagnostic]:
    told: set[Span] = set()
    for column in found:
        factor = _factor(column)
        place = column.span if factor is None else factor.span
        if column.is_constant or abs(column.mean) <= FAR * column.sd or place in told:
            continue
        told.add(place)
        centred = None if factor is None else _centred(facts, predictor, factor)
        alone = not any(c.is_constant for c in found if c.terms == column.terms)
        yield Diagnostic(
            "W218",
            f"{_shown(facts, column)} lies {abs(column.mean) / column.sd:.0f} standard deviations "
            "from 0: slope and level are hard to tell apart",
            place,
            help=f"centre it: `{centred or 'x - mean(x)'}`",
            remedies=(Fix(place, f"({centred})"),) if centred and alone else (),
        )


def _apart(facts: Facts, moving: list[Column]) -> Iterator[Diagnostic]:
    """Whether the smallest and the largest of the columns lie far apart, and the priors, too."""
    low, high = (choose(moving, key=lambda c: c.sd) for choose in (min, max))
    ratio = high.sd / low.sd
    scales = (low.scale, high.scale)
    own = ratio if any(map(math.isinf, scales)) else ratio * high.scale / low.scale
    if ratio <= APART or own <= APART:
        return
    odd, other = (high, low) if high.sd * low.sd > 1 else (low, high)
    factor = _factor(odd)
    how = "widely" if odd is high else "little"
    yield Diagnostic(
        "W218",
        f"{_shown(facts, odd)} spreads {ratio:,.0f} times as {how} as {_shown(facts, other)}",
        odd.span if factor is None else factor.span,
        help="bring predictors to a scale of about one: `(x - mean(x)) / sd(x)`",
    )


def _factor(column: Column) -> ir.Expr | None:
    """The data by which a coefficient is multiplied, where it is one piece of the text."""
    factors = [factor for term in column.terms for factor in term.factors]
    found = [factor for factor in factors if not isinstance(factor, ir.Literal)]
    if len(column.terms) > 1 or len(found) != 1 or found[0].span == NOWHERE:
        return None  # there are several, or it divides
    return found[0]


def _shown(facts: Facts, column: Column) -> str:
    """What a coefficient is multiplied by, as the author wrote it."""
    factor = _factor(column)
    return f"`{facts.source.excerpt(factor.span)}`" if factor else f"`{column.name}`'s column"


def _centred(facts: Facts, predictor: Predictor, factor: ir.Expr) -> str:
    """The data less their mean, as the author would write it."""
    text = facts.source.excerpt(factor.span)
    over = [d for d in factor.dims if d in predictor.outcome.dims]
    if len(factor.dims) == 1:
        return f"{text} - mean({text})"
    axes = brackets(over).strip("[]")
    return f"{text} - mean({text}, over {axes if len(over) == 1 else f'({axes})'})"
