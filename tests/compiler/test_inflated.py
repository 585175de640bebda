"""More zeros and hurdles: against SciPy, Stan, sums over all counts, and frequencies of draws."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

import bayescript as bs
from bayescript.compiler.reference.density import Reference
from bayescript.runtime.execute import load_program
from tests.compiler.emitted import Emitted
from tests.compiler.libraries import LIBRARIES
from tests.compiler.runners import BACKENDS
from tests.compiler.slopes import slopes
from tests.compiler.written import draws, reference

HEAD = "plate i\ndata\n  y[i] : {word}\np ~ Beta(1, 1)\neta ~ Normal(0, 1)\n"
P, ETA = 0.3, -1.2
COUNTS = np.array([0, 1, 5, 0])
RAIN = np.array([0.0, 0.3, 2.5, 0.0])


def inflated(p: float, zero: float, log_mass: Any, y: Any = COUNTS) -> Any:
    """`zero` is the base's own chance of 0."""
    return np.where(y == 0, np.log(p + (1 - p) * zero), np.log1p(-p) + log_mass)


def hurdle(p: float, zero: float, log_mass: Any, y: Any = COUNTS) -> Any:
    return np.where(y == 0, np.log(p), np.log1p(-p) + log_mass - np.log1p(-zero))


poisson, binomial = stats.poisson(2.5), stats.binom(6, 0.4)
negative = stats.nbinom(2.0, 2 / 5)  # mean 3, concentration 2

