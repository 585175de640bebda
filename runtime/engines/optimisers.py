"""Optimisers of a guide's parameters and the schedules of their learning rate, from Optax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...compiler.tables.inference import OPTIMISERS, optimiser
from ..require import require

_LEFT = 0.01  # share of the learning rate that `exponential` ends with


def make_optimiser(text: str) -> Any:
    """The transformation of gradients that `adam(b1 = 0.8)` names, without its learning rate."""
    optax = require("optax", extra="numpyro")
    name, given = optimiser(text)
    chosen = {**OPTIMISERS[name], **given}
    if name == "sgd":
        return optax.trace(chosen["momentum"]) if chosen["momentum"] else optax.identity()
    adam = optax.scale_by_adam(b1=chosen["b1"], b2=chosen["b2"], eps=chosen["eps"])
    if name == "clipped_adam":
        return optax.chain(optax.clip(chosen["clip"]), adam)
    if name == "adamw":
        return optax.chain(adam, optax.add_decayed_weights(chosen["weight_decay"]))
    return adam


def make_schedule(name: str, steps: int) -> Callable[[Any], Any]:
    """The factor of the learning rate at each step."""
    optax = require("optax", extra="numpyro")
    factors: dict[str, Callable[[], Any]] = {
        "constant": lambda: optax.constant_schedule(1.0),
        "cosine": lambda: optax.cosine_decay_schedule(1.0, steps),
        "exponential": lambda: optax.exponential_decay(1.0, steps, _LEFT),
        "one_cycle": lambda: optax.cosine_onecycle_schedule(steps, 1.0),
    }
    schedule: Callable[[Any], Any] = factors[name]()
    return schedule
