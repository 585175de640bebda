"""Comments that allow something which is not said there, or which cannot be allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...grammar.codes import CODES
from ...grammar.diagnostics import Diagnostic, Fix, did_you_mean
from ..allowed import Allowance, allowances
from ..pipeline import Compilation

OF_DATA = frozenset(
    {"W205", "W206", "W207", "W208", "W211", "W215", "W216", "W217", "W218", "W219"}
)
"""What data decide: without them nobody can say that it is allowed for nothing."""


def idle_allowances(
    compilation: Compilation, said: Sequence[Diagnostic], with_data: bool
) -> Iterator[Diagnostic]:
    """W220 for each code in a comment that allows nothing of what is `said`."""
    said = [*said, *compilation.every_warning]
    for allowance in allowances(compilation.reading):
        if any(allowance.allows(one) for one in said):
            continue
        if allowance.code in OF_DATA and not with_data:
            continue
        yield _idle(allowance, said, compilation)


def _idle(allowance: Allowance, said: Sequence[Diagnostic], compilation: Compilation) -> Diagnostic:
    code = allowance.code
    elsewhere = [one.span for one in said if one.code == code and one.span]
    if code not in CODES:
        message = f"there is no code `{code}`, so this comment allows nothing"
        help = did_you_mean(code, [c for c in CODES if c.startswith("W2")])
        help = help or "`bayescript explain` lists all codes"
    elif not code.startswith("W2"):
        what = "an error" if code.startswith("B") else "no warning about a line of a spec"
        message = f"`{code}` is {what}: a comment cannot allow it"
        help = "remove the comment; what it can allow are the codes that begin with W2"
    elif elsewhere:
        line, _ = compilation.source.place(elsewhere[0].start)
        message = f"`{code}` is not said here, so this comment allows nothing"
        help = f"it is said of line {line}: put the comment above that line, or at its end"
    else:
        message = f"`{code}` is not said here, so this comment allows nothing"
        help = "remove the comment"
    comment = allowance.comment
    fixes = (Fix(comment.span, ""),) if allowance.only and not elsewhere else ()
    return Diagnostic("W220", message, allowance.span, help=help, remedies=fixes)
