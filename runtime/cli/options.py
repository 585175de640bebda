"""What the commands share: options, and the text of a call as values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Spec = Annotated[Path, typer.Argument(help="a spec: .bayes or .yaml", show_default=False)]
DataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        "-d",
        help="FILE, or NAME=FILE for each table or array; CSV, Parquet, Arrow, JSON, NetCDF, .npz",
    ),
]
SizeOption = Annotated[
    list[str] | None, typer.Option("--size", help="PLATE=N, where no data tells it")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print results only")]


def tables(data: list[str] | None) -> Any:
    """`--data FILE` or `--data plate=FILE …` as what `bind` takes."""
    if not data:
        return {}
    named = [item.partition("=") for item in data]
    if all(equal and name.isidentifier() for name, equal, _ in named):
        return {name: path for name, _, path in named}
    if len(data) == 1:
        return data[0]
    return list(data)


def sizes(size: list[str] | None) -> dict[str, int]:
    found = {}
    for item in size or ():
        name, _, number = item.partition("=")
        if not number.isdigit():
            raise typer.BadParameter(f"`{item}`: write PLATE=N, such as `--size school=8`")
        found[name] = int(number)
    return found


def settings(items: list[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items or ():
        name, equal, text = item.partition("=")
        if not equal:
            raise typer.BadParameter(
                f"`{item}`: write NAME=VALUE, such as `--set target_accept=0.95`"
            )
        found[name] = _value(text)
    return found


def _value(text: str) -> object:
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    if text.startswith("[") and text.endswith("]"):
        return [item.strip() for item in text[1:-1].split(",") if item.strip()]
    return {"true": True, "false": False}.get(text.lower(), text)
