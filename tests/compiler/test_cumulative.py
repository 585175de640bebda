"""The texts `log_cdf` and `log_sf` of the family table, evaluated in NumPy, against mpmath."""

import importlib
import itertools
import re
from collections.abc import Callable, Iterator
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
            names = ("x", "y", "z", "w")[: row.arity]
            found[name] = eval(f"lambda {', '.join(names)}: {row.lowering}", found)
    return found


NUMPY = functions("numpy")


def evaluate(text: str, values: dict[str, Any]) -> Any:
    with np.errstate(all="ignore"):
        return eval(text.replace("^", "**"), {**NUMPY, **values})


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
    "Binomial": lambda x, n, p: whole(lambda k: mp.binomial(n, k) * p**k * (1 - p) ** (n - k))(x),
    "Poisson": lambda x, m: whole(lambda k: mp.exp(-m) * m**k / mp.factorial(k))(x),
    "NegativeBinomial": negative_binomial,
}

# Closed forms that go on where the probability itself underflows.
UNLIMITED = {"Normal", "HalfNormal", "LogNormal", "Exponential", "Laplace", "Logistic"}

Z = (-35.0, -6.0, -1.0, -1e-9, 0.0, 1e-6, 0.7, 5.0, 30.0)


def points(name: str) -> Iterator[tuple[float, ...]]:
    match name:
        case "Normal" | "Cauchy":
            yield from ((0.5 + 2 * z, 0.5, 2.0) for z in (*Z, -1e8 if name == "Cauchy" else -50.0))
        case "Laplace" | "Logistic":
            yield from ((0.5 + 2 * z, 0.5, 2.0) for z in (*Z, -50.0))
        case "Weibull":
            yield from itertools.product((1e-9, 0.3, 1.0, 9.0, 60.0), (0.3, 1.0, 3.0), (0.5, 3.0))
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
            x = (1e-12, 0.1, 0.5, 0.9, 1 - 1e-9)
            yield from itertools.product(x, (0.3, 2.0, 40.0), (0.3, 2.0, 40.0))
        case "Gamma" | "InverseGamma":
            yield from itertools.product((1e-2, 0.3, 1.0, 9.0, 60.0), (0.3, 2.0, 40.0), (0.5, 3.0))
        case "Exponential":
            yield from itertools.product((1e-12, 1e-3, 0.3, 2.0, 500.0), (0.5, 3.0))
        case "Binomial":
            for n, p in itertools.product((1.0, 7.0, 40.0), (1e-6, 0.3, 0.99)):
                yield from ((x, n, p) for x in (0.0, 3.0, n - 1) if 0 <= x < n)
        case "Poisson":
            yield from itertools.product((0.0, 1.0, 8.0, 20.0, 60.0), (1e-6, 0.7, 20.0, 400.0))
        case "NegativeBinomial":
            yield from itertools.product(
                (0.0, 1.0, 8.0, 60.0), (1e-6, 0.7, 20.0, 400.0), (0.3, 5.0, 1e4)
            )


def test_every_cdf_in_the_table_is_tested() -> None:
    assert set(CDF) == {row.name for row in FAMILIES.values() if row.log_cdf or row.log_sf}
    assert all(bool(row.log_cdf) == bool(row.log_sf) for row in FAMILIES.values())


def test_they_use_the_functions_of_the_language_only() -> None:
    for row in FAMILIES.values():
        known = {*FUNCTIONS, "where", "x", *(p.name for p in row.forms[0].parameters)}
        for text in (row.log_cdf, row.log_sf):
            assert set(re.findall(r"[A-Za-z_]\w*", text)) <= known, text


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
    }.items():
        row = FAMILIES[name]
        assert evaluate(row.log_cdf, {"x": np.float64(-1), **values}) == -np.inf
        assert evaluate(row.log_sf, {"x": np.float64(-1), **values}) == 0
    end = {"x": np.float64(5), "total_count": 5.0, "probs": 0.3}
    assert evaluate(FAMILIES["Binomial"].log_cdf, end) == 0
    assert evaluate(FAMILIES["Binomial"].log_sf, end) == -np.inf


@pytest.mark.parametrize("name", ["Normal", "StudentT", "Cauchy", "Laplace", "Logistic"])
@pytest.mark.parametrize("x", [0.5, -9.0, 9.0, 1e3])
def test_they_have_derivatives_in_jax_at_the_centre_and_far_from_it(name: str, x: float) -> None:
    """d log P(X <= x) / d loc is minus the density over P(X <= x), and so for the other tail."""
    row, loc, scale = FAMILIES[name], 0.5, 2.0
    shape = {"df": 4.0} if name == "StudentT" else {}
    density = row.forms[0].log_density(x, **shape, loc=loc, scale=scale)
    for text, sign in ((row.log_cdf, -1), (row.log_sf, 1)):
        space = {**functions("jax"), **shape, "x": x, "code": text.replace("^", "**")}

        def value(loc: Any, scale: Any, space: dict[str, Any] = space) -> Any:
            return eval(space["code"], {**space, "loc": loc, "scale": scale})

        with jax.enable_x64(True):
            log_tail, slopes = jax.value_and_grad(value, (0, 1))(loc, scale)
            found = [float(slope) for slope in slopes]
            by_loc = sign * float(np.exp(density - float(log_tail)))
        assert found == pytest.approx([by_loc, by_loc * (x - loc) / scale], rel=1e-8, abs=1e-15)
