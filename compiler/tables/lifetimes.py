"""The distributions of a positive number that is a time, or the largest of many, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters
from .tail_texts import HALF_LOG_2PI, largest_above

d = Late("densities")

_PARETO = "alpha * log1p((x - scale) / scale)"
_WALD = """
    root = sqrt(concentration / x)
    a = root * (x / mean - 1)
    second = _log_mills(root * (x / mean + 1))
"""

LIFETIMES: tuple[Family, ...] = (
    Family(
        "Exponential",
        "a positive number, like the wait for one event",
        support="positive",
        forms=(Form(parameters("rate:positive"), d.exponential),),
        density="rate * exp(-rate * x)",
        positional=1,
        log_cdf="log1m_exp(-rate * x)",
        log_sf="-rate * x",
        quantile="-log1p(-u) / rate",
        mean="1 / rate",
        variance="rate^-2",
        entropy="1 - log(rate)",
    ),
    Family(
        "Weibull",
        "a positive number, like the time until something fails",
        support="positive",
        forms=(Form(parameters("concentration:positive scale:positive"), d.weibull),),
        density=(
            "concentration / scale * (x / scale)^(concentration - 1) * exp(-(x "
            "/ scale)^concentration)"
        ),
        positional=0,  # Stan takes the shape first, NumPyro and Pyro the scale
        log_cdf="log1m_exp(-(x / scale)^concentration)",
        log_sf="-(x / scale)^concentration",
        quantile="scale * (-log1p(-u))^(1 / concentration)",
        mean="scale * exp(lgamma(1 + 1 / concentration))",
        variance="""
            square = exp(lgamma(1 + 2 / concentration))
            scale^2 * (square - exp(2 * lgamma(1 + 1 / concentration)))
        """,
        entropy="euler * (1 - 1 / concentration) + log(scale / concentration) + 1",
    ),
    Family(
        "Rayleigh",
        "the length of a vector of two normal numbers",
        support="positive",
        forms=(
            Form(
                parameters("scale:positive"),
                d.rayleigh,
                lowering="Weibull(concentration = 2, scale = 1.4142135623730951 * scale)",
            ),
        ),
        density="x / scale^2 * exp(-(x / scale)^2 / 2)",
        positional=1,
        log_cdf="log1m_exp(-0.5 * (x / scale)^2)",
        log_sf="-0.5 * (x / scale)^2",
        quantile="scale * sqrt(-2 * log1p(-u))",
        mean="scale * sqrt(pi / 2)",
        variance="(2 - pi / 2) * scale^2",
        entropy="1 + log(scale) - log(2) / 2 + euler / 2",
    ),
    Family(
        "Gompertz",
        "a positive number, like the life of what ages",
        support="positive",
        forms=(
            Form(
                parameters("concentration:positive rate:positive"),
                targets={"numpyro": Target()},
                formula="log(concentration * rate) + rate * x - concentration * expm1(rate * x)",
            ),
        ),
        density="concentration * rate * exp(rate * x - concentration * (exp(rate * x) - 1))",
        positional=2,
        log_cdf="log1m_exp(-concentration * expm1(rate * x))",
        log_sf="-concentration * expm1(rate * x)",
        quantile="log1p(-log1p(-u) / concentration) / rate",
    ),
    Family(
        "LogLogistic",
        "a positive number whose logarithm is logistic",
        support="positive",
        forms=(
            Form(
                parameters("concentration:positive scale:positive"),
                formula="""
                    power = concentration * log(x / scale)
                    first = log(concentration / scale) + xlogy(concentration - 1, x / scale)
                    first - 2 * log1p_exp(power)
                """,
            ),
        ),
        density=(
            "concentration / scale * (x / scale)^(concentration - 1) / (1 + (x "
            "/ scale)^concentration)^2"
        ),
        positional=0,  # Stan takes the scale first
        log_cdf="log_inv_logit(concentration * log(x / scale))",
        log_sf="log_inv_logit(-concentration * log(x / scale))",
        quantile="scale * exp(logit(u) / concentration)",
        mean="""
            angle = pi / concentration
            where(concentration > 1, scale * angle / sin(angle), inf)
        """,
        variance="""
            angle = pi / concentration
            square = 2 * angle / sin(2 * angle) - (angle / sin(angle))^2
            where(concentration > 2, scale^2 * square, inf)
        """,
        entropy="log(scale / concentration) + 2",
    ),
    Family(
        "InverseGaussian",
        "a positive number, like the time until a random walk with a drift arrives",
        support="positive",
        forms=(
            Form(
                parameters("mean:positive concentration:positive"),
                formula=f"""
                    z = (x - mean) / mean
                    first = 0.5 * log(concentration) - 1.5 * log(x) - {HALF_LOG_2PI}
                    first - 0.5 * concentration * z^2 / x
                """,
            ),
        ),
        density=(
            "sqrt(concentration / (2 * pi * x^3)) * exp(-concentration * (x - mean)^2 "
            "/ (2 * mean^2 * x))"
        ),
        positional=2,
        log_cdf=f"{_WALD}log_sum_exp(log_ndtr(a), second - 0.5 * a^2)",
        log_sf=f"""{_WALD}
            right = log_diff_exp(_log_mills(maximum(a, 0)), second - where(a > 0, 0, 1)) - 0.5 * a^2
            below = log_sum_exp(log_ndtr(a), second - 0.5 * a^2)
            where(a > 0, right, log1m_exp(where(a > 0, -1, below)))
        """,
        # Michael, Schucany & Haas (1976): one of the two roots of a quadratic equation.
        draw="""
            w = mean * n^2 / (2 * concentration)
            root = mean / (1 + w + sqrt(w * (2 + w)))
            where(u * (mean + root) <= mean, root, mean * (mean / root))
        """,
        mean="mean",
        variance="mean^3 / concentration",
    ),
    Family(
        "Frechet",
        "the largest of many numbers with heavy tails",
        support="positive",
        forms=(
            Form(
                parameters("concentration:positive scale:positive"),
                formula="""
                    power = concentration * log(x / scale)
                    log(concentration / x) - power - exp(-power)
                """,
            ),
        ),
        density=(
            "concentration / scale * (x / scale)^(-concentration - 1) * exp(-(x "
            "/ scale)^(-concentration))"
        ),
        positional=0,  # as of Weibull, whose inverse it is
        log_cdf="-exp(-concentration * log(x / scale))",
        log_sf=largest_above("(concentration * log(x / scale))"),
        quantile="scale * exp(-log(-log(u)) / concentration)",
        mean="where(concentration > 1, scale * exp(lgamma(1 - 1 / concentration)), inf)",
        variance="""
            square = exp(lgamma(1 - 2 / concentration))
            square = square - exp(2 * lgamma(1 - 1 / concentration))
            where(concentration > 2, scale^2 * square, inf)
        """,
        entropy="1 + euler / concentration + euler + log(scale / concentration)",
    ),
    Family(
        "Pareto",
        "a number above a smallest one, with a heavy tail",
        support="greater_than",
        bounds=("scale", None),
        forms=(
            Form(
                parameters("scale:positive alpha:positive"),
                targets={"numpyro": Target()},
                formula=f"log(alpha / x) - {_PARETO}",
            ),
        ),
        density="alpha * scale^alpha / x^(alpha + 1)",
        positional=2,
        log_cdf=f"log1m_exp(-{_PARETO})",
        log_sf=f"-{_PARETO}",
        quantile="scale * exp(-log1p(-u) / alpha)",
        mean="where(alpha > 1, alpha * scale / (alpha - 1), inf)",
        variance="where(alpha > 2, scale^2 * alpha / ((alpha - 1)^2 * (alpha - 2)), inf)",
        entropy="log(scale / alpha) + 1 + 1 / alpha",
    ),
)
