"""The distributions of a number that may lie anywhere, one row each."""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters
from .tail_texts import (
    HALF_LOG_2PI,
    PI,
    excess,
    laplace_below,
    largest_above,
    skewed_tail,
    student_below,
)

d = Late("densities")

LINE: tuple[Family, ...] = (
    Family(
        "Normal",
        "the bell curve",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.normal),),
        density="exp(-((x - loc) / scale)^2 / 2) / (scale * sqrt(2 * pi))",
        positional=2,
        log_cdf="log_ndtr((x - loc) / scale)",
        log_sf="log_ndtr((loc - x) / scale)",
        location_scale=True,
        quantile="loc + scale * inv_Phi(u)",
        mean="loc",
        variance="scale^2",
        entropy="0.5 * log(2 * pi) + 0.5 + log(scale)",
    ),
    Family(
        "StudentT",
        "a bell curve with heavy tails",
        support="real",
        forms=(Form(parameters("df:positive loc:real scale:positive"), d.student_t),),
        density=(
            "(1 + ((x - loc) / scale)^2 / df)^(-(df + 1) / 2) / (scale * sqrt(df) "
            "* B(1 / 2, df / 2))"
        ),
        positional=3,
        log_cdf=student_below("((x - loc) / scale)"),
        log_sf=student_below("((loc - x) / scale)"),
        location_scale=True,
        mean="where(df > 1, loc, nan)",
        variance="where(df > 2, scale^2 * df / (df - 2), where(df > 1, inf, nan))",
        entropy="""
            half = (df + 1) / 2
            gap = digamma(half) - digamma(df / 2)
            half * gap + 0.5 * log(df) + lbeta(df / 2, 0.5) + log(scale)
        """,
    ),
    Family(
        "Cauchy",
        "a bell curve with tails so heavy that it has no mean",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.cauchy),),
        density="1 / (pi * scale * (1 + ((x - loc) / scale)^2))",
        positional=2,
        log_cdf=f"log(atan2(scale, loc - x) / {PI})",
        log_sf=f"log(atan2(scale, x - loc) / {PI})",
        location_scale=True,
        quantile=f"loc - scale / tan({PI} * u)",
        mean="nan",
        variance="nan",
        entropy="log(4 * pi * scale)",
    ),
    Family(
        "Laplace",
        "two exponential tails, back to back",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.laplace),),
        density="exp(-abs(x - loc) / scale) / (2 * scale)",
        positional=2,
        log_cdf=laplace_below("((x - loc) / scale)"),
        log_sf=laplace_below("((loc - x) / scale)"),
        location_scale=True,
        quantile="loc + scale * where(u < 0.5, log(2 * u), -log(2 - 2 * u))",
        mean="loc",
        variance="2 * scale^2",
        entropy="1 + log(2 * scale)",
    ),
    Family(
        "Logistic",
        "a bell curve with tails like those of an exponential",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.logistic),),
        density="exp(-(x - loc) / scale) / (scale * (1 + exp(-(x - loc) / scale))^2)",
        positional=2,
        log_cdf="log_inv_logit((x - loc) / scale)",
        log_sf="log_inv_logit((loc - x) / scale)",
        location_scale=True,
        quantile="loc + scale * logit(u)",
        mean="loc",
        variance="(pi * scale)^2 / 3",
        entropy="log(scale) + 2",
    ),
    Family(
        "Gumbel",
        "the largest of many numbers",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.gumbel),),
        density="exp(-(x - loc) / scale - exp(-(x - loc) / scale)) / scale",
        positional=2,
        log_cdf="-exp((loc - x) / scale)",
        log_sf=largest_above("((x - loc) / scale)"),
        location_scale=True,
        quantile="loc - scale * log(-log(u))",
        mean="loc + euler * scale",
        variance="(pi * scale)^2 / 6",
        entropy="log(scale) + euler + 1",
    ),
    Family(
        "AsymmetricLaplace",
        "two exponential tails, one longer than the other",
        support="real",
        forms=(
            Form(parameters("loc:real scale:positive asymmetry:positive"), d.asymmetric_laplace),
            Form(
                parameters("loc:real scale:positive quantile:unit"),
                d.asymmetric_laplace_quantile,
                {"numpyro": Target("AsymmetricLaplaceQuantile")},
                lowering=(
                    "AsymmetricLaplace(loc = loc, scale = scale / sqrt(quantile * (1 - quantile)), "
                    "asymmetry = sqrt(quantile / (1 - quantile)))"
                ),
                first={
                    "scale": "scale / sqrt(quantile * (1 - quantile))",
                    "asymmetry": "sqrt(quantile / (1 - quantile))",
                },
            ),
        ),
        density=(
            "exp(-abs(x - loc) / scale * where(x < loc, 1 / asymmetry, asymmetry)) "
            "/ (scale * (asymmetry + 1 / asymmetry))"
        ),
        positional=0,  # the third argument is a quantile in Stan, and the scale another one
        log_cdf=skewed_tail("x - loc", "asymmetry", "(1 / asymmetry)"),
        log_sf=skewed_tail("loc - x", "(1 / asymmetry)", "asymmetry"),
        location_scale=True,
        quantile="""
            left = asymmetry^2 / (1 + asymmetry^2)
            below = asymmetry * log(u / left)
            loc + scale * where(u < left, below, -log((1 - u) / (1 - left)) / asymmetry)
        """,
        mean="loc + scale * (1 / asymmetry - asymmetry)",
        variance="scale^2 * (asymmetry^-2 + asymmetry^2)",
        entropy="1 + log(scale * (asymmetry + 1 / asymmetry))",
    ),
    Family(
        "SkewNormal",
        "a bell curve that leans to one side",
        support="real",
        forms=(
            Form(
                parameters("loc:real scale:positive slant:real"),
                formula=f"""
                    z = (x - loc) / scale
                    log(2 / scale) + log_ndtr(slant * z) - 0.5 * z^2 - {HALF_LOG_2PI}
                """,
            ),
        ),
        density="2 * phi((x - loc) / scale) * Phi(slant * (x - loc) / scale) / scale",
        positional=3,
        location_scale=True,
        draw="loc + scale * (slant * abs(n) + m) / sqrt(1 + slant^2)",
        mean="loc + scale * slant * sqrt(2 / (pi * (1 + slant^2)))",
        variance="scale^2 * (1 - 2 * slant^2 / (pi * (1 + slant^2)))",
    ),
    Family(
        "ExponentiallyModifiedNormal",
        "the sum of a normal number and an exponential one",
        support="real",
        forms=(
            Form(
                parameters("loc:real scale:positive rate:positive"),
                formula=f"{excess()}\nlog(rate) + excess",
            ),
        ),
        density=(
            "rate * exp(rate * (loc - x + rate * scale^2 / 2)) * Phi((x - loc) "
            "/ scale - rate * scale)"
        ),
        positional=3,
        log_cdf=f"""{excess()}
            log_sf = log_sum_exp(log_ndtr(-z), excess)
            left = log_diff_exp(where(z > 0, 0, log_ndtr(z)), where(z > 0, -1, excess))
            where(z > 0, log1m_exp(where(z > 0, log_sf, -1)), left)
        """,
        log_sf=f"{excess()}\nlog_sum_exp(log_ndtr(-z), excess)",
        draw="loc + scale * n - log(u) / rate",
        mean="loc + 1 / rate",
        variance="scale^2 + rate^-2",
    ),
)
