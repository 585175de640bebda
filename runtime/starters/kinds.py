"""The kinds of starter specs: what each is for, and its text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ...grammar.diagnostics import Diagnostic, RunError, did_you_mean

_SPECS = Path(__file__).with_name("specs")

KINDS: Mapping[str, str] = {
    "regression": "a number explained by others",
    "robust": "the same, where some rows may lie far off",
    "positive": "a number above 0, such as a time, a price or a weight",
    "logistic": "yes or no",
    "counts": "how many, with time at risk",
    "proportions": "a share between 0 and 1",
    "categories": "one of several kinds",
    "ordinal": "one of several levels with an order",
    "hierarchical": "groups with levels of their own, partially pooled",
    "slopes": "groups that differ in level and slope",
    "crossed": "rows that belong to two groupings at once",
    "survival": "times until something happens, some of them not over yet",
    "missing": "empty cells, in predictors and outcomes",
    "meta": "estimates of several studies with their standard errors",
    "series": "numbers in the order of time",
}
"""What each kind is for. Its spec lies beside, under its name."""


def starter(kind: str) -> str:
    """The spec of a kind. Raises RunError (B607) where there is no such kind."""
    known(kind)
    return (_SPECS / f"{kind}.bayes").read_text(encoding="utf-8")


def known(kind: str) -> str:
    """The kind itself. Raises RunError (B607) where there is none of that name."""
    if kind in KINDS:
        return kind
    help = did_you_mean(kind, KINDS) or "there are: " + ", ".join(KINDS)
    raise RunError(Diagnostic("B607", f"there is no starter `{kind}`", help=help))


def listed() -> str:
    """All kinds, one a line."""
    width = max(map(len, KINDS))
    return "".join(f"{name:<{width}}  {about}\n" for name, about in KINDS.items())
