"""Prints summaries and warnings of a run."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from ...grammar.diagnostics import Diagnostic
from .summary import Summary


def print_report(
    summary: Summary, warnings: Iterable[Diagnostic] = (), console: Console | None = None
) -> None:
    """Prints a summary and the warnings that go with it."""
    console = console or Console()
    console.print(summary)
    for warning in warnings:
        console.print(warning_text(warning))


def warning_text(warning: Diagnostic) -> Text:
    """A warning as coloured text, with what to do."""
    text = Text.assemble((f"warning[{warning.code}]: ", "bold yellow"), warning.message)
    if warning.help:
        text.append(f"\n  = help: {warning.help}", style="dim")
    return text
