"""Prints expressions: named axes become positions here, and nowhere before."""

from __future__ import annotations

from typing import assert_never

from .. import ir
from ..lowering.inline import expression_text
from ..tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS, path
from ..tables.libraries import LIBRARIES, ArrayLibrary
from . import arrays
from .code import ATOM, PRECEDENCE, Code, binary, floating, negative, reordered, spread
from .imports import Imports
from .printing import Printed, World

Elementwise = ir.Unary | ir.Binary | ir.Call | ir.Where
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "and", "or")
_NOT = 4  # Python's own `not` binds less tightly than comparisons do


class ExpressionPrinter:
    """Prints for one array library. Among Python `numbers`, `where` becomes `if`."""

    def __init__(
        self, library: ArrayLibrary, imports: Imports, world: World, numbers: bool = False
    ) -> None:
        self.library = library
        self.numbers = numbers
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
        if function in self.library.helpers:
            return self.world.helper(function)
        name = self.library.words.get(function, function)
        return self.imports.name(f"{self.library.module}.{name}")

    def along(self, *places: int) -> str:
        """`axis=0`, or whatever the library calls it."""
        shown = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
        return f"{self.library.keywords.get('axis', 'axis')}={shown}"

    # --- elementwise --------------------------------------------------------------------

    def elementwise(self, node: Elementwise, order: ir.Dims) -> Code:
        match node:
            case ir.Unary("not", operand) if self.plain(operand):
                return Code(f"not {self.condition(operand, order).text}", _NOT)
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
            case ir.Where() if self.library.strict and self.plain(node):
                return self.by_numpy(node)
            case ir.Where(condition, then, otherwise) if self.numbers:
                parts = [self.condition(condition, order), *self.codes((then, otherwise), order)]
                return Code("({1} if {0} else {2})".format(*(p.text for p in parts)))
            case ir.Where(condition, then, otherwise):
                parts = [
                    self.array_of(condition, self.condition(condition, order)),
                    self.branch(then, order),
                    self.branch(otherwise, order),
                ]
                return Code(f"{self.call('where')}({', '.join(p.text for p in parts)})")
            case _:
                assert_never(node)

    def numeric(self, node: ir.Expr, layout: ir.Dims) -> Code:
        """A value to calculate with: truth values become 0 and 1."""
        if self.library.strict and self.is_truth(node):
            code = self.aligned(node, layout)
            return Code(f"float({code.text})" if self.plain(node) else f"{code.atom}.double()")
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
        if isinstance(node, ir.Shift | ir.Lags):
            return True
        return isinstance(node, ir.Ref) and self.world.is_number(node.name)

    def is_truth(self, node: ir.Expr) -> bool:
        """Whether the array holds truth values."""
        if isinstance(node, ir.Ref | ir.Gather | ir.Reaxis):
            return node.kind == "bool" and not self.is_number(node)
        return _is_truth(node) or isinstance(node, ir.Known)

    # --- Python numbers, where a library takes arrays only --------------------------------

    def array(self, node: ir.Expr, layout: ir.Dims) -> Code:
        """A value to hand to a function."""
        return self.array_of(node, self.numeric(node, layout))

    def codes(self, nodes: tuple[ir.Expr, ...], layout: ir.Dims) -> list[Code]:
        return [self.array(node, layout) for node in nodes]

    def plain(self, node: ir.Expr) -> bool:
        """Whether a value is a Python number in every program."""
        match node:
            case ir.Literal() | ir.Size() | ir.Position():
                return True
            case ir.Unary(_, operand):
                return self.plain(operand)
            case ir.Binary(_, left, right):
                return self.plain(left) and self.plain(right)
            case ir.Call(name, arguments) if self.library.strict:  # NumPy computes it
                return not FUNCTIONS[name].helper and all(map(self.plain, arguments))
            case ir.Where(condition, then, otherwise) if self.library.strict:
                return all(map(self.plain, (condition, then, otherwise)))
        return False

    def by_numpy(self, node: Elementwise) -> Code:
        """A number that does not depend on arrays."""
        numpy = ExpressionPrinter(LIBRARIES["numpy"], self.imports, self.world, numbers=True)
        return numpy.elementwise(node, ())

    def array_of(self, node: ir.Expr, code: Code) -> Code:
        if not (self.library.strict and self.plain(node)):
            return code
        text = floating(node.value) if isinstance(node, ir.Literal) else code.text
        return Code(f"{self.call('array')}({text})")

    def branch(self, node: ir.Expr, order: ir.Dims) -> Code:
        """A side of `where`, of which literals stay as they are, but with a point."""
        if self.library.strict and isinstance(node, ir.Literal):
            return Code(floating(node.value))
        return self.array(node, order) if self.library.strict else self.aligned(node, order)

    def function(self, name: str, arguments: tuple[ir.Expr, ...], order: ir.Dims) -> Code:
        row = FUNCTIONS[name]
        there = path(row, self.library.name)
        if name == "log" and isinstance(arguments[0], ir.Literal) and not arguments[0].value:
            # What cannot be, without NumPy's warning.
            return Code(f"-{self.imports.name('math.inf')}", PRECEDENCE["neg"])
        if self.library.strict and not row.helper and all(map(self.plain, arguments)):
            return self.by_numpy(ir.Call(name, arguments))
        if row.helper and self.library.name != "numpy":
            printed = ", ".join(c.text for c in self.codes(arguments, order))
            return Code(f"{self.world.helper(row.helper)}({printed})")
        if not there:
            values = dict(zip("xyzw", arguments, strict=False))
            return self.aligned(expression_text(row.lowering, values, self.world.model), order)
        printed = ", ".join(c.text for c in self.codes(arguments, order))
        return Code(f"{self.imports.name(there)}({printed})")

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
                return Code(arrays.labels(self, plate)), node.dims
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
                rows = node.dims[:-1]
                return self.stacked(elements, rows) if rows else self.vector(elements), node.dims
            case ir.Expand():
                return arrays.expand(self, node)
            case ir.Insert() | ir.Drop():
                return arrays.insert_or_drop(self, node)
            case ir.Missing(base):
                code, _ = self.full(base)
                unknown = f"{self.call('isnan')}({code.text})"
                return Code(f"{self.call('flatnonzero')}({unknown})"), node.dims
            case ir.Fill(base):
                return arrays.fill(self, node), base.dims
            case ir.Triangle():
                return arrays.triangle(self, node), node.dims
            case ir.Columns():
                return arrays.columns(self, node)
            case ir.LogProb():
                return self.world.log_prob(node), node.dims
            case _:
                assert_never(node)

    def reduce(self, node: ir.Reduce) -> Printed:
        row, library = REDUCTIONS[node.operation], self.library.name
        truths = node.kind == "bool"
        code, axes = self.full(node.operand) if truths else self.full_numeric(node.operand)
        name = self.imports.name(path(row, library))
        places = [axis_number(axes, d) for d in node.axes]
        rest = tuple(d for d in axes if d not in node.axes)
        if not rest and library not in row.named:
            places = []
        if library in row.single and len(places) > 1:
            for place in sorted(places, reverse=True):  # from the last, so that the rest stay
                code = Code(f"{name}({code.text}, {self.along(place % len(axes))})")
            return code, rest
        extra = [self.along(*places)] if places else []
        if row.keyword:
            extra.append(f"{self.library.keywords.get(row.keyword, row.keyword)}=1")
        return Code(f"{name}({', '.join([code.text, *extra])})"), rest

    def full_numeric(self, node: ir.Expr) -> Printed:
        if _is_truth(node) or (self.library.strict and self.is_truth(node)):
            return self.numeric(node, node.dims), node.dims
        if self.library.name == "jax" and self.is_truth(node):  # whose mean would be of float32
            code, axes = self.full(node)
            return Code(f"{self.call('where')}({code.text}, 1, 0)"), axes
        return self.full(node)

    def vector(self, elements: tuple[ir.Expr, ...]) -> Code:
        if not self.library.strict:
            return Code(f"{self.call('array')}([{', '.join(map(self.text, elements))}])")
        if all(map(self.plain, elements)):
            shown = [
                floating(e.value) if isinstance(e, ir.Literal) else self.text(e) for e in elements
            ]
            return Code(f"{self.call('array')}([{', '.join(shown)}])")
        shown = [self.array(e, ()).text for e in elements]
        return Code(f"{self.call('stack')}([{', '.join(shown)}])")

    def stacked(self, elements: tuple[ir.Expr, ...], layout: ir.Dims) -> Code:
        """Elements that vary over `layout`, along one more axis, the last."""
        codes = [self.array(e, layout).text for e in elements]
        arrays = f"[{', '.join(codes)}]"
        if any(set(e.dims) != set(layout) for e in elements):
            arrays = f"{self.call('broadcast_arrays')}({', '.join(codes)})"
        return Code(f"{self.call('stack')}({arrays}, {self.along(-1)})")

    def axis_map(self, node: ir.AxisMap) -> Printed:
        row = AXIS_MAPS[node.operation]
        code, axes = self.full_numeric(node.operand)
        name = self.imports.name(path(row, self.library.name))
        return Code(f"{name}({code.text}, {self.along(axis_number(axes, node.axis))})"), axes


def axis_number(axes: ir.Dims, dim: ir.Dim) -> int:
    """The last axis is −1, the others count from 0."""
    place = axes.index(dim)
    return -1 if place == len(axes) - 1 else place


def _is_truth(node: ir.Expr) -> bool:
    match node:
        case ir.Binary(operator):
            return operator in _COMPARISONS
        case ir.Unary(operator):
            return operator == "not"
        case ir.Call(function):
            return function == "_is_missing"
    return False
