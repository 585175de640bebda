"""Expressions as text, with no more brackets than give the same tree again."""

from __future__ import annotations

from collections.abc import Iterable

from .. import tree
from ..diagnostics import Diagnostic, SpecError, acts
from ..source import Span
from .document import Doc, Fill, Line, Nest, bracketed, flat, separated

# How tightly the operators of model.lark bind; an operand that binds less tightly is bracketed.
_ANY, _OR, _AND, _NOT, _COMPARE, SUM, _TERM, _SIGNED, _POWER, _POSTFIX = range(10)
_LEVELS = {"or": _OR, "and": _AND, "+": SUM, "-": SUM, "^": _POWER} | dict.fromkeys("*/@", _TERM)
_AXES_WORDS = frozenset({"over", "by", "on"})


def expression(node: tree.Expr, least: int = _ANY) -> Doc:
    """The text of an expression whose operator must bind at least so tightly."""
    match node:
        case tree.Number():
            return number(node)
        case tree.String(value, span):
            return string(value, span)
        case tree.Name(name):
            return name
        case tree.ListOf(items):
            return bracketed("[", _filled(map(expression, items)), "]") if items else "[]"
        case tree.Unary():
            return _within(_unary(node), _NOT if node.operator == "not" else _SIGNED, least)
        case tree.Binary("^"):
            return _within(_power(node), _POWER, least)
        case tree.Binary(operator):
            level = _LEVELS.get(operator, _COMPARE)
            return _within(_chain(node, level), level, least)
    return _postfix(node)


def line(node: tree.Expr) -> str:
    """The text of an expression on one line."""
    return flat(expression(node))


def number(node: tree.Number) -> str:
    """A number as it was written, or else as Python writes it."""
    return node.text or repr(node.value)


def string(value: str, span: Span) -> str:
    """A string in its quotes. Raises SpecError where no string of the language is that text."""
    if '"' in value or any(map(acts, value)):
        raise SpecError(
            Diagnostic(
                "B109",
                "a string of the language holds no double quotes, line ends or controls",
                span,
                help="a text with `\"` can be written in YAML only; use `'` in its place",
            )
        )
    return f'"{value}"'


def arguments(parts: Iterable[Doc]) -> Doc:
    """Arguments in round brackets: all on one line, or each on its own."""
    inner = separated(parts, ",", Line())
    return bracketed("(", inner, ")") if inner else "()"


def argument(node: tree.Argument) -> Doc:
    """`e` or `name = e`."""
    value = expression(node.value)
    return value if node.name is None else (f"{node.name} = ", value)


def target(node: tree.Target) -> str:
    """`name` or `name[plate, plate']`."""
    dims = "" if node.dims is None else f"[{', '.join(d.name for d in node.dims)}]"
    return node.name.name + dims


def targets(node: tree.Draw) -> Doc:
    """`a[plate], b, c`: in lines that are filled, where there are many."""
    first, *others = map(target, node.targets)
    return Nest(Fill((first, *((",", Line(), other) for other in others))))


def leftmost(node: tree.Expr) -> tree.Expr:
    """The part of an expression with which its text begins, unless that is a bracket."""
    while True:
        match node:
            case tree.Binary(_, left, _):
                node = left
            case tree.Index(base) | tree.Field(base):
                node = base
            case _:
                return node


def _within(doc: Doc, level: int, least: int) -> Doc:
    return doc if level >= least else bracketed("(", doc, ")")


def _filled(parts: Iterable[Doc]) -> Fill:
    first, *rest = parts
    return Fill((first, *((",", Line(), part) for part in rest)))


def _unary(node: tree.Unary) -> Doc:
    """A run of the same sign or word: long runs must not exhaust the stack."""
    operand: tree.Expr = node
    signs = ""
    while isinstance(operand, tree.Unary) and operand.operator == node.operator:
        signs += "not " if node.operator == "not" else "-"
        operand = operand.operand
    return signs, expression(operand, _NOT if node.operator == "not" else _SIGNED)


def _power(node: tree.Binary) -> Doc:
    """`a^b^c`, which is a^(b^c)."""
    parts: list[Doc] = []
    right: tree.Expr = node
    while isinstance(right, tree.Binary) and right.operator == "^":
        parts += [expression(right.left, _POSTFIX), "^"]
        right = right.right
    return (*parts, expression(right, _SIGNED))


def _chain(node: tree.Binary, level: int) -> Doc:
    """`a + b - c`, broken before the operators where it is too long."""
    left: tree.Expr = node
    rest: list[Doc] = []
    loosest = level + (level == _COMPARE)  # `a < b < c` is no expression
    while isinstance(left, tree.Binary) and _LEVELS.get(left.operator, _COMPARE) == level:
        if rest and level == _COMPARE:
            break
        rest.append(Nest((Line(), f"{left.operator} ", expression(left.right, level + 1))))
        left = left.left
    first = expression(left, loosest)
    if level < _NOT and isinstance(left, tree.Name) and left.name in _AXES_WORDS:
        first = f"({first})"  # `f(over and a)` would begin with `over and`
    return Fill((first, *reversed(rest)))


def _postfix(node: tree.Expr) -> Doc:
    """A call, or what follows a base: `base[i, j].name`."""
    parts: list[Doc] = []
    while not isinstance(node, tree.Call):
        match node:
            case tree.Index(base, indices):
                parts.append(bracketed("[", _filled(map(argument, indices)), "]"))
                node = base
            case tree.Field(base, name):
                parts.append(f".{name.name}")
                node = base
            case _:
                return (expression(node, _POSTFIX), *reversed(parts))
    return (_call(node), *reversed(parts))


def _call(node: tree.Call) -> Doc:
    inside: list[Doc] = [] if node.arrow is None else [_arrow(node.arrow)]
    inside += map(argument, node.arguments)
    inside += [(f"{p.name.name} ~ ", expression(p.distribution)) for p in node.priors]
    inside += map(_axes, node.axes)
    return node.function.name, arguments(inside)


def _axes(node: tree.Axes) -> str:
    names = ", ".join(n.name for n in node.names)
    return f"{node.word} {names}" if len(node.names) == 1 else f"{node.word} ({names})"


def _arrow(node: tree.Arrow) -> str:
    match node.outputs:
        case ((None, only),):
            return f"{node.source.name} -> {only.name}"
    outputs = ", ".join(f"{label} = {name.name}" for label, name in node.outputs)
    return f"{node.source.name} -> ({outputs})"
