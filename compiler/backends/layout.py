"""Statements of Python as documents, by the rules of `ruff format`.

The rules know three places where an expression stands: between brackets, where a line may be
broken anywhere; inside brackets that are printed only where the line is too long (a number of
the group that they form); and with no brackets around it, where only brackets of its own can be
broken. The text of names, numbers, strings, slices and whatever programs of ours do not hold
(`lambda`, `if … else`, comprehensions of dicts and sets) is kept as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .document import HARD, SOFT, SPACE, WIDTH, Document, Part, printed, width
from .shape import SYMBOLS, Ends, Source

# Where an expression stands: outside brackets, between brackets, or in those of a group.
Place = int | None
OUTSIDE, BETWEEN = None, 0

_Operation = ast.BinOp | ast.Compare | ast.BoolOp
_Chained = ast.Attribute | ast.Call | ast.Subscript
# An operand, or an operator and how loosely it binds.
_Piece = ast.expr | tuple[str, int]
_Sequence = ast.List | ast.Set | ast.Tuple


def broken(text: str, indent: int) -> list[str] | None:
    """The lines of a statement, or of the header of a block; None for what has no layout here."""
    try:
        tree = ast.parse(text + " pass" if text.endswith(":") else text)
    except SyntaxError:
        return None
    document = _Layout(text, indent).statement(tree.body[0]) if len(tree.body) == 1 else None
    return None if document is None else printed(document, indent)


class _Layout(Source):
    """The documents of a statement and of its expressions."""

    def __init__(self, text: str, indent: int) -> None:
        super().__init__(text)
        self.indent = indent
        self.groups = 0

    def group_number(self) -> int:
        self.groups += 1
        return self.groups

    # --- statements ---------------------------------------------------------------------

    def statement(self, node: ast.stmt) -> Document | None:
        match node:
            case ast.Assign(targets=[target], value=value):
                return self.assignment(target, value)
            case ast.Return(value=ast.expr() as value):
                return ["return ", self.right_side(value)]
            case ast.Expr(value=ast.BinOp(op=op) as value) if not self.bracketed(value):
                loose = SYMBOLS[type(op)][1] in (5, 6, 8, 9)
                return self.right_side(value) if loose else self.expression(value, OUTSIDE)
            case ast.Expr(value=value):
                return self.expression(value, OUTSIDE)
            case ast.With(items=items):
                return ["with ", self.contexts(items), ":"]
        return None

    def assignment(self, target: ast.expr, value: ast.expr) -> Document:
        left = self.text(target) + " = "
        several = isinstance(target, ast.Tuple) or self.own_brackets(target) != "none"
        if not several or self.need(value) != "fit" or not isinstance(value, _Chained):
            return [left, self.right_side(value)]
        # With brackets on both sides, those of the value are broken if its start fits.
        content = self.bare(value, OUTSIDE)
        if width(printed([left, content], self.indent)[0]) > WIDTH:
            content = ["(", Part("indent", [HARD, content]), HARD, ")"]
        return [left, content]

    def right_side(self, node: ast.expr) -> Document:
        """A value with brackets around it where it needs them."""
        need = self.need(node)
        if need == "never":
            return self.bare(node, OUTSIDE)
        if need == "lines" and not Ends(self, node).serve():
            return self.optional(self.bare(node, BETWEEN), self.group_number())
        group = self.group_number()
        content = self.bare(node, group)
        return Part("brackets", content, group) if need == "fit" else self.optional(content, group)

    @staticmethod
    def optional(content: Document, group: int) -> Document:
        """Brackets around what does not fit on the line."""
        parts: list[Document] = [
            Part("if_broken", "("),
            Part("indent_if_broken", [SOFT, content], group),
            SOFT,
            Part("if_broken", ")"),
        ]
        return Part("group", parts, group)

    def contexts(self, items: Sequence[ast.withitem]) -> Document:
        first = items[0].context_expr
        if len(items) == 1 and (items[0].optional_vars is None or self.bracketed(first)):
            return [self.right_side(first), self.named(items[0])]
        group = self.group_number()
        if len(items) == 1 and Ends(self, first).serve():
            return self.optional([self.bare(first, group), self.named(items[0])], group)
        contents: list[Document] = []
        for item in items:
            value = self.bare(item.context_expr, BETWEEN)
            if self.bracketed(item.context_expr):
                value = self.optional(value, self.group_number())
            contents.append([value, self.named(item)])
        return self.optional(self.joined(contents), group)

    def named(self, item: ast.withitem) -> Document:
        return "" if item.optional_vars is None else f" as {self.text(item.optional_vars)}"

    # --- brackets -----------------------------------------------------------------------

    @staticmethod
    def brackets(opening: str, content: Document, closing: str, place: Place) -> Document:
        inner: Document = Part("group", [Part("indent", [SOFT, content]), SOFT])
        if place:
            inner = Part("fits_broken", inner, place)
        return [opening, inner, closing]

    @staticmethod
    def joined(items: Sequence[Document]) -> Document:
        """Items with commas between them, and after the last where each has its own line."""
        parts: list[Document] = []
        for item in items:
            parts += [item, ",", SPACE]
        return [*parts[:-2], Part("if_broken", ",")] if len(items) > 1 else parts[:-2]

    @staticmethod
    def line(place: Place, flat: str) -> Document:
        """A line break where there are brackets around, else this text."""
        if place is None:
            return flat
        mark = SPACE if flat else SOFT
        if place == BETWEEN:
            return mark
        return [Part("if_broken", mark, place), Part("if_flat", flat, place)]

    @staticmethod
    def grouped(place: Place, content: Document) -> Document:
        if place is None:
            return content
        return Part("group_if_broken", content, place) if place else Part("group", content)

    # --- expressions --------------------------------------------------------------------

    def expression(self, node: ast.expr, place: Place) -> Document:
        """With the brackets that it has."""
        if self.bracketed(node):
            return self.brackets("(", self.bare(node, BETWEEN), ")", place)
        return self.bare(node, place)

    def bare(self, node: ast.expr, place: Place, fluent: bool | None = None) -> Document:
        """Without brackets around it; `fluent` is how the chain goes on that it belongs to."""
        match node:
            case ast.BinOp() | ast.Compare() | ast.BoolOp():
                parts = self.flat(node)
                return self.grouped(place, self.operation(parts, place))
            case ast.UnaryOp():
                return [SYMBOLS[type(node.op)][0], self.expression(node.operand, place)]
            case ast.Attribute() | ast.Call() | ast.Subscript():
                return self.chain(node, place, fluent)
            case ast.List() | ast.Set():
                ends = "[]" if isinstance(node, ast.List) else "{}"
                return self.items(node, ends, place)
            case ast.Tuple():
                return self.listed(node, place)
            case ast.Dict() if node.keys and None not in node.keys:
                return self.paired(node, place)
            case ast.ListComp():
                return self.brackets("[", self.comprehension(node), "]", place)
            case ast.GeneratorExp():
                return self.brackets("(", self.comprehension(node), ")", place)
            case ast.Starred():
                return ["*", self.expression(node.value, place)]
        return self.text(node)

    def items(self, node: _Sequence, ends: str, place: Place) -> Document:
        if not node.elts:
            return ends
        contents = [self.expression(e, BETWEEN) for e in node.elts]
        return self.brackets(ends[0], self.joined(contents), ends[1], place)

    def listed(self, node: ast.Tuple, place: Place) -> Document:
        contents = [self.expression(e, BETWEEN) for e in node.elts]
        if len(contents) == 1:
            one: Document = [contents[0], ","]
            return one if self.is_open(node) else self.brackets("(", one, ")", place)
        if not self.is_open(node):
            return self.items(node, "()", place)
        if place == BETWEEN:
            return Part("group", self.joined(contents))
        return self.optional(self.joined(contents), self.group_number())

    def paired(self, node: ast.Dict, place: Place) -> Document:
        pairs: list[Document] = []
        for key, value in zip(node.keys, node.values, strict=True):
            assert key is not None
            pair = [self.expression(key, BETWEEN), ": ", self.expression(value, BETWEEN)]
            pairs.append(Part("group", pair))
        return self.brackets("{", self.joined(pairs), "}", place)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Document:
        parts: list[Document] = [Part("group", self.expression(node.elt, BETWEEN))]
        for loop in node.generators:
            target = self.text(loop.target)
            parts += [SPACE, f"for {target} in ", self.expression(loop.iter, BETWEEN)]
            for condition in loop.ifs:
                parts += [SPACE, "if ", self.expression(condition, BETWEEN)]
        return Part("group", parts)

    # --- chains of attributes, calls and subscripts ---------------------------------------

    def chain(self, node: _Chained, place: Place, fluent: bool | None) -> Document:
        root = fluent is None
        if fluent is None:
            fluent = place is not None and self.fluent(node)
        inner = node.func if isinstance(node, ast.Call) else node.value
        goes_on = isinstance(inner, _Chained) and not self.bracketed(inner)
        if goes_on and (fluent or not isinstance(node, ast.Attribute)):
            start = self.bare(inner, place, fluent)
        else:
            start = self.expression(inner, place)
        parts: list[Document] = [start]
        match node:
            case ast.Attribute():
                if fluent and (
                    isinstance(inner, ast.Call | ast.Subscript) or self.bracketed(inner)
                ):
                    parts.append(SOFT)
                parts.append(f".{node.attr}")
            case ast.Call():
                parts.append(self.arguments(node, place))
            case ast.Subscript():
                parts.append(self.brackets("[", self.expression(node.slice, 0), "]", place))
        return Part("group", parts) if root and fluent else parts

    def arguments(self, node: ast.Call, place: Place) -> Document:
        if not node.args and not node.keywords:
            return "()"
        if len(node.args) == 1 and not node.keywords:
            content = self.lone(node.args[0], node)
        else:
            items: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
            items.sort(key=lambda item: item.col_offset)
            content = self.joined([self.argument(item) for item in items])
        return self.brackets("(", Part("group", content), ")", place)

    def argument(self, node: ast.expr | ast.keyword) -> Document:
        if isinstance(node, ast.keyword):
            name = f"{node.arg}=" if node.arg else "**"
            return [name, self.expression(node.value, BETWEEN)]
        return self.expression(node, BETWEEN)

    def lone(self, node: ast.expr, call: ast.Call) -> Document:
        """The one argument of a call, whose brackets are the call's own."""
        if isinstance(node, ast.GeneratorExp) and node.col_offset == call.func.end_col_offset:
            return self.comprehension(node)
        content = self.bare(node, BETWEEN)
        return self.brackets("(", content, ")", BETWEEN) if self.bracketed(node, 2) else content

    # --- operations ---------------------------------------------------------------------

    def flat(self, node: _Operation) -> list[_Piece]:
        """Operands and operators in the order of the text, down to brackets."""
        match node:
            case ast.BinOp():
                operands, symbols = self.chained(node)
                operators = [
                    self.power(left) if isinstance(symbol, ast.Pow) else SYMBOLS[type(symbol)]
                    for left, symbol in zip(operands, symbols, strict=False)
                ]
            case ast.Compare():
                operands = [node.left, *node.comparators]
                operators = [SYMBOLS[type(op)] for op in node.ops]
            case ast.BoolOp():
                operands = node.values
                operators = [SYMBOLS[type(node.op)]] * (len(operands) - 1)
        parts: list[_Piece] = []
        for place, operand in enumerate(operands):
            if place:
                parts.append(operators[place - 1])
            if isinstance(operand, _Operation) and not self.bracketed(operand):
                parts += self.flat(operand)
            else:
                parts.append(operand)
        return parts

    def power(self, left: ast.expr) -> tuple[str, int]:
        """No text where the operator stands without spaces, as between names and numbers."""
        symbol, rank = SYMBOLS[ast.Pow]
        return ("" if self.source[left.end_col_offset or 0] == ord("*") else symbol), rank

    def operation(self, parts: Sequence[_Piece], place: Place) -> Document:
        """Broken before each of its loosest operators; what binds more tightly is a group."""
        if isinstance(only := parts[0], ast.expr) and len(parts) == 1:
            return self.expression(only, place)
        loosest = max(p[1] for p in parts if isinstance(p, tuple))
        result: list[Document] = []
        start = 0
        for position, part in enumerate(parts):
            if isinstance(part, tuple) and part[1] == loosest:
                result.append(self.operands(parts[start:position], place))
                result += self.operator(part[0], place)
                start = position + 1
        return [*result, self.operands(parts[start:], place)]

    def operands(self, parts: Sequence[_Piece], place: Place) -> Document:
        content = self.operation(parts, place)
        return content if len(parts) == 1 else self.grouped(place, content)

    def operator(self, symbol: str, place: Place) -> list[Document]:
        if symbol:
            return [self.line(place, " "), symbol, " "]
        space: Document = "" if place is None else Part("if_broken", " ", place)
        return [self.line(place, ""), "**", space]
