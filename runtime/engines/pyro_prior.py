"""Draws of a Pyro program in which nothing is observed: one after another.

A run of the model takes less than a millisecond. Draws side by side, in a plate to the left, would
be taken for plates of the program by whatever looks up `level[firm]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from pyro import poutine

from ..execute import Program
from .pyro_density import exact, float64, quick, seeded, tensors
from .pyro_generate import whole


def simulate_each(
    program: Program, given: dict[str, Any], wanted: Sequence[str], draws: int, seed: int
) -> dict[str, np.ndarray]:
    """The sites `wanted`, with draws along the first axis; their numbers decide each draw."""
    exact(program)
    rows: list[dict[str, np.ndarray]] = []
    with float64(), quick(sum(np.size(one) for one in given.values())), torch.no_grad():
        arguments = tensors(program, given)
        for number in range(draws):
            with seeded(seed, number):
                nodes: Any = poutine.trace(program.model).get_trace(**arguments).nodes
            rows.append({name: nodes[name]["value"].numpy() for name in wanted if name in nodes})
    joined = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return {name: whole(program, name, one) for name, one in joined.items()}
