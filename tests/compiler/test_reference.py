"""The reference evaluator against log densities written by hand with SciPy."""

import math
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, log_softmax, logsumexp

from bayescript.compiler import ir
from bayescript.compiler.formulas import function, operate
from bayescript.compiler.lower import lower
from bayescript.compiler.reference import Reference
from bayescript.compiler.tables.functions import FUNCTIONS
from bayescript.grammar.parse import parse
from bayescript.grammar.source import Source

normal = stats.norm.logpdf


@dataclass
class Given:
    """Bound data, written by hand."""

    data: Mapping[str, Any]
    indices: Mapping[tuple[str, str], Any]
    sizes: Mapping[str, int]
    coords: Mapping[str, Any] = field(default_factory=dict)


def model(text: str) -> ir.Model:
    source = Source(textwrap.dedent(text), "test.bayes")
    return lower(parse(source), source)[0]


def reference(
    text: str,
    data: Mapping[str, Any] | None = None,
    indices: Mapping[tuple[str, str], Sequence[int]] | None = None,
    coords: Mapping[str, Sequence[object]] | None = None,
    **sizes: int,
) -> Reference:
    arrays = {name: np.asarray(value) for name, value in (data or {}).items()}
    positions = {key: np.asarray(value) for key, value in (indices or {}).items()}
    labels = {name: np.asarray(value) for name, value in (coords or {}).items()}
    return Reference(model(text), Given(arrays, positions, sizes, labels))


def draws(*shape: int, seed: int = 1) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def agree(found: Mapping[str, float], **wanted: Any) -> None:
    """Each of these statements adds what is wanted."""
    for name, value in wanted.items():
        assert found[name] == pytest.approx(float(np.sum(value)), rel=1e-12, abs=1e-12), name


# --- lookups -------------------------------------------------------------------------------


def test_nesting_is_looked_up_through_two_levels() -> None:
    evaluator = reference(
        """
        plate region
        plate county within region
        plate home within county

        data
          floor[home] : binary
          y[home]     : real

        mu[region]    ~ Normal(0, 2)
        alpha[county] ~ Normal(mu, 0.5)
        beta[region]  ~ Normal(0, 1)
        y[home]       ~ Normal(alpha + beta * floor, 1.5)
        """,
        {"floor": [0, 1, 1, 0, 1], "y": draws(5)},
        {("county", "region"): [0, 1, 0], ("home", "county"): [0, 0, 1, 2, 2]},
        region=2,
        county=3,
        home=5,
    )
    mu, beta, alpha = draws(2, seed=2), draws(2, seed=3), draws(3, seed=4)
    values = {"mu": mu, "alpha": alpha, "beta": beta}
    county = np.array([0, 0, 1, 2, 2])
    region = np.array([0, 1, 0])
    mean = alpha[county] + beta[region[county]] * np.array([0, 1, 1, 0, 1])
    outcome = normal(draws(5), mean, 1.5)
    parts = {
        "mu": normal(mu, 0, 2).sum(),
        "alpha": normal(alpha, mu[region], 0.5).sum(),
        "beta": normal(beta, 0, 1).sum(),
        "y": outcome.sum(),
    }
    agree(evaluator.by_statement(values), **parts)
    assert evaluator.log_density(values) == pytest.approx(sum(parts.values()), rel=1e-12)
    np.testing.assert_allclose(evaluator.log_likelihood(values)["y"], outcome, rtol=1e-12)


def test_crossed_plates_are_aligned_by_name() -> None:
    evaluator = reference(
        """
        plate item
        plate person

        data
          y[item, person] : binary

        theta[person] ~ Normal(0, 1)
        a[item]       ~ LogNormal(0, 0.5)
        b[item]       ~ Normal(0, 2)
        eta[person, item] = a * (theta - b)
        y[item, person] ~ Bernoulli(logits = eta)
        """,
        {"y": np.arange(6).reshape(2, 3) % 2},
        item=2,
        person=3,
    )
    theta, a, b = draws(3), np.array([0.5, 2.0]), draws(2, seed=2)
    values = {"theta": theta, "a": a, "b": b}
    eta = a[:, None] * (theta[None] - b[:, None])
    agree(
        evaluator.by_statement(values),
        a=stats.lognorm.logpdf(a, 0.5),
        y=stats.bernoulli.logpmf(np.arange(6).reshape(2, 3) % 2, expit(eta)),
    )
    np.testing.assert_allclose(evaluator.quantities(values)["eta"], eta.T, rtol=1e-12)


