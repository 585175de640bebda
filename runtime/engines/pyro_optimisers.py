"""Optimisers of a guide's parameters and the schedules of their learning rate, from PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from pyro.optim import PyroLRScheduler
from torch.optim import lr_scheduler

from ...compiler.tables.inference import OPTIMISERS, optimiser

_LEFT = 0.01  # share of the learning rate that `exponential` ends with

_SCHEDULES: Mapping[str, Callable[[float, int], tuple[Any, dict[str, Any]]]] = {
    "constant": lambda rate, steps: (lr_scheduler.ConstantLR, {"factor": 1.0}),
    "cosine": lambda rate, steps: (lr_scheduler.CosineAnnealingLR, {"T_max": steps}),
    "exponential": lambda rate, steps: (
        lr_scheduler.ExponentialLR,
        {"gamma": _LEFT ** (1 / steps)},
    ),
    "one_cycle": lambda rate, steps: (
        lr_scheduler.OneCycleLR,
        # One more than there are steps: the scheduler is told of the end of the last one, too.
        {"max_lr": rate, "total_steps": steps + 1, "cycle_momentum": False},
    ),
}


def make_optimiser(text: str, rate: float, schedule: str, steps: int) -> PyroLRScheduler:
    """The optimiser that `adam(b1 = 0.8)` names, with a schedule of its learning rate."""
    name, given = optimiser(text)
    chosen = {**OPTIMISERS[name], **given}
    arguments: dict[str, Any] = {"lr": rate}
    if name == "sgd":
        arguments["momentum"] = chosen["momentum"]
    else:
        arguments |= {"betas": (chosen["b1"], chosen["b2"]), "eps": chosen["eps"]}
    if name == "adamw":
        arguments["weight_decay"] = chosen["weight_decay"]
    # Pyro's ClippedAdam corrects its bias elsewhere; this is Adam of a clipped gradient.
    clip = {"clip_value": chosen["clip"]} if name == "clipped_adam" else None
    kind = {"adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}.get(name, torch.optim.Adam)
    scheduler, shape = _SCHEDULES[schedule](rate, steps)
    return PyroLRScheduler(scheduler, {"optimizer": kind, "optim_args": arguments, **shape}, clip)
