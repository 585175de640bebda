"""Distributions: a call in the syntax → a distribution of the IR, its arguments checked."""

from __future__ import annotations

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic, Note, SpecError, did_you_mean
from ..grammar.source import Span
from . import ir, ranges
from .arguments import arguments, signature
from .composed import COMPOSED, affine, composed
from .context import Context
from .expressions import Expressions
from .scope import Quantity, error
from .supports import in_order
from .tables.constraints import CONSTRAINTS
from .tables.families import FAMILIES
from .tables.family import Family, Parameter

_PLANNED = frozenset(
    {
        "GP",
        "Ordered",
        "Transformed",
        "Mixture",
        "ZeroInflated",
        "Hurdle",
        "Censored",
        "IntervalCensored",
        "where",
    }
)


class Distributions:
    """Lowers the right side of one `~`. `dims` are the axes of the value, last ones the event's."""

    def __init__(self, context: Expressions, dims: ir.Dims, value: Quantity | None = None) -> None:
        self.context: Context = context
        self.scope = context.scope
        self.dims = dims
        self.value = value

    def lower(self, node: tree.Expr) -> ir.Distribution:
        match node:
            case tree.Call(function) if function.name in FAMILIES:
                self.context.refuse(node)
                return self.family(node, FAMILIES[function.name])
            case tree.Call(function) if function.name in COMPOSED:
                self.context.refuse(node)
                return composed(self, node)
            case tree.Binary(operator, left, right, span) if operator in ("+", "-", "*", "/"):
                return affine(self, operator, left, right, span)
            case tree.Call(function):
                raise self.unknown(function)
            case tree.Name(name, span) if name in FAMILIES or name in COMPOSED:
                raise error("B212", f"`{name}` needs its arguments", span, help=signature(name))
            case _:
                raise error(
                    "B211",
                    "a distribution stands after `~`",
                    node.span,
                    help="`=` defines a quantity by an expression",
                )

    def unknown(self, name: tree.Name) -> SpecError:
        if name.name in _PLANNED:
            return error(
                "B401", f"`{name.name}` is part of the language, but not of this version", name.span
            )
        close = did_you_mean(name.name, [*FAMILIES, *COMPOSED])
        return error(
            "B211",
            f"there is no distribution `{name.name}`",
            name.span,
            help=close or "the distributions are listed in the language reference",
        )

    # --- families ----

    def family(self, node: tree.Call, row: Family) -> ir.Dist:
        form_number, given = arguments(node, row)
        form = row.forms[form_number]
        event = self.dims[len(self.dims) - row.event :] if row.event else ()
        if len(event) < row.event:
            wanted = "an axis" if row.event == 1 else "two axes of one plate, such as `[p, p']`"
            raise error(
                "B214",
                f"`{row.name}` is a distribution over {wanted}",
                node.span,
                help="give the left side its plate in brackets: the last axis is the event's",
            )
        if row.event == 2 and event[0].plate != event[1].plate:
            raise error(
                "B214",
                f"`{row.name}` is over two axes of one plate, not [{event[0]}, {event[1]}]",
                node.span,
                help=f"write `[{event[0]}, {event[0]}']`",
            )
        batch = self.dims[: len(self.dims) - row.event]
        lowered = tuple(
            (p.name, self.argument(given[p.name], p, batch, event, row))
            if p.name in given
            else (p.name, ir.Literal(p.default if p.default is not None else 0.0, span=node.span))
            for p in form.parameters
        )
        by_name = dict(lowered)
        in_order(by_name.get(row.bounds[0] or ""), by_name.get(row.bounds[1] or ""), node.span)
        return ir.Dist(
            row.name,
            form_number,
            lowered,
            dims=self.dims,
            event=event,
            kind=row.kind,
            span=node.span,
        )

    def argument(
        self, node: tree.Expr, parameter: Parameter, batch: ir.Dims, event: ir.Dims, row: Family
    ) -> ir.Expr:
        nesting = self.scope.nesting
        value = self.context.number(node)
        if row.support == "category" and parameter.event:
            value, axis = self.leftover(value, batch, node.span)
            self.check_outcome_plate(axis, node.span)
            return nesting.coerce(value, (*batch, axis))
        own = ir.matrix_axes(event, parameter.event)
        value = nesting.coerce(value, (*batch, *own))
        for axis in own:
            if axis not in value.dims:
                value = ir.Expand(
                    value, axis, dims=(*value.dims, axis), kind=value.kind, span=value.span
                )
        self.check_range(value, parameter, row)
        return value

    def leftover(self, value: ir.Expr, batch: ir.Dims, span: Span) -> tuple[ir.Expr, ir.Dim]:
        """The one axis that the statement does not cover: that of the categories."""
        left = [d for d in value.dims if not self.scope.nesting.covers(batch, d)]
        if len(left) != 1:
            found = ", ".join(map(str, left)) or "none"
            raise error(
                "B214",
                "the categories are the one axis that the statement does not have; "
                f"here there is {'more than one' if left else 'none'}",
                span,
                label=f"free axes: {found}",
                help="give the probabilities an axis over the categories",
            )
        return value, left[0]

    def check_outcome_plate(self, axis: ir.Dim, span: Span) -> None:
        if self.value is not None and self.value.index_plate not in (None, axis.plate):
            raise error(
                "B302",
                f"`{self.value.name}` is an element of `{self.value.index_plate}`, and these are "
                f"probabilities over `{axis.plate}`",
                span,
            )

    # --- checks ----

    def range(self, name: str) -> ranges.Range:
        """Where a name's values lie; anywhere, where a formula of a table was put into a model."""
        quantity = self.scope.quantities.get(name)
        return ranges.of_support(quantity.support) if quantity else ranges.ANY

    def check_range(self, value: ir.Expr, parameter: Parameter, row: Family) -> None:
        """A literal outside a parameter's domain, or a latent that may leave it, is an error."""
        constraint = CONSTRAINTS.get(parameter.constraint)
        if constraint is None or constraint.lower is None:
            return
        found = ranges.of(value, self.range)
        below = found.high < constraint.lower or (
            constraint.open and found.high <= constraint.lower
        )
        above = constraint.upper is not None and found.low > constraint.upper
        what = f"the {parameter.name} of `{row.name}`"
        if below or above:
            shown = f"{found.low:g}" if found.low == found.high else "this"
            raise error(
                "B301", f"{what} must be {constraint.summary}", value.span, label=f"{shown} is not"
            )
        inner = value
        while isinstance(inner, ir.Gather | ir.Reaxis | ir.Expand):
            inner = inner.base
        if not isinstance(inner, ir.Ref):
            return
        quantity = self.scope.quantities.get(inner.name)
        if quantity is None:
            return
        if quantity.role not in ("latent", "param") or (
            found.low >= constraint.lower
            and (constraint.upper is None or found.high <= constraint.upper)
        ):
            return
        raise SpecError(
            Diagnostic(
                "B301",
                f"{what} must be {constraint.summary}, and `{inner.name}` may not be",
                value.span,
                notes=(Note(quantity.span, "declared here"),),
                help="give it a prior on that range, such as `HalfNormal` or "
                f"`{inner.name} : positive ~ …`"
                if constraint.upper is None
                else "give it a prior on that range, such as `Beta`, or use `logits`",
            )
        )