def test_roles_point_into_one_plate_twice() -> None:
    evaluator = reference(
        """
        plate team
        plate game within (home: team, away: team)

        data
          goals[game] : count

        skill[team] ~ Normal(0, 1)
        goals[game] ~ Poisson(log_rate = skill[home] - skill[away])
        """,
        {"goals": [2, 0, 1]},
        {("game", "home"): [0, 1, 2], ("game", "away"): [1, 2, 0]},
        team=3,
        game=3,
    )
    skill = draws(3)
    rate = np.exp(skill - skill[[1, 2, 0]])
    agree(evaluator.by_statement({"skill": skill}), goals=stats.poisson.logpmf([2, 0, 1], rate))


def test_labels_and_index_data() -> None:
    evaluator = reference(
        """
        plate arm = [control, low, high]
        plate visit = 1..3
        plate row

        data
          arm_of[row] : arm
          y[row, visit] : real

        effect[arm] ~ Normal(0, 1)
        slope       ~ Normal(0, 1)
        let gain = where(arm_of == "high", effect["high"] - effect["control"], effect[arm_of])
        y[row, visit] ~ Normal(gain + slope * visit, 1)
        """,
        {"arm_of": [2, 0, 1, 2], "y": draws(4, 3)},
        arm=3,
        visit=3,
        row=4,
    )
    effect = np.array([0.3, -1.0, 2.0])
    gain = np.array([1.7, 0.3, -1.0, 1.7])
    mean = gain[:, None] + 0.7 * np.arange(1, 4)
    agree(evaluator.by_statement({"effect": effect, "slope": 0.7}), y=normal(draws(4, 3), mean, 1))


def test_labels_of_the_data_and_sizes() -> None:
    evaluator = reference(
        """
        plate year ordered
        plate firm

        data
          y[firm, year] : real

        a[firm] ~ Normal(0, size(firm))
        y[firm, year] ~ Normal(a["IBM"] + (year - 1990) / 10, 1)
        """,
        {"y": draws(2, 3)},
        coords={"year": [1990, 1992, 1995], "firm": ["GE", "IBM"]},
        year=3,
        firm=2,
    )
    a = np.array([5.0, 0.25])
    agree(
        evaluator.by_statement({"a": a}),
        a=normal(a, 0, 2),
        y=normal(draws(2, 3), 0.25 + np.array([0, 0.2, 0.5]), 1),
    )


# --- axes ----------------------------------------------------------------------------------


def test_matrices_and_products() -> None:
    evaluator = reference(
        """
        plate p = 3
        plate q
        plate g

        data
          S[p, p']  : real
          x[g, p]   : real
          w[p, q]   : real

        v[p] ~ Normal(0, 1)
        right[p]     = S @ v
        left[p']     = v @ S
        square[p, p'] = S @ S
        predictor[g] = x @ v
        both[g, q]   = x @ w
        solved[p]    = solve(S, v)
        root[p, p']  = cholesky(S)
        lone         = log_det(S) + trace(inverse(S)) + sum(diagonal(S))
        spread[p, p'] = diag_matrix(v) + transpose(S)
        scaled[p, p'] = v * S + v[p'] * S
        factor lone
        """,
        {
            "S": (S := np.array([[2.0, 0.5, 0.1], [0.4, 3.0, 0.2], [0.3, 0.6, 4.0]])),
            "x": (x := draws(2, 3)),
            "w": (w := draws(3, 4, seed=5)),
        },
        p=3,
        q=4,
        g=2,
    )
    v = draws(3, seed=6)
    found = evaluator.quantities({"v": v})
    # NumPy's Cholesky root reads the lower triangle only.
    symmetric = np.tril(S) + np.tril(S, -1).T
    wanted = {
        "right": S @ v,
        "left": v @ S,
        "square": S @ S,
        "predictor": x @ v,
        "both": x @ w,
        "solved": np.linalg.solve(S, v),
        "root": np.linalg.cholesky(symmetric),
        "lone": math.log(np.linalg.det(S)) + np.trace(np.linalg.inv(S)) + np.diag(S).sum(),
        "spread": np.diag(v) + S.T,
        "scaled": v[:, None] * S + v * S,
    }
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


