"""Arrays whose axes have names: what the reference evaluator computes with.

Clarity counts here, not speed. Nothing is shared with what prints programs: whether an axis
stands in the right place there is tested against this file, in which axes have no places.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..ir import Dim, Dims

Array = npt.NDArray[Any]
Sizes = Mapping[str, int]

_CONSUMED = Dim("(consumed)")  # no plate has this name


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """An array and the names of its axes; every axis has its full length."""

    dims: Dims
    array: Array

    def __post_init__(self) -> None:
        if len(set(self.dims)) < len(self.dims) or self.array.ndim != len(self.dims):
            raise ValueError(f"axes [{shown(self.dims)}] for the shape {self.array.shape}")

    def size(self, dim: Dim) -> int:
        return int(self.array.shape[self.dims.index(dim)])

    def spread(self, dims: Dims) -> Array:
        """The array with its axes in the order of `dims`, of length 1 where it lacks one."""
        lost = without(self.dims, *dims)
        if lost:
            raise ValueError(f"the axes [{shown(lost)}] lie outside [{shown(dims)}]")
        ordered = self.array.transpose([self.dims.index(d) for d in dims if d in self.dims])
        return ordered[tuple(slice(None) if d in self.dims else None for d in dims)]

    def full(self, dims: Dims, sizes: Sizes) -> Named:
        """Repeated along those of `dims` that it lacks; `sizes` are those of the plates."""
        shape = [self.size(d) if d in self.dims else sizes[d.plate] for d in dims]
        return Named(dims, np.broadcast_to(self.spread(dims), shape))

    def rename(self, old: Dim, new: Dim) -> Named:
        return Named(tuple(new if d == old else d for d in self.dims), self.array)

    def first(self, axis: Dim) -> tuple[Dims, Array]:
        """The other axes, and the array with this axis in front of them."""
        rest = without(self.dims, axis)
        return rest, self.spread((axis, *rest))


def shown(dims: Sequence[Dim]) -> str:
    return ", ".join(map(str, dims))


def union(*parts: Dims) -> Dims:
    """The axes of all, each once."""
    return tuple(dict.fromkeys(dim for dims in parts for dim in dims))


def without(dims: Dims, *lost: Dim) -> Dims:
    return tuple(d for d in dims if d not in lost)


def elementwise(function: Callable[..., Any], *values: Named) -> Named:
    """A function of NumPy, with axes aligned by name."""
    dims = union(*(v.dims for v in values))
    return Named(dims, np.asarray(function(*(v.spread(dims) for v in values))))


def by_cell(
    function: Callable[..., Any],
    operands: Sequence[tuple[Named, Dims]],
    batch: Dims,
    result: Dims,
    sizes: Sizes,
) -> Named:
    """A function of whole vectors or matrices, called for each cell of the batch.

    Each operand comes with the axes that the function consumes; `result` are those of its value.
    A cell in which the algebra fails, as with a matrix that is not positive definite, is NaN.
    """
    blocks = [value.full((*batch, *event), sizes).array for value, event in operands]
    found = np.full([sizes[d.plate] for d in (*batch, *result)], np.nan)
    for cell in np.ndindex(*(sizes[d.plate] for d in batch)):
        try:
            found[cell] = function(*(block[cell] for block in blocks))
        except np.linalg.LinAlgError:
            continue
    return Named((*batch, *result), found)


def triangle(columns: Iterable[Named], axis: Dim) -> Array:
    """The triangle of a QR decomposition of vectors over `axis`, side by side."""
    parts = [np.atleast_2d(one.first(axis)[1].T).T for one in columns]
    return np.asarray(np.linalg.qr(np.concatenate(parts, axis=1).astype(float)).R)


# --- lookups -----------------------------------------------------------------------------


def gather(base: Named, axis: Dim, index: Named) -> Named:
    """`base` at the positions `index` of one axis; what both have is aligned.

    A position that is not defined (NaN) gives NaN.
    """
    # The index may itself run along `axis`, so the axis that it replaces steps out of the way.
    base = base.rename(axis, _CONSUMED)
    dims = union(without(base.dims, _CONSUMED), index.dims)
    shape = [index.size(d) if d in index.dims else base.size(d) for d in dims]
    places = np.broadcast_to(index.spread(dims), shape)
    block = np.broadcast_to(base.spread((*dims, _CONSUMED)), [*shape, base.size(_CONSUMED)])
    defined = np.isfinite(places)
    where = np.where(defined, places, 0).astype(np.int64)
    if where.size and not 0 <= where.min() <= where.max() < base.size(_CONSUMED):
        raise ValueError(f"a position outside the {base.size(_CONSUMED)} elements of `{axis}`")
    found = np.take_along_axis(block, where[..., None], axis=-1)[..., 0]
    return Named(dims, found if defined.all() else np.where(defined, found, np.nan))


def contract(left: Named, right: Named, left_axis: Dim, right_axis: Dim) -> Named:
    """Products summed over one axis of each."""
    left, right = left.rename(left_axis, _CONSUMED), right.rename(right_axis, _CONSUMED)
    return reduce("sum", elementwise(np.multiply, left, right), (_CONSUMED,))


def back(
    value: Named, axis: Dim, lag: int, groups: Sequence[Array], initial: Named | None
) -> Named:
    """Moved `lag` places along an axis, not across the borders of groups."""
    rest, array = value.first(axis)
    start = Named((), np.asarray(np.nan)) if initial is None else initial
    before = start.full(rest, _sizes(value)).array
    moved = array.astype(np.result_type(array, before))
    for row, known in enumerate(inside(len(array), lag, groups)):
        moved[row] = array[row - lag] if known else before
    return Named((axis, *rest), moved)


def _sizes(value: Named) -> Sizes:
    return {d.plate: value.size(d) for d in value.dims}


def inside(length: int, depth: int, groups: Sequence[Array]) -> Array:
    """Whether `depth` rows back is still in the sequence; the rows of a group stand together."""
    return np.array([
        row >= depth and all(group[row - depth] == group[row] for group in groups)
        for row in range(length)
    ], bool)  # fmt: skip


def insert(base: Named, free: Dim, axis: Dim, position: int, value: Named) -> Named:
    """One more element put at a position."""
    rest, array = base.first(free)
    extra = value.full(rest, _sizes(base)).array
    return Named((axis, *rest), np.insert(array, position, extra, axis=0))


def drop(base: Named, axis: Dim, free: Dim, position: int) -> Named:
    rest, array = base.first(axis)
    return Named((free, *rest), np.delete(array, position, axis=0))


# --- reductions --------------------------------------------------------------------------


def _var(array: Array, axis: tuple[int, ...]) -> Any:
    gaps = array - array.mean(axis, keepdims=True)
    count = math.prod(array.shape[a] for a in axis)
    return np.divide((gaps * gaps).sum(axis), count - 1)  # NaN for a single one


def _logsumexp(array: Array, axis: tuple[int, ...]) -> Any:
    top = array.max(axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    return np.log(np.exp(array - top).sum(axis)) + top.squeeze(axis)


_REDUCE: dict[str, Callable[[Array, tuple[int, ...]], Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "var": _var,
    "sd": lambda array, axis: np.sqrt(_var(array, axis)),
    "min": np.min,
    "max": np.max,
    "prod": np.prod,
    "any": np.any,
    "all": np.all,
    "logsumexp": _logsumexp,
}

# What a group without rows has; NaN where it is not here.
_EMPTY = {"sum": 0.0, "prod": 1.0, "min": np.inf, "max": -np.inf}


def reduce(operation: str, value: Named, axes: Dims) -> Named:
    rest = without(value.dims, *axes)
    array = value.spread((*axes, *rest))
    return Named(rest, np.asarray(_REDUCE[operation](array, tuple(range(len(axes))))))


def group_reduce(
    operation: str, value: Named, axis: Dim, groups: Sequence[tuple[Dim, Array]], sizes: Sizes
) -> Named:
    """Reduced within each cell of the groups, given by the position of every row in each."""
    rest, array = value.first(axis)
    shape = [sizes[dim.plate] for dim, _ in groups]
    cells = np.empty([*shape, *array.shape[1:]], np.result_type(array, float))
    for cell in np.ndindex(*shape):
        rows = np.ones(len(array), bool)
        for place, (_, positions) in zip(cell, groups, strict=True):
            rows &= positions == place
        cells[cell] = (
            _REDUCE[operation](array[rows], (0,)) if rows.any() else _EMPTY.get(operation, np.nan)
        )
    return Named((*(dim for dim, _ in groups), *rest), cells)


def along(operation: str, value: Named, axis: Dim) -> Named:
    """A running sum or a softmax."""
    rest, array = value.first(axis)
    if operation == "cumsum":
        return Named((axis, *rest), np.cumsum(array, axis=0))
    logs = array - _logsumexp(array, (0,))
    return Named((axis, *rest), logs if operation == "log_softmax" else np.exp(logs))
