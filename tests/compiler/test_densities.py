"""Every density of a single number against the textbook formula in 50 digits, and against SciPy."""

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from bayescript.compiler.tables.families import FAMILIES
from tests.compiler.textbook import TEXTBOOK, logistic

Numbers = tuple[float, ...]


Z = (0.0, 1e-9, 0.3, -1.0, 2.5, -8.0, 40.0, -300.0)
WIDE = (1e-12, 1e-3, 0.2, 1.0, 7.0, 100.0, 1e6)
COUNTS = (0, 1, 2, 9, 10, 11, 57, 1000, 123456, 10**9)
PROBS = (1e-15, 1e-6, 0.03, 0.5, 0.9, 1 - 1e-6)
LOGITS = (-700.0, -40.0, -3.0, 0.0, 1e-9, 2.0, 40.0)
SHAPES = (1e-4, 0.3, 1.0, 2.5, 10.0, 300.0, 1e6, 1e9)
RATIOS = (1e-200, 1e-6, 0.3, 0.9, 1 - 1e-5, 1.0, 1 + 1e-4, 1.2, 1.6, 30.0)
SDS = (0.0, 1e-3, 0.7, -2.0, 5.0, -8.0, 30.0)


def around(mean: float, variance: float) -> Iterator[float]:
    """Whole numbers in the bulk and in the tails, from 0 to what float64 counts exactly."""
    near = (round(mean + z * variance**0.5) for z in SDS)
    yield from sorted({float(k) for k in (0, 1, 2, 50, *near) if 0 <= k < 2**53})


