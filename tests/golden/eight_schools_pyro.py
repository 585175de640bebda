"""Effects of coaching for a test in eight schools, partially pooled.

The Pyro program of eight_schools.bayes. On its own it runs as

    python eight_schools_pyro.py --data data.csv
"""

import argparse
import csv
from typing import Any

import numpy as np
import pyro
import pyro.distributions as dist
import torch
from pyro.infer import MCMC, NUTS


def model(*, error: torch.Tensor, effect: torch.Tensor | None = None) -> None:
    # mu ~ Normal(0, 5)
    mu = pyro.sample("mu", dist.Normal(loc=0.0, scale=5.0))
    # tau ~ HalfCauchy(5)
    tau = pyro.sample("tau", dist.HalfCauchy(scale=5.0))

    school_plate = pyro.plate("school", error.shape[0])
    with school_plate:
        # theta[school] ~ Normal(mu, tau)
        theta_standard = pyro.sample("theta_standard", dist.Normal(loc=0.0, scale=1.0))

    theta = pyro.deterministic("theta", mu + tau * theta_standard)

    with school_plate:
        # effect[school] ~ Normal(theta, error)
        pyro.sample("effect", dist.Normal(loc=theta, scale=error), obs=effect)


def load(path: str) -> dict[str, Any]:
    """The model's inputs from a CSV file with one row a school."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        "effect": np.array([float(row["effect"]) for row in rows]),
        "error": np.array([float(row["error"]) for row in rows]),
    }


def tensors(data: dict[str, Any]) -> dict[str, Any]:
    """Data as tensors: float64, int64 for positions, and ints for sizes."""
    given = dict(data)
    for name in given.keys() - set(MANIFEST["integers"]):
        value = torch.as_tensor(given[name])
        exact = value.dtype == torch.bool or name in MANIFEST["positions"]
        given[name] = value if exact else value.double()
    return given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, help="CSV file, a row each school")
    parser.add_argument("--warmup", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    torch.set_default_dtype(torch.float64)
    pyro.set_rng_seed(arguments.seed)
    data = load(arguments.data)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.9),
        warmup_steps=arguments.warmup,
        num_samples=arguments.draws,
        num_chains=arguments.chains,
    )
    mcmc.run(**tensors({name: data[name] for name in MANIFEST["arguments"]}))
    mcmc.summary()


MANIFEST = {
    "spec": "eight_schools.bayes",
    "model": "eight_schools",
    "backend": "pyro",
    "inputs": {
        "effect": {"role": "data", "dims": ["school"]},
        "error": {"role": "data", "dims": ["school"]},
    },
    "arguments": ["error", "effect"],
    "integers": [],
    "positions": [],
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
