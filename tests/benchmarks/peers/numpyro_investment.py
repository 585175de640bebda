"""Investment of firms as one writes it in NumPyro by hand: a whole program, import to summary."""

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


def model(
    invest: Array,
    log_value: Array,
    log_capital: Array,
    firm: Array,
    year: Array,
    firms: int,
    years: int,
) -> None:
    alpha = numpyro.sample("alpha", dist.Normal(4, 2))
    b_value = numpyro.sample("b_value", dist.Normal(0, 1))
    b_capital = numpyro.sample("b_capital", dist.Normal(0, 1))
    tau_firm = numpyro.sample("tau_firm", dist.HalfNormal(1))
    tau_year = numpyro.sample("tau_year", dist.HalfNormal(0.5))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    with numpyro.plate("firm", firms):
        level = numpyro.sample("level", dist.Normal(alpha, tau_firm))
    with numpyro.plate("year", years):
        climate = numpyro.sample("climate", dist.Normal(0, tau_year))
    with numpyro.plate("record", len(invest)):
        mean = level[firm] + climate[year] + b_value * log_value + b_capital * log_capital
        numpyro.sample("invest", dist.LogNormal(mean, sigma), obs=invest)


def centred_log(x: Array) -> Array:
    centred: Array = np.log(x) - np.mean(np.log(x))
    return centred


def main() -> None:
    numpyro.enable_x64()
    job = read_job()
    data = read_columns(job.data)
    firm_labels, firm = np.unique(data["firm"], return_inverse=True)
    year_labels, year = np.unique(data["year"], return_inverse=True)
    mcmc = MCMC(
        NUTS(model, dense_mass=True),  # as the spec has it
        num_warmup=WARMUP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="sequential",
    )
    mcmc.run(
        jax.random.PRNGKey(job.seed),
        data["invest"],
        centred_log(data["value"]),
        centred_log(data["capital"]),
        firm,
        year,
        firms=len(firm_labels),
        years=len(year_labels),
    )
    mcmc.print_summary()
    write_arrays(job.out, mcmc.get_samples(group_by_chain=True))


if __name__ == "__main__":
    main()
