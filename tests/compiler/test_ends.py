"""Ends of supports and of parameters: where a library rounds, or takes a bound for the outside."""

from typing import Any

import numpy as np
import pytest

from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

# name: (spec, data); all data, so that the density is one number.
ENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "both ends of an interval": (
        "plate i\ndata\n  y[i] : real\ny[i] ~ Uniform(-1, 3)\n", {"y": [-1.0, 3.0]},
    ),
    "ends that restrict": (
        "plate i\ndata\n  y[i] : real\ny[i] ~ Truncated(Normal(0, 1), lower = -1, upper = 2)\n",
        {"y": [-1.0, 2.0]},
    ),
    "far into a tail": (
        "plate i\ndata\n  y[i] : real\ny[i] ~ Truncated(Normal(0, 1), lower = 40)\n",
        {"y": [41.0, 40.0]},
    ),
    "no density at an end": (
        "plate i\ndata\n  y[i] : unit\ny[i] ~ Beta(1, 1)\n", {"y": [0.0, 1.0]},
    ),
    "counts of nothing": (
        "plate i\ndata\n  y[i] : count\n  r[i] : nonnegative\ny[i] ~ Poisson(r)\n",
        {"y": [0, 3], "r": [0.0, 2.0]},
    ),
    "trials that never happen": (
        "plate i\ndata\n  y[i] : count\n  n[i] : count\ny[i] ~ Binomial(n, 0.5)\n",
        {"y": [0, 2], "n": [0, 2]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ENDS)
def test_an_end_belongs_to_the_support(name: str, backend: str) -> None:
    text, data = ENDS[name]
    Emitted(text, data, backend=backend).check(points=1)


CHANCES = ("Bernoulli(p)", "Binomial(1, p)", "NegativeBinomial(total_count = 2, probs = p)")


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("chance", [1e-300, 1e-20, 1e-9, 1 - 1e-9])
@pytest.mark.parametrize("law", CHANCES)
def test_pyro_keeps_chances_that_are_nearly_certain(law: str, chance: float, y: int) -> None:
    kind = "binary" if law == "Bernoulli(p)" else "count"
    text = f"plate i\ndata\n  y[i] : {kind}\np ~ Flat(lower = 0, upper = 1)\ny[i] ~ {law}\n"
    emitted = Emitted(text, {"y": [y]}, backend="pyro")
    values = {"p": np.array(chance)}
    found, wanted = emitted.density(values), emitted.reference.log_density(values)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-300)
    slope = emitted.runner.slope(values, {"p": np.array(1.0)})
    assert slope is not None and np.isfinite(slope)


def test_pyro_keeps_categories_that_are_nearly_certain() -> None:
    text = (
        "plate k = 3\nplate i\ndata\n  y[i] : k\nz ~ Normal(0, 1)\n"
        "let raw[k] = [exp(z), 1, 0]\ny[i] ~ Categorical(raw / sum(raw))\n"
    )
    emitted = Emitted(text, {"y": [0, 1]}, backend="pyro")
    for z in (-600.0, 0.0, 30.0):
        values = {"z": np.array(z)}
        assert emitted.density(values) == pytest.approx(emitted.reference.log_density(values))
        slope = emitted.runner.slope(values, {"z": np.array(1.0)})
        assert slope is not None and np.isfinite(slope)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("law", "outside"),
    [
        ("Uniform(-1, 3)", (-1.5, 3.5)),
        ("Truncated(Normal(0, 1), lower = 1)", (0.5,)),
        ("2 * Beta(2, 2) - 1", (-1.5, 1.5)),
    ],
)
def test_outside_there_is_no_density(law: str, outside: tuple[float, ...], backend: str) -> None:
    emitted = Emitted(
        f"plate i\ndata\n  y[i] : real\nz ~ {law}\ny[i] ~ Normal(z, 1)\n",
        {"y": [1.0]},
        backend=backend,
    )
    for z in outside:
        assert emitted.reference.log_density({"z": np.array(z)}) == -np.inf
        found = emitted.density({"z": np.array(z)})
        # NumPyro's own densities go on, but its sampler does not leave the support.
        assert found == -np.inf or (backend == "numpyro" and not law.startswith("Trunc"))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("law", ["Exponential(1)", "Beta(2, 2)", "HalfNormal(1)", "Uniform(0, 1)"])
def test_a_term_outside_a_support_has_no_density(law: str, backend: str) -> None:
    """Of what stands in a factor nobody else says where it may lie."""
    emitted = Emitted(f"z ~ Normal(0, 1)\nfactor z ~ {law}\n", {}, backend=backend)
    for z, inside in ((-0.5, False), (0.5, True)):
        values = {"z": np.array(z)}
        wanted = emitted.reference.log_density(values)
        assert np.isfinite(wanted) == inside
        assert emitted.density(values) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("law", "inside", "outside"),
    [
        ("Uniform(0, z)", 5.0, 2.5),
        ("Pareto(z, 2)", 0.9, 1.5),
        ("LogUniform(0.1, z)", 5.0, 2.5),
    ],
)
def test_an_outcome_outside_a_latent_bound_has_no_density(
    law: str, inside: float, outside: float, backend: str
) -> None:
    text = f"plate i\ndata\n  y[i] : positive\nz ~ HalfNormal(9)\ny[i] ~ {law}\n"
    emitted = Emitted(text, {"y": [1.0, 3.0]}, backend=backend)
    for z in (inside, outside):
        values = {"z": np.array(z)}
        wanted = emitted.reference.log_density(values)
        assert np.isfinite(wanted) == (z == inside)
        assert emitted.density(values) == pytest.approx(wanted, rel=1e-9)
