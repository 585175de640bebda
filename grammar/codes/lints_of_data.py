"""W215 to W219: what `check --strict` asks about a spec and its data."""

from __future__ import annotations

from .row import Code, Example

_PUPILS = """\
plate school
plate pupil within school
data
  score[pupil] : real
mu    ~ Normal(0, 10)
tau   ~ HalfNormal(10)
sigma ~ HalfNormal(10)
level[school] ~ Normal(mu, tau)
score[pupil]  ~ Normal(level, sigma)
"""

_SCORES = """\
school,score
A,3.1
A,-0.4
B,1.2
B,2.9
B,0.7
C,-1.8
C,0.3
D,1.1
D,2.2
"""

_STUDIES = """\
plate study
data
  estimate[study] : real
  error[study]    : positive
mu  ~ Normal(0, 10)
tau ~ HalfNormal(10)
theta[study]    ~ Normal(mu, tau)
estimate[study] ~ Normal(theta, error)
"""

_EXACT = """\
study,estimate,error
A,12.1,0.2
B,-3.4,0.1
C,7.9,0.2
D,0.6,0.1
"""

ROWS = (
    Code(
        "W215",
        "group effects of which data say little are sampled as they are",
        why="The effects scatter with a spread that is learned, too. Where it is small they must "
        "all lie close together, where it is large they need not: a funnel, into whose neck a "
        "sampler that takes one step length for all does not get. Data that say much of each "
        "effect close the funnel; here they say little.",
        remedy="Sample the effects in the non-centred form, as distances from their mean in units "
        "of the spread: `noncentered = [level]` below `infer`. The model stays the same.",
        wrong=Example(_PUPILS, {"pupil": _SCORES}, "lint"),
        right=Example(
            _PUPILS + "infer nuts\n  noncentered = [level]\n", {"pupil": _SCORES}, "lint"
        ),
    ),
    Code(
        "W216",
        "group effects that data know well are sampled non-centred",
        why="In the non-centred form the effects are distances in units of their spread. Where "
        "data tell each effect well, these distances and the spread must move together, and the "
        "sampler follows a narrow ridge in place of a funnel.",
        remedy="Take the effects out of `noncentered`: with many rows each, they are sampled best "
        "as they are.",
        wrong=Example(
            _STUDIES + "infer nuts\n  noncentered = [theta]\n", {"study": _EXACT}, "lint"
        ),
        right=Example(_STUDIES, {"study": _EXACT}, "lint"),
    ),
    Code(
        "W217",
        "the data cannot tell coefficients apart",
        why="The columns by which the coefficients are multiplied add up to one another, as those "
        "of a level and of one effect for each group do. One can rise while the others fall, and "
        "the outcome stays the same: only the priors hold them, and these are flat or so wide "
        "that they hardly do.",
        remedy="Leave one out, hold one element at 0 with `Pinned`, or let them sum to 0 with "
        "`SumToZero`. Priors that say more settle it, too.",
        wrong=Example(
            """\
plate kind = [flat, house]
plate home
data
  type[home]  : kind
  price[home] : real
a       ~ Flat()
b[kind] ~ Flat()
sigma   ~ HalfNormal(100)
price[home] ~ Normal(a + b[type], sigma)
""",
            {"home": "type,price\nflat,191\nflat,238\nhouse,297\nhouse,331\nhouse,402\n"},
            "lint",
        ),
        right=Example(
            """\
plate kind = [flat, house]
plate home
data
  type[home]  : kind
  price[home] : real
a       ~ Flat()
b[kind] ~ Pinned(Flat(), at = "flat")
sigma   ~ HalfNormal(100)
price[home] ~ Normal(a + b[type], sigma)
""",
            {"home": "type,price\nflat,191\nflat,238\nhouse,297\nhouse,331\nhouse,402\n"},
            "lint",
        ),
    ),
    Code(
        "W218",
        "a predictor lies far from 0, or on a scale of its own",
        why="Next to a level, a predictor whose values all lie far from 0 makes slope and level "
        "trade places: a little more slope is a little less level, and the posterior is a narrow "
        "ridge. Predictors whose spreads differ a thousandfold give a posterior as long in one "
        "direction as it is short in another. Both are slow to sample.",
        remedy="Centre the predictor, `x - mean(x)`; the level then belongs to an average row, "
        "which is easier to give a prior, too. Divide by `sd(x)` where spreads differ much.",
        wrong=Example(
            """\
plate home
data
  year[home]  : real
  price[home] : real
a     ~ Normal(0, 100)
b     ~ Normal(0, 10)
sigma ~ HalfNormal(1)
price[home] ~ Normal(a + b * year, sigma)
""",
            {"home": "year,price\n1990,1.1\n1995,1.4\n2000,2.2\n2005,2.4\n2010,3.1\n"},
            "lint",
        ),
        right=Example(
            """\
plate home
data
  year[home]  : real
  price[home] : real
a     ~ Normal(0, 100)
b     ~ Normal(0, 10)
sigma ~ HalfNormal(1)
price[home] ~ Normal(a + b * (year - mean(year)), sigma)
""",
            {"home": "year,price\n1990,1.1\n1995,1.4\n2000,2.2\n2005,2.4\n2010,3.1\n"},
            "lint",
        ),
    ),
    Code(
        "W219",
        "an outcome over all numbers is a truth value or a count",
        why="The outcome is declared as a number and drawn from a distribution over all of them, "
        "but all its values are 0 and 1, or whole numbers many of which are 0. Their spread "
        "depends on their mean, and there is nothing below 0: the distribution cannot say either.",
        remedy="Declare it `binary` or `count`, and draw it from `Bernoulli`, `Poisson` or "
        "`NegativeBinomial`.",
        wrong=Example(
            """\
plate child
data
  watched[child] : real
p     ~ Normal(0.5, 0.5)
sigma ~ HalfNormal(1)
watched[child] ~ Normal(p, sigma)
""",
            {"child": "watched\n1\n0\n1\n1\n0\n1\n"},
            "lint",
        ),
        right=Example(
            """\
plate child
data
  watched[child] : binary
p ~ Beta(1, 1)
watched[child] ~ Bernoulli(p)
""",
            {"child": "watched\n1\n0\n1\n1\n0\n1\n"},
            "lint",
        ),
    ),
)
