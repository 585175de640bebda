"""What a spec generates after inference, by a Pyro program: draw after draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from pyro import poutine

from ...compiler.tables.constraints import CONSTRAINTS
from ..execute import Program
from .pyro_density import exact, float64, tensors


def generate_each(
    program: Program,
    given: Mapping[str, Any],
    draws: Mapping[str, np.ndarray],
    asked: Mapping[str, str],
    seed: int,
) -> dict[str, np.ndarray]:
    """Every site of the program's `generate`, with the axes (chain, draw, ...)."""
    exact(program)
    shape = next(iter(draws.values())).shape[:2]
    state = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1)
    rows: list[dict[str, np.ndarray]] = []
    with float64(), torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(state))
        data = tensors(program, dict(given))
        for at in np.ndindex(*shape):
            own = {name: torch.as_tensor(draws[name][at]) for name in asked}
            nodes: Any = poutine.trace(program.module.generate).get_trace(**data, **own).nodes
            sites = {n: one for n, one in nodes.items() if one["type"] == "sample"}
            rows.append({n: np.asarray(one["value"]) for n, one in sites.items()})
    joined = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return {
        name: whole(program, name, one.reshape(*shape, *one.shape[1:]))
        for name, one in joined.items()
        if name in program.manifest["sites"]
    }


def whole(program: Program, name: str, cells: np.ndarray) -> np.ndarray:
    """Counts and categories as whole numbers, which torch does not have them as."""
    support = program.manifest["sites"][name].get("support", "")
    whole = support in CONSTRAINTS and CONSTRAINTS[support].integer
    return cells.astype(np.int64) if whole else cells
