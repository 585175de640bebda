"""The commands that draw beside fitting: prior, predict."""

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
    backend: Annotated[str, typer.Option(help="numpyro or pyro")] = "numpyro",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="save the draws as NetCDF")
    ] = None,
) -> None:
    """Draw from the prior, outcomes too, and print a summary. The data need no outcomes."""
    found = load(spec).prior(
        tables(data), draws=draws, seed=seed, backend=backend, sizes=sizes(size)
    )
    from ..results.report import print_report

    print_report(found.summary())
    if output is not None:
        found.save(output)
        print(f"saved {output}")


def predict(
    fit: Annotated[Path, typer.Argument(help="a saved fit (NetCDF)", show_default=False)],
    data: DataOption = None,
    size: SizeOption = None,
    new: Annotated[
        str, typer.Option(help="elements that the fit does not know: error, draw or mean")
    ] = "error",
    level: Annotated[float, typer.Option(help="the share of the intervals")] = 0.9,
    seed: Annotated[
        int | None, typer.Option(help="the same seed gives the same draws; else that of the fit")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="save a table as CSV, or all draws as NetCDF (.nc)"),
    ] = None,
) -> None:
    """Predict the outcomes of new rows from a saved fit. The data need no outcomes."""
    from ..fit import load_fit
    from ..results.report import print_report

    keep = True if output is not None and output.suffix == ".nc" else None
    found = load_fit(fit).predict(
        tables(data), new=new, level=level, seed=seed, keep=keep, sizes=sizes(size)
    )
    print_report(found.summary())
    if output is not None:
        found.save(output)
        print(f"saved {output}")
