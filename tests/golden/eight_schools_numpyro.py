"""Effects of coaching for a test in eight schools, partially pooled.

The NumPyro program of eight_schools.bayes. On its own it runs as

    python eight_schools_numpyro.py --data data.csv
"""

import argparse
import csv
from typing import Any

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS


def model(*, error: jax.Array, effect: jax.Array | None = None) -> None:
    # mu ~ Normal(0, 5)
    mu = numpyro.sample("mu", dist.Normal(loc=0.0, scale=5.0))
    # tau ~ HalfCauchy(5)
    tau = numpyro.sample("tau", dist.HalfCauchy(scale=5.0))

    with numpyro.plate("school", error.shape[0]):
        # theta[school] ~ Normal(mu, tau)
        theta_standard = numpyro.sample(
            "theta_standard", dist.Normal(loc=0.0, scale=1.0)
        )

    theta = numpyro.deterministic("theta", mu + tau * theta_standard)

    with numpyro.plate("school", error.shape[0]):
        # effect[school] ~ Normal(theta, error)
        numpyro.sample("effect", dist.Normal(loc=theta, scale=error), obs=effect)


def load(path: str) -> dict[str, Any]:
    """The model's inputs from a CSV file with one row a school."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        "effect": np.array([float(row["effect"]) for row in rows]),
        "error": np.array([float(row["error"]) for row in rows]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, help="CSV file, a row each school")
    parser.add_argument("--warmup", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    numpyro.enable_x64()
    data = load(arguments.data)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.9),
        num_warmup=arguments.warmup,
        num_samples=arguments.draws,
        num_chains=arguments.chains,
        chain_method="sequential",
    )
    key = jax.random.key(arguments.seed)
    mcmc.run(key, **{name: data[name] for name in MANIFEST["arguments"]})
    mcmc.print_summary()


MANIFEST = {
    "spec": "eight_schools.bayes",
    "model": "eight_schools",
    "backend": "numpyro",
    "inputs": {
        "effect": {"role": "data", "dims": ["school"]},
        "error": {"role": "data", "dims": ["school"]},
    },
    "arguments": ["error", "effect"],
    "outcomes": ["effect"],
    "sites": {
        "mu": {"kind": "latent", "dims": [], "support": "real", "line": 10},
        "tau": {"kind": "latent", "dims": [], "support": "positive", "line": 11},
        "theta_standard": {
            "kind": "auxiliary",
            "dims": ["school"],
            "support": "real",
            "line": 12,
        },
        "theta": {"kind": "deterministic", "dims": ["school"], "line": 12},
        "effect": {
            "kind": "outcome",
            "dims": ["school"],
            "support": "real",
            "line": 14,
        },
    },
}


if __name__ == "__main__":
    main()
