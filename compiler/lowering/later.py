"""What the language has and this version has not (B401), and what can be done in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Note
from ...grammar.source import Span
from .wording import written

_NOT_YET = "part of the language, but not of this version"

BLOCKS: Mapping[type[Any], tuple[str, str]] = {
    tree.Kernel: (
        "Gaussian processes",
        "write the covariance out, `K[p, p'] = exp(-0.5 * (x - x[p'])^2)`, for "
        "`f[p] ~ MultivariateNormal(0, covariance_matrix = K)`",
    ),
    tree.Network: (
        "networks",
        "a layer is a product and a function: `h[row, unit] = tanh(x @ w)`, with a prior on "
        "`w[feature, unit]`",
    ),
    tree.Ode: (
        "differential equations",
        "where the solution has a closed form, define it, such as `u[t] = u0 * exp(-k * t)`; "
        "nothing solves an equation yet",
    ),
}

DISTRIBUTIONS: Mapping[str, str] = {
    "GP": "write `f[p] ~ MultivariateNormal(0, covariance_matrix = K)` with "
    "`K[p, p'] = exp(-0.5 * (x - x[p'])^2)`",
}

_NUTS = "`infer nuts` samples the posterior itself"
METHODS: Mapping[str, str] = {
    "gp": "write `infer nuts`, and the covariance out for a `MultivariateNormal`",
}


def names(node: Any) -> tuple[str, ...]:
    """What such a block would declare: nobody is told that it is not known."""
    match node:
        case tree.Kernel(target):
            return (target.name.name,)
        case tree.Network(name):
            return (name.name,)
        case tree.Ode(rates=rates):
            return tuple(rate.target.name.name for rate in rates)
    return ()


def recursion(name: tree.Name, path: str) -> Diagnostic:
    """Quantities that look back at one another along a sequence."""
    message = f"a recursion through several statements, {path}: {_NOT_YET}"
    help = "`prev` works on data; a running sum of data is `cumsum`"
    return Diagnostic("B401", message, name.span, help=help)


def ragged_cuts(axis: str, group: str, span: Span, notes: tuple[Note, ...]) -> Diagnostic:
    """Cut points of which each group has a number of its own."""
    message = f"cut points in groups of different sizes, along `{axis}`: {_NOT_YET}"
    help = f"give every {group} as many, `plate {axis} = 3` and `c[{group}, {axis}]`; those with "
    help += "fewer levels are outcomes of their own, over a plate of their own"
    return Diagnostic("B401", message, span, notes=notes, help=help)


SETTINGS: Mapping[str, str] = {
    "batch": "leave it out: each step takes all of the data",
    "inducing": "leave it out: there are no Gaussian processes yet",
}


def setting(name: str, span: Span) -> Diagnostic:
    return Diagnostic("B401", f"the setting `{name}`: {_NOT_YET}", span, help=SETTINGS[name])


def block(node: Any) -> Diagnostic:
    what, instead = BLOCKS[type(node)]
    return Diagnostic("B401", f"{what}: {_NOT_YET}", node.span, help=instead)


def distribution(name: tree.Name) -> Diagnostic:
    message = f"`{name.name}` is {_NOT_YET}"
    return Diagnostic("B401", message, name.span, help=DISTRIBUTIONS[name.name])


def point_mass(number: tree.Number, branches: Sequence[tree.Expr]) -> Diagnostic:
    """A number as one of two distributions: all of the probability lies there."""
    other = next((b for b in branches if not isinstance(b, tree.Number)), number)
    message = f"a number in the place of a distribution: {_NOT_YET}"
    help = f"with a chance of 0 beside it, a count is `ZeroInflated({written(other)}, p)`"
    return Diagnostic("B401", message, number.span, help=help)


def method(name: str, span: Span) -> Diagnostic:
    message = f"the method `{name}`: {_NOT_YET}"
    return Diagnostic("B401", message, span, help=METHODS.get(name, _NUTS))
