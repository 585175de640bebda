"""Distributions passed through a function: the absolute value, or one that only rises or falls."""

from __future__ import annotations

from ....grammar import tree
from ....grammar.diagnostics import SpecError, did_you_mean
from ... import ir
from ...tables.functions import FUNCTIONS
from ...tables.monotone import MONOTONE, Monotone, monotone
from .. import ranges
from ..scope import error
from ..supports import support
from ..wording import listed, written
from .inside import Inside, drawn, gives, proper, smooth, unknown_argument

RESHAPED = ("Folded", "Transformed")

_FORMS = {
    "Folded": "write `Folded(Normal(0, 1))`",
    "Transformed": "write `Transformed(Normal(0, 1), exp)`",
}


def reshaped(inside: Inside, node: tree.Call) -> ir.Folded | ir.Transformed:
    name = node.function.name
    plain = [a.value for a in node.arguments]
    for keyword in node.arguments:
        if keyword.name is not None:
            raise unknown_argument(name, keyword, [], _FORMS[name])
    wanted = "one distribution" if name == "Folded" else "a distribution and a function"
    if len(plain) != (1 if name == "Folded" else 2):
        raise error("B212", f"`{name}` takes {wanted}", node.span, help=_FORMS[name])
    row = _function(inside, plain) if name == "Transformed" else None
    base = proper(inside, plain[0], name)
    if not smooth(base):
        raise error(
            "B214",
            f"`{name}` takes a continuous distribution of single numbers",
            plain[0].span,
            label=gives(base),
            help=_FORMS[name],
        )
    if row is not None:
        _check_domain(base, row, plain[0])
        return ir.Transformed(base, row.name, dims=inside.dims, span=node.span)
    if support(base).constraint != "real":
        raise error(
            "B214",
            "`Folded` takes a distribution of any numbers, below 0 as above it",
            plain[0].span,
            label="is bounded",
            help="a distribution above 0 is its own absolute value; `HalfNormal(1)` is "
            "`Folded(Normal(0, 1))`",
        )
    return ir.Folded(base, dims=inside.dims, span=node.span)


def _function(inside: Inside, plain: list[tree.Expr]) -> Monotone:
    """The function by its name. Raises SpecError where it is none, or goes up and down."""
    node = plain[1]
    if not isinstance(node, tree.Name):
        what = "a function goes by its name alone"
        help = f"write `Transformed({written(plain[0])}, exp)`; numbers move and stretch: "
        raise error("B212", what, node.span, help=help + f"`2 * {written(plain[0])} + 1`")
    row = monotone(node.name)
    if row is not None:
        return row
    if node.name in FUNCTIONS and FUNCTIONS[node.name].arity == 1:
        raise _up_and_down(inside, node, plain[0])
    raise error(
        "B210",
        f"there is no function `{node.name}` by which a distribution can be transformed",
        node.span,
        help=did_you_mean(node.name, MONOTONE) or f"there are {', '.join(MONOTONE)}",
    )


def _up_and_down(inside: Inside, node: tree.Name, base: tree.Expr) -> SpecError:
    help = f"draw `z ~ {written(base)}` and define `{drawn(inside)} = {node.name}(z)`"
    if node.name == "abs":
        help = f"the absolute value is `Folded({written(base)})`"
    return error(
        "B214",
        f"`{node.name}` does not only rise, or only fall: two numbers may have one value",
        node.span,
        help=f"{help}; these can be: {listed(MONOTONE, 'and')}",
    )


def _check_domain(base: ir.Distribution, row: Monotone, node: tree.Expr) -> None:
    """Raises SpecError (B301) where the distribution goes beyond what the function takes."""
    found = ranges.of_support(support(base))
    low, high = row.domain
    below = low is not None and found.low < low
    above = high is not None and found.high > high
    if not below and not above:
        return
    bounds = "".join(
        f", {word} = {end:g}" for word, end in (("lower", low), ("upper", high)) if end is not None
    )
    raise error(
        "B301",
        f"`{row.name}` takes numbers {between(low, high)}, and this distribution gives others",
        node.span,
        label=f"may be {'below' if below else 'above'} {low if below else high:g}",
        help=f"restrict it: `Truncated({written(node)}{bounds})`",
    )


def between(low: float | None, high: float | None) -> str:
    """Open bounds in words."""
    if low is not None and high is not None:
        return f"between {low:g} and {high:g}"
    if low is not None:
        return f"above {low:g}"
    return "any number" if high is None else f"below {high:g}"