WRITTEN: Mapping[str, tuple[str, str, Callable[[], Any]]] = {
    "zero-inflated Poisson": (
        "ZeroInflated(Poisson(2.5), p)",
        "count",
        lambda: inflated(P, poisson.pmf(0), poisson.logpmf(COUNTS)),
    ),
    "zero-inflated negative binomial": (
        "ZeroInflated(NegativeBinomial(mean = 3, concentration = 2), logits = eta)",
        "count",
        lambda: inflated(expit(ETA), negative.pmf(0), negative.logpmf(COUNTS)),
    ),
    "zero-inflated binomial": (
        "ZeroInflated(Binomial(6, 0.4), prob = p / 2)",
        "count",
        lambda: inflated(P / 2, binomial.pmf(0), binomial.logpmf(COUNTS)),
    ),
    "zero-inflated mixture": (
        "ZeroInflated(Mixture(p, [Poisson(2.5), Binomial(6, 0.4)]), 0.25)",
        "count",
        lambda: inflated(
            0.25, P * poisson.pmf(0) + (1 - P) * binomial.pmf(0),
            np.log(P * poisson.pmf(COUNTS) + (1 - P) * binomial.pmf(COUNTS)),
        ),
    ),
    "hurdle of a Poisson": (
        "Hurdle(Poisson(2.5), p)",
        "count",
        lambda: hurdle(P, poisson.pmf(0), poisson.logpmf(COUNTS)),
    ),
    "hurdle of a negative binomial": (
        "Hurdle(NegativeBinomial(mean = 3, concentration = 2), logits = eta)",
        "count",
        lambda: hurdle(expit(ETA), negative.pmf(0), negative.logpmf(COUNTS)),
    ),
    "hurdle of a gamma": (
        "Hurdle(Gamma(2, 3), p)",
        "nonnegative",
        lambda: hurdle(P, 0, stats.gamma.logpdf(RAIN, 2, scale=1 / 3), RAIN),
    ),
    "hurdle of a log-normal": (
        "Hurdle(LogNormal(0.5, 1.5), logits = eta)",
        "nonnegative",
        lambda: hurdle(
            expit(ETA), 0, stats.lognorm.logpdf(RAIN, 1.5, scale=np.exp(0.5)), RAIN
        ),
    ),
    "hurdle of a mixture": (
        "Hurdle(Mixture(p, [Exponential(2), Gamma(3, 1)]), 0.25)",
        "nonnegative",
        lambda: hurdle(
            0.25, 0,
            np.log(P * stats.expon.pdf(RAIN, scale=0.5) + (1 - P) * stats.gamma.pdf(RAIN, 3)),
            RAIN,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_densities_are_those_written_by_hand(name: str) -> None:
    distribution, word, wanted = WRITTEN[name]
    y = COUNTS if word == "count" else RAIN
    found = reference(HEAD.format(word=word) + f"y[i] ~ {distribution}\n", {"y": y}, i=4)
    given = found.log_likelihood({"p": P, "eta": ETA})["y"]
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(given, wanted(), rtol=1e-12)


@pytest.mark.parametrize("word", ["ZeroInflated", "Hurdle"])
def test_chances_of_all_counts_sum_to_1(word: str) -> None:
    y = np.arange(200)
    found = reference(
        HEAD.format(word="count") + f"y[i] ~ {word}(Poisson(7), p)\n", {"y": y}, i=200
    )
    total = np.exp(found.log_likelihood({"p": P, "eta": 0.0})["y"]).sum()
    assert total == pytest.approx(1, abs=1e-12)


STAN: Mapping[str, tuple[str, str]] = {
    "zero-inflated": (
        "y[i] ~ ZeroInflated(Poisson(exp(p)), logits = eta)",
        """if (y[n] == 0)
             target += log_sum_exp(bernoulli_logit_lpmf(1 | eta),
                                   bernoulli_logit_lpmf(0 | eta) + poisson_log_lpmf(0 | p));
           else
             target += bernoulli_logit_lpmf(0 | eta) + poisson_log_lpmf(y[n] | p);""",
    ),
    "hurdle": (
        "y[i] ~ Hurdle(Poisson(exp(p)), inv_logit(eta))",
        """if (y[n] == 0)
             target += bernoulli_logit_lpmf(1 | eta);
           else
             target += bernoulli_logit_lpmf(0 | eta) + poisson_log_lpmf(y[n] | p)
                       - log1m_exp(-exp(p));""",
    ),
}


@pytest.mark.parametrize("name", STAN)
def test_values_and_slopes_are_those_of_stan(name: str) -> None:
    stanli = pytest.importorskip("stanli")
    statement, code = STAN[name]
    text = HEAD.format(word="count").replace("Beta(1, 1)", "Normal(0, 1)") + statement + "\n"
    theirs = stanli.Model(
        stan_code="data { int N; array[N] int y; } parameters { real eta; real p; } model { "
        "target += normal_lpdf(eta | 0, 1) + normal_lpdf(p | 0, 1); for (n in 1:N) { "
        + code
        + "}}",
        data={"N": 4, "y": COUNTS.tolist()},
    )
    found, wanted = [], []
    for z in draws(4, 2):
        value, slope = slopes(text, {"y": COUNTS}, dict(zip(("eta", "p"), z, strict=True)), "pyro")
        value_there, slope_there = theirs.log_prob_grad(z)
        np.testing.assert_allclose([slope["eta"], slope["p"]], slope_there, rtol=1e-9)
        found.append(value)
        wanted.append(value_there)
    np.testing.assert_allclose(np.diff(found), np.diff(wanted), rtol=1e-10)


# --- chances of 0 and 1, tails ---------------------------------------------------------------

EDGES: Mapping[str, tuple[str, dict[str, float], list[float], float]] = {
    "no added zeros": (
        "ZeroInflated(Poisson(r), p)", {"p": 0.0, "r": 2.0}, [0, 3],
        float(stats.poisson.logpmf([0, 3], 2).sum()),
    ),
    "no added zeros, and none of the base": (
        "ZeroInflated(Poisson(r), p)", {"p": 0.0, "r": 900.0}, [0], -900.0,
    ),
    "few added zeros, and none of the base": (
        "ZeroInflated(Poisson(r), p)", {"p": 1e-300, "r": 900.0}, [0], float(np.log(1e-300)),
    ),
    "nothing but zeros": ("ZeroInflated(Poisson(r), p)", {"p": 1.0, "r": 2.0}, [0, 0], 0.0),
    "nothing but zeros, from the hurdle": ("Hurdle(Poisson(r), p)", {"p": 1.0, "r": 2.0}, [0], 0.0),
    "no zeros at all": (
        "Hurdle(Poisson(r), p)", {"p": 0.0, "r": 2.0}, [1, 3],
        float((stats.poisson.logpmf([1, 3], 2) - np.log(-np.expm1(-2))).sum()),
    ),
    "hardly anything but zeros": (
        "Hurdle(Poisson(r), 0.5)", {"p": 0.0, "r": 1e-9}, [1], float(np.log(0.5)),
    ),
    "dry days": (
        "Hurdle(Gamma(r, r), p)", {"p": 1.0, "r": 2.0}, [0, 0], 0.0,
    ),
    "dry and wet days": (
        "Hurdle(Gamma(r, 1), 0.5)", {"p": 0.0, "r": 2.0}, [0, 1.5],
        float(2 * np.log(0.5) + stats.gamma.logpdf(1.5, 2)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", EDGES)
def test_slopes_are_finite_at_the_edges(name: str, backend: str) -> None:
    distribution, values, y, wanted = EDGES[name]
    word = "nonnegative" if "Gamma" in distribution else "count"
    text = f"plate i\ndata\n  y[i] : {word}\np ~ Flat(lower = 0, upper = 1)\nr ~ HalfFlat()\n"
    text += f"y[i] ~ {distribution}\n" + ("" if "p)" in distribution else "factor 0 * p\n")
    value, found = slopes(text, {"y": y}, values, backend)
    assert value == pytest.approx(wanted, rel=1e-9, abs=1e-14)
    assert all(np.isfinite(slope) for slope in found.values()), found
    model = bs.loads(text)
    assert Reference(model.ir, model.bind({"y": y})).log_density(values) == pytest.approx(
        value, rel=1e-9, abs=1e-14
    )


# --- draws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_draws_have_the_frequencies_of_the_density(backend: str) -> None:
    text = "plate i\ndata\n  y[i] : count\n  z[i] : count\nr ~ Gamma(1, 1)\n"
    text += "y[i] ~ ZeroInflated(Poisson(r), 0.2)\nz[i] ~ Hurdle(Poisson(r), 0.2)\n"
    program = load_program(bs.loads(text).compile(backend).source, "test").module
    library = LIBRARIES[backend]
    with library.float64():
        array = library.array
        rates = library.distribution("Poisson")(array(np.array([0.5, 3.0])))
        zeros = library.draws(program.ZeroInflated(rates, prob=0.2), 20_000, 1)
        others = library.draws(program.Hurdle(rates, logits=array(np.array(0.0))), 20_000, 2)
        rain = library.distribution("Gamma")(array(np.array(2.0)), array(np.array(1.0)))
        wet = library.draws(program.Hurdle(rain, prob=array(np.array([0.0, 0.7]))), 20_000, 3)
    for place, rate in enumerate((0.5, 3.0)):
        mass = stats.poisson.pmf(np.arange(6), rate)
        of = [np.mean(zeros[:, place] == k) for k in range(6)]
        np.testing.assert_allclose(of, 0.8 * mass + 0.2 * (np.arange(6) == 0), atol=0.012)
        of = [np.mean(others[:, place] == k) for k in range(6)]
        above = np.where(np.arange(6) > 0, 0.5 * mass / (1 - mass[0]), 0.5)
        np.testing.assert_allclose(of, above, atol=0.012)
    np.testing.assert_allclose((wet == 0).mean(0), [0.0, 0.7], atol=0.012)
    assert wet[wet[:, 1] > 0, 1].mean() == pytest.approx(2, abs=0.06)


def test_a_hurdle_that_is_hardly_ever_passed_gives_ones() -> None:
    text = "plate i = 50\ndata\n  y[i] : count\nr ~ Gamma(1, 1)\n"
    text += "y[i] ~ Hurdle(Poisson(1e-12 * r), 0.5)\n"
    drawn = bs.loads(text).prior({}, draws=20, seed=1).draws["y"]
    assert set(np.unique(drawn)) == {0, 1} and drawn.mean() == pytest.approx(0.5, abs=0.06)


def test_new_outcomes_of_a_fit_have_zeros() -> None:
    """Draws from the posterior give the share of zeros in the data back."""
    rng = np.random.default_rng(0)
    y = np.where(rng.random(300) < 0.4, 0, rng.poisson(4, 300))
    text = "plate i\ndata\n  y[i] : count\np ~ Beta(1, 1)\nr ~ Gamma(2, 0.5)\n"
    text += "y[i] ~ ZeroInflated(Poisson(r), p)\n"
    settings: dict[str, Any] = {
        "chains": 1,
        "warmup": 200,
        "draws": 200,
        "progress": False,
        "seed": 1,
    }
    fit = bs.loads(text).fit({"y": y}, **settings)
    assert fit.posterior["p"].mean() == pytest.approx(0.4, abs=0.06)
    again = fit.posterior_predictive()["y"].values
    assert float((again == 0).mean()) == pytest.approx(np.mean(y == 0), abs=0.03)


def test_programs_agree_with_the_reference_in_the_tails() -> None:
    text = HEAD.format(word="count") + "y[i] ~ ZeroInflated(Poisson(exp(eta)), p)\n"
    for backend in BACKENDS:
        Emitted(text, {"y": np.array([0, 0, 40, 3000])}, backend=backend).check(points=2)
