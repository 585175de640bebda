"""Eight schools as one writes it in NumPyro by hand: a whole program, from import to summary."""

import jax
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


def model(effect: Array, error: Array) -> None:
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    with numpyro.plate("school", len(effect)):
        z = numpyro.sample("z", dist.Normal(0, 1))
        theta = numpyro.deterministic("theta", mu + tau * z)
        numpyro.sample("effect", dist.Normal(theta, error), obs=effect)


def main() -> None:
    numpyro.enable_x64()
    job = read_job()
    data = read_columns(job.data)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.9),  # as the spec has it
        num_warmup=WARMUP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="sequential",
    )
    effect, error = data["effect"].astype(float), data["error"].astype(float)
    mcmc.run(jax.random.PRNGKey(job.seed), effect, error)
    mcmc.print_summary()
    write_arrays(job.out, mcmc.get_samples(group_by_chain=True))


if __name__ == "__main__":
    main()
