"""The reference evaluator against values written by hand: how quantities are looked up."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from tests.compiler.written import agree, draws, normal, reference


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


def test_a_plate_may_be_reached_in_two_ways_and_grouped_by_two_plates() -> None:
    evaluator = reference(
        """
        plate region
        plate state within region
        plate voter within (region, state)

        data
          y[voter]  : real
          x[region] : real
          g[state]  : real

        w[voter] = x + g
        both[region, state] = sum(y, by (region, state))
        up[region] = sum(g, by region)
        far[region] = sum(y, by region)
        factor sum(w)
        """,
        {"y": [1.0, 2, 4], "x": [10.0, 20], "g": [0.5, 0.25, 1]},
        {
            ("state", "region"): [0, 1, 1],
            ("voter", "region"): [0, 1, 1],
            ("voter", "state"): [0, 1, 1],
        },
        region=2,
        state=3,
        voter=3,
    )
    found = evaluator.quantities({})
    np.testing.assert_array_equal(found["w"], [10.5, 20.25, 20.25])
    np.testing.assert_array_equal(found["both"], [[1, 0, 0], [0, 6, 0]])
    np.testing.assert_array_equal(found["up"], [0.5, 1.25])
    np.testing.assert_array_equal(found["far"], [1, 6])


def test_an_index_may_run_along_the_axis_that_it_replaces() -> None:
    evaluator = reference(
        """
        plate person
        plate place = [0, 2, 5]

        data
          friend[person] : person
          x[person] : real

        M[person, person'] = x * x[person'] + x
        second[person] = x[friend] + x[friend[friend]]
        across[person] = M[person' = friend]
        K[place, place'] = exp(-abs(place - place'))
        factor sum(second)
        """,
        {"friend": (friend := np.array([1, 2, 0])), "x": (x := np.array([1.0, 10, 100]))},
        person=3,
        place=3,
    )
    found = evaluator.quantities({})
    M = np.outer(x, x) + x[:, None]
    places = np.array([0, 2, 5])
    np.testing.assert_allclose(found["second"], x[friend] + x[friend[friend]])
    np.testing.assert_allclose(found["across"], M[np.arange(3), friend])
    np.testing.assert_allclose(found["K"], np.exp(-np.abs(places[:, None] - places)))


def test_a_chain_of_categories_indexes_its_matrix() -> None:
    evaluator = reference(
        """
        plate t ordered
        plate state = [low, high]

        data
          z[t] : state

        P[state, state'] ~ Dirichlet(2)
        z[t] ~ Categorical(P[prev(z)]), initially given
        """,
        {"z": [0, 1, 1]},
        t=3,
        state=2,
    )
    P = np.array([[0.1, 0.9], [0.4, 0.6]])
    agree(
        evaluator.by_statement({"P": P}),
        P=np.log(6 * P.prod(1)),
        z=[math.log(0.9), math.log(0.6)],
    )
