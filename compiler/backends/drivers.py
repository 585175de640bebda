"""How a program of its own infers: the library's NUTS, or its variational inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables.inference import OPTIMISERS, optimiser

if TYPE_CHECKING:
    from .emitter import Emitter

_AUTOGUIDES: Mapping[str, str] = {
    "normal": "AutoNormal",
    "multivariate": "AutoMultivariateNormal",
    "lowrank": "AutoLowRankMultivariateNormal",
    "delta": "AutoDelta",
    "laplace": "AutoLaplaceApproximation",
    "flow": "AutoIAFNormal",
}
"""Automatic guides, which both libraries call the same."""


_OF_BOTH = '{*MANIFEST["arguments"], *MANIFEST["guide"]["arguments"]}'


@dataclass(frozen=True)
class Library:
    """What differs between the libraries' drivers.

    `modules` are imported by every program; `kernel` maps our settings to arguments of NUTS.
    `optimisers` are classes by our names, of the module `optim`, and how they are called.
    """

    modules: tuple[str, ...]
    infer: str
    kernel: Mapping[str, str]
    optim: str
    optimisers: Mapping[str, tuple[str, str]]


NUMPYRO = Library(
    modules=("jax", "numpyro"),
    infer="numpyro.infer",
    kernel={"target_accept": "target_accept_prob"},
    optim="numpyro.optim",
    optimisers={
        "adam": ("Adam", "Adam({learning_rate})"),
        "clipped_adam": ("ClippedAdam", "ClippedAdam({learning_rate}, clip_norm={clip})"),
        "sgd": ("Momentum", "Momentum({learning_rate}, mass={momentum})"),
        "adamw": ("optax_to_numpyro", "optax_to_numpyro(optax.adamw({learning_rate}))"),
    },
)
PYRO = Library(
    modules=("pyro", "torch"),
    infer="pyro.infer",
    kernel={"target_accept": "target_accept_prob", "dense_mass": "full_mass"},
    optim="pyro.optim",
    optimisers={
        "adam": ("Adam", 'Adam({{"lr": {learning_rate}}})'),
        "clipped_adam": (
            "ClippedAdam",
            'ClippedAdam({{"lr": {learning_rate}, "clip_norm": {clip}}})',
        ),
        "sgd": ("SGD", 'SGD({{"lr": {learning_rate}, "momentum": {momentum}}})'),
        "adamw": ("AdamW", 'AdamW({{"lr": {learning_rate}}})'),
    },
)

_KERNEL = ("target_accept", "max_tree_depth", "dense_mass", "step_size")


def driver(emitter: Emitter) -> dict[str, Any]:
    """What the template of `main` needs; notes the imports of the driver that it shows."""
    library, settings = emitter.runs, dict(emitter.model.inference.settings)
    for module in ("argparse", "numpy", *library.modules):
        emitter.imports.need(module)
    if emitter.model.generated and emitter.backend == "numpyro":
        emitter.imports.take("numpyro.diagnostics", "print_summary")
    own = bool(emitter.model.guide)
    if emitter.model.inference.method != "svi" and not own:
        emitter.imports.take(library.infer, "MCMC", "NUTS")
        return {"driver": "nuts", "kernel": _kernel(settings, library.kernel)}
    emitter.imports.take(library.infer, "SVI", "Trace_ELBO")
    found = {
        "driver": "svi",
        "names": _OF_BOTH if own else 'MANIFEST["arguments"]',
        "guide": "" if own else _guide(emitter, settings),
        "optimiser": _optimiser(emitter, settings),
        "particles": settings.get("particles", 8),
        "steps": settings.get("steps", 10000),
    }
    if own or emitter.backend == "pyro":
        emitter.imports.take(library.infer, "Predictive")
    if emitter.backend == "numpyro":
        emitter.imports.take("numpyro.diagnostics", "print_summary")
    return found


def _kernel(settings: dict[str, Any], there: Mapping[str, str]) -> str:
    """The arguments of NUTS: the model, and what the spec sets."""
    said = [key for key in _KERNEL if settings.get(key, "auto") != "auto"]
    given = [f"{there.get(key, key)}={settings[key]!r}" for key in said]
    return ", ".join(["model", *given])


def _guide(emitter: Emitter, settings: dict[str, Any]) -> str:
    name = str(settings.get("guide", "normal"))
    class_name = _AUTOGUIDES[name]
    emitter.imports.take(f"{emitter.runs.infer}.autoguide", class_name)
    rank = int(str(settings.get("rank", 0)))
    return f"{class_name}(model{f', rank={rank}' if name == 'lowrank' and rank else ''})"


def _optimiser(emitter: Emitter, settings: dict[str, Any]) -> str:
    name, given = optimiser(str(settings.get("optimizer", "adam")))
    values = {**OPTIMISERS[name], "learning_rate": settings.get("learning_rate", 0.01), **given}
    class_name, call = emitter.runs.optimisers[name]
    emitter.imports.take(emitter.runs.optim, class_name)
    if "optax" in call:
        emitter.imports.need("optax")
    return call.format(**values)
