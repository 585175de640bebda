"""The distributions of a truth value, a category or a count, one row each.

The texts of `log_cdf` (the value is x or less) and `log_sf` (it is more than x) hold for whole x
from -1 to the end of the support.
"""

from __future__ import annotations

from .family import Density, Family, Form, Late, Target, parameters

d = Late("densities")
o = Late("ordinal_densities")
v = Late("vector_densities")

_TOTAL_COUNT = {"total_count": "concentration", "logits": "log(mean) - log(concentration)"}

_PROBS = {"probs": "inv_logit(logits)"}

# Pyro with a log density of ours: torch moves chances away from 0 and 1.
_EXACT = {"pyro": Target(helper=True)}


def _levels(name: str, summary: str, cutpoints: str, density: Density) -> Family:
    """A distribution of levels with an order, one more than there are cut points."""
    given = parameters(f"predictor:real cutpoints:{cutpoints}/1")
    helpers = {"numpyro": Target(helper=True), "pyro": Target(helper=True)}
    return Family(
        name,
        f"one of several levels: {summary}",
        support="category",
        kind="index",
        forms=(Form(given, density, helpers),),
        positional=2,
    )


DISCRETE: tuple[Family, ...] = (
    Family(
        "Bernoulli",
        "0 or 1",
        support="binary",
        kind="bool",
        forms=(
            Form(parameters("probs:unit"), d.bernoulli_probs, _EXACT),
            Form(parameters("logits:real"), d.bernoulli_logits, first=_PROBS),
        ),
        density="probs^x * (1 - probs)^(1 - x)",
        positional=1,
        mean="probs",
        variance="probs * (1 - probs)",
        entropy="-xlogy(probs, probs) - xlog1py(1 - probs, -probs)",
    ),
    Family(
        "Binomial",
        "how many of a number of trials succeed",
        support="up_to",
        kind="int",
        bounds=(None, "total_count"),
        forms=(
            Form(parameters("total_count:count probs:unit"), d.binomial_probs, _EXACT),
            Form(parameters("total_count:count logits:real"), d.binomial_logits, first=_PROBS),
        ),
        density="choose(total_count, x) * probs^x * (1 - probs)^(total_count - x)",
        positional=2,
        log_cdf="log(betainc(total_count - x, x + 1, 1 - probs))",
        log_sf="log(betainc(x + 1, total_count - x, probs))",
        mean="total_count * probs",
        variance="total_count * probs * (1 - probs)",
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
    _levels(
        "OrderedLogistic",
        "between which cut points a logistic number around `predictor` falls",
        "ordered_vector",
        o.ordered_logistic,
    ),
    _levels(
        "OrderedProbit",
        "between which cut points a normal number around `predictor` falls",
        "ordered_vector",
        o.ordered_probit,
    ),
    _levels(
        "AdjacentLogistic",
        "the odds of a level to the one below are those of `predictor` beyond a cut point",
        "real",
        o.adjacent_logistic,
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
                first={"rate": "exp(log_rate)"},
            ),
        ),
        density="rate^x * exp(-rate) / Gamma(x + 1)",
        positional=1,
        log_cdf="log(gammaincc(x + 1, rate))",
        log_sf="log(gammainc(x + 1, rate))",
        mean="rate",
        variance="rate",
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
            Form(
                parameters("total_count:positive probs:unit"),
                d.negative_binomial_probs,
                _EXACT,
                first={"mean": "total_count * probs / (1 - probs)", "concentration": "total_count"},
            ),
            Form(
                parameters("total_count:positive logits:real"),
                d.negative_binomial_logits,
                first={"mean": "total_count * exp(logits)", "concentration": "total_count"},
            ),
        ),
        density=(
            "choose(x + concentration - 1, x) * mean^x * concentration^concentration "
            "/ (mean + concentration)^(x + concentration)"
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
        mean="mean",
        variance="mean + mean^2 / concentration",
    ),
    Family(
        "Geometric",
        "how many times something fails before it first succeeds",
        support="count",
        kind="int",
        forms=(
            Form(parameters("probs:unit"), d.geometric_probs),
            Form(
                parameters("logits:real"),
                d.geometric_logits,
                _EXACT,  # torch makes a probability of them, which rounds to 1
                first=_PROBS,
            ),
        ),
        density="probs * (1 - probs)^x",
        positional=1,
        log_cdf="log1m_exp((x + 1) * log1p(-probs))",
        log_sf="(x + 1) * log1p(-probs)",
        quantile="maximum(0, ceil(log1p(-u) / log1p(-probs)) - 1)",
        mean="(1 - probs) / probs",
        variance="(1 - probs) / probs^2",
        entropy="-(xlogy(probs, probs) + xlog1py(1 - probs, -probs)) / probs",
    ),
    Family(
        "BetaBinomial",
        "how many of a number of trials succeed, where the chance itself varies as a Beta",
        support="up_to",
        kind="int",
        bounds=(None, "total_count"),
        forms=(
            Form(
                parameters("total_count:count concentration1:positive concentration0:positive"),
                d.beta_binomial,
                {"numpyro": Target(helper=True)},
            ),
            Form(
                parameters("total_count:count mean:unit concentration:positive"),
                d.beta_binomial_mean,
                lowering=(
                    "BetaBinomial(total_count = total_count, concentration1 = mean * concentration,"
                    " concentration0 = (1 - mean) * concentration)"
                ),
                first={
                    "concentration1": "mean * concentration",
                    "concentration0": "(1 - mean) * concentration",
                },
            ),
        ),
        density=(
            "choose(total_count, x) "
            "* B(x + concentration1, total_count - x + concentration0) "
            "/ B(concentration1, concentration0)"
        ),
        positional=0,  # Stan takes the number of trials first, NumPyro and Pyro last
        mean="total_count * concentration1 / (concentration1 + concentration0)",
        variance="""
            total = concentration1 + concentration0
            product = total_count * concentration1 * concentration0
            product * (total + total_count) / (total^2 * (total + 1))
        """,
    ),
    Family(
        "DiscreteUniform",
        "any whole number between two bounds, all alike",
        support="int_interval",
        kind="int",
        bounds=("low", "high"),
        forms=(
            Form(
                parameters("low:int high:int"),
                targets={"numpyro": Target()},
                formula="-log(high - low + 1) + 0 * x",
            ),
        ),
        density="1 / (high - low + 1)",
        positional=2,
        log_cdf="log((x - low + 1) / (high - low + 1))",
        log_sf="log((high - x) / (high - low + 1))",
        quantile="low + maximum(0, ceil(u * (high - low + 1)) - 1)",
        mean="(low + high) / 2",
        variance="((high - low + 1)^2 - 1) / 12",
        entropy="log(high - low + 1)",
    ),
    Family(
        "Delta",
        "one count, and no other: a part of a mixture",
        support="count",
        kind="int",
        forms=(
            Form(
                parameters("value:count"),
                formula="log(where(x == value, 1, 0))",
            ),
        ),
        density="where(x == value, 1, 0)",
        positional=1,
        log_cdf="log(where(x >= value, 1, 0))",
        log_sf="log(where(x >= value, 0, 1))",
        quantile="value + 0 * u",
        mean="value",
        variance="0 * value",
        entropy="0 * value",
    ),
    Family(
        "Hypergeometric",
        "how many successes there are among some that are drawn and not put back",
        support="up_to",
        kind="int",
        bounds=(None, "draws"),
        forms=(
            Form(
                parameters("draws:count successes:count failures:count"),
                d.hypergeometric,
                formula="""
                    found = lgamma(successes + 1) - lgamma(x + 1) - lgamma(successes - x + 1)
                    rest = draws - x
                    other = lgamma(failures + 1) - lgamma(rest + 1) - lgamma(failures - rest + 1)
                    total = successes + failures
                    left = lgamma(total - draws + 1) + lgamma(draws + 1) - lgamma(total + 1)
                    found + other + left
                """,
            ),
        ),
        density=(
            "choose(successes, x) * choose(failures, draws - x) "
            "/ choose(successes + failures, draws)"
        ),
        positional=3,
        mean="draws * successes / (successes + failures)",
        variance="""
            total = successes + failures
            product = draws * successes * failures * (total - draws)
            where(total > 1, product / (total^2 * maximum(total - 1, 1)), 0)
        """,
    ),
)