def points(key: tuple[str, ...]) -> Iterator[Numbers]:
    """Values of x and of the parameters, tails included."""
    match key:
        case ("Normal" | "Cauchy", *_):
            for m, s, z in itertools.product((0.0, -3.7, 1e5), (1e-3, 1.0, 250.0), Z):
                yield m + s * z, m, s
            yield 1e155, 0.0, 1.0 if key[0] == "Cauchy" else 1e155
        case ("Laplace" | "Logistic" | "Gumbel", *_):
            for m, s, z in itertools.product((0.0, -3.7, 1e5), (1e-3, 1.0, 250.0), Z):
                yield m + s * z, m, s
        case ("SkewNormal", *_):
            for m, s, a, z in itertools.product((0.0, -3.7), (0.01, 30.0), (0.0, -1.5, 40.0), Z):
                yield m + s * z, m, s, a
        case ("AsymmetricLaplace", _, _, form):
            lean = (0.01, 1.0, 7.0) if form == "asymmetry" else (0.001, 0.5, 0.9)
            for m, s, k, z in itertools.product((0.0, -3.7), (0.01, 30.0), lean, Z):
                yield m + s * z, m, s, k
        case ("ExponentiallyModifiedNormal", *_):
            for m, s, r, z in itertools.product((0.0, -3.7), (0.01, 30.0), WIDE, Z):
                yield m + s * z, m, s, r / s
        case ("HalfLaplace" | "Rayleigh", _):
            for s, ratio in itertools.product((1e-3, 1.0, 250.0), RATIOS):
                yield s * ratio, s
        case ("ChiSquared", _):
            yield from ((v * ratio, v) for v in SHAPES for ratio in RATIOS)
        case ("InverseChiSquared", _):
            yield from ((1 / v / ratio, v) for v in SHAPES for ratio in RATIOS)
        case ("ScaledInverseChiSquared", *_):
            for v, s, ratio in itertools.product(SHAPES, (1e-3, 30.0), RATIOS):
                yield s * s / ratio, v, s
        case ("InverseGaussian", *_):
            for m, k, ratio in itertools.product((1e-3, 1.0, 1e4), (1e-3, 2.5, 1e6), RATIOS[1:]):
                yield m * ratio, m, k
        case ("Gompertz", *_):
            for k, b, ratio in itertools.product((1e-6, 0.3, 20.0), (1e-5, 1.0, 1e4), RATIOS):
                yield ratio / b, k, b
        case ("LogLogistic" | "Frechet", *_):
            for k, s, ratio in itertools.product((0.3, 1.0, 2.5, 20.0), (1e-5, 1.0, 1e4), RATIOS):
                if key[0] == "LogLogistic" or k * np.log(ratio) > -690:
                    yield s * ratio, k, s
        case ("Pareto", *_):
            for s, k, ratio in itertools.product((1e-5, 1.0, 1e4), SHAPES[:-2], (*WIDE, 1e200)):
                yield s * (1 + ratio), s, k
        case ("BetaProportion", *_):
            for m, k, x in itertools.product((0.01, 0.5, 0.9), SHAPES, (1e-16, 0.01, 0.5, 0.999)):
                yield x, m, k
        case ("Kumaraswamy", *_):
            for a, b, x in itertools.product(SHAPES[:5], SHAPES, (1e-300, 1e-16, 0.3, 1 - 1e-12)):
                yield x, a, b
        case ("LogitNormal", *_):
            for m, s, x in itertools.product((0.0, -3.7, 10.0), (0.01, 5.0), (1e-300, 0.3, 0.999)):
                yield x, m, s
        case ("LogUniform", *_):
            yield from ((0.5, 1e-3, 1.0), (1e5, 1e5, 1e5 + 1), (1e-190, 1e-200, 1e100))
        case ("VonMises", *_):
            for m, k, x in itertools.product((0.0, 2.0, -9.0), WIDE, (-3.1, 0.0, 1e-6, 2.0001)):
                yield x, m, k
        case ("Weibull", *_):
            for k, s, ratio in itertools.product((0.3, 1.0, 2.5, 20.0), (1e-5, 1.0, 1e4), RATIOS):
                yield s * ratio, k, s
        case ("HalfNormal" | "HalfCauchy", "scale"):
            for s, z in itertools.product((1e-3, 1.0, 250.0), Z):
                yield abs(z) * s, s
        case ("StudentT", *_):
            for v, m, s, z in itertools.product(SHAPES, (0.0, -3.7), (0.01, 30.0), (*Z, 1e160)):
                yield m + s * z, v, m, s
        case ("HalfStudentT", *_):
            for v, s, z in itertools.product(SHAPES, (0.01, 30.0), (*Z, 1e160)):
                yield abs(z) * s, v, s
        case ("LogNormal", *_):
            for m, s, z in itertools.product((0.0, -3.7, 10.0), (0.01, 1.0, 5.0), Z[:-1]):
                yield float(np.exp(m + s * z)), m, s
        case ("Uniform", *_):
            yield from ((0.0, 0.0, 1.0), (2.5, -3.0, 2.5), (1e-9, -1e-300, 1e-8))
        case ("Beta", *_):
            ends = (1e-300, 1e-16, 0.01, 0.3, 0.5, 0.999, 1 - 1e-12)
            for a, b in itertools.product(SHAPES, SHAPES):
                mean, sd = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
                for x in (*ends, *(mean + z * sd for z in SDS)):
                    if 0 < x < 1:
                        yield x, a, b
        case ("Gamma", *_):
            for a, b, ratio in itertools.product(SHAPES, (1e-5, 1.0, 1e4), RATIOS):
                yield a / b * ratio, a, b
        case ("InverseGamma", *_):
            for a, b, ratio in itertools.product(SHAPES, (1e-5, 1.0, 1e4), RATIOS):
                yield b / a / ratio, a, b
        case ("Exponential", _):
            yield from itertools.product((1e-300, 0.2, 1.0, 900.0), (1e-3, 1.0, 50.0))
        case ("Bernoulli", form):
            yield from itertools.product((0.0, 1.0), PROBS if form == "probs" else LOGITS)
        case ("Binomial", _, form):
            for n, chance in itertools.product(COUNTS, PROBS if form == "probs" else LOGITS):
                p = chance if form == "probs" else float(logistic(chance))
                for k in around(n * p, n * p * (1 - p)):
                    yield from ((x, n, chance) for x in {k, n - k} if 0 <= x <= n)
        case ("Poisson", "rate"):
            for rate in (1e-300, 1e-9, 0.3, 1.0, 9.5, 12.0, 400.0, 1e6, 1e12, 1e15):
                yield from ((k, rate) for k in around(rate, rate))
        case ("Poisson", "log_rate"):
            for eta in (-800.0, -20.0, 0.0, 1e-9, 3.3, 9.0, 20.0):
                yield from ((k, eta) for k in around(np.exp(eta), np.exp(eta)))
        case ("Geometric", form):
            chances = PROBS if form == "probs" else LOGITS
            yield from itertools.product((0, 1, 7, 1e6), chances)
        case ("BetaBinomial", _, form, _):
            first = SHAPES if form == "concentration1" else (0.01, 0.5, 0.9)
            for n, a, b in itertools.product((1, 7, 300, 10**6), first, SHAPES):
                share = a / (a + b) if form == "concentration1" else a
                near = {0, 1, n // 2, n, round(n * share)}
                yield from ((k, n, a, b) for k in near if k <= n)
        case ("Delta", *_):
            yield from ((3, 3), (0, 0), (10**6, 10**6))
        case ("DiscreteUniform", *_):
            yield from ((3, 3, 3), (-2, -5, 7), (10**6, 0, 10**9))
        case ("Hypergeometric", *_):
            for n, a, b in ((5, 7, 4), (400, 700, 10**6), (3, 10**9, 5), (60, 50, 70)):
                for k in {0, 1, 5, 40, 50, 3}:
                    if max(0, n - b) <= k <= min(n, a):
                        yield k, n, a, b
        case ("NegativeBinomial", "mean", _):
            for m, r in itertools.product((1e-6, 0.4, 30.0, 5e4, 1e8), (*SHAPES, 1e8, 1e13)):
                yield from ((k, m, r) for k in around(m, m + m * m / r))
        case ("NegativeBinomial", _, form):
            for r, chance in itertools.product(SHAPES, PROBS if form == "probs" else LOGITS[:-1]):
                p = chance if form == "probs" else float(logistic(chance))
                yield from ((k, r, chance) for k in around(r * p / (1 - p), r * p / (1 - p) ** 2))
        case _:
            raise AssertionError(f"no points for {key}")


def density(key: tuple[str, ...]) -> Callable[..., Any]:
    forms = {tuple(p.name for p in form.parameters): form for form in FAMILIES[key[0]].forms}
    form = forms[key[1:]]
    return lambda x, *values: form.log_density(x, **dict(zip(key[1:], values, strict=True)))


def test_every_form_over_single_numbers_has_a_textbook_formula() -> None:
    forms = [(row, form) for row in FAMILIES.values() for form in row.forms]
    scalar = {
        (row.name, *(p.name for p in form.parameters))
        for row, form in forms
        if row.event == 0 and all(p.event == 0 for p in form.parameters)
    }
    assert scalar == set(TEXTBOOK)


# Three binomial terms, which cancel where the sum is near 0.
SLACK = {"BetaBinomial": 1e-13, "Hypergeometric": 1e-13}


@pytest.mark.parametrize("key", TEXTBOOK, ids=" ".join)
def test_it_agrees_with_the_textbook_to_ten_digits(key: tuple[str, ...]) -> None:
    # The log density of a number crosses 0; that of a count is small where it is nearly certain.
    slack = 1e-12 if FAMILIES[key[0]].kind == "real" else SLACK.get(key[0], 1e-307)
    columns = np.array(list(points(key)), float).T
    assert columns.shape[1] >= 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = density(key)(*columns)
    with mp.workdps(50):
        for got, *numbers in zip(found, *columns, strict=True):
            wanted = TEXTBOOK[key](*map(mp.mpf, numbers))
            assert abs(mp.mpf(float(got)) - wanted) <= 1e-10 * abs(wanted) + slack, (numbers, got)


# The same laws under SciPy's names, which nobody here wrote: parameters mean what they should.
SCIPY: dict[tuple[str, ...], tuple[Callable[..., Any], Numbers]] = {
    ("Normal", "loc", "scale"): (stats.norm, (-1.5, 2.0)),
    ("HalfNormal", "scale"): (lambda s: stats.halfnorm(scale=s), (2.0,)),
    ("StudentT", "df", "loc", "scale"): (stats.t, (3.5, -1.5, 2.0)),
    ("Cauchy", "loc", "scale"): (stats.cauchy, (-1.5, 2.0)),
    ("HalfCauchy", "scale"): (lambda s: stats.halfcauchy(scale=s), (2.0,)),
    ("LogNormal", "loc", "scale"): (lambda m, s: stats.lognorm(s, scale=np.exp(m)), (0.7, 1.2)),
    ("Uniform", "low", "high"): (lambda a, b: stats.uniform(a, b - a), (-1.5, 3.0)),
    ("Beta", "concentration1", "concentration0"): (stats.beta, (1.5, 3.0)),
    ("Gamma", "concentration", "rate"): (lambda a, b: stats.gamma(a, scale=1 / b), (1.5, 3.0)),
    ("InverseGamma", "concentration", "scale"): (
        lambda a, b: stats.invgamma(a, scale=b),
        (1.5, 3.0),
    ),
    ("Exponential", "rate"): (lambda b: stats.expon(scale=1 / b), (3.0,)),
    ("Weibull", "concentration", "scale"): (
        lambda k, s: stats.weibull_min(k, scale=s),
        (1.5, 3.0),
    ),
    ("Laplace", "loc", "scale"): (stats.laplace, (-1.5, 2.0)),
    ("Logistic", "loc", "scale"): (stats.logistic, (-1.5, 2.0)),
    ("Gumbel", "loc", "scale"): (stats.gumbel_r, (-1.5, 2.0)),
    ("AsymmetricLaplace", "loc", "scale", "asymmetry"): (
        lambda m, s, k: stats.laplace_asymmetric(k, m, s),
        (-1.5, 2.0, 0.6),
    ),
    ("SkewNormal", "loc", "scale", "slant"): (
        lambda m, s, a: stats.skewnorm(a, m, s),
        (-1.5, 2.0, -3.0),
    ),
    ("ExponentiallyModifiedNormal", "loc", "scale", "rate"): (
        lambda m, s, b: stats.exponnorm(1 / (b * s), m, s),
        (-1.5, 2.0, 0.3),
    ),
    ("HalfLaplace", "scale"): (lambda s: stats.expon(scale=s), (2.0,)),
    ("Rayleigh", "scale"): (lambda s: stats.rayleigh(scale=s), (2.0,)),
    ("ChiSquared", "df"): (stats.chi2, (3.5,)),
    ("InverseGaussian", "mean", "concentration"): (
        lambda m, k: stats.invgauss(m / k, scale=k),
        (1.5, 3.0),
    ),
    ("Gompertz", "concentration", "rate"): (
        lambda k, b: stats.gompertz(k, scale=1 / b),
        (0.3, 2.0),
    ),
    ("LogLogistic", "concentration", "scale"): (lambda k, s: stats.fisk(k, scale=s), (1.5, 3.0)),
    ("Frechet", "concentration", "scale"): (lambda k, s: stats.invweibull(k, scale=s), (1.5, 3.0)),
    ("Pareto", "scale", "alpha"): (lambda s, k: stats.pareto(k, scale=s), (2.0, 1.5)),
    ("LogUniform", "low", "high"): (stats.loguniform, (0.3, 4.0)),
    ("VonMises", "loc", "concentration"): (lambda m, k: stats.vonmises(k, m), (0.0, 2.0)),
    ("Bernoulli", "probs"): (stats.bernoulli, (0.3,)),
    ("Bernoulli", "logits"): (lambda e: stats.bernoulli(1 / (1 + np.exp(-e))), (-0.8,)),
    ("Binomial", "total_count", "probs"): (stats.binom, (12, 0.3)),
    ("Poisson", "rate"): (stats.poisson, (3.3,)),
    ("Geometric", "probs"): (lambda p: stats.geom(p, loc=-1), (0.3,)),
    ("BetaBinomial", "total_count", "concentration1", "concentration0"): (
        stats.betabinom,
        (12, 1.5, 3.0),
    ),
    ("DiscreteUniform", "low", "high"): (lambda a, b: stats.randint(a, b + 1), (-3, 9)),
    ("Hypergeometric", "draws", "successes", "failures"): (
        lambda n, a, b: stats.hypergeom(a + b, a, n),
        (12, 9, 7),
    ),
    # SciPy's p is the chance of the outcome that ends the counting.
    ("NegativeBinomial", "mean", "concentration"): (
        lambda m, r: stats.nbinom(r, r / (r + m)),
        (3.3, 1.7),
    ),
    ("NegativeBinomial", "total_count", "probs"): (lambda r, p: stats.nbinom(r, 1 - p), (1.7, 0.3)),
}


@pytest.mark.parametrize("key", SCIPY, ids=" ".join)
def test_it_agrees_with_scipy_in_the_bulk(key: tuple[str, ...]) -> None:
    law, values = SCIPY[key]
    frozen = law(*values)
    x = frozen.rvs(size=50, random_state=np.random.default_rng(7))
    log_scipy = getattr(frozen, "logpdf", None) or frozen.logpmf
    np.testing.assert_allclose(density(key)(x, *values), log_scipy(x), rtol=1e-10, atol=1e-13)


OUTSIDE = {
    "real": (np.inf, -np.inf),
    "positive": (-1e-300, -2.0, np.inf, -np.inf),
    "interval": (-1e5, 1e5, np.inf),
    "unit": (-1e-300, 1 + 1e-15, 7.0, -np.inf),
    "angle": (-3.2, 7.0, np.inf, -np.inf),
    "greater_than": (-1.0, 1.999, np.inf, -np.inf),
    "binary": (-1.0, 0.5, 2.0, np.inf),
    "int_interval": (-4.0, 0.5, 10.0, np.inf, -np.inf),
    "count": (-1.0, 0.5, 1e3 + 0.5, np.inf, -np.inf),
    "up_to": (-1.0, 0.5, 13.0, np.inf, -np.inf),
}


@pytest.mark.parametrize("key", SCIPY, ids=" ".join)
def test_outside_the_support_it_is_minus_infinity_without_a_warning(key: tuple[str, ...]) -> None:
    outside = OUTSIDE[FAMILIES[key[0]].support]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = density(key)(np.array(outside), *SCIPY[key][1])
    assert (found == -np.inf).all()


def test_at_an_end_of_the_support_it_is_the_limit() -> None:
    beta = density(("Beta", "concentration1", "concentration0"))
    assert [beta(0.0, a, 3.0) for a in (0.5, 1.0, 2.0)] == [np.inf, np.log(3.0), -np.inf]
    assert [beta(1.0, 3.0, b) for b in (0.5, 1.0, 2.0)] == [np.inf, np.log(3.0), -np.inf]
    gamma = density(("Gamma", "concentration", "rate"))
    assert [gamma(0.0, a, 3.0) for a in (0.5, 1.0, 2.0)] == [np.inf, np.log(3.0), -np.inf]
    assert density(("Exponential", "rate"))(0.0, 3.0) == np.log(3.0)
    weibull = density(("Weibull", "concentration", "scale"))
    assert [weibull(0.0, a, 4.0) for a in (0.5, 1.0, 2.0)] == [np.inf, -np.log(4.0), -np.inf]
    assert density(("LogNormal", "loc", "scale"))(0.0, 0.0, 1.0) == -np.inf


def test_certain_outcomes_have_probability_one_and_impossible_ones_none() -> None:
    cases: dict[tuple[str, ...], Numbers] = {
        ("Poisson", "rate"): (0.0,),
        ("Bernoulli", "probs"): (0.0,),
        ("Binomial", "total_count", "probs"): (5.0, 0.0),
        ("NegativeBinomial", "total_count", "probs"): (5.0, 0.0),
        ("NegativeBinomial", "mean", "concentration"): (0.0, 5.0),
    }
    for key, values in cases.items():
        assert density(key)(0.0, *values) == 0
        assert density(key)(1.0, *values) == -np.inf
    binomial = density(("Binomial", "total_count", "probs"))
    assert binomial(5.0, 5.0, 1.0) == binomial(0.0, 0.0, 1.0) == 0
    assert binomial(4.0, 5.0, 1.0) == -np.inf
    geometric = density(("Geometric", "probs"))
    assert geometric(0.0, 1.0) == 0 and geometric(1.0, 1.0) == -np.inf
    left = density(("Hypergeometric", "draws", "successes", "failures"))
    assert left(2.0, 2.0, 5.0, 0.0) == 0 and left(1.0, 2.0, 5.0, 0.0) == -np.inf


def test_everything_broadcasts() -> None:
    for key, (_, values) in SCIPY.items():
        columns = [np.full((3, 1), value) for value in values]
        assert density(key)(np.ones(4), *columns).shape == (3, 4), key
        assert density(key)(1, *values).shape == (), key