def test_product_aligns_what_the_left_side_covers() -> None:
    evaluator = reference(
        """
        plate g
        plate home within g
        plate p

        data
          x[home, p] : real
          y[home] : real

        b[g, p] ~ Normal(0, 1)
        y[home] ~ Normal(x @ b, 1)
        """,
        {"x": draws(4, 2), "y": draws(4, seed=2)},
        {("home", "g"): [0, 1, 1, 0]},
        g=2,
        home=4,
        p=2,
    )
    b = draws(2, 2, seed=3)
    mean = (draws(4, 2) * b[[0, 1, 1, 0]]).sum(1)
    agree(evaluator.by_statement({"b": b}), y=normal(draws(4, seed=2), mean, 1))


def test_reductions() -> None:
    evaluator = reference(
        """
        plate county
        plate home within county
        plate day ordered

        data
          x[home, day] : real
          f[home] : binary

        total[day]   = sum(x, over home)
        spread[home] = sd(x, over day)
        all_of       = logsumexp(x, over (home, day)) + prod(f) + max(f) - min(f)
        share[county] = mean(f, by county)
        least[county, day] = min(x, by county)
        most[county, day]  = max(x, by county)
        noise[county, day] = sd(x, by county) + var(x, by county)
        count[county] = sum(1 - f, by county)
        run[home, day] = cumsum(x, over day)
        odds[home, day] = softmax(x, over day)
        logs[home, day] = log_softmax(x, over home)
        centred[home] = f - mean(f, by county)
        some = where(any(f == 1) and not all(f == 1), 1, 0)
        factor some
        """,
        {"x": (x := draws(5, 4)), "f": (f := np.array([1, 0, 1, 1, 0]))},
        {("home", "county"): [0, 2, 0, 2, 2]},
        county=3,
        home=5,
        day=4,
    )
    found = evaluator.quantities({})
    rows: list[list[int]] = [[0, 2], [], [1, 3, 4]]
    none = np.full(4, np.nan)
    noise = [x[r].std(0, ddof=1) + x[r].var(0, ddof=1) if r else none for r in rows]
    wanted: dict[str, Any] = {
        "total": x.sum(0),
        "spread": x.std(1, ddof=1),
        "all_of": logsumexp(x) + 0 + 1 - 0,
        "share": [1, np.nan, 1 / 3],
        "least": [x[r].min(0) if r else none + np.inf for r in rows],
        "most": [x[r].max(0) if r else none - np.inf for r in rows],
        "noise": noise,
        "count": [0, 0, 2],
        "run": x.cumsum(1),
        "odds": np.exp(x) / np.exp(x).sum(1, keepdims=True),
        "logs": log_softmax(x, 0),
        "centred": f - np.array([1, 1 / 3, 1, 1 / 3, 1 / 3]),
        "some": 1,
    }
    wanted["least"][1], wanted["most"][1] = np.full(4, np.inf), np.full(4, -np.inf)
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, err_msg=name)


# --- looking back --------------------------------------------------------------------------


def test_prev_stops_at_groups() -> None:
    evaluator = reference(
        """
        plate patient
        plate visit within patient ordered

        data
          y[visit] : real
          dose[visit] : real

        rho ~ Normal(0, 1)
        y[visit] ~ Normal(rho * prev(y) + prev(dose, 2, initially = -1), 1), initially given
        """,
        {"y": (y := draws(6)), "dose": (dose := draws(6, seed=2))},
        {("visit", "patient"): [0, 0, 0, 1, 1, 2]},
        patient=3,
        visit=6,
    )
    wanted = np.full(6, np.nan)
    for row, back in ((1, -1.0), (2, dose[0]), (4, -1.0)):
        wanted[row] = normal(y[row], 0.4 * y[row - 1] + back, 1)
    values = {"rho": 0.4}
    agree(evaluator.by_statement(values), y=np.nansum(wanted))
    np.testing.assert_allclose(evaluator.log_likelihood(values)["y"], wanted, rtol=1e-12)


