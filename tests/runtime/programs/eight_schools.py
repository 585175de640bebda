# mypy: ignore-errors
"""Eight schools: the effect of coaching, partially pooled, non-centred."""

import numpyro
import numpyro.distributions as dist


def model(*, sigma, num_school, y=None):
    mu = numpyro.sample("mu", dist.Normal(loc=0.0, scale=5.0))
    tau = numpyro.sample("tau", dist.HalfCauchy(scale=5.0))
    with numpyro.plate("school", num_school):
        theta_raw = numpyro.sample("theta_raw", dist.Normal(loc=0.0, scale=1.0))
        theta = numpyro.deterministic("theta", mu + tau * theta_raw)
        numpyro.sample("y", dist.Normal(loc=theta, scale=sigma), obs=y)


MANIFEST = {
    "spec": "eight_schools.bayes",
    "model": "eight_schools",
    "backend": "numpyro",
    "inputs": {
        "y": {"role": "data", "dims": ["school"]},
        "sigma": {"role": "data", "dims": ["school"]},
        "num_school": {"role": "size", "plate": "school"},
    },
    "arguments": ["sigma", "num_school", "y"],
    "outcomes": ["y"],
    "sites": {
        "mu": {
            "kind": "latent", "dims": [], "support": "real",
            "line": 7, "statement": "param mu ~ Normal(0, 5)",
        },
        "tau": {
            "kind": "latent", "dims": [], "support": "positive",
            "line": 8, "statement": "param tau ~ HalfCauchy(5)",
        },
        "theta_raw": {
            "kind": "auxiliary", "dims": ["school"], "support": "real",
            "line": 9, "statement": "param theta[school] ~ Normal(mu, tau)",
        },
        "theta": {
            "kind": "latent", "dims": ["school"], "support": "real",
            "line": 9, "statement": "param theta[school] ~ Normal(mu, tau)",
        },
        "y": {
            "kind": "outcome", "dims": ["school"], "support": "real",
            "line": 10, "statement": "y ~ Normal(theta, sigma)",
        },
    },
}  # fmt: skip
