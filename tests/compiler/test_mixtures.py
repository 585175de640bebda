"""Mixtures: against sums written by hand, Stan, integrals, and frequencies of draws."""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, log_softmax, logsumexp

import bayescript as bs
from bayescript.compiler.reference.density import Reference
from bayescript.runtime.execute import load_program
from tests.compiler.emitted import Emitted
from tests.compiler.libraries import LIBRARIES
from tests.compiler.runners import BACKENDS
from tests.compiler.slopes import slopes
from tests.compiler.written import draws, reference

norm, t = stats.norm.logpdf, stats.t.logpdf
W = np.array([0.2, 0.5, 0.3])
MU = np.array([-1.0, 0.5, 4.0])
Y = np.array([-2.0, 0.3, 5.0, 40.0])
RATES = np.array([1.0, 2.0])

HEAD = """
plate k = 3
plate i
data
  y[i] : {word}
w[k] ~ Dirichlet(1)
mu[k] ~ Normal(0, 1)
"""


def mixed(weights: Any, *densities: Any) -> Any:
    """The log of the weighted sum, with the components last."""
    return logsumexp(np.stack(np.broadcast_arrays(*densities), -1), b=weights, axis=-1)


# A distribution in `w` and `mu`, its type of data, and the log density at y written out.
WRITTEN: Mapping[str, tuple[str, str, Callable[[Any], Any]]] = {
    "along an axis": (
        "Mixture(w, Normal(mu, 2))",
        "real",
        lambda y: mixed(W, *(norm(y, m, 2) for m in MU)),
    ),
    "log weights": (
        "Mixture(StudentT(3, mu, 2), logits = mu * 100)",
        "real",
        lambda y: mixed(np.exp(log_softmax(MU * 100)), *(t(y, 3, m, 2) for m in MU)),
    ),
    "several kinds": (
        "Mixture(w, [Normal(0, 1), StudentT(3, 0, 5), Gamma(2, 1)])",
        "real",
        lambda y: mixed(W, norm(y), t(y, 3, 0, 5), stats.gamma.logpdf(y, 2)),
    ),
    "a chance": (
        "Mixture(0.25, [Normal(mu[1], 1), Laplace(0, 2)])",
        "real",
        lambda y: mixed([0.25, 0.75], norm(y, 0.5), stats.laplace.logpdf(y, 0, 2)),
    ),
    "log odds": (
        "Mixture([Normal(0, 1), Normal(0, 9)], logits = mu[2])",
        "real",
        lambda y: mixed([expit(4.0), expit(-4.0)], norm(y), norm(y, 0, 9)),
    ),
    "a mixture of mixtures": (
        "Mixture(0.3, [Mixture(w, Normal(mu, 2)), Normal(0, 9)])",
        "real",
        lambda y: mixed([0.3, 0.7], mixed(W, *(norm(y, m, 2) for m in MU)), norm(y, 0, 9)),
    ),
    "moved": (
        "1 + 2 * Mixture(w, Normal(mu, 1))",
        "real",
        lambda y: mixed(W, *(norm(y, 1 + 2 * m, 2) for m in MU)),
    ),
    "counts": (
        "Mixture(w, [Poisson(3), Binomial(6, 0.5), Bernoulli(0.25)])",
        "count",
        lambda y: mixed(
            W, stats.poisson.logpmf(y, 3), stats.binom.logpmf(y, 6, 0.5),
            np.log(np.choose(y, [0.75, 0.25, 0, 0, 0, 0], mode="clip")),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_the_density_is_the_sum_written_by_hand(name: str) -> None:
    distribution, word, wanted = WRITTEN[name]
    text = HEAD.format(word=word) + f"y[i] ~ {distribution}\n"
    y = Y if word == "real" else np.array([0, 1, 5, 7])
    found = reference(text, {"y": y}, i=4, k=3).log_likelihood({"w": W, "mu": MU})["y"]
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(found, wanted(y), rtol=1e-12)


def test_topics_are_the_product_of_two_tables() -> None:
    rng = np.random.default_rng(3)
    theta, phi = rng.dirichlet(np.ones(2), 3), rng.dirichlet(np.ones(4), 2)
    evaluator = reference(
        """
        plate topic = 2
        plate word = 4
        plate doc
        plate token within doc
        data
          w[token] : word
        theta[doc, topic] ~ Dirichlet(1)
        phi[topic, word] ~ Dirichlet(1)
        w[token] ~ Mixture(theta, Categorical(phi))
        """,
        {"w": [0, 3, 2, 2, 1]},
        {("token", "doc"): [0, 0, 1, 2, 2]},
        topic=2, word=4, doc=3, token=5,
    )  # fmt: skip
    found = evaluator.log_likelihood({"theta": theta, "phi": phi})["w"]
    wanted = np.log((theta @ phi)[[0, 0, 1, 2, 2], [0, 3, 2, 2, 1]])
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_vectors_keep_their_axis() -> None:
    y, m = draws(4, 2), draws(3, 2, seed=2)
    S = np.array([[2.0, 0.5], [0.5, 1.0]])
    evaluator = reference(
        """
        plate k = 3
        plate p = 2
        plate i
        data
          y[i, p] : real
          S[p, p'] : real
        w[k] ~ Dirichlet(1)
        m[k, p] ~ Normal(0, 1)
        y[i, p] ~ Mixture(w, MultivariateNormal(m, covariance_matrix = S))
        """,
        {"y": y, "S": S},
        k=3, p=2, i=4,
    )  # fmt: skip
    found = evaluator.log_likelihood({"w": W, "m": m})["y"]
    wanted = mixed(W, *(stats.multivariate_normal.logpdf(y, one, S) for one in m))
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# --- Stan ------------------------------------------------------------------------------------

STAN: Mapping[str, tuple[str, str]] = {
    "two normals": (
        """
        plate i
        data
          y[i] : real
        a ~ Normal(0, 1)
        m ~ Normal(0, 1)
        s ~ Normal(0, 1)
        y[i] ~ Mixture([Normal(m, exp(s)), Normal(s, 2)], logits = a)
        """,
        """for (n in 1:N) target += log_mix(
             inv_logit(a), normal_lpdf(y[n] | m, exp(s)), normal_lpdf(y[n] | s, 2));""",
    ),
    "by regression": (
        """
        plate k = 3
        plate i
        data
          y[i] : real
        a ~ Normal(0, 1)
        m ~ Normal(0, 1)
        s ~ Normal(0, 1)
        let w[k] = softmax([a, m, 0.0])
        y[i] ~ Mixture(w, Cauchy([m, s, a], exp(s)))
        """,
        """for (n in 1:N) {
             vector[3] lw = log_softmax([a, m, 0]');
             vector[3] at = [m, s, a]';
             for (k in 1:3) lw[k] += cauchy_lpdf(y[n] | at[k], exp(s));
             target += log_sum_exp(lw);
           }""",
    ),
}


@pytest.mark.parametrize("name", STAN)
def test_values_and_slopes_are_those_of_stan(name: str) -> None:
    stanli = pytest.importorskip("stanli")
    text, code = STAN[name]
    priors = "target += normal_lpdf(a | 0, 1) + normal_lpdf(m | 0, 1) + normal_lpdf(s | 0, 1);"
    theirs = stanli.Model(
        stan_code="data { int N; vector[N] y; } parameters { real a; real m; real s; } "
        f"model {{ {priors} {code} }}",
        data={"N": len(Y), "y": Y.tolist()},
    )
    ours = Emitted(text, {"y": Y}, backend="pyro")
    wanted, found = [], []
    for z in draws(4, 3):
        value, slope = theirs.log_prob_grad(z)
        at = dict(zip("ams", z, strict=True))
        wanted.append(value)
        found.append(ours.density(at))
        ways = np.eye(3)
        there: Any = [ours.runner.slope(at, dict(zip("ams", way, strict=True))) for way in ways]
        np.testing.assert_allclose(there, slope, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(np.diff(found), np.diff(wanted), rtol=1e-9)


# --- where weights or densities are 0 --------------------------------------------------------


EDGES: Mapping[str, tuple[str, dict[str, Any], float]] = {
    "a weight of 0": (
        "y[i] ~ Mixture(w, Normal([0, 1, 2], s))",
        {"w": np.array([0.0, 1.0, 0.0]), "s": 2.0},
        float(norm([-1.0, 2.0], 1, 2).sum()),
    ),
    "a chance of 0": (
        "y[i] ~ Mixture(w[0], [Normal(0, s), Normal(1, s)])",
        {"w": np.array([0.0, 1.0, 0.0]), "s": 2.0},
        float(norm([-1.0, 2.0], 1, 2).sum()),
    ),
    "a chance of 1": (
        "y[i] ~ Mixture(w[1], [Normal(0, s), Normal(1, s)])",
        {"w": np.array([0.0, 1.0, 0.0]), "s": 2.0},
        float(norm([-1.0, 2.0], 0, 2).sum()),
    ),
    "log weights far apart": (
        "y[i] ~ Mixture(Normal([0, 1, 200], s), logits = 1000 * w)",
        {"w": np.array([0.0, 1.0, 0.5]), "s": 2.0},
        float(norm([-1.0, 2.0], 1, 2).sum()),
    ),
    "a density of 0": (
        "y[i] ~ Mixture(w, [Gamma(s, 1), Uniform(0, s), Normal(0, s)])",
        {"w": np.array([0.5, 0.2, 0.3]), "s": 2.0},
        float(
            np.log(0.3) + norm(-1, 0, 2)
            + np.log(0.5 * stats.gamma.pdf(2, 2) + 0.2 / 2 + 0.3 * stats.norm.pdf(2, 0, 2))
        ),
    ),
    "far from all": (
        "y[i] ~ Mixture(w, Normal(1e5, [s, 1, 2]))",
        {"w": np.array([0.5, 0.2, 0.3]), "s": 2.0},
        float(
            logsumexp(norm(np.array([[-1.0], [2.0]]), 1e5, [2, 1, 2]), b=[0.5, 0.2, 0.3], axis=1)
            .sum()
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", EDGES)
def test_slopes_are_finite_where_weights_or_densities_are_0(name: str, backend: str) -> None:
    statement, values, wanted = EDGES[name]
    text = "plate k = 3\nplate i\ndata\n  y[i] : real\nw[k] ~ Flat(lower = 0, upper = 1)\n"
    text += "s ~ Exponential(1)\n" + statement + "\n"
    value, found = slopes(text, {"y": [-1.0, 2.0]}, values, backend)
    assert value == pytest.approx(wanted - values["s"], rel=1e-12)
    assert all(np.isfinite(slope).all() for slope in found.values()), found
    model = bs.loads(text)
    again = Reference(model.ir, model.bind({"y": [-1.0, 2.0]}))
    assert again.log_density(values) == pytest.approx(value, rel=1e-12)


# --- draws -----------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_draws_have_the_frequencies_of_the_weights(backend: str) -> None:
    library = LIBRARIES[backend]
    text = "plate k = 2\nx ~ Mixture(0.5, [Normal(0, 1), Normal(0, 2)])\nfactor x\n"
    program = load_program(bs.loads(text).compile(backend).source, "test").module
    with library.float64():
        make, array = library.distribution, library.array
        places = make("Normal")(array(np.array([-10.0, 0.0, 10.0])), 0.1)
        weights = array(np.array([0.2, 0.0, 0.8]))
        along = library.draws(program.Mixture(places, weights=weights), 20_000, 1)
        kinds = [make("Normal")(array(0.0), array(1.0)), make("Exponential")(array(RATES))]
        several = program.Several(kinds)
        of_two = program.Mixture(several, weights=array(np.array([[0.5, 0.5], [0.1, 0.9]])))
        listed = library.draws(of_two, 20_000, 2)
        vectors = make("MultivariateNormal")(
            array(np.array([[0.0, 5.0], [20.0, 25.0]])), array(np.eye(2) * 0.01)
        )
        pairs = library.draws(
            program.Mixture(vectors, weights=array(np.array([0.3, 0.7]))), 9_000, 3
        )
    assert np.mean(along > 0) == pytest.approx(0.8, abs=0.01)
    assert np.mean(np.abs(along) < 5) == 0
    assert listed.shape == (20_000, 2)
    # Below 0 lies half of the normal one, and none of the others.
    np.testing.assert_allclose((listed < 0).mean(0), [0.25, 0.05], atol=0.01)
    assert listed[listed[:, 1] > 0, 1].mean() == pytest.approx(
        (0.05 * stats.halfnorm.mean() + 0.9 * 0.5) / 0.95, abs=0.02
    )
    assert np.mean(pairs[:, 0] > 10) == pytest.approx(0.7, abs=0.015)
    np.testing.assert_allclose(pairs[:, 1] - pairs[:, 0], 5, atol=1.0)


def test_the_prior_is_drawn() -> None:
    text = """
    plate k = 2
    plate i = 4
    data
      y[i] : real
    p ~ Beta(20, 60)
    a[i] ~ Mixture(p, [Normal(10, 1), Normal(-10, 1)])
    y[i] ~ Mixture(0.5, [Normal(a, 0.1), Normal(100, 0.1)])
    """
    prior = bs.loads(textwrap.dedent(text)).prior({}, draws=4000, seed=2).draws
    assert np.mean(prior["a"] > 0) == pytest.approx(0.25, abs=0.02)
    assert np.mean(prior["y"] > 50) == pytest.approx(0.5, abs=0.02)
    near = prior["y"] < 50
    np.testing.assert_allclose(prior["y"][near], prior["a"][near], atol=0.6)


# --- chosen by data --------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_where_chooses_by_row(backend: str) -> None:
    """Also where the other distribution would not be defined at the value."""
    text = """
    plate i
    data
      t[i] : binary
      y[i] : real
      k[i] : count
    m ~ Normal(0, 1)
    y[i] ~ where(t, LogNormal(m, 1), Normal(m, 2))
    k[i] ~ where(y > 1, Poisson(exp(m)), Binomial(3, inv_logit(m)))
    """
    y, k = np.array([0.5, -2.0, 3.0, -1.0]), np.array([2, 0, 8, 3])
    data, m = {"t": [1, 0, 1, 0], "y": y, "k": k}, 0.4
    value, slope = slopes(text, data, {"m": m}, backend)
    of_y = np.where(y > 0, stats.lognorm.logpdf(np.abs(y), 1, scale=np.exp(m)), norm(y, m, 2))
    of_k = np.where(
        y > 1, stats.poisson.logpmf(k, np.exp(m)), stats.binom.logpmf(k % 4, 3, expit(m))
    )
    assert value == pytest.approx(norm(m) + of_y.sum() + of_k.sum(), rel=1e-12)
    step = 1e-6
    ends = [slopes(text, data, {"m": m + h}, backend)[0] for h in (-step, step)]
    assert slope["m"] == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_count_that_one_component_never_gives(backend: str) -> None:
    text = """
    plate i
    data
      k[i] : count
    p ~ Beta(2, 2)
    k[i] ~ Mixture(p, [Binomial(3, p), Mixture(p, [Bernoulli(p), Poisson(3)])])
    """
    Emitted(text, {"k": np.array([0, 2, 9])}, backend=backend).check()
    value, slope = slopes(text, {"k": np.array([9])}, {"p": 0.3}, backend)
    wanted = stats.beta.logpdf(0.3, 2, 2) + 2 * np.log(0.7) + stats.poisson.logpmf(9, 3)
    assert value == pytest.approx(wanted, rel=1e-12) and np.isfinite(slope["p"])
