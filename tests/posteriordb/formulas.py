"""Formulas of the mapping: where a datum or a parameter of ours comes from among Stan's.

`beta[2]`, `x[:, 2:]`, `mu + tau * theta_raw`, `[alpha, beta]`: names, numbers, arithmetic, brackets
and the functions below, in Python's grammar, read as a tree and never run. Positions count from 1,
and the end of a slice belongs to it, as Stan has it. A list is put end to end.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[Any]

# A parameter may be called `lambda`, which Python would not take as a name.
_KEYWORD = re.compile(rf"\b({'|'.join(keyword.kwlist)})\b")


class FormulaError(ValueError):
    """A formula that is not one, or asks for what is not there."""


def evaluate(text: str, known: Mapping[str, Any]) -> Array:
    """The value of a formula. Raises FormulaError."""
    try:
        tree = ast.parse(_KEYWORD.sub(r"\1_", text.strip()), mode="eval").body
    except SyntaxError:
        raise FormulaError(f"`{text}` is no formula") from None
    try:
        return np.asarray(_value(tree, known))
    except FormulaError as error:
        raise FormulaError(f"`{text}`: {error}") from None


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            name = name[:-1] if keyword.iskeyword(name[:-1]) else name
            if name not in known:
                raise FormulaError(f"there is no `{name}`")
            return np.asarray(known[name])
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, known)
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            return _ARITHMETIC[type(op)](_value(left, known), _value(right, known))
        case ast.List(elts=parts):
            return np.concatenate([np.atleast_1d(_value(part, known)) for part in parts])
        case ast.Subscript(value=value, slice=at):
            return _value(value, known)[_position(at, known)]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, known) for arg in args))
        case _:
            raise FormulaError(f"`{ast.unparse(node)}` is not understood")


def _position(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Tuple(elts=parts):
            return tuple(_position(part, known) for part in parts)
        case ast.Slice(lower=lower, upper=upper, step=None):
            start = None if lower is None else _whole(lower, known) - 1
            return slice(start, None if upper is None else _whole(upper, known))
        case _:
            at = np.asarray(_value(node, known))
            if at.dtype.kind not in "iu" or np.any(at < 1):
                raise FormulaError(f"`{ast.unparse(node)}` is no position: they count from 1")
            return at - 1


def _whole(node: ast.expr, known: Mapping[str, Any]) -> int:
    return int(np.asarray(_value(node, known)))


def _repeat(rows: Array, times: Array) -> Array:
    return np.repeat(rows, times, axis=0)


def _steps(totals: Array) -> Array:
    return np.diff(totals, prepend=0)


def _table(cells: Array, rows: Array, columns: Array) -> Array:
    found = np.full((rows.max(), columns.max()), np.nan)
    found[rows - 1, columns - 1] = cells
    return found


def _told(cells: Array) -> tuple[Array, ...]:
    return np.nonzero(cells != -1)


def _reshape(values: Array, *shape: Any) -> Array:
    return np.reshape(values, [int(size) for size in shape])


_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "inv_logit": special.expit,
    "logit": special.logit,
    "sum": np.sum,
    "transpose": np.transpose,
    # Numbers row by row in another shape: reshape(c, 4, 4).
    "reshape": _reshape,
    # Each row as often as is said: repeat(pattern, steps(last)).
    "repeat": _repeat,
    # What was added at each of a series of running totals.
    "steps": _steps,
    # A matrix from its cells, their rows and their columns; cells that are not told are missing.
    "table": _table,
    # The cells of a matrix that are not -1, and the row and the column of each.
    "cells": lambda cells: cells[_told(cells)],
    "rows": lambda cells: _told(cells)[0] + 1,
    "columns": lambda cells: _told(cells)[1] + 1,
}
