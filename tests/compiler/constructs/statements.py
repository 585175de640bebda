"""Sequences, filters, factors, labels as numbers, names, sizes and positions."""

from typing import Any

from tests.compiler.constructs.given import DAYS, GRID, GRID_DATA, HOMES, NEST, RNG, SEQUENCE

CASES: dict[str, tuple[str, Any]] = {
    "previous values by group": (SEQUENCE + """
    phi ~ Normal(0, 1)
    start[patient] ~ Normal(0, 1)
    y[visit] ~ Normal(phi * prev(y, initially = 0) + start, 1)
    """, DAYS),
    "given first values by group": (SEQUENCE + """
    phi ~ Normal(0, 1)
    y[visit] ~ Normal(phi * prev(y) + prev(y, 2), 1), initially given
    """, DAYS),
    "lags": ("""
    plate t ordered
    plate lag = 1..3
    data
      y[t] : real
    b[lag] ~ Normal(0, 1)
    let past[t] = sum(prev(y^2, lag, initially = 1), over lag)
    y[t] ~ Normal(prev(y, lag) @ b + past, 1), initially given
    """, {"y": RNG.normal(size=9)}),
    "row filter": ("""
    plate t ordered
    data
      y[t] : real
      ok[t] : binary
    m ~ Normal(0, 1)
    y[t] ~ Normal(m + prev(y), 1), initially given, where ok or y > 0
    """, {"y": RNG.normal(size=6), "ok": [1, 0, 1, 0, 1, 1]}),
    "factors": (NEST + """
    a[county] ~ Normal(0, 1)
    factor smooth[county] = -0.5 * a^2
    factor -sum(a)^2
    factor sum(a) ~ Normal(0, 0.1)
    factor a ~ StudentT(3, 0, 1)
    factor one[county] = 2
    factor far[home] = x * a, where x > 0
    y[home] ~ Normal(a, 1)
    """, HOMES),
    "sizes and labels as numbers": ("""
    plate dose = [1, 2, 4]
    plate step = 4
    plate i within dose
    data
      y[i] : real
    b ~ Normal(0, 1)
    y[i] ~ Normal(b * dose / size(step) + sum(step) / size(i), 1)
    """, {"dose": [1, 4, 2, 2], "y": [1.0, 2.0, 3.0, 4.0]}),
    "truth values of the time before": ("""
    plate animal
    plate occasion ordered
    data
      y[animal, occasion] : binary
    let before = prev(y, initially = 0)
    p ~ Uniform(0, 1)
    c ~ Uniform(0, 1)
    y[animal, occasion] ~ Bernoulli(where(prev(y, initially = 0), c, p / (1 + before)))
    factor where(before, c, p) * (not before)
    """, {"y": [[0, 1, 1, 0], [1, 1, 0, 0]]}),
    "calculations with labels": ("""
    plate age = 20..23
    plate dose = [1, 2, 5]
    plate step = 3
    data
      y[age] : real
      z[dose] : real
    a ~ Normal(0, 1)
    b[step] ~ Normal(0, 1)
    y[age] ~ Normal(a * age^2 + sqrt(age - 19) + sum((age >= 20 + step) * b, over step), 1)
    z[dose] ~ Normal(a * dose + log(dose) * (dose > 1), 1)
    """, {"y": RNG.normal(size=4), "z": RNG.normal(size=3)}),
    "categories that cannot be": ("""
    plate grade = 0..2
    plate item
    plate answer within item
    data
      last[item] : count
      y[answer] : grade
    a[grade] ~ Normal(0, 1)
    y[answer] ~ Categorical(logits = where(grade <= last, a, log(0)))
    """, {"item": [0, 0, 1, 1], "last": [1, 2], "y": [0, 1, 2, 0]}),
    "lookups of what was looked up": ("""
    plate region
    plate state within region
    plate year
    plate vote within (state, year)
    data
      y[vote] : real
    a[region, year] ~ Normal(0, 1)
    b[year, region] ~ Normal(0, 1)
    c[state, year] ~ Normal(0, 1)
    let trend = a + c
    y[vote] ~ Normal(trend + (b * c)^2, 1)
    """, {
        "state": {"region": [0, 1, 1]},
        "vote": {"state": [0, 2, 1, 2], "year": [1, 0, 1, 1], "y": RNG.normal(size=4)},
    }),
    "quantities wider than their values": (GRID + """
    a ~ Normal(0, 1)
    b[row] ~ Normal(0, 1)
    m[row, column] = a
    k[column, row] = b
    y[row, column] ~ Normal(m + k, 1)
    """, GRID_DATA),
    "names that Python has taken": ("""
    plate class
    data
      lambda[class] : real
      dist[class] : real
      np[class] : positive
    for_ ~ Normal(0, 1)
    model = for_ * 2
    jnp[class] ~ Normal(model, np)
    dist[class] ~ Normal(jnp * lambda, 1)
    """, {"lambda": [1.0, 2.0], "dist": [0.0, 1.0], "np": [1.0, 2.0]}),
    "an outcome made from data": (NEST + """
    let late[home] = x > 0
    p ~ Beta(2, 2)
    late[home] ~ Bernoulli(p)
    y[home] ~ Normal(p, 1)
    """, HOMES),
    "scalars": ("""
    plate i
    data
      n : count
      s : positive = 2
      y[i] : count
      y0 : real
    p ~ Beta(1, 1)
    y0 ~ Normal(p, s)
    y[i] ~ Binomial(n, p)
    """, {"n": 7, "y": [1, 2, 7], "y0": 0.3}),
    "truth values to calculate with": (GRID + """
    a[row] ~ Normal(0, 1)
    b[column] ~ Normal(0, 1)
    let high = a > 0
    let warm = y > 0
    m = mean(high) + mean(warm, over (row, column)) + any(high)
      + prod(a * b, over (row, column)) + logsumexp(a * b, over (row, column))
    y[row, column] ~ Normal(m + (y > 0) @ b + warm @ b + high * warm + (a > b), 1 + (b > a))
    """, GRID_DATA),
    "numbers without data": (GRID + """
    plate k = 3
    a ~ Normal(0, 1)
    b ~ HalfNormal(1)
    v[k] = [a, b, 2]
    let many = not (size(row) > 2) or size(column) == 4
    recorded = 2 + size(k)
    w[k] ~ Dirichlet([1, 2, 3])
    y[row, column] ~ Normal(where(size(row) > 2, a, b) + where(many, 1, 0) * sum(v * w)
      + exp(1) + log(size(row)) + minimum(a, 2) + maximum(0, b) + where(2 > 1, 3, 4)
      + log1m_exp(-2) + atan2(1, b) + betainc(2, 3, 0.5) + Phi(0.3), log(size(k)))
    """, GRID_DATA),
    "one position among many": ("""
    plate kind = [low, high]
    plate team
    plate year
    plate game within (home: team, away: team)
    data
      which : kind
      y[game, year] : real
    t[kind, year, team] ~ Normal(0, 1)
    u[team, kind, year, team'] ~ Normal(0, 1)
    y[game, year] ~ Normal(t["high", home] + t[which, away] + u[home, which, away]
      + u["low", home, away], 1)
    """, {"game": {"home": ["x", "y"], "away": ["y", "x"]}, "which": "low",
          "y": RNG.normal(size=(2, 3))}),
}  # fmt: skip
