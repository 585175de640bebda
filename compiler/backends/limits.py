"""Refuses what a library cannot compute, or not differentiate, before a sampler meets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...grammar.diagnostics import BackendError, Diagnostic
from .. import ir
from ..ir.walk import names, walk
from ..lowering.inline import expression_text
from ..lowering.tails import log_above, log_below, log_mass
from ..tables.families import FAMILIES
from ..tables.functions import FUNCTIONS, Function, path
from .emitter import Emitter

_NOUNS = {
    "betainc": "incomplete beta function",
    "gammainc": "incomplete gamma function",
    "gammaincc": "incomplete gamma function",
}


def check(emitter: Emitter, others: Iterable[type[Emitter]]) -> None:
    """Raises BackendError (B410) at a function without a value, or without a derivative."""
    stated = emitter.stated
    latent = {s.name for s in stated if not (isinstance(s, ir.Sample) and s.observed)}
    if emitter.block == "generate":
        latent = set()  # nothing is differentiated there
    for statement in stated:
        for call in _calls(statement, emitter):
            row = FUNCTIONS[call.function]
            constant = not any(isinstance(n, ir.Ref) for n in walk(call))
            if not (constant or _has(emitter, row)):
                able = [e for e in others if _has(e, row)]
                message = f"{emitter.title} has no {_noun(row)}"
                raise _refusal(statement, message, "", able, "")
            shapes = call.arguments[: _without(emitter, row)]
            for name in sorted({n for shape in shapes for n in names(shape)} & latent):
                able = [e for e in others if _has(e, row) and not _without(e, row)]
                message = f"{emitter.title} cannot differentiate this in `{name}`"
                label = f"by the {_noun(row)}"
                raise _refusal(statement, message, label, able, f"fix `{name}` or make it data; ")


def exceptions(row: Function, emitters: Iterable[type[Emitter]]) -> Iterator[str]:
    """What back-ends cannot do with a function, in words."""
    for emitter in emitters:
        if not _has(emitter, row):
            yield f"{emitter.title} lacks it"
        elif shapes := _without(emitter, row):
            yield f"{emitter.title}: no derivative in " + ", ".join(f"`{x}`" for x in "xy"[:shapes])


def _noun(row: Function) -> str:
    return _NOUNS.get(row.name, f"`{row.name}`")


def _has(emitter: Emitter | type[Emitter], row: Function) -> bool:
    return bool(path(row, emitter.arrays) or row.helper or row.lowering)


def _without(emitter: Emitter | type[Emitter], row: Function) -> int:
    return row.shapes.get(emitter.arrays, 0)


def _refusal(
    statement: ir.Statement, message: str, label: str, able: list[type[Emitter]], way: str
) -> BackendError:
    """The help names the back-ends that can, then ways to do without."""
    ways = [f"{e.title} can: `backend = {e.backend}`" for e in able]
    outcome = isinstance(statement, ir.Sample) and statement.observed
    if not outcome:  # of data, the density alone would be another model
        ways.append(f"{way}or restrict the support without renormalising, `x : positive ~ …`")
    elif way:
        ways.append(way.removesuffix("; "))
    return BackendError(
        Diagnostic(
            "B410",
            message,
            statement.span,
            label=label or "which this needs",
            help="; ".join(ways),
        )
    )


def _calls(statement: ir.Statement, emitter: Emitter) -> Iterator[ir.Call]:
    model = emitter.model
    for node in walk(statement):
        if isinstance(node, ir.Call):
            yield node
        elif isinstance(node, ir.Dist):
            form = FAMILIES[node.family].forms[node.form]
            target = FAMILIES[node.family].target(form, emitter.backend)
            if target is not None and target.written:
                x = ir.Ref("(value)", dims=node.dims, kind=node.kind)
                formula = expression_text(form.formula, {**dict(node.arguments), "x": x}, model)
                yield from (n for n in walk(formula) if isinstance(n, ir.Call))
        elif isinstance(node, ir.Restricted) and node.normalised:
            yield from (n for n in walk(log_mass(node, model)) if isinstance(n, ir.Call))
        elif isinstance(node, ir.Censored):
            x = ir.Ref("(value)", dims=node.dims, kind=node.kind)
            for tail in (log_below(node.base, x, model), log_above(node.base, x, model)):
                yield from (n for n in walk(tail) if isinstance(n, ir.Call))
