"""Radon in homes, in NumPyro."""

import jax
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS


def model(code, counties, floor, log_radon=None):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfNormal(1))
    beta = numpyro.sample("beta", dist.Normal(0, 5))
    sigma = numpyro.sample("sigma", dist.HalfNormal(1))
    with numpyro.plate("counties", len(counties)):
        alpha = numpyro.sample("alpha", dist.Normal(mu, tau))
    with numpyro.plate("homes", len(code)):
        mean = alpha[code] + beta * floor
        numpyro.sample("log_radon", dist.Normal(mean, sigma), obs=log_radon)


homes = pd.read_csv("radon.csv")
code, counties = pd.factorize(homes["county"])
floor = homes["floor"].to_numpy()
log_radon = homes["log_radon"].to_numpy()

mcmc = MCMC(NUTS(model), num_warmup=500, num_samples=1000, progress_bar=False)
mcmc.run(jax.random.key(1), code, counties, floor, log_radon=log_radon)
mcmc.print_summary()
