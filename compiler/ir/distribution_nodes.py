"""The nodes of the IR that are distributions: families, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...grammar.source import NOWHERE, Span
from .dims import Dim, Dims, Kind
from .nodes import Expr


@dataclass(frozen=True, slots=True)
class _DistributionNode:
    """`dims` are all axes of a value; `event` those of them that the distribution consumes."""

    dims: Dims = field(default=(), kw_only=True)
    event: Dims = field(default=(), kw_only=True)
    kind: Kind = field(default="real", kw_only=True)
    span: Span = field(default=NOWHERE, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Dist(_DistributionNode):
    """A row of the family table; `form` numbers its parametrisation."""

    family: str
    form: int
    arguments: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Restricted(_DistributionNode):
    """`base` on [lower, upper]: renormalised (`Truncated`), or its density left as it is."""

    base: Distribution
    lower: Expr | None
    upper: Expr | None
    normalised: bool


@dataclass(frozen=True, slots=True)
class Censored(_DistributionNode):
    """`base`, of which some values tell no more than where they lie.

    By bound: a value at or beyond `lower` or `upper` lies there. By flag: where `left` holds it
    lies at or below what is given, where `right` does at or above. By interval: where `low` is
    below `high` it lies between them.
    """

    base: Distribution
    lower: Expr | None = None
    upper: Expr | None = None
    left: Expr | None = None
    right: Expr | None = None
    low: Expr | None = None
    high: Expr | None = None


@dataclass(frozen=True, slots=True)
class Flat(_DistributionNode):
    """Density 1 on [lower, upper]."""

    lower: Expr | None
    upper: Expr | None


@dataclass(frozen=True, slots=True)
class Affine(_DistributionNode):
    """`loc + scale * base`."""

    base: Distribution
    loc: Expr
    scale: Expr


@dataclass(frozen=True, slots=True)
class Pinned(_DistributionNode):
    """`base` over its last axis, with the element at `position` fixed to `value`."""

    base: Distribution
    axis: Dim
    position: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class SumToZero(_DistributionNode):
    """The density of `base` on the vectors over `axis` that sum to zero."""

    base: Distribution
    axis: Dim


@dataclass(frozen=True, slots=True)
class Mixture(_DistributionNode):
    """One of several distributions: the sum of weights times densities.

    A single component varies over `axis`, as the weights do; of several there is one for each
    element of `axis`. Without an axis there are two, and `weights` is the chance of the first.
    With `logits` the weights are given by their logarithms, up to a constant, or by log odds.
    """

    weights: Expr
    components: tuple[Distribution, ...]
    axis: Dim | None
    logits: bool


@dataclass(frozen=True, slots=True)
class ZeroInflated(_DistributionNode):
    """0 with the chance `prob`, else a draw from `base`, which may be 0 too.

    With `logits`, here and below, the chance is given by its log odds.
    """

    base: Distribution
    prob: Expr
    logits: bool


@dataclass(frozen=True, slots=True)
class Hurdle(_DistributionNode):
    """0 with the chance `prob`, else a draw from `base` that is not 0."""

    base: Distribution
    prob: Expr
    logits: bool


@dataclass(frozen=True, slots=True)
class Folded(_DistributionNode):
    """The absolute value of `base`."""

    base: Distribution


@dataclass(frozen=True, slots=True)
class Transformed(_DistributionNode):
    """A function, a row of the table of monotone functions, of `base`."""

    base: Distribution
    function: str


@dataclass(frozen=True, slots=True)
class Ordered(_DistributionNode):
    """The density of `base` on the vectors that increase along `axis`."""

    base: Distribution
    axis: Dim


Distribution = (
    Dist
    | Restricted
    | Censored
    | Flat
    | Affine
    | Pinned
    | SumToZero
    | Mixture
    | ZeroInflated
    | Hurdle
    | Folded
    | Transformed
    | Ordered
)
