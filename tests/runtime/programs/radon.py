# mypy: ignore-errors
"""Radon in homes, partially pooled by county."""

import numpyro
import numpyro.distributions as dist


def model(*, floor, home_county, num_county, log_radon=None):
    mu = numpyro.sample("mu", dist.Normal(loc=0.0, scale=10.0))
    slope = numpyro.sample("slope", dist.Normal(loc=0.0, scale=10.0))
    tau = numpyro.sample("tau", dist.HalfNormal(scale=1.0))
    sigma = numpyro.sample("sigma", dist.HalfNormal(scale=1.0))
    with numpyro.plate("county", num_county):
        alpha_raw = numpyro.sample("alpha_raw", dist.Normal(loc=0.0, scale=1.0))
        alpha = numpyro.deterministic("alpha", mu + tau * alpha_raw)
    with numpyro.plate("home", home_county.shape[0]):
        numpyro.sample(
            "log_radon",
            dist.Normal(loc=alpha[home_county] + slope * floor, scale=sigma),
            obs=log_radon,
        )


MANIFEST = {
    "spec": "radon.bayes",
    "model": "radon",
    "backend": "numpyro",
    "inputs": {
        "log_radon": {"role": "data", "dims": ["home"]},
        "floor": {"role": "data", "dims": ["home"]},
        "home_county": {"role": "index", "plate": "home", "parent": "county"},
        "num_county": {"role": "size", "plate": "county"},
    },
    "arguments": ["floor", "home_county", "num_county", "log_radon"],
    "outcomes": ["log_radon"],
    "sites": {
        "mu": {"kind": "latent", "dims": [], "line": 8, "statement": "param mu ~ Normal(0, 10)"},
        "slope": {
            "kind": "latent", "dims": [], "line": 9, "statement": "param slope ~ Normal(0, 10)",
        },
        "tau": {"kind": "latent", "dims": [], "line": 10, "statement": "param tau ~ HalfNormal(1)"},
        "sigma": {
            "kind": "latent", "dims": [], "line": 11, "statement": "param sigma ~ HalfNormal(1)",
        },
        "alpha_raw": {
            "kind": "auxiliary", "dims": ["county"],
            "line": 12, "statement": "param alpha[county] ~ Normal(mu, tau)",
        },
        "alpha": {
            "kind": "latent", "dims": ["county"],
            "line": 12, "statement": "param alpha[county] ~ Normal(mu, tau)",
        },
        "log_radon": {
            "kind": "outcome", "dims": ["home"],
            "line": 13, "statement": "log_radon ~ Normal(alpha + slope * floor, sigma)",
        },
    },
}  # fmt: skip