def test_a_plate_of_lags_and_a_row_filter() -> None:
    evaluator = reference(
        """
        plate t ordered
        plate lag = [1, 3]

        data
          y[t] : real
          good[t] : binary

        beta[lag] ~ Normal(0, 1)
        sigma ~ HalfCauchy(2.5)
        y[t] ~ Normal(prev(y, lag) @ beta, sigma), initially given, where good == 1
        echo[t] = sum(prev(y, lag, initially = 0.5), over lag)
        """,
        {"y": (y := draws(6)), "good": [1, 1, 1, 1, 0, 1]},
        t=6,
        lag=2,
    )
    beta = np.array([0.3, -0.2])
    values = {"beta": beta, "sigma": 1.3}
    agree(
        evaluator.by_statement(values),
        sigma=stats.halfcauchy.logpdf(1.3, scale=2.5),
        y=[normal(y[t], 0.3 * y[t - 1] - 0.2 * y[t - 3], 1.3) for t in (3, 5)],
    )
    early = [*([0.5] * 3), *y]
    echo = [early[t + 2] + early[t] for t in range(6)]
    np.testing.assert_allclose(evaluator.quantities(values)["echo"], echo, rtol=1e-12)


# --- distributions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distribution", "wanted"),
    [
        ("Truncated(Normal(0, 1), lower = 8)", lambda x: normal(x) - stats.norm.logsf(8)),
        ("Truncated(Normal(0, 1), upper = 9)", lambda x: normal(x) - stats.norm.logcdf(9)),
        ("Truncated(Gamma(3, 1), lower = -1)", lambda x: stats.gamma.logpdf(x, 3)),
        (
            "Truncated(Gamma(3, 1), lower = -1, upper = 10)",
            lambda x: stats.gamma.logpdf(x, 3) - stats.gamma.logcdf(10, 3),
        ),
        (
            "Truncated(Exponential(2), lower = 8, upper = 9)",
            lambda x: math.log(2) - 2 * (x - 8) - math.log(-math.expm1(-2)),
        ),
        (
            "Truncated(Beta(2, 3) , lower = 0.2, upper = 2) * 10",
            lambda x: stats.beta.logpdf(x / 10, 2, 3) - stats.beta.logsf(0.2, 2, 3) - math.log(10),
        ),
        ("Normal(0, 3) * 2 + 1", lambda x: normal(x, 1, 6)),
        ("1 - Gamma(3, 1) * -2", lambda x: stats.gamma.logpdf(x, 3, loc=1, scale=2)),
        ("20 - Gamma(3, 1) / 2", lambda x: stats.gamma.logpdf(20 - x, 3, scale=0.5)),
        ("Flat()", lambda x: 0.0),
        ("Flat(upper = 8.5)", lambda x: 0.0 if x <= 8.5 else -math.inf),
        ("HalfFlat()", lambda x: 0.0),
    ],
)
def test_composed_distributions(distribution: str, wanted: Any) -> None:
    evaluator = reference(f"x ~ {distribution}\nfactor x")
    for x in (8.0625, 8.9):
        assert evaluator.by_statement({"x": x})["x"] == pytest.approx(wanted(x), rel=1e-11)


def test_truncation_far_in_the_tail_keeps_its_digits() -> None:
    text = "x ~ Truncated(Normal(0, 1), lower = 30, upper = 31)\nfactor x"
    found = reference(text).by_statement({"x": 30.5})["x"]
    # The mass between 30 and 31 relative to that above 30 is 1 but for e^-30.
    gap = stats.norm.logsf(31) - stats.norm.logsf(30)
    wanted = normal(30.5) - stats.norm.logsf(30) - math.log1p(-math.exp(gap))
    assert found == pytest.approx(wanted, rel=1e-12)
    mirrored = "x ~ Truncated(Normal(0, 1), lower = -31, upper = -30)\nfactor x"
    assert reference(mirrored).by_statement({"x": -30.5})["x"] == pytest.approx(found, rel=1e-12)
    assert reference(text).by_statement({"x": 29.9})["x"] == -math.inf


