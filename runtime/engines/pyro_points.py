"""A Pyro program as functions of points: flat vectors of unconstrained numbers.

What `density.py` and `points.py` are for NumPyro. Many points are worked on together by `vmap`,
which is right for any program whose operations know it: batches of Pyro's own, in plates to the
left, would be taken for plates of the program by whatever looks up `level[firm]`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import torch
from pyro import poutine
from pyro.distributions import constraints
from pyro.poutine.messenger import Messenger
from torch.distributions import biject_to

from ...grammar.diagnostics import BackendError, Diagnostic, RunError
from ..execute import Program
from .engine import nowhere
from .pyro_density import float64, on_the_processor, quick, tensors
from .settings import Common

Values = dict[str, Any]

_TOGETHER = 10  # points that are worked on at a time: bounds the memory


class _Placed(Messenger):
    """Gives each latent the value that its part of a point stands for, or takes the part from it.

    What the model learns without a prior is part of a point, too, and adds nothing to its density.
    """

    def __init__(self, parts: Values | None = None, values: Values | None = None) -> None:
        super().__init__()
        self.parts = parts or {}
        self.values = values or {}
        self.volume: Any = 0.0  # the log of the Jacobian's determinant, in nats

    def _pyro_sample(self, site: Any) -> None:
        if site["is_observed"] or site["done"] or type(site["fn"]).__name__ == "_Subsample":
            return
        name, support = site["name"], site["fn"].support
        if support.is_discrete:
            message = f"`{name}` is discrete, and the methods here are for continuous quantities"
            raise BackendError(Diagnostic("B405", message, help="sum it out in the spec"))
        transform = biject_to(support)  # made anew each time: a bound may itself be a latent
        site["value"] = self._value(name, transform, site["fn"].shape())
        z = self.parts[name]
        self.volume = self.volume + transform.log_abs_det_jacobian(z, site["value"]).sum()
        site["done"] = True

    def _pyro_param(self, site: Any) -> None:
        transform = biject_to(site["kwargs"].get("constraint", constraints.real))
        site["value"] = self._value(site["name"], transform, np.shape(site["args"][1]))
        site["done"] = True

    def _value(self, name: str, transform: Any, shape: Any) -> Any:
        """Of a quantity, whose part is noted; it is zero where nothing is known."""
        if name in self.values:
            self.parts[name] = transform.inv(self.values[name])
            return self.values[name]
        if name not in self.parts:
            self.parts[name] = torch.zeros(transform.inverse_shape(torch.Size(shape)))
        return transform(self.parts[name])


class PyroPoints:
    """A program and its data; `programs` are values at points, slope and curvature.

    With `jacobian` the slope and curvature are those of the density of the point, without it those
    of the density of the latents on their own scales.
    """

    def __init__(
        self, program: Program, given: dict[str, Any], settings: Common, jacobian: bool = True
    ) -> None:
        on_the_processor(settings.device)
        self.program = program
        self.chosen = settings
        self.jacobian = jacobian
        self.data: dict[str, Any] = {}  # the functions know their data
        self.numbers = sum(np.size(one) for one in given.values())
        with self.ready(), torch.no_grad():
            self.given = tensors(program, given)
            _, placed = self._at(_Placed())
            self.shapes = {name: tuple(part.shape) for name, part in placed.parts.items()}
        self.programs: list[Any] = [self.at, self.slope, self.curvature]
        self.notes: dict[str, Any] = {"dimension": self.dimension, "sampled": list(self.shapes)}

    @contextmanager
    def ready(self) -> Iterator[None]:
        """PyTorch as it computes here, for what is asked of tensors, too."""
        with float64(), quick(self.numbers), warnings.catch_warnings():
            # Of operations that `vmap` does point by point: nothing that a user could change.
            warnings.filterwarnings("ignore", "There is a performance drop")
            yield

    @property
    def dimension(self) -> int:
        """How many unconstrained numbers make up a point."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def scalars(self) -> list[str]:
        """What each number of a point belongs to, such as `theta[2]`, counted from 0."""
        return [
            f"{name}[{', '.join(map(str, index))}]" if shape else name
            for name, shape in self.shapes.items()
            for index in np.ndindex(*shape)
        ]

    def at(self, points: np.ndarray, data: Any = None) -> tuple[dict[str, Any], np.ndarray]:
        """Points, as rows, to their constrained values and their log densities."""
        sites = self.program.manifest["sites"]
        wanted = {name for name, one in sites.items() if one["kind"] == "deterministic"}
        wanted |= set(self.shapes)

        def one(z: Any) -> tuple[dict[str, Any], Any]:
            trace, placed = self._at(self._placed(z))
            values = {name: site["value"] for name, site in trace.nodes.items() if name in wanted}
            return values, trace.log_prob_sum() + placed.volume

        with self.ready(), torch.no_grad():
            z = torch.as_tensor(points)
            if self.together:
                values, density = torch.vmap(one, chunk_size=_TOGETHER)(z)
            else:
                rows = [one(row) for row in z]
                density = torch.stack([row[1] for row in rows])
                values = {name: torch.stack([row[0][name] for row in rows]) for name in rows[0][0]}
        return {name: value.numpy() for name, value in values.items()}, density.numpy()

    def slope(self, point: np.ndarray, data: Any = None) -> tuple[float, np.ndarray]:
        """Minus the log density at a point and its gradient."""
        with self.ready():
            z = torch.tensor(point, requires_grad=True)
            height = self.height(z, self.jacobian)
            (gradient,) = torch.autograd.grad(height, z)
        return float(height.detach()), gradient.numpy()

    def curvature(self, point: np.ndarray, data: Any = None) -> np.ndarray:
        """The second derivatives of minus the log density at a point."""
        with self.ready():
            second: Any = torch.autograd.functional.hessian
            matrix = second(lambda z: self.height(z, self.jacobian), torch.tensor(point))
        found: np.ndarray = matrix.numpy()
        return found

    def heights(self, points: Any) -> Any:
        """Minus the log densities at the rows of a tensor; differentiable."""
        if self.together:
            return torch.vmap(self.height)(points)
        return torch.stack([self.height(z) for z in points])

    def height(self, z: Any, jacobian: bool = True) -> Any:
        """Minus the log density at a tensor, with or without the Jacobian of the transforms."""
        trace, placed = self._at(self._placed(z))
        density = trace.log_prob_sum()
        return -(density + placed.volume) if jacobian else -density

    @cached_property
    def together(self) -> bool:
        """Whether points can be worked on together: their densities are the same alone."""
        with self.ready(), torch.no_grad():
            points = torch.as_tensor(np.random.default_rng(0).uniform(-1, 1, (2, self.dimension)))
            alone = torch.stack([self.height(z) for z in points])
            try:
                beside = torch.vmap(self.height)(points)
            except RuntimeError:  # an operation that takes no batches
                return False
        return torch.allclose(beside, alone, rtol=1e-9, equal_nan=True)

    def no_start(self, point: np.ndarray, tried: int) -> RunError:
        """The error where no random point has a finite density, naming the statements at fault."""
        return nowhere(self.program, self._where_not_finite(point), tried)

    def unconstrained(self, values: Values) -> tuple[Any, Any]:
        """The point at these values, and what the log density there is more than theirs."""
        _, placed = self._at(_Placed(values=values))
        parts = [placed.parts[name].reshape(-1) for name in self.shapes]
        return torch.cat(parts), torch.as_tensor(placed.volume)

    def _placed(self, z: Any) -> _Placed:
        """What puts the program at a point."""
        parts = torch.split(z, [math.prod(shape) for shape in self.shapes.values()])
        named = zip(self.shapes.items(), parts, strict=True)
        return _Placed({name: part.reshape(shape) for (name, shape), part in named})

    def _at(self, placed: _Placed) -> tuple[Any, _Placed]:
        """The program run where it is put."""
        # Handlers of whoever asks, such as guides, have nothing to do with what happens inside.
        with poutine.block(), placed:
            trace: Any = poutine.trace(self.program.model).get_trace(**self.given)
        return trace, placed

    def _where_not_finite(self, point: np.ndarray) -> dict[str, str]:
        """Sites whose log density at a point, or whose gradient, is not finite."""
        with self.ready():
            z = torch.tensor(point, requires_grad=True)
            trace, _ = self._at(self._placed(z))
            trace.compute_log_prob()
            terms = {
                name: torch.as_tensor(site["log_prob_sum"])
                for name, site in trace.nodes.items()
                if site["type"] == "sample" and type(site["fn"]).__name__ != "_Subsample"
            }
            wrong = {name: term for name, term in terms.items() if not torch.isfinite(term)}
            if not wrong:
                steep = [name for name, term in terms.items() if not _finite_slope(term, z)]
                return dict.fromkeys(steep, "a gradient that is not finite")
            return {
                name: _outside(trace.nodes[name]["fn"]) or f"log density {float(term.detach())}"
                for name, term in wrong.items()
            }


def _finite_slope(term: Any, z: Any) -> bool:
    if not term.requires_grad:
        return True
    (slope,) = torch.autograd.grad(term, z, retain_graph=True, allow_unused=True)
    return slope is None or bool(torch.isfinite(slope).all())


def _outside(distribution: Any) -> str:
    """Which parameter of a distribution lies outside its domain, in words; else nothing."""
    while hasattr(distribution, "base_dist"):
        distribution = distribution.base_dist
    for name, domain in getattr(distribution, "arg_constraints", {}).items():
        value = getattr(distribution, name, None)
        if not isinstance(value, torch.Tensor) or domain.is_discrete:
            continue
        value = value.detach()
        inside = domain.check(value)
        if not inside.all():
            worst = value[~inside] if inside.shape == value.shape else value.reshape(-1)
            worst = worst[torch.isfinite(worst)][:1]
            shown = f" = {float(worst):.3g}" if len(worst) else ""
            return f"a `{name}`{shown} outside its domain"
    return ""
