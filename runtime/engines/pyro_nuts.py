"""Pyro's own NUTS and HMC on a Pyro program: one chain after another, in float64."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from pyro import poutine

from ...grammar.diagnostics import BackendError, Diagnostic, RunError
from ..execute import Program
from .pyro_density import float64, on_the_processor, tensors
from .pyro_kernels import Hmc, Nuts
from .settings import Callback, Draws, Settings, Step

_EVERY = 0.2  # seconds between reports of progress


def run(
    program: Program,
    given: dict[str, Any],
    settings: Settings,
    method: str = "nuts",
    callback: Callback | None = None,
) -> Draws:
    """Draws from the posterior of a Pyro program given the arguments of its model.

    A KeyboardInterrupt keeps the chains that are whole. Raises BackendError (B402) for settings
    that Pyro does not have, RunError B601 where no start is found and B602 where an interrupt came
    before the first chain was done.
    """
    if settings.vectorized:
        message = "`chain_method = vectorized` is NumPyro's: Pyro runs one chain after another"
        raise BackendError(Diagnostic("B402", message))
    on_the_processor(settings.device)
    began = time.perf_counter()
    chains: list[tuple[dict[str, np.ndarray], dict[str, np.ndarray]]] = []
    cut = ""
    with float64(), torch.random.fork_rng(devices=[]):
        chain = _Chain(program, tensors(program, given), settings, method)
        try:
            for number in range(settings.chains):
                chains.append(chain.run(number, callback or (lambda step: None)))
        except KeyboardInterrupt:
            if not chains:
                message = "interrupted in the first chain: there are no draws"
                raise RunError(Diagnostic("B602", message)) from None
            cut = f"{len(chains)} chain(s) of {settings.kept} draws"
    values, stats = (
        {name: np.stack([one[side][name] for one in chains]) for name in chains[0][side]}
        for side in (0, 1)
    )
    cost = {"gradients": chain.gradients, "seconds": time.perf_counter() - began}
    return Draws(values, stats, tuple(chain.sampled), cut, details=cost)


class _Chain:
    def __init__(self, program: Program, given: dict[str, Any], settings: Settings, method: str):
        self.program = program
        self.given = given
        self.settings = settings
        self.method = method
        self.divergences = 0
        self.gradients = 0
        self.sampled: list[str] = []
        sites = program.manifest["sites"]
        self.defined = [name for name, one in sites.items() if one["kind"] == "deterministic"]

    def kernel(self, dense: bool) -> Any:
        chosen = self.settings
        shared = {
            "step_size": chosen.step_size,
            "full_mass": dense,
            "target_accept_prob": chosen.target_accept,
        }
        if self.method == "hmc":
            return Hmc(self.program.model, trajectory_length=chosen.trajectory_length, **shared)
        return Nuts(self.program.model, max_tree_depth=chosen.max_tree_depth, **shared)

    def run(self, number: int, callback: Callback) -> tuple[dict[str, Any], dict[str, Any]]:
        """One chain: values and statistics, with the axis of draws first."""
        chosen = self.settings
        kernel = self.begun(number, dense=False)
        params = kernel.initial_params
        if chosen.dense(sum(z.numel() for z in params.values())):
            kernel = self.begun(number, dense=True)
            params = kernel.initial_params
        self.sampled = list(params)
        rows: list[dict[str, np.ndarray]] = []
        stats: list[dict[str, Any]] = []
        total, told = chosen.warmup + chosen.draws, 0.0
        for iteration in range(total):
            known = len(kernel._divergences), kernel._mean_accept_prob
            params = kernel.sample(params)
            self.gradients += kernel.steps
            if iteration >= chosen.warmup and (iteration - chosen.warmup) % chosen.thin == 0:
                rows.append(self.values(kernel, params))
                stats.append(self.stats(kernel, *known))
            if time.monotonic() - told > _EVERY or iteration + 1 == total:
                told = time.monotonic()
                callback(self.step(kernel, number, iteration, total))
        self.divergences += len(kernel._divergences)
        kernel.cleanup()
        return _columns(rows), _columns(stats)

    def begun(self, number: int, dense: bool) -> Any:
        """A kernel with the first point of a chain: the same one with either mass matrix."""
        source = np.random.SeedSequence([self.settings.seed, number])
        torch.manual_seed(int(source.generate_state(1, np.uint64)[0] >> np.uint64(1)))
        kernel = self.kernel(dense)
        try:
            kernel.setup(self.settings.warmup, **self.given)
        except ValueError as error:
            head = "no start found: the density is not finite at random points"
            reason = str(error).strip().partition("\n")[0]
            raise RunError(Diagnostic("B601", head, help=f"Pyro says: {reason}")) from None
        return kernel

    def values(self, kernel: Any, params: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """The latents on their own scales, and what the spec defines of them."""
        found = {
            name: (kernel.transforms[name].inv(z) if name in kernel.transforms else z).detach()
            for name, z in params.items()
        }
        if self.defined:
            with torch.no_grad():
                conditioned = poutine.condition(self.program.model, data=found)
                nodes: Any = poutine.trace(conditioned).get_trace(**self.given).nodes
            found |= {name: nodes[name]["value"].detach() for name in self.defined}
        return {name: value.numpy().copy() for name, value in found.items()}

    def stats(self, kernel: Any, divergences: int, acceptance: float) -> dict[str, Any]:
        """Of one draw, before which there were so many divergences and such a mean acceptance."""
        number = kernel._t - self.settings.warmup  # the mean is that of the draws until now
        rate = acceptance + number * (kernel._mean_accept_prob - acceptance)
        found: dict[str, Any] = {
            "acceptance_rate": float(np.clip(rate, 0, 1)),
            "diverging": len(kernel._divergences) > divergences,
            "energy": kernel.energy(kernel._potential_energy_last),
            "lp": -float(kernel._potential_energy_last),
            "n_steps": kernel.steps,
            "step_size": float(kernel.step_size),
        }
        if isinstance(kernel, Nuts):
            found["tree_depth"] = int(np.frexp(kernel.steps)[1])
            found["reached_max_treedepth"] = kernel.steps >= 2**self.settings.max_tree_depth - 1
        return found

    def step(self, kernel: Any, number: int, iteration: int, total: int) -> Step:
        divergences = self.divergences + len(kernel._divergences)
        size = float(kernel.step_size)
        about = f"step size {size:.2g}, acceptance {kernel._mean_accept_prob:.2f}"
        return Step(
            number,
            iteration + 1,
            total,
            iteration < self.settings.warmup,
            size,
            divergences,
            about=f"{about}, divergences {divergences}",
        )


def _columns(rows: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.stack([np.asarray(row[name]) for row in rows]) for name in rows[0]}
