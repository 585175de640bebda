"""The nodes of the IR that are expressions.

Every one carries its dimensions by name, its scalar kind and its span.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from ...grammar.source import NOWHERE, Span
from .dims import Dim, Dims, Kind

if TYPE_CHECKING:
    from .distribution_nodes import Distribution


@dataclass(frozen=True, slots=True)
class _Node:
    dims: Dims = field(default=(), kw_only=True)
    kind: Kind = field(default="real", kw_only=True)
    span: Span = field(default=NOWHERE, kw_only=True, compare=False)


# --- leaves ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal(_Node):
    value: float | int


@dataclass(frozen=True, slots=True)
class Ref(_Node):
    """A datum, a latent, a definition or a learned parameter, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Labels(_Node):
    """The labels of a plate, where they are numbers."""

    plate: str


@dataclass(frozen=True, slots=True)
class Size(_Node):
    """How many elements a plate has."""

    plate: str


@dataclass(frozen=True, slots=True)
class Position(_Node):
    """The position of one label in its plate (kind index)."""

    plate: str
    label: str | int | float


@dataclass(frozen=True, slots=True)
class Positions(_Node):
    """Each element's own position along its axis, from 0 (kind index)."""

    plate: str


@dataclass(frozen=True, slots=True)
class ParentIndex(_Node):
    """For each element of `child`, the position of its parent in the role `role` (kind index)."""

    child: str
    role: str
    plate: str


# --- operations --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unary(_Node):
    operator: OneOf["-", "not"]
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(_Node):
    """`+ - * / ^`, a comparison, `and` or `or`, element by element; axes align by name."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """A row of the function table, element by element."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MatrixCall(_Node):
    """A row of the function table over matrices: `axes` names the operand's last axis or axes."""

    function: str
    arguments: tuple[Expr, ...]
    axes: Dims


@dataclass(frozen=True, slots=True)
class Where(_Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Gather(_Node):
    """`base` with its axis `axis` replaced by the axes of `index` (positions from 0)."""

    base: Expr
    axis: Dim
    index: Expr


@dataclass(frozen=True, slots=True)
class Reaxis(_Node):
    """`base` with one axis renamed to another axis of the same plate."""

    base: Expr
    old: Dim
    new: Dim


@dataclass(frozen=True, slots=True)
class Reduce(_Node):
    """`sum mean sd var min max prod any all logsumexp` over some axes, which it removes."""

    operation: str
    operand: Expr
    axes: Dims


@dataclass(frozen=True, slots=True)
class GroupReduce(_Node):
    """The same, by group: `axis` is replaced by the plates of `groups` (positions from 0)."""

    operation: str
    operand: Expr
    axis: Dim
    groups: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class AxisMap(_Node):
    """`cumsum softmax log_softmax` along one axis, which stays."""

    operation: str
    operand: Expr
    axis: Dim


@dataclass(frozen=True, slots=True)
class Contract(_Node):
    """`left @ right`: products summed over one axis of each; shared axes align."""

    left: Expr
    right: Expr
    left_axis: Dim
    right_axis: Dim


@dataclass(frozen=True, slots=True)
class Shift(_Node):
    """`prev(x, lag)`: `operand` moved along an ordered axis; `initial` before the start.

    It stops at the borders of `groups`. Without `initial` the elements before the start are not
    defined and must be masked.
    """

    operand: Expr
    axis: Dim
    lag: int
    groups: tuple[Expr, ...] = ()
    initial: Expr | None = None


@dataclass(frozen=True, slots=True)
class Lags(_Node):
    """`prev(x, lag)` with a plate of lags: the shifts by its labels, along the axis `lags`."""

    operand: Expr
    axis: Dim
    lags: Dim
    groups: tuple[Expr, ...] = ()
    initial: Expr | None = None


@dataclass(frozen=True, slots=True)
class Known(_Node):
    """Whether `depth` places back along an ordered axis is still inside the sequence (bool)."""

    axis: Dim
    depth: int
    groups: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Vector(_Node):
    """A list literal along one axis, the last of `dims`; its elements may vary over the others."""

    elements: tuple[Expr, ...]
    axis: Dim


@dataclass(frozen=True, slots=True)
class Expand(_Node):
    """`base` repeated along one more axis."""

    base: Expr
    axis: Dim


@dataclass(frozen=True, slots=True)
class Insert(_Node):
    """`base`, which lacks one element of `axis`, with `value` put at `position`."""

    base: Expr
    axis: Dim
    free: Dim
    position: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Drop(_Node):
    """`base` without the element of `axis` at `position`; the shorter axis is `free`."""

    base: Expr
    axis: Dim
    free: Dim
    position: Expr


@dataclass(frozen=True, slots=True)
class Missing(_Node):
    """Where the missing cells of `base` stand, counted along its axes, the last one fastest."""

    base: Expr


@dataclass(frozen=True, slots=True)
class Fill(_Node):
    """`base` with `values` in the cells at `positions`, counted as by `Missing`."""

    base: Expr
    positions: Expr
    values: Expr


@dataclass(frozen=True, slots=True)
class Triangle(_Node):
    """R of the QR decomposition of `columns`, made by a pass: few rows that stand for many.

    Each of them is a vector over `axis`, or with one more axis as many vectors. Sums of their
    products over `axis` are those of the columns of R over its rows.
    """

    columns: tuple[Expr, ...]
    axis: Dim


@dataclass(frozen=True, slots=True)
class Columns(_Node):
    """The columns of one of `parts`, which stand side by side along the last axis of a matrix."""

    base: Expr
    axis: Dim
    parts: Dims
    part: int


@dataclass(frozen=True, slots=True)
class LogProb(_Node):
    """The log density of a distribution at a value, over the distribution's batch axes."""

    distribution: Distribution
    value: Expr


Expr = (
    Literal
    | Ref
    | Labels
    | Size
    | Position
    | Positions
    | ParentIndex
    | Unary
    | Binary
    | Call
    | MatrixCall
    | Where
    | Gather
    | Reaxis
    | Reduce
    | GroupReduce
    | AxisMap
    | Contract
    | Shift
    | Lags
    | Known
    | Vector
    | Expand
    | Insert
    | Drop
    | Missing
    | Fill
    | Triangle
    | Columns
    | LogProb
)
