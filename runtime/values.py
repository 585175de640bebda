"""Raw cells as numbers, held against the type and the bounds that declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compiler import ir
from ..compiler.tables.constraints import CONSTRAINTS, DATA_TYPES, Constraint
from .labels import distinct, is_missing
from .tables import Array, Column
from .violations import Violations, show

_NO_WORDS: Mapping[str, float] = {}
_TRUTH: Mapping[str, float] = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
_LARGEST = 2.0**63


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
    if isinstance(cell, str) and cell.strip().lower() in words:
        return words[cell.strip().lower()]
    if isinstance(cell, np.datetime64 | np.timedelta64):
        return float("nan")
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


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
    row = _constraint(datum)
    found = numbers(column.values, _TRUTH if row.name == "binary" else _NO_WORDS)
    check = _Check(column, datum, violations)
    what = {"binary": "binary", "int": "a whole number", "count": "a whole number"}
    check.report("B502", found.bad, f"is not {what.get(row.name, 'a number')}", check.type_help())
    missing(column, datum, found.missing, violations)
    there = ~(found.bad | found.missing)
    if row.integer:
        with np.errstate(invalid="ignore"):
            fits = (np.floor(found.values) == found.values) & (np.abs(found.values) < _LARGEST)
        check.report("B502", there & ~fits, "is not a whole number", check.type_help())
        there &= fits
    outside = there & ~within(found.values, row.lower, row.upper, row.open)
    says = "binary (0 or 1)" if row.name == "binary" else row.summary
    check.report("B503", outside, f"is not {says}", check.type_help())
    low, high = literal(datum.lower), literal(datum.upper)
    beyond = there & ~outside & ~within(found.values, low, high, False)
    check.report("B503", beyond, f"is not {between(low, high)}", check.type_help())
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


def between(lower: float | None, upper: float | None) -> str:
    """Bounds in words."""
    if upper is None:
        return f"{lower:g} or above" if lower is not None else "a number"
    return f"{upper:g} or below" if lower is None else f"from {lower:g} to {upper:g}"


def missing(column: Column, datum: ir.Data, cells: Array, violations: Violations) -> None:
    """Reports missing cells, except of a continuous datum that is declared with `?`."""
    if datum.optional and datum.kind == "real":
        return
    remedy = "fill the cell or leave the row out"
    if datum.optional:
        remedy = "missing cells in discrete data are not possible yet: leave these rows out"
    _Check(column, datum, violations).report("B504", cells, "", remedy)


@dataclass(frozen=True)
class _Check:
    """Reports cells of one column."""

    column: Column
    datum: ir.Data
    violations: Violations

    def report(self, code: str, cells: Array, what: str, help: str) -> None:
        """One violation for each true cell: place, value, what is wrong with it."""
        at = np.flatnonzero(cells)

        def say(cell: int) -> str:
            place = self.column.place(cell)
            if code == "B504":
                return f"{place} is missing"
            return f"{place}: {show(self.column.value(cell))} {what}"

        self.violations.each(code, at.tolist(), say, self.column.name, help, self.datum.span)

    def type_help(self) -> str:
        return f"`{named(self.datum)}` is declared {self.datum.type}"


def named(datum: ir.Data) -> str:
    """A datum as its declaration writes it: `x[a, b]`."""
    dims = ", ".join(str(dim) for dim in datum.dims)
    return f"{datum.name}[{dims}]" if dims else datum.name


def ranks(column: Column, datum: ir.Data, violations: Violations) -> Array:
    """Values that an order goes by: numbers, or dates as ISO text or datetime64."""
    found = numbers(column.values)
    if not found.bad.any():
        missing(column, datum, found.missing, violations)
        return found.values
    blank = np.array([is_missing(cell) for cell in column.values.tolist()], bool)
    missing(column, datum, blank, violations)
    try:
        cells = column.values.astype(object)
        cells[blank] = None
        dates: Array = cells.astype("datetime64[us]")
    except (TypeError, ValueError):
        check = _Check(column, datum, violations)
        check.report("B502", found.bad, "is no number", "order by numbers or by ISO dates")
        return found.values
    order: Array = dates.astype(np.int64)
    return order
