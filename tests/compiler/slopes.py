"""Log densities of programs and their derivatives in every value, by the back-end's own library."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

import bayescript as bs
from bayescript.runtime.execute import arguments, load_program
from tests.compiler.libraries import LIBRARIES


def slopes(
    text: str, data: Mapping[str, Any], values: Mapping[str, Any], backend: str
) -> tuple[float, dict[str, Any]]:
    """The log density at a point, and its derivatives by name."""
    model = bs.loads(textwrap.dedent(text).lstrip("\n"), "test.bayes")
    program = load_program(model.compile(backend).source, "test")
    given = arguments(program, model.bind(data))
    return {"numpyro": by_jax, "pyro": by_torch}[backend](program, given, values)


def by_jax(program: Any, given: Any, values: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
    import jax
    from numpyro.infer.util import log_density

    sizes = {name: value for name, value in given.items() if isinstance(value, int)}
    arrays = {name: value for name, value in given.items() if name not in sizes}

    def density(at: Any) -> Any:
        return log_density(program.model, (), {**sizes, **arrays}, at)[0]

    with jax.enable_x64(True):
        at = {name: np.asarray(value, float) for name, value in values.items()}
        value, found = jax.value_and_grad(density)(at)
    return float(value), {name: np.asarray(slope) for name, slope in found.items()}


def by_torch(program: Any, given: Any, values: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
    import pyro
    import torch
    from pyro import poutine

    with LIBRARIES["pyro"].float64(), pyro.validation_enabled(False):
        at = {
            name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
            for name, value in values.items()
        }
        conditioned = poutine.condition(program.model, data=at)
        trace = poutine.trace(conditioned).get_trace(**program.module.tensors(given))
        total: Any = trace.log_prob_sum()
        found = torch.autograd.grad(total, [*at.values()], allow_unused=True)
    pairs = zip(at, found, strict=True)
    shown = {name: np.zeros(()) if slope is None else slope.numpy() for name, slope in pairs}
    return float(total.detach()), shown
