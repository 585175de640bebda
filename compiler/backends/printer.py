"""Prints expressions: named axes become positions here, and nowhere before."""

from __future__ import annotations

from typing import Literal, assert_never

from .. import ir
from ..inline import expression_text
from ..tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from . import arrays
from .code import ATOM, PRECEDENCE, Code, binary, floating, negative, reordered, spread
from .imports import Imports
from .printing import Printed, World

Elementwise = ir.Unary | ir.Binary | ir.Call | ir.Where
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "and", "or")


class ExpressionPrinter:
    """Prints for one array library, `jax` or `numpy`."""

    def __init__(self, library: Literal["jax", "numpy"], imports: Imports, world: World) -> None:
        self.library = library
        self.np = "jax.numpy" if library == "jax" else "numpy"
        self.imports = imports
        self.world = world

    # --- entry points -------------------------------------------------------------------

    def text(self, node: ir.Expr, layout: ir.Dims | None = None) -> str:
        return self.aligned(node, node.dims if layout is None else layout).text

    def aligned(self, node: ir.Expr, layout: ir.Dims) -> Code:
        """Code whose array broadcasts against arrays over `layout`."""
        order = tuple(d for d in layout if d in node.dims)
        if isinstance(node, Elementwise):
            return spread(self.elementwise(node, order), order, layout)
        code, axes = self.full(node)
        return spread(reordered(code, axes, order, self.call), order, layout)

    def call(self, function: str) -> str:
        """`jnp.exp` for `exp`."""
        return self.imports.name(f"{self.np}.{function}")

    # --- elementwise --------------------------------------------------------------------

    def elementwise(self, node: Elementwise, order: ir.Dims) -> Code:
        match node:
            case ir.Unary("not", operand):
                inner = self.condition(operand, order)
                return Code(f"~{inner.at_least(PRECEDENCE['not'])}", PRECEDENCE["not"])
            case ir.Unary(_, operand):
                return negative(self.numeric(operand, order))
            case ir.Binary(operator, left, right) if operator in ("and", "or"):
                return binary(operator, self.condition(left, order), self.condition(right, order))
            case ir.Binary(operator, left, right):
                return binary(operator, self.numeric(left, order), self.numeric(right, order))
            case ir.Call(function, arguments):
                return self.function(function, arguments, order)
            case ir.Where(condition, then, otherwise):
                parts = [
                    self.condition(condition, order),
                    self.aligned(then, order),
                    self.aligned(otherwise, order),
                ]
                return Code(f"{self.call('where')}({', '.join(p.text for p in parts)})")
            case _:
                assert_never(node)

    def numeric(self, node: ir.Expr, layout: ir.Dims) -> Code:
        """A value to calculate with: truth values become 0 and 1."""
        if _is_truth(node):
            return Code(f"{self.call('where')}({self.aligned(node, layout).text}, 1, 0)")
        return self.aligned(node, layout)

    def condition(self, node: ir.Expr, layout: ir.Dims) -> Code:
        """A value to decide with: numbers are true where they are not 0."""
        code = self.aligned(node, layout)
        if _is_truth(node) or isinstance(node, ir.Known):
            return code
        if isinstance(node, ir.Ref | ir.Gather) and node.kind == "bool":
            return binary("==", code, Code("1")) if self.is_number(node) else code
        return binary("!=", code, Code("0"))

    def is_number(self, node: ir.Expr) -> bool:
        """Whether a truth value is kept as 0 and 1: binary data are, results of comparisons not."""
        while isinstance(node, ir.Gather | ir.Reaxis):
            node = node.base
        return isinstance(node, ir.Ref) and self.world.model.datum(node.name) is not None

    def function(self, name: str, arguments: tuple[ir.Expr, ...], order: ir.Dims) -> Code:
        row = FUNCTIONS[name]
        path = row.jax if self.library == "jax" else row.numpy
        if row.helper and self.library == "jax":
            self.imports.need("jax")
            self.imports.need("jax.numpy")
            printed = ", ".join(self.numeric(a, order).text for a in arguments)
            return Code(f"{self.world.helper(row.helper)}({printed})")
        if not path:
            values = dict(zip("xyzw", arguments, strict=False))
            return self.aligned(expression_text(row.lowering, values, self.world.model), order)
        printed = ", ".join(self.numeric(a, order).text for a in arguments)
        return Code(f"{self.imports.name(path)}({printed})")

    # --- everything else ----------------------------------------------------------------

    def full(self, node: ir.Expr) -> Printed:
        """Code whose array has all the node's axes, in some order, with their full lengths."""
        match node:
            case ir.Unary() | ir.Binary() | ir.Call() | ir.Where():
                return self.elementwise(node, node.dims), node.dims
            case ir.Literal(value):
                text = floating(value) if node.kind == "real" else repr(value)
                return Code(text, ATOM if value >= 0 else PRECEDENCE["neg"]), ()
            case ir.Ref(name):
                return Code(self.world.quantity(name)), node.dims
            case ir.Labels(plate):
                return Code(self.world.labels(plate)), node.dims
            case ir.Size(plate):
                return Code(self.world.size(plate)), ()
            case ir.Positions(plate):
                return Code(f"{self.call('arange')}({self.world.size(plate)})"), node.dims
            case ir.Position(plate, label):
                return Code(self.world.position(plate, label)), ()
            case ir.ParentIndex(child, role):
                return Code(self.world.index(child, role)), node.dims
            case ir.Gather():
                return arrays.gather(self, node)
            case ir.Reaxis(base, old, new):
                code, axes = self.full(base)
                return code, tuple(new if d == old else d for d in axes)
            case ir.Reduce():
                return self.reduce(node)
            case ir.GroupReduce():
                return arrays.group_reduce(self, node)
            case ir.AxisMap():
                return self.axis_map(node)
            case ir.Contract():
                return arrays.contract(self, node)
            case ir.MatrixCall():
                return arrays.matrix(self, node)
            case ir.Shift() | ir.Lags() | ir.Known():
                return arrays.shift(self, node)
            case ir.Vector(elements):
                return Code(
                    f"{self.call('array')}([{', '.join(map(self.text, elements))}])"
                ), node.dims
            case ir.Expand():
                return arrays.expand(self, node)
            case ir.Insert() | ir.Drop():
                return arrays.insert_or_drop(self, node)
            case ir.LogProb():
                return self.world.log_prob(node), node.dims
            case _:
                assert_never(node)

    def reduce(self, node: ir.Reduce) -> Printed:
        row = REDUCTIONS[node.operation]
        code, axes = self.full_numeric(node.operand)
        name = self.imports.name(row.jax if self.library == "jax" else row.numpy)
        extra = [row.keywords] if row.keywords else []
        rest = tuple(d for d in axes if d not in node.axes)
        if rest:
            places = [axis_number(axes, d) for d in node.axes]
            shown = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
            extra.insert(0, f"axis={shown}")
        return Code(f"{name}({', '.join([code.text, *extra])})"), rest

    def full_numeric(self, node: ir.Expr) -> Printed:
        if _is_truth(node):
            return self.numeric(node, node.dims), node.dims
        return self.full(node)

    def axis_map(self, node: ir.AxisMap) -> Printed:
        row = AXIS_MAPS[node.operation]
        code, axes = self.full_numeric(node.operand)
        name = self.imports.name(row.jax if self.library == "jax" else row.numpy)
        return Code(f"{name}({code.text}, axis={axis_number(axes, node.axis)})"), axes


def axis_number(axes: ir.Dims, dim: ir.Dim) -> int:
    """The last axis is −1, the others count from 0."""
    place = axes.index(dim)
    return -1 if place == len(axes) - 1 else place


def _is_truth(node: ir.Expr) -> bool:
    return (isinstance(node, ir.Binary) and node.operator in _COMPARISONS) or (
        isinstance(node, ir.Unary) and node.operator == "not"
    )
