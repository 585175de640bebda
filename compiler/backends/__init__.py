"""The back-ends, by name. A back-end says what it accepts and prints the rest."""

from __future__ import annotations

from collections.abc import Mapping

from ...grammar.source import Source
from .. import ir
from . import limits
from .emitter import Emitter
from .numpyro import NumpyroEmitter
from .program import Program
from .pyro import PyroEmitter
from .skeleton import Skeleton

BACKENDS: Mapping[str, type[Emitter]] = {"numpyro": NumpyroEmitter, "pyro": PyroEmitter}


def emit(backend: str, model: ir.Model, source: Source) -> Program:
    """The program of a model that has been through the passes.

    Raises BackendError where the library lacks a function, or a derivative that sampling needs.
    """
    emitter = BACKENDS[backend](model, source)
    others = [
        BACKENDS[backend](model, source, block, emitter)
        for block in ("guide", "generate")
        if getattr(model, "generated" if block == "generate" else block)
    ]
    for one in (emitter, *others):
        limits.check(one, BACKENDS.values())
    return Skeleton(emitter, emitter.body(), [(one, one.body()) for one in others]).program()


__all__ = ["BACKENDS", "Emitter", "Program", "emit"]
