"""A language server: what editors ask about a spec while it is being written."""

from __future__ import annotations


def main() -> None:
    """Serve an editor over standard input and output until it says goodbye.

    Raises BackendError (B408) where the protocol's library is not installed.
    """
    from ..runtime.require import require

    require("pygls.lsp.server", extra="lsp")
    from .server import serve

    serve()


__all__ = ["main"]
