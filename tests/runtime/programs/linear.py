# mypy: ignore-errors
"""A regression with known noise and correlated predictors: the posterior is a known normal."""

import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist


def model(*, x, z, num_row, y=None):
    level = numpyro.sample("level", dist.Normal(loc=0.0, scale=5.0))
    slope = numpyro.sample("slope", dist.Normal(loc=0.0, scale=2.0))
    other = numpyro.sample("other", dist.Normal(loc=1.0, scale=2.0))
    numpyro.deterministic("both", jnp.stack([slope, other]))
    with numpyro.plate("row", num_row):
        numpyro.sample("y", dist.Normal(loc=level + slope * x + other * z, scale=0.5), obs=y)


MANIFEST = {
    "spec": "linear.bayes",
    "model": "linear",
    "backend": "numpyro",
    "inputs": {
        "x": {"role": "data", "dims": ["row"]},
        "z": {"role": "data", "dims": ["row"]},
        "y": {"role": "data", "dims": ["row"]},
        "num_row": {"role": "size", "plate": "row"},
    },
    "arguments": ["x", "z", "num_row", "y"],
    "outcomes": ["y"],
    "sites": {
        "level": {"kind": "latent", "dims": [], "line": 4, "statement": "level ~ Normal(0, 5)"},
        "slope": {"kind": "latent", "dims": [], "line": 5, "statement": "slope ~ Normal(0, 2)"},
        "other": {"kind": "latent", "dims": [], "line": 6, "statement": "other ~ Normal(1, 2)"},
        "both": {"kind": "deterministic", "dims": ["which"], "line": 7, "statement": "both = …"},
        "y": {"kind": "outcome", "dims": ["row"], "line": 8, "statement": "y ~ Normal(…, 0.5)"},
    },
}