def test_bounds_of_counts_are_inclusive() -> None:
    evaluator = reference(
        """
        plate row

        data
          y[row] : count
          z[row] : count
          n : count

        rate ~ Exponential(1)
        y[row] ~ Truncated(Poisson(rate), lower = 1)
        z[row] ~ Truncated(Binomial(n, 0.3), lower = 2, upper = 4)
        """,
        {"y": [1, 4, 2], "z": [2, 3, 4], "n": 7},
        row=3,
    )
    mass = stats.binom.pmf([2, 3, 4], 7, 0.3).sum()
    agree(
        evaluator.by_statement({"rate": 1.7}),
        y=stats.poisson.logpmf([1, 4, 2], 1.7) - math.log(-math.expm1(-1.7)),
        z=stats.binom.logpmf([2, 3, 4], 7, 0.3) - math.log(mass),
    )


def test_restricted_support_is_not_renormalised() -> None:
    evaluator = reference(
        """
        plate country
        mu[country] : positive ~ Normal(3.28, 2)
        rho : real(-1, 1) ~ Normal(0, 0.5)
        beta ~ Flat(lower = 0, upper = 1 - rho)
        factor sum(mu) + beta
        """,
        country=3,
    )
    mu = np.array([0.1, 3.0, 7.0])
    values = {"mu": mu, "rho": 0.4, "beta": 0.5}
    agree(evaluator.by_statement(values), mu=normal(mu, 3.28, 2), rho=normal(0.4, 0, 0.5), beta=0)
    assert evaluator.by_statement({**values, "mu": mu - 0.2})["mu"] == -math.inf
    assert evaluator.by_statement({**values, "beta": 0.7})["beta"] == -math.inf


def test_pinned_and_sum_to_zero_take_the_whole_vector() -> None:
    evaluator = reference(
        """
        plate g
        plate disease = [flu, cold, other]
        plate item

        m[g] ~ Normal(0, 1)
        b[g, disease] ~ Pinned(Normal(m, 10), at = "other", value = 2)
        c[g, item] ~ SumToZero(Normal(m, 3))
        factor sum(b, over (g, disease)) + sum(c, over (g, item))
        """,
        g=2,
        disease=3,
        item=4,
    )
    m, b, c = draws(2), draws(2, 3, seed=2), draws(2, 4, seed=3)
    b[:, 2] = 2
    c -= c.mean(1, keepdims=True)
    values = {"m": m, "b": b, "c": c}
    agree(
        evaluator.by_statement(values),
        b=normal(b[:, :2], m[:, None], 10),
        c=normal(c, m[:, None], 3),
        factor_1=b.sum() + c.sum(),
    )
    assert evaluator.by_statement({**values, "c": c + 0.1})["c"] == -math.inf
    assert evaluator.by_statement({**values, "b": b + 0.1})["b"] == -math.inf


def test_vectors_and_matrices() -> None:
    evaluator = reference(
        """
        plate g
        plate p = 3

        data
          y[g, p] : real
          S[p, p'] : real

        L[p, p'] ~ LKJCholesky(2)
        s[g]     ~ HalfNormal(2)
        w[p]     ~ Dirichlet(1.5)
        mu[p]    ~ MultivariateNormal(0, S)
        y[g, p]  ~ MultivariateNormal(mu, scale_tril = s * L)
        factor w[0]
        factor mu - w ~ MultivariateNormal(0, precision_matrix = S)
        """,
        {
            "y": draws(2, 3),
            "S": (S := np.array([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 4.0]])),
        },
        g=2,
        p=3,
    )
    corner = np.array([[1.0, 0.4, -0.2], [0.4, 1.0, 0.3], [-0.2, 0.3, 1.0]])
    L = np.linalg.cholesky(corner)
    s, w, mu = np.array([0.5, 2.0]), np.array([0.2, 0.5, 0.3]), draws(3, seed=2)
    density = stats.multivariate_normal.logpdf
    found = evaluator.by_statement({"L": L, "s": s, "w": w, "mu": mu})
    agree(
        found,
        s=stats.halfnorm.logpdf(s, scale=2),
        w=stats.dirichlet.logpdf(w, [1.5] * 3),
        mu=density(mu, np.zeros(3), S),
        y=[density(draws(2, 3)[i], mu, s[i] ** 2 * corner) for i in range(2)],
        factor_1=0.2,
        factor_2=density(mu - w, np.zeros(3), np.linalg.inv(S)),
    )
    # The density of the LKJ root goes like the product of L_kk^(K - k + 2 eta - 2), k from 1.
    other = np.linalg.cholesky(np.eye(3))
    gap = found["L"] - evaluator.by_statement({"L": other, "s": s, "w": w, "mu": mu})["L"]
    assert gap == pytest.approx(3 * math.log(L[1, 1]) + 2 * math.log(L[2, 2]), rel=1e-12)


