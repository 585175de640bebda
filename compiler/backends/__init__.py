"""The back-ends, by name. A back-end says what it accepts and prints the rest."""

from __future__ import annotations

from collections.abc import Mapping

from .emitter import Emitter
from .numpyro import NumpyroEmitter
from .program import Program

BACKENDS: Mapping[str, type[Emitter]] = {"numpyro": NumpyroEmitter}

__all__ = ["BACKENDS", "Emitter", "Program"]
