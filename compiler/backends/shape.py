"""What the layout of an expression depends on: its brackets, operators and chains of calls."""

from __future__ import annotations

import ast
from typing import Literal

# The text of each operator, and how loosely it binds.
SYMBOLS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Pow: ("**", 2),
    ast.Invert: ("~", 3),
    ast.Mult: ("*", 4),
    ast.Div: ("/", 4),
    ast.MatMult: ("@", 4),
    ast.FloorDiv: ("//", 4),
    ast.Mod: ("%", 4),
    ast.Add: ("+", 5),
    ast.Sub: ("-", 5),
    ast.LShift: ("<<", 6),
    ast.RShift: (">>", 6),
    ast.BitAnd: ("&", 7),
    ast.BitXor: ("^", 8),
    ast.BitOr: ("|", 9),
    ast.Eq: ("==", 10),
    ast.NotEq: ("!=", 10),
    ast.Lt: ("<", 10),
    ast.LtE: ("<=", 10),
    ast.Gt: (">", 10),
    ast.GtE: (">=", 10),
    ast.Is: ("is", 10),
    ast.IsNot: ("is not", 10),
    ast.In: ("in", 10),
    ast.NotIn: ("not in", 10),
    ast.And: ("and", 11),
    ast.Or: ("or", 11),
    ast.USub: ("-", 0),
    ast.UAdd: ("+", 0),
    ast.Not: ("not ", 0),
}
Bracketed = ast.List | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp


class Source:
    """The text of a statement, and what its syntax tree does not tell."""

    def __init__(self, text: str) -> None:
        self.source = text.encode()  # the offsets of a tree count bytes

    def text(self, node: ast.expr) -> str:
        return self.source[node.col_offset : node.end_col_offset].decode()

    def bracketed(self, node: ast.expr, by: int = 1) -> bool:
        """Whether an expression stands in brackets that are not its own, one pair or more."""
        start, end = node.col_offset, node.end_col_offset or 0
        return (
            start >= by
            and self.source[start - by : start] == b"(" * by
            and self.source[end : end + by] == b")" * by
        )

    def is_open(self, node: ast.Tuple) -> bool:
        """Whether a tuple has no brackets."""
        if not node.elts:
            return False
        first = node.elts[0]
        opened = self.source[node.col_offset : first.col_offset].count(b"(")
        after = self.source[first.end_col_offset : node.end_col_offset]
        return opened <= len(after) - len(after.lstrip(b")"))

    def chained(self, node: ast.BinOp) -> tuple[list[ast.expr], list[ast.operator]]:
        """`a + b - c`, a tree that leans to the left, as operands and operators in a row."""
        operands, symbols = [node.right], [node.op]
        left = node.left  # no recursion: a sum may have hundreds of terms
        while isinstance(left, ast.BinOp) and not self.bracketed(left):
            operands.append(left.right)
            symbols.append(left.op)
            left = left.left
        return [left, *reversed(operands)], symbols[::-1]

    def own_brackets(self, node: ast.expr) -> Literal["none", "empty", "full"]:
        """The brackets at an end of an expression, or around it."""
        filled: object
        match node:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return "full"
            case ast.Subscript():
                return "full"
            case ast.Tuple() if self.is_open(node):
                return "full" if self.bracketed(node) else "none"
            case ast.List() | ast.Set() | ast.Tuple():
                filled = node.elts
            case ast.Dict():
                filled = node.keys
            case ast.Call():
                filled = node.args or node.keywords
            case _:
                return "full" if self.bracketed(node) else "none"
        return "full" if filled or self.bracketed(node) else "empty"

    def fluent(self, node: ast.expr) -> bool:
        """Whether a chain of calls is broken before its dots: it has two dots after brackets."""
        count = 0
        while True:
            if isinstance(node, ast.Attribute):
                if self.bracketed(node.value):
                    return count > 0
                count += isinstance(node.value, ast.Call | ast.Subscript)
                node = node.value
            elif isinstance(node, ast.Call | ast.Subscript):
                node = node.func if isinstance(node, ast.Call) else node.value
                if self.bracketed(node):
                    break
            else:
                break
        return count > 1

    def need(self, node: ast.expr) -> Literal["never", "fit", "lines"]:
        """Whether an expression gets brackets: never, where they make it fit, or over lines."""
        match node:
            case ast.BinOp() | ast.Compare() | ast.BoolOp():
                return "lines"
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                if self.fluent(node):
                    return "lines"
            case ast.UnaryOp(operand=inner):
                pass
            case ast.Tuple() | ast.GeneratorExp():
                return "never"
            case _:
                return "never" if isinstance(node, Bracketed) else "fit"
        return "never" if self.bracketed(inner) else self.need(inner)


class Ends:
    """Whether brackets at an end of an expression can be broken instead of new ones around it."""

    def __init__(self, source: Source, node: ast.expr) -> None:
        self.source = source
        self.loosest = self.count = 0
        self.any_brackets = False
        self.first: ast.expr | None = None
        self.starts_with_sign = False
        self.last = node
        self.within(node)

    def serve(self) -> bool:
        if not self.any_brackets or self.count > 1:
            return False
        if self.loosest <= 1:
            return True
        ends = [self.last]
        if self.first is not None and not self.starts_with_sign:
            ends.append(self.first)
        return any(
            self.source.own_brackets(end) == "full" and not isinstance(end, ast.Subscript)
            for end in ends
        )

    def operator(self, rank: int, count: int = 1) -> None:
        if rank > self.loosest:
            self.loosest, self.count = rank, count
        elif rank == self.loosest:
            self.count += count

    def visit(self, node: ast.expr) -> None:
        self.last = node
        if self.source.bracketed(node):
            self.any_brackets = True
        else:
            self.within(node)
        if self.first is None:
            self.first = node

    def within(self, node: ast.expr) -> None:
        match node:
            case ast.BinOp():
                operands, symbols = self.source.chained(node)
                for symbol in symbols:
                    self.operator(SYMBOLS[type(symbol)][1])
                for part in operands:
                    self.visit(part)
            case ast.Compare():
                self.operator(10, len(node.ops))
                for part in (node.left, *node.comparators):
                    self.visit(part)
            case ast.BoolOp():
                self.operator(11, len(node.values) - 1)
                for part in node.values:
                    self.visit(part)
            case ast.UnaryOp():
                if isinstance(node.op, ast.Invert):
                    self.operator(3)
                self.starts_with_sign = self.starts_with_sign or self.first is None
                self.visit(node.operand)
            case ast.Call(func=inner) | ast.Subscript(value=inner):
                self.any_brackets = True
                self.visit(inner)
                self.last = node
            case ast.Attribute():
                self.visit(node.value)
                if self.source.own_brackets(node.value) != "none":
                    self.operator(1)
                self.last = node
            case _ if isinstance(node, Bracketed | ast.Tuple | ast.GeneratorExp):
                self.any_brackets = True
