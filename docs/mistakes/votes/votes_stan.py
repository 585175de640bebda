"""Votes by age: what runs the Stan program."""

import pandas as pd
import stanli

voters = pd.read_csv("votes.csv")
data = {"N": len(voters), "age": voters["age"], "dole": voters["dole"]}
model = stanli.Model(stan_file="votes.stan", data=data)
fit = model.sample(chains=1, seed=1)
print(fit.summary())
