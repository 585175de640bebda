"""The program around the model: header, helpers, data stage, manifest and `main`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .. import ir
from ..ir.walk import names
from ..regression import is_regression
from ..tables.libraries import LIBRARIES
from .drivers import driver
from .functions import ORDER, asked, block_text, described, kind_of, signature, tidy
from .lines import Lines, literal, quoted
from .program import Program
from .table import TableLoader
from .written import Class, written

if TYPE_CHECKING:
    from jinja2 import Template

    from .emitter import Emitter


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 40 ms, only when printing

    environment = Environment(
        loader=PackageLoader(__package__),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(name)


@cache
def _helper(backend: str, name: str) -> str:
    """The text of a helper: a function or class that some programs need."""
    folders = (resources.files(__package__) / "templates" / f for f in (backend, "shared"))
    found = (file for folder in folders if (file := folder / f"{name}.py.j2").is_file())
    return next(found).read_text(encoding="utf-8").strip("\n")


def helper_texts(emitter: Emitter) -> list[str]:
    """The functions and classes that a program brings along; one may need further ones."""
    texts: dict[str, str] = {}
    while missing := [name for name in emitter.helpers if name not in texts]:
        texts |= {name: _text(emitter, name) for name in missing}
    return [*texts.values()]


def _text(emitter: Emitter, name: str) -> str:
    found = written(name, emitter.backend)
    if found is None:
        return _helper(emitter.backend, name)
    given = Class(emitter, *found).given()
    return _template(f"{emitter.backend}/written.py.j2").render(given).strip("\n")


class Skeleton:
    """Puts a program together from what an emitter printed."""

    def __init__(
        self, emitter: Emitter, body: Lines, others: Sequence[tuple[Emitter, Lines]] = ()
    ) -> None:
        self.emitter = emitter
        self.model = emitter.model
        self.body = body
        self.others = others
        self.library = LIBRARIES[emitter.arrays]

    def program(self) -> Program:
        emitter, settings = self.emitter, dict(self.model.inference.settings)
        prepare, prepared = self.prepare()
        arguments, inputs = self.inputs(prepared)
        loader = TableLoader(self.model, emitter.names, inputs, emitter.imports)
        load = loader.source()
        helpers = helper_texts(emitter)
        for helper in helpers:
            emitter.imports.read(helper, emitter.library)
        driven = driver(emitter)
        manifest = self.manifest(arguments, inputs, prepared)
        file = emitter.source.name.replace("\\", "/").rsplit("/", 1)[-1]
        stem = (
            file.rsplit(".", 1)[0]
            if file.endswith((".bayes", ".yaml", ".yml"))
            else self.model.name
        )
        text = _template(f"{emitter.backend}.py.j2").render(
            title=self.title(),
            backend=emitter.title,
            spec=_in_docstring(manifest["spec"]),
            file=_in_docstring(f"{stem}_{emitter.backend}.py"),
            data=loader.example,
            imports=emitter.imports.lines(),
            prepare=prepare,
            helpers=helpers,
            signature=self.signature(arguments, inputs),
            body=tidy(self.body),
            functions=[block_text(other, body, arguments) for other, body in self.others],
            manifest=literal(_printed(manifest), 0, len("MANIFEST = ")),
            load=load,
            settings=settings,
            data_option=self.data_option(loader),
            generates=any(other.block == "generate" for other, _ in self.others),
            **driven,
        )
        return Program(text, self.model.name, emitter.backend, manifest)

    @staticmethod
    def data_option(loader: TableLoader) -> str:
        out = Lines(depth=1)
        out.add(f'parser.add_argument("--data", required=True, help={quoted(loader.help)})')
        return str(out)

    def title(self) -> str:
        text = self.model.description or f"The model {self.model.name}"
        text = _in_docstring(text)
        return text if text.endswith((".", "?", "!")) else text + "."

    # --- the data stage -----------------------------------------------------------------

    def prepare(self) -> tuple[str, list[ir.Define]]:
        """`prepare()` and the statements whose values it gives back."""
        emitter = self.emitter
        used = {*emitter.world.asked, *emitter.outcomes}
        used |= {name for other, _ in self.others for name in other.world.asked}
        results = [s for s in emitter.data_stage if s.recorded or s.name in used]
        if not results:
            return "", []
        out = Lines(depth=1)
        for statement in _closure(emitter.data_stage, results):
            if not statement.made:
                out.comment(emitter.quoted(statement))
            if statement.note:
                out.comment(statement.note)
            printed = emitter.data_printer.aligned(statement.value, statement.dims).text
            out.add(f"{emitter.names.quantity(statement.name)} = {printed}")
        pairs = ", ".join(map(self.pair, results))
        out.add(f"return {{{pairs}}}")
        typed = [(n, kind_of(i, "np.ndarray")) for n, i in emitter.prepare_world.inputs.items()]
        emitter.imports.need("numpy")
        header = signature("prepare", typed, "dict[str, np.ndarray]")
        return f'{header}\n    """What depends on data alone, computed once."""\n{out}', results

    def pair(self, result: ir.Define) -> str:
        """An item of what `prepare` returns; strict libraries want numbers as outcomes."""
        name = self.emitter.names.quantity(result.name)
        number = (
            self.library.strict and result.kind == "bool" and result.name in self.emitter.outcomes
        )
        return f"{quoted(name)}: {name}" + (".astype(float)" if number else "")

    # --- arguments ----------------------------------------------------------------------

    def inputs(self, prepared: list[ir.Define]) -> tuple[list[str], dict[str, dict[str, Any]]]:
        """The arguments of `model` in a steady order, and all inputs by role."""
        emitter = self.emitter
        world = emitter.world
        outcomes = [emitter.names.quantity(n) for n in emitter.outcomes]
        asked = [emitter.names.quantity(s.name) for s in prepared if s.name in world.asked]
        raw = sorted(world.inputs, key=lambda n: ORDER[world.inputs[n]["role"]])
        arguments = [n for n in [*asked, *raw] if n not in outcomes] + outcomes
        found = {**emitter.prepare_world.inputs, **world.inputs}
        for other, _ in self.others:
            given = other.world.inputs.items()
            found |= {n: row for n, row in given if row["role"] != "draw" and n not in found}
        return arguments, {
            n: found[n] for n in sorted(found, key=lambda n: ORDER[found[n]["role"]])
        }

    def signature(self, arguments: list[str], inputs: dict[str, dict[str, Any]]) -> str:
        emitter = self.emitter
        optional = {
            emitter.names.quantity(n) for n in emitter.outcomes if n not in emitter.world.asked
        }
        typed = []
        for name in arguments:
            kind = kind_of(inputs.get(name, {"role": "data"}), self.library.array)
            typed.append((name, f"{kind} | None = None" if name in optional else kind))
        return signature("model", typed, "None", rest=self.rest(typed))

    def rest(self, typed: list[tuple[str, str]]) -> bool:
        """Whether `model` is called with more than it takes: what only the guide asks for."""
        guides = [other for other, _ in self.others if other.block == "guide"]
        return any(set(asked(guide)[0]) - {name for name, _ in typed} for guide in guides)

    # --- the manifest -------------------------------------------------------------------

    def manifest(
        self, arguments: list[str], inputs: dict[str, dict[str, Any]], prepared: list[ir.Define]
    ) -> dict[str, Any]:
        emitter = self.emitter
        found: dict[str, Any] = {
            "spec": emitter.source.name.replace("\\", "/").rsplit("/", 1)[-1],
            "model": self.model.name,
            "backend": emitter.backend,
            "inputs": inputs,
        }
        if prepared:
            found["prepare"] = list(emitter.prepare_world.inputs)
            found["prepared"] = [emitter.names.quantity(s.name) for s in prepared]
        found["arguments"] = arguments
        if self.library.strict:
            taken = [*arguments, *(n for other, _ in self.others for n in asked(other)[0])]
            every = list(dict.fromkeys(taken))
            roles = {name: inputs[name]["role"] if name in inputs else "" for name in every}
            found["integers"] = [n for n in every if roles[n] in ("size", "position")]
            found["positions"] = self.positions(every, inputs, prepared)
        found["outcomes"] = list(emitter.outcomes)
        if is_regression(self.model):
            found["nearly_normal"] = True
        found |= {other.block: described(other) for other, _ in self.others}
        found["sites"] = {s.name: self.site(s) for s in self.sites(prepared)}
        return found

    def positions(
        self, arguments: list[str], inputs: dict[str, dict[str, Any]], prepared: list[ir.Define]
    ) -> list[str]:
        """The arguments that are positions in a plate: whole numbers, where all others are not."""
        names = self.emitter.names
        found = {names.quantity(s.name) for s in prepared if s.kind == "index"}
        found |= {names.quantity(d.name) for d in self.model.data if d.kind == "index"}
        found |= {name for name, row in inputs.items() if row["role"] == "index"}
        return [name for name in arguments if name in found]

    def sites(self, prepared: list[ir.Define]) -> list[ir.Statement]:
        recorded = [s for s in prepared if s.recorded]
        learned = [s for s in self.model.guide if isinstance(s, ir.Param)]
        stated = [*self.emitter.stated, *learned, *self.model.generated]
        return [*recorded, *(s for s in stated if not isinstance(s, ir.Define) or s.recorded)]

    def site(self, statement: ir.Statement) -> dict[str, Any]:
        emitter = self.emitter
        text = " ".join(emitter.source.excerpt(statement.span).split())
        row: dict[str, Any] = {
            "kind": self.kind(statement),
            "dims": [str(d) for d in statement.dims],
        }
        if isinstance(statement, ir.Sample):
            row["support"] = statement.support.constraint
        datum = self.model.datum(statement.name)
        if datum is not None and datum.imputed:
            row["missing"] = datum.imputed
        row["line"] = emitter.source.place(statement.span.start)[0]
        row["statement"] = text
        return row

    def kind(self, statement: ir.Statement) -> str:
        if statement in self.model.generated:
            return "auxiliary" if getattr(statement, "made", False) else "generated"
        if isinstance(statement, ir.Define):
            return "constant" if statement.stage == "data" else "deterministic"
        if isinstance(statement, ir.Term):
            return "factor"
        if isinstance(statement, ir.Param):
            return "variational" if statement in self.model.guide else "param"
        assert isinstance(statement, ir.Sample)
        if statement.observed:
            return "outcome"
        return "auxiliary" if statement.made else "latent"


def _in_docstring(text: str) -> str:
    """Text that cannot end the docstring in which it stands."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return printable.replace("\\", "\\\\").replace('"""', "'''").rstrip('"').rstrip()


def _printed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Without the statements: the program quotes them where they are."""
    sites = {
        name: {key: value for key, value in row.items() if key != "statement"}
        for name, row in manifest["sites"].items()
    }
    return {**manifest, "sites": sites}


def _closure(stage: list[ir.Define], results: list[ir.Define]) -> list[ir.Define]:
    """The statements that results need, in order."""
    wanted = {s.name for s in results}
    for statement in reversed(stage):
        if statement.name in wanted:
            wanted |= names(statement)
    return [s for s in stage if s.name in wanted]
