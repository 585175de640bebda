"""Emitted programs, run at a point in float64: one class a back-end, which imports its library."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from bayescript.runtime.execute import Binding, Program, arguments
from tests.compiler.libraries import LIBRARIES

Values = dict[str, Any]


class Runner(ABC):
    """A program with its data."""

    def __init__(self, program: Program, bound: Binding):
        self.program = program
        self.given = arguments(program, bound)

    @abstractmethod
    def density(self, values: Values) -> float:
        """The log density."""

    @abstractmethod
    def slope(self, values: Values, way: Values) -> float | None:
        """Its derivative along `way`, found by the library; None where nobody asks."""


class NumpyroRunner(Runner):
    def __init__(self, program: Program, bound: Binding):
        import jax
        from numpyro.infer.util import log_density

        super().__init__(program, bound)
        static = {k: v for k, v in self.given.items() if isinstance(v, int)}
        self.arrays = {k: v for k, v in self.given.items() if not isinstance(v, int)}

        def density(values: Values, arrays: Values) -> Any:
            return log_density(program.model, (), {**static, **arrays}, values)[0]

        self.compiled: Callable[..., Any] = jax.jit(density)

    def density(self, values: Values) -> float:
        with LIBRARIES["numpyro"].float64():
            return float(self.compiled(values, self.arrays))

    def slope(self, values: Values, way: Values) -> float | None:
        return None  # compiling a gradient takes a second, and tests of the runtime sample


class PyroRunner(Runner):
    def __init__(self, program: Program, bound: Binding):
        super().__init__(program, bound)
        self.tensors = program.module.tensors(self.given)

    def density(self, values: Values) -> float:
        return float(self.log_prob(values)[0].detach())

    def slope(self, values: Values, way: Values) -> float | None:
        import torch

        total, at = self.log_prob(values)
        if not total.requires_grad:
            return 0.0
        slopes = torch.autograd.grad(total, [*at.values()], allow_unused=True)
        pairs = zip(slopes, at, strict=True)
        return float(sum(np.sum(s.numpy() * way[name]) for s, name in pairs if s is not None))

    def log_prob(self, values: Values) -> tuple[Any, dict[str, Any]]:
        import pyro
        import torch
        from pyro import poutine

        at = {n: torch.tensor(v, requires_grad=True) for n, v in values.items()}
        with LIBRARIES["pyro"].float64(), pyro.validation_enabled(False):
            conditioned = poutine.condition(self.program.model, data=at)
            trace = poutine.trace(conditioned).get_trace(**self.tensors)
            return trace.log_prob_sum(), at


RUNNERS: dict[str, type[Runner]] = {"numpyro": NumpyroRunner, "pyro": PyroRunner}
BACKENDS = tuple(RUNNERS)


def runner(program: Program, bound: Binding) -> Runner:
    """The runner of the program's back-end."""
    return RUNNERS[program.manifest["backend"]](program, bound)
