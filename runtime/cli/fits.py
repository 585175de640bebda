"""The commands that fit: run, resume, summary, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...compiler.tables.inference import METHODS
from ..model import load
from .options import DataOption, Quiet, SizeOption, Spec, settings, sizes, tables

if TYPE_CHECKING:
    from ..fit import Fit


Output = Annotated[Path | None, typer.Option("--output", "-o", help="save the fit as NetCDF")]


def run(
    spec: Spec,
    data: DataOption = None,
    size: SizeOption = None,
    output: Output = None,
    method: Annotated[
        str | None,
        typer.Option("--method", "-m", help="how to infer: " + ", ".join(METHODS)),
    ] = None,
    chains: Annotated[int | None, typer.Option(help="independent chains")] = None,
    warmup: Annotated[int | None, typer.Option(help="warmup iterations a chain")] = None,
    draws: Annotated[int | None, typer.Option(help="draws kept a chain")] = None,
    seed: Annotated[int | None, typer.Option(help="the same seed gives the same draws")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="any other setting, such as target_accept=0.95"),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="keep the run in this file while it goes on")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on from the checkpoint, where there is one")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fit a spec to data and print the summary."""
    model = load(spec)
    given: dict[str, Any] = {"method": method, "chains": chains, "warmup": warmup}
    given |= {"draws": draws, "seed": seed}
    chosen = {k: v for k, v in given.items() if v is not None} | settings(setting)
    fit = model.fit(
        tables(data),
        sizes=sizes(size),
        progress=not quiet,
        checkpoint=checkpoint,
        resume=resume,
        **chosen,
    )
    _tell(fit, output)


def resume(
    checkpoint: Annotated[
        Path, typer.Argument(help="what `run --checkpoint` wrote", show_default=False)
    ],
    output: Output = None,
    chains: Annotated[int | None, typer.Option(help="more chains than before")] = None,
    draws: Annotated[int | None, typer.Option(help="more draws a chain than before")] = None,
    quiet: Quiet = False,
) -> None:
    """Go on with a run from its checkpoint, to the same draws; needs nothing else."""
    from ..resume import resume as go_on

    given = {"chains": chains, "draws": draws}
    chosen = {k: v for k, v in given.items() if v is not None}
    _tell(go_on(checkpoint, progress=not quiet, **chosen), output)


def summary(
    fit: Annotated[Path, typer.Argument(help="a saved fit (NetCDF)", show_default=False)],
) -> None:
    """Print the summary and warnings of a saved fit."""
    from ..fit import load_fit

    _print_fit(load_fit(fit))


def demo(
    chains: Annotated[int, typer.Option(help="independent chains")] = 4,
    draws: Annotated[int, typer.Option(help="draws kept a chain")] = 1000,
) -> None:
    """Fit Grunfeld's investment data: 11 firms, 20 years, crossed effects."""
    from ..demo import run_demo

    run_demo(chains, draws)


def _tell(fit: Fit, output: Path | None) -> None:
    """Shows a run that has ended, and saves it where that is wanted."""
    _print_fit(fit)
    if output is not None:
        fit.save(output)
        print(f"saved {output}")
    if fit.interrupted:
        raise typer.Exit(130)


def _print_fit(fit: Fit) -> None:
    from ..results.report import print_report

    print_report(fit.summary(), fit.warnings)
    if fit.kind != "chains":
        print(repr(fit))
