"""Visits to a doctor, in NumPyro."""

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS


def model(age, visits=None):
    a = numpyro.sample("a", dist.Normal(0, 2))
    b = numpyro.sample("b", dist.Normal(0, 1))
    phi = numpyro.sample("phi", dist.HalfNormal(5))
    m = jnp.exp(a + b * age)
    with numpyro.plate("people", len(age)):
        numpyro.sample("visits", dist.NegativeBinomial2(m, phi), obs=visits)


people = pd.read_csv("visits.csv")
age = people["age"].to_numpy()
visits = people["visits"].to_numpy()

mcmc = MCMC(NUTS(model), num_warmup=500, num_samples=1000, progress_bar=False)
mcmc.run(jax.random.key(1), age, visits=visits)
mcmc.print_summary()
