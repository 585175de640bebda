"""Changes that were tried: only those are offered that leave a whole spec without the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ...grammar.diagnostics import Diagnostic, Fix, SpecError
from ...grammar.source import Source
from ..pipeline import Compilation

Again = Callable[[Compilation], Iterable[Diagnostic]]
"""Looks at the changed spec; a change after which the same is said again is no remedy."""


def tried(found: Diagnostic, before: Compilation, again: Again) -> Diagnostic:
    """A finding with those of its remedies that work."""
    if not found.remedies:
        return found
    kept = tuple(fix for fix in found.remedies if _works(fix, found, before, again))
    return replace(found, remedies=kept)


def _works(fix: Fix, found: Diagnostic, before: Compilation, again: Again) -> bool:
    source, span = before.source, fix.span
    text = source.text[: span.start] + fix.text + source.text[span.end :]
    after = Compilation(Source(text, source.name, source.surface))
    try:
        warned = {one.code for one in after.warnings}
        said = [(one.code, one.message) for one in again(after)]
    except SpecError:
        return False
    new = warned - {one.code for one in before.warnings}
    return not new and (found.code, found.message) not in said
