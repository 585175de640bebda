"""Normal outcomes around a linear predictor: few rows stand for all of them.

Where `y = Z b + e`, and e is normal with one scale, the density of all rows depends on the data by
the sums of products of the columns of [Z, y] alone. The triangle of its QR decomposition has the
same, in no more rows than there are columns. No product is formed, so that nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .. import ir
from ..ir.walk import names
from .fresh import fresh
from .products import Product, Products, plus

_HALF_LOG_2_PI = 0.9189385332046727
_FEW = "Few rows for all of `{name}`: sums of products of their columns are the same."
_ALL = "All rows at once: their density needs no more of the data than `{name}`."
_GAIN = 2  # how many times fewer multiplications there must be at least


def use_few_rows(model: ir.Model, backend: str, sizes: Mapping[str, int] | None = None) -> ir.Model:
    """Every outcome of which this can be said; with `sizes` of the plates, where it saves time."""
    for statement in model.statements:
        if isinstance(statement, ir.Sample) and statement.observed:
            found = _linear(statement, model)
            if found is not None and (sizes is None or found.pays(sizes)):
                model = _written(found, model)
    return model


@dataclass(frozen=True)
class _Linear:
    """An outcome, and what its mean is made of.

    `value` is the outcome, or its logarithm (`logs`), less what data alone tell of its mean;
    `counts` says which rows do. `scalars` have one coefficient each, `vectors` as many as their
    axis has elements.
    """

    sample: ir.Sample
    value: ir.Expr
    logs: ir.Expr | None
    counts: ir.Expr | None
    scale: ir.Expr
    scalars: Sequence[Product]
    vectors: Sequence[Product]

    @property
    def row(self) -> ir.Dim:
        return self.sample.dims[0]

    def pays(self, sizes: Mapping[str, int]) -> bool:
        """Whether a gradient takes that much less."""
        lengths = [sizes.get(v.axes[0].plate, 0) if v.axes else 0 for v in self.vectors]
        if self.row.plate not in sizes or not all(lengths):
            return False
        looked_up = [vector.looked_up for vector in self.vectors]
        each = [1 if one else length for one, length in zip(looked_up, lengths, strict=True)]
        before = sizes[self.row.plate] * (1 + len(self.scalars) + sum(each))
        return before >= _GAIN * (1 + len(self.scalars) + sum(lengths)) ** 2


# --- recognition ---------------------------------------------------------------------------


def _linear(sample: ir.Sample, model: ir.Model) -> _Linear | None:
    d = sample.distribution
    if not isinstance(d, ir.Dist) or d.family not in ("Normal", "LogNormal"):
        return None
    if len(sample.dims) != 1 or d.dims != sample.dims:
        return None
    (row,) = sample.dims
    arguments = dict(d.arguments)
    scale = arguments["scale"]
    products = _products(row, model)
    value = sample.value or ir.Ref(sample.name, dims=sample.dims, span=sample.span)
    parts = products.of(arguments["loc"])
    given = [value] if sample.mask is None else [value, sample.mask]
    if parts is None or scale.dims or not all(map(products.known, given)):
        return None
    if any(one.dims != (row,) for one in given):
        return None
    logs = ir.Call("log", (value,), dims=(row,)) if d.family == "LogNormal" else None
    return _sorted(_Linear(sample, logs or value, logs, sample.mask, scale, (), ()), parts)


def _products(row: ir.Dim, model: ir.Model) -> Products:
    on_data = {d.name for d in model.data if d.type != "draw"}
    definitions = [s for s in model.statements if isinstance(s, ir.Define)]
    on_data |= {s.name for s in definitions if s.stage == "data"}
    return Products(row, frozenset(on_data), {s.name: s for s in definitions})


def _sorted(found: _Linear, parts: Sequence[Product]) -> _Linear | None:
    """The products by their kind, those of the same column added up; None where some do not fit."""
    row = found.row
    groups: dict[tuple[ir.Expr | None, object], list[Product]] = {}
    value = found.value
    for part in parts:
        if part.free is None and part.known is not None:
            value = ir.Binary("-", value, part.known, dims=(row,))
            continue
        groups.setdefault((part.known, part.axes), []).append(part)
    scalars: list[Product] = []
    vectors: list[Product] = []
    for same in groups.values():
        free = plus(part.free for part in same if part.free is not None)
        part = replace(same[0], free=free)
        known, other = part.axes or (None, None)
        have = () if part.known is None else part.known.dims
        if not set(have) <= {row, known} or free.dims != (() if other is None else (other,)):
            return None
        (scalars if other is None else vectors).append(part)
    return replace(found, value=value, scalars=scalars, vectors=vectors)


# --- the rewritten statement ---------------------------------------------------------------


def _written(found: _Linear, model: ir.Model) -> ir.Model:
    """The model with a term for the outcome, and what it needs of data before it."""
    name, span = found.sample.name, found.sample.span

    def plate(word: str, size: int | None = None) -> ir.Plate:
        return ir.Plate(fresh(model, f"{name}_{word}"), size=size, span=span)

    def define(word: str, value: ir.Expr, stage: ir.Stage = "data", note: str = "") -> ir.Define:
        new, dims = fresh(model, f"{name}_{word}"), value.dims
        return ir.Define(new, dims, value, False, stage, value.kind, True, span, note)

    made: list[ir.Statement] = []
    if found.counts is not None and not isinstance(found.counts, ir.Ref):
        made.append(define("used", found.counts))
        counts = ir.Ref(made[-1].name, dims=found.counts.dims, kind="bool", span=span)
        found = replace(found, counts=counts)
    plates = plate("row"), plate("column"), plate("coefficient", len(found.scalars) + 1)
    row, column, own = (ir.Dim(one.name) for one in plates)
    triangle = ir.Triangle(_columns(found), found.row, dims=(row, column), span=span)
    whole = define("rows", triangle, note=_FEW.format(name=name))
    count = define("count", _count(found))
    parts = own, *(v.axes[0] for v in found.vectors if v.axes)
    matrix = ir.Ref(whole.name, dims=whole.dims, span=span)
    misfit = define(
        "misfit", _misfit(found, matrix, parts), "density", _ALL.format(name=whole.name)
    )
    made += [whole, count, misfit]
    if not isinstance(found.scale, ir.Ref | ir.Literal):
        made.append(define("scale", found.scale, "density"))
        found = replace(found, scale=ir.Ref(made[-1].name, span=span))
    value = _density(found, ir.Ref(count.name, kind="int"), ir.Ref(misfit.name, dims=misfit.dims))
    if found.logs is not None:  # the change of variables from the outcome to its logarithm
        logs = _counted(found, found.logs, found.logs.dims)
        made.append(define("log_sum", ir.Reduce("sum", logs, logs.dims)))
        value = ir.Binary("-", value, ir.Ref(made[-1].name))
    made.append(ir.Term(name, (), value, None, (name,), True, span))
    statements = tuple(
        new for one in model.statements for new in (made if one is found.sample else [one])
    )
    new = replace(model, plates=(*model.plates, *plates), statements=statements)
    return _without_idle(new, names(found.sample))


def _without_idle(model: ir.Model, were_used: set[str]) -> ir.Model:
    """The model without local names for which there is no use any more."""
    while True:
        stated = (*model.statements, *model.generated, *model.guide)
        gone = were_used - {name for statement in stated for name in names(statement)}
        idle = [
            s
            for s in model.statements
            if isinstance(s, ir.Define) and not s.recorded and s.name in gone
        ]
        if not idle:
            return model
        were_used = were_used.union(*map(names, idle))
        model = replace(model, statements=tuple(s for s in model.statements if s not in idle))


def _columns(found: _Linear) -> tuple[ir.Expr, ...]:
    """The columns of the matrix that is decomposed: scalars, the outcome, vectors."""

    def column(part: Product) -> ir.Expr:
        dims = (found.row,) if part.axes is None else (found.row, part.axes[0])
        return _counted(found, part.known or ir.Literal(1.0), dims)

    outcome = _counted(found, found.value, (found.row,))
    return *map(column, found.scalars), outcome, *map(column, found.vectors)


def _counted(found: _Linear, value: ir.Expr, dims: ir.Dims) -> ir.Expr:
    """A column over all rows, 0 in those that do not count."""
    if found.counts is not None:
        return ir.Where(found.counts, value, ir.Literal(0.0), dims=dims)
    for lacking in dims:
        if lacking not in value.dims:
            value = ir.Expand(value, lacking, dims=(*value.dims, lacking))
    return value


def _count(found: _Linear) -> ir.Expr:
    """How many rows count."""
    if found.counts is None:
        return ir.Size(found.row.plate, kind="int")
    return ir.Reduce("sum", found.counts, (found.row,), kind="int")


def _misfit(found: _Linear, whole: ir.Expr, parts: ir.Dims) -> ir.Expr:
    """The predictor less the outcome, on the few rows."""
    rows, column = whole.dims

    def of(part: int, free: ir.Expr, other: ir.Dim) -> ir.Expr:
        dims = rows, parts[part]
        some: ir.Expr = ir.Reaxis(whole, column, parts[0], dims=dims)
        if len(parts) > 1:
            some = ir.Columns(whole, column, parts, part, dims=dims)
        return ir.Contract(some, free, parts[part], other, dims=(rows,))

    scalars = tuple(part.free for part in found.scalars if part.free is not None)
    vector = ir.Vector((*scalars, ir.Literal(-1.0)), parts[0], dims=parts[:1])
    terms = [of(0, vector, parts[0])]
    for place, part in enumerate(found.vectors, start=1):
        assert part.free is not None and part.axes is not None
        terms.append(of(place, part.free, part.axes[1]))
    return plus(terms)


def _density(found: _Linear, count: ir.Expr, misfit: ir.Expr) -> ir.Expr:
    """The log density of all rows."""
    each = ir.Binary("+", ir.Call("log", (found.scale,)), ir.Literal(_HALF_LOG_2_PI))
    standard = ir.Binary("/", misfit, found.scale, dims=misfit.dims)
    squares = ir.Reduce("sum", ir.Call("square", (standard,), dims=misfit.dims), misfit.dims)
    normal = ir.Unary("-", ir.Binary("*", count, each))
    return ir.Binary("-", normal, ir.Binary("*", ir.Literal(0.5), squares))
