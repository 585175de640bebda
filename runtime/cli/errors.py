"""How the command line shows errors, and the exit codes that they give."""

from __future__ import annotations

import re
import sys

from ...grammar.diagnostics import BackendError, BayescriptError, DataError, RunError, SpecError

_EXIT = ((SpecError, 1), (DataError, 3), (BackendError, 4), (RunError, 5))

_STYLES = (
    (re.compile(r"^error\[\w+\]"), "bold red"),
    (re.compile(r"^warning\[\w+\]"), "bold yellow"),
    (re.compile(r"^ *--> .*"), "blue"),
    (re.compile(r"^ *\d* \|"), "blue"),
    (re.compile(r"^ *\| *(\^+.*)"), "bold red"),
    (re.compile(r"^ *\| *(-+(?: .*)?)$"), "bold blue"),
    (re.compile(r"^ *= help:"), "bold cyan"),
)


def exit_code(error: BayescriptError) -> int:
    """The exit code for a kind of error."""
    return next((code for kind, code in _EXIT if isinstance(error, kind)), 1)


def show(text: str) -> None:
    """Print diagnostics to standard error, with colour where a terminal shows it."""
    if not sys.stderr.isatty():
        print(text, file=sys.stderr)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in text.split("\n"):
        painted = Text(line)
        for pattern, style in _STYLES:
            found = pattern.search(line)
            if found:
                painted.stylize(style, *found.span(found.re.groups))
        console.print(painted)
