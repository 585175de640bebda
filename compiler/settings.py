"""The `infer` section: a method and its settings, checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic, SpecError, did_you_mean
from ..grammar.source import Span
from . import ir
from .declarations import plain
from .tables.inference import METHODS, PLANNED, Method


def inference(
    spec: tree.Spec, latents: Sequence[str]
) -> tuple[ir.Inference, tuple[Diagnostic, ...]]:
    """What a spec says of inference, and what is wrong with it."""
    sections = [s for s in spec.statements if isinstance(s, tree.Infer)]
    if not sections:
        return ir.Inference(), ()
    node = sections[0]
    found = [
        Diagnostic("B202", "there are two `infer` sections", other.span, help="keep one")
        for other in sections[1:]
    ]
    method = METHODS.get(node.method.name)
    if method is None:
        return ir.Inference(), (*found, _unknown_method(node.method.name, node.method.span))
    settings: dict[str, object] = {}
    for setting in node.settings:
        wrong = list(_wrong(method, setting, settings, latents))
        found += wrong
        if not wrong:
            settings[setting.name.name] = plain(setting.value)
    found += _unindented(spec, node.method.name, method)
    return ir.Inference(node.method.name, tuple(settings.items()), node.span), tuple(found)


def _unknown_method(name: str, span: Span) -> Diagnostic:
    if name in PLANNED:
        message = f"the method `{name}`: part of the language, but not of this version"
        return Diagnostic("B401", message, span)
    known = "the methods are " + ", ".join(f"`{m}`" for m in METHODS)
    return Diagnostic(
        "B402", f"there is no method `{name}`", span, help=did_you_mean(name, METHODS) or known
    )


def _wrong(
    method: Method, node: tree.Setting, before: dict[str, object], latents: Sequence[str]
) -> Iterator[Diagnostic]:
    name = node.name.name
    row = method.settings.get(name)
    if row is None:
        known = "its settings are " + ", ".join(f"`{s}`" for s in method.settings)
        help = did_you_mean(name, method.settings) or known
        message = f"`{method.name}` has no setting `{name}`"
        yield Diagnostic("B402", message, node.name.span, help=help)
        return
    if name in before:
        yield Diagnostic("B202", f"`{name}` is set twice", node.name.span, help="keep one")
    if node.over is not None:
        message = f"`{name}` has nothing to be `over`"
        yield Diagnostic("B402", message, node.over.span, help="remove it")
    try:
        value = plain(node.value)
    except SpecError as error:
        yield from error.diagnostics
        return
    wrong = row.wrong(value)
    if wrong:
        yield Diagnostic("B402", f"`{name}` is {wrong}", node.value.span)
    elif row.kind == "names":
        names = [value] if isinstance(value, str) else value
        assert isinstance(names, list)
        for one in names:
            if one not in latents:
                message = f"`{name}`: there is no latent `{one}`"
                help = did_you_mean(one, latents)
                yield Diagnostic("B402", message, node.value.span, help=help)


def _unindented(spec: tree.Spec, word: str, method: Method) -> Iterator[Diagnostic]:
    """A setting at the margin is a quantity of the model: hardly ever what was meant."""
    for statement in spec.statements:
        if isinstance(statement, tree.Define) and statement.target.name.name in method.settings:
            name = statement.target.name.name
            message = f"`{name}` is a quantity of the model here, not a setting of `{word}`"
            yield Diagnostic("W201", message, statement.span, help="indent it below `infer`")
