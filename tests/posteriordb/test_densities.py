"""Specs of posteriordb's models against Stan's recorded log densities: reference and program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from numpyro.infer.util import log_density

import bayescript as bs
from bayescript.compiler.reference import Reference
from bayescript.runtime.execute import arguments, load_program
from tests.posteriordb.adapters import ADAPTERS, VARIABLE, Adapter, folder, read_posterior

RTOL, ATOL = 1e-9, 1e-6


@pytest.fixture
def root() -> Path:
    found = folder()
    if found is None:
        pytest.skip(f"posteriordb is not at hand: set {VARIABLE}")
    return found


def differences_agree(ours: list[float], stan: list[float]) -> None:
    """Equal up to one constant: Stan's half priors are not renormalised."""
    base = int(np.argmin(np.abs(stan)))
    offset = ours[base] - stan[base]
    for mine, theirs in zip(ours, stan, strict=True):
        scale = max(abs(theirs), abs(stan[base]))
        assert abs(mine - theirs - offset) <= ATOL + RTOL * scale


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.posterior)
def test_exact_against_stan(adapter: Adapter, root: Path) -> None:
    recorded = read_posterior(root, adapter.posterior)
    points = [adapter.values(p["params"]) for p in recorded.points]
    stan = [float(p["log_density"]) for p in recorded.points]
    model = bs.load(adapter.path)
    bound = model.bind(adapter.data(recorded.data))
    reference = Reference(model.ir, bound)
    differences_agree([reference.log_density(p) for p in points], stan)
    differences_agree(program_densities(model, bound, points), stan)


def program_densities(model: bs.Model, bound: Any, points: list[dict[str, Any]]) -> list[float]:
    """Of the program with every quantity centred, so that its sites are the author's."""
    program = load_program(model.compile("numpyro", noncentered=[]).source, model.name)
    with jax.enable_x64(True):
        given = arguments(program, bound)
        density = jax.jit(lambda values: log_density(program.model, (), given, values)[0])
        return [float(density(p)) for p in points]
