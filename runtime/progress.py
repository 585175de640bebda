"""A progress bar for samplers and optimisers, on terminals and in notebooks only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from .engines.settings import Callback, Step


@contextmanager
def progress_bar(chains: int, wanted: bool = True) -> Iterator[Callback | None]:
    """A callback that draws the bar, or None where no one would see it."""
    console = Console(stderr=True)
    if not wanted or not (console.is_terminal or console.is_jupyter):
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[about]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None, about="")

        def show(step: Step) -> None:
            stage = step.stage or ("warmup" if step.warmup else "draws")
            run = "start" if step.stage else "chain"
            bar.update(
                task,
                description=f"{run} {step.chain + 1} of {chains}, {stage}" if chains > 1 else stage,
                total=chains * step.total,
                completed=step.chain * step.total + step.iteration,
                about=step.about,
            )

        yield show
