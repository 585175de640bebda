"""Textbook formulas of the densities of single numbers, in as many digits as are asked for."""

from collections.abc import Callable
from typing import Any

import mpmath as mp


def choose(n: Any, k: Any) -> Any:
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def times(count: Any, log: Callable[[], Any]) -> Any:
    return mp.mpf(0) if count == 0 else count * log()


def trials(n: Any, k: Any, p: Any) -> Any:
    return choose(n, k) + times(k, lambda: mp.log(p)) + times(n - k, lambda: mp.log1p(-p))


def logistic(eta: Any) -> Any:
    return 1 / (1 + mp.exp(-eta))


def normal(x: Any, m: Any, s: Any) -> Any:
    return -(((x - m) / s) ** 2) / 2 - mp.log(s * mp.sqrt(2 * mp.pi))


def student_t(x: Any, v: Any, m: Any, s: Any) -> Any:
    constant = mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(s * mp.sqrt(v * mp.pi))
    return constant - (v + 1) / 2 * mp.log1p(((x - m) / s) ** 2 / v)


def gamma(x: Any, a: Any, b: Any) -> Any:
    return a * mp.log(b) - mp.loggamma(a) + (a - 1) * mp.log(x) - b * x


def poisson(k: Any, rate: Any) -> Any:
    return times(k, lambda: mp.log(rate)) - rate - mp.loggamma(k + 1)


def negative_binomial(k: Any, r: Any, p: Any) -> Any:
    return choose(k + r - 1, k) + times(k, lambda: mp.log(p)) + r * mp.log1p(-p)


def beta(x: Any, a: Any, b: Any) -> Any:
    constant = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    return constant + (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x)


def asymmetric_laplace(x: Any, m: Any, s: Any, k: Any) -> Any:
    return -mp.log(s * (k + 1 / k)) - abs(x - m) / s * (1 / k if x < m else k)


def check_loss(x: Any, m: Any, s: Any, q: Any) -> Any:
    """The density whose mode is the quantile of quantile regression (Yu & Moyeed 2001)."""
    u = (x - m) / s
    return mp.log(q * (1 - q) / s) - u * (q - (1 if u < 0 else 0))


def with_exponential(x: Any, m: Any, s: Any, b: Any) -> Any:
    tail = mp.erfc((m + b * s**2 - x) / (mp.sqrt(2) * s))
    return mp.log(b / 2) + b / 2 * (2 * m + b * s**2 - 2 * x) + mp.log(tail)


def inverse_gamma(x: Any, a: Any, b: Any) -> Any:
    return a * mp.log(b) - mp.loggamma(a) - (a + 1) * mp.log(x) - b / x


def beta_binomial(x: Any, n: Any, a: Any, b: Any) -> Any:
    ways = mp.loggamma(x + a) + mp.loggamma(n - x + b) - mp.loggamma(n + a + b)
    return choose(n, x) + ways - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)


