"""PyTorch's optimisers and schedules do what the same words mean for Optax."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from bayescript.compiler.tables.inference import OPTIMISERS, SCHEDULES

torch = pytest.importorskip("torch")
pytest.importorskip("pyro")

from bayescript.runtime.engines.optimisers import make_optimiser as by_optax  # noqa: E402
from bayescript.runtime.engines.optimisers import make_schedule  # noqa: E402
from bayescript.runtime.engines.pyro_optimisers import make_optimiser  # noqa: E402

STEPS = 40
RATE = 0.05
SLOPES = np.random.default_rng(3).normal(size=(STEPS, 3)) * np.array([1.0, 30.0, 0.01])
BEGIN = np.array([1.0, -2.0, 0.5])


def path(text: str, schedule: str = "constant") -> np.ndarray:
    """Where a parameter is after each step, pushed by the same gradients whatever it does."""
    optimiser = make_optimiser(text, RATE, schedule, STEPS)
    parameter = torch.nn.Parameter(torch.tensor(BEGIN))
    found = []
    for slope in SLOPES:
        parameter.grad = torch.tensor(slope)
        optimiser([parameter])
        optimiser.step()
        found.append(parameter.detach().numpy().copy())
    return np.array(found)


def rates(schedule: str) -> np.ndarray:
    """The learning rate of each step: a gradient of 1 moves gradient descent by as much."""
    optimiser = make_optimiser("sgd", RATE, schedule, STEPS)
    parameter = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    found = []
    for _ in range(STEPS):
        before = parameter.item()
        parameter.grad = torch.ones(1, dtype=torch.float64)
        optimiser([parameter])
        optimiser.step()
        found.append(before - parameter.item())
    return np.array(found)


CALLS = (
    *OPTIMISERS,
    "adam(b1 = 0.8, b2 = 0.9, eps = 0.01)",
    "adamw(weight_decay = 0.1, eps = 0.01)",
    "clipped_adam(clip = 0.5, b1 = 0.7)",
    "sgd(momentum = 0.9)",
)


@pytest.mark.parametrize("text", CALLS)
def test_optimisers_step_as_those_of_optax(text: str) -> None:
    jax: Any = pytest.importorskip("jax")
    optimiser = by_optax(text)
    with jax.enable_x64(True):
        place = jax.numpy.asarray(BEGIN)
        state, right = optimiser.init(place), []
        for slope in SLOPES:
            update, state = optimiser.update(jax.numpy.asarray(slope), state, place)
            place = place - RATE * update
            right.append(np.asarray(place))
    np.testing.assert_allclose(path(text), right, rtol=1e-6, atol=1e-9)


def test_adam_as_in_its_paper() -> None:
    m = v = np.zeros(3)
    place, right = BEGIN, []
    for step, slope in enumerate(SLOPES, start=1):
        m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
        corrected = m / (1 - 0.9**step), v / (1 - 0.999**step)
        place = place - RATE * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)
        right.append(place)
    np.testing.assert_allclose(path("adam"), right)


def test_clipping_is_of_each_entry() -> None:
    """Gradient descent with a first step of Adam, whose size is the rate whatever the slope."""
    loose, tight = path("clipped_adam(clip = 1e9)"), path("clipped_adam(clip = 0.001)")
    np.testing.assert_allclose(loose, path("adam"))
    assert np.abs(loose - tight)[:, :2].max() > 0.01
    np.testing.assert_allclose(abs(np.diff(tight, axis=0)[0]) <= RATE + 1e-12, True)


SHAPES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "constant": np.ones_like,
    "cosine": lambda part: (1 + np.cos(np.pi * part)) / 2,
    "exponential": lambda part: 0.01**part,
}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_of_the_learning_rate(schedule: str) -> None:
    found = rates(schedule) / RATE
    steps = np.arange(STEPS)
    if schedule in SHAPES:
        np.testing.assert_allclose(found, SHAPES[schedule](steps / STEPS), atol=1e-12)
    factor = make_schedule(schedule, STEPS)
    # The two libraries count the rise of `one_cycle` a step apart.
    apart = 0.1 if schedule == "one_cycle" else 1e-5
    np.testing.assert_allclose(found, [float(factor(step)) for step in steps], atol=apart)
    if schedule == "one_cycle":
        assert abs(int(found.argmax()) - 0.3 * STEPS) <= 1 and found.max() == pytest.approx(
            1, abs=0.01
        )
        assert found[0] == pytest.approx(1 / 25) and found[-1] < 0.01
