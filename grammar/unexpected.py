"""What is said of a token that does not fit: what was expected, and what may have been meant."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token, UnexpectedInput, UnexpectedToken

from .diagnostics import Diagnostic
from .source import Source, Span

_SPOKEN = {  # in the order in which they are said
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "LSQB": "`[`",
    "DOT": "`.`",
    "DOTS": "`..`",
    "TILDE": "`~`",
    "COMPARE": "a comparison",
    "OPTIONAL": "`?`",
    "WITHIN": "`within`",
    "ORDERED": "`ordered`",
    "INITIALLY": "`initially`",
    "$END": "the end of the line",
}


# Words that begin a statement, but not one inside `generate` or `guide`.
_TOP_LEVEL = frozenset({"param", "factor", "plate", "network", "kernel"})


def unexpected(
    error: UnexpectedInput, tokens: Sequence[Token], source: Source | None, place: Span
) -> Diagnostic:
    """The error of tokens that make no statement; `source` is None for a piece of YAML."""
    assert isinstance(error, UnexpectedToken)
    token: Token = error.token
    expected = sorted(set(error.accepts or error.expected))
    if token.type == "$END":
        end = (tokens[-1].end_pos or 0) if tokens else place.start
        what = "the statement ends too early" if source else "this ends too early"
        return Diagnostic("B101", what, Span(end, end + 1), _expectation(expected))
    span = Span(token.start_pos or 0, token.end_pos or 0)
    return Diagnostic(
        "B101",
        f"`{token}` does not fit here",
        span,
        _expectation(expected),
        help=_remedy(token, tokens, expected),
    )


def _expectation(expected: list[str]) -> str:
    # After the first name of a statement: few go on to name another.
    rare = "COMMA" if {"EQUAL", "TILDE"} <= set(expected) else ""
    words = [spoken for name, spoken in _SPOKEN.items() if name in expected and name != rare]
    if {"NAME", "NUMBER"} <= set(expected):
        return "expected an expression"
    if not words or len(words) > 4:
        return ""
    return "expected " + " or ".join(words)


def _remedy(token: Token, tokens: Sequence[Token], expected: list[str]) -> str:
    place = next((i for i, t in enumerate(tokens) if t is token), 0)
    before = [t.type for t in tokens[:place]]
    if token == "*" and before[-1:] == ["TIMES"] and tokens[place - 1].end_pos == token.start_pos:
        return "powers are written `x^2`"
    if before == ["NAME"] and tokens[0] in _TOP_LEVEL and token.type == "NAME":
        return f"`{tokens[0]}` stands at the top level, where blocks find what it declares"
    if token == "<" and before == ["NAME"]:
        return "`=` defines a quantity, `~` gives it a distribution"
    if token.type == "COMPARE":
        if token == "==" and before == ["NAME"]:
            return "`=` defines a quantity, `==` compares"
        return "comparisons do not chain: write `a < b and b < c`"
    if token.type in ("NAME", "NUMBER", "LPAR") and "TIMES" in expected:
        return "an operator or a comma is missing before it: write `*` to multiply"
    if token.type == "EQUAL" and before[:2] == ["NAME", "COMMA"]:
        return "names share a distribution, `a, b ~ …`; each definition has a line of its own"
    if token.type == "EQUAL" and before[:1] != ["EQUAL"] and "COMPARE" not in before:
        return "`=` defines a quantity, `==` compares"
    return ""
