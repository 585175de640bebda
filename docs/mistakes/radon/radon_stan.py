"""Radon in homes: what runs the Stan program."""

import pandas as pd
import stanli

homes = pd.read_csv("radon.csv")
code, counties = pd.factorize(homes["county"])
data = {
    "N": len(homes),
    "J": len(counties),
    "county": code + 1,
    "floor_": homes["floor"],
    "log_radon": homes["log_radon"],
}
model = stanli.Model(stan_file="radon.stan", data=data)
fit = model.sample(chains=1, seed=1)
print(fit.summary())
