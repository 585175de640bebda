"""The texts `log_cdf` and `log_sf` of the family table, evaluated in NumPy, against mpmath."""

import importlib
import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import mpmath as mp
import numpy as np
import pytest

from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.functions import FUNCTIONS
from bayescript.compiler.tables.libraries import LIBRARIES


def functions(column: str) -> dict[str, Callable[..., Any]]:
    """The functions of the language, as one library has them (or by their lowering)."""
    where = importlib.import_module(LIBRARIES[column].module).where
    found: dict[str, Callable[..., Any]] = {"where": where}
    for name, row in FUNCTIONS.items():
        if path := getattr(row, column):
            module, _, attribute = path.rpartition(".")
            found[name] = getattr(importlib.import_module(module), attribute)
        else:
            found[name] = partial(lowered, row.lowering, found)
    return found


def lowered(text: str, space: dict[str, Any], *arguments: Any) -> Any:
    return run(text, {**space, **dict(zip("xyzw", arguments, strict=False))})


def run(text: str, space: dict[str, Any]) -> Any:
    """The value of a formula's last line, with those before it given their names."""
    space = dict(space)
    *lines, last = (line.strip() for line in text.splitlines() if line.strip())
    for line in lines:
        name, _, value = line.partition(" = ")
        space[name] = eval(value.replace("^", "**"), space)
    return eval(last.replace("^", "**"), space)


NUMPY = functions("numpy")


def evaluate(text: str, values: dict[str, Any]) -> Any:
    with np.errstate(all="ignore"):
        return run(text, {**NUMPY, **values})


def normal(z: Any) -> Any:
    return mp.erfc(-z / mp.sqrt(2)) / 2


def student(z: Any, v: Any) -> Any:
    tail = mp.betainc(v / 2, 0.5, 0, v / (v + z * z), regularized=True) / 2
    return tail if z < 0 else 1 - tail


def whole(pmf: Callable[[int], Any]) -> Callable[[Any], Any]:
    return lambda x: mp.fsum(pmf(k) for k in range(int(x) + 1))


def beta(x: Any, a: Any, b: Any) -> Any:
    return mp.betainc(a, b, 0, x, regularized=True)


def gamma(a: Any, z: Any) -> Any:
    return mp.gammainc(a, 0, z, regularized=True)


def asymmetric_laplace(x: Any, m: Any, s: Any, k: Any) -> Any:
    if x < m:
        return k**2 / (1 + k**2) * mp.exp((x - m) / (s * k))
    return 1 - mp.exp(-k * (x - m) / s) / (1 + k**2)


def with_exponential(x: Any, m: Any, s: Any, b: Any) -> Any:
    z, r = (x - m) / s, b * s
    return normal(z) - mp.exp(r * (r / 2 - z)) * normal(z - r)


def inverse_gaussian(x: Any, m: Any, k: Any) -> Any:
    root = mp.sqrt(k / x)
    return normal(root * (x / m - 1)) + mp.exp(2 * k / m) * normal(-root * (x / m + 1))


def negative_binomial(x: Any, m: Any, r: Any) -> Any:
    return whole(
        lambda k: mp.gamma(k + r) / mp.gamma(r) / mp.factorial(k) * (m / (m + r)) ** k
        * (r / (m + r)) ** r
    )(x)  # fmt: skip


