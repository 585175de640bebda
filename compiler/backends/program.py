"""What a back-end gives back: source that stands alone, and a manifest of what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """An emitted program. `manifest` is the literal that stands at its end, as a mapping.

    Its keys: `spec`, `model`, `backend`, `inputs` (what each argument is, by role), `prepare` and
    `prepared` (arguments and results of the data stage), `arguments` (of `model`), `outcomes`,
    `nearly_normal` (where the posterior is known to have one mode and no funnel), and `sites`
    (kind, dims, support, line and statement of everything that the model records).
    """

    source: str
    name: str
    backend: str
    manifest: Mapping[str, Any]

    def __str__(self) -> str:
        return self.source
