# mypy: ignore-errors
"""A normal mean with known spread: the posterior is known exactly."""

import numpyro
import numpyro.distributions as dist


def model(*, num_cell, y=None):
    mu = numpyro.sample("mu", dist.Normal(loc=1.0, scale=2.0))
    with numpyro.plate("cell", num_cell):
        numpyro.sample("y", dist.Normal(loc=mu, scale=3.0), obs=y)


MANIFEST = {
    "spec": "conjugate.bayes",
    "model": "conjugate",
    "backend": "numpyro",
    "inputs": {
        "y": {"role": "data", "dims": ["cell"]},
        "num_cell": {"role": "size", "plate": "cell"},
    },
    "arguments": ["num_cell", "y"],
    "outcomes": ["y"],
    "sites": {
        "mu": {"kind": "latent", "dims": [], "line": 4, "statement": "param mu ~ Normal(1, 2)"},
        "y": {"kind": "outcome", "dims": ["cell"], "line": 5, "statement": "y ~ Normal(mu, 3)"},
    },
}
