"""Diagnostics agree with ArviZ, and warnings say what is wrong."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from bayescript.runtime.results.diagnose import diagnose, energy_information
from bayescript.runtime.results.summary import summarise
from bayescript.runtime.results.warn import check

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    az: Any = import_module("arviz")


def _autoregressive(chains: int, draws: int, rho: float) -> np.ndarray:
    noise = np.random.default_rng(5).normal(size=(chains, draws))
    for place in range(1, draws):
        noise[:, place] += rho * noise[:, place - 1]
    return noise


def _examples() -> dict[str, np.ndarray]:
    random = np.random.default_rng(4)
    return {
        "independent": random.normal(size=(4, 500)),
        "slow": _autoregressive(4, 1000, 0.98),
        "antithetic": _autoregressive(4, 400, -0.7),
        "shifted chain": random.normal(size=(3, 301)) + np.array([[0.0], [0.0], [2.0]]),
        "wider chain": random.normal(size=(4, 250)) * np.array([[1.0], [1.0], [1.0], [4.0]]),
        "heavy tails": random.standard_cauchy((4, 600)),
        "counts with ties": random.poisson(2.0, (4, 333)).astype(float),
        "two chains, few draws": random.normal(size=(2, 11)),
        "eight draws": random.normal(size=(4, 8)),
        "stuck for long": np.repeat(random.normal(size=(4, 50)), 10, axis=1),
    }


@pytest.mark.parametrize("name", list(_examples()))
@pytest.mark.parametrize(
    ("column", "reference"),
    [
        ("r_hat", lambda draws: az.rhat(draws)),
        ("ess_bulk", lambda draws: az.ess(draws, method="bulk")),
        ("ess_tail", lambda draws: az.ess(draws, method="tail")),
        ("mcse_mean", lambda draws: az.mcse(draws, method="mean")),
    ],
)
def test_as_arviz(name: str, column: str, reference: Callable[[np.ndarray], float]) -> None:
    draws = _examples()[name]
    ours = diagnose(draws[:, :, None])[column][0]
    assert ours == pytest.approx(float(reference(draws)), rel=1e-6)


def test_many_at_once_are_as_one_by_one() -> None:
    table = np.random.default_rng(3).normal(size=(4, 60, 300)).cumsum(axis=1)
    together = diagnose(table)
    for column in (0, 255, 256, 299):
        alone = diagnose(table[:, :, [column]])
        assert all(alone[name][0] == pytest.approx(together[name][column]) for name in alone)


def test_energy_as_arviz() -> None:
    energy = _autoregressive(4, 300, 0.9)
    np.testing.assert_allclose(energy_information(energy), az.bfmi(energy))


def test_degenerate_draws() -> None:
    table = np.random.default_rng(0).normal(size=(4, 100, 3))
    table[:, :, 1] = 7.0
    table[2, 5, 2] = np.nan
    found = diagnose(table)
    assert np.isfinite(found["r_hat"][0])
    assert np.isnan(found["r_hat"][1]) and found["ess_bulk"][1] == 400
    assert all(np.isnan(values[2]) for values in found.values())
    assert np.isnan(diagnose(table[:, :3])["r_hat"]).all()


def test_warnings_name_the_quantity_and_the_remedy() -> None:
    random = np.random.default_rng(2)
    good = random.normal(size=(4, 500, 2))
    bad = good + np.arange(4)[:, None, None] * np.array([0.0, 1.0])
    stats = {
        "diverging": np.zeros((4, 500), bool),
        "energy": random.normal(size=(4, 500)),
        "reached_max_treedepth": np.zeros((4, 500), bool),
        "lp": random.normal(size=(4, 500)),
    }
    coords = {"firm": np.array(["A", "IBM"])}
    quiet = summarise({"alpha": good}, {"alpha": ("firm",)}, coords)
    assert check(quiet, stats) == ()
    stats["diverging"][0, :3] = True
    stats["reached_max_treedepth"][1, 0] = True
    stats["energy"][2] = random.normal(size=500).cumsum()
    found = check(summarise({"alpha": bad}, {"alpha": ("firm",)}, coords), stats)
    assert [one.code for one in found] == ["W601", "W602", "W603", "W604", "W605"]
    assert "3 divergences in 2000 draws" in found[0].message
    assert "`alpha[IBM]`" in found[1].message and "`alpha[A]`" not in found[1].message
    assert "chain 3" in found[3].message
    assert all(one.help for one in found)
