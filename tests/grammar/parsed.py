"""Text → the statements of its tree, and short ways to write expected nodes."""

import textwrap
from typing import Any

from bayescript.grammar import tree
from bayescript.grammar.parse import parse
from bayescript.grammar.source import Source
from bayescript.grammar.tree import Argument, Call, Define, Expr, Name, Number, Target


def statements(text: str) -> tuple[tree.Statement, ...]:
    return parse(Source(textwrap.dedent(text))).statements


def only(text: str) -> Any:
    (statement,) = statements(text)
    return statement


def expression(text: str) -> Expr:
    found = only(f"q = {text}\n")
    assert isinstance(found, Define)
    return found.value


def call(name: str, *values: Expr, **keywords: Expr) -> Call:
    plain = tuple(Argument(v) for v in values)
    return Call(Name(name), plain + tuple(Argument(v, k) for k, v in keywords.items()))


def target(name: str, *dims: str) -> Target:
    return Target(Name(name), tuple(map(Name, dims)) or None)


a, b, c, x, y = map(Name, "abcxy")
one, two = Number(1), Number(2)
normal = call("Normal", Number(0), one)
