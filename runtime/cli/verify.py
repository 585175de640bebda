"""The command that holds programs against the reference."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ..model import load
from .options import DataOption, SizeOption, Spec, sizes, tables


def verify(
    spec: Spec,
    data: DataOption = None,
    size: SizeOption = None,
    points: Annotated[int, typer.Option(help="random points of the support")] = 10,
    seed: Annotated[int, typer.Option(help="of the points, and of made-up data")] = 0,
    backend: Annotated[
        list[str] | None, typer.Option(help="numpyro or pyro; by default all that are installed")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON")] = False,
) -> None:
    """Hold the programs of a spec against the reference, statement by statement.

    Without data, small data are made up from the declared types. Exit code 5 if something differs.
    """
    found = load(spec).verify(
        tables(data) if data else None,
        sizes=sizes(size),
        points=points,
        seed=seed,
        backends=backend,
    )
    if as_json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        from ..verify_report import print_verification

        print_verification(found)
    raise typer.Exit(0 if found.ok else 5)