# The cumulative distribution functions; counts are summed term by term.
CDF: dict[str, Callable[..., Any]] = {
    "Normal": lambda x, m, s: normal((x - m) / s),
    "HalfNormal": lambda x, s: mp.erf(x / s / mp.sqrt(2)),
    "StudentT": lambda x, v, m, s: student((x - m) / s, v),
    "HalfStudentT": lambda x, v, s: 1 - 2 * student(-x / s, v),
    "Cauchy": lambda x, m, s: mp.atan((x - m) / s) / mp.pi + 0.5,
    "HalfCauchy": lambda x, s: 2 * mp.atan(x / s) / mp.pi,
    "LogNormal": lambda x, m, s: normal((mp.log(x) - m) / s),
    "Uniform": lambda x, a, b: (x - a) / (b - a),
    "Beta": beta,
    "Gamma": lambda x, a, b: gamma(a, b * x),
    "InverseGamma": lambda x, a, b: 1 - gamma(a, b / x),
    "Exponential": lambda x, b: -mp.expm1(-b * x),
    "Weibull": lambda x, k, s: -mp.expm1(-((x / s) ** k)),
    "Laplace": lambda x, m, s: mp.exp((x - m) / s) / 2 if x < m else 1 - mp.exp((m - x) / s) / 2,
    "Logistic": lambda x, m, s: 1 / (1 + mp.exp((m - x) / s)),
    "Gumbel": lambda x, m, s: mp.exp(-mp.exp((m - x) / s)),
    "AsymmetricLaplace": asymmetric_laplace,
    "ExponentiallyModifiedNormal": with_exponential,
    "HalfLaplace": lambda x, s: -mp.expm1(-x / s),
    "Rayleigh": lambda x, s: -mp.expm1(-((x / s) ** 2) / 2),
    "ChiSquared": lambda x, v: gamma(v / 2, x / 2),
    "InverseChiSquared": lambda x, v: 1 - gamma(v / 2, 1 / (2 * x)),
    "ScaledInverseChiSquared": lambda x, v, s: 1 - gamma(v / 2, v * s**2 / (2 * x)),
    "InverseGaussian": inverse_gaussian,
    "Gompertz": lambda x, k, b: -mp.expm1(-k * mp.expm1(b * x)),
    "LogLogistic": lambda x, k, s: 1 / (1 + (x / s) ** -k),
    "Frechet": lambda x, k, s: mp.exp(-((x / s) ** -k)),
    "Pareto": lambda x, s, k: 1 - (s / x) ** k,
    "BetaProportion": lambda x, m, k: beta(x, m * k, (1 - m) * k),
    "Kumaraswamy": lambda x, a, b: 1 - (1 - x**a) ** b,
    "LogitNormal": lambda x, m, s: normal((mp.log(x / (1 - x)) - m) / s),
    "LogUniform": lambda x, a, b: mp.log(x / a) / mp.log(b / a),
    "Binomial": lambda x, n, p: whole(lambda k: mp.binomial(n, k) * p**k * (1 - p) ** (n - k))(x),
    "Poisson": lambda x, m: whole(lambda k: mp.exp(-m) * m**k / mp.factorial(k))(x),
    "Geometric": lambda x, p: 1 - (1 - p) ** (x + 1),
    "DiscreteUniform": lambda x, a, b: (x - a + 1) / (b - a + 1),
    "NegativeBinomial": negative_binomial,
}

# Closed forms that go on where the probability itself underflows.
UNLIMITED = {
    "Normal",
    "HalfNormal",
    "LogNormal",
    "Exponential",
    "Laplace",
    "Logistic",
    "HalfLaplace",
    "Gumbel",
}

SHARES = (1e-12, 0.1, 0.5, 0.9, 1 - 1e-9)
Z = (-35.0, -6.0, -1.0, -1e-9, 0.0, 1e-6, 0.7, 5.0, 30.0)


