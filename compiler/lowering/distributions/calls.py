"""Distributions: a call in the syntax → a distribution of the IR, its arguments checked."""

from __future__ import annotations

import math

from ....grammar import tree
from ....grammar.diagnostics import Diagnostic, Note, SpecError
from ....grammar.source import Span
from ... import ir
from ...tables.constraints import CONSTRAINTS, Constraint
from ...tables.families import FAMILIES
from ...tables.family import Family, Parameter
from .. import elsewhere, later, ranges
from ..context import Context
from ..parameter_axes import consumed
from ..scope import Quantity, error
from ..supports import in_order
from ..wording import brackets, listed, name_of, varies
from .arguments import arguments, signature
from .composed import COMPOSED, affine, composed, no_distribution
from .edges import ends
from .mixtures import choice
from .ordinal import CUTS, check_cuts, no_cuts


class Distributions:
    """Lowers the right side of one `~`. `dims` are the axes of the value, last ones the event's."""

    def __init__(self, context: Context, dims: ir.Dims, value: Quantity | None = None) -> None:
        self.context = context
        self.scope = context.scope
        self.dims = dims
        self.value = value

    def along(self, axis: ir.Dim) -> Distributions:
        """The same for the components of a mixture, which stand along one more axis."""
        return Distributions(self.context.along(axis), (axis, *self.dims), self.value)

    def lower(self, node: tree.Expr) -> ir.Distribution:
        match node:
            case tree.Call(function) if function.name in FAMILIES:
                self.context.refuse(node)
                return self.family(node, FAMILIES[function.name])
            case tree.Call(function) if function.name in COMPOSED:
                self.context.refuse(node)
                return composed(self, node)
            case tree.Call(function) if function.name == "where":
                self.context.refuse(node)
                return choice(self, node)
            case tree.Binary(operator, left, right, span) if operator in ("+", "-", "*", "/"):
                return affine(self, operator, left, right, span)
            case tree.Call(function):
                raise self.unknown(function)
            case tree.Name(name, span) if name in FAMILIES or name in COMPOSED:
                raise error("B212", f"`{name}` needs its arguments", span, help=signature(name))
            case tree.Name() if not self.context.has_value(node.name) and self.close(node):
                raise self.unknown(node)
            case _:
                raise no_distribution(self.scope, node)

    @staticmethod
    def close(name: tree.Name) -> str:
        known = [*FAMILIES, *COMPOSED]
        return elsewhere.called_here(name.name, known, elsewhere.DISTRIBUTIONS)

    def unknown(self, name: tree.Name) -> SpecError:
        if name.name in later.DISTRIBUTIONS:
            return SpecError(later.distribution(name))
        known = ", ".join((*FAMILIES, *COMPOSED))
        return error(
            "B211",
            f"there is no distribution `{name.name}`",
            name.span,
            help=elsewhere.INSTEAD.get(name.name) or self.close(name) or f"there are {known}",
        )

    # --- families ----

    def family(self, node: tree.Call, row: Family) -> ir.Dist:
        chosen = None if row.forms[0].edges else arguments(node, row)
        event = self.dims[len(self.dims) - row.event :] if row.event else ()
        if len(event) < row.event:
            square = "two axes of one plate, such as `[p, p']`"
            wanted = "an axis" if row.event == 1 else square if row.square else "two axes"
            raise error(
                "B214",
                f"`{row.name}` is a distribution over {wanted}",
                node.span,
                notes=self.declared(),
                help=f"give the left side its plate: `{self.shown(row)} ~ {row.name}(…)`",
            )
        if row.square and event[0].plate != event[1].plate:
            raise error(
                "B214",
                f"`{row.name}` is over two axes of one plate, not [{event[0]}, {event[1]}]",
                node.span,
                notes=self.declared(),
                help=f"write `{self.name()}{brackets((*self.dims[:-1], str(event[0]) + chr(39)))}`",
            )
        if row.sequence:
            self.check_sequence(node, event[-1], row)
        batch = self.dims[: len(self.dims) - row.event]
        if chosen is None:
            form_number, lowered = 0, ends(self, node, row, event[-1])
        else:
            form_number, given = chosen
            lowered = tuple(
                (p.name, self.argument(given[p.name], p, batch, event, row))
                if p.name in given
                else (p.name, ir.Literal(0.0 if p.default is None else p.default, span=node.span))
                for p in row.forms[form_number].parameters
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

    def check_sequence(self, node: tree.Call, axis: ir.Dim, row: Family) -> None:
        """Raises SpecError (B215) where an axis has no order, or one for each group."""
        plate = self.scope.plates[axis.plate]
        if not plate.ordered:
            raise error(
                "B215",
                f"`{row.name}` runs along an ordered plate, and `{axis}` is not",
                node.span,
                notes=self.scope.note(axis.plate, "not `ordered`"),
                help=f"declare it: `plate {axis.plate} ordered`",
            )
        if plate.parents:
            raise error(
                "B215",
                f"`{row.name}` would run from one {plate.parents[0].plate} into the next",
                node.span,
                notes=self.scope.note(axis.plate, "a sequence within each"),
                help=f"give each all of the steps: `plate {axis} ordered` on its own, and "
                f"`{self.name()}[{plate.parents[0].plate}, {axis}] ~ {row.name}(…)`",
            )

    def name(self) -> str:
        """What is on the left side; `x` where it has no name, as in a factor."""
        return self.value.name if self.value else self.scope.current or "x"

    def declared(self) -> tuple[Note, ...]:
        return self.scope.note(self.value.name) if self.value else ()

    def shown(self, row: Family) -> str:
        """The left side with the axes that a distribution needs."""
        plate = self.dims[-1].plate if self.dims else next(iter(self.scope.plates), "k")
        others = [p for p in self.scope.plates if p != plate] or ["l"]
        pair = (plate, f"{plate}'" if row.square else others[0])[: row.event]
        return self.name() + brackets((*self.dims[:-1], *pair))

    def argument(
        self, node: tree.Expr, parameter: Parameter, batch: ir.Dims, event: ir.Dims, row: Family
    ) -> ir.Expr:
        nesting = self.scope.nesting
        value = self.context.number(node)
        if row.support == "category" and parameter.event:
            value, axis = self.leftover(value, batch, node.span, row.name, parameter)
            if parameter.name == CUTS:
                check_cuts(self.scope, self.value, batch, axis, row.name, node.span)
                return nesting.coerce(value, (*batch, axis))
            self.check_outcome_plate(value, axis, node.span)
            self.check_simplex(value, axis, row.name)
            return nesting.coerce(value, (*batch, axis))
        if parameter.over == "own":
            self.own_axis(value, parameter, (*batch, *event), row)
        own = consumed(parameter, event, value.dims, batch)
        value = nesting.coerce(value, (*batch, *own))
        for axis in own:
            if axis not in value.dims:
                value = ir.Expand(
                    value, axis, dims=(*value.dims, axis), kind=value.kind, span=value.span
                )
        self.check_range(value, parameter, row.name, _has_logits(row))
        return value

    def own_axis(self, value: ir.Expr, parameter: Parameter, dims: ir.Dims, row: Family) -> None:
        """Raises SpecError (B214) unless an argument has one axis that the statement has not."""
        left = [d for d in value.dims if not self.scope.nesting.covers(dims, d)]
        if len(left) != 1:
            raise error(
                "B214",
                f"the {parameter.name} of `{row.name}` has one axis that the statement does not "
                f"have; here there is {'more than one' if left else 'none'}",
                value.span,
                label=varies(value.dims),
                notes=self.scope.notes(value),
                help=f"give it the axis of a plate of its own: `{name_of(value, 'F')}"
                f"{brackets((*dims[-1:], 'factor'))}`, with a `plate factor = 2`",
            )

    def leftover(
        self, value: ir.Expr, batch: ir.Dims, span: Span, of: str, parameter: Parameter
    ) -> tuple[ir.Expr, ir.Dim]:
        """The one axis that the statement does not cover: that of the categories, or cut points."""
        left = [d for d in value.dims if not self.scope.nesting.covers(batch, d)]
        if len(left) != 1 and parameter.name == CUTS:
            message, help = no_cuts(of, name_of(value, "c"), self.value, tuple(left))
            notes = self.scope.notes(value)
            raise error("B214", message, span, varies(value.dims), notes, help)
        if len(left) != 1:
            plate = self.value.index_plate if self.value else None
            others = [d for d in left if d.plate != plate]
            probabilities = name_of(value, "p")
            raise error(
                "B214",
                "the categories are the one axis that the statement does not have; "
                f"here there is {'more than one' if left else 'none'}",
                span,
                label=varies(value.dims),
                notes=self.scope.notes(value),
                help=f"choose an element of {listed((others or left)[:-1] or others)}, such as "
                f"`{probabilities}[{(others or left)[0]} = 1]`"
                if left
                else "give the probabilities an axis over the categories: "
                f"`p[{plate or 'kind'}] ~ Dirichlet(1)` and `Categorical(p)`",
            )
        return value, left[0]

    def check_outcome_plate(self, given: ir.Expr, axis: ir.Dim, span: Span) -> None:
        if self.value is not None and self.value.index_plate not in (None, axis.plate):
            raise error(
                "B302",
                f"`{self.value.name}` is an element of `{self.value.index_plate}`, and these are "
                f"probabilities over `{axis.plate}`",
                span,
                notes=(
                    *self.scope.note(self.value.name, f"declared as `{self.value.index_plate}`"),
                    *(Note(n.span, f"over `{axis.plate}`") for n in self.scope.notes(given)),
                ),
                help=f"declare `{self.value.name}{brackets(self.dims)} : {axis.plate}`, or take "
                f"probabilities over `{self.value.index_plate}`",
            )

    # --- checks ----

    def check_simplex(self, value: ir.Expr, axis: ir.Dim, of: str) -> None:
        """Probabilities that sum to 1 over another axis than that of the categories."""
        quantity = self.scope.quantities.get(name_of(value, ""))
        if quantity is None or quantity.support is None or len(quantity.dims) < 2:
            return
        own = quantity.dims[-1]
        if quantity.support.constraint != "simplex" or own == axis or axis not in quantity.dims:
            return
        dims = (*(d for d in quantity.dims if d != axis), axis)
        raise error(
            "B301",
            f"the probabilities of `{of}` must sum to 1 over {axis}, and `{quantity.name}` "
            f"sums to 1 over {own}",
            value.span,
            notes=self.scope.note(quantity.name),
            help=f"the last axis is the one that sums to 1: `{quantity.name}{brackets(dims)} ~ …`",
        )

    def may_leave(self, value: ir.Expr, constraint: Constraint, what: str, by_logits: str) -> None:
        """Warns where an expression of latents is unbounded and the parameter is not."""

        def latent(name: str) -> ranges.Range:
            quantity = self.scope.quantities.get(name)
            known = quantity is not None and quantity.role in ("latent", "param")
            # Of data and definitions the best is assumed: a false alarm costs more.
            return ranges.of_support(quantity.support) if quantity and known else ranges.UNIT

        found = ranges.of(value, latent)
        low, high = found.low == -math.inf, found.high == math.inf and constraint.upper is not None
        if not low:
            return
        link = "inv_logit(…)" if high else "exp(…)"
        other = f"; `{by_logits}(logits = …)` says the same" if high and by_logits else ""
        self.scope.warnings.append(
            Diagnostic(
                "W203",
                f"{what} must be {constraint.summary}, and this may be anything",
                value.span,
                help=f"map it there, `{link}`{other}",
            )
        )

    def range(self, name: str) -> ranges.Range:
        """Where a name's values lie; anywhere, where a formula of a table was put into a model."""
        quantity = self.scope.quantities.get(name)
        return ranges.of_support(quantity.support) if quantity else ranges.ANY

    def check_range(self, value: ir.Expr, parameter: Parameter, of: str, logits: bool) -> None:
        """A literal outside a parameter's domain, or a latent that may leave it, is an error."""
        constraint = CONSTRAINTS.get(parameter.constraint)
        if constraint is None or constraint.lower is None:
            return
        found = ranges.of(value, self.range)
        below = found.high < constraint.lower or (
            constraint.open and found.high <= constraint.lower
        )
        above = constraint.upper is not None and found.low > constraint.upper
        what = f"the {parameter.name} of `{of}`"
        if below or above:
            shown = f"{found.low:g}" if found.low == found.high else "this"
            raise error(
                "B301",
                f"{what} must be {constraint.summary}",
                value.span,
                label=f"{shown} is not",
                notes=self.scope.notes(value),
                help=_range_help(parameter, of, logits, constraint.summary),
            )
        inner = value
        while isinstance(inner, ir.Gather | ir.Reaxis | ir.Expand):
            inner = inner.base
        if not isinstance(inner, ir.Ref):
            self.may_leave(value, constraint, what, of if logits else "")
            return
        quantity = self.scope.quantities.get(inner.name)
        if quantity is None:
            return
        if quantity.role not in ("latent", "param") or (
            found.low >= constraint.lower
            and (constraint.upper is None or found.high <= constraint.upper)
        ):
            return
        low = found.low < constraint.lower
        beyond = f"below {constraint.lower:g}" if low else f"above {constraint.upper}"
        word = "drawn" if quantity.role == "latent" else "declared"
        example = f"{inner.name}{brackets(quantity.dims)}"
        raise error(
            "B301",
            f"{what} must be {constraint.summary}, and `{inner.name}` may not be",
            value.span,
            label=f"may be {beyond}",
            notes=self.scope.note(inner.name, f"{word} here"),
            help=f"give it a prior on that range, such as `{example} ~ HalfNormal(1)` or "
            f"`{example} : positive ~ …`"
            if constraint.upper is None
            else f"give it a prior on that range, such as `{example} ~ Beta(2, 2)`"
            + (", or use `logits`" if logits else ""),
        )


_MEANS = {
    "scale": "a scale is a spread, such as a standard deviation",
    "rate": "a rate is how many come on average",
    "mean": "it is what a count is on average",
    "df": "degrees of freedom are a positive number",
    "total_count": "it is out of how many",
}


def _has_logits(row: Family) -> bool:
    return any(p.name == "logits" for form in row.forms for p in form.parameters)


def _range_help(parameter: Parameter, of: str, logits: bool, range_: str) -> str:
    """What a parameter is, and what to give for it."""
    first = _MEANS.get(parameter.name, "")
    if of in ("Gamma", "Exponential") and parameter.name == "rate":
        first = "a rate is one by a scale"
    give = f"give a number {range_}" if "number" not in range_ else f"give {range_}"
    more = ""
    if parameter.constraint == "unit" and logits:
        more = f", or its log odds by name: `{of}(logits = …)`"
    if parameter.name == "rate" and of == "Poisson":
        more = ", or its logarithm by name: `Poisson(log_rate = …)`"
    return f"{first}: {give}{more}" if first else give + more
