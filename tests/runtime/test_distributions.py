"""Distributions as objects in NumPy: against SciPy, and closed forms against sums."""

import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from bayescript import distributions as d
from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.runtime.distributions.numbers import first, number, rank
from tests.compiler.test_densities import SCIPY
from tests.compiler.test_family_table import parameters_of

SINGLE = [
    row
    for row in FAMILIES.values()
    if not row.event and not any(p.event for p in row.forms[0].parameters)
]
SHARES = np.array([1e-9, 1e-3, 0.2, 0.5, 0.7, 0.999])


def law(key: tuple[str, ...], values: Any) -> d.Law:
    made: d.Law = getattr(d, key[0])(**dict(zip(key[1:], values, strict=True)))
    return made


@pytest.mark.parametrize("key", SCIPY, ids=" ".join)
def test_it_agrees_with_scipy(key: tuple[str, ...]) -> None:
    frozen, ours = SCIPY[key][0](*SCIPY[key][1]), law(key, SCIPY[key][1])
    if key[0] == "VonMises":  # SciPy's goes on around the circle
        x = np.array([-3.0, -0.5, 0.0, 1.0, 3.1])
        np.testing.assert_allclose(ours.log_prob(x), frozen.logpdf(x), rtol=1e-10)
        np.testing.assert_allclose(ours.cdf(x), frozen.cdf(x), rtol=1e-9)
        return
    x = frozen.ppf(SHARES)
    log_density = getattr(frozen, "logpdf", None) or frozen.logpmf
    np.testing.assert_allclose(ours.log_prob(x), log_density(x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.cdf(x), frozen.cdf(x), rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(ours.sf(x), frozen.sf(x), rtol=1e-8, atol=1e-13)
    np.testing.assert_allclose(ours.quantile(SHARES), x, rtol=1e-7)
    low, high = frozen.support()
    np.testing.assert_allclose(ours.quantile([0, 1]), [low, high])
    np.testing.assert_allclose(ours.mean, frozen.mean(), rtol=1e-8, atol=1e-12)
    if np.isfinite(ours.variance):  # SciPy's own is wrong where there is none
        np.testing.assert_allclose(ours.variance, frozen.var(), rtol=1e-8)
        np.testing.assert_allclose(ours.sd, frozen.std(), rtol=1e-8)
    if key[0] not in ("Gompertz", "ExponentiallyModifiedNormal"):  # SciPy's quadrature
        np.testing.assert_allclose(ours.entropy, frozen.entropy(), rtol=1e-7)


HEAVY = {"StudentT", "HalfStudentT", "InverseGamma", "Pareto", "Frechet", "LogLogistic"}
HEAVY |= {"InverseChiSquared", "ScaledInverseChiSquared", "LogNormal"}


@pytest.mark.parametrize("seed", [1, 4])
@pytest.mark.parametrize("row", SINGLE, ids=lambda row: row.name)
def test_closed_forms_are_what_sums_give(row: Any, seed: int) -> None:
    ours = d.Law(row, row.forms[0], parameters_of(row, row.forms[0], seed))
    if row.name in ("StudentT", "HalfStudentT"):
        ours.parameters["df"] = np.asarray(4.5)
    if row.name == "BetaProportion":  # no pole at 1, where numbers stand far apart
        ours.parameters["concentration"] = np.asarray(9.0)
    sums = ours._sums
    assert sums.mass.sum() == pytest.approx(1, abs=1e-9)
    centre = float(ours.mean)
    if np.isfinite(centre) and np.isfinite(ours.variance):
        # What lies beyond the pieces counts where tails are heavy.
        slack = 1e-3 if row.name in HEAVY else 1e-8
        assert centre == pytest.approx(sums.expect(lambda x: x), rel=slack, abs=1e-9)
        square = sums.expect(lambda x: (x - centre) ** 2)
        assert ours.variance == pytest.approx(square, rel=slack)
    entropy = sums.expect(lambda x: -ours.log_prob(x))
    assert ours.entropy == pytest.approx(entropy, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("row", SINGLE, ids=lambda row: row.name)
def test_a_quantile_is_the_inverse_and_draws_follow_it(row: Any) -> None:
    ours = d.Law(row, row.forms[0], parameters_of(row, row.forms[0], 2))
    u = np.array([1e-12, 1e-4, 0.3, 0.5, 0.8, 1 - 1e-9])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = ours.quantile(u)
        assert ours.quantile(0.3) == x[2]
    if CONSTRAINTS[row.support].integer:
        assert (ours.cdf(x) >= u * (1 - 1e-9)).all()
        assert (ours.cdf(x - 1) < u * (1 + 1e-9)).all()
    else:
        below, above = ours.cdf(x), ours.sf(x)
        reached = np.where(u < 0.5, below, above)
        # Next to a bound other than 0 numbers stand too far apart for more.
        np.testing.assert_allclose(reached, np.minimum(u, 1 - u), rtol=2e-7, atol=5e-16)
    draws = ours.sample(3000, seed=5)
    assert draws.shape == (3000,)
    np.testing.assert_array_equal(draws, ours.sample((3000,), seed=5))
    if CONSTRAINTS[row.support].integer:
        found = [(draws <= k).mean() for k in x[2:5]]
        np.testing.assert_allclose(found, ours.cdf(x[2:5]), atol=0.04)
    else:
        assert stats.kstest(draws, ours.cdf).pvalue > 1e-4


@pytest.mark.parametrize(
    ("row", "form"),
    [(row, form) for row in SINGLE for form in row.forms[1:]],
    ids=lambda it: it.name if hasattr(it, "name") else " ".join(p.name for p in it.parameters),
)
def test_a_later_form_is_the_first_by_what_it_says(row: Any, form: Any) -> None:
    later = d.Law(row, form, parameters_of(row, form, 3))
    ours = d.Law(row, row.forms[0], later._first)
    x = later.sample(50, seed=1)
    np.testing.assert_allclose(later.log_prob(x), ours.log_prob(x), rtol=1e-9)
    assert later.mean == pytest.approx(float(ours.mean))


def test_parameters_broadcast() -> None:
    law = d.Normal([0, 10], [[1], [2], [3]])
    assert law.shape == (3, 2) and law.log_prob(0.5).shape == (3, 2)
    assert law.mean.shape == (3, 2) and law.sample((4, 1), seed=0).shape == (4, 1, 3, 2)
    assert law.cdf(np.zeros((5, 1, 1))).shape == (5, 3, 2)
    gompertz = d.Gompertz([0.3, 1.0], 2.0)
    assert gompertz.mean.shape == (2,)
    np.testing.assert_allclose(gompertz.mean[1], d.Gompertz(1.0, 2.0).mean)
    assert isinstance(float(d.Normal(0, 1).cdf(0.0)), float)
    assert d.Hypergeometric([3, 5], 4, 6).cdf([2, 2]).shape == (2,)


def test_numbers_stand_in_their_order() -> None:
    x = np.array([-np.inf, -1e300, -1.0, -5e-324, 0.0, 5e-324, 1.0, np.inf])
    assert (np.diff(rank(x)) > 0).all()
    np.testing.assert_array_equal(number(rank(x)), x)
    found = first(lambda v: v >= 0.1, np.array([-np.inf, 0.5]), np.array([np.inf, 1.0]), False)
    np.testing.assert_array_equal(found, [0.1, 0.5])
    assert first(lambda v: v > 7.5, np.array([0.0]), np.array([100.0]), True)[0] == 8


def test_wrong_arguments_are_told_as_in_specs() -> None:
    with pytest.raises(bs.SpecError, match=r"B212.*no argument `mu`"):
        d.Gumbel(mu=0, scale=1)
    with pytest.raises(bs.SpecError, match="did you mean `loc`"):
        d.Gumbel(mu=0, scale=1)
    with pytest.raises(bs.SpecError, match="go by name"):
        d.Weibull(1, 2)
    with pytest.raises(bs.SpecError, match="takes 2 by position"):
        d.Normal(0, 1, 2)
    with pytest.raises(bs.SpecError, match="given twice"):
        d.Normal(0, loc=1)
    with pytest.raises(bs.SpecError, match="no parametrisation"):
        d.Normal(0)
    with pytest.raises(bs.SpecError, match=r"B301.*must be above 0"):
        d.Normal(0, [1.0, -1.0])
    with pytest.raises(bs.SpecError, match="whole number"):
        d.Binomial(2.5, 0.3)
    with pytest.raises(bs.SpecError, match="must be below its high"):
        d.Uniform(1, 1)
    with pytest.raises(AttributeError, match="did you mean `Gumbel`"):
        _ = d.Gumbl
    with pytest.raises(ValueError, match="from 0 to 1"):
        d.Normal(0, 1).quantile(1.5)


def test_of_vectors_there_is_the_density() -> None:
    dirichlet = d.Dirichlet([1.0, 2.0, 3.0])
    wanted = stats.dirichlet([1, 2, 3]).logpdf([0.2, 0.3, 0.5])
    assert dirichlet.log_prob([0.2, 0.3, 0.5]) == pytest.approx(wanted)
    with pytest.raises(bs.BackendError, match=r"B401.*no moments"):
        _ = dirichlet.mean
    levels = d.OrderedLogistic(0.3, [-1.0, 2.0])
    assert np.exp(levels.log_prob([0, 1, 2])).sum() == pytest.approx(1)


@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_the_object_of_a_library(backend: str) -> None:
    for made, ours in (
        (d.SkewNormal(0, 1, 2, backend=backend), d.SkewNormal(0, 1, 2)),  # printed
        (d.Rayleigh(2, backend=backend), d.Rayleigh(2)),  # by another
        (d.HalfStudentT(4, 2, backend=backend), d.HalfStudentT(4, 2)),  # by a truncated other
        (d.Gumbel(0, [1, 2], backend=backend), d.Gumbel(0, [1, 2])),
    ):
        x = np.array(1.5)
        if backend == "pyro":
            import torch

            found = made.log_prob(torch.as_tensor(1.5)).numpy()
        else:
            found = np.asarray(made.log_prob(x))
        np.testing.assert_allclose(found, ours.log_prob(x), rtol=1e-5)
    with pytest.raises(bs.BackendError, match="no back-end `stan`"):
        d.Normal(0, 1, backend="stan")


def test_it_costs_nothing_until_it_is_asked_for() -> None:
    code = (
        "import sys, bayescript; assert 'bayescript.distributions' not in sys.modules; "
        "assert repr(bayescript.distributions.Gumbel) == '<distribution Gumbel>'; "
        "print({'scipy', 'jax', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert "Gumbel" in dir(d) and "the largest" in (d.Gumbel.__doc__ or "").lower()
    assert repr(d.Gumbel(0, 1)) == "Gumbel(loc=0.0, scale=1.0)"
