"""The distributions of a truth value, a category or a count, one row each.

The texts of `log_cdf` (the value is x or less) and `log_sf` (it is more than x) hold for whole x
from -1 to the end of the support.
"""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters

d = Late("densities")
v = Late("vector_densities")

_TOTAL_COUNT = {"total_count": "concentration", "logits": "log(mean) - log(concentration)"}

# Pyro with a log density of ours: torch moves chances away from 0 and 1.
_EXACT = {"pyro": Target(helper=True)}

DISCRETE: tuple[Family, ...] = (
    Family(
        "Bernoulli",
        "0 or 1",
        support="binary",
        kind="bool",
        forms=(
            Form(parameters("probs:unit"), d.bernoulli_probs, _EXACT),
            Form(parameters("logits:real"), d.bernoulli_logits),
        ),
        positional=1,
    ),
    Family(
        "Binomial",
        "how many of a number of trials succeed",
        support="up_to",
        kind="int",
        bounds=(None, "total_count"),
        forms=(
            Form(parameters("total_count:count probs:unit"), d.binomial_probs, _EXACT),
            Form(parameters("total_count:count logits:real"), d.binomial_logits),
        ),
        positional=2,
        log_cdf="log(betainc(total_count - x, x + 1, 1 - probs))",
        log_sf="log(betainc(x + 1, total_count - x, probs))",
    ),
    Family(
        "Categorical",
        "one element of a plate",
        support="category",
        kind="index",
        forms=(
            Form(parameters("probs:simplex/1"), v.categorical_probs, _EXACT),
            Form(parameters("logits:real/1"), v.categorical_logits),
        ),
        positional=1,
    ),
    Family(
        "Poisson",
        "a count of events that come one by one at a steady rate",
        support="count",
        kind="int",
        forms=(
            Form(parameters("rate:nonnegative"), d.poisson),
            Form(
                parameters("log_rate:real"),
                d.poisson_log_rate,
                lowering="Poisson(rate = exp(log_rate))",
            ),
        ),
        positional=1,
        log_cdf="log(gammaincc(x + 1, rate))",
        log_sf="log(gammainc(x + 1, rate))",
    ),
    Family(
        "NegativeBinomial",
        "a count that varies more than a Poisson count: variance mean + mean^2 / concentration",
        support="count",
        kind="int",
        forms=(
            Form(
                parameters("mean:positive concentration:positive"),
                d.negative_binomial,
                {"numpyro": Target("NegativeBinomial2"), "pyro": Target(values=_TOTAL_COUNT)},
            ),
            # As in Pyro and NumPyro, `probs` is the chance of what is counted; SciPy counts the
            # other outcome.
            Form(parameters("total_count:positive probs:unit"), d.negative_binomial_probs, _EXACT),
            Form(parameters("total_count:positive logits:real"), d.negative_binomial_logits),
        ),
        positional=0,
        # 1 - mean / (mean + concentration) loses digits where the concentration is large; above
        # the mean the complement has them.
        log_cdf=(
            "log(where(x + 1 < mean, "
            "betainc(concentration, x + 1, concentration / (mean + concentration)), "
            "1 - betainc(x + 1, concentration, mean / (mean + concentration))))"
        ),
        log_sf="log(betainc(x + 1, concentration, mean / (mean + concentration)))",
    ),
)
