"""Raw cells as numbers, held against the type and the bounds that declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.tables.constraints import CONSTRAINTS, DATA_TYPES, Constraint
from ...grammar.source import Span
from ..formats import time as times
from .excerpts import show
from .labels import distinct, factorize, is_missing
from .remedies import of_bounds, of_fraction, of_text
from .tables import Array, Column
from .violations import Fault, Violations

_NO_WORDS: Mapping[str, float] = {}
TRUTH: Mapping[str, float] = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
_LARGEST = 2.0**63
_SOME = 1000  # cells that a remedy is made from
_NAN = float("nan")
_TIMES = (np.datetime64, np.timedelta64)


@dataclass(frozen=True, eq=False)
class Numbers:
    """float64 values (NaN where there is none); which cells are missing, which are no number."""

    values: Array
    missing: Array
    bad: Array


def numbers(cells: Array, words: Mapping[str, float] = _NO_WORDS) -> Numbers:
    """Raw cells of any shape as numbers; `words` are texts that stand for one."""
    if cells.dtype.kind in "biuf":
        values = cells.astype(np.float64)
        return Numbers(values, np.isnan(values), np.zeros(values.shape, bool))
    if cells.dtype.kind == "O":
        try:
            values = cells.astype(np.float64)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            return Numbers(values, np.isnan(values), np.zeros(values.shape, bool))
    codes, found = distinct(cells.reshape(-1))
    parsed = np.array([_number(cell, words) for cell in found], np.float64)
    missing = np.array([is_missing(cell) for cell in found], bool)
    bad = np.isnan(parsed) & ~missing
    return Numbers(*(part[codes].reshape(cells.shape) for part in (parsed, missing, bad)))


def _number(cell: Any, words: Mapping[str, float]) -> float:
    """NaN where it is none."""
    if words and isinstance(cell, str):
        known = words.get(cell.strip().lower())
        if known is not None:
            return known
    if isinstance(cell, _TIMES):
        return _NAN
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return _NAN


def literal(expr: ir.Expr | None) -> float | None:
    """The value of an expression that is a plain number."""
    match expr:
        case ir.Literal(value=value):
            return float(value)
        case ir.Unary(operator="-", operand=ir.Literal(value=value)):
            return -float(value)
        case _:
            return None


# --- checks ------------------------------------------------------------------------------


def checked(column: Column, datum: ir.Data, violations: Violations) -> Array:
    """The numbers of a datum's column as float64, NaN where there is none or it is wrong.

    Reports cells that are no number or not whole (B502), out of bounds (B503) or missing (B504).
    """
    row, target = _constraint(datum), named(datum)
    found = numbers(column.values, TRUTH if row.name == "binary" else _NO_WORDS)
    check = _Check(column, datum, violations)
    kind = _KINDS["binary" if row.name == "binary" else "int" if row.integer else "real"]
    check.report("B502", found.bad, kind, lambda at: of_text(column.value(at[0]), row.name, target))
    missing(column, datum, found.missing, violations)
    there = ~(found.bad | found.missing)
    if row.integer:
        with np.errstate(invalid="ignore"):
            fits = (np.floor(found.values) == found.values) & (np.abs(found.values) < _LARGEST)
        check.report("B502", there & ~fits, _KINDS["int"], lambda at: of_fraction(target))
        there &= fits

    def remedy(at: Array) -> str:
        return of_bounds(row.name, found.values, found.values.reshape(-1)[at], target)

    outside = there & ~within(found.values, row.lower, row.upper, row.open)
    allowed = between(row.lower, row.upper, row.open)
    check.report("B503", outside, _KINDS.get(row.name) or _bounded(allowed), remedy)
    low, high = literal(datum.lower), literal(datum.upper)
    beyond = there & ~outside & ~within(found.values, low, high, False)
    wider = f"correct the data, or widen the bounds of `{target}`"
    check.report("B503", beyond, _bounded(between(low, high)), lambda at: wider)
    # What has been reported must not be reported again by later checks.
    return np.where(there & ~outside & ~beyond, found.values, np.nan)


def _constraint(datum: ir.Data) -> Constraint:
    """The row of the datum's type; an unknown word means no more than its kind."""
    kinds = {"real": "real", "int": "int", "bool": "binary", "index": "int"}
    return CONSTRAINTS[DATA_TYPES.get(datum.type, ("", kinds[datum.kind]))[1]]


def within(values: Array, lower: Any, upper: Any, open: bool) -> Array:
    """Which values lie between bounds (None: no bound; arrays broadcast); NaN does."""
    inside = np.ones(values.shape, bool)
    if lower is not None:
        inside &= ~(values <= lower) if open else ~(values < lower)
    if upper is not None:
        inside &= ~(values >= upper) if open else ~(values > upper)
    return inside


