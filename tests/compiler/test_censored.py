"""Censored outcomes: programs against the reference, the reference against SciPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.compiler.written import reference

# A family, its parameters in two latents, and SciPy's own distribution of them.
FAMILIES: dict[str, tuple[str, Callable[[float, float], Any]]] = {
    "Normal": ("Normal(m, exp(s))", lambda m, s: stats.norm(m, np.exp(s))),
    "LogNormal": ("LogNormal(m, exp(s))", lambda m, s: stats.lognorm(np.exp(s), 0, np.exp(m))),
    "Exponential": ("Exponential(exp(m + s))", lambda m, s: stats.expon(0, np.exp(-m - s))),
    "HalfNormal": ("HalfNormal(exp(m + s))", lambda m, s: stats.halfnorm(0, np.exp(m + s))),
    "Weibull": (
        "Weibull(concentration = exp(m), scale = exp(s))",
        lambda m, s: stats.weibull_min(np.exp(m), 0, np.exp(s)),
    ),
    "Logistic": ("Logistic(m, exp(s))", lambda m, s: stats.logistic(m, np.exp(s))),
    "Laplace": ("Laplace(m, exp(s))", lambda m, s: stats.laplace(m, np.exp(s))),
    "Cauchy": ("Cauchy(m, exp(s))", lambda m, s: stats.cauchy(m, np.exp(s))),
}
ROWS = 7
POSITIVE = ("LogNormal", "Exponential", "HalfNormal", "Weibull")


def spec(distribution: str, columns: str, word: str = "real") -> str:
    lines = ["plate row", "data", f"  y[row] : {word}"]
    lines += [f"  {column}[row] : {kind}" for column, _, kind in map(_split, columns.split(", "))]
    return "\n".join(
        [*lines, "m ~ Normal(0, 1)", "s ~ Normal(0, 1)", f"y[row] ~ {distribution}", ""]
    )


def _split(text: str) -> tuple[str, str, str]:
    return text.partition(":")


def times(name: str) -> Any:
    z = np.random.default_rng(len(name)).normal(size=ROWS)
    return np.exp(z) if name in POSITIVE else z


WAYS: dict[str, tuple[str, str, Callable[[Any, Any], dict[str, Any]]]] = {
    "upper bound": ("upper = c", "c:real", lambda y, b: {"c": b, "y": np.minimum(y, b)}),
    "lower bound": ("lower = c", "c:real", lambda y, b: {"c": b, "y": np.maximum(y, b)}),
    "right flag": ("right = not died", "died:binary", lambda y, b: {"died": (y < b) * 1, "y": y}),
    "left flag": ("left = below", "below:binary", lambda y, b: {"below": (y < b) * 1, "y": y}),
    "interval": (
        "interval = [a, b]",
        "a:real, b:real",
        lambda y, b: {"a": np.where(y < b, y, y - 0.01), "b": np.where(y < b, y, y + 2), "y": y},
    ),
}


def wanted(way: str, frozen: Any, data: dict[str, Any]) -> Any:
    """What SciPy makes of it."""
    y = data["y"]
    match way:
        case "upper bound":
            return np.where(y >= data["c"], frozen.logsf(data["c"]), frozen.logpdf(y))
        case "lower bound":
            return np.where(y <= data["c"], frozen.logcdf(data["c"]), frozen.logpdf(y))
        case "right flag":
            return np.where(data["died"] == 1, frozen.logpdf(y), frozen.logsf(y))
        case "left flag":
            return np.where(data["below"] == 1, frozen.logcdf(y), frozen.logpdf(y))
    mass = np.log(frozen.cdf(data["b"]) - frozen.cdf(data["a"]))
    return np.where(data["a"] < data["b"], mass, frozen.logpdf(y))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_way_of_censoring_agrees_with_scipy(name: str, way: str) -> None:
    written, scipy = FAMILIES[name]
    argument, columns, make = WAYS[way]
    data = make(times(name), np.full(ROWS, np.exp(0.2) if name in POSITIVE else 0.2))
    found = reference(spec(f"Censored({written}, {argument})", columns), data, row=ROWS)
    with np.errstate(divide="ignore"):
        expected = wanted(way, scipy(0.3, -0.4), data)
    given = found.log_likelihood({"m": 0.3, "s": -0.4})["y"]
    assert given == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAMILIES)
def test_programs_agree_with_the_reference(name: str, way: str, backend: str) -> None:
    argument, columns, make = WAYS[way]
    data = make(times(name), np.full(ROWS, np.exp(0.2) if name in POSITIVE else 0.2))
    text = spec(f"Censored({FAMILIES[name][0]}, {argument})", columns)
    Emitted(text, data, backend=backend).check(points=2)


COUNTS: dict[str, tuple[str, str]] = {
    "Poisson": ("Poisson(exp(m + s))", "c:real"),
    "NegativeBinomial": ("NegativeBinomial(mean = exp(m), concentration = 2)", "c:real"),
}


@pytest.mark.parametrize("argument", ["upper = c", "lower = c", "interval = [c, c + 3]"])
@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_censored_at_the_bound_itself(name: str, argument: str) -> None:
    written, columns = COUNTS[name]
    text = spec(f"Censored({written}, {argument})", columns, "count")
    data = {"y": np.array([0, 1, 3, 3, 5, 5, 2]), "c": np.array([0, 2, 3, 4, np.inf, 1, 2])}
    if "interval" in argument or "lower" in argument:
        data["c"] = np.array([0.0, 2, 3, 4, 1, 1, 2])
    if name == "Poisson":
        given = reference(text, data, row=ROWS).log_likelihood({"m": 0.3, "s": 0.2})["y"]
        frozen = stats.poisson(np.exp(0.5))
        y, c = data["y"], data["c"]
        mass = {
            "upper = c": np.where(y >= c, frozen.logsf(c - 1), frozen.logpmf(y)),
            "lower = c": np.where(y <= c, frozen.logcdf(c), frozen.logpmf(y)),
        }.get(argument, np.log(frozen.cdf(c + 3) - frozen.cdf(c - 1)))
        assert given == pytest.approx(mass, rel=1e-9)
    Emitted(text, data).check(points=2)


def slopes(text: str, data: dict[str, Any], values: dict[str, float]) -> list[float]:
    """The derivatives that JAX finds."""
    import jax

    from bayescript.runtime.execute import arguments

    emitted = Emitted(text, data)
    given = arguments(emitted.program, emitted.bound)
    from numpyro.infer.util import log_density

    with jax.enable_x64(True):
        found = jax.grad(lambda v: log_density(emitted.program.model, (), given, v)[0])(values)
    return [float(found[name]) for name in values]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("end", [1e-300, 0.0, 1e8])
def test_slopes_are_finite_at_zero_and_far_away(name: str, end: float) -> None:
    """A time of 0 tells nothing where it is censored from the right."""
    far = 200.0 if end == 1e8 else end  # some tails end where no float64 goes on
    data = {"y": np.array([far, 1.0]), "died": np.array([0, 1])}
    text = spec(f"Censored({FAMILIES[name][0]}, right = not died)", "died:binary")
    found = slopes(text, data, {"m": 0.1, "s": 0.2})
    assert np.all(np.isfinite(found)), found


@pytest.mark.parametrize("flags", [[0, 0, 0], [1, 1, 1]])
def test_all_or_none_may_be_censored(flags: list[int]) -> None:
    text = spec("Censored(Normal(m, exp(s)), right = flag)", "flag:binary")
    Emitted(text, {"y": [0.5, 1.0, -2.0], "flag": flags}).check()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_truncated_distribution_is_censored(backend: str) -> None:
    text = spec("Censored(Truncated(Normal(m, exp(s)), lower = 0, upper = 4), upper = c)", "c:real")
    data = {"y": np.array([0.5, 1.0, 3.0]), "c": np.array([2.0, 1.0, 2.5])}
    Emitted(text, data, backend=backend).check()
    found = reference(text, data, row=3).log_likelihood({"m": 0.4, "s": 0.1})["y"]
    frozen = stats.truncnorm(-0.4 / np.exp(0.1), 3.6 / np.exp(0.1), 0.4, np.exp(0.1))
    expected = [frozen.logpdf(0.5), frozen.logsf(1.0), frozen.logsf(2.5)]
    assert found == pytest.approx(np.array(expected), rel=1e-9)


def test_ends_of_intervals_may_be_infinite() -> None:
    text = spec("IntervalCensored(LogNormal(m, exp(s)), a, b)", "a:real, b:real")
    data = {"y": np.ones(3), "a": np.array([0.0, 1.5, 0.5]), "b": np.array([2.0, np.inf, 0.75])}
    emitted = Emitted(text, data)
    found = emitted.runner.density({"m": 0.4, "s": 0.1})
    frozen = stats.lognorm(np.exp(0.1), 0, np.exp(0.4))
    mass = [frozen.logcdf(2), frozen.logsf(1.5), np.log(frozen.cdf(0.75) - frozen.cdf(0.5))]
    prior = stats.norm.logpdf([0.4, 0.1]).sum()
    assert found == pytest.approx(np.sum(mass) + prior, rel=1e-9)
    assert np.all(np.isfinite(slopes(text, data, {"m": 0.4, "s": 0.1})))
