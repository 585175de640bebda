"""Single distributions: truncated, restricted, moved, of vectors, of categories."""

from typing import Any

from tests.compiler.constructs.given import GRID, GRID_DATA, HOMES, NEST, RNG, Y_ONLY

CASES: dict[str, tuple[str, Any]] = {
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
}  # fmt: skip
