"""Modes and Laplace's approximation of Pyro programs, against closed forms."""

from typing import Any

import numpy as np
import pytest
from scipy import special

import bayescript as bs
from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines.settings import Step
from tests.runtime import examples
from tests.runtime.test_pyro_svi import COUNTS, EXACT, LINEAR, SEEN

pytest.importorskip("torch")
pytest.importorskip("pyro")

SHAPE, CELLS = 2 + SEEN.sum(), 1 + len(SEEN)  # of the Gamma posterior of the rate


def fitted(text: str, data: Any, **settings: Any) -> bs.Fit:
    given: dict[str, Any] = {"backend": "pyro", "progress": False} | settings
    return bs.loads(text, "m.bayes").fit(data, **given)


def test_the_mode_depends_on_the_scale() -> None:
    own = fitted(COUNTS, {"count": SEEN}, method="map")
    free = fitted(COUNTS, {"count": SEEN}, method="map", jacobian=True)
    assert own.draws["rate"].item() == pytest.approx((SHAPE - 1) / CELLS, rel=1e-6)
    assert free.draws["rate"].item() == pytest.approx(SHAPE / CELLS, rel=1e-6)
    assert own.details["converged"] and own.details["agreeing"] == own.details["starts"] == 4
    assert "by MAP: one point" in repr(own) and list(own.summary().columns) == ["estimate"]
    assert not own.warnings


def test_both_back_ends_end_at_the_same_mode() -> None:
    data = examples.linear().data
    ours = fitted(LINEAR, data, method="map")
    for name, right in zip(examples.LINEAR, EXACT.mean, strict=True):
        assert ours.draws[name].item() == pytest.approx(right, abs=1e-5)
    theirs = fitted(LINEAR, data, method="map", backend="numpyro")
    assert ours.details["log_density"] == pytest.approx(theirs.details["log_density"])
    assert ours.stats["lp"].item() == pytest.approx(theirs.stats["lp"].item())


def test_a_normal_posterior_is_found_exactly() -> None:
    found = fitted(LINEAR, examples.linear().data, method="laplace", draws=5000)
    draws = np.stack([found.draws[name].ravel() for name in examples.LINEAR])
    np.testing.assert_array_less(abs(draws.mean(axis=1) - EXACT.mean), 0.06 * EXACT.sd)
    np.testing.assert_allclose(draws.std(axis=1), EXACT.sd, rtol=0.05)
    assert found.details["log_evidence"] == pytest.approx(EXACT.log_evidence, abs=1e-8)
    weights = found.stats["lp"] - found.stats["log_guide"]
    np.testing.assert_allclose(weights, EXACT.log_evidence, atol=1e-5)
    assert found.k_hat < 0.7 and found.warnings == ()


def test_the_curvature_of_a_gamma_posterior() -> None:
    found = fitted(COUNTS, {"count": SEEN}, method="laplace", draws=4000)
    log_rate = np.log(found.draws["rate"]).ravel()
    sd = SHAPE**-0.5
    assert log_rate.mean() == pytest.approx(np.log(SHAPE / CELLS), abs=0.07 * sd)
    assert log_rate.std() == pytest.approx(sd, rel=0.05)
    # Stirling's formula is the Laplace approximation of the gamma function.
    stirling = SHAPE * np.log(SHAPE) - SHAPE + 0.5 * np.log(2 * np.pi / SHAPE)
    right = stirling - SHAPE * np.log(CELLS) - special.gammaln(SEEN + 1).sum()
    assert found.details["log_evidence"] == pytest.approx(right, rel=1e-6)


def test_a_density_without_curvature_is_told() -> None:
    text = "a ~ Normal(0, 1)\nb ~ Flat()\nx ~ Normal(a + 0 * b, 1)\n"
    with pytest.raises(RunError, match=r"B605.*along `b`"):
        fitted(text, {}, method="laplace")


def test_an_interrupt_keeps_the_climbs_that_are_done() -> None:
    def stop(step: Step) -> None:
        if step.chain == 1:
            raise KeyboardInterrupt

    found = fitted(COUNTS, {"count": SEEN}, method="map", progress=stop)
    assert found.interrupted == "the results of 1 of 4 starts"
    with pytest.raises(RunError, match="B602"):
        fitted(COUNTS, {"count": SEEN}, method="map", progress=_at_once)


def _at_once(step: Step) -> None:
    raise KeyboardInterrupt
