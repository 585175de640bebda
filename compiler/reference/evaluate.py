"""Expressions of the IR, evaluated in plain NumPy: the part of the reference without densities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol, assert_never

import numpy as np

from .. import ir
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from . import named
from .formulas import MATRICES, function, operate
from .named import Array, Named, elementwise, without


class Bound(Protocol):
    """Data bound to a model.

    `data` holds every datum with its axes as declared, `indices` the positions of the parents by
    child plate and role, `coords` the labels of the plates.
    """

    @property
    def data(self) -> Mapping[str, Array]: ...
    @property
    def indices(self) -> Mapping[tuple[str, str], Array]: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def coords(self) -> Mapping[str, Array]: ...


def scalar(value: float | int) -> Named:
    array = np.asarray(value)
    # A whole number too large for the machine's integers is no integer array.
    return Named((), array if array.dtype.kind in "if" else array.astype(float))


class Evaluation(ABC):
    """Every name of a model with its value, and the evaluation of expressions among them."""

    def __init__(self, model: ir.Model, bound: Bound, values: Mapping[str, Any]) -> None:
        self.model = model
        self.bound = bound
        self.sizes = bound.sizes
        self.known: dict[str, Named] = {}
        for datum in model.data:
            if datum.name in bound.data:
                self.take(datum.name, datum.dims, bound.data)
            if datum.imputed:
                self.impute(datum, values)
        for statement in model.statements:
            match statement:
                case ir.Define():
                    self.define(statement)
                case ir.Param(name, dims) | ir.Sample(name, dims, observed=False):
                    self.take(name, dims, values)

    def define(self, statement: ir.Define) -> None:
        """Works out a definition, and keeps its value."""
        value = self.expr(statement.value)
        self.known[statement.name] = value.full(statement.dims, self.sizes)

    def take(self, name: str, dims: ir.Dims, values: Mapping[str, Any]) -> None:
        """A value from outside. Raises ValueError where it is missing or of another shape."""
        if name not in values:
            raise ValueError(f"there is no value for `{name}`")
        array = np.asarray(values[name])
        shape = tuple(self.sizes[d.plate] for d in dims)
        if array.shape != shape:
            raise ValueError(f"`{name}` has the shape {array.shape}, not {shape}")
        self.known[name] = Named(dims, array.astype(float) if array.dtype.kind == "f" else array)

    def impute(self, datum: ir.Data, values: Mapping[str, Any]) -> None:
        """Missing cells get the values that are given for them, row by row of the last axis."""
        known = self.value(datum.name)
        missing = np.argwhere(np.isnan(known.array))
        cells = np.asarray(values.get(datum.imputed, np.nan), float)
        if cells.shape != (len(missing),):
            raise ValueError(f"`{datum.imputed}` has the shape {cells.shape}, not {len(missing)}")
        array = known.array.copy()
        for place, cell in zip(missing, cells, strict=True):
            array[tuple(place)] = cell
        self.known[datum.name] = Named(known.dims, array)

    def value(self, name: str) -> Named:
        """The value of a name. Raises ValueError where it has none, as data that were not given."""
        if name not in self.known:
            raise ValueError(f"there is no value for `{name}`")
        return self.known[name]

    @abstractmethod
    def log_density(self, node: ir.Distribution, value: Named) -> Named:
        """The log density of a value, over the distribution's batch axes."""

    # --- expressions --------------------------------------------------------------------

    def expr(self, node: ir.Expr) -> Named:
        """The value of an expression. Raises ValueError where its axes are not those it states."""
        result = self.evaluate(node)
        if set(result.dims) != set(node.dims):
            kind = type(node).__name__
            raise ValueError(f"{kind}: [{named.shown(node.dims)}] has [{named.shown(result.dims)}]")
        return result

    def evaluate(self, node: ir.Expr) -> Named:
        match node:
            case ir.Literal(value):
                return scalar(value)
            case ir.Ref(name):
                return self.value(name)
            case ir.Labels(plate):
                return Named(node.dims, self.numeric_labels(plate))
            case ir.Size(plate):
                return scalar(self.sizes[plate])
            case ir.Position(plate, label):
                return scalar(self.labels(plate).index(label))
            case ir.Positions(plate):
                return Named(node.dims, np.arange(self.sizes[plate]))
            case ir.ParentIndex(child, role):
                return Named((ir.Dim(child),), np.asarray(self.bound.indices[child, role]))
            case ir.Unary("not", operand):
                return elementwise(np.logical_not, self.expr(operand))
            case ir.Unary(_, operand):
                return elementwise(np.negative, self.number(operand))
            case ir.Binary(operator, left, right):
                return elementwise(
                    lambda a, b: operate(operator, a, b), self.expr(left), self.expr(right)
                )
            case ir.Call(name, arguments):
                return elementwise(function(name), *map(self.number, arguments))
            case ir.Where(condition, then, otherwise):
                chosen = lambda c, a, b: np.where(c != 0, a, b)  # noqa: E731
                return elementwise(chosen, *map(self.expr, (condition, then, otherwise)))
            case ir.Missing() | ir.Fill():
                raise TypeError("a pass makes these; a model is evaluated as it was written")
            case ir.Triangle(columns, axis):
                return Named(node.dims, named.triangle(map(self.number, columns), axis))
            case ir.Columns(base, axis, parts, part):
                sizes = [self.sizes[dim.plate] for dim in parts]
                start = sum(sizes[:part])
                rest, cells = self.expr(base).first(axis)
                return Named((parts[part], *rest), cells[start : start + sizes[part]])
            case ir.LogProb(distribution, value):
                return self.log_density(distribution, self.expr(value))
            case ir.MatrixCall():
                return self.matrix(node)
            case ir.Gather(base, axis, index):
                return named.gather(self.expr(base), axis, self.expr(index))
            case ir.Reaxis(base, old, new):
                return self.expr(base).rename(old, new)
            case ir.Expand(base, axis):
                inner = self.expr(base)
                return inner.full(named.union(inner.dims, (axis,)), self.sizes)
            case ir.Vector(elements):
                rows = [self.expr(e).full(node.dims[:-1], self.sizes).array for e in elements]
                return Named(node.dims, np.stack(rows, axis=-1))
            case ir.Contract(left, right, left_axis, right_axis):
                return named.contract(self.number(left), self.number(right), left_axis, right_axis)
            case _:
                return self.along_axes(node)

    def along_axes(
        self,
        node: ir.Reduce
        | ir.GroupReduce
        | ir.AxisMap
        | ir.Shift
        | ir.Lags
        | ir.Known
        | ir.Insert
        | ir.Drop,
    ) -> Named:
        match node:
            case ir.Reduce(operation, operand, axes):
                return named.reduce(operation, self.number(operand), axes)
            case ir.GroupReduce(operation, operand, axis, groups):
                cells = list(zip(node.dims, self.rows(groups), strict=False))
                return named.group_reduce(operation, self.number(operand), axis, cells, self.sizes)
            case ir.AxisMap(operation, operand, axis):
                return named.along(operation, self.number(operand), axis)
            case ir.Shift(operand, axis, lag, groups, initial):
                return self.back(operand, axis, lag, groups, initial)
            case ir.Lags(operand, axis, lags, groups, initial):
                steps = [
                    self.back(operand, axis, int(k), groups, initial)
                    for k in self.labels(lags.plate)
                ]
                return Named((lags, *steps[0].dims), np.stack([s.array for s in steps]))
            case ir.Known(axis, depth, groups):
                return Named(
                    (axis,), named.inside(self.sizes[axis.plate], depth, self.rows(groups))
                )
            case ir.Insert(base, axis, free, position, value):
                where = int(self.expr(position).array)
                return named.insert(self.expr(base), free, axis, where, self.expr(value))
            case ir.Drop(base, axis, free, position):
                return named.drop(self.expr(base), axis, free, int(self.expr(position).array))
            case _:
                assert_never(node)

    def number(self, node: ir.Expr) -> Named:
        """The value of an expression; truth values are 0 and 1."""
        value = self.expr(node)
        whole = value.array.dtype == bool
        return Named(value.dims, value.array.astype(np.int64)) if whole else value

    def labels(self, plate: str) -> list[Any]:
        # The data come first: they may have put the elements of an ordered plate in order.
        if plate in self.bound.coords:
            return list(np.asarray(self.bound.coords[plate]).tolist())
        declared = self.model.plate(plate)
        return list(range(self.sizes[plate]) if declared.labels is None else declared.labels)

    def numeric_labels(self, plate: str) -> Array:
        labels = np.asarray(self.labels(plate))
        if labels.dtype.kind not in "if":
            raise ValueError(f"the labels of `{plate}` are words, not numbers")
        return labels

    def rows(self, groups: tuple[ir.Expr, ...]) -> list[Array]:
        """The group of each row of an axis, whatever the axis is called there."""
        return [self.expr(group).array for group in groups]

    def back(
        self,
        operand: ir.Expr,
        axis: ir.Dim,
        lag: int,
        groups: tuple[ir.Expr, ...],
        initial: ir.Expr | None,
    ) -> Named:
        start = None if initial is None else self.number(initial)
        return named.back(self.number(operand), axis, lag, self.rows(groups), start)

    def matrix(self, node: ir.MatrixCall) -> Named:
        row = MATRIX_FUNCTIONS[node.function]
        axes = {"matrix": node.axes, "vector": node.axes[:1], "scalar": ()}
        operands = [
            (self.number(a), axes[takes])
            for a, takes in zip(node.arguments, row.takes, strict=True)
        ]
        batch = named.union(*(without(v.dims, *event) for v, event in operands))
        return named.by_cell(MATRICES[node.function], operands, batch, axes[row.gives], self.sizes)
