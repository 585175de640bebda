"""The command line: check, compile, run, summary, demo.

Exit codes: 0 all is well; 1 the spec is wrong; 2 the call is wrong; 3 the data does not fit;
4 a back-end cannot do it; 5 something went wrong while running; 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..grammar.diagnostics import (
    BackendError,
    BayescriptError,
    DataError,
    Diagnostic,
    RunError,
    SpecError,
)
from ..grammar.source import Source
from .model import load

if TYPE_CHECKING:
    from .fit import Fit

app = typer.Typer(
    name="bayescript",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bayesian models as data: check a spec, compile it, run it, read the result.",
)

_EXIT = ((SpecError, 1), (DataError, 3), (BackendError, 4), (RunError, 5))

Spec = Annotated[Path, typer.Argument(help="a .bayes file", show_default=False)]
DataOption = Annotated[
    list[str] | None,
    typer.Option("--data", "-d", help="FILE, or PLATE=FILE for each plate's table; CSV or Parquet"),
]
SizeOption = Annotated[
    list[str] | None, typer.Option("--size", help="PLATE=N, where no data tells it")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print results only")]


@app.command()
def check(
    specs: Annotated[list[Path], typer.Argument(help=".bayes files", show_default=False)],
    data: DataOption = None,
    size: SizeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="diagnostics as JSON")] = False,
) -> None:
    """Check specs, and data against them. Runs nothing."""
    found: list[dict[str, object]] = []
    code = 0
    for spec in specs:
        try:
            model = load(spec)
            source = model._compilation.source
            told: list[tuple[Diagnostic, Source | None]] = [(w, source) for w in model.warnings]
            if data:
                bound = model.bind(_tables(data), sizes=_sizes(size))
                told += [(w, None) for w in bound.warnings]
            if not as_json:
                print(f"{spec}: ok")
        except BayescriptError as error:
            code = max(code, _exit_code(error))
            told = [(diagnostic, error.source) for diagnostic in error.diagnostics]
        for diagnostic, where in told:
            if as_json:
                found.append(diagnostic.as_json(where) | {"file": str(spec)})
            else:
                print(diagnostic.render(where) + "\n", file=sys.stderr)
    if as_json:
        print(json.dumps(found, indent=2))
    raise typer.Exit(code)


@app.command(name="compile")
def compile_(
    spec: Spec,
    backend: Annotated[str, typer.Option(help="numpyro")] = "numpyro",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="where to write the program")
    ] = None,
    show: Annotated[str, typer.Option(help="tree, model, passes, program or json")] = "program",
    data: DataOption = None,
    size: SizeOption = None,
    arrays: Annotated[
        Path | None,
        typer.Option(help="write the data as the program's inputs, .npz, for its own main"),
    ] = None,
) -> None:
    """Compile a spec to a program, or show a stage of its compilation."""
    model = load(spec)
    text = model.show(show, backend)
    if arrays is not None:
        from .execute import inputs, load_program

        bound = model.bind(_tables(data), sizes=_sizes(size))
        program = model.compile(backend)
        import numpy as np

        np.savez(arrays, **inputs(load_program(program.source, program.name), bound))
    if output is None:
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        output.write_text(text, encoding="utf-8")
        print(f"wrote {output}")


@app.command()
def run(
    spec: Spec,
    data: DataOption = None,
    size: SizeOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="save the fit as NetCDF")
    ] = None,
    chains: Annotated[int | None, typer.Option(help="independent chains")] = None,
    warmup: Annotated[int | None, typer.Option(help="warmup iterations a chain")] = None,
    draws: Annotated[int | None, typer.Option(help="draws kept a chain")] = None,
    seed: Annotated[int | None, typer.Option(help="the same seed gives the same draws")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="any other setting, such as target_accept=0.95"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Fit a spec to data and print the summary."""
    model = load(spec)
    given: dict[str, Any] = {"chains": chains, "warmup": warmup, "draws": draws, "seed": seed}
    settings = {k: v for k, v in given.items() if v is not None} | _settings(setting)
    fit = model.fit(_tables(data), sizes=_sizes(size), progress=not quiet, **settings)
    _print_fit(fit)
    if output is not None:
        fit.save(output)
        print(f"saved {output}")
    if fit.interrupted:
        raise typer.Exit(130)


@app.command()
def summary(
    fit: Annotated[Path, typer.Argument(help="a saved fit (NetCDF)", show_default=False)],
) -> None:
    """Print the summary and warnings of a saved fit."""
    from .fit import load_fit

    _print_fit(load_fit(fit))


@app.command()
def demo(
    chains: Annotated[int, typer.Option(help="independent chains")] = 4,
    draws: Annotated[int, typer.Option(help="draws kept a chain")] = 1000,
) -> None:
    """Fit Grunfeld's investment data: 11 firms, 20 years, crossed effects."""
    from .demo import run_demo

    run_demo(chains, draws)


def _print_fit(fit: Fit) -> None:
    from .report import print_report

    print_report(fit.summary(), fit.warnings)


def _tables(data: list[str] | None) -> Any:
    """`--data FILE` or `--data plate=FILE …` as what `bind` takes."""
    if not data:
        return {}
    named = [item.partition("=") for item in data]
    if all(equal and name.isidentifier() for name, equal, _ in named):
        return {name: path for name, _, path in named}
    if len(data) == 1:
        return data[0]
    return list(data)


def _sizes(size: list[str] | None) -> dict[str, int]:
    found = {}
    for item in size or ():
        name, _, number = item.partition("=")
        if not number.isdigit():
            raise typer.BadParameter(f"`{item}`: write PLATE=N, such as `--size school=8`")
        found[name] = int(number)
    return found


def _settings(items: list[str] | None) -> dict[str, Any]:
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


def _exit_code(error: BayescriptError) -> int:
    return next((code for kind, code in _EXIT if isinstance(error, kind)), 1)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: errors that teach go to stderr, never a traceback."""
    try:
        app(arguments)
    except BayescriptError as error:
        print(error, file=sys.stderr)
        sys.exit(_exit_code(error))
