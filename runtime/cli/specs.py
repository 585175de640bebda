"""The commands that read specs and run nothing: check, compile, fmt, convert, explain, schema."""

from __future__ import annotations

import difflib
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ...grammar.diagnostics import BayescriptError, Diagnostic
from ...grammar.source import Source, Surface
from ...grammar.surfaces import read
from ..model import load, read_source, source_of
from .errors import exit_code, show
from .files import each
from .options import DataOption, SizeOption, Spec, sizes, tables


def check(
    specs: Annotated[
        list[Path], typer.Argument(help="specs (.bayes or .yaml), or folders", show_default=False)
    ],
    data: DataOption = None,
    size: SizeOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="also what a statistician would ask; 1 if anything is")
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option(help="the code of a warning or lint to leave out")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="diagnostics as JSON")] = False,
) -> None:
    """Check specs, and data against them. Runs nothing."""
    gc.set_threshold(100_000, 50, 50)  # trees and models are many objects, and no cycles
    found: list[dict[str, object]] = []
    code = 0
    kept = _kept(ignore)
    for spec in each(specs):
        try:
            model = load(spec)
            source = model._compilation.source
            said = list(model.warnings)
            bound = model.bind(tables(data), sizes=sizes(size)) if data else None
            said += bound.warnings if bound else ()
            if strict:
                said += model._lint(bound) if bound else model.lint()
            told: list[tuple[Diagnostic, Source | None]]
            told = [(one, source) for one in kept(said)]
            remarks = f"{len(told)} remark{'s' * (len(told) > 1)}" if strict and told else ""
            code = max(code, int(bool(remarks)))
            if not as_json:
                print(f"{spec}: {remarks or 'ok'}")
        except BayescriptError as error:
            code = max(code, exit_code(error))
            told = [(diagnostic, error.source) for diagnostic in error.diagnostics]
        for diagnostic, where in told:
            if as_json:
                found.append(diagnostic.as_json(where) | {"file": str(spec)})
            else:
                show(diagnostic.render(where) + "\n")
    if as_json:
        print(json.dumps(found, indent=2))
    raise typer.Exit(code)


def _kept(ignore: list[str] | None) -> Callable[[list[Diagnostic]], Sequence[Diagnostic]]:
    """What leaves some codes out. Raises BayescriptError where one of them is no warning."""
    if not ignore:
        return lambda said: said
    from ..ignored import without  # it knows all codes, for which nobody else waits

    without((), ignore)
    return lambda said: without(said, ignore)


def compile_(
    spec: Spec,
    backend: Annotated[str, typer.Option(help="numpyro or pyro")] = "numpyro",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="where to write the program")
    ] = None,
    show: Annotated[str, typer.Option(help="tree, model, passes, program or json")] = "program",
    optimised: Annotated[
        bool, typer.Option("--optimised", help="what draws; with --data, for such data")
    ] = False,
    data: DataOption = None,
    size: SizeOption = None,
    arrays: Annotated[
        Path | None,
        typer.Option(help="write the data as the program's inputs, .npz, for its own main"),
    ] = None,
) -> None:
    """Compile a spec to a program, or show a stage of its compilation."""
    model = load(spec)
    bound = model.bind(tables(data), sizes=sizes(size)) if arrays or (data and optimised) else None
    text = model.show(show, backend, optimised, bound.sizes if bound else None)
    if arrays is not None:
        from ..execute import inputs, load_program

        assert bound is not None
        program = model._compilation.program(backend, {}, optimised, bound.sizes)
        import numpy as np

        np.savez(arrays, **inputs(load_program(program.source, program.name), bound))
    if output is None:
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        output.write_text(text, encoding="utf-8")
        print(f"wrote {output}")


def fmt(
    specs: Annotated[
        list[Path],
        typer.Argument(help="specs to rewrite, or folders; - reads one and prints it"),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="write nothing; exit 1 if a spec would change")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="write nothing; show the changes")] = False,
) -> None:
    """Write specs in the canonical form. Comments are kept; a spec with errors is left alone."""
    from ...grammar.format import format_spec

    changed = False
    for path in each(specs):
        stdin = str(path) == "-"
        source = source_of(sys.stdin.read(), "<stdin>") if stdin else read_source(path)
        text = format_spec(read(source))
        if stdin:
            print(text, end="")
            continue
        before = path.read_bytes()
        if before == text.encode():
            continue
        changed = True
        if diff:
            lines = difflib.unified_diff(
                source.text.splitlines(keepends=True),
                text.splitlines(keepends=True),
                str(path),
                str(path),
            )
            print("".join(lines), end="")
        elif check:
            print(f"{path}: would change")
        else:
            _replace(path, text)
            print(f"{path}: formatted")
    raise typer.Exit(1 if changed and (check or diff) else 0)


def convert(
    spec: Spec,
    to: Annotated[
        str | None, typer.Option("--to", help="text or yaml; by default the other one")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="where to write; its ending decides, too")
    ] = None,
) -> None:
    """Write a spec on the other surface: .bayes text as YAML, YAML as text."""
    from ...grammar.format import convert as converted

    source = read_source(spec)
    other: Surface = "text" if source.surface == "yaml" else "yaml"
    if to not in (None, "text", "yaml"):
        raise typer.BadParameter(f"`{to}`: write `--to text` or `--to yaml`")
    if to is None and output is not None:
        to = source_of("", output.name).surface
    surface: Surface = other if to is None else ("yaml" if to == "yaml" else "text")
    text = converted(read(source), surface)
    if output is None:
        print(text, end="")
    else:
        _replace(output, text)
        print(f"wrote {output}")


def explain(
    code: Annotated[str | None, typer.Argument(help="such as B203; without it, all")] = None,
) -> None:
    """What an error means, with a wrong and a right example."""
    from ..explain import print_explanation

    print_explanation(code)


def schema() -> None:
    """Print the JSON Schema of specs in YAML, for editors."""
    from ...grammar.yaml.forms import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def lsp(stdio: Annotated[bool, typer.Option("--stdio", hidden=True)] = True) -> None:
    """Start the language server, for editors: it speaks over standard input and output."""
    del stdio  # the only way; some editors ask for it by name
    import importlib

    # The face stands above the runtime: it is reached by name, as an editor would.
    importlib.import_module("bayescript.lsp").main()


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
