"""The functions of the language in NumPy and SciPy, and formulas written in the language.

For the reference evaluator: where a program spells a function by other functions, it is computed
here from the definition instead.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from ...grammar import tree
from ..tables.constraints import CONSTRAINTS
from ..tables.family import Family
from ..tables.functions import FUNCTIONS
from ..tables.precise import log_mills
from ..tables.texts import formula_lines
from .named import Array

# Whole numbers above this are not exact in float64.
_EXACT = 2.0**53


def _log1m_exp(x: Array) -> Array:
    # Mächler, "Accurately computing log(1 - exp(-|a|))" (2012).
    return np.where(x > -np.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


_WRITTEN: Mapping[str, Callable[..., Any]] = {
    "log1m": lambda x: np.log1p(np.negative(x)),
    "log1p_exp": lambda x: np.logaddexp(0.0, x),
    "log1m_exp": lambda x: _log1m_exp(np.asarray(x, float)),
    "log_diff_exp": lambda x, y: x + _log1m_exp(np.asarray(y, float) - x),
    "log_inv_logit": lambda x: -np.logaddexp(0.0, np.negative(x)),
    "_log_mills": log_mills,
    "cloglog": lambda x: np.log(-np.log1p(np.negative(x))),
    "inv_cloglog": lambda x: -np.expm1(-np.exp(x)),
    "inv": lambda x: np.divide(1.0, x),
}

_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal, "and": np.logical_and, "or": np.logical_or,
}  # fmt: skip

MATRICES: Mapping[str, Callable[..., Any]] = {
    "cholesky": np.linalg.cholesky,
    "inverse": np.linalg.inv,
    "log_det": lambda matrix: np.linalg.slogdet(matrix)[1],
    "solve": np.linalg.solve,
    "transpose": np.transpose,
    "diagonal": np.diagonal,
    "diag_matrix": np.diag,
    "trace": np.trace,
}


@functools.cache
def function(name: str) -> Callable[..., Any]:
    """An elementwise function by its name or an alias."""
    row = FUNCTIONS[name]
    if row.name in _WRITTEN:
        return _WRITTEN[row.name]
    # Imported late: SciPy is needed only where a formula uses it.
    module, _, attribute = row.numpy.rpartition(".")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), attribute))


def operate(operator: str, left: Array, right: Array) -> Array:
    """`left operator right`. Whole numbers stay whole, and do not wrap around."""
    if operator not in ("+", "-", "*", "/", "^"):
        return np.asarray(_OPERATORS[operator](left, right))
    whole = left.dtype.kind in "bi" and right.dtype.kind in "bi"
    result = np.asarray(_OPERATORS[operator](left.astype(float), right.astype(float)))
    if whole and operator != "/" and np.all(np.abs(result) < _EXACT) and np.all(result % 1 == 0):
        return result.astype(np.int64)
    return result


# --- formulas as texts --------------------------------------------------------------------


def formula(text: str, names: Mapping[str, Array]) -> Array:
    """The value of a formula of the tables; the names stand for arrays that broadcast."""
    known = dict(names)
    for name, value in formula_lines(text):
        known[name] = _value(value, known)
    return known[""]


def log_density(
    text: str,
    support: str,
    bounds: tuple[str | None, str | None],
    x: Any,
    parameters: Mapping[str, Any],
) -> Array:
    """A formula at `x`, and -inf outside a support, whose ends parameters may be."""
    row = CONSTRAINTS[support]
    given = {name: np.asarray(value, float) for name, value in parameters.items()}
    x = np.asarray(x, float)
    low, high = (
        end if name is None else given[name]
        for name, end in zip(bounds, (row.lower, row.upper), strict=True)
    )
    with np.errstate(all="ignore"):
        inside = np.isfinite(x)
        if low is not None:
            inside = inside & (x >= low)
        if high is not None:
            inside = inside & (x <= high)
        if row.integer:
            inside = inside & (x == np.floor(x))
        value = formula(text, {"x": x, **given})
        # At an open end the formula's own limit counts, where it has one.
        inside = inside & ~(np.isnan(value) & ((x == low) | (x == high)))
        return np.where(inside, value, -np.inf)[()]


def log_tails(row: Family, x: Array, given: Mapping[str, Array]) -> tuple[Array, Array]:
    """The log probabilities of a value up to x and above x, in parameters of the first form."""
    support = CONSTRAINTS[row.support]
    low, high = (
        (given[name] if name else default if end is None else end)
        for name, end, default in zip(
            row.bounds, (support.lower, support.upper), (-np.inf, np.inf), strict=True
        )
    )
    # The formulas hold on the support only.
    before = x < low if row.kind != "real" else x <= low
    with np.errstate(all="ignore"):
        below, above = (formula(t, {**given, "x": x}) for t in (row.log_cdf, row.log_sf))
        return (
            np.where(before, -np.inf, np.where(x >= high, 0.0, below)),
            np.where(before, 0.0, np.where(x >= high, -np.inf, above)),
        )


def _value(node: tree.Expr, names: Mapping[str, Array]) -> Array:
    match node:
        case tree.Number(value):
            return np.asarray(value, float)
        case tree.Name(name):
            return names[name]
        case tree.Unary("-", operand):
            return np.negative(_value(operand, names))
        case tree.Binary(operator, left, right):
            return operate(operator, _value(left, names), _value(right, names))
        case tree.Call(called, arguments):
            values = [_value(a.value, names) for a in arguments]
            if called.name == "where":
                return np.where(*values)
            return np.asarray(function(called.name)(*values))
    raise TypeError(type(node))
