"""What the rooms of distributions that are made of distributions share."""

from __future__ import annotations

from typing import Protocol

from ....grammar import tree
from ....grammar.diagnostics import SpecError, did_you_mean
from ... import ir
from ...tables.family import Parameter
from ..context import Context
from ..scope import Scope, error
from ..wording import listed


class Inside(Protocol):
    """The lowering of the right side of one `~`; `dims` are the axes of its value."""

    context: Context
    scope: Scope
    dims: ir.Dims

    def lower(self, node: tree.Expr) -> ir.Distribution: ...
    def along(self, axis: ir.Dim) -> Inside: ...
    def check_simplex(self, value: ir.Expr, axis: ir.Dim, of: str) -> None: ...
    def check_range(self, value: ir.Expr, parameter: Parameter, of: str, logits: bool) -> None: ...


def drawn(inside: Inside) -> str:
    """The name on the left side, where it is known."""
    return inside.scope.current or "x"


def unknown_argument(
    name: str, argument: tree.Argument, known: list[str], form: str = ""
) -> SpecError:
    """An argument by name that this distribution has not."""
    return error(
        "B212",
        f"`{name}` has no argument `{argument.name}`",
        argument.span,
        help=did_you_mean(str(argument.name), known)
        or (f"it takes {listed(known, 'and')}" if known else form),
    )


def outermost(inside: Inside, node: tree.Expr) -> ir.Distribution:
    """A distribution inside another. Raises SpecError (B211) where it is censored."""
    base = inside.lower(node)
    if isinstance(base, ir.Censored):
        raise error(
            "B211",
            "censoring goes around everything else",
            node.span,
            label="censored already",
            help="write `Censored(Truncated(…, lower = 0), upper = c)`, the other way round",
        )
    return base


def proper(inside: Inside, node: tree.Expr, name: str) -> ir.Distribution:
    """A distribution from which one can draw, inside `name`. Raises SpecError (B211) for others."""
    base = outermost(inside, node)
    if isinstance(base, ir.Flat):
        raise error(
            "B211",
            f"`{name}` takes a distribution whose probabilities add up to 1",
            node.span,
            label="flat",
            help="give it a proper one, such as `Normal(0, 10)`",
        )
    if isinstance(base, ir.Pinned | ir.SumToZero | ir.Ordered):
        word = type(base).__name__
        raise error(
            "B211",
            f"`{word}` goes around everything else",
            node.span,
            help=f"write `{word}({name}(…))`, the other way round",
        )
    return base


def has_atom(node: ir.Distribution) -> bool:
    """Whether a continuous distribution gives one value, 0, with a positive chance."""
    match node:
        case ir.Hurdle():
            return node.kind == "real"
        case ir.Mixture(_, components):
            return any(map(has_atom, components))
    return False


def smooth(base: ir.Distribution) -> bool:
    """Whether a distribution is of single numbers, with a density."""
    return base.kind == "real" and not base.event and not has_atom(base)


def gives(base: ir.Distribution) -> str:
    """What a distribution gives, in words."""
    if base.event:
        return f"gives {'a vector' if len(base.event) == 1 else 'a matrix'}"
    if has_atom(base):
        return "gives 0 with a positive chance"
    kinds = {"index": "an element of a plate", "real": "real numbers"}
    return f"gives {kinds.get(base.kind, 'whole numbers')}"
