"""What lints say of a spec, short enough to be written beside it."""

from __future__ import annotations

from typing import Any

import bayescript as bs


def said(spec: str, data: Any = None, **plates: int) -> list[str]:
    """The codes and the names, or what else stands between the first backquotes, in order."""
    model = bs.loads(spec)
    assert not model.warnings, "\n".join(one.message for one in model.warnings)
    return [f"{one.code} {_first(one.message)}" for one in model.lint(data, sizes=plates or None)]


def _first(message: str) -> str:
    pieces = message.split("`")
    return pieces[1] if len(pieces) > 1 else ""
