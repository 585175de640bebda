"""Investment of eleven American firms, 1935 to 1954, explained by value and capital.

The NumPyro program of investment.bayes. On its own it runs as

    python investment_numpyro.py --data data.csv
"""

import argparse
import csv
from typing import Any

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS


def prepare(*, value: np.ndarray, capital: np.ndarray) -> dict[str, np.ndarray]:
    """What depends on data alone, computed once."""
    # let log_value = log(value) - mean(log(value))
    log_value = np.log(value) - np.mean(np.log(value))
    # let log_capital = log(capital) - mean(log(capital))
    log_capital = np.log(capital) - np.mean(np.log(capital))
    return {"log_value": log_value, "log_capital": log_capital}


def model(
    *,
    log_value: jax.Array,
    log_capital: jax.Array,
    record_firm: jax.Array,
    record_year: jax.Array,
    num_firm: int,
    num_year: int,
    invest: jax.Array | None = None,
) -> None:
    # alpha ~ Normal(4, 2)
    alpha = numpyro.sample("alpha", dist.Normal(loc=4.0, scale=2.0))
    # b_value, b_capital ~ Normal(0, 1)
    b_value = numpyro.sample("b_value", dist.Normal(loc=0.0, scale=1.0))
    b_capital = numpyro.sample("b_capital", dist.Normal(loc=0.0, scale=1.0))
    # tau_firm ~ HalfNormal(1)
    tau_firm = numpyro.sample("tau_firm", dist.HalfNormal(scale=1.0))
    # tau_year ~ HalfNormal(0.5)
    tau_year = numpyro.sample("tau_year", dist.HalfNormal(scale=0.5))

    with numpyro.plate("firm", num_firm):
        # level[firm] ~ Normal(alpha, tau_firm)
        level = numpyro.sample("level", dist.Normal(loc=alpha, scale=tau_firm))

    with numpyro.plate("year", num_year):
        # climate[year] ~ Normal(0, tau_year)
        climate = numpyro.sample("climate", dist.Normal(loc=0.0, scale=tau_year))

    # sigma ~ HalfNormal(1)
    sigma = numpyro.sample("sigma", dist.HalfNormal(scale=1.0))

    with numpyro.plate("record", record_firm.shape[0]):
        # invest[record] ~ LogNormal(level + climate + b_value * log_value + b_capital …
        loc = (
            level[record_firm]
            + climate[record_year]
            + b_value * log_value
            + b_capital * log_capital
        )
        numpyro.sample("invest", dist.LogNormal(loc=loc, scale=sigma), obs=invest)


def load(path: str) -> dict[str, Any]:
    """The model's inputs from a CSV file with one row a record."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    firm_labels, record_firm = np.unique(
        [row["firm"] for row in rows], return_inverse=True
    )
    year_labels, record_year = np.unique(
        [row["year"] for row in rows], return_inverse=True
    )
    return {
        "value": np.array([float(row["value"]) for row in rows]),
        "capital": np.array([float(row["capital"]) for row in rows]),
        "invest": np.array([float(row["invest"]) for row in rows]),
        "record_firm": record_firm,
        "record_year": record_year,
        "num_firm": len(firm_labels),
        "num_year": len(year_labels),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, help="CSV file, a row each record")
    parser.add_argument("--warmup", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    numpyro.enable_x64()
    data = load(arguments.data)
    data |= prepare(**{name: data[name] for name in MANIFEST["prepare"]})
    mcmc = MCMC(
        NUTS(model, dense_mass=True),
        num_warmup=arguments.warmup,
        num_samples=arguments.draws,
        num_chains=arguments.chains,
        chain_method="sequential",
    )
    key = jax.random.key(arguments.seed)
    mcmc.run(key, **{name: data[name] for name in MANIFEST["arguments"]})
    mcmc.print_summary()


MANIFEST = {
    "spec": "investment.bayes",
    "model": "investment",
    "backend": "numpyro",
    "inputs": {
        "value": {"role": "data", "dims": ["record"]},
        "capital": {"role": "data", "dims": ["record"]},
        "invest": {"role": "data", "dims": ["record"]},
        "record_firm": {"role": "index", "plate": "record", "parent": "firm"},
        "record_year": {"role": "index", "plate": "record", "parent": "year"},
        "num_firm": {"role": "size", "plate": "firm"},
        "num_year": {"role": "size", "plate": "year"},
    },
    "prepare": ["value", "capital"],
    "prepared": ["log_value", "log_capital"],
    "arguments": [
        "log_value",
        "log_capital",
        "record_firm",
        "record_year",
        "num_firm",
        "num_year",
        "invest",
    ],
    "outcomes": ["invest"],
    "sites": {
        "alpha": {"kind": "latent", "dims": [], "support": "real", "line": 16},
        "b_value": {"kind": "latent", "dims": [], "support": "real", "line": 17},
        "b_capital": {"kind": "latent", "dims": [], "support": "real", "line": 17},
        "tau_firm": {"kind": "latent", "dims": [], "support": "positive", "line": 20},
        "tau_year": {"kind": "latent", "dims": [], "support": "positive", "line": 21},
        "level": {"kind": "latent", "dims": ["firm"], "support": "real", "line": 22},
        "climate": {"kind": "latent", "dims": ["year"], "support": "real", "line": 23},
        "sigma": {"kind": "latent", "dims": [], "support": "positive", "line": 25},
        "invest": {
            "kind": "outcome",
            "dims": ["record"],
            "support": "positive",
            "line": 26,
        },
    },
}


if __name__ == "__main__":
    main()
