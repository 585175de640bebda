"""The object of a library for a distribution, made as an emitted program makes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ...compiler.backends import BACKENDS
from ...compiler.backends.single import single
from ...compiler.tables.family import Family, Form
from ...grammar.diagnostics import BackendError, Diagnostic, did_you_mean
from ..require import require
from .numbers import Array


def library_object(row: Family, form: Form, values: Mapping[str, Array], backend: str) -> Any:
    """The distribution as NumPyro or Pyro has it, or as programs bring it along for them."""
    if backend not in BACKENDS:
        known = [*BACKENDS]
        help = did_you_mean(backend, known) or f"there are {', '.join(known)}"
        raise BackendError(Diagnostic("B402", f"there is no back-end `{backend}`", help=help))
    require(backend, extra=backend)
    make = _maker(row.name, row.forms.index(form), backend)
    if backend == "pyro":
        import torch

        default = torch.get_default_dtype()
        return make(**{name: torch.as_tensor(v, dtype=default) for name, v in values.items()})
    return make(**values)


@cache
def _maker(name: str, form: int, backend: str) -> Any:
    space: dict[str, Any] = {}
    exec(compile(single(name, form, backend), f"<{name} in {backend}>", "exec"), space)
    return space["make"]
