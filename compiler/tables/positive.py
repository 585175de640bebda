"""The distributions of a number above 0, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters
from .tail_texts import PI, student_tail

d = Late("densities")

_RATE = {"scale": "rate"}

POSITIVE: tuple[Family, ...] = (
    Family(
        "HalfNormal",
        "the size of a normal number around 0",
        support="positive",
        forms=(Form(parameters("scale:positive"), d.half_normal),),
        density="sqrt(2 / pi) * exp(-(x / scale)^2 / 2) / scale",
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
        density=(
            "2 * (1 + (x / scale)^2 / df)^(-(df + 1) / 2) / (scale * sqrt(df) * B(1 / 2, df / 2))"
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
        density="2 / (pi * scale * (1 + (x / scale)^2))",
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
        density="exp(-((log(x) - loc) / scale)^2 / 2) / (x * scale * sqrt(2 * pi))",
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
        density=(
            "rate^concentration * x^(concentration - 1) * exp(-rate * x) / Gamma(concentration)"
        ),
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
        density=(
            "scale^concentration * x^(-concentration - 1) * exp(-scale / x) / Gamma(concentration)"
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
        density="exp(-x / scale) / scale",
        positional=1,
        log_cdf="log1m_exp(-x / scale)",
        log_sf="-x / scale",
        quantile="-scale * log1p(-u)",
        mean="scale",
        variance="scale^2",
        entropy="1 + log(scale)",
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
        density="x^(df / 2 - 1) * exp(-x / 2) / (2^(df / 2) * Gamma(df / 2))",
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
        density="x^(-df / 2 - 1) * exp(-1 / (2 * x)) / (2^(df / 2) * Gamma(df / 2))",
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
        density=(
            "(df * scale^2 / 2)^(df / 2) * x^(-df / 2 - 1) * exp(-df * scale^2 / (2 "
            "* x)) / Gamma(df / 2)"
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
)
