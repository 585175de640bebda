"""What can be wrong with data: the codes, and the list that gathers every violation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...grammar.codes import data, run, warnings_of_data
from ...grammar.diagnostics import DataError, Diagnostic, printable
from ...grammar.places import Excerpt
from ...grammar.source import NOWHERE, Source, Span
from .excerpts import PlateLabels, rows
from .tables import Array, Column

CODES: Mapping[str, str] = {
    row.code: row.title
    for row in (*data.ROWS, *run.ROWS, *warnings_of_data.ROWS)
    if row.family in ("B5", "W5")
}

SHOWN = 5
"""How many cells of a kind in one column are shown before `… and … more`."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with cells of one column.

    `one` says it of a cell that is the only one, `several` of so many cells, `label` below each
    that is shown; `before` gives an earlier cell that one contradicts, and what is said of it.
    `span` is what in the spec they break, and `role` what that does there.
    """

    code: str
    one: Callable[[int], str]
    several: Callable[[int], str]
    label: Callable[[int], str]
    help: str = ""
    span: Span = NOWHERE
    role: str = "declared here"
    before: Callable[[int], tuple[int, str]] | None = None


class Violations:
    """Every violation found so far; `stop` raises them together.

    `labels` are those of the plates whose elements are known by now.
    """

    def __init__(self, source: Source | None = None) -> None:
        self.source = source
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self.labels: PlateLabels = {}

    def add(
        self,
        code: str,
        message: str,
        help: str = "",
        span: Span = NOWHERE,
        excerpt: Excerpt | None = None,
        role: str = "declared here",
    ) -> None:
        """One violation; `span` is the declaration that it breaks."""
        self.errors.append(_diagnostic(code, message, help, span, excerpt, role))

    def cells(self, column: Column, cells: Array, fault: Fault) -> None:
        """One violation, or warning, for all the cells of a column that have one fault."""
        if not len(cells):
            return
        shown = [int(cell) for cell in cells[:SHOWN]]
        message = fault.one(shown[0]) if len(cells) == 1 else fault.several(len(cells))
        excerpt = rows(
            column, shown, len(cells) - len(shown), self.labels, fault.label, fault.before
        )
        found = _diagnostic(fault.code, message, fault.help, fault.span, excerpt, fault.role)
        (self.warnings if found.is_warning else self.errors).append(found)

    def warn(self, code: str, message: str, help: str = "", span: Span = NOWHERE) -> None:
        """Something that deserves a look but stops nothing."""
        self.warnings.append(_diagnostic(code, message, help, span))

    def stop(self) -> None:
        """Raises DataError with all violations, if there are any.

        Where something is missing, what is not used may be what was meant, and comes first.
        """
        if self.errors:
            missing = any(error.code in ("B501", "B507") for error in self.errors)
            meant = [w for w in self.warnings if w.code == "W501"] if missing else []
            raise DataError([*meant, *_by_row(self.errors)], self.source)


def _by_row(found: list[Diagnostic]) -> list[Diagnostic]:
    """What is wrong in one table from its first row to its last; tables as they come."""
    tables: dict[object, int] = {}

    def place(numbered: tuple[int, Diagnostic]) -> tuple[int, int]:
        number, one = numbered
        cell = one.excerpt.cells[0] if one.excerpt is not None and one.excerpt.cells else None
        table = number if cell is None or cell.table is None else cell.table
        row = cell.row if cell is not None and isinstance(table, str) else None
        return tables.setdefault(table, number), row or 0

    return [one for _, one in sorted(enumerate(found), key=place)]


def _diagnostic(
    code: str,
    message: str,
    help: str,
    span: Span,
    excerpt: Excerpt | None = None,
    role: str = "declared here",
) -> Diagnostic:
    assert code in CODES
    message, help = printable(message), printable(help)  # both quote what is in the data
    if excerpt is not None:
        lines = tuple(replace(line, label=printable(line.label)) for line in excerpt.lines)
        excerpt = replace(excerpt, title=printable(excerpt.title), lines=lines)
    if span == NOWHERE:
        return Diagnostic(code, message, help=help, excerpt=excerpt)
    return Diagnostic(code, message, span, role, help=help, excerpt=excerpt)
