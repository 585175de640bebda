"""Variational inference by Pyro: its SVI, its ELBO and its automatic guides on an emitted program.

How the steps are told, judged, averaged and ended is the same as for NumPyro (`svi.py`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyro
import torch
from pyro.infer import SVI, Trace_ELBO

from ..execute import Program
from .coordinates import Coordinates
from .pyro_density import seeded
from .pyro_guides import Automatic, make_guide
from .pyro_optimisers import make_optimiser
from .pyro_points import PyroPoints
from .pyro_written import PyroWritten
from .settings import Callback, Draws, SviSettings
from .starts import BLOCK
from .svi import fitted

State = tuple[int, np.ndarray]  # steps made, and the parameters of the guide
Pair = Automatic | PyroWritten


class PyroFitter(PyroPoints):
    """A program, its data and a guide, which `start` makes."""

    def __init__(self, program: Program, given: dict[str, Any], settings: SviSettings) -> None:
        super().__init__(program, given, settings)
        self.settings = settings
        self.derivatives: list[Any] = [self.slope, self.curvature]
        self.coordinates: Coordinates | None = None  # those of the guide, where they are its own
        self._store: Any = {"params": {}, "constraints": {}}

    def key(self, use: int) -> Any:
        """What decides all random numbers of one use."""
        return self.settings.seed, use

    def start(self, key: Any, point: np.ndarray, scale: Any) -> State:
        """Makes the guide, an automatic one around a point, and its optimiser."""
        chosen = self.settings
        with self._own(), seeded(*key):
            self.pair: Pair
            if chosen.guide == "written":
                self.pair = PyroWritten(self, chosen)
            else:
                own = make_guide(torch.as_tensor(point), float(scale), chosen)
                count = 1 if chosen.guide in ("delta", "laplace") else chosen.particles
                self.pair = Automatic(self, own, count, self.coordinates)
            shape = chosen.optimizer, chosen.rate, chosen.schedule, chosen.steps
            self.optimiser = make_optimiser(*shape)
            elbo = Trace_ELBO(num_particles=self.pair.particles)
            how: Any = {"loss": elbo.loss, "loss_and_grads": _passing_over(elbo)}
            self.svi = SVI(self.pair.model, self.pair.guide, self.optimiser, **how)
            for function in (self.pair.guide, self.pair.model):
                function(**self.pair.given)  # makes its parameters
            return 0, _flat()

    def advance(
        self, state: State, total: Any, count: Any, rate: Any, key: Any, data: Any
    ) -> tuple[State, Any, np.ndarray]:
        """`count` steps, of which the noise is that of their numbers whatever the calls."""
        step, elbo = state[0], np.zeros(int(count))
        with self._own():
            for place in range(len(elbo)):
                with seeded(*key, step):
                    elbo[place] = -self.svi.step(**self.pair.given)
                self.optimiser.step()  # the schedule of the learning rate
                step += 1
                total = total + _flat()
            return (step, _flat()), total, elbo

    def draw(self, parameters: np.ndarray, key: Any) -> tuple[np.ndarray, np.ndarray]:
        """A block of points from the guide, and its log density there."""
        with self._own(), torch.no_grad(), seeded(*key):
            _set(parameters)
            points, density = self.pair.draw(BLOCK)
            return points.numpy(), density.numpy()

    @contextmanager
    def _own(self) -> Iterator[None]:
        """Parameters of this run alone."""
        with self.ready(), pyro.get_param_store().scope(self._store):
            yield


def run(
    program: Program, given: dict[str, Any], settings: SviSettings, callback: Callback
) -> Draws:
    """Draws from the guide that comes nearest to the posterior, as `svi.run` gives them."""
    return fitted(PyroFitter(program, given, settings), callback)


def _passing_over(elbo: Trace_ELBO) -> Callable[..., float]:
    """The loss and its gradients, which are zero where a number is beyond what floats can hold."""

    def loss_and_grads(model: Any, guide: Any, **given: Any) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a loss that is not finite: the ELBO tells it
            loss = float(elbo.loss_and_grads(model, guide, **given))
        parameters = pyro.get_param_store().named_parameters()
        slopes = [one.grad for _, one in parameters if one.grad is not None]
        if np.isfinite(loss) and all(torch.isfinite(one).all() for one in slopes):
            return loss
        for one in slopes:
            one.zero_()
        return float("nan")

    return loss_and_grads


def _flat() -> np.ndarray:
    """All parameters on the unconstrained scale, as one vector."""
    parts = [one.detach().reshape(-1) for _, one in pyro.get_param_store().named_parameters()]
    found: np.ndarray = torch.cat(parts).numpy()
    return found


def _set(parameters: np.ndarray) -> None:
    """Puts such a vector in their place."""
    named = list(pyro.get_param_store().named_parameters())
    parts = torch.split(torch.as_tensor(parameters), [one.numel() for _, one in named])
    for (_, one), part in zip(named, parts, strict=True):
        one.data.copy_(part.reshape(one.shape))
