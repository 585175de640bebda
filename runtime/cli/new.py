"""The command that writes a first spec: for a kind of data, or for a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..starters.kinds import listed, starter


def new(
    kind: Annotated[
        str | None, typer.Argument(help="such as logistic; --list shows all", show_default=False)
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", "-d", help="a table to write the spec for")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", "-y", help="the column to be explained")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", "-g", help="a column whose values are labels of groups"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="where to write; by default, print it")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="list the kinds")] = False,
) -> None:
    """Write a spec to start from: for a kind of data, or for a table."""
    if show_list:
        print(listed(), end="")
        return
    if data is None:
        if kind is None:
            raise typer.BadParameter("name a kind (--list shows all), or give a table with --data")
        if outcome or group:
            raise typer.BadParameter("--outcome and --group are columns of a table: add --data")
        text = starter(kind)
    else:
        from ..starters.draft import draft

        text = draft(data, outcome, kind or "", group or ())
    if output is None:
        print(text, end="")
        return
    try:
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise typer.BadParameter(f"`{output}` is there already; name another file") from None
    table = "YOUR_TABLE.csv" if data is None else data
    print(f"wrote {output}\nnext: bayescript run {output} --data {table}")
