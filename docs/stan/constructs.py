"""The constructs as a table: two programs for one model in each row."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct of Stan, whole programs that have it, and the data they are compared with."""

    name: str
    part: str
    """The heading under which it stands."""
    stan: str
    bayes: str
    shows: tuple[str, str]
    """What the table quotes of the two programs; `…` leaves something out."""
    data: dict[str, Any]
    note: str = ""
    own_scale: bool = False
    """Whether the unconstrained coordinates of the two differ."""


def constructs() -> list[Construct]:
    """The table, in the order of the page."""
    rows = tomllib.loads((HERE / "constructs.toml").read_text(encoding="utf-8"))["construct"]
    return [Construct(**{**row, "shows": tuple(row["shows"])}) for row in rows]
