"""Mixtures: of one distribution along an axis, or of several that are listed."""

from __future__ import annotations

from ....grammar import tree
from ....grammar.diagnostics import SpecError
from ....grammar.source import Span
from ... import ir
from ...ir.walk import names
from ...tables.family import Parameter
from .. import later
from ..axes import declared_size
from ..scope import error
from ..supports import support
from ..wording import listed, name_of, varies, written
from .inside import Inside, gives, has_atom, proper, unknown_argument

_FORM = (
    "write `Mixture(w, Normal(mu, sigma))`, where `w` and `mu` vary over the plate of the "
    "components, or `Mixture(p, [Normal(0, 1), StudentT(3, 0, 5)])`"
)
_WEIGHTS = Parameter("weights", "unit")


def mixture(inside: Inside, node: tree.Call) -> ir.Mixture:
    """`Mixture(w, D)` along an axis of `w`; `Mixture(w, [A, B])` and `Mixture(p, [A, B])`."""
    keywords = [a for a in node.arguments if a.name is not None]
    plain = [a.value for a in node.arguments if a.name is None]
    for keyword in keywords:
        if keyword.name != "logits":
            raise unknown_argument("Mixture", keyword, ["logits"])
    if len(plain) + len(keywords) != 2 or not plain:
        raise error(
            "B212",
            "`Mixture` takes weights and what they weigh",
            node.span,
            help=_FORM,
        )
    given = keywords[0].value if keywords else plain[0]
    if isinstance(given, tree.ListOf):
        raise _weights_in_a_list(given)
    weights = inside.context.number(given)
    logits = bool(keywords)
    mixed = plain[-1]
    if isinstance(mixed, tree.ListOf):
        return _of_several(inside, given, weights, logits, mixed)
    axis = _axis(inside, weights, given)
    weights = _checked(inside, weights, axis, logits)
    base = proper(inside.along(axis), mixed, "Mixture")
    return ir.Mixture(
        weights,
        (base,),
        axis,
        logits,
        dims=inside.dims,
        event=base.event,
        kind=base.kind,
        span=node.span,
    )


def _checked(inside: Inside, weights: ir.Expr, axis: ir.Dim | None, logits: bool) -> ir.Expr:
    """The weights over the axes of the value and of the components."""
    if not logits:
        if axis is not None:
            inside.check_simplex(weights, axis, "Mixture")
        inside.check_range(weights, _WEIGHTS, "Mixture", True)
    axes = inside.dims if axis is None else (*inside.dims, axis)
    return inside.scope.nesting.coerce(weights, axes)


# --- along an axis -------------------------------------------------------------------------


def _axis(inside: Inside, weights: ir.Expr, node: tree.Expr) -> ir.Dim:
    """The one axis of the weights that the statement does not cover."""
    left = [d for d in weights.dims if not inside.scope.nesting.covers(inside.dims, d)]
    if len(left) == 1:
        return left[0]
    name = name_of(weights, written(node))
    if left:
        help = f"choose an element of {listed(left[:-1])}, such as `{name}[{left[0]} = 1]`"
    elif weights.dims:
        help = (
            f"give the weights an axis for the components: `{name}[{weights.dims[-1]}, k] ~ "
            "Dirichlet(1)`, where `k` is a plate"
        )
    else:
        help = (
            f"a single chance mixes two: `Mixture({name}, [Normal(0, 1), Normal(0, 5)])`; of "
            "several components of one kind, the weights have an axis: `w[k] ~ Dirichlet(1)`, "
            "where `k` is a plate"
        )
    raise error(
        "B214",
        "the components of a `Mixture` are the one axis of its weights that the statement does not "
        f"have; here there is {'more than one' if left else 'none'}",
        node.span,
        label=varies(weights.dims),
        notes=inside.scope.notes(weights),
        help=help,
    )


def _weights_in_a_list(node: tree.ListOf) -> SpecError:
    count = len(node.items)
    two = f"; a single chance mixes two: `Mixture({written(node.items[0])}, [A, B])`"
    return error(
        "B213",
        "a list of weights has no axis for the components",
        node.span,
        help=f"give it one: `plate k = {count}` and `let w[k] = {written(node)}`, and `w` here"
        + (two if count == 2 else ""),
    )


