"""A model as it predicts: the quantities of a fit are given, outcomes and new elements drawn.

What was computed from all data of the fit (a mean, a standard deviation) stays what it was: a
predictor is centred where the fit centred it (as in R's `predict`, Venables & Ripley 2002, 6.4).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..grammar.diagnostics import DataError, Diagnostic
from . import ir
from .ir.walk import names, rebuild, walk
from .lowering.inline import expression_text
from .simulation import restaged, simulation, undrawable
from .tables.families import FAMILIES
from .tables.functions import FUNCTIONS

_SYMMETRIC = ("Normal", "StudentT", "Laplace", "Logistic", "MultivariateNormal")
"""Families that are symmetric around `loc`."""


@dataclass(frozen=True)
class Frozen:
    """A model in which what sums up data is data itself; `values` say how it was computed.

    `values` are definitions on data alone, in order; those in `kept` are the sums.
    """

    model: ir.Model
    values: tuple[ir.Define, ...]
    kept: tuple[str, ...]


def frozen(model: ir.Model) -> Frozen:
    """Every reduction of data alone gets a name of its own, and becomes data under it."""
    freezer = _Freezer(model)
    statements: list[ir.Statement] = []
    for statement in model.statements:
        changed = freezer.statement(statement)
        statements.append(changed)
        if isinstance(changed, ir.Define) and changed.stage == "data":
            freezer.values.append(changed)
    data = (*model.data, *freezer.data)
    found = replace(model, data=data, statements=tuple(statements), generated=(), guide=())
    return Frozen(found, tuple(freezer.values), tuple(d.name for d in freezer.data))


class _Freezer:
    def __init__(self, model: ir.Model) -> None:
        stage = (s for s in model.statements if isinstance(s, ir.Define) and s.stage == "data")
        self.on_data = {d.name for d in model.data} | {s.name for s in stage}
        self.taken = {*self.on_data, *(s.name for s in model.statements)}
        self.taken |= {p.name for p in model.plates}
        self.values: list[ir.Define] = []
        self.data: list[ir.Data] = []
        self.found: dict[ir.Expr, str] = {}

    def statement(self, statement: ir.Statement) -> ir.Statement:
        return rebuild(statement, self.change)

    def change(self, node: Any) -> Any:
        node = rebuild(node, self.change)
        sums = isinstance(node, ir.Reduce | ir.GroupReduce)
        used = names(node) if sums else set()
        if not used or not used <= self.on_data | set(self.found.values()):
            return node
        if node not in self.found:
            self.add(node)
        return ir.Ref(self.found[node], dims=node.dims, kind=node.kind, span=node.span)

    def add(self, node: ir.Reduce | ir.GroupReduce) -> None:
        wish = f"{node.operation}_{min(names(node))}"
        name, number = wish, 1
        while name in self.taken:
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        self.found[node] = name
        self.values.append(
            ir.Define(name, node.dims, node, False, "data", node.kind, True, node.span)
        )
        self.data.append(ir.Data(name, node.dims, node.kind, "real", span=node.span))


@dataclass(frozen=True)
class Prediction:
    """`model` draws what is predicted. Its data are those of the new rows, and: `draws`, by name
    the quantities of the fit; `known`, by plate the name of whether the fit knows each element;
    `seen`, by name the predictors that may miss cells.
    """

    model: ir.Model
    draws: Mapping[str, str]
    known: Mapping[str, str]
    seen: Mapping[str, str]
    outcomes: tuple[str, ...]


def prediction(
    model: ir.Model, new: Collection[str], supplied: Collection[str], how: str
) -> Prediction:
    """The model that predicts, of a frozen one.

    `new` are the plates with elements that the fit does not know: what belongs to them is drawn
    from its distribution where `how` is `draw`, and its mean where it is `mean`. `supplied` are the
    data that the new rows hold. Raises DataError (B516) where nothing tells what belongs to a new
    element.
    """
    return _Predictor(model, frozenset(new), frozenset(supplied), how).run()


class _Predictor:
    def __init__(
        self, model: ir.Model, new: frozenset[str], supplied: frozenset[str], how: str
    ) -> None:
        self.model, self.new, self.supplied, self.how = model, new, supplied, how
        self.given: list[ir.Data] = []
        self.draws: dict[str, str] = {}
        self.taken = {d.name for d in model.data} | {s.name for s in model.statements}
        self.known: dict[str, str] = {}
        self.seen: dict[str, str] = {}
        drawn = [s for s in model.statements if isinstance(s, ir.Sample) and s.observed]
        # What others depend on is taken from the new rows, where it is there.
        self.predictors = {s.name for s in drawn if s.name in supplied and self.is_used(s)}
        self.outcomes = tuple(s.name for s in drawn if s.name not in self.predictors)

    def is_used(self, statement: ir.Statement) -> bool:
        others = (o for o in self.model.statements if o is not statement)
        return any(statement.name in names(o) for o in others)

    def run(self) -> Prediction:
        made = [new for s in self.model.statements for new in self.statement(s)]
        partly = set(self.seen.values())  # data no more, for some cells are drawn
        made = list(restaged(made, partly))
        data = (*self.model.data, *self.given)
        data = tuple(replace(d, imputed="") for d in data if d.name not in partly)
        whole = simulation(replace(self.model, data=data, statements=tuple(made)))
        kept = self.needed(whole)
        statements = tuple(s for s in whole.statements if s.name in kept)
        used = {n for s in statements for n in names(s)}
        data = tuple(d for d in whole.data if d.name in used)
        there = {d.name for d in data}
        inference = replace(whole.inference, settings=())
        return Prediction(
            replace(whole, data=data, statements=statements, inference=inference),
            {name: of for name, of in self.draws.items() if name in there},
            {plate: name for plate, name in self.known.items() if name in there},
            {name: of for name, of in self.seen.items() if name in there},
            self.outcomes,
        )

    def statement(self, statement: ir.Statement) -> Iterator[ir.Statement]:
        match statement:
            case ir.Term():
                return
            case ir.Sample(observed=True) if statement.name in self.predictors:
                yield from self.predictor(statement)
            case ir.Sample(observed=False) | ir.Param():
                yield from self.latent(statement)
            case _:
                yield statement

    # --- quantities of the fit --------------------------------------------------------------

    def latent(self, statement: ir.Sample | ir.Param) -> Iterator[ir.Statement]:
        """A quantity of the fit; of new elements, what its distribution says."""
        name, dims = self.free(f"{statement.name}_of_fit"), statement.dims
        self.given.append(ir.Data(name, dims, "real", "draw", span=statement.span))
        self.draws[name] = statement.name
        value: ir.Expr = ir.Ref(name, dims=dims, span=statement.span)
        unknown = tuple(d for d in dims if d.plate in self.new)
        if unknown:
            own = self.free(f"{statement.name}_new")
            yield from self.anew(statement, own, unknown)
            condition = self.condition(unknown)
            drawn = ir.Ref(own, dims=dims, span=statement.span)
            value = ir.Where(condition, value, drawn, dims=dims, span=statement.span)
        yield ir.Define(statement.name, dims, value, False, made=True, span=statement.span)

    def anew(
        self, statement: ir.Sample | ir.Param, name: str, unknown: ir.Dims
    ) -> Iterator[ir.Statement]:
        """What belongs to new elements. Raises DataError (B516) where nothing tells."""
        why = undrawable(statement)
        if isinstance(statement, ir.Sample) and not why:
            inside = [d for d in statement.distribution.event if d in unknown]
            why = "is one vector over all of them" if inside else ""
        if why:
            raise _untold(statement, unknown, f"`{statement.name}` {why}")
        assert isinstance(statement, ir.Sample)
        if self.how == "draw":
            yield replace(statement, name=name, made=True)
            return
        mean = _mean(statement.distribution, self.model)
        if mean is None:
            told = f"the mean of `{statement.name}` has no formula here"
            raise _untold(statement, unknown, told)
        yield ir.Define(name, statement.dims, _spread(mean, statement.dims), False, made=True)

    def condition(self, unknown: ir.Dims) -> ir.Expr:
        """Whether the fit knows the elements on all of some axes."""
        result: ir.Expr | None = None
        for dim in unknown:
            axis = (ir.Dim(dim.plate),)
            if dim.plate not in self.known:
                self.known[dim.plate] = self.free(f"{dim.plate}_is_known")
                self.given.append(ir.Data(self.known[dim.plate], axis, "bool", "binary"))
            name = self.known[dim.plate]
            one: ir.Expr = ir.Ref(name, dims=axis, kind="bool")
            if dim.prime:
                one = ir.Reaxis(one, axis[0], dim, dims=(dim,), kind="bool")
            if result is not None:
                dims = (*result.dims, *one.dims)
                one = ir.Binary("and", result, one, dims=dims, kind="bool")
            result = one
        assert result is not None
        return result

    def free(self, wish: str) -> str:
        """A name that nothing has."""
        while wish in self.taken:
            wish += "_"
        self.taken.add(wish)
        return wish

    # --- data ---------------------------------------------------------------------------------

    def predictor(self, statement: ir.Sample) -> Iterator[ir.Statement]:
        """Data on which others depend; missing cells are drawn from their distribution."""
        datum = self.model.datum(statement.name)
        if datum is None or not datum.optional:
            return
        name = self.free(f"{statement.name}_seen")
        drawn = self.free(f"{statement.name}_drawn")
        self.seen[name] = statement.name
        self.given.append(replace(datum, name=name))
        seen = ir.Ref(name, dims=datum.dims)
        missing = ir.Call("_is_missing", (seen,), dims=datum.dims, kind="bool")
        yield replace(statement, name=drawn, observed=False, mask=None, value=None, made=True)
        value = ir.Where(missing, ir.Ref(drawn, dims=datum.dims), seen, dims=datum.dims)
        yield ir.Define(statement.name, datum.dims, value, False, made=True, span=statement.span)

    def needed(self, model: ir.Model) -> set[str]:
        """The outcomes, what the spec records of their rows, and all that both need."""
        outcomes = [s for s in model.statements if s.name in self.outcomes]
        rows = {d.plate for s in outcomes for d in s.dims}
        kept = set(self.outcomes)
        for statement in model.statements:
            of_rows = any(d.plate in rows for d in statement.dims)
            if isinstance(statement, ir.Define) and statement.recorded and of_rows:
                kept.add(statement.name)
        for statement in reversed(model.statements):
            if statement.name in kept:
                kept |= names(statement)
        return kept


def _mean(distribution: ir.Distribution, model: ir.Model) -> ir.Expr | None:
    """The mean: the location of a symmetric family, else what the family's row says."""
    if not isinstance(distribution, ir.Dist):
        return None
    row, arguments = FAMILIES[distribution.family], dict(distribution.arguments)
    if row.name in _SYMMETRIC:
        return arguments["loc"]
    words = set(re.findall(r"[a-z_]\w*", row.mean))
    if distribution.form or not words or not words <= {*arguments, *FUNCTIONS}:
        return None
    return expression_text(row.mean, arguments, model)


