"""The commands that draw without fitting: prior."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..model import load
from .options import DataOption, SizeOption, Spec, sizes, tables


def prior(
    spec: Spec,
    data: DataOption = None,
    size: SizeOption = None,
    draws: Annotated[int, typer.Option(help="draws from the prior")] = 1000,
    seed: Annotated[int, typer.Option(help="the same seed gives the same draws")] = 0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="save the draws as NetCDF")
    ] = None,
) -> None:
    """Draw from the prior, outcomes too, and print a summary. The data need no outcomes."""
    found = load(spec).prior(tables(data), draws=draws, seed=seed, sizes=sizes(size))
    from ..report import print_report

    print_report(found.summary())
    if output is not None:
        found.save(output)
        print(f"saved {output}")
