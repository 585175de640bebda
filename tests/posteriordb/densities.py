"""Log densities of a case on the reference evaluator and on each back-end, against Stan's."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from numpyro import handlers
from numpyro.distributions.distribution import validation_enabled

from bayescript.compiler.backends import BACKENDS
from bayescript.compiler.passes.noncentre import noncentre
from bayescript.compiler.pipeline import with_settings
from bayescript.compiler.reference.density import Reference
from bayescript.grammar.diagnostics import BackendError, RunError
from bayescript.runtime.engines import pyro_density
from bayescript.runtime.execute import Program, arguments, load_program
from bayescript.runtime.verify import SLOPE_RTOL, Verification, site_values, verify
from tests.posteriordb.cases import Case

RTOL, ATOL = 1e-9, 1e-6
SMALL_STEP = 1e-5
SIDES = ("reference", *BACKENDS)

Values = dict[str, Any]
Density = Callable[[Values], float]


@dataclass(frozen=True)
class Comparison:
    """How the log density of one side compares with Stan's at the recorded points.

    `worst` is the largest error of a difference between two points, as a share of the tolerance,
    and `offset` the constant by which the densities differ. `gradient` is the largest relative
    error of the program's derivative against the reference's. `reason` says what is wrong.
    """

    worst: float | None = None
    offset: float | None = None
    gradient: float | None = None
    reason: str = ""

    @property
    def exact(self) -> bool:
        """Whether every difference is within the tolerance, and every derivative."""
        agree = self.worst is not None and self.worst <= 1
        return agree and (self.gradient is None or self.gradient <= SLOPE_RTOL)


def compare(
    case: Case, sides: Sequence[str] = SIDES, gradients: bool = True
) -> dict[str, Comparison]:
    """Every side that is asked for; what a back-end refuses is told as the reason."""
    points, stan = case.points()
    programs = [side for side in sides if side != "reference"]
    verified = _verified(case, programs) if gradients and programs else None
    found = {}
    for side in sides:
        try:
            density = reference(case) if side == "reference" else DENSITIES[side](case)
        except BackendError as error:
            found[side] = Comparison(reason=str(error.diagnostics[0].message))
            continue
        worst, offset = differences([density(point) for point in points], stan)
        slope, reason = (None, "")
        if side != "reference" and verified is not None:
            slope, reason = _gradient(verified, side)
        if not worst <= 1:
            reason = f"differs from Stan by {worst:.2g} times the tolerance"
        found[side] = Comparison(_finite(worst), _finite(offset), slope, reason)
    return found


def differences(ours: Sequence[float], stan: Sequence[float]) -> tuple[float, float]:
    """The largest error of a difference, as a share of the tolerance, and the constant offset.

    Half priors, for one, are not renormalised by Stan; so densities may differ by a constant. The
    base is the point where the density is smallest in size: there rounding is least.
    """
    base = int(np.argmin(np.abs(stan)))
    offset = ours[base] - stan[base]
    worst = 0.0
    for mine, theirs in zip(ours, stan, strict=True):
        allowed = ATOL + RTOL * max(abs(theirs), abs(stan[base]))
        error = abs(mine - theirs - offset) / allowed
        worst = max(worst, error if math.isfinite(error) else math.inf)
    return worst, offset


def reference(case: Case) -> Density:
    """The log density of the reference evaluator."""
    model = noncentre(with_settings(case.model.ir, {"noncentered": case.noncentered}), "reference")
    return Reference(model, case.bound).log_density


def _numpyro(case: Case) -> Density:
    program, given = _loaded(case, "numpyro")
    static = {name: value for name, value in given.items() if isinstance(value, int)}
    data = {name: value for name, value in given.items() if name not in static}

    def total(values: Values, data: Values) -> jax.Array:
        with handlers.trace() as sites:
            handlers.substitute(program.model, values)(**static, **data)
        drawn = [site for site in sites.values() if site["type"] == "sample"]
        return sum((jnp.sum(one["fn"].log_prob(one["value"])) for one in drawn), jnp.zeros(()))

    compiled = jax.jit(total)

    def density(point: Values) -> float:
        values = site_values(case.model, case.bound, program, point)
        with jax.enable_x64(True), validation_enabled(False):
            return float(compiled({n: jnp.asarray(v, float) for n, v in values.items()}, data))

    return density


def _pyro(case: Case) -> Density:
    program, given = _loaded(case, "pyro")
    sites = pyro_density.Sites(program, given)

    def density(point: Values) -> float:
        values = site_values(case.model, case.bound, program, point)
        with pyro_density.float64():
            terms = sites.terms({n: torch.tensor(np.asarray(v, float)) for n, v in values.items()})
            return float(sum(terms.values()))

    return density


DENSITIES: Mapping[str, Callable[[Case], Density]] = {"numpyro": _numpyro, "pyro": _pyro}


def _loaded(case: Case, backend: str) -> tuple[Program, Values]:
    emitted = case.model.compile(backend, noncentered=case.noncentered)
    program = load_program(emitted.source, case.model.name)
    return program, arguments(program, case.bound)


def _verified(case: Case, backends: Sequence[str]) -> Verification | str:
    """What `verify` finds at random points, with the data of the case.

    Where that differs the density may be steep, and a smaller step decides.
    """
    try:
        found = verify(case.model, case.bound, points=3, backends=backends)
        if not found.differing:
            return found
        return verify(case.model, case.bound, points=3, backends=backends, step=SMALL_STEP)
    except RunError as error:
        return str(error.diagnostics[0].message)


def _gradient(verified: Verification | str, side: str) -> tuple[float | None, str]:
    """The largest error of the derivative of the total, and what is wrong."""
    if isinstance(verified, str):
        return None, f"no gradient: {verified}"
    if side in verified.failed or side in verified.skipped:
        return None, f"no gradient: {verified.failed.get(side) or verified.skipped[side]}"
    row = verified.rows[-1].agreement[side]
    wrong = [r.statement for r in verified.differing if r.agreement[side].status == "differs"]
    return _finite(row.slope), f"differs from the reference: {'; '.join(wrong)}" if wrong else ""


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
