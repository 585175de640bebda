"""A verification as a table: rich on a terminal, plain text elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .notebook.shown import verification_html
from .verify import Agreement, Verification

_WIDTH = 58


def plain(found: Verification) -> str:
    """The table and what follows it, as text."""
    rows = [_header(found), *_cells(found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    padded = [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows]
    lines = ["  ".join(cells).rstrip() for cells in padded]
    return "\n".join([*lines, *remarks(found)])


def print_verification(found: Verification) -> None:
    """Prints the table on the standard output."""
    console = Console()
    if not console.is_terminal:
        print(plain(found))
        return
    table = Table(box=None, header_style="bold")
    for title in _header(found):
        table.add_column(title, no_wrap=title != "statement")
    for row, cells in zip(found.rows, _cells(found), strict=True):
        table.add_row(*map(Text, cells), style=None if row.ok else "bold red")
    console.print(table)
    for line in remarks(found):
        console.print(Text(line))


def html(found: Verification) -> str:
    """The table and what follows it, for a notebook."""
    rows = _cells(found)
    return verification_html(_header(found), rows, [row.ok for row in found.rows], remarks(found))


def remarks(found: Verification) -> list[str]:
    """What was left out, and the verdict."""
    lines = [f"{name}: skipped, {why}" for name, why in found.skipped.items()]
    lines += [f"{name}: failed, {why}" for name, why in found.failed.items()]
    constants = [
        f"{name}: the density of {_place(row.line, row.statement)} is the reference's "
        f"but for a constant, {one.constant:+.6g} nats"
        for row in found.rows
        for name, one in row.agreement.items()
        if one.status == "constant"
    ]
    lines += constants
    if not found.ok:
        blamed = "; ".join(_place(row.line, row.statement) for row in found.differing)
        return [*lines, f"{found.spec}: differs: {blamed or ', '.join(found.failed)}"]
    if not found.backends:
        return [*lines, f"{found.spec}: nothing was compared"]
    *others, last = found.backends
    names = f"{', '.join(others)} and {last}" if others else last
    return [*lines, f"{found.spec}: {names} agree with the reference at {found.points} points"]


def _place(line: int, statement: str) -> str:
    return f"line {line}, `{statement}`" if line else "the total"


def _header(found: Verification) -> list[str]:
    return ["line", "statement", *found.backends, ""]


def _cells(found: Verification) -> list[list[str]]:
    return [
        [
            str(row.line or ""),
            row.statement if len(row.statement) <= _WIDTH else row.statement[: _WIDTH - 2] + " …",
            *(_shown(row.agreement[name]) for name in found.backends),
            "ok" if row.ok else "differs",
        ]
        for row in found.rows
    ]


def _shown(one: Agreement) -> str:
    """The larger of the differences in density and slope."""
    if one.status == "constant":
        return f"{one.constant:+.3g} nats"
    return f"{one.density:.0e} {one.slope:.0e}"