# (family, its parameters) -> the log density as its textbooks write it (Johnson, Kotz et al.).
TEXTBOOK: dict[tuple[str, ...], Callable[..., Any]] = {
    ("Normal", "loc", "scale"): normal,
    ("HalfNormal", "scale"): lambda x, s: mp.log(2) + normal(x, 0, s),
    ("StudentT", "df", "loc", "scale"): student_t,
    ("HalfStudentT", "df", "scale"): lambda x, v, s: mp.log(2) + student_t(x, v, 0, s),
    ("Cauchy", "loc", "scale"): lambda x, m, s: -mp.log(mp.pi * s * (1 + ((x - m) / s) ** 2)),
    ("HalfCauchy", "scale"): lambda x, s: mp.log(2 / (mp.pi * s * (1 + (x / s) ** 2))),
    ("LogNormal", "loc", "scale"): lambda x, m, s: normal(mp.log(x), m, s) - mp.log(x),
    ("Uniform", "low", "high"): lambda x, a, b: -mp.log(b - a),
    ("Beta", "concentration1", "concentration0"): beta,
    ("Gamma", "concentration", "rate"): gamma,
    ("InverseGamma", "concentration", "scale"): inverse_gamma,
    ("Exponential", "rate"): lambda x, b: mp.log(b) - b * x,
    ("Weibull", "concentration", "scale"): (
        lambda x, k, s: mp.log(k / s) + (k - 1) * mp.log(x / s) - (x / s) ** k
    ),
    ("Laplace", "loc", "scale"): lambda x, m, s: -mp.log(2 * s) - abs(x - m) / s,
    ("Logistic", "loc", "scale"): (
        lambda x, m, s: -(x - m) / s - mp.log(s) - 2 * mp.log(1 + mp.exp(-(x - m) / s))
    ),
    ("Gumbel", "loc", "scale"): (lambda x, m, s: -(x - m) / s - mp.exp(-(x - m) / s) - mp.log(s)),
    ("AsymmetricLaplace", "loc", "scale", "asymmetry"): asymmetric_laplace,
    ("AsymmetricLaplace", "loc", "scale", "quantile"): check_loss,
    ("SkewNormal", "loc", "scale", "slant"): (
        lambda x, m, s, a: normal(x, m, s) + mp.log(mp.erfc(-a * (x - m) / (s * mp.sqrt(2))))
    ),
    ("ExponentiallyModifiedNormal", "loc", "scale", "rate"): with_exponential,
    ("HalfLaplace", "scale"): lambda x, s: -mp.log(s) - x / s,
    ("Rayleigh", "scale"): lambda x, s: mp.log(x / s**2) - (x / s) ** 2 / 2,
    ("ChiSquared", "df"): lambda x, v: gamma(x, v / 2, mp.mpf(1) / 2),
    ("InverseChiSquared", "df"): lambda x, v: inverse_gamma(x, v / 2, mp.mpf(1) / 2),
    ("ScaledInverseChiSquared", "df", "scale"): (
        lambda x, v, s: inverse_gamma(x, v / 2, v * s**2 / 2)
    ),
    ("InverseGaussian", "mean", "concentration"): (
        lambda x, m, k: mp.log(k / (2 * mp.pi * x**3)) / 2 - k * (x - m) ** 2 / (2 * m**2 * x)
    ),
    ("Gompertz", "concentration", "rate"): (
        lambda x, k, b: mp.log(k * b) + k + b * x - k * mp.exp(b * x)
    ),
    ("LogLogistic", "concentration", "scale"): (
        lambda x, k, s: mp.log(k / s * (x / s) ** (k - 1) / (1 + (x / s) ** k) ** 2)
    ),
    ("Frechet", "concentration", "scale"): (
        lambda x, k, s: mp.log(k / s) - (1 + k) * mp.log(x / s) - (x / s) ** -k
    ),
    ("Pareto", "scale", "alpha"): lambda x, s, k: mp.log(k) + k * mp.log(s) - (k + 1) * mp.log(x),
    ("BetaProportion", "mean", "concentration"): lambda x, m, k: beta(x, m * k, (1 - m) * k),
    ("Kumaraswamy", "concentration1", "concentration0"): (
        lambda x, a, b: mp.log(a * b) + (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x**a)
    ),
    ("LogitNormal", "loc", "scale"): (
        lambda x, m, s: normal(mp.log(x / (1 - x)), m, s) - mp.log(x * (1 - x))
    ),
    ("LogUniform", "low", "high"): lambda x, a, b: -mp.log(x * mp.log(b / a)),
    ("VonMises", "loc", "concentration"): (
        lambda x, m, k: k * mp.cos(x - m) - mp.log(2 * mp.pi * mp.besseli(0, k))
    ),
    ("Bernoulli", "probs"): lambda x, p: trials(1, x, p),
    ("Bernoulli", "logits"): lambda x, eta: trials(1, x, logistic(eta)),
    ("Binomial", "total_count", "probs"): lambda x, n, p: trials(n, x, p),
    ("Binomial", "total_count", "logits"): lambda x, n, eta: trials(n, x, logistic(eta)),
    ("Poisson", "rate"): poisson,
    ("Poisson", "log_rate"): lambda x, eta: poisson(x, mp.exp(eta)),
    ("NegativeBinomial", "mean", "concentration"): (
        lambda x, m, r: negative_binomial(x, r, m / (m + r))
    ),
    ("Geometric", "probs"): lambda x, p: mp.log(p) + times(x, lambda: mp.log1p(-p)),
    ("Geometric", "logits"): (
        lambda x, e: mp.log(logistic(e)) + times(x, lambda: mp.log(logistic(-e)))
    ),
    ("BetaBinomial", "total_count", "concentration1", "concentration0"): beta_binomial,
    ("BetaBinomial", "total_count", "mean", "concentration"): (
        lambda x, n, m, k: beta_binomial(x, n, m * k, (1 - m) * k)
    ),
    ("Delta", "value"): lambda x, v: mp.log(x == v),
    ("DiscreteUniform", "low", "high"): lambda x, a, b: -mp.log(b - a + 1),
    ("Hypergeometric", "draws", "successes", "failures"): (
        lambda x, n, a, b: choose(a, x) + choose(b, n - x) - choose(a + b, n)
    ),
    ("NegativeBinomial", "total_count", "probs"): negative_binomial,
    ("NegativeBinomial", "total_count", "logits"): (
        lambda x, r, eta: negative_binomial(x, r, logistic(eta))
    ),
}