def points(name: str) -> Iterator[tuple[float, ...]]:
    match name:
        case "Normal" | "Cauchy":
            yield from ((0.5 + 2 * z, 0.5, 2.0) for z in (*Z, -1e8 if name == "Cauchy" else -50.0))
        case "Laplace" | "Logistic" | "Gumbel":
            yield from ((0.5 + 2 * z, 0.5, 2.0) for z in (*Z, -50.0))
        case "Weibull":
            yield from itertools.product((1e-9, 0.3, 1.0, 9.0, 60.0), (0.3, 1.0, 3.0), (0.5, 3.0))
        case "AsymmetricLaplace" | "ExponentiallyModifiedNormal":
            yield from ((0.5 + 2 * z, 0.5, 2.0, k) for z in Z for k in (0.05, 1.0, 8.0))
        case "LogLogistic" | "Frechet" | "Gompertz":
            yield from itertools.product((1e-9, 0.3, 1.0, 9.0, 60.0), (0.3, 1.0, 3.0), (0.5, 3.0))
        case "HalfLaplace" | "Rayleigh" | "ChiSquared" | "InverseChiSquared":
            yield from itertools.product((1e-9, 1e-2, 0.3, 1.0, 9.0, 60.0), (0.5, 3.0))
        case "InverseGaussian":
            yield from itertools.product((1e-2, 0.3, 1.0, 9.0, 400.0), (0.3, 1.0, 20.0), (0.5, 8.0))
        case "Pareto":
            above = (3 + 1e-9, 3.7, 50.0, 1e12)
            yield from ((x, 3.0, alpha) for x in above for alpha in (0.1, 2.0, 20.0))
        case "Kumaraswamy":
            yield from itertools.product(SHARES, (0.3, 2.0, 40.0), (0.3, 2.0, 40.0))
        case "BetaProportion":
            yield from itertools.product(SHARES, (0.1, 0.5, 0.8), (0.3, 2.0, 40.0))
        case "LogitNormal":
            yield from ((x, 0.5, 2.0) for x in (1e-12, 1e-3, 0.3, 0.9, 1 - 1e-9))
        case "LogUniform":
            yield from ((x, 0.2, 7.0) for x in (0.2 + 1e-9, 0.3, 5.0, 7 - 1e-9))
        case "HalfNormal" | "HalfCauchy":
            yield from ((2 * z, 2.0) for z in (*Z, 1e-12) if z > 0)
        case "StudentT":
            yield from ((0.5 + 2 * z, v, 0.5, 2.0) for z in (*Z, -1e6) for v in (0.5, 4.0, 70.0))
        case "HalfStudentT":
            yield from ((2 * z, v, 2.0) for z in (*Z, 1e-12, 1e6) if z > 0 for v in (0.5, 4.0))
        case "LogNormal":
            yield from ((float(np.exp(0.5 + 2 * z)), 0.5, 2.0) for z in Z)
        case "Uniform":
            yield from ((x, -1.0, 3.0) for x in (-1 + 1e-9, 0.0, 2.5, 3 - 1e-9))
        case "Beta":
            yield from itertools.product(SHARES, (0.3, 2.0, 40.0), (0.3, 2.0, 40.0))
        case "Gamma" | "InverseGamma" | "ScaledInverseChiSquared":
            yield from itertools.product((1e-2, 0.3, 1.0, 9.0, 60.0), (0.3, 2.0, 40.0), (0.5, 3.0))
        case "Exponential":
            yield from itertools.product((1e-12, 1e-3, 0.3, 2.0, 500.0), (0.5, 3.0))
        case "Binomial":
            for n, p in itertools.product((1.0, 7.0, 40.0), (1e-6, 0.3, 0.99)):
                yield from ((x, n, p) for x in (0.0, 3.0, n - 1) if 0 <= x < n)
        case "Poisson":
            yield from itertools.product((0.0, 1.0, 8.0, 20.0, 60.0), (1e-6, 0.7, 20.0, 400.0))
        case "Geometric":
            yield from itertools.product((0.0, 1.0, 8.0, 60.0), (1e-6, 0.3, 0.99))
        case "DiscreteUniform":
            yield from ((x, -3.0, 9.0) for x in (-3.0, 0.0, 8.0))
        case "NegativeBinomial":
            yield from itertools.product(
                (0.0, 1.0, 8.0, 60.0), (1e-6, 0.7, 20.0, 400.0), (0.3, 5.0, 1e4)
            )


def test_every_cdf_in_the_table_is_tested() -> None:
    # That of a point mass is a step (`test_delta`).
    stated = {row.name for row in FAMILIES.values() if row.log_cdf or row.log_sf}
    assert set(CDF) == stated - {"Delta"}
    assert all(bool(row.log_cdf) == bool(row.log_sf) for row in FAMILIES.values())


