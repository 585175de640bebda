"""Bayescript: Bayesian models as data, compiled to programs that a statistician could have written.

import bayescript as bs

model = bs.load("investment.bayes")
print(model.compile("numpyro").source)
fit = model.fit("investment.csv", chains=4)
print(fit.summary())
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .grammar.diagnostics import (
    BackendError,
    BayescriptError,
    DataError,
    Diagnostic,
    RunError,
    SpecError,
)
from .runtime.model import Model, load, loads

if TYPE_CHECKING:
    from .compiler.backends import Program
    from .runtime.fit import Fit, load_fit
    from .runtime.resume import resume

_LATE = {
    "Fit": ".runtime.fit",
    "load_fit": ".runtime.fit",
    "Program": ".compiler.backends",
    "resume": ".runtime.resume",
}


def __getattr__(name: str) -> Any:
    """What only some users need is imported when it is asked for."""
    if name in _LATE:
        return getattr(import_module(_LATE[name], __name__), name)
    if name == "distributions":
        return import_module(".distributions", __name__)
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("bayescript")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0+unknown"


__all__ = [
    "BackendError",
    "BayescriptError",
    "DataError",
    "Diagnostic",
    "Fit",
    "Model",
    "Program",
    "RunError",
    "SpecError",
    "__version__",
    "load",
    "load_fit",
    "loads",
    "resume",
]
