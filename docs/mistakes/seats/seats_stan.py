"""Shares of parties by region: what runs the Stan program."""

import pandas as pd
import stanli

regions, parties = ["north", "south"], ["left", "centre", "right"]
voters = pd.read_csv("seats.csv")
data = {
    "N": len(voters),
    "R": len(regions),
    "P": len(parties),
    "region": [regions.index(r) + 1 for r in voters["region"]],
    "vote": [parties.index(v) + 1 for v in voters["vote"]],
}
model = stanli.Model(stan_file="seats.stan", data=data)
fit = model.sample(chains=1, seed=1)
print(fit.summary())