def test_they_use_the_functions_of_the_language_only() -> None:
    for row in FAMILIES.values():
        known = {*FUNCTIONS, "where", "x", *(p.name for p in row.forms[0].parameters)}
        for text in (row.log_cdf, row.log_sf):
            local = set(re.findall(r"^ *(\w+) = ", text, flags=re.MULTILINE))
            assert set(re.findall(r"[A-Za-z_]\w*", text)) <= known | local, text


@pytest.mark.parametrize("name", CDF)
def test_they_agree_with_fifty_digits_in_the_tails_too(name: str) -> None:
    row = FAMILIES[name]
    names = ["x", *(p.name for p in row.forms[0].parameters)]
    for numbers in points(name):
        values = dict(zip(names, map(np.float64, numbers), strict=True))
        log_cdf, log_sf = evaluate(row.log_cdf, values), evaluate(row.log_sf, values)
        with mp.workdps(700):  # enough for 1 - cdf where that is 1e-300
            cdf = CDF[name](*map(mp.mpf, numbers))
            wanted = float(mp.log(cdf)), float(mp.log(1 - cdf))
        if min(wanted) < -690 and name not in UNLIMITED:
            continue  # the probability is no float64
        # Below an absolute 1e-14 in the log, nothing changes in a sum of log densities.
        assert log_cdf == pytest.approx(wanted[0], rel=1e-9, abs=1e-14), values
        assert log_sf == pytest.approx(wanted[1], rel=1e-9, abs=1e-14), values


def test_counts_are_certain_above_minus_one_and_at_their_end() -> None:
    for name, values in {
        "Poisson": {"rate": 3.0},
        "Binomial": {"total_count": 5.0, "probs": 0.3},
        "NegativeBinomial": {"mean": 3.0, "concentration": 2.0},
        "Geometric": {"probs": 0.3},
    }.items():
        row = FAMILIES[name]
        assert evaluate(row.log_cdf, {"x": np.float64(-1), **values}) == -np.inf
        assert evaluate(row.log_sf, {"x": np.float64(-1), **values}) == 0
    end = {"x": np.float64(5), "total_count": 5.0, "probs": 0.3}
    assert evaluate(FAMILIES["Binomial"].log_cdf, end) == 0
    assert evaluate(FAMILIES["Binomial"].log_sf, end) == -np.inf


SHAPES = {
    "StudentT": {"df": 4.0},
    "AsymmetricLaplace": {"asymmetry": 0.7},
    "ExponentiallyModifiedNormal": {"rate": 0.3},
}
CENTRED = ["Normal", "StudentT", "Cauchy", "Laplace", "Logistic", "Gumbel", "AsymmetricLaplace"]


@pytest.mark.parametrize("name", [*CENTRED, "ExponentiallyModifiedNormal"])
@pytest.mark.parametrize("x", [0.5, -9.0, 9.0, 1e3])
def test_they_have_derivatives_in_jax_at_the_centre_and_far_from_it(name: str, x: float) -> None:
    """d log P(X <= x) / d loc is minus the density over P(X <= x), and so for the other tail."""
    row, loc, scale = FAMILIES[name], 0.5, 2.0
    shape = SHAPES.get(name, {})
    density = row.forms[0].log_density(x, **shape, loc=loc, scale=scale)
    for text, sign in ((row.log_cdf, -1), (row.log_sf, 1)):
        space = {**functions("jax"), **shape, "x": x}

        def value(loc: Any, scale: Any, text: str = text, space: dict[str, Any] = space) -> Any:
            return run(text, {**space, "loc": loc, "scale": scale})

        with jax.enable_x64(True):
            log_tail, slopes = jax.value_and_grad(value, (0, 1))(loc, scale)
            found = [float(slope) for slope in slopes]
            by_loc = sign * float(np.exp(density - float(log_tail)))
        wanted = [by_loc, by_loc * (x - loc) / scale]
        if not row.location_scale:  # the slope in the scale has another form
            found, wanted = found[:1], wanted[:1]
        assert found == pytest.approx(wanted, rel=1e-8, abs=1e-15)