def between(lower: float | None, upper: float | None, open: bool = False) -> str:
    """Bounds in words."""
    if lower is not None and upper is not None:
        return f"from {lower:g} to {upper:g}"
    if lower is not None:
        return f"above {lower:g}" if open else f"{lower:g} or above"
    if upper is not None:
        return f"below {upper:g}" if open else f"{upper:g} or below"
    return "a number"


def missing(column: Column, datum: ir.Data, cells: Array, violations: Violations) -> None:
    """Reports missing cells, except of a datum that is declared with `?`."""
    if not datum.optional:
        report_missing(column, cells, violations, datum.span)


def report_missing(column: Column, cells: Array, violations: Violations, span: Span) -> None:
    """B504 for the cells that are true."""
    at = np.flatnonzero(cells)
    many = "s" if len(at) > 1 else ""
    remedy = f"fill the cell{many} or leave the row{many} out"

    def label(cell: int) -> str:
        value = column.value(cell)
        empty = isinstance(value, str) and not value.strip()
        return "is empty" if empty else "stands for a missing value"

    fault = Fault(
        "B504",
        one=lambda cell: f"a cell of `{column.key}` is missing",
        several=lambda count: f"{count} cells of `{column.key}` are missing",
        label=label,
        help=remedy,
        span=span,
    )
    violations.cells(column, at, fault)


@dataclass(frozen=True)
class _Kind:
    """What a value must be: of one that is not, of several that are not, and in short."""

    one: str
    several: str
    must: str


_KINDS: Mapping[str, _Kind] = {
    "binary": _Kind("is not binary", "are not binary", "must be 0 or 1"),
    "int": _Kind("is not a whole number", "are not whole numbers", "must be a whole number"),
    "real": _Kind("is not a number", "are not numbers", "must be a number"),
}


def _bounded(allowed: str) -> _Kind:
    return _Kind(f"is not {allowed}", f"are not {allowed}", f"must be {allowed}")


@dataclass(frozen=True)
class _Check:
    """Reports cells of one column."""

    column: Column
    datum: ir.Data
    violations: Violations

    def report(self, code: str, cells: Array, kind: _Kind, help: Callable[[Array], str]) -> None:
        """One violation for the cells that are true; `help` is told which they are."""
        at = np.flatnonzero(cells)
        if not len(at):
            return
        fault = Fault(
            code,
            one=lambda cell: f"{show(self.column.value(cell))} {kind.one}",
            several=lambda count: f"{count} cells of `{self.column.key}` {kind.several}",
            label=lambda cell: kind.must,
            help=help(at),
            span=self.datum.span,
        )
        self.violations.cells(self.column, at, fault)


def named(datum: ir.Data) -> str:
    """A datum as its declaration writes it: `x[a, b]`."""
    dims = ", ".join(str(dim) for dim in datum.dims)
    return f"{datum.name}[{dims}]" if dims else datum.name


def ranks(column: Column, datum: ir.Data, violations: Violations) -> Array:
    """Values that an order goes by: numbers, or dates as ISO text or those of a library."""
    found = numbers(column.values)
    if not found.bad.any():
        missing(column, datum, found.missing, violations)
        return found.values
    codes, labels = factorize(column.values)
    missing(column, datum, codes < 0, violations)
    passed = times.moments_of(labels)
    if passed is None:
        each = [_moment(str(label)) for label in labels]
        undated = np.array([when is None for when in each])
        bad = found.bad if undated.all() else np.append(undated, False)[codes]
        _report_ranks(column, bad, datum, violations)
        passed = [when or 0 for when in each]
    return np.append(np.array(passed, np.float64), np.nan)[codes]


def _moment(text: str) -> int | None:
    """A date, or a month, which is its first day."""
    when = times.moment(text)
    return times.moment(f"{text}-01") if when is None else when


def _report_ranks(column: Column, bad: Array, datum: ir.Data, violations: Violations) -> None:
    """B502 for what is neither a number nor a date, where an order goes by it."""
    cells = np.flatnonzero(bad)
    texts = [str(column.value(cell)).strip() for cell in cells[:_SOME]]
    dates = [text for text in texts if times.is_like(text)]
    fault = Fault(
        "B502",
        one=lambda cell: f"{show(column.value(cell))} is no number and no ISO date",
        several=lambda count: f"{count} cells of `{column.key}` are no numbers and no ISO dates",
        label=lambda cell: (
            times.why_not(str(column.value(cell)).strip()) or "must be a number or a date"
        ),
        help=times.remedy(dates) if dates else "order by numbers or by ISO dates",
        span=datum.span,
    )
    violations.cells(column, cells, fault)
