"""Expressions: syntax → typed IR, with names resolved and axes joined by name."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostics import SpecError
from ...grammar.source import Span
from .. import ir
from ..tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS, Function
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from . import axes, calls, indexing, lookback
from .scope import Scope, error
from .wording import name_of, varies

_MAX_DEPTH = 50
_MAX_INLINED = 2000


class Expressions:
    """Lowers the expressions of one statement.

    `covered` are the axes of the statement's left side (None for a `let` without axes), `given`
    whether its first values are conditioned on; `depth` is how far back `prev` then looks.
    """

    def __init__(self, scope: Scope, covered: ir.Dims | None = None, given: bool = False) -> None:
        self.scope = scope
        self.covered = covered
        self.given = given
        self.known: list[ir.Known] = []
        self._locals: Mapping[str, ir.Expr] = {}
        self._depth = 0
        self._inlined = 0

    def within(self, values: Mapping[str, ir.Expr]) -> Expressions:
        """The same, with some names standing for expressions."""
        self._locals = values
        return self

    def along(self, axis: ir.Dim) -> Expressions:
        """The same where values may vary over one more axis; `known` is gathered together."""
        inner = copy(self)
        inner.covered = (axis, *(self.covered or ()))
        return inner

    def has_value(self, name: str) -> bool:
        """Whether a name stands for a value, rather than for a plate or a role."""
        return name in self._locals or name in self.scope.quantities

    # --- dispatch -----------------------------------------------------------------------

    def expr(self, node: tree.Expr) -> ir.Expr:
        match node:
            case tree.Number(value, span):
                return ir.Literal(
                    value, kind="int" if isinstance(value, int) else "real", span=span
                )
            case tree.Name():
                return self.name(node)
            case tree.Unary(operator, operand, span):
                return self.unary(operator, operand, span)
            case tree.Binary("@", left, right, span):
                return axes.contract(self, self.number(left), self.number(right), span)
            case tree.Binary(operator, left, right, span):
                return self.binary(operator, left, right, span)
            case tree.Call():
                return self.call(node)
            case tree.Index():
                return indexing.index(self, node)
            case tree.ListOf(items, span):
                return self.vector(items, span)
            case tree.String(value, span):
                raise self.label_as_number(value, span)
            case tree.Field(_, name, span):
                raise error(
                    "B401",
                    f"`.{name.name}` belongs to a network's outputs, which this "
                    "version does not have",
                    span,
                    help=f"call the quantity by a name of its own: `{name.name} ~ …`",
                )

    def number(self, node: tree.Expr) -> ir.Expr:
        """An expression used for its value: positions in a plate are not numbers."""
        value = self.expr(node)
        if value.kind == "index":
            plate = indexing.index_plate(value, self.scope)
            raise error(
                "B302",
                f"this is an element of `{plate}`, not a number",
                value.span,
                notes=self.scope.notes(value),
                help=f"use it as an index: `{self.scope.over(plate, 'b')}[{name_of(value, '…')}]`",
            )
        return value

    def name(self, node: tree.Name) -> ir.Expr:
        if node.name in self._locals:
            return replace(self._locals[node.name], span=node.span)
        plate = self.scope.plates.get(node.name.rstrip("'"))
        if plate is not None and node.name not in self.scope.quantities:
            return self.labels(node, plate)
        if node.name not in self.scope.quantities and self.scope.roles(node.name):
            child, parent = self.scope.roles(node.name)[0]
            raise error(
                "B207",
                f"`{node.name}` is a role, not a number",
                node.span,
                notes=self.scope.note(child, f"its parent `{parent.plate}` in that role"),
                help=f"use it as an index: `{self.scope.over(parent.plate)}[{node.name}]`",
            )
        found = self.scope.quantity(node, self._locals)
        return ir.Ref(found.name, dims=found.dims, kind=found.kind, span=node.span)

    def labels(self, node: tree.Name, plate: ir.Plate) -> ir.Expr:
        """A plate's name in an expression: its labels, where they are numbers."""
        self.scope.used.add(plate.name)
        if plate.labels and not all(isinstance(label, int) for label in plate.labels):
            raise error(
                "B302",
                f"the labels of `{plate.name}` are words, not numbers",
                node.span,
                notes=self.scope.note(plate.name),
                help="a number for each is a quantity over the plate: "
                f"`b[{plate.name}] ~ Normal(0, 1)`, and `b` here",
            )
        dim = self.scope.dim(node)
        return ir.Labels(plate.name, dims=(dim,), kind="int", span=node.span)

    def label_as_number(self, label: str, span: Span) -> SpecError:
        holders = [p.name for p in self.scope.plates.values() if label in (p.labels or ())]
        of = self.scope.over(holders[0]) if holders else "x"
        return error(
            "B302",
            "a string is a label, and can only stand in brackets",
            span,
            notes=self.scope.note(holders[0], "one of its labels") if holders else (),
            help=f'write `{of}["{label}"]`, the element of a quantity that has the label',
        )

    # --- operators ----------------------------------------------------------------------

    def unary(self, operator: str, operand: tree.Expr, span: Span) -> ir.Expr:
        value = self.number(operand)
        if operator == "not":
            return ir.Unary("not", value, dims=value.dims, kind="bool", span=span)
        if isinstance(value, ir.Literal):
            return replace(value, value=-value.value, span=span)
        kind: ir.Kind = "int" if value.kind in ("int", "bool") else "real"
        return ir.Unary("-", value, dims=value.dims, kind=kind, span=span)

    def binary(self, operator: str, left: tree.Expr, right: tree.Expr, span: Span) -> ir.Expr:
        if operator in ("==", "!="):
            compared = indexing.compare_label(self, operator, left, right, span)
            if compared is None:
                compared = indexing.compare_elements(self, operator, left, right, span)
            if compared is not None:
                return compared
        a, b = self.number(left), self.number(right)
        return self.operate(operator, a, b, span)

    def operate(self, operator: str, a: ir.Expr, b: ir.Expr, span: Span) -> ir.Expr:
        """Two values joined by name."""
        dims = self.scope.nesting.join(a.dims, b.dims)
        a, b = self.scope.nesting.coerce(a, dims), self.scope.nesting.coerce(b, dims)
        return ir.Binary(operator, a, b, dims=dims, kind=_kind(operator, a, b), span=span)

    def elementwise(self, arguments: list[ir.Expr]) -> tuple[tuple[ir.Expr, ...], ir.Dims]:
        """Arguments brought to their common axes."""
        dims = self.scope.nesting.join(*(a.dims for a in arguments))
        return tuple(self.scope.nesting.coerce(a, dims) for a in arguments), dims

    def vector(self, items: tuple[tree.Expr, ...], span: Span) -> ir.Expr:
        """A list literal: along the one axis of the statement with that many elements."""
        candidates = [
            dim for dim in self.covered or () if axes.declared_size(self.scope, dim) == len(items)
        ]
        if len(candidates) != 1:
            raise calls.misfit(self.scope, self.covered or (), candidates, len(items), span)
        axis, nesting = candidates[0], self.scope.nesting
        elements, dims = self.elementwise([self.number(item) for item in items])
        for element in elements:
            if any(d == axis or nesting.paths(d.plate, axis.plate) for d in element.dims):
                raise error(
                    "B213",
                    f"a list over {axis} holds one value for each of them, and this is several",
                    element.span,
                    label=varies(element.dims),
                    notes=self.scope.notes(element),
                    help=f"take one element of it, such as `{name_of(element, 'x')}[1]`",
                )
        return ir.Vector(elements, axis, dims=(*dims, axis), span=span)

    # --- calls --------------------------------------------------------------------------

    def call(self, node: tree.Call) -> ir.Expr:
        name = node.function.name
        if name in self.scope.functions:
            return self.inlined(node, self.scope.functions[name])
        if name == "where":
            return self.where(node)
        if name == "prev":
            return lookback.shift(self, node)
        if name == "size":
            return axes.size(self, node)
        if name in ("min", "max") and len(node.arguments) == 2:
            return self.function(node, FUNCTIONS[name + "imum"])
        if name in REDUCTIONS:
            return axes.reduction(self, node)
        if name in AXIS_MAPS:
            return axes.axis_map(self, node)
        if name in MATRIX_FUNCTIONS:
            return axes.matrix(self, node)
        if name in FUNCTIONS:
            return self.function(node, FUNCTIONS[name])
        raise calls.unknown_function(self.scope, node)

    def positional(self, node: tree.Call, least: int, most: int | None = None) -> list[tree.Expr]:
        """The arguments of a call that takes no keywords."""
        most = least if most is None else most
        self.refuse(node, axes=node.function.name in (*REDUCTIONS, *AXIS_MAPS))
        for argument in node.arguments:
            if argument.name is not None:
                raise calls.no_keyword(self.scope, node, argument)
        if not least <= len(node.arguments) <= most:
            raise calls.wrong_number(self.scope, node, least, most)
        return [a.value for a in node.arguments]

    @staticmethod
    def refuse(node: tree.Call, axes: bool = False) -> None:
        """What a call may not have: axes, priors, outputs of a network."""
        calls.refuse(node, axes)

    def function(self, node: tree.Call, row: Function) -> ir.Expr:
        values = [self.number(a) for a in self.positional(node, row.arity)]
        arguments, dims = self.elementwise(values)
        kind: ir.Kind = "int" if row.result == "integer" else "real"
        if row.result == "same" or row.name == "abs":
            kind = "int" if all(a.kind != "real" for a in arguments) else "real"
        return ir.Call(row.name, arguments, dims=dims, kind=kind, span=node.span)

    def where(self, node: tree.Call) -> ir.Expr:
        values = [self.number(a) for a in self.positional(node, 3)]
        (condition, then, otherwise), dims = self.elementwise(values)
        kind: ir.Kind = "real"
        if then.kind != "real" and otherwise.kind != "real":
            kind = "bool" if then.kind == otherwise.kind == "bool" else "int"
        return ir.Where(condition, then, otherwise, dims=dims, kind=kind, span=node.span)

    def inlined(self, node: tree.Call, function: tree.Def) -> ir.Expr:
        """A user's function, with its arguments put in."""
        self._inlined += 1
        if self._inlined > _MAX_INLINED:
            raise error(
                "B205",
                f"this statement calls functions more than {_MAX_INLINED} times",
                node.span,
                help="give parts of it names with `let`",
            )
        if self._depth > _MAX_DEPTH:
            raise error(
                "B205",
                f"`{node.function.name}` calls itself",
                node.span,
                notes=()
                if function.span.start <= node.span.start < function.span.end
                else self.scope.note(node.function.name, "defined here"),
                help="functions cannot be recursive: write the steps out, or add up along a plate "
                "with `sum` or `cumsum`",
            )
        count = len(function.parameters)
        values = [self.expr(a) for a in self.positional(node, count)]
        frame = {p.name: v for p, v in zip(function.parameters, values, strict=True)}
        outer, self._locals = self._locals, frame
        self._depth += 1
        try:
            return self.expr(function.value)
        finally:
            self._locals = outer
            self._depth -= 1


def _kind(operator: str, a: ir.Expr, b: ir.Expr) -> ir.Kind:
    if operator in ("==", "!=", "<", "<=", ">", ">=", "and", "or"):
        return "bool"
    if operator == "/" or a.kind == "real" or b.kind == "real":
        return "real"
    if operator == "^" and not (isinstance(b, ir.Literal) and b.value >= 0):
        return "real"
    return "int"
