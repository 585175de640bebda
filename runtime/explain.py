"""What a code means, with its examples: `bayescript explain B203`.

The messages of the examples are those that the software gives as it is: the examples are checked,
compiled and bound here. Only what a sampler says is kept beside the example.
"""

from __future__ import annotations

import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..grammar.codes import CODES, FAMILIES, Code, Example
from ..grammar.diagnostics import BayescriptError, Diagnostic, did_you_mean
from ..grammar.source import Source
from ..grammar.surfaces import read
from .model import load, loads, source_of

_WIDTH = 88
_HEAVY = frozenset({"fit", "load_fit", "resume", "predict"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an explanation: what it is, and its text."""

    kind: Literal["title", "prose", "label", "spec", "table", "call", "message"]
    text: str
    name: str = ""


def explain(code: str | None = None) -> str:
    """The explanation of a code as plain text; without a code, a list of all.

    Raises BayescriptError where there is no such code.
    """
    return "".join(f"{_plain(part)}\n" for part in _asked(code)).rstrip("\n") + "\n"


def print_explanation(code: str | None = None) -> None:
    """Print an explanation, with colour where a terminal shows it and NO_COLOR is not set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print(explain(code), end="")
        return
    from rich.console import Console
    from rich.text import Text

    painted = Text()
    for part in _asked(code):
        warns = part.text.startswith("warning")
        painted.append(f"{_plain(part)}\n", "yellow" if warns else _STYLES[part.kind])
    painted.rstrip()
    Console(highlight=False, soft_wrap=True).print(painted)


_STYLES = {
    "title": "bold",
    "prose": "",
    "label": "bold",
    "spec": "cyan",
    "table": "cyan",
    "call": "cyan",
    "message": "red",
}


def _asked(code: str | None) -> Iterator[Part]:
    return _listed() if code is None else parts(found(code))


def found(code: str) -> Code:
    """The row of a code, in either case. Raises BayescriptError where there is none."""
    row = CODES.get(code.strip().upper())
    if row is None:
        help = did_you_mean(code.upper(), CODES) or "`bayescript explain` lists all codes"
        raise BayescriptError(Diagnostic("B411", f"there is no code `{code}`", help=help))
    return row


def _listed() -> Iterator[Part]:
    for family, about in FAMILIES.items():
        rows = [row for row in CODES.values() if row.family == family]
        yield Part("title", about)
        yield Part("prose", "\n".join(f"  {row.code}  {row.title}" for row in rows))


def parts(row: Code) -> Iterator[Part]:
    """An explanation, piece by piece; the message of the wrong example is made now."""
    yield Part("title", f"{row.code}: {row.title}")
    yield Part("prose", row.why)
    if row.wrong is not None:
        yield Part("label", "Wrong")
        yield from _example(row.wrong)
        yield Part("message", said(row.wrong))
    yield Part("label", "What to do")
    yield Part("prose", row.remedy)
    if row.right is not None:
        yield Part("label", "Right")
        yield from _example(row.right)
    if row.unprovoked:
        yield Part("prose", f"There is no example: {row.unprovoked}.")


def _example(example: Example) -> Iterator[Part]:
    if example.spec:
        yield Part("spec", example.spec, _file(example) if example.step == "load" else "")
    for plate, text in example.tables.items():
        yield Part("table", text, f"{plate}.csv")
    if example.step != "compile" or example.call:
        yield Part("call", _call(example))


def _call(example: Example) -> str:
    """The call as it is written in Python."""
    given = [f"{name}={_literal(value)}" for name, value in example.call.items()]
    match example.step:
        case "bind" | "fit" | "prior" | "lint" if example.step != "lint" or example.tables:
            files = ", ".join(f'"{plate}": "{plate}.csv"' for plate in example.tables)
            return f"model.{example.step}({', '.join([f'{{{files}}}', *given])})"
        case "predict":
            old, new = (
                ", ".join(f'"{plate.removeprefix("new_")}": "{plate}.csv"' for plate in tables)
                for tables in _old_and_new(example)
            )
            predicted = ", ".join([f"{{{new}}}", *given])
            return f"model.fit({{{old}}}).predict({predicted})"
        case "explain":
            return f"bayescript explain {example.call['code']}"
        case "new":
            (table,) = example.tables
            return f"bayescript new --data {table}.csv --outcome {example.call['outcome']}"
        case "convert":
            return f"bayescript convert {_file(example)} --to {example.call['to']}"
        case "load" | "load_fit" | "resume":
            return f"bs.{example.step}({_literal(example.call['path'])})"
    return f"model.{example.step}({', '.join(given)})"


def _old_and_new(example: Example) -> tuple[list[str], list[str]]:
    new = [name for name in example.tables if name.startswith("new_")]
    return [name for name in example.tables if name not in new], new


def _literal(value: object) -> str:
    return repr(value).replace("'", '"')


def _plain(part: Part) -> str:
    match part.kind:
        case "prose" if "\n" not in part.text:
            return textwrap.fill(part.text, _WIDTH) + "\n"
        case "title" | "prose":
            return part.text + "\n"
        case "label":
            return f"{part.text}:\n"
    name = f"{part.name}:\n" if part.name else ""
    return textwrap.indent(f"{name}{part.text.rstrip()}\n", "    ")


# --- what is said of an example --------------------------------------------------------------


def said(example: Example) -> str:
    """What the software says of an example; of a run, what is known to be said."""
    if example.step in _HEAVY:
        return example.shown
    with tempfile.TemporaryDirectory() as folder:
        return outcome(example, Path(folder))[1]


def outcome(example: Example, folder: Path) -> tuple[tuple[Diagnostic, ...], str]:
    """Does what an example says: the errors or else the warnings, and their text."""
    (folder / _file(example)).write_text(example.spec, encoding="utf-8")
    for plate, text in example.tables.items():
        (folder / f"{plate}.csv").write_text(text, encoding="utf-8")
    try:
        told, source = _done(example, folder)
    except BayescriptError as error:
        return error.diagnostics, _without(folder, str(error))
    return told, _without(folder, "\n\n".join(one.render(source) for one in told))


def _file(example: Example) -> str:
    return "example.yaml" if example.surface == "yaml" else "example.bayes"


def _without(folder: Path, text: str) -> str:
    return text.replace(f"{folder}{os.sep}", "")


def _done(example: Example, folder: Path) -> tuple[tuple[Diagnostic, ...], Source | None]:
    """The warnings of an example that goes well, and the source in which they have their places."""
    call: dict[str, Any] = dict(example.call)
    match example.step:
        case "explain":
            found(**call)
            return (), None
        case "new":
            from .starters.draft import draft

            (table,) = example.tables
            draft(folder / f"{table}.csv", **call)
            return (), None
        case "load":
            return load(folder / call["path"]).warnings, None
        case "convert":
            from ..grammar.format import convert

            convert(read(source_of(example.spec, _file(example))), call["to"])
            return (), None
    model = loads(example.spec, _file(example), example.surface)
    after: tuple[Diagnostic, ...] = ()
    tables = {plate: folder / f"{plate}.csv" for plate in example.tables}
    match example.step:
        case "bind":
            after = model.bind(tables, **call).warnings
        case "lint":
            after = model.lint(tables or None, **call)
        case "fit":
            after = model.fit(tables, progress=False, **call).warnings
        case "load_fit":
            from .fit import load_fit

            model.fit(tables, progress=False, chains=1).save(folder / "school.nc")
            after = load_fit(folder / call["path"]).warnings
        case "resume":
            from .resume import resume

            begun = folder / "school.ckpt"
            model.fit(tables, progress=False, chains=1, checkpoint=begun)
            after = resume(folder / call["path"], progress=False).warnings
        case "predict":
            old, new = _old_and_new(example)
            fit = model.fit({name: tables[name] for name in old}, progress=False, chains=1)
            fit.predict({name.removeprefix("new_"): tables[name] for name in new}, **call)
        case "prior":
            model._compilation.simulated()  # what is wrong shows before anything is drawn
        case "show":
            model.show(**call)
        case _:
            model.compile(**call)
    return (*model.warnings, *after), Source(example.spec, _file(example), example.surface)
