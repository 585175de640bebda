"""The distributions of a real number, one row each.

The texts of `log_cdf` and `log_sf` hold on the closed support, as long as the probability itself
is a float64 (above 1e-300), or further where a closed form allows. Derivatives exist: a `where`
is finite in the branch that is not taken, too.
"""

from __future__ import annotations

from .family import Family, Form, Late, Target, parameters

d = Late("densities")

_RATE = {"scale": "rate"}
_PI = "3.141592653589793"


def _student_tail(z: str) -> str:
    """P(T > |z|) = I_u(df/2, df/2), u = (1 - |z| / sqrt(df + z^2)) / 2 without the cancellation.

    The usual I(df/2, 1/2) has a root at z = 0, where its derivative fails; this form is smooth.
    """
    radius = f"sqrt(df + {z}^2)"
    # Not `abs(z)`, whose derivative at 0 is 0 in JAX: here it must be that of the branch z >= 0.
    return f"betainc(df / 2, df / 2, df / (2 * {radius} * ({radius} + where({z} < 0, -{z}, {z}))))"


def _student_below(z: str) -> str:
    """log P(T <= z)."""
    return f"log(where({z} < 0, {_student_tail(z)}, 1 - {_student_tail(z)}))"


def _laplace_below(z: str) -> str:
    """log P(Z <= z)."""
    return f"where({z} < 0, {z} - log(2), log1p(-0.5 * exp(-where({z} < 0, -{z}, {z}))))"


CONTINUOUS: tuple[Family, ...] = (
    Family(
        "Normal",
        "the bell curve",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.normal),),
        positional=2,
        log_cdf="log_ndtr((x - loc) / scale)",
        log_sf="log_ndtr((loc - x) / scale)",
        location_scale=True,
    ),
    Family(
        "HalfNormal",
        "the size of a normal number around 0",
        support="positive",
        forms=(Form(parameters("scale:positive"), d.half_normal),),
        positional=1,
        log_cdf="log(erf(x / (1.4142135623730951 * scale)))",
        log_sf="log(2) + log_ndtr(-x / scale)",
    ),
    Family(
        "StudentT",
        "a bell curve with heavy tails",
        support="real",
        forms=(Form(parameters("df:positive loc:real scale:positive"), d.student_t),),
        positional=3,
        log_cdf=_student_below("((x - loc) / scale)"),
        log_sf=_student_below("((loc - x) / scale)"),
        location_scale=True,
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
            f"1 - 2 * {_student_tail('(x / scale)')}))"
        ),
        log_sf=f"log(2 * {_student_tail('(x / scale)')})",
    ),
    Family(
        "Cauchy",
        "a bell curve with tails so heavy that it has no mean",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.cauchy),),
        positional=2,
        log_cdf=f"log(atan2(scale, loc - x) / {_PI})",
        log_sf=f"log(atan2(scale, x - loc) / {_PI})",
        location_scale=True,
    ),
    Family(
        "HalfCauchy",
        "the size of a Cauchy number around 0",
        support="positive",
        forms=(Form(parameters("scale:positive"), d.half_cauchy),),
        positional=1,
        log_cdf=f"log(2 * atan2(x, scale) / {_PI})",
        log_sf=f"log(2 * atan2(scale, x) / {_PI})",
    ),
    Family(
        "LogNormal",
        "a positive number whose logarithm is normal",
        support="positive",
        forms=(Form(parameters("loc:real scale:positive"), d.log_normal),),
        positional=2,
        log_cdf="log_ndtr((log(x) - loc) / scale)",
        log_sf="log_ndtr((loc - log(x)) / scale)",
    ),
    Family(
        "Uniform",
        "any number between two bounds, all alike",
        support="interval",
        bounds=("low", "high"),
        forms=(Form(parameters("low:real high:real"), d.uniform, {"pyro": Target(helper=True)}),),
        positional=2,
        log_cdf="log((x - low) / (high - low))",
        log_sf="log((high - x) / (high - low))",
    ),
    Family(
        "Beta",
        "a number from 0 to 1",
        support="unit",
        forms=(Form(parameters("concentration1:positive concentration0:positive"), d.beta),),
        positional=2,
        log_cdf="log(betainc(concentration1, concentration0, x))",
        # Below the mean the tail is near 1, and 1 - x has lost the digits of a small x.
        log_sf=(
            "log(where(x < concentration1 / (concentration1 + concentration0), "
            "1 - betainc(concentration1, concentration0, x), "
            "betainc(concentration0, concentration1, 1 - x)))"
        ),
    ),
    Family(
        "Gamma",
        "a positive number, like the wait for several events",
        support="positive",
        forms=(Form(parameters("concentration:positive rate:positive"), d.gamma),),
        positional=2,
        log_cdf="log(gammainc(concentration, rate * x))",
        log_sf="log(gammaincc(concentration, rate * x))",
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
    ),
    Family(
        "Exponential",
        "a positive number, like the wait for one event",
        support="positive",
        forms=(Form(parameters("rate:positive"), d.exponential),),
        positional=1,
        log_cdf="log1m_exp(-rate * x)",
        log_sf="-rate * x",
    ),
    Family(
        "Weibull",
        "a positive number, like the time until something fails",
        support="positive",
        forms=(Form(parameters("concentration:positive scale:positive"), d.weibull),),
        positional=0,  # Stan takes the shape first, NumPyro and Pyro the scale
        log_cdf="log1m_exp(-(x / scale)^concentration)",
        log_sf="-(x / scale)^concentration",
    ),
    Family(
        "Laplace",
        "two exponential tails, back to back",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.laplace),),
        positional=2,
        log_cdf=_laplace_below("((x - loc) / scale)"),
        log_sf=_laplace_below("((loc - x) / scale)"),
        location_scale=True,
    ),
    Family(
        "Logistic",
        "a bell curve with tails like those of an exponential",
        support="real",
        forms=(Form(parameters("loc:real scale:positive"), d.logistic),),
        positional=2,
        log_cdf="log_inv_logit((x - loc) / scale)",
        log_sf="log_inv_logit((loc - x) / scale)",
        location_scale=True,
    ),
)
