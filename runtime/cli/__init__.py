"""The command line.

Exit codes: 0 all is well; 1 the spec is wrong; 2 the call is wrong; 3 the data does not fit;
4 a back-end cannot do it; 5 something went wrong while running; 130 interrupted.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import typer

from ...grammar.diagnostics import BayescriptError
from . import fits, new, predictions, specs, verify
from .errors import exit_code, show
from .version import whole

app = typer.Typer(
    name="bayescript",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bayesian models as data: check a spec, compile it, run it, read the result.",
)

app.callback()(whole)
for _command in (
    new.new,
    specs.check,
    specs.compile_,
    fits.run,
    fits.resume,
    fits.summary,
    predictions.prior,
    predictions.predict,
    fits.demo,
    verify.verify,
    specs.fmt,
    specs.convert,
    specs.explain,
    specs.schema,
    specs.lsp,
):
    app.command(name=_command.__name__.rstrip("_"))(_command)


def _shown(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning of the run without the place in our code at which it was raised."""
    show(f"warning: {message}\n")


def main(arguments: list[str] | None = None) -> None:
    """The entry point: errors that teach go to stderr, never a traceback."""
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _shown
            app(arguments)
    except BayescriptError as error:
        show(str(error))
        sys.exit(exit_code(error))
