"""The linear predictor of an outcome: the sum of latents, each times data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from .. import ir
from ..tables.families import FAMILIES
from .graph import Graph, bare

Link = Literal["identity", "log", "logit"]

_LINKS: dict[str, Link] = {"logits": "logit", "log_rate": "log"}
_OWN: dict[tuple[str, str], Link] = {
    ("LogNormal", "loc"): "log",
    ("LogitNormal", "loc"): "logit",
    ("OrderedLogistic", "predictor"): "logit",
    ("AdjacentLogistic", "predictor"): "logit",
}
_INVERSES: dict[str, Link] = {"exp": "log", "inv_logit": "logit"}
_MANY = 400  # terms above which an expression is no predictor that a person wrote


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: `expr`, linear in the latent that stands at `place`.

    It is the latent as `path` looks it up for each cell, times `factors`. `path` is None where a
    cell takes in more than one element. A latent `behind` others is in their prior's location.
    Where `latent` is empty, the summand depends on latents in another way.
    """

    latent: str
    expr: ir.Expr
    place: ir.Expr
    path: ir.Expr | None
    factors: tuple[ir.Expr, ...] = ()
    behind: bool = False

    @property
    def is_level(self) -> bool:
        """Whether a cell's own element enters it as it is, or times a number."""
        return self.path is not None and all(isinstance(f, ir.Literal) for f in self.factors)


@dataclass(frozen=True, slots=True)
class Predictor:
    """The terms of one parameter of an outcome's distribution, and the link that they pass."""

    outcome: ir.Sample
    family: ir.Dist
    parameter: str
    link: Link
    terms: tuple[Term, ...]

    @property
    def transform(self) -> str:
        """The function of the outcome whose values lie around the sum; empty for itself."""
        return {"LogNormal": "log", "LogitNormal": "logit"}.get(self.family.family, "")

    def of(self, latent: str) -> list[Term]:
        """The terms in which a latent stands itself."""
        return [term for term in self.terms if term.latent == latent and not term.behind]


def family_of(distribution: ir.Distribution) -> ir.Dist | None:
    """The family beneath what bounds, censors or inflates it."""
    while isinstance(distribution, ir.Restricted | ir.Censored | ir.ZeroInflated | ir.Hurdle):
        distribution = distribution.base
    return distribution if isinstance(distribution, ir.Dist) else None


def has_location(family: ir.Dist) -> bool:
    """Whether a family scatters its values around `loc`."""
    return FAMILIES[family.family].location_scale or family.family == "MultivariateNormal"


def predictors(graph: Graph, statements: list[ir.Sample]) -> Iterator[Predictor]:
    """The predictors of some statements."""
    for statement in statements:
        family = family_of(statement.distribution)
        for name, value in family.arguments if family is not None else ():
            assert family is not None
            link, inner = _linked(family, name, value, graph)
            if link is None or not graph.on(inner):
                continue
            terms = tuple(_Terms(graph).of(inner))
            if 0 < len(terms) < _MANY:
                yield Predictor(statement, family, name, link, terms)


def outcomes(graph: Graph) -> Iterator[Predictor]:
    """The predictors of all outcomes."""
    observed = [s for s in graph.model.statements if isinstance(s, ir.Sample) and s.observed]
    return predictors(graph, observed)


def _linked(
    family: ir.Dist, name: str, value: ir.Expr, graph: Graph
) -> tuple[Link | None, ir.Expr]:
    """What a parameter is made of behind its link, where it has one."""
    if name == "loc" and has_location(family):
        return "identity", value
    link = _OWN.get((family.family, name)) or _LINKS.get(name)
    if link is not None:
        return link, value
    inner = bare(value)
    while isinstance(inner, ir.Ref) and inner.name in graph.definitions:
        inner = bare(graph.definitions[inner.name].value)
    if isinstance(inner, ir.Call) and inner.function in _INVERSES:
        return _INVERSES[inner.function], inner.arguments[0]
    return None, value


