"""Warnings and lints that the caller does not want to hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..grammar.codes import CODES
from ..grammar.diagnostics import BayescriptError, Diagnostic, did_you_mean


def without(found: Iterable[Diagnostic], codes: Sequence[str]) -> tuple[Diagnostic, ...]:
    """What was found, but for some codes. Raises BayescriptError (B411) where one is no warning."""
    codes = [codes] if isinstance(codes, str) else codes
    for code in codes:
        if code not in CODES:
            help = did_you_mean(code, [c for c in CODES if c.startswith("W")])
            help = help or "`bayescript explain` lists all"
            raise BayescriptError(Diagnostic("B411", f"there is no code `{code}`", help=help))
        if code.startswith("B"):
            help = "mend it; only warnings and lints, whose codes begin with W, can be left out"
            message = f"`{code}` is an error, which cannot be ignored"
            raise BayescriptError(Diagnostic("B411", message, help=help))
    return tuple(one for one in found if one.code not in codes)
