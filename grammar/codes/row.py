"""What is known of one code: its meaning, the reason for it, and two examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..source import Surface

Step = Literal[
    "compile",
    "show",
    "bind",
    "lint",
    "fit",
    "load",
    "load_fit",
    "resume",
    "predict",
    "prior",
    "convert",
    "explain",
    "new",
]


@dataclass(frozen=True, slots=True)
class Example:
    """A spec and what is done with it.

    `tables` are CSV texts by plate; for the step `predict`, those called `new_…` are what is
    predicted for. `step` is the call that meets the error, `call` its keyword arguments. `shown`
    is what a run says, for the steps that need heavy libraries; `...` in it stands for what
    differs from machine to machine.
    """

    spec: str
    tables: Mapping[str, str] = field(default_factory=dict)
    step: Step = "compile"
    call: Mapping[str, object] = field(default_factory=dict)
    surface: Surface = "text"
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: `why` it is said, what to do, and how it comes about and goes away.

    `unprovoked` says why there are no examples, where there are none.
    """

    code: str
    title: str
    why: str
    remedy: str
    wrong: Example | None = None
    right: Example | None = None
    unprovoked: str = ""

    @property
    def family(self) -> str:
        """The letter and the first digit, such as `B2`."""
        return self.code[:2]
