"""Labels in the data as positions in their plates; what is said of those that are in none."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ...compiler import ir
from ...grammar.diagnostics import closest
from ...grammar.source import NOWHERE, Source, Span
from ..formats import time as times
from .excerpts import show
from .labels import Label, Labels, factorize
from .tables import Array, Column
from .values import report_missing
from .violations import Fault, Violations

_SOME = 1000  # unknown labels that a remedy is made from
_GUESS = 5_000  # with more labels than this, looking for similar ones takes too long
_DECLARED = "declared in the spec"
BEFORE = "from the fit"
_DOMAIN = re.compile(r"\s*=\s*(\[[^\]\n]*\]|-?[\d_]+(\s*\.\.\s*-?[\d_]+)?)")


@dataclass(frozen=True, eq=False)
class Axis:
    """The labels of a plate in the order in which its data comes.

    `origin` says what told the size; `rows` holds, for each row of the plate's own table, the
    position of its element (-1: unknown; None: row i is element i).
    """

    plate: ir.Plate
    labels: Labels
    origin: str
    rows: Array | None = None

    @property
    def is_number(self) -> bool:
        """Whether the number of elements was given, and nothing of their labels."""
        return self.origin == "from `sizes`" or self.origin.startswith("from the number")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_named(self) -> bool:
        """Whether a label is the same element in other data, too."""
        return self.is_declared or not self.labels.counted

    @property
    def is_declared(self) -> bool:
        return self.origin == _DECLARED


def positions(column: Column, axis: Axis, violations: Violations, span: Span) -> Array:
    """The position in `axis` of each label, in the column's shape (int64, -1: none).

    Reports unknown labels (B505), each once, and missing ones (B504).
    """
    fast = axis.labels.of_times(column.values)
    if fast is not None:
        return fast
    keep = axis.labels.plain() if axis.plate.labels is not None else ()
    codes, found = factorize(column.values.reshape(-1), set(keep))
    table = np.append(axis.labels.positions(found), -1)
    report_missing(column, codes < 0, violations, span)
    unknown = np.flatnonzero(table[:-1] < 0)
    if len(unknown):
        known = np.flatnonzero(codes >= 0)
        first = np.full(len(found), -1, np.int64)
        first[codes[known][::-1]] = known[::-1]
        cells = np.sort(first[unknown])
        counts = np.bincount(codes[known], minlength=len(found))
        help = _help([found[i] for i in unknown[:_SOME]], axis)
        _report(column, axis, cells, counts[codes], help, violations, span)
    return table[codes].reshape(column.values.shape)


def _report(
    column: Column,
    axis: Axis,
    cells: Array,
    counts: Array,
    help: str,
    violations: Violations,
    span: Span,
) -> None:
    """B505 at the first cell of each unknown label; `counts` tells how often those are there."""
    name = axis.plate.name
    known = [str(label) for label in axis.labels.plain()] if len(axis) <= _GUESS else []

    def label(cell: int) -> str:
        text = str(column.value(cell)).strip()
        near = times.why_not(text) if axis.labels.kind == "time" else ""
        if not near:
            close = closest(text, known)
            near = f"did you mean `{close}`?" if close else ""
        often = f"{counts[cell]} times" if counts[cell] > 1 else ""
        return ", ".join(part for part in (near, often) if part)

    declared = axis.is_declared and axis.plate.span != NOWHERE
    fault = Fault(
        "B505",
        one=lambda cell: f"{show(column.value(cell))} is no {name}",
        several=lambda count: f"{count} labels of `{column.key}` are not in the plate `{name}`",
        label=label,
        help=help,
        span=_declaration(axis.plate, violations.source) if declared else span,
        role=_labels(axis) if declared else "declared here",
    )
    violations.cells(column, cells, fault)


def _declaration(plate: ir.Plate, source: Source | None) -> Span:
    """`plate county = 5` in the text of a spec; the name alone where it is written otherwise."""
    if source is None:
        return plate.span
    line, column = source.place(plate.span.start)
    before = source.line(line)[: column - 1]
    found = _DOMAIN.match(source.text, plate.span.end)
    start = plate.span.start - len(before.lstrip()) if before.strip() == "plate" else None
    if found is None or start is None:
        return plate.span
    return Span(start, found.end())


def _labels(axis: Axis) -> str:
    """The labels of a declared plate, in short."""
    if axis.labels.kind == "int" and len(axis) > 1 and not axis.labels.gaps():
        return f"labels {axis.labels.values.min()} to {axis.labels.values.max()}"
    return f"labels {axis.labels}"


def _help(unknown: list[Label], axis: Axis) -> str:
    """What to do about unknown labels: count from 1, or mend a misspelling or a date."""
    plate, size = axis.plate, axis.plate.size
    numbers = Labels.of(unknown)
    if plate.labels is None and size is not None and numbers.kind == "int":
        if numbers.values.min() == size and numbers.values.max() == size:
            return f"labels are values: for 1 to {size} declare `plate {plate.name} = 1..{size}`"
        return f"labels are values: `plate {plate.name} = {size}` has 0 to {size - 1}"
    if axis.is_number:
        source = axis.origin.removeprefix("from ")
        return f"{source} means the labels 0 to {len(axis) - 1}: name others with `coords`"
    texts = [label for label in unknown if isinstance(label, str) and times.why_not(label)]
    if axis.labels.kind == "time" and len(texts) == len(unknown):
        return times.remedy(texts)
    source = axis.origin.removeprefix("from ")
    remedy = f"correct the label, or add it to {source}"
    if axis.is_declared:
        remedy = f"correct the label, or add it to `plate {plate.name}`"
    return f"{remedy}; {plate.name} has: {axis.labels}"
