"""Shares of parties by region, in NumPyro."""

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS

regions, parties = ["north", "south"], ["left", "centre", "right"]


def model(region, vote=None):
    with numpyro.plate("regions", len(regions)):
        share = numpyro.sample("share", dist.Dirichlet(jnp.ones(len(parties))))
    with numpyro.plate("voters", len(region)):
        numpyro.sample("vote", dist.Categorical(probs=share[region]), obs=vote)


voters = pd.read_csv("seats.csv")
region = jnp.array([regions.index(r) for r in voters["region"]])
vote = jnp.array([parties.index(v) for v in voters["vote"]])

mcmc = MCMC(NUTS(model), num_warmup=500, num_samples=1000, progress_bar=False)
mcmc.run(jax.random.key(1), region, vote=vote)
mcmc.print_summary()
