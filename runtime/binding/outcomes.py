"""Whether outcomes lie where their distributions can produce them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ...compiler import ir
from ...compiler.lowering.distributions.ordinal import CUTS
from ...compiler.lowering.supports import support
from ...compiler.tables.constraints import CONSTRAINTS, Constraint
from .cells import Cells
from .excerpts import show
from .tables import Array
from .values import between, literal, named, within
from .violations import SHOWN, Fault, Violations

_PLAIN_BOUNDS = frozenset(
    {"positive", "nonnegative", "unit", "interval", "greater_than", "less_than"}
)
_CHECKED = (ir.Dist, ir.Mixture, ir.ZeroInflated, ir.Hurdle, ir.Folded, ir.Transformed)
_ROUNDING = 1e-6  # how far the sum of a simplex may be from 1


@dataclass(frozen=True)
class OutcomeCheck:
    """Holds the outcomes of a model against their distributions (B510)."""

    data: Mapping[str, Cells]
    parents: Mapping[tuple[str, str], Cells]
    violations: Violations

    def check(self, statements: tuple[ir.Statement, ...]) -> None:
        """Checks each outcome whose distribution says where its values lie.

        An outcome with a mask is left alone: which of its cells count is not known here.
        """
        for statement in statements:
            if isinstance(statement, ir.Sample) and statement.observed and statement.mask is None:
                cells = self.data.get(statement.name)
                distribution = statement.distribution
                if isinstance(distribution, ir.Censored) and distribution.low is None:
                    distribution = distribution.base
                if isinstance(distribution, _CHECKED) and cells is not None:
                    self.outcome(cells, statement, distribution)

    def outcome(self, cells: Cells, sample: ir.Sample, distribution: ir.Distribution) -> None:
        if isinstance(distribution, ir.Dist):
            self.cuts(cells, sample, distribution)
        if cells.datum.kind == "index" or sample.dims != cells.datum.dims:
            return
        name = _name(distribution)
        found = support(distribution)
        row = CONSTRAINTS[found.constraint]
        lower, upper = (self.bound(expr, sample.dims) for expr in (found.lower, found.upper))
        low = row.lower if lower is None else lower
        high = row.upper if upper is None else upper
        values = cells.values
        # A time of 0 that is censored tells nothing, and is nothing wrong.
        open_end = row.open and not isinstance(sample.distribution, ir.Censored)
        fits = within(values, low, high, open_end) & ~np.isinf(values)
        if row.integer:
            with np.errstate(invalid="ignore"):
                fits &= np.isnan(values) | (np.floor(values) == values)
        self.report(cells, sample, name, row, fits, low, high)
        if row.name == "simplex" and fits.all() and values.ndim:
            self.sums(cells, sample, name)
        if row.name == "counts" and fits.all() and values.ndim and high is not None:
            self.totals(cells, sample, name, np.asarray(high))

    def cuts(self, cells: Cells, sample: ir.Sample, distribution: ir.Dist) -> None:
        """Levels with an order are one more than the cut points between them."""
        cutpoints = dict(distribution.arguments).get(CUTS)
        plate = cells.datum.plate
        if cutpoints is None or plate is None:
            return
        axis = next(dim.plate for dim in cutpoints.dims if dim not in distribution.dims)
        levels, cuts = (len(self.violations.labels[name]) for name in (plate, axis))
        if levels != cuts + 1:
            message = f"`{plate}` has {levels} elements, and {distribution.family} gives "
            message += f"{cuts + 1}: one more than `{axis}` has cut points"
            help = f"declare `plate {axis} = {levels - 1}`"
            self.violations.add("B506", message, help, sample.span, role="drawn here")

    def report(
        self,
        cells: Cells,
        sample: ir.Sample,
        family: str,
        row: Constraint,
        fits: Array,
        low: object,
        high: object,
    ) -> None:
        outside = np.flatnonzero(~fits)
        flat = cells.values.reshape(-1)

        def label(cell: int) -> str:
            support = row.summary
            if row.name in ("up_to", "interval", "int_interval", "greater_than", "less_than"):
                lower, upper = (_at(bound, cell, cells.values.shape) for bound in (low, high))
                support = ("a whole number " if row.integer else "") + between(lower, upper)
            if row.name in _PLAIN_BOUNDS:
                support = f"numbers {support}"
            return f"{family} gives {'finite numbers' if np.isinf(flat[cell]) else support}"

        remedy = f"correct the data, or give `{sample.name}` another distribution"
        says = f"cannot come from {family}"
        self.tell(cells, outside, (says, says), label, remedy, sample)

    def sums(self, cells: Cells, sample: ir.Sample, family: str) -> None:
        """The last axis of a simplex sums to 1."""
        totals = cells.values.sum(axis=-1).reshape(-1)
        width = cells.values.shape[-1]
        wrong = np.flatnonzero(np.abs(totals - 1) > _ROUNDING)

        def label(cell: int) -> str:
            return f"from here on the sum is {show(float(totals[cell // width]))}"

        says = f"begins a row that does not sum to 1, as {family} needs"
        several = f"begin rows that do not sum to 1, as {family} needs"
        remedy = f"divide each row of `{sample.name}` by its sum"
        self.tell(cells, wrong * width, (says, several), label, remedy, sample)

    def totals(self, cells: Cells, sample: ir.Sample, family: str, high: Array) -> None:
        """The last axis of counts sums to the total that the distribution is given."""
        totals = cells.values.sum(axis=-1).reshape(-1)
        width = cells.values.shape[-1]
        given = np.broadcast_to(high, cells.values.shape)[..., 0].reshape(-1)
        wrong = np.flatnonzero(~np.isnan(totals) & (totals != given))

        def label(cell: int) -> str:
            sums = f"from here on the sum is {show(float(totals[cell // width]))}"
            return f"{sums}, and total_count is {show(float(given[cell // width]))}"

        says = f"begins counts that do not sum to the total of {family}"
        several = f"begin counts that do not sum to the total of {family}"
        remedy = f"correct the data, or take the sum: `total_count = sum({sample.name}, over …)`"
        self.tell(cells, wrong * width, (says, several), label, remedy, sample)

    def tell(
        self,
        cells: Cells,
        wrong: Array,
        says: tuple[str, str],
        label: Callable[[int], str],
        remedy: str,
        sample: ir.Sample,
    ) -> None:
        """B510 for some cells; those that are a default stand nowhere, and are told in words."""
        places = cells.places(wrong)
        wrong, there = wrong[places >= 0], places[places >= 0]
        of = dict(zip(there[:SHOWN].tolist(), wrong[:SHOWN].tolist(), strict=True))
        flat, column = cells.values.reshape(-1), cells.column
        fault = Fault(
            "B510",
            one=lambda place: f"{show(flat[of[place]])} {says[0]}",
            several=lambda count: f"{count} cells of `{column.key}` {says[1]}",
            label=lambda place: label(of[place]),
            help=remedy,
            span=sample.span,
            role="drawn here",
        )
        self.violations.cells(column, there, fault)
        if len(there) < len(places):
            told = f"{show(cells.datum.default)}, the default of `{named(cells.datum)}`, {says[0]}"
            self.violations.add("B510", told, remedy, sample.span, role="drawn here")

    # --- bounds -------------------------------------------------------------------------------

    def bound(self, expr: ir.Expr | None, dims: ir.Dims) -> float | Array | None:
        """A bound that is a number, or data over some of `dims`; None where it is neither."""
        if expr is None or literal(expr) is not None:
            return literal(expr)
        found = self.value(expr)
        if found is None or not set(found[1]) <= set(dims):
            return None
        array, own = found
        ordered = np.transpose(array, [own.index(dim) for dim in dims if dim in own])
        lengths = iter(ordered.shape)
        return ordered.reshape([next(lengths) if dim in own else 1 for dim in dims])

    def value(self, expr: ir.Expr) -> tuple[Array, ir.Dims] | None:
        """Data, also looked up through parents, with its axes; None for anything else."""
        match expr:
            case ir.Ref(name=name) if name in self.data:
                return self.data[name].values, self.data[name].datum.dims
            case ir.ParentIndex(child=child, role=role) if (child, role) in self.parents:
                return self.parents[child, role].values, (ir.Dim(child),)
            case ir.Gather(base=base, axis=axis, index=index):
                whole, at = self.value(base), self.value(index)
                if (
                    whole is None
                    or at is None
                    or axis not in whole[1]
                    or set(whole[1]) & set(at[1])
                ):
                    return None
                if at[0].dtype.kind != "i" or at[0].min(initial=0) < 0:
                    return None
                place = whole[1].index(axis)
                dims = (*whole[1][:place], *at[1], *whole[1][place + 1 :])
                return np.take(whole[0], at[0], axis=place), dims
            case _:
                return None


def _name(distribution: ir.Distribution) -> str:
    """What a distribution is called in a message."""
    if isinstance(distribution, ir.Dist):
        return distribution.family
    return type(distribution).__name__


def _at(bound: object, cell: int, shape: tuple[int, ...]) -> float | None:
    """A bound at one cell."""
    if bound is None:
        return None
    return float(np.broadcast_to(np.asarray(bound, float), shape).reshape(-1)[cell])
