"""Labels that are meant as something else than they say: dates that are none, other spellings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...compiler import ir
from ..formats import time as times
from . import labels
from .excerpts import show
from .labels import Label, factorize
from .tables import Array, Column
from .violations import Fault, Violations

_LOOK = 1000  # labels that are looked at, to tell whether a column holds dates


def dates(column: Column, plate: ir.Plate, violations: Violations, sorted_by: bool = False) -> None:
    """B502 for labels that are meant as dates, and are none, in a column that has dates.

    Where elements are to be `sorted_by` their labels, dates in another form are wrong, too.
    """
    if column.values.dtype.kind != "O":
        return  # numbers, or times of a library
    codes, found = factorize(column.values.reshape(-1))
    first = [label for label in found[:_LOOK] if isinstance(label, str)]
    good = sum(times.moment(text) is not None for text in first)
    if not first or (not good and not (sorted_by and all(map(times.is_like, first)))):
        return
    if times.moments_of(found) is None:
        bad = [i for i, label in enumerate(found) if times.why_not(str(label))]
        report(column, codes, found, bad, violations, plate)
        return
    clock = [i for i, label in enumerate(found) if ":" in str(label)]
    given = [i for i in clock if times.zone_of(str(found[i])) == "given"]
    if given and len(given) < len(clock):
        few = given if 2 * len(given) <= len(clock) else sorted({*clock} - {*given})
        _zones(column, codes, few, few is given, violations, plate)


def report(
    column: Column,
    codes: Array,
    found: Sequence[Label],
    bad: list[int],
    violations: Violations,
    plate: ir.Plate,
) -> None:
    """B502 at the first cell of each of the `bad` labels among those `found`."""
    if not bad:
        return
    fault = Fault(
        "B502",
        one=lambda cell: f"{show(column.value(cell))} is no ISO date",
        several=lambda count: f"{count} labels of `{column.key}` are no ISO dates",
        label=lambda cell: times.why_not(labels.normal(str(column.value(cell)))),
        help=times.remedy([str(found[i]) for i in bad]),
        span=plate.span,
    )
    violations.cells(column, _first(codes, bad), fault)


def _zones(
    column: Column,
    codes: Array,
    few: list[int],
    given: bool,
    violations: Violations,
    plate: ir.Plate,
) -> None:
    """B502 for times of which some say their zone, and others do not."""
    said = "has a time zone, others have none" if given else "has no time zone, others have one"
    fault = Fault(
        "B502",
        one=lambda cell: f"{show(column.value(cell))} {said}",
        several=lambda count: f"{count} labels of `{column.key}`: each {said}",
        label=lambda cell: said,
        help="write all times with their zone (`Z` is UTC), or none of them",
        span=plate.span,
    )
    violations.cells(column, _first(codes, few), fault)


def spellings(column: Column, plate: ir.Plate, violations: Violations) -> None:
    """W504 for labels that look alike and are spelt in other characters: they are one label."""
    cells, _ = labels.spellings(column.values.reshape(-1))
    fault = Fault(
        "W504",
        one=lambda cell: f"{show(column.value(cell))} is spelt in two ways",
        several=lambda count: f"{count} labels of `{column.key}` are spelt in two ways",
        label=lambda cell: _characters(str(column.value(cell)).strip()),
        help="both are read as one label (NFC); write it in one way, if that is not meant",
        span=plate.span,
    )
    violations.cells(column, cells, fault)


def _characters(text: str) -> str:
    """The characters of a label that are no ASCII, by their numbers."""
    shown = [f"U+{ord(character):04X}" for character in text if not character.isascii()]
    return "here with " + " ".join(shown[:6]) + " …" * (len(shown) > 6)


def _first(codes: Array, of: list[int]) -> Array:
    """The first cell of each of some labels, in the order of the rows."""
    known = np.flatnonzero(codes >= 0)
    first = np.full(int(codes.max(initial=0)) + 1, -1, np.int64)
    first[codes[known][::-1]] = known[::-1]
    found: Array = np.sort(first[of])
    return found
