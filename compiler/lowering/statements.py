"""The statements of a model: draws, definitions, parameters and factors, each to its IR."""

from __future__ import annotations

from typing import Any

from ...grammar import tree
from ...grammar.diagnostics import Note
from ...grammar.source import Span
from .. import ir
from ..ir.walk import names
from . import declarations, observed, ranges
from .declarations import target_dims
from .distributions.calls import Distributions
from .distributions.inside import has_atom
from .expressions import Expressions
from .indexing import index_plate
from .scope import Known, Quantity, Scope, error
from .supports import bounded, support, tighter


class Statements:
    """Lowers statements in order of dependency; `made` are those that are done."""

    def __init__(self, scope: Scope, data: list[ir.Data]) -> None:
        self.scope = scope
        self.data = data
        self.made: list[ir.Statement] = []
        self.factors = 0
        self.drawn: dict[str, Span] = {}  # the outcomes that have a distribution

    def lower(self, node: tree.Draw | tree.Define | tree.Param | tree.Factor) -> None:
        match node:
            case tree.Draw():
                self.made.append(self.draw(node))
            case tree.Define():
                self.made.append(self.define(node))
            case tree.Param():
                self.made.append(self.param(node))
            case tree.Factor():
                self.made.append(self.factor(node))

    def take(self, node: tree.Draw, dims: ir.Dims) -> Quantity | None:
        """The datum of which this is the distribution; None for a latent, whose name is taken."""
        value = self.scope.quantities.get(node.target.name.name)
        observed.check_section(node, value, self.scope, self.data)
        if value is not None:
            self.scope.used.add(value.name)
            observed.check_observed(value, node, dims, self.drawn)
        elif node.target.name.name in self.scope.broken:
            raise Known
        else:
            self.scope.declare(node.target.name, "a latent")
        return value

    def agree(self, node: tree.Draw, value: Quantity | None, distribution: ir.Distribution) -> None:
        """Raises SpecError where the distribution cannot be that of the left side."""
        if value is not None:
            observed.check_kind(value, distribution, node, self.data)
        elif isinstance(distribution, ir.Censored):
            raise observed.censored_latent(node, self.data)
        elif distribution.kind != "real":
            raise observed.discrete_latent(node, distribution.kind, self.data)
        elif has_atom(distribution):
            raise observed.latent_with_atom(node, self.data)

    def draw(self, node: tree.Draw) -> ir.Sample:
        dims = target_dims(self.scope, node.target)
        value = self.take(node, dims)
        given = node.initially is not None and node.initially.value is None
        if node.initially is not None and not given:
            raise error(
                "B401",
                "`initially` with a value begins a recursion, which this version cannot run",
                node.initially.span,
                help="`initially given` conditions on the first values of data; of what is not "
                "data, only a running sum can be said: `cumsum(step)`",
            )
        if given and value is None:
            raise error(
                "B215",
                "`initially given` conditions on first values, so it needs data on the left",
                node.target.span,
                label="not data",
                help="leave `initially given` out, and say what is before the start: "
                "`prev(x, initially = 0)`",
            )
        context = Expressions(self.scope, dims, given)
        lowering = Distributions(context, dims, value)
        distribution = lowering.lower(node.distribution)
        if node.type is not None:
            distribution = self.restricted(distribution, node.type, dims)
        self.agree(node, value, distribution)
        if value is not None:
            self.drawn[value.name] = node.target.span
        else:
            self.scope.quantities[node.target.name.name] = Quantity(
                node.target.name.name,
                "latent",
                dims,
                distribution.kind,
                observed.categories(distribution) or None,
                False,
                support(distribution),
                node.target.span,
            )
        batch = dims[: len(dims) - len(distribution.event)]
        mask = self.mask(node.where, context, batch)
        return ir.Sample(
            node.target.name.name,
            dims,
            distribution,
            support(distribution),
            value is not None,
            mask,
            span=node.span,
        )

    def restricted(self, base: ir.Distribution, node: tree.Type, dims: ir.Dims) -> ir.Distribution:
        lower, upper = declarations.type_bounds(self.scope, node, dims)
        if base.event or base.kind != "real":
            what = "vectors" if base.event else "whole numbers"
            raise error(
                "B303",
                "a type restricts a continuous quantity of single numbers",
                node.span,
                label=f"these are {what}",
                help="leave the type out: the distribution says where the values lie",
            )
        inner = support(base)
        if inner.constraint != "real" and inner == bounded(lower, upper):
            return base  # it says what the distribution says
        if isinstance(base, ir.Flat):
            return ir.Flat(
                tighter("maximum", base.lower, lower),
                tighter("minimum", base.upper, upper),
                dims=base.dims,
                span=base.span,
            )
        if lower is None and upper is None:
            return base
        return ir.Restricted(
            base, lower, upper, False, dims=base.dims, kind=base.kind, span=base.span
        )

    def mask(self, where: tree.Expr | None, context: Expressions, batch: ir.Dims) -> ir.Expr | None:
        """Which cells count: the row filter, and what lies far enough from a sequence's start."""
        conditions: list[ir.Expr] = []
        deepest: dict[ir.Dim, ir.Known] = {}
        for known in context.known:
            if known.axis not in deepest or deepest[known.axis].depth < known.depth:
                deepest[known.axis] = known
        conditions += [self.scope.nesting.coerce(k, batch) for k in deepest.values()]
        if where is not None:
            condition = self.scope.nesting.coerce(
                Expressions(self.scope, batch).number(where), batch
            )
            if not self.on_data(condition):
                raise error(
                    "B302",
                    "a row filter depends on data alone",
                    where.span,
                    notes=self.not_data(condition),
                    help="of rows that may be of two kinds, the distribution is a "
                    "`Mixture(p, [Normal(0, 1), Normal(0, 5)])`",
                )
            conditions.append(condition)
        result: ir.Expr | None = None
        for condition in conditions:
            result = (
                condition
                if result is None
                else ir.Binary(
                    "and",
                    result,
                    condition,
                    dims=self.scope.nesting.join(result.dims, condition.dims),
                    kind="bool",
                    span=condition.span,
                )
            )
        return result

    def not_data(self, node: Any) -> tuple[Note, ...]:
        """Where the first name of an expression that is not data was declared."""
        latent = [n for n in names(node) if not self.scope.quantities[n].on_data]
        return self.scope.note(latent[0], "not data") if latent else ()

    def on_data(self, node: Any) -> bool:
        return all(self.scope.quantities[n].on_data for n in names(node))

    def define(self, node: tree.Define) -> ir.Define:
        if node.initially is not None:
            raise error(
                "B401",
                "`initially` begins a recursion, which this version cannot run",
                node.initially.span,
                help="of data, `prev(x, initially = 0)` looks back; a running sum is `cumsum(x)`",
            )
        if node.where is not None:
            raise error(
                "B101",
                "`where` filters the rows of an outcome; a definition has none",
                node.where.span,
                help="choose between values with `where(condition, a, b)`",
            )
        known = self.scope.quantities.get(node.target.name.name)
        if known is not None and known.role == "data":
            raise error(
                "B202",
                f"`{known.name}` is data already",
                node.target.span,
                label="defined here",
                notes=self.scope.note(known.name),
                help=f"give this another name, such as `{known.name}2`",
            )
        self.scope.declare(node.target.name, "a definition")
        free = node.local and node.target.dims is None
        dims = target_dims(self.scope, node.target)
        value = Expressions(self.scope, None if free else dims).expr(node.value)
        if free:
            dims = value.dims
        else:
            value = self.spread(self.scope.nesting.coerce(value, dims), dims)
        on_data = self.on_data(value)
        self.scope.quantities[node.target.name.name] = Quantity(
            node.target.name.name,
            "define",
            dims,
            value.kind,
            index_plate(value, self.scope) if value.kind == "index" else None,
            on_data,
            self.range_support(value),
            node.target.span,
        )
        stage: ir.Stage = "data" if on_data else "density"
        return ir.Define(
            node.target.name.name, dims, value, not node.local, stage, value.kind, span=node.span
        )

    @staticmethod
    def spread(value: ir.Expr, dims: ir.Dims) -> ir.Expr:
        """A value repeated along the axes that it lacks."""
        for dim in dims:
            if dim not in value.dims:
                value = ir.Expand(
                    value, dim, dims=(*value.dims, dim), kind=value.kind, span=value.span
                )
        return value

    def range_support(self, value: ir.Expr) -> ir.Support | None:
        """Where a definition's values lie, kept as a constraint for the checks that follow."""
        found = ranges.of(value, lambda n: ranges.of_support(self.scope.quantities[n].support))
        low = ir.Literal(found.low) if found.low > float("-inf") else None
        high = ir.Literal(found.high) if found.high < float("inf") else None
        if found.low == 0 and not found.open_low and high is None:
            return ir.Support("nonnegative")
        return bounded(low, high)

    def param(self, node: tree.Param) -> ir.Param:
        self.scope.declare(node.target.name, "a parameter")
        dims = target_dims(self.scope, node.target)
        lower, upper = declarations.type_bounds(self.scope, node.type, dims)
        context = Expressions(self.scope, dims)
        initial = (
            None
            if node.initial is None
            else self.scope.nesting.coerce(context.number(node.initial), dims)
        )
        bounds = bounded(lower, upper)
        self.scope.quantities[node.target.name.name] = Quantity(
            node.target.name.name, "param", dims, "real", None, False, bounds, node.target.span
        )
        return ir.Param(node.target.name.name, dims, bounds, initial, node.span)

    def factor(self, node: tree.Factor) -> ir.Term:
        if node.target is not None:
            self.scope.declare(node.target.name, "a factor")
            name, dims = node.target.name.name, target_dims(self.scope, node.target)
        else:
            self.factors += 1
            name, dims = f"factor_{self.factors}", ()
        context = Expressions(self.scope, dims if node.target else None)
        value = context.number(node.value)
        if node.target is None:
            dims = value.dims
        value = self.spread(self.scope.nesting.coerce(value, dims), dims)
        if node.distribution is not None:
            context = Expressions(self.scope, dims)
            distribution = Distributions(context, dims).lower(node.distribution)
            batch = dims[: len(dims) - len(distribution.event)]
            value, dims = ir.LogProb(distribution, value, dims=batch, span=node.span), batch
        mask = self.mask(node.where, context, dims)
        return ir.Term(name, dims, value, mask, (name,), span=node.span)
