# mypy: ignore-errors
"""Neal's funnel, with outcomes that say next to nothing."""

import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist


def model(*, num_cell, y=None):
    v = numpyro.sample("v", dist.Normal(loc=0.0, scale=3.0))
    with numpyro.plate("cell", num_cell):
        w = numpyro.sample("w", dist.Normal(loc=0.0, scale=jnp.exp(v / 2)))
        numpyro.sample("y", dist.Normal(loc=w, scale=1000.0), obs=y)


MANIFEST = {
    "spec": "funnel.bayes",
    "model": "funnel",
    "backend": "numpyro",
    "inputs": {
        "y": {"role": "data", "dims": ["cell"]},
        "num_cell": {"role": "size", "plate": "cell"},
    },
    "arguments": ["num_cell", "y"],
    "outcomes": ["y"],
    "sites": {
        "v": {"kind": "latent", "dims": [], "line": 4, "statement": "v ~ Normal(0, 3)"},
        "w": {"kind": "latent", "dims": ["cell"], "line": 5, "statement": "w ~ Normal(…)"},
        "y": {"kind": "outcome", "dims": ["cell"], "line": 6, "statement": "y ~ Normal(w, 1000)"},
    },
}