class _Terms:
    """Takes an expression apart into its summands."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.count = 0

    def of(self, node: ir.Expr) -> list[Term]:
        self.count += 1
        if not self.graph.on(node):
            return []
        if self.count > _MANY:
            return [_other(node)]
        match node:
            case ir.Ref(name) if name in self.graph.definitions:
                return self.of(self.graph.definitions[name].value)
            case ir.Ref(name) if name in self.graph.latents:
                return [Term(name, node, node, node), *self.behind(name)]
            case ir.Unary("-", operand):
                minus = ir.Literal(-1.0, span=node.span)
                return [_times(term, minus) for term in self.of(operand)]
            case ir.Binary("+", left, right):
                return [*self.of(left), *self.of(right)]
            case ir.Binary("-", left, right):
                minus = ir.Literal(-1.0, span=node.span)
                return [*self.of(left), *(_times(term, minus) for term in self.of(right))]
            case ir.Binary("*", left, right) if not self.graph.on(right):
                return [_times(term, right) for term in self.of(left)]
            case ir.Binary("*", left, right) if not self.graph.on(left):
                return [_times(term, left) for term in self.of(right)]
            case ir.Binary("/", left, right) if not self.graph.on(right):
                return [_times(term, _inverse(right)) for term in self.of(left)]
            case ir.Gather() | ir.Reaxis() | ir.Expand():
                return self.looked_up(node)
            case ir.Contract():
                return self.summed(node)
        return [_other(node)]

    def behind(self, name: str) -> list[Term]:
        """The summands of the location around which a latent scatters."""
        latent = self.graph.latents[name]
        family = family_of(latent.distribution) if isinstance(latent, ir.Sample) else None
        if family is None or not has_location(family):
            return []
        terms = self.of(dict(family.arguments)["loc"])
        return [replace(term, behind=True) for term in terms if term.latent]

    def looked_up(self, node: ir.Gather | ir.Reaxis | ir.Expand) -> list[Term]:
        """The summands of what is looked up, each looked up."""
        if isinstance(node, ir.Gather) and self.graph.on(node.index):
            return [_other(node)]
        found = []
        for term in self.of(node.base):
            if term.latent:
                path = None if term.path is None else _moved(node, term.path)
                term = replace(term, expr=_moved(node, term.expr), path=path)
            found.append(term)
        return found

    def summed(self, node: ir.Contract) -> list[Term]:
        """The summands of a product with data that is summed over an axis."""
        of_left = bool(self.graph.on(node.left))
        inner, other = (node.left, node.right) if of_left else (node.right, node.left)
        terms = self.of(inner)
        if self.graph.on(other) or any(not term.latent for term in terms):
            return [_other(node)]
        found = []
        for term in terms:
            product = _contracted(node, term.expr, of_left)
            factors = (*term.factors, other)
            found.append(replace(term, expr=product, path=None, factors=factors))
        return found


def _inverse(node: ir.Expr) -> ir.Expr:
    """One by what something is divided by; it stands nowhere in the text."""
    if isinstance(node, ir.Literal) and node.value:
        return ir.Literal(1 / node.value)
    return ir.Binary("/", ir.Literal(1.0), node, dims=node.dims)


def _other(node: ir.Expr) -> Term:
    return Term("", node, node, None)


def _times(term: Term, factor: ir.Expr) -> Term:
    dims = _union(term.expr.dims, factor.dims)
    product = ir.Binary("*", term.expr, factor, dims=dims, span=factor.span)
    return replace(term, expr=product, factors=(*term.factors, factor))


def _moved(node: ir.Gather | ir.Reaxis | ir.Expand, base: ir.Expr) -> ir.Expr:
    """What a node does with its axes, done with another expression, where it has the axis."""
    match node:
        case ir.Gather(_, axis, index):
            if axis not in base.dims:
                return base
            rest = tuple(d for d in base.dims if d != axis)
            return replace(node, base=base, dims=_union(rest, index.dims))
        case ir.Reaxis(_, old, new):
            if old not in base.dims:
                return base
            return replace(node, base=base, dims=tuple(new if d == old else d for d in base.dims))
        case ir.Expand(_, axis):
            return base if axis in base.dims else replace(node, base=base, dims=(*base.dims, axis))


def _contracted(node: ir.Contract, expr: ir.Expr, left: bool) -> ir.Contract:
    """A product with data in which another expression stands on one side."""
    axis = node.left_axis if left else node.right_axis
    if axis not in expr.dims:
        expr = ir.Expand(expr, axis, dims=(*expr.dims, axis), span=expr.span)
    product = replace(node, left=expr) if left else replace(node, right=expr)
    return replace(
        product,
        dims=_union(
            tuple(d for d in product.left.dims if d != node.left_axis),
            tuple(d for d in product.right.dims if d != node.right_axis),
        ),
    )


def _union(*parts: ir.Dims) -> ir.Dims:
    return tuple(dict.fromkeys(dim for dims in parts for dim in dims))
