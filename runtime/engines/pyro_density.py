"""The log density of a Pyro program, site by site, and its gradient."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyro
import torch
from pyro import poutine

from ...grammar.diagnostics import BackendError, Diagnostic
from ..execute import Program

Terms = dict[str, float]

_MANY = 2**15  # numbers from which PyTorch shares out the simplest operation


@contextmanager
def float64() -> Iterator[None]:
    """Literals of a program are of double precision here, and values are not checked."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with pyro.validation_enabled(False):
            yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def quick(numbers: int) -> Iterator[None]:
    """One thread for few numbers: threads that wait for one another cost more than they do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if numbers < _MANY else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def seeded(*numbers: int) -> Iterator[None]:
    """Random numbers that these decide; those of the process go on afterwards as before."""
    state = np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(state >> np.uint64(1)))
        yield


def exact(program: Program) -> None:
    """Restricted distributions are drawn until all numbers lie inside, however long it takes."""
    if hasattr(program.module, "Restricted"):
        program.module.Restricted.tries = sys.maxsize


def on_the_processor(device: str) -> None:
    """Raises BackendError (B404) where a setting asks for another device."""
    if device not in ("auto", "cpu"):
        raise BackendError(Diagnostic("B404", "Pyro programs run on the processor only"))


def tensors(program: Program, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the program's model as it wants them."""
    made: dict[str, Any] = program.module.tensors(given)
    return made


class Sites:
    """A program with its data."""

    def __init__(self, program: Program, given: dict[str, Any]) -> None:
        self.program = program
        with float64():
            self.given = tensors(program, given)

    def at(self, values: dict[str, Any], way: dict[str, Any]) -> tuple[Terms, Terms]:
        """The log density of each site, and its derivative along `way`."""
        with float64():
            at = {n: torch.tensor(np.asarray(v, float)) for n, v in values.items()}
            for one in at.values():
                one.requires_grad_()
            terms = self.terms(at)
            found = {name: float(term.detach()) for name, term in terms.items()}
            slopes = {name: _slope(term, at, way) for name, term in terms.items()}
        return found, slopes

    def terms(self, at: dict[str, Any]) -> dict[str, Any]:
        conditioned = poutine.condition(self.program.model, data=at)
        trace = poutine.trace(conditioned).get_trace(**self.given)
        trace.compute_log_prob()
        return {
            name: torch.as_tensor(site["log_prob_sum"])
            for name, site in trace.nodes.items()
            if site["type"] == "sample" and type(site["fn"]).__name__ != "_Subsample"
        }


def _slope(term: Any, at: dict[str, Any], way: dict[str, Any]) -> float:
    if not term.requires_grad:
        return 0.0
    slopes = torch.autograd.grad(term, [*at.values()], retain_graph=True, allow_unused=True)
    pairs = zip(slopes, at, strict=True)
    return float(sum(np.sum(s.numpy() * way[name]) for s, name in pairs if s is not None))
