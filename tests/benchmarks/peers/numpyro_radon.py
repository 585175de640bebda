"""Radon in homes as one writes it in NumPyro by hand: a whole program, from import to summary."""

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

from tests.benchmarks.peers.common import (
    CHAINS,
    DRAWS,
    WARMUP,
    Array,
    read_columns,
    read_job,
    write_arrays,
)


def model(log_radon: Array, floor: Array, county: Array, counties: int) -> None:
    mu = numpyro.sample("mu", dist.Normal(0, 10))
    tau = numpyro.sample("tau", dist.HalfNormal(1))
    beta = numpyro.sample("beta", dist.Normal(0, 10))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    with numpyro.plate("county", counties):
        z = numpyro.sample("z", dist.Normal(0, 1))
        alpha = numpyro.deterministic("alpha", mu + tau * z)
    with numpyro.plate("home", len(log_radon)):
        mean = alpha[county] + beta * floor
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


def main() -> None:
    numpyro.enable_x64()
    job = read_job()
    data = read_columns(job.data)
    labels, county = np.unique(data["county"], return_inverse=True)
    mcmc = MCMC(
        NUTS(model),
        num_warmup=WARMUP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="sequential",
    )
    mcmc.run(
        jax.random.PRNGKey(job.seed), data["log_radon"], data["floor"], county, counties=len(labels)
    )
    mcmc.print_summary()
    write_arrays(job.out, mcmc.get_samples(group_by_chain=True))


if __name__ == "__main__":
    main()