def test_categories_lie_along_the_axis_that_is_left() -> None:
    evaluator = reference(
        """
        plate choice = [bus, car, train]
        plate town
        plate person within town

        data
          x[person] : real
          taken[person] : choice
          again[person] : choice

        a[choice, town] ~ Normal(0, 1)
        b[choice] ~ Pinned(Normal(0, 1), at = "car")
        p[town, choice] ~ Dirichlet(1)
        taken[person] ~ Categorical(logits = a + b * x)
        again[person] ~ Categorical(p)
        """,
        {"x": (x := draws(4)), "taken": [2, 0, 1, 2], "again": [0, 0, 1, 2]},
        {("person", "town"): [1, 0, 1, 1]},
        choice=3,
        town=2,
        person=4,
    )
    a, b = draws(3, 2, seed=2), np.array([0.5, 0.0, -1.0])
    p = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    town = np.array([1, 0, 1, 1])
    logs = log_softmax(a[:, town] + b[:, None] * x, 0)
    agree(
        evaluator.by_statement({"a": a, "b": b, "p": p}),
        p=2 * math.log(2),
        taken=logs[[2, 0, 1, 2], np.arange(4)],
        again=np.log(p[town, [0, 0, 1, 2]]),
    )


# --- statements ----------------------------------------------------------------------------


def test_factors() -> None:
    evaluator = reference(
        """
        plate area
        plate edge within (node1: area, node2: area)

        data
          weight[edge] : positive

        phi[area] ~ Flat()
        factor smooth[edge] = -0.5 * weight * (phi[node1] - phi[node2])^2
        factor sum(phi, over area) ~ Normal(0, 0.001 * size(area))
        factor phi^2 ~ Exponential(3), where area > 0
        factor each[edge] = 1
        """,
        {"weight": [1.0, 2.0]},
        {("edge", "node1"): [0, 1], ("edge", "node2"): [1, 2]},
        {"area": [0, 1, 2]},
        area=3,
        edge=2,
    )
    phi = np.array([0.1, -0.3, 0.2])
    agree(
        evaluator.by_statement({"phi": phi}),
        phi=0,
        smooth=-0.5 * (0.4**2 + 2 * 0.5**2),
        factor_1=normal(phi.sum(), 0, 0.003),
        factor_2=stats.expon.logpdf(phi[1:] ** 2, scale=1 / 3),
        each=2,
    )


def test_logic_functions_of_the_author_and_learned_parameters() -> None:
    evaluator = reference(
        """
        plate row
        plate k = 2

        data
          x[row] : real
          n[row] : count
          y[row] : real

        def hinge(u, knot) = where(u > knot and not (u == knot) or u < -9, u - knot, 0)
        param slope : positive = 1
        param knots[k] : real
        let logged = where(n > 0, log(n), -1)
        let w = log1p(abs(y))
        m[k] ~ Normal([0.5, 1.5], 1)
        w[row] ~ Normal(slope * hinge(x, knots[0]) + max(logged, n / 4) - n^2, 2)
        """,
        {"x": (x := draws(4)), "n": (n := np.array([0, 1, 4, 2])), "y": (y := draws(4, seed=2))},
        row=4,
        k=2,
    )
    m, knots = draws(2, seed=3), np.array([-0.1, 7.0])
    hinge = np.where(x > -0.1, x + 0.1, 0)
    logged = np.array([-1, 0, math.log(4), math.log(2)])
    values = {"slope": 0.8, "knots": knots, "m": m}
    found = evaluator.by_statement(values)
    agree(
        found,
        slope=0,
        knots=0,
        m=normal(m, [0.5, 1.5], 1),
        w=normal(np.log1p(np.abs(y)), 0.8 * hinge + np.maximum(logged, n / 4) - n**2, 2),
    )
    np.testing.assert_allclose(evaluator.quantities(values)["logged"], logged)


