"""The `infer` section: a method and its settings, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Note, SpecError, did_you_mean
from ...grammar.source import Span
from .. import ir
from ..tables.inference import METHODS, PLANNED, Method, Setting
from . import later
from .declarations import plain
from .wording import listed, written


def inference(
    spec: tree.Spec, latents: Sequence[str]
) -> tuple[ir.Inference, tuple[Diagnostic, ...]]:
    """What a spec says of inference, and what is wrong with it."""
    sections = [s for s in spec.statements if isinstance(s, tree.Infer)]
    if not sections:
        return ir.Inference(), ()
    node = sections[0]
    first = (Note(node.span, "the first is here"),)
    help = "a spec has one: keep one of them"
    found = [
        Diagnostic("B202", "there are two `infer` sections", other.span, notes=first, help=help)
        for other in sections[1:]
    ]
    method = METHODS.get(node.method.name)
    if method is None:
        return ir.Inference(), (*found, _unknown_method(node.method.name, node.method.span))
    settings: dict[str, object] = {}
    for place, setting in enumerate(node.settings):
        wrong = list(_wrong(method, setting, node.settings[:place], latents))
        found += wrong
        if not wrong:
            settings[setting.name.name] = _value(setting.value)
    found += _unindented(spec, node, method)
    return ir.Inference(node.method.name, tuple(settings.items()), node.span), tuple(found)


def _unknown_method(name: str, span: Span) -> Diagnostic:
    if name in PLANNED:
        return later.method(name, span)
    known = f"the methods are {listed(METHODS, 'and')}"
    return Diagnostic(
        "B402", f"there is no method `{name}`", span, help=did_you_mean(name, METHODS) or known
    )


def _wrong(
    method: Method, node: tree.Setting, before: Sequence[tree.Setting], latents: Sequence[str]
) -> Iterator[Diagnostic]:
    name = node.name.name
    row = method.settings.get(name)
    if row is None and name in later.SETTINGS:
        yield later.setting(name, node.span)
        return
    if row is None:
        known = "its settings are " + ", ".join(f"`{s}`" for s in method.settings)
        help = did_you_mean(name, method.settings) or known
        message = f"`{method.name}` has no setting `{name}`"
        yield Diagnostic("B402", message, node.name.span, help=help)
        return
    first = [setting.name.span for setting in before if setting.name.name == name]
    if first:
        notes = (Note(first[0], "first set here"),)
        message = f"`{name}` is set twice"
        yield Diagnostic("B202", message, node.name.span, notes=notes, help="keep one of them")
    if node.over is not None:
        message = f"`{name}` has nothing to be `over`"
        help = f"a setting is one value for the whole run: `{name} = {written(node.value)}`"
        yield Diagnostic("B402", message, node.over.span, help=help)
    try:
        value = _value(node.value)
    except SpecError as error:
        yield from error.diagnostics
        return
    wrong = row.wrong(value)
    if wrong:
        label = f"`{written(node.value)}` is not"
        help = _example(row, node, value)
        yield Diagnostic("B402", f"`{name}` is {wrong}", node.value.span, label, help=help)
    elif row.kind == "names":
        yield from _not_latent(node, latents)


def _value(node: tree.Expr) -> object:
    """The value of a setting; of a call, such as `adam(b1 = 0.8)`, the text with its names."""
    if not isinstance(node, tree.Call) or node.function.name == "cuda":
        return plain(node)
    inside = (
        f"{argument.name} = {plain(argument.value)}"
        if argument.name
        else str(plain(argument.value))
        for argument in node.arguments
    )
    return f"{node.function.name}({', '.join(inside)})"


def _example(row: Setting, node: tree.Setting, value: object) -> str:
    """A value that a setting can have: the one that was misspelt, or else the default."""
    if row.kind in ("bool", "switch"):
        words = ("true", "false", "auto")[: 3 if row.kind == "switch" else 2]
        ways = listed(f"{node.name.name} = {word}" for word in words)
        return did_you_mean(str(value), words) or f"write {ways}"
    if row.choices:
        close = did_you_mean(str(value), row.choices)
        default = f"write `{node.name.name} = {row.default}`"
        return (close if isinstance(node.value, tree.Name) else str(close)) or default
    if row.kind == "names":
        return f"name latents of the model: `{node.name.name} = [theta]`"
    return f"such as `{node.name.name} = {row.default}`: {row.summary}"


def _not_latent(node: tree.Setting, latents: Sequence[str]) -> Iterator[Diagnostic]:
    """The names of a list that are no latents of the model."""
    for one in node.value.items if isinstance(node.value, tree.ListOf) else (node.value,):
        name = plain(one)
        if name not in latents:
            message = f"`{node.name.name}`: there is no latent `{name}`"
            known = f"the latents are {listed(latents, 'and')}" if latents else "the spec has none"
            close = did_you_mean(str(name), latents)
            help = close if isinstance(one, tree.Name) else str(close)
            help = help or known
            yield Diagnostic("B402", message, one.span, help=help)


def _unindented(spec: tree.Spec, node: tree.Infer, method: Method) -> Iterator[Diagnostic]:
    """A setting at the margin is a quantity of the model: hardly ever what was meant."""
    for statement in spec.statements:
        if isinstance(statement, tree.Define) and statement.target.name.name in method.settings:
            name = statement.target.name.name
            word = node.method.name
            message = f"`{name}` is a quantity of the model here, not a setting of `{word}`"
            notes = (Note(node.method.span, "its settings are indented below"),)
            help = f"indent it below `infer {word}`"
            yield Diagnostic("W201", message, statement.span, notes=notes, help=help)
