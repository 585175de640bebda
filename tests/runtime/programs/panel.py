# mypy: ignore-errors
"""Investment of firms over years: firm and year effects, crossed."""

import numpy as np
import numpyro
import numpyro.distributions as dist


def prepare(*, value, invest):
    """Quantities that depend on data alone, computed once."""
    return {"log_value": np.log(value), "log_invest": np.log(invest)}


def model(*, log_value, record_firm, record_year, num_firm, num_year, first_firm, log_invest=None):
    mu = numpyro.sample("mu", dist.Normal(loc=0.0, scale=10.0))
    slope = numpyro.sample("slope", dist.Normal(loc=0.0, scale=1.0))
    tau_firm = numpyro.sample("tau_firm", dist.HalfNormal(scale=1.0))
    tau_year = numpyro.sample("tau_year", dist.HalfNormal(scale=1.0))
    sigma = numpyro.sample("sigma", dist.HalfNormal(scale=1.0))
    with numpyro.plate("firm", num_firm):
        alpha = numpyro.sample("alpha", dist.Normal(loc=0.0, scale=tau_firm))
    with numpyro.plate("year", num_year):
        beta = numpyro.sample("beta", dist.Normal(loc=0.0, scale=tau_year))
    numpyro.deterministic("first", alpha[first_firm])
    with numpyro.plate("record", record_firm.shape[0]):
        numpyro.sample(
            "log_invest",
            dist.Normal(
                loc=mu + slope * log_value + alpha[record_firm] + beta[record_year], scale=sigma
            ),
            obs=log_invest,
        )


MANIFEST = {
    "spec": "panel.bayes",
    "model": "panel",
    "backend": "numpyro",
    "inputs": {
        "value": {"role": "data", "dims": ["record"]},
        "invest": {"role": "data", "dims": ["record"]},
        "record_firm": {"role": "index", "plate": "record", "parent": "firm"},
        "record_year": {"role": "index", "plate": "record", "parent": "year"},
        "num_firm": {"role": "size", "plate": "firm"},
        "num_year": {"role": "size", "plate": "year"},
        "first_firm": {"role": "position", "plate": "firm", "label": "IBM"},
    },
    "prepare": ["value", "invest"],
    "prepared": ["log_value", "log_invest"],
    "arguments": [
        "log_value", "record_firm", "record_year", "num_firm", "num_year", "first_firm",
        "log_invest",
    ],
    "outcomes": ["log_invest"],
    "sites": {
        "mu": {"kind": "latent", "dims": [], "line": 5, "statement": "param mu ~ Normal(0, 10)"},
        "slope": {
            "kind": "latent", "dims": [], "line": 6, "statement": "param slope ~ Normal(0, 1)",
        },
        "tau_firm": {
            "kind": "latent", "dims": [], "line": 7, "statement": "param tau_firm ~ HalfNormal(1)",
        },
        "tau_year": {
            "kind": "latent", "dims": [], "line": 8, "statement": "param tau_year ~ HalfNormal(1)",
        },
        "sigma": {
            "kind": "latent", "dims": [], "line": 9, "statement": "param sigma ~ HalfNormal(1)",
        },
        "alpha": {
            "kind": "latent", "dims": ["firm"],
            "line": 10, "statement": "param alpha[firm] ~ Normal(0, tau_firm)",
        },
        "beta": {
            "kind": "latent", "dims": ["year"],
            "line": 11, "statement": "param beta[year] ~ Normal(0, tau_year)",
        },
        "first": {
            "kind": "deterministic", "dims": [],
            "line": 12, "statement": "let first = alpha[firm = IBM]",
        },
        "log_invest": {
            "kind": "outcome", "dims": ["record"],
            "line": 13, "statement": "log(invest) ~ Normal(mu + slope * log(value) + ..., sigma)",
        },
    },
}  # fmt: skip