# --- of several kinds ----------------------------------------------------------------------


def _of_several(
    inside: Inside, given: tree.Expr, weights: ir.Expr, logits: bool, node: tree.ListOf
) -> ir.Mixture:
    axis = _axis_of_list(inside, given, weights, node)
    weights = _checked(inside, weights, axis, logits)
    parts = tuple(proper(inside, item, "Mixture") for item in node.items)
    first = parts[0]
    for part, item in zip(parts[1:], node.items[1:], strict=True):
        _same_form(first, part, item.span)
    kinds = {part.kind for part in parts}
    return ir.Mixture(
        weights,
        parts,
        axis,
        logits,
        dims=inside.dims,
        event=first.event,
        kind=first.kind if len(kinds) == 1 else "int",
        span=node.span,
    )


def choice(inside: Inside, node: tree.Call) -> ir.Mixture:
    """`where(c, A, B)`, for a condition on data: a mixture whose chances are 1 and 0."""
    plain = [a.value for a in node.arguments if a.name is None]
    if len(plain) != 3 or len(plain) != len(node.arguments):
        message = "`where` takes a condition and two distributions"
        help = "write `where(treated, Normal(0, 1), Normal(0, 5))`"
        raise error("B212", message, node.span, help=help)
    condition = inside.scope.nesting.coerce(inside.context.number(plain[0]), inside.dims)
    latent = [n for n in names(condition) if not inside.scope.quantities[n].on_data]
    if latent:
        raise error(
            "B302",
            "what chooses between distributions depends on data alone",
            plain[0].span,
            notes=inside.scope.note(latent[0], "not data"),
            help="by a chance that is not known, they are mixed: "
            f"`Mixture(p, [{written(plain[1])}, {written(plain[2])}])`",
        )
    for branch in plain[1:]:
        if isinstance(branch, tree.Number):
            raise SpecError(later.point_mass(branch, plain[1:]))
    if condition.kind != "bool":
        zero = ir.Literal(0, kind="int", span=condition.span)
        condition = ir.Binary("!=", condition, zero, dims=condition.dims, kind="bool")
    listed = tree.ListOf((plain[1], plain[2]), node.span)
    return _of_several(inside, plain[0], condition, False, listed)


def _axis_of_list(
    inside: Inside, given: tree.Expr, weights: ir.Expr, node: tree.ListOf
) -> ir.Dim | None:
    """The axis of the weights, which has as many elements as the list; None for a single chance."""
    count = len(node.items)
    if count < 2:
        raise error("B212", "a mixture is of two distributions or more", node.span, help=_FORM)
    left = [d for d in weights.dims if not inside.scope.nesting.covers(inside.dims, d)]
    if not left and count == 2:
        return None
    if not left:
        raise error(
            "B214",
            f"a single chance mixes two distributions, and here {count} are listed",
            node.span,
            notes=inside.scope.notes(weights),
            help=f"give the weights an axis: `plate k = {count}` and `w[k] ~ Dirichlet(1)`",
        )
    axis = _axis(inside, weights, given)
    size = declared_size(inside.scope, axis)
    if size != count:
        has = "as many elements as the data have" if size is None else f"{size} elements"
        raise error(
            "B213",
            f"{count} distributions are listed, and `{axis}` has {has}",
            node.span,
            notes=inside.scope.note(axis.plate),
            help=f"declare `plate {axis.plate} = {count}`"
            if size is None
            else "list one distribution for each element",
        )
    return axis


def _same_form(first: ir.Distribution, other: ir.Distribution, span: Span) -> None:
    """Raises SpecError (B214) where two components do not give the same kind of value."""
    if has_atom(first) or has_atom(other):
        raise error(
            "B214",
            "a hurdle among continuous distributions has no density",
            span,
            label=gives(other),
            help="put the hurdle around the mixture: `Hurdle(Mixture(…), p)`",
        )
    alike = first.kind == other.kind or {first.kind, other.kind} == {"int", "bool"}
    where = not first.event or support(first) == support(other)
    if alike and first.event == other.event and where:
        return
    raise error(
        "B214",
        "the components of a mixture give values of one kind",
        span,
        label=gives(other),
        help="mix numbers with numbers, whole numbers with whole numbers and vectors with vectors",
    )
