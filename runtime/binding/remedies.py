"""What to do about a value that does not fit its declaration, told from the value."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .labels import MISSING_WORDS
from .tables import Array

_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)*"
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*([^\W\d_].*|[%‰°€$£].*)")
_UNIT_FIRST = re.compile(rf"([€$£])\s*({_NUMBER})")
_WORDS = frozenset({"-", "--", "?", ".", "n.a.", "na", "n/a", "none", "missing", "unknown", "nil"})
_CODES_OF_NOTHING = frozenset({-9.0, -99.0, -999.0, -9999.0})


def of_text(value: Any, word: str, target: str) -> str:
    """For a cell that is no number where one is needed; `target`, of type `word`, is the datum."""
    text = value.strip() if isinstance(value, str) else ""
    if text.lower() in _WORDS or (text.lower() in {w.lower() for w in MISSING_WORDS} and text):
        return f"if `{text}` means that nothing is known, leave the row out"
    if text.startswith("#"):
        return "this looks like an error of a spreadsheet: correct it there, and export again"
    if word == "binary":
        return "write 0 and 1, true and false, or yes and no"
    if _THOUSANDS.fullmatch(text):
        plain = text.replace(",", "")
        if text.count(",") == 1:
            point = text.replace(",", ".")
            return f"write it without the comma: `{plain}`, or `{point}` if it is a decimal comma"
        return f"write it without commas: `{plain}`"
    found = _DECIMAL_COMMA.fullmatch(text)
    if found:
        return f"write decimals with a point: `{found[1]}.{found[2]}`"
    found = _WITH_UNIT.fullmatch(text)
    if found:
        return f"a cell holds the number alone: `{found[1]}`, without `{found[2]}`"
    found = _UNIT_FIRST.fullmatch(text)
    if found:
        return f"a cell holds the number alone: `{found[2]}`, without `{found[1]}`"
    if isinstance(value, np.datetime64):
        return "count the time from a date on: days, or years, as a number"
    return f"correct the data; if `{target}` is meant to hold words, give them a plate of their own"


def of_fraction(target: str) -> str:
    """For a number that is not whole."""
    return f"correct the data, or declare `{target} : real`"


def of_bounds(word: str, values: Array, outside: Array, target: str) -> str:
    """For numbers out of the bounds of their type; `outside` are those, `values` all."""
    if np.isin(outside, list(_CODES_OF_NOTHING)).all():
        told = f"if {outside[0]:g} means that nothing is known, leave the row out"
    elif word == "binary":
        kinds = set(np.unique(values[~np.isnan(values)]).tolist())
        told = f"correct the data, or declare `{target} : count`"
        if kinds == {1.0, 2.0}:
            told = "recode 1 and 2 as 0 and 1"
    elif word == "unit" and outside.min() > 1 and 2 < outside.max() <= 100:
        told = "correct the data; if it is per cent, divide by 100"
    elif word == "positive" and not outside.any():
        told = f"correct the data, or declare `{target} : nonnegative`, which has 0"
    elif word == "count":
        told = f"correct the data, or declare `{target} : int`, which goes below 0"
    else:
        told = f"correct the data, or declare `{target} : real`"
    return told
