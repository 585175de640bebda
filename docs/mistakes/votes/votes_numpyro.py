"""Votes by age, in NumPyro."""

import jax
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS


def model(age, dole=None):
    a = numpyro.sample("a", dist.Normal(0, 2))
    b = numpyro.sample("b", dist.Normal(0, 2))
    with numpyro.plate("voters", len(age)):
        numpyro.sample("dole", dist.Bernoulli(logits=a + b * age), obs=dole)


voters = pd.read_csv("votes.csv")
age = voters["age"].to_numpy()
dole = voters["dole"].to_numpy()

mcmc = MCMC(NUTS(model), num_warmup=500, num_samples=1000, progress_bar=False)
mcmc.run(jax.random.key(1), age, dole=dole)
mcmc.print_summary()
