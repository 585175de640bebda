"""Prints distributions that are made of others: mixtures and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..supports import support
from ..tables.functions import AXIS_MAPS, path
from .code import Code, floating
from .lines import Lines

if TYPE_CHECKING:
    from .emitter import Emitter


def mixture(emitter: Emitter, node: ir.Mixture, layout: ir.Dims, out: Lines | None) -> Code:
    """One distribution whose components stand along its last batch axis, or several beside it."""
    whole = support(node)
    if node.axis is not None and len(node.components) == 1:
        inner = (*layout, node.axis)
        components = _component(emitter, node.components[0], whole, inner, out)
    else:
        parts = [_component(emitter, c, whole, layout, out) for c in node.components]
        components = f"{emitter.world.helper('Several')}([{', '.join(parts)}])"
    given = [components, _weights(emitter, node, layout, out)]
    if _own_support(node, whole):
        given.append(f"support={emitter.constraint(whole, layout)}")
    return Code(f"{emitter.world.helper('Mixture')}({', '.join(given)})")


def _component(
    emitter: Emitter, node: ir.Distribution, whole: ir.Support, layout: ir.Dims, out: Lines | None
) -> str:
    """A component, which has density 0 where it does not reach."""
    code = emitter.distribution(node, layout, None, out)
    narrower = node.kind == "real" and not node.event and support(node) != whole
    if narrower and not isinstance(node, ir.Restricted):
        code = emitter.enclosed(code, node, layout)
    return code.text


def _own_support(node: ir.Mixture, whole: ir.Support) -> bool:
    """Whether the components do not tell where the values of the mixture lie."""
    if node.kind != "real" or node.event:
        return False
    ends = [end for end in (whole.lower, whole.upper) if end is not None]
    return any(end.dims for end in ends) or any(support(c) != whole for c in node.components)


def _weights(emitter: Emitter, node: ir.Mixture, layout: ir.Dims, out: Lines | None) -> str:
    """The argument for the weights, whose last axis is that of the components."""
    printer, weights, last = emitter.printer, node.weights, emitter.printer.along(-1)
    if node.axis is not None:
        text = printer.numeric(weights, (*layout, node.axis)).text
    elif isinstance(weights, ir.Literal):
        pair = (weights.value, 0.0 if node.logits else 1 - weights.value)
        text = f"{printer.call('array')}([{', '.join(map(floating, pair))}])"
    else:
        first = emitter.short(printer.array(weights, layout), "chance", out)
        other = f"{printer.call('zeros_like')}({first})" if node.logits else f"1.0 - {first}"
        text = f"{printer.call('stack')}([{first}, {other}], {last})"
    if not node.logits:
        return f"weights={text}"
    name = printer.imports.name(path(AXIS_MAPS["log_softmax"], printer.library.name))
    return f"log_weights={name}({text}, {last})"
