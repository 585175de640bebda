"""A spec that has a little of everything."""

SPEC = """\
model radon "Radon in homes"

plate county
plate home within county
plate dose = [low, mid, "very high"]
plate game within (home_team: county, away: county)

data
  uranium[county] : real
  floor[home]     : binary
  log_radon[home] : real
  given[home]     : dose

def standard(x, s) = (x - mean(x)) / s

gamma_0 ~ Normal(0, 10)
tau     ~ HalfNormal(1)
alpha[county] ~ Normal(gamma_0 + uranium, tau)
b[dose] ~ Normal(0, 1)
let eta = alpha + b[given]
sigma ~ HalfNormal(1)
log_radon[home] ~ Normal(eta + standard(floor, 2), sigma)

infer nuts
  chains = 4
"""
