"""Expressions over rows as sums of products: what data tell of a row, times what no row tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from .. import ir
from ..ir.walk import names, walk
from ..reference.named import union, without

_MOST = 100  # products; more than that no author means


@dataclass(frozen=True, slots=True)
class Product:
    """`known * free`, each 1 where it is None; summed over an axis of either where `axes` says so.

    `known` depends on data alone, and `free` not on the row. `looked_up` marks what an element of
    `free` stands for that is found by a position: then `known` is 1 for it, 0 for the others.
    """

    known: ir.Expr | None
    free: ir.Expr | None
    axes: tuple[ir.Dim, ir.Dim] | None = None
    looked_up: bool = False


@dataclass(frozen=True)
class Products:
    """The products that expressions over the axis `row` are sums of.

    `on_data` are the names that depend on data alone, `defined` the definitions of others.
    """

    row: ir.Dim
    on_data: frozenset[str]
    defined: Mapping[str, ir.Define]

    def of(self, node: ir.Expr) -> list[Product] | None:
        """The sum, or None where it is none."""
        if self.row not in node.dims:
            return [Product(None, node)]
        if self.known(node):
            return [Product(node, None)]
        found = self._inside(node)
        return None if found is None or len(found) > _MOST else found

    def known(self, node: ir.Expr) -> bool:
        """Whether it depends on data alone."""
        densities = any(isinstance(inner, ir.LogProb) for inner in walk(node))
        return not densities and names(node) <= self.on_data

    def _inside(self, node: ir.Expr) -> list[Product] | None:
        match node:
            case ir.Ref(name) if name in self.defined and self.defined[name].dims == node.dims:
                return self.of(self.defined[name].value)
            case ir.Expand(base, axis) if axis == self.row:
                return self.of(base)
            case ir.Unary("-", operand):
                minus = ir.Literal(-1, kind="int")
                return self._crossed([Product(None, minus)], self.of(operand))
            case ir.Binary("+", left, right):
                return _both(self.of(left), self.of(right))
            case ir.Binary("-", left, right):
                return _both(self.of(left), self.of(ir.Unary("-", right, dims=right.dims)))
            case ir.Binary("*", left, right):
                return self._crossed(self.of(left), self.of(right))
            case ir.Binary("/", left, right) if self.row not in right.dims or self.known(right):
                one = ir.Binary("/", ir.Literal(1.0), right, dims=right.dims)
                return self._crossed(self.of(left), self.of(one))
            case ir.Where(condition, then, otherwise) if self.known(condition):
                no = ir.Unary("not", condition, dims=condition.dims, kind="bool")
                return _both(self._if(condition, then), self._if(no, otherwise))
            case ir.Contract(left, right, left_axis, right_axis):
                return self._contracted((left, left_axis), (right, right_axis))
            case ir.Gather(base, axis, index):
                return self._looked_up(base, axis, index)
            case ir.Reduce("sum", operand, (axis,)):
                return _each(self.of(operand), lambda product: _summed(product, axis))
        return None

    def _crossed(
        self, left: list[Product] | None, right: list[Product] | None
    ) -> list[Product] | None:
        if left is None or right is None or any(a.axes and b.axes for a in left for b in right):
            return None
        return [
            Product(
                times(a.known, b.known),
                times(a.free, b.free),
                a.axes or b.axes,
                a.looked_up or b.looked_up,
            )
            for a in left
            for b in right
        ]

    def _if(self, condition: ir.Expr, node: ir.Expr) -> list[Product] | None:
        zero, one = ir.Literal(0.0), ir.Literal(1.0)

        def where(product: Product) -> Product:
            known = one if product.known is None else product.known
            dims = union(known.dims, condition.dims)
            return replace(product, known=ir.Where(condition, known, zero, dims=dims))

        return _each(self.of(node), where)

    def _contracted(
        self, left: tuple[ir.Expr, ir.Dim], right: tuple[ir.Expr, ir.Dim]
    ) -> list[Product] | None:
        for (known, axis), (free, other) in ((left, right), (right, left)):
            if self.known(known) and self.row not in free.dims:
                return [Product(known, free, (axis, other))]
        return None

    def _looked_up(self, base: ir.Expr, axis: ir.Dim, index: ir.Expr) -> list[Product] | None:
        if self.row in base.dims or not self.known(index):
            return None
        every = ir.Positions(axis.plate, dims=(axis,), kind="index")
        dims = (*index.dims, axis)
        belongs = ir.Binary("==", index, every, dims=dims, kind="bool")
        return [Product(belongs, base, (axis, axis), looked_up=True)]


def times(left: ir.Expr | None, right: ir.Expr | None) -> ir.Expr | None:
    """The product of what may be 1."""
    if left is None or right is None:
        return right if left is None else left
    if left == ir.Literal(-1, kind="int"):
        return ir.Unary("-", right, dims=right.dims)
    return ir.Binary("*", left, right, dims=union(left.dims, right.dims))


def plus(terms: Iterable[ir.Expr]) -> ir.Expr:
    """Their sum; there is one at least."""
    first, *rest = terms
    for term in rest:
        first = ir.Binary("+", first, term, dims=union(first.dims, term.dims))
    return first


def _both(left: list[Product] | None, right: list[Product] | None) -> list[Product] | None:
    return None if left is None or right is None else left + right


def _each(
    products: list[Product] | None, change: Callable[[Product], Product | None]
) -> list[Product] | None:
    """All of them changed, or None where one of them cannot be."""
    if products is None:
        return None
    changed = [change(product) for product in products]
    found = [product for product in changed if product is not None]
    return found if len(found) == len(products) else None


def _summed(product: Product, axis: ir.Dim) -> Product | None:
    """The product, summed over an axis that is in one of its sides or in both."""
    known, free = product.known, product.free
    there = known is not None and axis in known.dims, free is not None and axis in free.dims
    if product.axes is not None or not any(there):
        return None
    if all(there):
        return replace(product, axes=(axis, axis))
    if there[0]:
        return replace(product, known=_total(known, axis))
    return replace(product, free=_total(free, axis))


def _total(node: ir.Expr | None, axis: ir.Dim) -> ir.Expr | None:
    assert node is not None
    return ir.Reduce("sum", node, (axis,), dims=without(node.dims, axis))
