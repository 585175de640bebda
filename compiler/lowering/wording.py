"""How messages speak of what the author wrote: expressions, axes and choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...grammar import tree
from ...grammar.diagnostics import SpecError
from ...grammar.printing.expressions import line
from .. import ir

_LONG = 40  # characters: a longer expression would hide the remedy in which it stands
_MANY = 8


def written(node: tree.Expr) -> str:
    """An expression as the author could write it again; `…` where it is long."""
    if node.span.end - node.span.start > _LONG:
        return "…"
    try:
        return line(node)
    except SpecError:  # a string of YAML that the language cannot write
        return "…"


def first_argument(node: tree.Call) -> str:
    return written(node.arguments[0].value) if node.arguments else "x"


def name_of(node: ir.Expr, otherwise: str) -> str:
    """The name that an expression is, or another word for it."""
    return node.name if isinstance(node, ir.Ref) else otherwise


def brackets(dims: Iterable[ir.Dim | str]) -> str:
    """`[a, b]`, or nothing where there are no axes."""
    inside = ", ".join(map(str, dims))
    return f"[{inside}]" if inside else ""


def varies(dims: Sequence[ir.Dim]) -> str:
    """What a label says of an expression's axes."""
    return f"varies over {', '.join(map(str, dims))}" if dims else "a single number"


def listed(words: Iterable[object], last: str = "or") -> str:
    """`a`, `b` or `c`; the first few of many."""
    shown = [f"`{word}`" for word in words]
    if len(shown) > _MANY:
        return ", ".join(shown[:_MANY]) + ", …"
    return f" {last} ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
