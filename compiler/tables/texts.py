"""Formulas that the tables hold as text in the language, as syntax."""

from __future__ import annotations

from functools import cache

from ...grammar import tree
from ...grammar.parse import parse
from ...grammar.source import Source

Lines = tuple[tuple[str, tree.Expr], ...]


@cache
def formula_lines(text: str) -> Lines:
    """What each line of a formula gives a name to; the last line is the value and names nothing."""
    *named, last = (line.strip() for line in text.splitlines() if line.strip())
    spec = "".join(f"let {line}\n" for line in (*named, f"formula = {last}"))
    found = []
    for statement in parse(Source(spec, "<table>")).statements:
        assert isinstance(statement, tree.Define)
        found.append((statement.target.name.name, statement.value))
    return (*found[:-1], ("", found[-1][1]))
