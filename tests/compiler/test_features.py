"""Every construct of the language: the emitted program against the reference at random points."""

from typing import Any

import numpy as np
import pytest

from bayescript import BackendError
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

NAN = float("nan")
RNG = np.random.default_rng(7)
HOMES = {
    "county": ["a", "b", "b", "c", "a", "c", "c"],
    "x": RNG.normal(size=7),
    "y": RNG.normal(size=7),
}
NEST = """
    plate county
    plate home within county
    data
      x[home] : real
      y[home] : real
"""
Y_ONLY = NEST.replace("      x[home] : real\n", "")
GRID = """
    plate row
    plate column
    data
      y[row, column] : real
"""
GRID_DATA = {"y": RNG.normal(size=(3, 4))}
DAYS = {
    "patient": ["p", "p", "p", "q", "q", "r", "r", "r", "r"],
    "y": RNG.normal(size=9),
    "n": RNG.integers(0, 5, size=9),
}
SEQUENCE = """
    plate patient
    plate visit within patient ordered
    data
      y[visit] : real
"""


CASES: dict[str, tuple[str, Any]] = {
    "nested lookup": (NEST + """
    mu ~ Normal(0, 1)
    a[county] ~ Normal(mu, 2)
    y[home] ~ Normal(a + 0.5 * x, 1)
    """, HOMES),
    "lookup of a composite": (NEST + """
    a[county] ~ Normal(0, 2)
    b[county] ~ Normal(0, 2)
    y[home] ~ Normal(exp(a) * b + x * (a - b), 1 + exp(a))
    """, HOMES),
    "reductions by group": (NEST + """
    let centre[county] = mean(x, by county)
    a[county] ~ Normal(centre, sd(x))
    s ~ HalfNormal(1)
    y[home] ~ Normal(a * (x - centre), s)
    """, HOMES),
    "group reduction of latents": (NEST + """
    z[home] ~ Normal(0, 1)
    a[county] ~ Normal(sum(z, by county), 1)
    b[county] ~ Normal(mean(z * x, by county), 1)
    c[county] ~ Normal(max(z, by county), 1)
    y[home] ~ Normal(a + b + c, 1)
    """, HOMES),
    "chains of parents": ("""
    plate state
    plate county within state
    plate home within county
    data
      y[home] : real
    s[state] ~ Normal(0, 1)
    c[county] ~ Normal(s, 1)
    y[home] ~ Normal(c + 2 * s, 1)
    """, {"home": {"county": list("abcab"), "y": RNG.normal(size=5)},
          "county": {"county": list("abc"), "state": ["N", "S", "N"]}}),
    "crossed parents": ("""
    plate age
    plate edu
    plate voter within (age, edu)
    data
      y[voter] : binary
    c[age, edu] ~ Normal(0, 1)
    a[age] ~ Normal(0, 1)
    e[edu] ~ Normal(0, 1)
    y[voter] ~ Bernoulli(logits = c + a * e)
    """, {"age": [1, 2, 3, 1, 2], "edu": ["l", "h", "h", "h", "l"], "y": [0, 1, 1, 0, 1]}),
    "roles": ("""
    plate team
    plate game within (home: team, away: team)
    data
      won[game] : binary
    skill[team] ~ Normal(0, 1)
    edge ~ Normal(0, 1)
    won[game] ~ Bernoulli(logits = skill[home] - skill[away] + edge)
    """, {"home": ["x", "y", "z"], "away": ["y", "z", "x"], "won": [1, 0, 1]}),
    "dense grid": (GRID + """
    a[row] ~ Normal(0, 1)
    b[column] ~ Normal(0, 1)
    ab[column, row] ~ Normal(0, 1)
    s[row] ~ HalfNormal(1)
    y[row, column] ~ Normal(a + b + a * b + ab * (a - b), s)
    """, GRID_DATA),
    "reductions over axes": (GRID + """
    w[row, column] ~ Normal(0, 1)
    m[row] = mean(w * y, over column) + sd(w, over column)
    t = sum(w, over (row, column)) + logsumexp(m) + var(m) + prod(m) + min(m) + max(m)
    y[row, column] ~ Normal(m + t, 1 + sum(w^2, over row))
    """, GRID_DATA),
    "axis maps": (GRID + """
    w[row, column] ~ Normal(0, 1)
    let p = softmax(w, over row)
    let q[row, column] = log_softmax(w, over column)
    y[row, column] ~ Normal(p * q + cumsum(w, over column), 1)
    """, GRID_DATA),
    "products": ("""
    plate obs
    plate feature
    plate output
    data
      x[obs, feature] : real
      y[obs, output] : real
      t[obs] : real
    w[feature, output] ~ Normal(0, 1)
    v[output, feature] ~ Normal(0, 1)
    b[feature] ~ Normal(0, 1)
    y[obs, output] ~ Normal(x @ w + x @ v, 1)
    t[obs] ~ Normal(x @ b + b @ w @ (v @ b) + x @ (b * 2), 1)
    """, {"x": RNG.normal(size=(5, 3)), "y": RNG.normal(size=(5, 2)), "t": RNG.normal(size=5)}),
    "product with aligned axes": ("""
    plate group
    plate coef
    plate obs within group
    data
      x[obs, coef] : real
      y[obs] : real
    b[group, coef] ~ Normal(0, 1)
    y[obs] ~ Normal(x @ b, 1)
    """, {"group": [1, 1, 2, 3], "x": RNG.normal(size=(4, 2)), "y": RNG.normal(size=4)}),
    "matrices": ("""
    plate p = 3
    data
      y[p] : real
      A[p, p'] : real
    L[p, p'] ~ LKJCholesky(2)
    v[p] ~ Normal(0, 1)
    s[p] ~ HalfNormal(1)
    let S[p, p'] = L @ transpose(L)
    let outer[p, p'] = v * v[p']
    extra = log_det(S) + trace(S) + sum(diagonal(S * outer)) + sum(solve(S, v))
    m[p] = inverse(S) @ v + L @ v + v @ L[p', p] + cholesky(A) @ v + diag_matrix(s) @ v
    y[p] ~ Normal(m + extra, 1)
    """, {"y": RNG.normal(size=3), "A": np.eye(3) + np.full((3, 3), 0.3)}),
    "index together": ("""
    plate person
    data
      friend[person] : person
      y[person] : real
    M[person, person'] ~ Normal(0, 1)
    y[person] ~ Normal(M[friend, person] + M[person, friend] + M[person, person], 1)
    """, {"friend": [1, 0, 3, 2], "y": RNG.normal(size=4)}),
    "transposed axes": ("""
    plate p = 3
    data
      y[p, p'] : real
    M[p, p'] ~ Normal(0, 1)
    s[p] ~ HalfNormal(1)
    y[p, p'] ~ Normal(M[p', p] - M, s[p'] * 2 + s)
    """, {"y": RNG.normal(size=(3, 3))}),
    "labels": ("""
    plate effect = [level, slope]
    plate group
    plate obs within group
    data
      x[obs] : real
      y[obs] : real
    b[group, effect] ~ Normal(0, 1)
    c[effect, group] ~ Normal(0, 1)
    y[obs] ~ Normal(b["level"] + b["slope"] * x + c[effect = "slope"] + b["slope"][group], 1)
    """, {"group": ["u", "v", "u"], "x": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 2.0]}),
    "labels from the data": (NEST + """
    a[county] ~ Normal(0, 1)
    y[home] ~ Normal(a - a["b"] + where(county == "c", 1, 0) * x, 1)
    """, HOMES),
    "mixed indexing": ("""
    plate kind
    plate word
    plate place = 2
    plate token
    data
      w[token] : word
      k[token] : kind
      y[token] : real
    t[kind, place, word] ~ Normal(0, 1)
    u[kind, word, place] ~ Normal(0, 1)
    y[token] ~ Normal(sum(t[k, w], over place) + u[w, k][1] + sum(u[k][0], over word), 1)
    """, {"w": [0, 1, 2, 1], "k": [1, 0, 1, 1], "y": RNG.normal(size=4)}),
    "conditionals and logic": (NEST + """
    a ~ Normal(0, 1)
    b ~ Normal(0, 1)
    let warm = x > 0 and not (x > 1) or x < -1
    let count = (x > 0) + (y > 0) - (x > y)
    y[home] ~ Normal(where(warm, a, b) + a * count + where(a > b, x, -x), 1)
    """, HOMES),
    "binary data as a condition": ("""
    plate i
    data
      t[i] : binary
      u[i] : binary
      y[i] : real
    a ~ Normal(0, 1)
    y[i] ~ Normal(where(t and not u, a, -a) + a * (t - u), 1)
    """, {"t": [0, 1, 1], "u": [0, 1, 0], "y": [1.0, 2.0, 3.0]}),
    "functions": (NEST + """
    def hill(x, k, n) = x^n / (k^n + x^n)
    def twice(f) = hill(f, 2, 3) + hill(f * 2, 2, 3)
    k ~ LogNormal(0, 1)
    let z = abs(x) + 0.1
    y[home] ~ Normal(hill(z, k, 2) + twice(k) + log1p_exp(k) + log1m_exp(-k)
      + inv_logit(x) + log_diff_exp(k + 1, k) - inv_cloglog(x) + lgamma(k) + Phi(x)
      + log1m(inv_logit(x)) + 2^-1 - -k^2, 1)
    """, HOMES),
    "truncated": (Y_ONLY + """
    a ~ Truncated(Normal(0, 1), lower = 0)
    b ~ Truncated(Normal(1, 2), lower = -1, upper = 3)
    c ~ Truncated(Cauchy(0, 1), upper = 2)
    d ~ Truncated(StudentT(4, 0, 1), lower = 0)
    e ~ Truncated(Gamma(2, 1), lower = -1, upper = 5)
    f ~ Truncated(LogNormal(0, 1), lower = 0.5)
    g ~ Truncated(Exponential(2), upper = 3)
    h ~ Truncated(Normal(0, 1), lower = 10)
    y[home] ~ Normal(a + b + c + d + e + f + g + h, 1)
    """, HOMES),
    "truncated by latents": (Y_ONLY + """
    m ~ Normal(0, 1)
    s ~ HalfNormal(1)
    y[home] ~ Truncated(Normal(m, s), lower = -9, upper = 9)
    """, HOMES),
    "truncated counts": ("""
    plate i
    data
      y[i] : count
      k[i] : count
    rate ~ Gamma(2, 1)
    y[i] ~ Truncated(Poisson(2.5), lower = 1)
    k[i] ~ Truncated(Poisson(rate), lower = 0, upper = 20)
    """, {"y": [1, 2, 5], "k": [0, 3, 20]}),
    "truncated overdispersed counts": ("""
    plate i
    data
      k[i] : count
    rate ~ Gamma(2, 1)
    k[i] ~ Truncated(NegativeBinomial(mean = rate, concentration = 2), upper = 20)
    """, {"k": [0, 3, 20]}),
    "support without renormalising": (Y_ONLY + """
    s : positive ~ Normal(1, 2)
    u : unit ~ Normal(0.5, 1)
    v : real(-2, 2) ~ StudentT(3, 0, 1)
    w : positive ~ Uniform(-1, 3)
    y[home] ~ Normal(u + v + w, s)
    """, HOMES),
    "flat": (Y_ONLY + """
    a ~ Flat()
    b ~ HalfFlat()
    c ~ Flat(lower = -1, upper = 4)
    d[county] ~ Flat(upper = 2)
    y[home] ~ Normal(a + c + d, b)
    """, HOMES),
    "params": (NEST + """
    param scale : positive = 1.0
    param slope[county] : real
    y[home] ~ Normal(slope * x, scale)
    """, HOMES),
    "pinned": (NEST + """
    a[county] ~ Pinned(Normal(0, 2), at = "b")
    e[county] ~ HalfNormal(1)
    c[county] ~ Pinned(Normal(0, e), at = "a", value = 1.5)
    y[home] ~ Normal(a + c * x, 1)
    """, HOMES),
    "sum to zero": (GRID + """
    a[row] ~ SumToZero(Normal(0, 2))
    b[row, column] ~ SumToZero(Normal(0, 1))
    y[row, column] ~ Normal(a + b, 1)
    """, GRID_DATA),
    "affine": (NEST + """
    rho ~ 2 * Beta(2, 2) - 1
    t ~ 3 - Gamma(2, 1)
    a[county] ~ 1 + 0.5 * StudentT(4, 0, 1)
    y[home] ~ Normal(a + rho * x + t, 1)
    """, HOMES),
    "vectors": (Y_ONLY + """
    plate k = 3
    m[k] ~ Normal([1, 2, 3], 0.5)
    p[k] ~ Dirichlet([1, 2, 3])
    y[home] ~ Normal(sum(m * p), 1)
    """, HOMES),
    "multivariate normal": ("""
    plate effect = [level, slope]
    plate group
    plate obs within group
    data
      x[obs] : real
      y[obs] : real
    m[effect] ~ Normal(0, 1)
    s[effect] ~ HalfNormal(1)
    L[effect, effect'] ~ LKJCholesky(2)
    b[group, effect] ~ MultivariateNormal(m, scale_tril = s * L)
    c[group, effect] ~ MultivariateNormal(0, scale_tril = L)
    y[obs] ~ Normal(b["level"] + b["slope"] * x + c["slope"], 1)
    """, {"group": ["u", "v", "u"], "x": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 2.0]}),
    "simplexes by group": ("""
    plate doc
    plate topic = 3
    plate token within doc
    data
      z[token] : topic
    alpha ~ Gamma(2, 1)
    w[doc, topic] ~ Dirichlet(alpha)
    z[token] ~ Categorical(w)
    """, {"doc": ["d", "d", "e"], "z": [0, 2, 1]}),
    "multinomial logit": ("""
    plate mode
    plate trip
    plate feature
    data
      x[trip, feature] : real
      chosen[trip] : mode
    b[feature, mode] ~ Normal(0, 1)
    a[mode] ~ Pinned(Normal(0, 5), at = "car")
    chosen[trip] ~ Categorical(logits = a + x @ b)
    """, {"x": RNG.normal(size=(4, 2)), "chosen": ["car", "bus", "air", "car"]}),
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
    "mixture along an axis": ("""
    plate k = 3
    plate i
    data
      y[i] : real
    w[k] ~ Dirichlet(2)
    mu[k] ~ Normal([0, 3, -2], 4)
    sigma ~ HalfNormal(2)
    y[i] ~ Mixture(w, Normal(mu, sigma))
    """, {"y": RNG.normal(size=5)}),
    "mixture by log weights": ("""
    plate k = 2
    plate county
    plate home within county
    data
      x[home] : real
      y[home] : real
    eta[county, k] ~ Normal(0, 1)
    b[k] ~ Normal(0, 1)
    sigma[k] ~ HalfNormal(2)
    y[home] ~ Mixture(StudentT(4, b * x, sigma), logits = eta + 0.5 * x)
    """, HOMES),
    "mixture of two": (Y_ONLY + """
    p ~ Beta(2, 2)
    m ~ Normal(0, 1)
    q[county] ~ Normal(0, 1)
    t[county] ~ Mixture(0.3, [Normal(0, 1), StudentT(3, m, 5)])
    y[home] ~ Mixture([Normal(m, 1), Laplace(t, 2)], logits = q + p)
    """, HOMES),
    "mixture of several kinds": ("""
    plate k = [narrow, wide, far]
    plate i
    data
      y[i] : real
    w[k] ~ Dirichlet(1)
    m ~ Normal(0, 1)
    s : positive ~ Mixture(w, [HalfNormal(1), Gamma(2, 1), Truncated(Normal(m, 1), lower = 0.5)])
    y[i] ~ Mixture(w, [Normal(m, 1), StudentT(3, 0, 5), Gamma(2, s)])
    """, {"y": RNG.normal(size=6)}),
    "mixture as a latent": (Y_ONLY + """
    plate k = 2
    w[k] ~ Dirichlet(1)
    m[k] ~ Normal(0, 1)
    a[county] ~ Mixture(w, Normal(m, 2))
    b ~ 1 + 2 * Mixture(w, Normal(m, [1, 2]))
    c ~ Mixture(w, Truncated(Normal(m, 1), lower = 0))
    y[home] ~ Normal(a + b, c)
    """, HOMES),
    "mixture of mixtures": (Y_ONLY + """
    plate k = 2
    plate l = 3
    w[k] ~ Dirichlet(1)
    v[k, l] ~ Dirichlet(1)
    m[l, k] ~ Normal(0, 1)
    y[home] ~ Mixture(w, Mixture(v, Normal(m, 1)))
    """, HOMES),
    "mixture of counts": ("""
    plate k = 2
    plate i
    data
      n[i] : count
      y[i] : count
      z[i] : count
    w[k] ~ Dirichlet(1)
    rate[k] ~ Gamma(2, 1)
    p ~ Beta(1, 1)
    y[i] ~ Mixture(w, Poisson(rate))
    z[i] ~ Mixture(w, [Binomial(n, p), Poisson(log_rate = p)])
    """, {"n": [3, 5, 8], "y": [0, 2, 7], "z": [3, 1, 6]}),
    "mixture of vectors": ("""
    plate k = 2
    plate p = 3
    plate i
    data
      y[i, p] : real
    w[k] ~ Dirichlet(1)
    m[k, p] ~ Normal(0, 1)
    L[p, p'] ~ LKJCholesky(2)
    s[k] ~ HalfNormal(1)
    y[i, p] ~ Mixture(w, MultivariateNormal(m, scale_tril = s * L))
    """, {"y": RNG.normal(size=(4, 3))}),
    "topics": ("""
    plate topic = 2
    plate word
    plate doc
    plate token within doc
    data
      w[token] : word
    theta[doc, topic] ~ Dirichlet(0.5)
    phi[topic, word] ~ Dirichlet(1)
    w[token] ~ Mixture(theta, Categorical(phi))
    """, {"doc": ["a", "a", "b", "c", "c"], "w": [0, 2, 1, 3, 0]}),
    "more zeros": ("""
    plate county
    plate home within county
    data
      n[home] : count
      y[home] : count
      z[home] : count
      b[home] : count
    p[county] ~ Beta(1, 1)
    eta ~ Normal(0, 1)
    rate ~ Gamma(2, 1)
    y[home] ~ ZeroInflated(Poisson(rate), p)
    z[home] ~ ZeroInflated(NegativeBinomial(mean = rate, concentration = 2), logits = eta)
    b[home] ~ ZeroInflated(Binomial(n, 0.3), prob = 0.25)
    """, {"county": list("abac"), "n": [2, 3, 4, 5], "y": [0, 3, 1, 0], "z": [0, 0, 2, 5],
          "b": [0, 1, 0, 4]}),
    "hurdles": ("""
    plate county
    plate home within county
    data
      y[home] : count
      z[home] : count
      rain[home] : nonnegative
      part[home] : unit
    p[county] ~ Beta(1, 1)
    eta ~ Normal(0, 1)
    rate ~ Gamma(2, 1)
    y[home] ~ Hurdle(Poisson(rate), p)
    z[home] ~ Hurdle(NegativeBinomial(mean = rate, concentration = 2), logits = eta)
    rain[home] ~ Hurdle(Gamma(2, rate), p)
    part[home] ~ Hurdle(Beta(2, rate), logits = 0.5)
    """, {"county": list("abac"), "y": [0, 3, 1, 0], "z": [0, 0, 2, 5],
          "rain": [0.0, 0.3, 0.0, 2.0], "part": [0.5, 0.0, 0.1, 0.9]}),
    "folded": (NEST + """
    m ~ Normal(0, 1)
    s ~ Folded(StudentT(4, m, 2))
    let size = abs(y)
    size[home] ~ Folded(Normal(m * x, s))
    """, HOMES),
    "transformed": (NEST + """
    a ~ Transformed(Normal(0, 1), exp)
    b ~ Transformed(Gamma(2, 1), log)
    c[county] ~ Transformed(Normal(b, 1), inv_logit)
    d ~ Transformed(Beta(2, 2), logit)
    e ~ Transformed(Truncated(Normal(0, 1), lower = 0), inv)
    f ~ Transformed(Truncated(Normal(0, 1), lower = 0, upper = 2), exp)
    g ~ Transformed(HalfNormal(2), sqrt)
    y[home] ~ Normal(a + b + c * x + d, e + f + g)
    """, HOMES),
    "ordered": (Y_ONLY + """
    plate k = 3
    m ~ Normal(0, 1)
    a[k] ~ Ordered(Normal(m, 5))
    b[k] ~ Ordered(Normal([1, 2, 4], 2))
    c[county, k] ~ Ordered(HalfNormal(3))
    d[k] ~ Ordered(Flat())
    y[home] ~ Normal(sum(a * b * d * c, over k), 1)
    """, HOMES),
    "composed distributions and missing cells": ("""
    plate k = 2
    plate i
    data
      x[i] : real?
      y[i] : real?
      z[i] : count?
      r[i] : nonnegative?
    w[k] ~ Dirichlet(1)
    mu[k] ~ Normal(0, 1)
    s : positive ~ Mixture(w, Normal(mu, 1))
    t : unit ~ Mixture(0.3, [Normal(0, 1), Beta(2, 2)])
    x[i] ~ Mixture(w, Normal(mu, 1))
    y[i] ~ Folded(Normal(s + x, t))
    z[i] ~ ZeroInflated(Poisson(s), t)
    r[i] ~ Hurdle(Gamma(2, s), t)
    factor mu ~ Mixture(0.3, [Folded(Normal(0, 1)), Normal(0, 1)])
    factor s ~ Transformed(Normal(0, 1), exp)
    """, {"x": [0.3, NAN, 1.0], "y": [0.3, NAN, 1.0], "z": [NAN, 0, 4], "r": [0, NAN, 2.0]}),
    "rows of a transition matrix": ("""
    plate state = 3
    plate step
    data
      from[step] : state
      to[step] : state
    P[state, state'] ~ Dirichlet(1)
    to[step] ~ Categorical(P[from])
    """, {"from": [0, 1, 2, 2], "to": [1, 1, 0, 2]}),
    "two outcomes": (NEST + """
    a[county] ~ Normal(0, 1)
    s ~ HalfNormal(1)
    x[home] ~ Normal(a, s)
    y[home] ~ Normal(a + x, s)
    """, HOMES),
}  # fmt: skip


REFUSED = {("truncated overdispersed counts", "pyro")}  # torch has no incomplete beta function


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_program_and_reference_agree(name: str, backend: str) -> None:
    text, data = CASES[name]
    if (name, backend) in REFUSED:
        with pytest.raises(BackendError, match="B410"):
            Emitted(text, data, backend=backend)
        return
    # The incomplete beta function of JAX has nine digits.
    rtol = 1e-8 if name == "truncated overdispersed counts" else 1e-9
    Emitted(text, data, backend=backend).check(rtol=rtol)
