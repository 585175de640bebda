"""Every pass keeps the density: the reference evaluates the model before and after it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bayescript.compiler import ir
from bayescript.compiler.ir.walk import walk
from bayescript.compiler.passes import PASSES
from bayescript.compiler.passes.hoist import hoist_data
from bayescript.compiler.pipeline import with_settings
from bayescript.compiler.reference.density import Reference
from bayescript.grammar.diagnostics import BackendError
from tests.compiler.constructs.given import HOMES, NEST
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.compiler.test_features import CASES


def sized(bound: Any, model: ir.Model) -> Any:
    """The bound data with the sizes of the plates that passes made."""
    made = {p.name: bound.sizes[p.short_of] - 1 for p in model.plates if p.short_of}
    return SimpleNamespace(
        data=bound.data, indices=bound.indices, coords=bound.coords, sizes={**bound.sizes, **made}
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in CASES if "missing cells" not in name])
def test_passes_keep_the_density(name: str, backend: str) -> None:
    text, data = CASES[name]
    emitted = Emitted(text, data)
    model = emitted.model.ir
    values = emitted.point(np.random.default_rng(3))
    wanted = emitted.reference.log_density(values)
    for what, apply in PASSES:
        model = apply(model, backend)
        given = emitted.sites(values) if what.startswith("write pinned") else values
        values = given
        found = Reference(model, sized(emitted.bound, model)).log_density(given)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9, err_msg=what)


UNIVARIATE = (
    NEST
    + """
    mu ~ Normal(0, 1)
    tau ~ HalfNormal(1)
    a[county] ~ Normal(mu, tau)
    b[county] ~ StudentT(4, 0, tau)
    y[home] ~ Normal(a + b * x, 1)
"""
)

MULTIVARIATE = """
    plate effect = [level, slope]
    plate group
    plate obs within group
    data
      x[obs] : real
      y[obs] : real
    m[effect] ~ Normal(0, 1)
    s[effect] ~ HalfNormal(1)
    L[effect, effect'] ~ LKJCholesky(2)
    b[group, effect] ~ MultivariateNormal(m, scale_tril = s * L)
    y[obs] ~ Normal(b["level"] + b["slope"] * x, 1)
"""
GROUPED = {"group": ["u", "v", "u"], "x": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 2.0]}


@pytest.mark.parametrize("backend", BACKENDS)
def test_non_centred_latents_have_the_density_of_the_centred_ones(backend: str) -> None:
    emitted = Emitted(UNIVARIATE, HOMES, backend=backend, noncentered=["a", "b"])
    rng = np.random.default_rng(5)
    for _ in range(3):
        values = emitted.point(rng)
        mu, tau = values["mu"], values["tau"]
        sites = {
            "mu": mu, "tau": tau,
            "a_standard": (values["a"] - mu) / tau, "b_standard": values["b"] / tau,
        }  # fmt: skip
        # The change of variables: six numbers are divided by tau.
        wanted = emitted.reference.log_density(values) + 6 * np.log(tau)
        np.testing.assert_allclose(emitted.density(sites), wanted, rtol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_non_centred_vectors_have_the_density_of_the_centred_ones(backend: str) -> None:
    emitted = Emitted(MULTIVARIATE, GROUPED, backend=backend, noncentered="b")
    values = emitted.point(np.random.default_rng(5))
    factor = values["s"][:, None] * values["L"]
    standard = np.linalg.solve(factor, (values["b"] - values["m"]).T).T
    sites = {k: v for k, v in values.items() if k != "b"} | {"b_standard": standard}
    wanted = emitted.reference.log_density(values) + 2 * np.log(np.diag(factor)).sum()
    np.testing.assert_allclose(emitted.density(sites), wanted, rtol=1e-9)


@pytest.mark.parametrize(
    ("names", "fragment"),
    [(["aa"], "did you mean `a`"), (["tau"], "location-scale"), ("y", "no latent `y`")],
)
def test_what_cannot_be_non_centred_is_refused(names: Any, fragment: str) -> None:
    with pytest.raises(BackendError, match="B402") as caught:
        Emitted(UNIVARIATE, HOMES, noncentered=names)
    assert fragment in str(caught.value)


def test_nothing_on_data_alone_is_left_in_the_density() -> None:
    emitted = Emitted(*CASES["reductions by group"])
    hoisted = hoist_data(emitted.model.ir, "numpyro")
    density = [
        s for s in hoisted.statements if not (isinstance(s, ir.Define) and s.stage == "data")
    ]
    costly = (ir.GroupReduce, ir.Reduce)
    assert not any(isinstance(node, costly) for s in density for node in walk(s))


def test_a_call_overrides_the_settings_of_the_spec() -> None:
    model = Emitted(*CASES["flat"]).model.ir
    changed = with_settings(
        replace(model, inference=ir.Inference("nuts", (("chains", 2),))), {"chains": 3}
    )
    assert dict(changed.inference.settings) == {"chains": 3}
