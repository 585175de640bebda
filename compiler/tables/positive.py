"""The distributions of a number above 0, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters
from .tail_texts import HALF_LOG_2PI, PI, largest_above, student_tail

d = Late("densities")

_RATE = {"scale": "rate"}
_PARETO = "alpha * log1p((x - scale) / scale)"
_WALD = """
    root = sqrt(concentration / x)
    a = root * (x / mean - 1)
    second = _log_mills(root * (x / mean + 1))
"""

POSITIVE: tuple[Family, ...] = (
    Family(
        "HalfNormal",
        "the size of a normal number around 0",
        support="positive",
        forms=(Form(parameters("scale:positive"), d.half_normal),),
        positional=1,
        log_cdf="log(erf(x / (1.4142135623730951 * scale)))",
        log_sf="log(2) + log_ndtr(-x / scale)",
        mean="scale * sqrt(2 / pi)",
        variance="scale^2 * (1 - 2 / pi)",
        entropy="0.5 * log(pi / 2) + 0.5 + log(scale)",
    ),
    Family(
        "HalfStudentT",
        "the size of a Student t number around 0",
        support="positive",
        forms=(
            Form(
                parameters("df:positive scale:positive"),
                d.half_student_t,
                lowering="Truncated(StudentT(df, 0, scale), lower = 0)",
            ),
        ),
        positional=2,
        log_cdf=(
            "log(where(x^2 < df * scale^2, betainc(0.5, df / 2, x^2 / (df * scale^2 + x^2)), "
            f"1 - 2 * {student_tail('(x / scale)')}))"
        ),
        log_sf=f"log(2 * {student_tail('(x / scale)')})",
        mean="""
            ratio = exp(lgamma((df + 1) / 2) - lgamma(df / 2))
            where(df > 1, 2 * scale * sqrt(df / pi) * ratio / (df - 1), inf)
        """,
        variance="""
            ratio = exp(lgamma((df + 1) / 2) - lgamma(df / 2))
            mean = 2 * sqrt(df / pi) * ratio / (df - 1)
            where(df > 2, scale^2 * (df / (df - 2) - mean^2), inf)
        """,
        entropy="""
            half = (df + 1) / 2
            gap = digamma(half) - digamma(df / 2)
            half * gap + 0.5 * log(df) + lbeta(df / 2, 0.5) + log(scale / 2)
        """,
    ),
    Family(
        "HalfCauchy",
        "the size of a Cauchy number around 0",
        support="positive",
        forms=(Form(parameters("scale:positive"), d.half_cauchy),),
        positional=1,
        log_cdf=f"log(2 * atan2(x, scale) / {PI})",
        log_sf=f"log(2 * atan2(scale, x) / {PI})",
        quantile=f"scale * tan({PI} * u / 2)",
        mean="inf",
        variance="inf",
        entropy="log(2 * pi * scale)",
    ),
    Family(
        "LogNormal",
        "a positive number whose logarithm is normal",
        support="positive",
        forms=(Form(parameters("loc:real scale:positive"), d.log_normal),),
        positional=2,
        log_cdf="log_ndtr((log(x) - loc) / scale)",
        log_sf="log_ndtr((loc - log(x)) / scale)",
        quantile="exp(loc + scale * inv_Phi(u))",
        mean="exp(loc + scale^2 / 2)",
        variance="expm1(scale^2) * exp(2 * loc + scale^2)",
        entropy="loc + 0.5 + 0.5 * log(2 * pi) + log(scale)",
    ),
    Family(
        "Gamma",
        "a positive number, like the wait for several events",
        support="positive",
        forms=(Form(parameters("concentration:positive rate:positive"), d.gamma),),
        positional=2,
        log_cdf="log(gammainc(concentration, rate * x))",
        log_sf="log(gammaincc(concentration, rate * x))",
        mean="concentration / rate",
        variance="concentration / rate^2",
        entropy="""
            bend = (1 - concentration) * digamma(concentration)
            concentration - log(rate) + lgamma(concentration) + bend
        """,
    ),
    Family(
        "InverseGamma",
        "a positive number whose inverse has a Gamma distribution",
        support="positive",
        forms=(
            Form(
                parameters("concentration:positive scale:positive"),
                d.inverse_gamma,
                {"numpyro": Target(arguments=_RATE), "pyro": Target(arguments=_RATE)},
            ),
        ),
        positional=2,
        log_cdf="log(gammaincc(concentration, scale / x))",
        log_sf="log(gammainc(concentration, scale / x))",
        mean="where(concentration > 1, scale / (concentration - 1), inf)",
        variance="""
            square = scale^2 / ((concentration - 1)^2 * (concentration - 2))
            where(concentration > 2, square, inf)
        """,
        entropy="""
            bend = (1 + concentration) * digamma(concentration)
            concentration + log(scale) + lgamma(concentration) - bend
        """,
    ),
    Family(
        "Exponential",
        "a positive number, like the wait for one event",
        support="positive",
        forms=(Form(parameters("rate:positive"), d.exponential),),
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
        "HalfLaplace",
        "the size of a Laplace number around 0",
        support="positive",
        forms=(
            Form(
                parameters("scale:positive"),
                d.half_laplace,
                lowering="Exponential(1 / scale)",
            ),
        ),
        positional=1,
        log_cdf="log1m_exp(-x / scale)",
        log_sf="-x / scale",
        quantile="-scale * log1p(-u)",
        mean="scale",
        variance="scale^2",
        entropy="1 + log(scale)",
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
        positional=1,
        log_cdf="log1m_exp(-0.5 * (x / scale)^2)",
        log_sf="-0.5 * (x / scale)^2",
        quantile="scale * sqrt(-2 * log1p(-u))",
        mean="scale * sqrt(pi / 2)",
        variance="(2 - pi / 2) * scale^2",
        entropy="1 + log(scale) - log(2) / 2 + euler / 2",
    ),
    Family(
        "ChiSquared",
        "the sum of the squares of `df` standard normal numbers",
        support="positive",
        forms=(
            Form(
                parameters("df:positive"),
                d.chi_squared,
                {"numpyro": Target("Chi2"), "pyro": Target("Chi2")},
            ),
        ),
        positional=1,
        log_cdf="log(gammainc(df / 2, x / 2))",
        log_sf="log(gammaincc(df / 2, x / 2))",
        mean="df",
        variance="2 * df",
        entropy="df / 2 + log(2) + lgamma(df / 2) + (1 - df / 2) * digamma(df / 2)",
    ),
    Family(
        "InverseChiSquared",
        "a positive number whose inverse has a ChiSquared distribution",
        support="positive",
        forms=(
            Form(
                parameters("df:positive"),
                d.inverse_chi_squared,
                lowering="InverseGamma(df / 2, 0.5)",
            ),
        ),
        positional=1,
        log_cdf="log(gammaincc(df / 2, 0.5 / x))",
        log_sf="log(gammainc(df / 2, 0.5 / x))",
        mean="where(df > 2, 1 / (df - 2), inf)",
        variance="where(df > 4, 2 / ((df - 2)^2 * (df - 4)), inf)",
        entropy="df / 2 - log(2) + lgamma(df / 2) - (1 + df / 2) * digamma(df / 2)",
    ),
    Family(
        "ScaledInverseChiSquared",
        "a variance that was estimated as `scale^2` with `df` degrees of freedom",
        support="positive",
        forms=(
            Form(
                parameters("df:positive scale:positive"),
                d.scaled_inverse_chi_squared,
                lowering="InverseGamma(df / 2, df / 2 * scale^2)",
            ),
        ),
        positional=2,
        log_cdf="log(gammaincc(df / 2, df / 2 * scale^2 / x))",
        log_sf="log(gammainc(df / 2, df / 2 * scale^2 / x))",
        mean="where(df > 2, df * scale^2 / (df - 2), inf)",
        variance="""
            square = 2 * df^2 * scale^4 / ((df - 2)^2 * (df - 4))
            where(df > 4, square, inf)
        """,
        entropy="""
            half = df / 2
            half + log(half * scale^2) + lgamma(half) - (1 + half) * digamma(half)
        """,
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
        positional=2,
        log_cdf=f"log1m_exp(-{_PARETO})",
        log_sf=f"-{_PARETO}",
        quantile="scale * exp(-log1p(-u) / alpha)",
        mean="where(alpha > 1, alpha * scale / (alpha - 1), inf)",
        variance="where(alpha > 2, scale^2 * alpha / ((alpha - 1)^2 * (alpha - 2)), inf)",
        entropy="log(scale / alpha) + 1 + 1 / alpha",
    ),
)
