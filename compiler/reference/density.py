"""The reference evaluator: the log density of a model in plain NumPy, before any pass.

It is the measure for programs, so it reads the IR by its definition and knows nothing of how a
program is printed. Axes are aligned by name (`named`), families are the rows of the family table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

import numpy as np

from .. import ir
from ..tables.families import FAMILIES
from ..tables.monotone import MONOTONE
from . import named
from .evaluate import Bound, Evaluation, scalar
from .formulas import formula, function, log_tails
from .named import Array, Named, elementwise, without

# By how much a vector that sums to zero, or a pinned element, may miss its value.
_TOLERANCE = 1e-8

_COMPONENT = ir.Dim("(component)")  # no plate has this name


class Reference:
    """The log density of a model given its data.

    `values` are the constrained values of all latents and learned parameters, with their axes in
    declared order; those that are pinned or sum to zero are given whole.
    """

    def __init__(self, model: ir.Model, bound: Bound) -> None:
        self.model = model
        self.bound = bound

    def log_density(self, values: Mapping[str, Any]) -> float:
        """The sum of all statements, without any Jacobian."""
        return sum(self.by_statement(values).values())

    def by_statement(self, values: Mapping[str, Any]) -> dict[str, float]:
        """What each draw, factor and learned parameter adds; the last add 0."""
        found = {}
        for statement, cells in self._cells(values):
            found[statement.name] = float(np.sum(cells.array))
        return found

    def log_likelihood(self, values: Mapping[str, Any]) -> dict[str, Array]:
        """The log density of each cell of each outcome; NaN where it does not count."""
        return {
            statement.name: self._where_known(statement, np.array(cells.array))
            for statement, cells in self._cells(values, np.nan)
            if isinstance(statement, ir.Sample) and statement.observed
        }

    def _where_known(self, statement: ir.Sample, cells: Array) -> Array:
        """NaN where a cell was not seen but drawn."""
        datum = self.model.datum(statement.name)
        if datum is None or not datum.imputed:
            return cells
        seen = ~np.isnan(self.bound.data[statement.name])
        return np.where(seen.all(axis=tuple(range(cells.ndim, seen.ndim))), cells, np.nan)

    def quantities(self, values: Mapping[str, Any]) -> dict[str, Array]:
        """Every definition, with its axes in declared order."""
        with np.errstate(all="ignore"):
            known = _Densities(self.model, self.bound, values).known
        defined = [s.name for s in self.model.statements if isinstance(s, ir.Define)]
        return {name: np.array(known[name].array) for name in defined}

    def _cells(
        self, values: Mapping[str, Any], uncounted: float = 0.0
    ) -> list[tuple[ir.Sample | ir.Term | ir.Param, Named]]:
        """The log density of each statement, cell by cell."""
        found: list[tuple[ir.Sample | ir.Term | ir.Param, Named]] = []
        with np.errstate(all="ignore"):
            evaluation = _Densities(self.model, self.bound, values)
            for statement in self.model.statements:
                match statement:
                    case ir.Define():
                        pass
                    case ir.Param():
                        found.append((statement, scalar(0.0)))
                    case ir.Sample() | ir.Term():
                        found.append((statement, evaluation.cells(statement, uncounted)))
                    case _:
                        assert_never(statement)
        return found


class _Densities(Evaluation):
    """The evaluation of statements and distributions."""

    # --- statements ---------------------------------------------------------------------

    def cells(self, statement: ir.Sample | ir.Term, uncounted: float) -> Named:
        """The log density of each cell, `uncounted` in those that the mask leaves out."""
        if isinstance(statement, ir.Term):
            density = self.expr(statement.value).full(statement.dims, self.sizes)
            counts: list[Named] = []
        else:
            value = self.value(statement.name)
            density = self.log_density(statement.distribution, value)
            counts = self.present(statement, value, density.dims)
        if statement.mask is not None:
            counts.append(self.expr(statement.mask))
        for count in counts:
            density = elementwise(lambda d, c: np.where(c, d, uncounted), density, count)
        return density

    def present(self, statement: ir.Sample, value: Named, batch: ir.Dims) -> list[Named]:
        """Missing cells of an outcome that may miss some do not count."""
        datum = self.model.datum(statement.name)
        if datum is None or not datum.optional or datum.imputed:
            return []
        there = Named(value.dims, ~np.isnan(value.array))
        d = statement.distribution
        if isinstance(d, ir.Censored) and d.low is not None and d.high is not None:
            between = elementwise(np.less, self.number(d.low), self.number(d.high))
            there = elementwise(np.logical_or, there, between)
        return [named.reduce("all", there, without(value.dims, *batch))]

    # --- distributions ------------------------------------------------------------------

    def log_density(self, node: ir.Distribution, value: Named) -> Named:
        """The log density of a value, over the distribution's batch axes."""
        value = value.full(node.dims, self.sizes)
        match node:
            case ir.Dist():
                return self.family(node, value)
            case ir.Flat(lower, upper):
                inside = self.within(value, lower, upper)
                return Named(inside.dims, np.where(inside.array, 0.0, -np.inf))
            case ir.Restricted(base, lower, upper, normalised):
                density = self.log_density(base, value)
                if normalised:
                    mass = self.log_mass(node).full(density.dims, self.sizes)
                    density = elementwise(_less, density, mass)
                return elementwise(_if, self.within(value, lower, upper), density)
            case ir.Censored():
                return self.censored(node, value)
            case ir.Affine(base, loc, scale):
                by = self.number(scale)
                standard = elementwise(lambda x, m, s: (x - m) / s, value, self.number(loc), by)
                return elementwise(
                    lambda d, s: d - np.log(np.abs(s)), self.log_density(base, standard), by
                )
            case ir.Pinned(base, axis, position, fixed):
                rest, cells = self.log_density(base, value).first(axis)
                where = int(self.expr(position).array)
                there = value.first(axis)[1][where]
                kept = np.abs(there - self.expr(fixed).spread(rest)) <= _TOLERANCE
                free = np.delete(cells, where, axis=0).sum(axis=0)
                return elementwise(_if, Named(rest, kept), Named(rest, free))
            case ir.SumToZero(base, axis):
                density = named.reduce("sum", self.log_density(base, value), (axis,))
                total = named.reduce("sum", value, (axis,))
                return elementwise(lambda t, d: _if(np.abs(t) <= _TOLERANCE, d), total, density)
            case ir.Mixture():
                return self.mixed(node, lambda component: self.log_density(component, value))
            case ir.ZeroInflated(base, prob, logits):
                at_zero, others = self.chances(prob, logits)
                density = elementwise(np.add, others, self.log_density(base, value))
                either = elementwise(np.logaddexp, at_zero, density)
                return elementwise(_at_zero, value, either, density)
            case ir.Hurdle(base, prob, logits):
                at_zero, others = self.chances(prob, logits)
                density = self.log_density(base, value)
                if base.kind != "real":
                    zero = self.log_density(base, scalar(0).full(node.dims, self.sizes))
                    some = elementwise(function("log1m_exp"), zero)
                    density = elementwise(np.subtract, density, some)
                density = elementwise(np.add, others, density)
                return elementwise(_at_zero, value, at_zero, density)
            case ir.Folded(base):
                sides = [self.log_density(base, self.signed(value, sign)) for sign in (1, -1)]
                density = elementwise(np.logaddexp, *sides)
                return elementwise(lambda x, d: _if(x >= 0, d), value, density)
            case ir.Transformed():
                return self.transformed(node, value)
            case ir.Ordered(base, axis):
                density = named.reduce("sum", self.log_density(base, value), (axis,))
                rest, along = value.first(axis)
                rises = Named(rest, np.asarray((np.diff(along, axis=0) > 0).all(0)))
                return elementwise(_if, rises, density)
            case _:
                assert_never(node)

    def chances(self, prob: ir.Expr, logits: bool) -> tuple[Named, Named]:
        """The log of a chance, and of its complement."""
        given = self.number(prob)
        if logits:
            log, minus = function("log_inv_logit"), elementwise(np.negative, given)
            return elementwise(log, given), elementwise(log, minus)
        return elementwise(np.log, given), elementwise(function("log1m"), given)

    @staticmethod
    def signed(value: Named, sign: int) -> Named:
        return Named(value.dims, sign * value.array)

    def transformed(self, node: ir.Transformed, value: Named) -> Named:
        """The density of the point from which a value comes, times the slope of the inverse."""
        row = MONOTONE[node.function]
        low, high = row.values
        low, high = -np.inf if low is None else low, np.inf if high is None else high
        point = Named(value.dims, formula(row.inverse, {"y": value.array}))
        slope = Named(value.dims, formula(row.log_slope, {"y": value.array}))
        density = elementwise(np.add, self.log_density(node.base, point), slope)
        return elementwise(lambda y, d: _if((low < y) & (y < high), d), value, density)

    def mixed(self, node: ir.Mixture, log: Callable[[ir.Distribution], Named]) -> Named:
        """The log of the sum of weights times exp(log), over the components."""
        batch = without(node.dims, *node.event)
        weights = self.number(node.weights)
        if node.axis is not None:
            weights = weights.rename(node.axis, _COMPONENT)
        else:
            one = weights.array
            pair = [one, np.zeros(one.shape)] if node.logits else [one, 1.0 - one]
            weights = Named((*weights.dims, _COMPONENT), np.stack(pair, axis=-1))
        logs = (
            named.along("log_softmax", weights, _COMPONENT)
            if node.logits
            else elementwise(np.log, weights)
        )
        if len(node.components) == 1 and node.axis is not None:
            each = log(node.components[0]).rename(node.axis, _COMPONENT)
        else:
            parts = [log(c).full(batch, self.sizes).array for c in node.components]
            each = Named((*batch, _COMPONENT), np.stack(parts, axis=-1))
        # What has no chance adds nothing, even where its density is infinite.
        terms = elementwise(lambda w, d: np.where(w == -np.inf, -np.inf, w + d), logs, each)
        return named.reduce("logsumexp", terms, (_COMPONENT,))

    def censored(self, node: ir.Censored, value: Named) -> Named:
        """The log density of what is known, and the log probability of where the rest lies."""
        base, density = node.base, self.log_density(node.base, value)

        def probability(lower: Named | None, upper: Named | None) -> Named:
            return self.log_between(base, lower, upper).full(density.dims, self.sizes)

        if node.low is not None and node.high is not None:
            low, high = self.number(node.low), self.number(node.high)
            unknown = elementwise(lambda a, b: a < b, low, high)
            return elementwise(np.where, unknown, probability(low, high), density)
        for flag, bound, at_most in (
            (node.left, node.lower, True),
            (node.right, node.upper, False),
        ):
            if flag is not None:
                hidden, at = self.expr(flag), value
            elif bound is not None:
                at = self.number(bound)
                hidden = elementwise(np.less_equal if at_most else np.greater_equal, value, at)
            else:
                continue
            mass = probability(None, at) if at_most else probability(at, None)
            density = elementwise(lambda h, m, d: np.where(h, m, d), hidden, mass, density)
        return density

    def log_between(self, base: ir.Distribution, lower: Named | None, upper: Named | None) -> Named:
        """log P(lower <= X <= upper), where a bound that is absent bounds nothing."""
        if isinstance(base, ir.Mixture):
            return self.mixed(base, lambda part: self.log_between(part, lower, upper))
        if isinstance(base, ir.Restricted):
            ends: list[Named | None] = []
            for given, own, choose in (
                (lower, base.lower, np.maximum),
                (upper, base.upper, np.minimum),
            ):
                bound = None if own is None else self.number(own)
                both = given is not None and bound is not None
                ends.append(elementwise(choose, given, bound) if both else given or bound)  # type: ignore[arg-type]
            inside = self.log_between(base.base, *ends)
            return elementwise(lambda i, m: i - m, inside, self.log_mass(base))
        under = None
        if lower is not None:
            whole = base.kind != "real"
            under = elementwise(lambda b: np.ceil(b) - 1.0 if whole else b, lower)
        return self.mass_between(base, under, upper)

    def family(self, node: ir.Dist, value: Named) -> Named:
        row = FAMILIES[node.family]
        form = row.forms[node.form]
        batch = without(node.dims, *node.event)
        names = [p.name for p in form.parameters]
        given = dict(node.arguments)
        arguments = [self.number(given[name]) for name in names]
        # A parameter's own axes, rows before columns, are those that are not the batch's; one that
        # the value does not have is the last.
        order = lambda d: (d not in node.event, d.prime)  # noqa: E731
        events = [tuple(sorted(without(a.dims, *batch), key=order)) for a in arguments]
        for parameter, event in zip(form.parameters, events, strict=True):
            if len(event) != parameter.event:
                raise ValueError(f"`{parameter.name}` has the axes [{named.shown(event)}]")
        operands = [(value, node.event), *zip(arguments, events, strict=True)]
        if any(event for _, event in operands):
            call = lambda x, *a: form.log_density(x, **dict(zip(names, a, strict=True)))  # noqa: E731
            return named.by_cell(call, operands, batch, (), self.sizes)
        spread = {name: a.spread(batch) for name, a in zip(names, arguments, strict=True)}
        density = np.asarray(form.log_density(value.array, **spread))
        return Named(batch, density).full(batch, self.sizes)

    def within(self, value: Named, lower: ir.Expr | None, upper: ir.Expr | None) -> Named:
        """Whether lower <= value <= upper."""
        result = Named(value.dims, ~np.isnan(value.array))
        if lower is not None:
            result = elementwise(lambda r, x, b: r & (x >= b), result, value, self.number(lower))
        if upper is not None:
            result = elementwise(lambda r, x, b: r & (x <= b), result, value, self.number(upper))
        return result

    def log_mass(self, node: ir.Restricted) -> Named:
        """The log of the probability that `node.base` gives to [lower, upper]."""
        whole = node.kind != "real"
        under = over = None
        if node.lower is not None:
            # What is cut off below a whole number ends one before it.
            under = elementwise(lambda b: np.ceil(b) - 1.0 if whole else b, self.number(node.lower))
        if node.upper is not None:
            over = elementwise(lambda b: np.floor(b) if whole else b, self.number(node.upper))
        return self.mass_between(node.base, under, over)

    def mass_between(self, base: ir.Distribution, under: Named | None, over: Named | None) -> Named:
        """log P(under < X <= over)."""
        if isinstance(base, ir.Mixture):
            return self.mixed(base, lambda part: self.mass_between(part, under, over))
        if under is None:
            return scalar(0.0) if over is None else self.tails(base, over)[0]
        cdf_under, sf_under = self.tails(base, under)
        if over is None:
            return sf_under
        cdf_over, sf_over = self.tails(base, over)
        return elementwise(_log_between, cdf_under, sf_under, cdf_over, sf_over)

    def tails(self, base: ir.Distribution, x: Named) -> tuple[Named, Named]:
        """The log probabilities of a value up to x and above x."""
        if not isinstance(base, ir.Dist) or base.form != 0:
            raise ValueError("only a family in its first form has a distribution function")
        row = FAMILIES[base.family]
        given = {name: self.number(a) for name, a in base.arguments}

        def tail(side: int) -> Named:
            def compute(x: Array, *arguments: Array) -> Array:
                return log_tails(row, x, dict(zip(given, arguments, strict=True)))[side]

            return elementwise(compute, x, *given.values())

        return tail(0), tail(1)


def _if(condition: Array, density: Array) -> Array:
    return np.where(condition, density, -np.inf)


def _at_zero(value: Array, there: Array, elsewhere: Array) -> Array:
    return np.where(value == 0, there, elsewhere)


def _less(density: Array, mass: Array) -> Array:
    return np.where(density == -np.inf, -np.inf, density - mass)


def _log_between(cdf_under: Array, sf_under: Array, cdf_over: Array, sf_over: Array) -> Array:
    """The log of the mass between two points, from the tail in which they lie."""
    less = function("log_diff_exp")
    upper_half = cdf_under > np.log(0.5)
    mass = np.where(upper_half, less(sf_under, sf_over), less(cdf_over, cdf_under))
    return np.asarray(mass)
