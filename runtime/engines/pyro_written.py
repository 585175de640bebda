"""A guide that the spec itself writes, as the program's function beside its model."""

from __future__ import annotations

from typing import Any

import pyro
import torch
from pyro import poutine

from .pyro_points import PyroPoints
from .settings import SviSettings


class PyroWritten:
    """The guide and the model of a program, as a pair of which Pyro's SVI makes the ELBO.

    The ELBO is that on the latents' own scales: the Jacobians of both sides would cancel.
    """

    def __init__(self, points: PyroPoints, settings: SviSettings) -> None:
        self.points = points
        self.model = points.program.model
        self.guide = points.program.module.guide
        self.given = points.given  # what `model` takes `guide` takes, too
        self.particles = settings.particles

    def draw(self, count: int) -> tuple[Any, Any]:
        """Points from the guide, and its log density there."""
        drawn = [self._draw() for _ in range(count)]
        return torch.stack([one[0] for one in drawn]), torch.stack([one[1] for one in drawn])

    def _draw(self) -> tuple[Any, Any]:
        trace: Any = poutine.trace(self.guide).get_trace(**self.given)
        kinds = ("sample", "param")
        values = {n: site["value"] for n, site in trace.nodes.items() if site["type"] in kinds}
        # The model may learn what the guide does not ask for.
        point, more = self.points.unconstrained(dict(pyro.get_param_store().items()) | values)
        return point, trace.log_prob_sum() + more
