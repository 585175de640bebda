"""What reading a spec gives: its tree, its comments, and everything that was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from . import tree
from .diagnostics import Diagnostic
from .source import Source, Span


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; `alone` says that nothing stands before it on its line."""

    text: str
    span: Span
    alone: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A spec as read. `spec` holds all that could be read, also where there are errors."""

    source: Source
    spec: tree.Spec
    errors: tuple[Diagnostic, ...] = ()
    comments: tuple[Comment, ...] = ()
