"""How axes are joined, looked up, reduced, multiplied and indexed."""

from typing import Any

import numpy as np

from tests.compiler.constructs.given import GRID, GRID_DATA, HOMES, NEST, RNG

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
}  # fmt: skip
