"""Prints censored distributions, with the functions that give the probabilities of their tails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..tails import log_above, log_below
from .code import Code
from .lines import Lines

if TYPE_CHECKING:
    from .emitter import Emitter


def censored(emitter: Emitter, node: ir.Censored, layout: ir.Dims, out: Lines | None) -> Code:
    """A distribution of which some values are bounds, or lie between two."""
    interval = (("", node.low), ("", node.high))
    flags = (("left=", node.left), ("right=", node.right))
    below = node.lower, node.left, node.low
    above = node.upper, node.right, node.high
    parts = [emitter.distribution(node.base, layout, None, out).text]
    parts += [emitter.number(end, layout) for _, end in interval if end is not None]
    parts += [f"{keyword}={value}" for keyword, value in emitter.bounds(node, layout)]
    parts += [
        f"{keyword}{emitter.printer.condition(flag, layout).text}"
        for keyword, flag in flags
        if flag is not None
    ]
    for name, needed, tail in (("log_cdf", below, log_below), ("log_sf", above, log_above)):
        if any(one is not None for one in needed):
            argument = _argument(emitter, node, layout)
            value = emitter.printer.aligned(tail(node.base, argument, emitter.model), layout).text
            parts.append(f"{name}={_function(emitter, name, argument, value, out)}")
    helper = "Censored" if node.low is None else "IntervalCensored"
    return Code(f"{emitter.world.helper(helper)}({', '.join(parts)})")


def _argument(emitter: Emitter, node: ir.Censored, layout: ir.Dims) -> ir.Ref:
    """The argument of a function of an outcome."""
    name = "x"
    while name in emitter.spelt:
        name = f"{name}_"
    emitter.world.own.add(name)
    return ir.Ref(name, dims=layout, kind=node.kind)


def _function(emitter: Emitter, wish: str, argument: ir.Ref, value: str, out: Lines | None) -> str:
    """A function of one argument; a long one stands in front, with a name, in `out`."""
    x = emitter.names.quantity(argument.name)
    if out is None or len(value) < 50:
        return f"lambda {x}: {value}"
    name, array = emitter.names.variable(wish), emitter.printer.library.array
    out.add("")
    with out.block(f"def {name}({x}: {array}) -> {array}:"):
        out.add(f"return {value}")
    out.add("")
    return name
