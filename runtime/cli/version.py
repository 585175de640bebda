"""What is installed, for a report of what went wrong."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

_ENGINES = ("jax", "numpyro", "torch", "pyro-ppl", "arviz")


def _show(asked: bool) -> None:
    if not asked:
        return
    found = [f"{name} {number}" for name in _ENGINES if (number := _installed(name))]
    print(f"bayescript {_installed('bayescript') or 'from a checkout'}")
    print(", ".join([f"python {platform.python_version()}", *found]))
    raise typer.Exit()


def whole(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show, is_eager=True, help="Show what is installed, and end."
        ),
    ] = False,
) -> None:
    """The options of the command line itself."""


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
