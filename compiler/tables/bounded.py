"""The distributions of a number between two bounds, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters
from .tail_texts import HALF_LOG_2PI

d = Late("densities")

_KUMARASWAMY = "concentration0 * log1m_exp(concentration1 * log(x))"

BOUNDED: tuple[Family, ...] = (
    Family(
        "Uniform",
        "any number between two bounds, all alike",
        support="interval",
        bounds=("low", "high"),
        forms=(Form(parameters("low:real high:real"), d.uniform, {"pyro": Target(helper=True)}),),
        density="1 / (high - low)",
        positional=2,
        log_cdf="log((x - low) / (high - low))",
        log_sf="log((high - x) / (high - low))",
        quantile="low + u * (high - low)",
        mean="(low + high) / 2",
        variance="(high - low)^2 / 12",
        entropy="log(high - low)",
    ),
    Family(
        "Beta",
        "a number from 0 to 1",
        support="unit",
        forms=(Form(parameters("concentration1:positive concentration0:positive"), d.beta),),
        density=(
            "x^(concentration1 - 1) * (1 - x)^(concentration0 - 1) "
            "/ B(concentration1, concentration0)"
        ),
        positional=2,
        log_cdf="log(betainc(concentration1, concentration0, x))",
        # Below the mean the tail is near 1, and 1 - x has lost the digits of a small x.
        log_sf=(
            "log(where(x < concentration1 / (concentration1 + concentration0), "
            "1 - betainc(concentration1, concentration0, x), "
            "betainc(concentration0, concentration1, 1 - x)))"
        ),
        mean="concentration1 / (concentration1 + concentration0)",
        variance="""
            total = concentration1 + concentration0
            concentration1 * concentration0 / (total^2 * (total + 1))
        """,
        entropy="""
            a = concentration1
            b = concentration0
            bend = (a + b - 2) * digamma(a + b)
            lbeta(a, b) - (a - 1) * digamma(a) - (b - 1) * digamma(b) + bend
        """,
    ),
    Family(
        "BetaProportion",
        "a number from 0 to 1, by its mean",
        support="unit",
        forms=(
            Form(
                parameters("mean:unit concentration:positive"),
                d.beta_proportion,
                lowering="Beta(mean * concentration, (1 - mean) * concentration)",
            ),
        ),
        density=(
            "x^(mean * concentration - 1) * (1 - x)^((1 - mean) * concentration - 1) "
            "/ B(mean * concentration, (1 - mean) * concentration)"
        ),
        positional=2,
        log_cdf="log(betainc(mean * concentration, (1 - mean) * concentration, x))",
        log_sf=(
            "log(where(x < mean, 1 - betainc(mean * concentration, (1 - mean) * concentration, x), "
            "betainc((1 - mean) * concentration, mean * concentration, 1 - x)))"
        ),
        mean="mean",
        variance="mean * (1 - mean) / (1 + concentration)",
        entropy="""
            a = mean * concentration
            b = concentration - a
            bend = (a + b - 2) * digamma(a + b)
            lbeta(a, b) - (a - 1) * digamma(a) - (b - 1) * digamma(b) + bend
        """,
    ),
    Family(
        "Kumaraswamy",
        "a number from 0 to 1, much like a Beta, with a distribution function in closed form",
        support="unit",
        forms=(
            Form(
                parameters("concentration1:positive concentration0:positive"),
                # Both libraries lose digits near 1.
                formula="""
                    power = concentration1 * log(x)
                    near = xlogy(concentration0 - 1, -expm1(power))
                    far = xlog1py(concentration0 - 1, -exp(power))
                    left = log(concentration1 * concentration0) + xlogy(concentration1 - 1, x)
                    left + where(power > -0.6931471805599453, near, far)
                """,
            ),
        ),
        density=(
            "concentration1 * concentration0 * x^(concentration1 - 1) "
            "* (1 - x^concentration1)^(concentration0 - 1)"
        ),
        positional=2,
        log_cdf=f"log1m_exp({_KUMARASWAMY})",
        log_sf=_KUMARASWAMY,
        quantile="exp(log(-expm1(log1p(-u) / concentration0)) / concentration1)",
        mean="concentration0 * exp(lbeta(1 + 1 / concentration1, concentration0))",
        variance="""
            mean = concentration0 * exp(lbeta(1 + 1 / concentration1, concentration0))
            concentration0 * exp(lbeta(1 + 2 / concentration1, concentration0)) - mean^2
        """,
        entropy="""
            sum = digamma(concentration0 + 1) + euler
            bend = (1 - 1 / concentration1) * sum
            1 - 1 / concentration0 + bend - log(concentration1 * concentration0)
        """,
    ),
    Family(
        "LogitNormal",
        "a number from 0 to 1 whose log odds are normal",
        support="unit",
        forms=(
            Form(
                parameters("loc:real scale:positive"),
                formula=f"""
                    z = (logit(x) - loc) / scale
                    -0.5 * z^2 - log(scale) - {HALF_LOG_2PI} - log(x) - log1p(-x)
                """,
            ),
        ),
        density="exp(-((logit(x) - loc) / scale)^2 / 2) / (scale * sqrt(2 * pi) * x * (1 - x))",
        positional=2,
        log_cdf="log_ndtr((logit(x) - loc) / scale)",
        log_sf="log_ndtr((loc - logit(x)) / scale)",
        quantile="inv_logit(loc + scale * inv_Phi(u))",
        draw="inv_logit(loc + scale * n)",
    ),
    Family(
        "LogUniform",
        "a number between two bounds whose logarithm may be any, all alike",
        support="interval",
        bounds=("low", "high"),
        forms=(
            Form(
                parameters("low:positive high:positive"),
                targets={"numpyro": Target()},
                formula="-log(x) - log(log1p((high - low) / low))",
            ),
        ),
        density="1 / (x * log(high / low))",
        positional=2,
        log_cdf="log(log1p((x - low) / low) / log1p((high - low) / low))",
        log_sf="log(-log1p((x - high) / high) / log1p((high - low) / low))",
        quantile="low * exp(u * log1p((high - low) / low))",
        mean="(high - low) / log1p((high - low) / low)",
        variance="""
            width = log1p((high - low) / low)
            (high - low) * ((high + low) / (2 * width) - (high - low) / width^2)
        """,
        entropy="0.5 * (log(low) + log(high)) + log(log1p((high - low) / low))",
    ),
    Family(
        "VonMises",
        "an angle, like a normal number on a circle",
        support="angle",
        forms=(
            Form(
                parameters("loc:real concentration:positive"),
                d.von_mises,
                {"pyro": Target(helper=True)},
            ),
        ),
        density="exp(concentration * cos(x - loc)) / (2 * pi * I0(concentration))",
        positional=2,
    ),
)
