"""Refuses what a library can compute but not differentiate, before a sampler meets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...grammar.diagnostics import BackendError, Diagnostic
from .. import ir
from ..inline import log_mass
from ..walk import names, walk

_WITHOUT: Mapping[str, int] = {"betainc": 2}
"""Functions of JAX without a derivative in so many of their first arguments."""


def check(model: ir.Model, statements: Iterable[ir.Statement]) -> None:
    """Raises BackendError (B410) where a latent reaches an argument without a derivative."""
    stated = list(statements)
    latent = {s.name for s in stated if not (isinstance(s, ir.Sample) and s.observed)}
    for statement in stated:
        for node in _calls(statement, model):
            shapes = node.arguments[: _WITHOUT.get(node.function, 0)]
            for name in sorted({n for shape in shapes for n in names(shape)} & latent):
                raise BackendError(
                    Diagnostic(
                        "B410",
                        f"NumPyro cannot differentiate this in `{name}`",
                        statement.span,
                        label="by the incomplete beta function",
                        help=f"fix `{name}` or make it data; or restrict the support without "
                        "renormalising, `x : positive ~ …`",
                    )
                )


def _calls(statement: ir.Statement, model: ir.Model) -> Iterator[ir.Call]:
    for node in walk(statement):
        if isinstance(node, ir.Call):
            yield node
        elif isinstance(node, ir.Restricted) and node.normalised:
            yield from (n for n in walk(log_mass(node, model)) if isinstance(n, ir.Call))
