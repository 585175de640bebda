"""Distributions: a call in the syntax → a distribution of the IR, its arguments checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic, Note, SpecError, did_you_mean
from ..grammar.source import Span
from . import ir, ranges
from .expressions import Expressions
from .indexing import _label_axis, index_plate
from .scope import Quantity, error
from .tables.constraints import CONSTRAINTS
from .tables.families import FAMILIES
from .tables.family import Family, Form, Parameter

_COMPOSED = ("Truncated", "Flat", "HalfFlat", "Pinned", "SumToZero")
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
        self.context = context
        self.scope = context.scope
        self.dims = dims
        self.value = value

    def lower(self, node: tree.Expr) -> ir.Distribution:
        match node:
            case tree.Call(function) if function.name in FAMILIES:
                return self.family(node, FAMILIES[function.name])
            case tree.Call(function) if function.name in _COMPOSED:
                return self.composed(node)
            case tree.Binary(operator, left, right, span) if operator in ("+", "-", "*", "/"):
                return self.affine(operator, left, right, span)
            case tree.Call(function):
                raise self.unknown(function)
            case tree.Name(name, span) if name in FAMILIES or name in _COMPOSED:
                raise error(
                    "B212", f"`{name}` needs its arguments", span, help=self.signature(name)
                )
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
        close = did_you_mean(name.name, [*FAMILIES, *_COMPOSED])
        return error(
            "B211",
            f"there is no distribution `{name.name}`",
            name.span,
            help=close or "the distributions are listed in the language reference",
        )

    @staticmethod
    def signature(name: str) -> str:
        if name not in FAMILIES:
            return f"`{name}(…)`"
        forms = [", ".join(p.name for p in form.parameters) for form in FAMILIES[name].forms]
        return "write " + " or ".join(f"`{name}({form})`" for form in forms)

    # --- families -----------------------------------------------------------------------

    def family(self, node: tree.Call, row: Family) -> ir.Dist:
        form_number, given = self.arguments(node, row)
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
        arguments = tuple(
            (p.name, self.argument(given[p.name], p, batch, event, row))
            if p.name in given
            else (p.name, ir.Literal(p.default if p.default is not None else 0.0, span=node.span))
            for p in form.parameters
        )
        return ir.Dist(
            row.name,
            form_number,
            arguments,
            dims=self.dims,
            event=event,
            kind=row.kind,
            span=node.span,
        )  # type: ignore[arg-type]

    def arguments(self, node: tree.Call, row: Family) -> tuple[int, dict[str, tree.Expr]]:
        """Which parametrisation is meant, and its arguments by name."""
        positional = [a for a in node.arguments if a.name is None]
        keywords = [a for a in node.arguments if a.name is not None]
        if len(positional) > row.positional:
            extra = positional[row.positional]
            if row.positional == 0:
                raise error(
                    "B212",
                    f"the arguments of `{row.name}` go by name: libraries disagree on their order",
                    extra.span,
                    help=self.signature(row.name),
                )
            raise error(
                "B212",
                f"`{row.name}` takes at most {row.positional} arguments by position",
                extra.span,
                help=self.signature(row.name),
            )
        names = [a.name for a in keywords if a.name]
        known = {p.name for form in row.forms for p in form.parameters}
        for keyword in keywords:
            if keyword.name not in known:
                raise error(
                    "B212",
                    f"`{row.name}` has no argument `{keyword.name}`",
                    keyword.span,
                    help=did_you_mean(str(keyword.name), known) or self.signature(row.name),
                )
        best: tuple[int, dict[str, tree.Expr]] | None = None
        for number, form in enumerate(row.forms):
            if number and len(positional) > 1 and row.positional < 2:
                continue
            chosen = [p.name for p in form.parameters[: len(positional)]]
            given = (
                dict(zip(chosen, (a.value for a in positional), strict=True))
                if number == 0 or not positional
                else self._positional_in(form, positional, row)
            )
            if given is None or set(names) & set(given):
                continue
            given |= {str(a.name): a.value for a in keywords}
            needed = {p.name for p in form.parameters if not p.optional}
            if needed <= set(given) <= {p.name for p in form.parameters}:
                best = number, given
                break
        if best is None:
            raise self.wrong_arguments(node, row, names, len(positional))
        return best

    @staticmethod
    def _positional_in(
        form: Form, positional: Sequence[tree.Argument], row: Family
    ) -> dict[str, tree.Expr] | None:
        """Positions count in a later form only where it begins like the first."""
        first = [p.name for p in row.forms[0].parameters[: len(positional)]]
        if [p.name for p in form.parameters[: len(positional)]] != first:
            return None
        return dict(zip(first, (a.value for a in positional), strict=True))

    def wrong_arguments(
        self, node: tree.Call, row: Family, names: list[str], positional: int
    ) -> SpecError:
        twice = [
            n
            for n in names
            if names.count(n) > 1 or n in [p.name for p in row.forms[0].parameters[:positional]]
        ]
        if twice:
            return error(
                "B212", f"`{twice[0]}` is given twice", node.span, help=self.signature(row.name)
            )
        given = set(names) | {p.name for p in row.forms[0].parameters[:positional]}
        missing = [
            p.name for p in row.forms[0].parameters if not p.optional and p.name not in given
        ]
        if len(row.forms) == 1 and missing:
            return error(
                "B212",
                f"`{row.name}` lacks its argument `{missing[0]}`",
                node.span,
                help=self.signature(row.name),
            )
        return error(
            "B212",
            f"these are not the arguments of `{row.name}`",
            node.span,
            help=self.signature(row.name),
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

    # --- checks -------------------------------------------------------------------------

    def range(self, name: str) -> ranges.Range:
        return ranges.of_support(self.scope.quantities[name].support)

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
        quantity = self.scope.quantities[inner.name]
        if (
            quantity.role not in ("latent", "param")
            or (found.low >= constraint.lower
            and (constraint.upper is None or found.high <= constraint.upper))
        ):
            return
        raise SpecError(
            Diagnostic(
                "B301",
                f"{what} must be {constraint.summary}, and `{inner.name}` may not be",
                value.span,
                notes=(Note(quantity.span, "declared here"),),
                help=f"give it a prior on that range, such as `HalfNormal` or `{inner.name} : positive ~ …`"
                if constraint.upper is None
                else "give it a prior on that range, such as `Beta`, or use `logits`",
            )
        )

    # --- composed distributions ---------------------------------------------------------

    def composed(self, node: tree.Call) -> ir.Distribution:
        name = node.function.name
        keywords = {a.name: a for a in node.arguments if a.name}
        plain = [a.value for a in node.arguments if a.name is None]
        known = {
            "Truncated": {"lower", "upper"},
            "Flat": {"lower", "upper"},
            "HalfFlat": set(),
            "Pinned": {"at", "value"},
            "SumToZero": set(),
        }[name]
        for keyword in keywords.values():
            if keyword.name not in known:
                raise error(
                    "B212",
                    f"`{name}` has no argument `{keyword.name}`",
                    keyword.span,
                    help=did_you_mean(str(keyword.name), known),
                )
        if len(plain) != (0 if name in ("Flat", "HalfFlat") else 1):
            raise error(
                "B212",
                f"`{name}` takes {'no distribution' if 'Flat' in name else 'one distribution'}",
                node.span,
                help=f"`{name}({'' if 'Flat' in name else 'Normal(0, 1)'}…)`",
            )
        lower, upper = (self.bound(keywords.get(k)) for k in ("lower", "upper"))
        if name == "HalfFlat":
            lower = ir.Literal(0.0, span=node.span)
        if name in ("Flat", "HalfFlat"):
            return ir.Flat(lower, upper, dims=self.dims, span=node.span)
        if name in ("Pinned", "SumToZero") and not self.dims:
            raise error(
                "B214",
                f"`{name}` is over the last axis of the left side, which has none",
                node.span,
                help="give it one: `b[plate] ~ …`",
            )
        base = self.lower(plain[0])
        if name == "Truncated":
            return self.truncated(base, lower, upper, node.span)
        axis = self.dims[-1]
        if base.event or base.kind != "real":
            raise error(
                "B214", f"`{name}` takes a continuous distribution of single numbers", node.span
            )
        event = (axis,)
        if name == "SumToZero":
            return ir.SumToZero(base, axis, dims=self.dims, event=event, span=node.span)
        position = self.pinned_position(node, keywords.get("at"), axis)
        value = (
            self.context.number(keywords["value"].value) if "value" in keywords else ir.Literal(0.0)
        )
        value = self.scope.nesting.coerce(value, ())
        return ir.Pinned(base, axis, position, value, dims=self.dims, event=event, span=node.span)

    def bound(self, argument: tree.Argument | None) -> ir.Expr | None:
        if argument is None:
            return None
        return self.scope.nesting.coerce(self.context.number(argument.value), self.dims)

    def pinned_position(self, node: tree.Call, at: tree.Argument | None, axis: ir.Dim) -> ir.Expr:
        if at is None:
            raise error(
                "B212",
                "`Pinned` needs the label whose element is fixed",
                node.span,
                help='write `Pinned(Normal(0, 1), at = "label")`',
            )
        if not isinstance(at.value, tree.String | tree.Number):
            raise error(
                "B212", "`at` is a label", at.span, help='such as `at = "other"` or `at = 1`'
            )
        label = at.value.value
        _label_axis(self.scope, [axis], tree.Argument(at.value, str(axis), at.span), label)
        return ir.Position(axis.plate, label, kind="index", span=at.span)

    def truncated(
        self, base: ir.Distribution, lower: ir.Expr | None, upper: ir.Expr | None, span: Span
    ) -> ir.Restricted:
        if lower is None and upper is None:
            raise error(
                "B212", "`Truncated` needs a bound", span, help="`lower = `, `upper = `, or both"
            )
        if not isinstance(base, ir.Dist) or not FAMILIES[base.family].log_cdf:
            name = base.family if isinstance(base, ir.Dist) else "this"
            raise error(
                "B401",
                f"`{name}` cannot be truncated: its distribution function has no closed form here",
                span,
                help="`x : positive ~ …` restricts the support without renormalising",
            )
        if base.form != 0:
            raise error(
                "B401",
                "a truncated distribution takes its first parametrisation",
                span,
                help=self.signature(base.family),
            )
        return ir.Restricted(base, lower, upper, True, dims=self.dims, kind=base.kind, span=span)

    def affine(
        self, operator: str, left: tree.Expr, right: tree.Expr, span: Span
    ) -> ir.Distribution:
        """`2 * Beta(2, 2) - 1`: a distribution moved and stretched."""
        left_is = _is_distribution(left)
        if left_is == _is_distribution(right):
            raise error(
                "B211",
                "a distribution stands after `~`, moved or stretched by numbers at most",
                span,
            )
        if operator == "/" and not left_is:
            raise error("B211", "a number divided by a distribution has no closed form here", span)
        base = self.lower(left if left_is else right)
        other = self.scope.nesting.coerce(
            self.context.number(right if left_is else left), self.dims
        )
        if base.kind != "real" or base.event:
            raise error(
                "B214",
                "only a continuous distribution of single numbers can be moved or stretched",
                span,
            )
        loc, scale, base = (
            (base.loc, base.scale, base.base)
            if isinstance(base, ir.Affine)
            else (ir.Literal(0.0, span=span), ir.Literal(1.0, span=span), base)
        )
        operate = self.context.operate
        if operator in ("*", "/"):
            loc, scale = operate(operator, loc, other, span), operate(operator, scale, other, span)
        elif operator == "+":
            loc = operate("+", loc, other, span)
        elif left_is:
            loc = operate("-", loc, other, span)
        else:
            minus = ir.Literal(-1.0, span=span)
            loc, scale = operate("-", other, loc, span), operate("*", scale, minus, span)
        return ir.Affine(base, _fold(loc), _fold(scale), dims=self.dims, span=span)


def _is_distribution(node: tree.Expr) -> bool:
    match node:
        case tree.Call(function):
            return function.name in FAMILIES or function.name in _COMPOSED
        case tree.Binary(_, left, right):
            return _is_distribution(left) or _is_distribution(right)
    return False


def _fold(node: ir.Expr) -> ir.Expr:
    """Arithmetic on literals, done."""
    if not isinstance(node, ir.Binary):
        return node
    left, right = _fold(node.left), _fold(node.right)
    if isinstance(left, ir.Literal) and isinstance(right, ir.Literal):
        a, b = float(left.value), float(right.value)
        result = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else float("nan")}[
            node.operator
        ]
        return ir.Literal(result, span=node.span)
    if isinstance(left, ir.Literal) and (node.operator, left.value) in (("+", 0.0), ("*", 1.0)):
        return right
    return replace(node, left=left, right=right)


def support(distribution: ir.Distribution) -> ir.Support:
    """Where the values of a distribution lie."""
    match distribution:
        case ir.Dist(family, form, arguments):
            row = FAMILIES[family]
            by_name = dict(arguments)
            low, high = (by_name.get(b) if b else None for b in row.bounds)
            return ir.Support(row.support, low, high)
        case ir.Flat(lower, upper):
            return bounded(lower, upper)
        case ir.Restricted(base, lower, upper):
            inner = support(base)
            row_ = CONSTRAINTS[inner.constraint]
            if base.kind != "real":
                return inner
            low = lower if lower is not None else inner.lower or _literal(row_.lower)
            high = upper if upper is not None else inner.upper or _literal(row_.upper)
            return bounded(low, high)
        case ir.Affine(base, loc, scale):
            return _moved(support(base), loc, scale)
        case ir.Pinned():
            return ir.Support("pinned")
        case ir.SumToZero():
            return ir.Support("sum_to_zero")


def _literal(value: float | None) -> ir.Expr | None:
    return None if value is None else ir.Literal(float(value))


def _moved(inner: ir.Support, loc: ir.Expr, scale: ir.Expr) -> ir.Support:
    row = CONSTRAINTS[inner.constraint]
    ends = [e or _literal(b) for e, b in ((inner.lower, row.lower), (inner.upper, row.upper))]
    if not isinstance(scale, ir.Literal):
        if ends == [None, None]:
            return ir.Support("real")
        raise error("B401", "a bounded distribution is stretched by a number only", scale.span)
    moved = [
        e and ir.Binary("+", loc, ir.Binary("*", scale, e, dims=e.dims), dims=loc.dims or e.dims)
        for e in ends
    ]
    low, high = (_fold(m) if m else None for m in moved)
    return bounded(high, low) if scale.value < 0 else bounded(low, high)


def bounded(lower: ir.Expr | None, upper: ir.Expr | None) -> ir.Support:
    """The constraint between two bounds, by its plainest name."""
    match lower, upper:
        case None, None:
            return ir.Support("real")
        case ir.Literal(0), None:
            return ir.Support("positive")
        case _, None:
            return ir.Support("greater_than", lower, None)
        case None, _:
            return ir.Support("less_than", None, upper)
        case ir.Literal(0), ir.Literal(1):
            return ir.Support("unit")
        case _:
            return ir.Support("interval", lower, upper)


__all__ = ["Distributions", "bounded", "index_plate", "support"]