def _spread(value: ir.Expr, dims: ir.Dims) -> ir.Expr:
    for dim in dims:
        if dim not in value.dims:
            value = ir.Expand(value, dim, dims=(*value.dims, dim), kind=value.kind)
    return value


def _untold(statement: ir.Statement, unknown: ir.Dims, told: str) -> DataError:
    plates = " and ".join(f"`{d.plate}`" for d in unknown)
    message = f"nothing tells what belongs to a new element of {plates}: {told}"
    help = "predict for elements that the fit knows, or give the quantity a distribution that new "
    help += "elements share, such as `Normal(mu, tau)`"
    return DataError(Diagnostic("B516", message, statement.span, help=help))


def reaches(model: ir.Model, plate: str) -> bool:
    """Whether an element of a plate is computed from others of it, beyond itself."""
    for statement in model.statements:
        for node in walk(statement):
            match node:
                case ir.Reduce(axes=axes) if any(d.plate == plate for d in axes):
                    return True
                case ir.GroupReduce(axis=axis) | ir.AxisMap(axis=axis) if axis.plate == plate:
                    return True
                case ir.Shift(axis=axis) | ir.Lags(axis=axis) | ir.Known(axis=axis) if (
                    axis.plate == plate
                ):
                    return True
                case ir.Contract(left_axis=axis) if axis.plate == plate:
                    return True
                case ir.Gather(axis=axis) if axis.plate == plate:
                    return True
                case ir.MatrixCall(axes=axes) if any(d.plate == plate for d in axes):
                    return True
                case ir.Size(plate=own) | ir.Positions(plate=own) if own == plate:
                    return True
    return any(p.plate == plate for child in model.plates for p in child.parents)
