"""Distributions that are made of others: mixtures, zeros, reshaped ones."""

from typing import Any

from tests.compiler.constructs.given import HOMES, NAN, NEST, RNG, Y_ONLY

CASES: dict[str, tuple[str, Any]] = {
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
