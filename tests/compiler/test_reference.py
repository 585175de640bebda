"""The reference evaluator against values written by hand: axes, sequences, statements."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import log_softmax, logsumexp

from bayescript.compiler import ir
from bayescript.compiler.reference.density import Reference
from tests.compiler.written import Given, agree, draws, model, normal, reference

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
        y[t] ~ Normal(prev(y, lag) @ beta, sigma), where good == 1, initially given
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


def test_importing_loads_no_heavy_library() -> None:
    reference = "bayescript.compiler.reference.density"
    code = f"import sys, {reference}; print(*{{'scipy', 'jax'}} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "", result.stderr
