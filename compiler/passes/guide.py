"""A spec's own guide, which only variational inference asks for."""

from __future__ import annotations

from dataclasses import replace

from ...grammar.diagnostics import BackendError, Diagnostic
from .. import ir
from .noncentre import asked


def keep_guide(model: ir.Model, backend: str) -> ir.Model:
    """The guide stays where `infer svi` uses it. Raises BackendError (B402) where what it draws
    is to be written by a standard quantity."""
    if not written(model):
        return replace(model, guide=())
    if asked(model):
        help = "leave `noncentered` out, or the guide: automatic ones take either form"
        message = "`noncentered` is not for a spec with a guide of its own"
        raise BackendError(Diagnostic("B402", message, model.inference.span, help=help))
    return model


def written(model: ir.Model) -> bool:
    """Whether the run will take the spec's own guide."""
    settings = dict(model.inference.settings)
    method = model.inference.method
    own = settings.get("guide", "written") == "written"
    return bool(model.guide) and method in ("svi", "auto") and own