def test_missing_cells_of_an_outcome_do_not_count() -> None:
    evaluator = reference(
        """
        plate row
        data
          y[row] : real?
        mu ~ Normal(0, 1)
        y[row] ~ Normal(mu, 1)
        """,
        {"y": [0.5, np.nan, -1.0]},
        row=3,
    )
    assert np.isnan(evaluator.log_likelihood({"mu": 0.2})["y"]).tolist() == [False, True, False]
    agree(evaluator.by_statement({"mu": 0.2}), y=normal([0.5, -1.0], 0.2, 1))


def test_values_of_the_wrong_shape_or_none_are_refused() -> None:
    evaluator = reference("plate row = 3\nmu[row] ~ Normal(0, 1)\nfactor sum(mu)", row=3)
    with pytest.raises(ValueError, match="no value for `mu`"):
        evaluator.log_density({})
    with pytest.raises(ValueError, match="shape"):
        evaluator.log_density({"mu": 0.0})


# --- the nodes that passes put in ----------------------------------------------------------


def test_an_element_put_in_or_left_out() -> None:
    base = model('plate p = [a, b, c]\nplate q = 2\nx[p, q] ~ Normal(0, 1)\nfactor x["a", 0]')
    p, q, free = ir.Dim("p"), ir.Dim("q"), ir.Dim("p_free")
    position = ir.Position("p", "b", kind="index")
    short = ir.Drop(ir.Ref("x", dims=(p, q)), p, free, position, dims=(free, q))
    back = ir.Insert(short, p, free, position, ir.Literal(9.0), dims=(p, q))
    statements = (
        *base.statements,
        ir.Define("short", (free, q), short, True),
        ir.Define("back", (p, q), back, True),
    )
    changed = ir.Model("m", "", base.plates, (), statements)
    x = draws(3, 2)
    sizes = {"p": 3, "q": 2, "p_free": 2}
    found = Reference(changed, Given({}, {}, sizes)).quantities({"x": x})
    np.testing.assert_array_equal(found["short"], x[[0, 2]])
    np.testing.assert_array_equal(found["back"], [x[0], [9, 9], x[2]])


# --- functions -----------------------------------------------------------------------------


def test_every_function_has_a_value() -> None:
    for row in set(FUNCTIONS.values()):
        at = {"log1m_exp": [-0.5], "log_diff_exp": [2.0, 1.0]}.get(row.name, [0.4, 0.3, 0.2])
        assert np.isfinite(function(row.name)(*map(np.float64, at[: row.arity]))), row.name


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("log1m", (1e-20,), -1e-20),
        ("log1p_exp", (800.0,), 800.0),
        ("log1m_exp", (-1e-20,), math.log(1e-20)),
        ("log1m_exp", (-50.0,), -math.exp(-50)),
        ("log_diff_exp", (-1000.0, -1001.0), -1000 + math.log1p(-math.exp(-1))),
        ("log_inv_logit", (-800.0,), -800.0),
        ("cloglog", (1e-20,), math.log(1e-20)),
        ("inv_cloglog", (-50.0,), math.exp(-50)),
        ("inv", (4,), 0.25),
    ],
)
def test_functions_that_are_written_out_keep_their_digits(
    name: str, arguments: tuple[float, ...], wanted: float
) -> None:
    assert function(name)(*arguments) == pytest.approx(wanted, rel=1e-13, abs=0)


def test_whole_numbers_do_not_wrap_around() -> None:
    ten = np.asarray(10)
    assert operate("^", ten, np.asarray(30)) == 1e30
    assert operate("^", ten, np.asarray(-1)) == 0.1
    assert operate("*", ten, ten).dtype.kind == "i"


def test_importing_loads_no_heavy_library() -> None:
    code = "import sys, bayescript.compiler.reference; print(*{'scipy', 'jax'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "", result.stderr
