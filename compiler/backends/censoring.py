"""Prints censored distributions, with the functions that give the probabilities of their tails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import ir
from ..lowering.tails import log_above, log_below
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
            x = argument(emitter, "x", layout, node.kind)
            value = tail(node.base, x, emitter.model)
            parts.append(f"{name}={function(emitter, name, x, value, layout, out)}")
    helper = "Censored" if node.low is None else "IntervalCensored"
    return Code(f"{emitter.world.helper(helper)}({', '.join(parts)})")


def argument(emitter: Emitter, name: str, layout: ir.Dims, kind: ir.Kind = "real") -> ir.Ref:
    """The argument of a function of an outcome."""
    while name in emitter.spelt:
        name = f"{name}_"
    emitter.world.own.add(name)
    return ir.Ref(name, dims=layout, kind=kind)


def function(
    emitter: Emitter, wish: str, of: ir.Ref, value: ir.Expr, layout: ir.Dims, out: Lines | None
) -> str:
    """A function of one argument; a long one stands in front, with a name, in `out`."""
    x, text = emitter.names.quantity(of.name), emitter.printer.aligned(value, layout).text
    if text.endswith(f"({x})") and re.fullmatch(r"[\w.]+", text.removesuffix(f"({x})")):
        return text.removesuffix(f"({x})")
    if out is None or len(text) < 50:
        return f"lambda {x}: {text}"
    name, array = emitter.names.variable(wish), emitter.printer.library.array
    out.add("")
    with out.block(f"def {name}({x}: {array}) -> {array}:"):
        out.add(f"return {text}")
    out.add("")
    return name
