"""What the word at a cursor stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..compiler.lowering.distributions.composed import COMPOSED
from ..compiler.tables.constraints import DATA_TYPES
from ..compiler.tables.families import FAMILIES
from ..compiler.tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from ..compiler.tables.inference import METHODS
from ..compiler.tables.matrix_functions import MATRIX_FUNCTIONS
from .cursor import OPENERS, STARTERS, Cursor
from .symbols import Symbol, Symbols

SPECIAL = ("where", "prev", "size")
"""Functions that are part of the grammar of expressions, not rows of a table."""

BUILT_IN = tuple(
    name
    for name in (*FUNCTIONS, *REDUCTIONS, *AXIS_MAPS, *MATRIX_FUNCTIONS, *SPECIAL)
    if not name.startswith("_")  # those are for formulas of our own
)
SOFT = ("within", "ordered", "over", "by", "on", "initially", "where", "given", "for")
OPERATORS = ("and", "or", "not")

Kind = Literal[
    "symbol", "distribution", "argument", "function", "type", "method", "setting", "keyword"
]


@dataclass(frozen=True, slots=True)
class Found:
    """`owner` is the distribution of an argument, or the method of a setting."""

    kind: Kind
    name: str
    symbol: Symbol | None = None
    owner: str = ""


def is_distribution(name: str) -> bool:
    return name in FAMILIES or name in COMPOSED


def resolve(cursor: Cursor, symbols: Symbols) -> Found | None:
    """What stands at the cursor, or None: a comment, a number, a name of nothing."""
    if cursor.quiet or not cursor.word:
        return None
    return _by_place(cursor) or _called(cursor, symbols) or _by_name(cursor, symbols)


def _by_place(cursor: Cursor) -> Found | None:
    """What only the place tells: settings, methods, named arguments, keywords."""
    word, inner = cursor.word, cursor.inner
    if cursor.block == "infer" and not cursor.before:
        known = METHODS.get(cursor.owner or "auto")
        return (
            Found("setting", word, owner=known.name) if known and word in known.settings else None
        )
    if cursor.starter == "infer" and len(cursor.before) == 1:
        return Found("method", word)
    if not cursor.before and not cursor.block and _begins(cursor):
        return Found("keyword", word)
    named = inner is not None and inner.bracket == "(" and cursor.assigns
    if named and inner is not None and is_distribution(inner.callee):
        return Found("argument", word, owner=inner.callee)
    if word in OPERATORS or (word in SOFT and _is_soft(cursor)):
        return Found("keyword", word)
    if cursor.previous == ":" and not cursor.opened and word in DATA_TYPES:
        return Found("type", word)
    return None


def _begins(cursor: Cursor) -> bool:
    if cursor.word not in STARTERS:
        return False
    if cursor.word in OPENERS and cursor.word not in ("infer", "ode"):
        return not cursor.after or cursor.after.startswith("#")
    return cursor.after[:1].isalpha() or cursor.after[:1] in ("_", "(", "-")


def _is_soft(cursor: Cursor) -> bool:
    """Whether a word that could be a name is a keyword here."""
    word, before = cursor.word, cursor.previous
    last = cursor.before[-1].kind if cursor.before else ""
    operand = last in ("NAME", "NUMBER", "STRING") or before in (")", "]")
    match word:
        case "within" | "ordered":
            return cursor.starter == "plate" and not cursor.opened and len(cursor.before) > 1
        case "by" if before == "ordered":
            return True
        case "over" | "by" | "on":
            follows = cursor.after[:1].isalpha() or cursor.after[:1] in ("_", "(")
            inside = bool(cursor.opened) and (operand or before in (",", "("))
            return follows and (inside or (cursor.block == "infer" and operand))
        case "initially" | "where":
            return before == "," and not cursor.opened
        case "given":
            return before == "initially"
        case "for":
            return operand and any(t.text == "initially" for t in cursor.before)
    return False


def _called(cursor: Cursor, symbols: Symbols) -> Found | None:
    """A distribution or a function, where a bracket follows."""
    if not cursor.after.startswith("("):
        return None
    word = cursor.word
    function = symbols.function(word)
    if function is not None:
        return Found("symbol", word, function)
    if is_distribution(word):
        return Found("distribution", word)
    return Found("function", word) if word in BUILT_IN else None


def _by_name(cursor: Cursor, symbols: Symbols) -> Found | None:
    word = cursor.word
    for symbol in symbols.named(word):
        inside = symbol.whole.start <= cursor.span.start <= symbol.whole.end
        if symbol.what == "parameter" and inside:
            return Found("symbol", word, symbol)
    for symbol in symbols.named(word):
        if symbol.what != "parameter":
            return Found("symbol", word.rstrip("'"), symbol)
    own = [s for s in symbols.all if s.name == word and s.span == cursor.span]
    if own:  # the name of a function or of the model, at its declaration
        return Found("symbol", word, own[0])
    if is_distribution(word):
        return Found("distribution", word)
    return Found("function", word) if word in BUILT_IN else None
