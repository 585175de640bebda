"""Pyro's automatic guides, of a single quantity: the point that all latents are part of."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import pyro
import pyro.distributions as dist
import torch
from pyro import poutine
from pyro.distributions import constraints, transforms
from pyro.infer.autoguide import (
    AutoDelta,
    AutoLaplaceApproximation,
    AutoLowRankMultivariateNormal,
    AutoMultivariateNormal,
    AutoNormal,
    AutoNormalizingFlow,
    init_to_value,
)
from pyro.nn import AutoRegressiveNN

from .coordinates import Coordinates
from .pyro_points import PyroPoints
from .settings import SviSettings

POINT = "point"  # the name of its site


# Spreads move by a part of themselves in each step, as on NumPyro: Pyro would move them by an
# amount, which is a long way where a posterior is wide.
class _Normal(AutoNormal):
    scale_constraint: Any = constraints.positive


class _Multivariate(AutoMultivariateNormal):
    scale_constraint: Any = constraints.positive


class _LowRank(AutoLowRankMultivariateNormal):
    scale_constraint: Any = constraints.positive


class _Outermost(dist.TransformModule):
    """A shift and a stretch of each number, to be learned."""

    domain = constraints.real_vector
    codomain = constraints.real_vector
    bijective = True

    def __init__(self, point: Any, scale: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.loc = torch.nn.Parameter(point.clone())
        self.log_scale = torch.nn.Parameter(torch.full_like(point, scale).log())

    def _call(self, x: Any) -> Any:
        return self.loc + self.log_scale.exp() * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) * (-self.log_scale).exp()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return self.log_scale.sum().expand(x.shape[:-1])


def make_guide(point: Any, scale: float, settings: SviSettings) -> Any:
    """The automatic guide that a setting names, around a point and with a standard deviation; that
    of `laplace` is a point until the end."""
    size = len(point)

    def latent() -> None:
        pyro.sample(POINT, _anywhere(size))

    there: Any = {"init_loc_fn": init_to_value(values={POINT: point})}
    match settings.guide:
        case "delta":
            return AutoDelta(latent, **there)
        case "laplace":
            return AutoLaplaceApproximation(latent, **there)
        case "flow":
            return AutoNormalizingFlow(latent, lambda _: _flows(point, scale, settings))
    wide = there | {"init_scale": scale}
    if settings.guide == "lowrank":
        wide["rank"] = min(settings.rank or max(math.isqrt(size), 1), size)
    kinds: dict[str, Any] = {
        "normal": _Normal,
        "multivariate": _Multivariate,
        "lowrank": _LowRank,
    }
    return kinds[settings.guide](latent, **wide)


def _flows(point: Any, scale: float, settings: SviSettings) -> Any:
    """Inverse autoregressive flows, each in the other direction, that change nothing at first."""
    order: Any = torch.arange(len(point))
    parts: list[Any] = []
    for _ in range(settings.flows):
        order = order.flip(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of one number alone: nothing for it to depend on
            network = AutoRegressiveNN(
                len(point),
                [max(settings.hidden, len(point))],  # Pyro wants as many as there are numbers
                permutation=order,
                nonlinearity=torch.nn.Tanh(),
            )
        for last in network.layers[-1].parameters():
            torch.nn.init.zeros_(last)
        parts.append(transforms.AffineAutoregressive(network, log_scale_min_clip=-3.0))
    return transforms.ComposeTransformModule([*parts, _Outermost(point, scale)])


class _Moved(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, u: Any, where: Coordinates) -> Any:
        ctx.where = where
        return torch.from_numpy(where.points(u.numpy()))

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> tuple[Any, None]:
        return torch.from_numpy(ctx.where.pulled(gradient.numpy())), None


def moved(u: Any, where: Coordinates) -> Any:
    """The points with coordinates that are the rows of a tensor; differentiable."""
    return _Moved.apply(u, where)  # type: ignore[no-untyped-call]


class Automatic:
    """An automatic guide and the program, as a pair of which Pyro's SVI makes the ELBO.

    `own` is the guide of one point, of which `count` are drawn in a step, in the coordinates
    `where`.
    """

    given: Mapping[str, Any] = {}  # what model and guide are called with
    particles = 1  # of Pyro's, each with all points

    def __init__(self, points: PyroPoints, own: Any, count: int, where: Coordinates | None) -> None:
        self.points = points
        self.own = own
        self.count = count
        self.where = where
        self.volume = where.log_volume if where else 0.0

    def guide(self) -> None:
        """So many points; model and guide are scaled, so that the ELBO is the mean over them."""
        with poutine.scale(scale=1 / self.count):
            self._several(self.count)

    def model(self) -> None:
        """The density of these points, outside of their plate: it knows plates of its own."""
        with poutine.scale(scale=1 / self.count):
            with pyro.plate("particles", self.count, dim=-1):
                drawn = pyro.sample(POINT, _anywhere(self.points.dimension))
            points = moved(drawn, self.where) if self.where else drawn
            pyro.factor("density", (self.volume - self.points.heights(points)).sum())

    def draw(self, count: int) -> tuple[Any, Any]:
        """Points from the guide, in its coordinates, and its log density there."""
        trace: Any = poutine.trace(self._several).get_trace(count)
        trace.compute_log_prob()
        sites = [site for site in trace.nodes.values() if site["type"] == "sample"]
        return trace.nodes[POINT]["value"], sum(site["log_prob"].expand(count) for site in sites)

    def _several(self, count: int) -> None:
        with pyro.plate("particles", count, dim=-1):
            self.own()


def _anywhere(size: int) -> Any:
    """Density 1 at all points; it can be drawn from, which some guides do once."""
    return dist.Normal(torch.zeros(size), torch.ones(size)).to_event(1).mask(False)
