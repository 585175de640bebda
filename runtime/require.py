"""Heavy libraries, imported where they are needed, with a word on what to install."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from ..grammar.diagnostics import BackendError, Diagnostic


def require(library: str, *, extra: str) -> ModuleType:
    """The module `library`; raises BackendError (B408) naming the extra that brings it."""
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        root = library.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != root:
            raise  # something that the library itself needs is missing: its own message is best
        raise BackendError(
            Diagnostic(
                "B408",
                f"this needs {root}, which is not installed",
                help=f"pip install 'bayescript[{extra}]'",
            )
        ) from None
