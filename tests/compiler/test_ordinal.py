"""Levels with an order: probabilities in fifty digits, in the tails of programs, and draws."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler.tables.families import FAMILIES
from bayescript.runtime.execute import load_program
from tests.compiler.emitted import Emitted
from tests.compiler.libraries import LIBRARIES
from tests.compiler.runners import BACKENDS

CDF: dict[str, Callable[[Any], Any]] = {
    "OrderedLogistic": lambda z: 1 / (1 + mp.exp(-z)),
    "OrderedProbit": lambda z: mp.erfc(-z / mp.sqrt(2)) / 2,
}
CUTS = (
    ([0.0], (-40.0, 0.0, 3.0)),
    ([-1.0, 0.5, 2.0], (-9.0, -1.0, 0.3, 7.0, 30.0)),
    ([30.0, 30.0 + 1e-9, 31.0], (-5.0, 0.0, 30.0, 60.0)),
    ([-1e-6, 1e-6], (0.0, 20.0, -20.0)),
)


def levels(name: str, eta: float, cuts: list[float]) -> list[float]:
    """The log probability of each level."""
    with mp.workdps(400):
        if name == "AdjacentLogistic":
            steps = [mp.mpf(0)]
            for cut in cuts:
                steps.append(steps[-1] + mp.mpf(eta) - mp.mpf(cut))
            total = mp.fsum(map(mp.exp, steps))
            return [float(step - mp.log(total)) for step in steps]
        below = [mp.mpf(0), *(CDF[name](mp.mpf(cut) - mp.mpf(eta)) for cut in cuts), mp.mpf(1)]
        return [float(mp.log(b - a)) for a, b in pairwise(below)]


NAMES = [*CDF, "AdjacentLogistic"]


@pytest.mark.parametrize("name", NAMES)
def test_the_density_in_fifty_digits(name: str) -> None:
    log_density = FAMILIES[name].forms[0].log_density
    for cuts, etas in CUTS:
        for eta in etas:
            x = np.arange(len(cuts) + 1)
            found = log_density(x, predictor=eta, cutpoints=cuts)
            np.testing.assert_allclose(found, levels(name, eta, cuts), rtol=2e-7, atol=1e-14)
            assert np.exp(found).sum() == pytest.approx(1, abs=1e-14)
    assert log_density(-1, predictor=0.0, cutpoints=[0.0]) == -np.inf
    assert log_density(2, predictor=0.0, cutpoints=[0.0]) == -np.inf


def spec(name: str, cuts: list[float]) -> str:
    return (
        f"plate level = {len(cuts) + 1}\nplate cut = {len(cuts)}\nplate i\ndata\n"
        f"  y[i] : level\n  c[cut] : real\neta ~ Normal(0, 10)\ny[i] ~ {name}(eta, c)\n"
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_programs_keep_their_digits_and_slopes_in_the_tails(name: str, backend: str) -> None:
    for cuts, etas in CUTS[1:3]:
        for level in range(len(cuts) + 1):
            emitted = Emitted(spec(name, cuts), {"y": [level], "c": cuts}, backend=backend)
            for eta in etas:
                values = {"eta": np.array(eta)}
                prior = emitted.reference.by_statement(values)["eta"]
                wanted = levels(name, eta, cuts)[level]
                found = emitted.density(values) - prior
                assert found == pytest.approx(wanted, rel=1e-6, abs=1e-9), (cuts, level, eta)
                slope = emitted.runner.slope(values, {"eta": np.array(1.0)})
                assert slope is None or np.isfinite(slope)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_draws_have_these_probabilities(name: str, backend: str) -> None:
    cuts = [-1.0, 0.5, 2.0]
    library = LIBRARIES[backend]
    source = bs.loads(spec(name, cuts)).compile(backend).source
    made = getattr(load_program(source, f"{name}_{backend}").module, name)
    with library.float64():
        law = made(library.array(np.array([0.3, -2.0])), library.array(np.array(cuts)))
        assert law.batch_shape == (2,)
        draws = library.draws(law, 20_000, 3)
        assert library.draws(law.expand((3, 2)), 4, 1).shape == (4, 3, 2)
    for column, eta in enumerate((0.3, -2.0)):
        share = np.bincount(draws[:, column].astype(int), minlength=4) / 20_000
        np.testing.assert_allclose(share, np.exp(levels(name, eta, cuts)), atol=0.015)


def test_labels_count_in_the_order_of_the_spec() -> None:
    text = (
        "plate level = [low, middle, high]\nplate cut = 2\nplate i\ndata\n  y[i] : level\n"
        "eta ~ Normal(0, 1)\ny[i] ~ OrderedProbit(eta, [-1, 2])\n"
    )
    text = text.replace("y[i] ~", "let c[cut] = [-1, 2]\ny[i] ~").replace("[-1, 2])\n", "c)\n")
    emitted = Emitted(text, {"y": ["high", "low"]})
    found = emitted.reference.by_statement({"eta": np.array(0.5)})["y"]
    wanted = levels("OrderedProbit", 0.5, [-1.0, 2.0])
    assert found == pytest.approx(wanted[2] + wanted[0], rel=1e-12)
