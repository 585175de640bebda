"""The typed intermediate representation: a flat model with named dimensions.

Every expression carries its dimensions by name, its scalar kind and its span. Where an axis
stands in an array is decided only when a program is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...grammar.source import NOWHERE, Span
from .dims import Dim, Dims, Kind, Stage, matrix_axes, twice
from .distribution_nodes import (
    Affine,
    Censored,
    Dist,
    Distribution,
    Flat,
    Folded,
    Hurdle,
    Mixture,
    Ordered,
    Pinned,
    Restricted,
    SumToZero,
    Transformed,
    ZeroInflated,
)
from .nodes import (
    AxisMap,
    Binary,
    Call,
    Columns,
    Contract,
    Drop,
    Expand,
    Expr,
    Fill,
    Gather,
    GroupReduce,
    Insert,
    Known,
    Labels,
    Lags,
    Literal,
    LogProb,
    MatrixCall,
    Missing,
    ParentIndex,
    Position,
    Positions,
    Reaxis,
    Reduce,
    Ref,
    Shift,
    Size,
    Triangle,
    Unary,
    Vector,
    Where,
)

# --- constraints, declarations -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Support:
    """A row of the constraint table, with bounds where it has them."""

    constraint: str
    lower: Expr | None = None
    upper: Expr | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """A plate's parent; `role` is the column that names it in the child's table."""

    role: str
    plate: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A named dimension. `labels` or `size` are set where the spec fixes them.

    `short_of` names the plate of which this one, made by a pass, lacks one element.
    """

    name: str
    size: int | None = None
    labels: tuple[str | int, ...] | None = None
    parents: tuple[Parent, ...] = ()
    ordered: bool = False
    ordered_by: str | None = None
    short_of: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Data:
    """A declared datum. `type` is the word that declares it: real, positive, count, …, a plate.

    `optional` says that cells may be missing; they are NaN. `imputed` is the name of the latent
    vector of these cells, where other quantities depend on them.
    """

    name: str
    dims: Dims
    kind: Kind
    type: str
    plate: str | None = None  # the plate that an index points into
    lower: Expr | None = None
    upper: Expr | None = None
    optional: bool = False
    default: float | int | None = None
    imputed: str = ""
    span: Span = field(default=NOWHERE, compare=False)


# --- statements --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """`name ~ distribution`: a latent, or an outcome where `observed`.

    `made` marks, here and below, what a pass split off an author's statement.

    `mask`, a bool over the batch axes that depends on data alone, says which cells count. `value`,
    made by a pass, is the outcome with something in its missing cells.
    """

    name: str
    dims: Dims
    distribution: Distribution
    support: Support
    observed: bool = False
    mask: Expr | None = None
    made: bool = False
    value: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Define:
    """`name = value`, recorded; or a local name (`let`). `note` is what a pass says of it."""

    name: str
    dims: Dims
    value: Expr
    recorded: bool
    stage: Stage = "density"
    kind: Kind = "real"
    made: bool = False
    span: Span = field(default=NOWHERE, compare=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A quantity without a prior, learned by optimisation (under MCMC: a flat prior)."""

    name: str
    dims: Dims
    support: Support
    initial: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """Adds `value`, summed over `dims`, to the log density; `origins` are authors' statements."""

    name: str
    dims: Dims
    value: Expr
    mask: Expr | None = None
    origins: tuple[str, ...] = ()
    made: bool = False
    span: Span = field(default=NOWHERE, compare=False)


Statement = Sample | Define | Param | Term


@dataclass(frozen=True, slots=True)
class Inference:
    """`infer` and its settings; values are plain Python values."""

    method: str = "auto"
    settings: tuple[tuple[str, object], ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A whole model: valid before and after every pass. Statements stand in order of dependency.

    `generated` is made after inference, once for each draw: it may use all quantities, and none of
    the `statements` uses it. `guide` draws the latents under their own names, in place of the
    posterior; it uses data, learned parameters and its own definitions.
    """

    name: str
    description: str
    plates: tuple[Plate, ...]
    data: tuple[Data, ...]
    statements: tuple[Statement, ...]
    inference: Inference = Inference()
    generated: tuple[Statement, ...] = ()
    guide: tuple[Statement, ...] = ()

    def plate(self, name: str) -> Plate:
        return next(p for p in self.plates if p.name == name)

    def datum(self, name: str) -> Data | None:
        return next((d for d in self.data if d.name == name), None)


__all__ = [
    "Affine",
    "AxisMap",
    "Binary",
    "Call",
    "Censored",
    "Columns",
    "Contract",
    "Data",
    "Define",
    "Dim",
    "Dims",
    "Dist",
    "Distribution",
    "Drop",
    "Expand",
    "Expr",
    "Fill",
    "Flat",
    "Folded",
    "Gather",
    "GroupReduce",
    "Hurdle",
    "Inference",
    "Insert",
    "Kind",
    "Known",
    "Labels",
    "Lags",
    "Literal",
    "LogProb",
    "MatrixCall",
    "Missing",
    "Mixture",
    "Model",
    "Ordered",
    "Param",
    "Parent",
    "ParentIndex",
    "Pinned",
    "Plate",
    "Position",
    "Positions",
    "Reaxis",
    "Reduce",
    "Ref",
    "Restricted",
    "Sample",
    "Shift",
    "Size",
    "Stage",
    "Statement",
    "SumToZero",
    "Support",
    "Term",
    "Transformed",
    "Triangle",
    "Unary",
    "Vector",
    "Where",
    "ZeroInflated",
    "matrix_axes",
    "twice",
]
