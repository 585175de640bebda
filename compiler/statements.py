"""The statements of a model: draws, definitions, parameters and factors, each to its IR."""

from __future__ import annotations

from typing import Any

from ..grammar import tree
from ..grammar.diagnostics import Note, SpecError, did_you_mean
from . import declarations, ir, ranges
from .distributions import Distributions
from .expressions import Expressions
from .indexing import index_plate
from .scope import Known, Quantity, Scope, error
from .supports import bounded, support, tighter
from .tables.constraints import CONSTRAINTS
from .walk import names


class Statements:
    """Lowers statements in order of dependency; `made` are those that are done."""

    def __init__(self, scope: Scope, data: list[ir.Data]) -> None:
        self.scope = scope
        self.data = data
        self.made: list[ir.Statement] = []
        self.factors = 0

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

    def target_dims(self, target: tree.Target) -> ir.Dims:
        dims = tuple(self.scope.dim(d) for d in target.dims or ())
        if len(set(dims)) < len(dims):
            raise error(
                "B202", "an axis is named twice", target.span, help="prime the second: `[p, p']`"
            )
        return dims

    def draw(self, node: tree.Draw) -> ir.Sample:
        value = self.scope.quantities.get(node.target.name.name)
        dims = self.target_dims(node.target)
        self.check_section(node, value)
        if value is not None:
            self.check_observed(value, node, dims)
        elif node.target.name.name in self.scope.broken:
            raise Known
        else:
            self.scope.declare(node.target.name, "a latent")
        given = node.initially is not None and node.initially.value is None
        if node.initially is not None and not given:
            raise error(
                "B401",
                "`initially` with a value begins a recursion, which this version cannot run",
                node.initially.span,
                help="`initially given` conditions on the first values of data",
            )
        if given and value is None:
            raise error(
                "B215",
                "`initially given` conditions on first values, so it needs data on the left",
                node.target.span,
            )
        context = Expressions(self.scope, dims, given)
        lowering = Distributions(context, dims, value)
        distribution = lowering.lower(node.distribution)
        if node.type is not None:
            distribution = self.restricted(distribution, node.type, dims)
        kind = distribution.kind
        if value is None and kind != "real":
            raise self.discrete_latent(node, kind)
        if value is not None:
            self.check_kind(value, distribution, node)
        else:
            self.scope.quantities[node.target.name.name] = Quantity(
                node.target.name.name,
                "latent",
                dims,
                "real",
                None,
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

    def check_section(self, node: tree.Draw, value: Quantity | None) -> None:
        """YAML says which distributions are priors and which are likelihoods; it must be so."""
        name = node.target.name
        if node.section == "priors" and value is not None:
            raise error(
                "B217",
                f"`{name.name}` is data, and a prior is of what is not known",
                node.target.span,
                notes=(Note(value.span, "declared here"),),
                help="write it under `likelihoods`",
            )
        if node.section == "likelihoods" and value is None and name.name not in self.scope.broken:
            raise error(
                "B217",
                f"`{name.name}` is not data, and a likelihood is of data",
                node.target.span,
                label="not declared under `data`",
                help=did_you_mean(name.name, [d.name for d in self.data])
                or "write it under `priors`, or declare it under `data`",
            )

    def check_observed(self, value: Quantity, node: tree.Draw, dims: ir.Dims) -> None:
        self.scope.used.add(value.name)
        if value.role != "data" and not value.on_data:
            raise error(
                "B202",
                f"`{value.name}` is said to be two things",
                node.target.span,
                help=f"a soft constraint is a factor: `factor {value.name} ~ …`",
            )
        if dims != value.dims:
            shown = ", ".join(map(str, value.dims))
            raise error(
                "B203",
                f"`{value.name}` has the axes [{shown}], in this order",
                node.target.span,
                help=f"write `{value.name}[{shown}]`" if value.dims else f"write `{value.name}`",
            )
        if any(isinstance(s, ir.Sample) and s.name == value.name for s in self.made):
            raise error(
                "B202",
                f"`{value.name}` has two distributions",
                node.target.span,
                help="a second one for the same data is a factor: `factor y ~ …`",
            )

    def discrete_latent(self, node: tree.Draw, kind: ir.Kind) -> SpecError:
        name = node.target.name.name
        close = did_you_mean(name, [d.name for d in self.data])
        return error(
            "B401",
            f"`{name}` is not data, and a discrete latent cannot be sampled here",
            node.target.span,
            label="not declared under `data`",
            help=close
            or "declare it under `data`; summing out discrete latents is not part of this version",
        )

    def check_kind(self, value: Quantity, distribution: ir.Distribution, node: tree.Draw) -> None:
        """The outcome's declared type against the kind of the distribution."""
        kind, span = distribution.kind, node.distribution.span
        if kind == "index" and value.kind != "index":
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and a Categorical outcome is an element "
                "of a plate",
                span,
                help="declare it with the plate of its categories as its type",
            )
        if kind in ("int", "bool") and value.kind in ("real", "index"):
            word = "binary" if kind == "bool" else "count"
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and this distribution gives whole numbers",
                span,
                help=f"declare it `{value.name} : {word}`",
            )
        if kind == "bool" and value.kind == "int":
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and this distribution gives 0 or 1",
                span,
                help=f"declare it `{value.name} : binary`, or use a Binomial",
            )
        if kind == "real" and value.kind == "index":
            raise error(
                "B302", f"`{value.name}` is an element of `{value.index_plate}`, not a number", span
            )
        outcome, support_ = (
            ranges.of_support(value.support),
            ranges.of_support(support(distribution)),
        )
        if outcome.high < support_.low or outcome.low > support_.high:
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, which this distribution never gives",
                span,
            )

    def restricted(self, base: ir.Distribution, node: tree.Type, dims: ir.Dims) -> ir.Distribution:
        lower, upper = declarations.type_bounds(self.scope, node, dims)
        if base.event or base.kind != "real":
            raise error(
                "B303", "a type restricts a continuous quantity of single numbers", node.span
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
                    help="to mix distributions by a latent, use `where(…)` on the right side",
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

    def on_data(self, node: Any) -> bool:
        return all(self.scope.quantities[n].on_data for n in names(node))

    def define(self, node: tree.Define) -> ir.Define:
        if node.initially is not None:
            raise error(
                "B401",
                "`initially` begins a recursion, which this version cannot run",
                node.initially.span,
                help="a running sum of data is `cumsum`; `prev(x, initially = 0)` looks back",
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
                help="give this another name",
            )
        self.scope.declare(node.target.name, "a definition")
        free = node.local and node.target.dims is None
        dims = self.target_dims(node.target)
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
        dims = self.target_dims(node.target)
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
            name, dims = node.target.name.name, self.target_dims(node.target)
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


def _named(value: Quantity) -> str:
    if value.kind == "index":
        return f"an element of `{value.index_plate}`"
    assert value.support is not None
    return CONSTRAINTS[value.support.constraint].summary
