"""Prints distributions that are made of others: mixtures, inflated, reshaped and ordered ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..lowering.inline import expression_text
from ..lowering.supports import support
from ..tables.functions import AXIS_MAPS, path
from ..tables.monotone import MONOTONE
from .censoring import argument, function
from .code import Code, floating
from .enclosing import enclosed
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
    narrower = node.kind != "index" and not node.event and support(node) != whole
    if narrower and not isinstance(node, ir.Restricted):
        code = enclosed(emitter, code, node, layout)
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


# --- zeros ---------------------------------------------------------------------------------


def at_zero(
    emitter: Emitter, node: ir.ZeroInflated | ir.Hurdle, layout: ir.Dims, out: Lines | None
) -> Code:
    """A distribution with a chance of 0 of its own."""
    base = emitter.distribution(node.base, layout, None, out).text
    name = "logits" if node.logits else "prob"
    helper = emitter.world.helper(type(node).__name__)
    return Code(f"{helper}({base}, {name}={emitter.number(node.prob, layout)})")


# --- functions -----------------------------------------------------------------------------


def folded(emitter: Emitter, node: ir.Folded, layout: ir.Dims, out: Lines | None) -> Code:
    base = emitter.distribution(node.base, layout, None, out).text
    return Code(f"{emitter.of_distributions('FoldedDistribution')}({base})")


def transformed(emitter: Emitter, node: ir.Transformed, layout: ir.Dims, out: Lines | None) -> Code:
    """The library's own transform where it is exact, else the functions themselves."""
    row, base = MONOTONE[node.function], emitter.distribution(node.base, layout, None, out).text
    if row.there:
        name, _, rest = row.there.partition("(")
        transform = f"{emitter.of_distributions(f'transforms.{name}')}({rest}"
        code = Code(f"{emitter.of_distributions('TransformedDistribution')}({base}, {transform})")
        known = ir.Transformed(ir.Flat(*map(_literal, row.domain)), row.name)
        return code if support(node) == support(known) else enclosed(emitter, code, node, layout)
    x, y = (argument(emitter, name, layout) for name in "xy")
    parts = [base]
    for name, one, text in (
        ("forward", x, f"{row.name}(x)"),
        ("inverse", y, row.inverse),
        ("log_slope", y, row.log_slope),
    ):
        value = expression_text(text, {"x": x, "y": y}, emitter.model)
        parts.append(f"{name}={function(emitter, name, one, value, layout, out)}")
    parts.append(f"support={emitter.constraint(support(node), layout)}")
    return Code(f"{emitter.world.helper('Transformed')}({', '.join(parts)})")


def _literal(value: float | None) -> ir.Expr | None:
    return None if value is None else ir.Literal(value)


# --- vectors -------------------------------------------------------------------------------


def ordered(emitter: Emitter, node: ir.Ordered, layout: ir.Dims, out: Lines | None) -> Code:
    """Increasing vectors, of which a flat density says no more than that."""
    where = support(node)
    if isinstance(node.base, ir.Flat):
        flat = ir.Flat(None, None, dims=node.dims, event=node.event, span=node.span)
        return emitter.flat(flat, layout, where)
    base = emitter.distribution(node.base, (*layout, node.axis), None, out).text
    parts = [base, emitter.world.size(node.axis.plate)]
    if where.constraint != "ordered_vector":
        parts.append(f"support={emitter.constraint(where, layout)}")
    return Code(f"{emitter.world.helper('Ordered')}({', '.join(parts)})")
