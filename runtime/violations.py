"""What can be wrong with data: the codes, and the list that gathers every violation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..grammar.diagnostics import DataError, Diagnostic
from ..grammar.source import NOWHERE, Span

CODES: Mapping[str, str] = {
    "B501": "a datum, a parent column or a table is missing, or could be several",
    "B502": "a value is not of the declared type",
    "B503": "a value is out of the bounds of its type",
    "B504": "a cell is missing in data declared without `?`",
    "B505": "a label is not in its plate",
    "B506": "two sizes, or a shape and a declaration, contradict each other",
    "B507": "nothing tells how many elements a plate has",
    "B508": "a value differs within its group, or a cell is given twice with different values",
    "B509": "a cell or a row is absent",
    "B510": "an outcome lies outside the support of its distribution",
    "B511": "a file cannot be read",
    "B512": "a label stands twice in the table of its plate",
    "B513": "two ways up to the same plate disagree",
    "W501": "a table or an entry is not used",
    "W502": "integer labels have gaps",
}

SHOWN = 10
"""How many violations of one kind in one column are listed before `and … more`."""


class Violations:
    """Every violation found so far; `stop` raises them together."""

    def __init__(self) -> None:
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []

    def add(self, code: str, message: str, help: str = "", span: Span = NOWHERE) -> None:
        """One violation; `span` is the declaration that it breaks."""
        self.errors.append(_diagnostic(code, message, help, span))

    def each(
        self,
        code: str,
        cells: Sequence[int],
        say: Callable[[int], str],
        rest: str,
        help: str = "",
        span: Span = NOWHERE,
    ) -> None:
        """One violation for each of the first cells; `rest` tells where the others are."""
        for cell in cells[:SHOWN]:
            self.add(code, say(int(cell)), help, span)
        if len(cells) > SHOWN:
            self.add(code, f"{rest}: and {len(cells) - SHOWN} more like these", "", span)

    def warn(self, code: str, message: str, help: str = "", span: Span = NOWHERE) -> None:
        """Something that deserves a look but stops nothing."""
        self.warnings.append(_diagnostic(code, message, help, span))

    def stop(self) -> None:
        """Raises DataError with all violations, if there are any."""
        if self.errors:
            raise DataError(self.errors)


def _diagnostic(code: str, message: str, help: str, span: Span) -> Diagnostic:
    assert code in CODES
    if span == NOWHERE:
        return Diagnostic(code, message, help=help)
    return Diagnostic(code, message, span, "declared here", help=help)


def show(value: object) -> str:
    """A raw value as messages quote it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "an empty cell"
    if isinstance(value, float):
        return f"`{float(value):g}`" if value == value else "`nan`"
    return f"`{value}`"
