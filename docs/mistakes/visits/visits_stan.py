"""Visits to a doctor: what runs the Stan program."""

import pandas as pd
import stanli

people = pd.read_csv("visits.csv")
data = {"N": len(people), "age": people["age"], "visits": people["visits"]}
model = stanli.Model(stan_file="visits.stan", data=data)
fit = model.sample(chains=1, seed=1)
print(fit.summary())
