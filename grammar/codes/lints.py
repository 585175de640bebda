"""W204 to W214: what `check --strict` asks about a spec that is right."""

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

ROWS = (
    Code(
        "W204",
        "a parameter that is sampled has no prior",
        why="A `param` has no prior: it is made to be learned by optimisation. A sampler needs a "
        "density for it, and takes one that is flat over the whole range. That says that huge "
        "values are as likely as small ones, and with few data the posterior may have no end.",
        remedy="Give it a prior. If a flat one is meant, write it out, as `Flat()` or "
        "`HalfFlat()`; with `infer map` nothing needs to change.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
param sigma : positive
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, sigma)
infer nuts
""",
            step="lint",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
sigma ~ HalfNormal(10)
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, sigma)
infer nuts
""",
            step="lint",
        ),
    ),
    Code(
        "W205",
        "a share is drawn from a distribution over all numbers",
        why="The outcome is declared to lie between 0 and 1, and its distribution gives values "
        "below 0 and above 1, too. Near the ends its spread is wrong, and predictions leave the "
        "range.",
        remedy="Draw it from `Beta`, by its mean and a concentration; or take its log odds for "
        "the outcome, if no share is 0 or 1.",
        wrong=Example(
            """\
plate field
data
  cover[field] : unit
m     ~ Normal(0.5, 0.2)
sigma ~ HalfNormal(0.2)
cover[field] ~ Normal(m, sigma)
""",
            step="lint",
        ),
        right=Example(
            """\
plate field
data
  cover[field] : unit
m   ~ Beta(2, 2)
phi ~ Gamma(2, 0.1)
cover[field] ~ Beta(m * phi, (1 - m) * phi)
""",
            step="lint",
        ),
    ),
    Code(
        "W206",
        "a parameter can leave its range, or touch the end that it must not reach",
        why="A scale must be above 0, a probability from 0 to 1. For some values that the priors "
        "hold possible, whatever the data, this one is not, and the distribution does not exist "
        "there. A sampler that steps there is turned back, which bends the posterior or stops the "
        "run. Data that are declared to start at 0 may be 0, where a scale cannot be.",
        remedy="Map the expression to the range: `exp` for what is positive, `inv_logit` for a "
        "probability. Declare data that are never 0 as `positive`.",
        wrong=Example(
            """\
plate voter
data
  vote[voter] : binary
base  ~ Beta(2, 2)
extra ~ Beta(2, 2)
let p = base + extra
vote[voter] ~ Bernoulli(p)
""",
            step="lint",
        ),
        right=Example(
            """\
plate voter
data
  vote[voter] : binary
base  ~ Beta(2, 2)
extra ~ Beta(2, 2)
let p = base + (1 - base) * extra
vote[voter] ~ Bernoulli(p)
""",
            step="lint",
        ),
    ),
    Code(
        "W207",
        "a prior is in no units that the quantity could have",
        why="A prior with a spread of a million was meant to say nothing. It says that values in "
        "the hundred thousands are likely, which no data of everyday units have, and a sampler "
        "starts from there. With data it is told exactly: a prior that moves the outcome a "
        "thousand times as far as it reaches, or a thousandth of its spread.",
        remedy="Choose a spread of the size that the quantity could have. Where an outcome or a "
        "predictor comes in large numbers, rescale it: then 1 is a good spread for most priors.",
        wrong=Example(
            """\
plate home
data
  price[home] : real
mu    ~ Normal(0, 1e6)
sigma ~ HalfNormal(100)
price[home] ~ Normal(mu, sigma)
""",
            step="lint",
        ),
        right=Example(
            """\
plate home
data
  price[home] : real
mu    ~ Normal(300, 100)
sigma ~ HalfNormal(100)
price[home] ~ Normal(mu, sigma)
""",
            step="lint",
        ),
    ),
    Code(
        "W208",
        "a prior is far too wide for a logarithmic scale",
        why="On the scale of log odds 5 is a probability of 0.993, on a log scale it is a factor "
        "of 148. A prior with a spread of 100 there says that nearly all probabilities are 0 or 1 "
        "to ten digits, or rates are 0 or beyond counting: it is no vague prior, but one that "
        "holds the usual values for impossible. Simulated from it, `exp` overflows.",
        remedy="Take a spread of 1 to 5: `Normal(0, 2.5)` is wide for log odds with predictors on "
        "a scale of one. `bayescript prior` shows what a prior means for the outcome.",
        wrong=Example(
            """\
plate nest
data
  eggs[nest]   : count
  raided[nest] : binary
a ~ Normal(1, 1)
b ~ Normal(0, 100)
eggs[nest] ~ Poisson(log_rate = a + b * raided)
""",
            step="lint",
        ),
        right=Example(
            """\
plate nest
data
  eggs[nest]   : count
  raided[nest] : binary
a ~ Normal(1, 1)
b ~ Normal(0, 1)
eggs[nest] ~ Poisson(log_rate = a + b * raided)
""",
            step="lint",
        ),
    ),
    Code(
        "W209",
        "nothing uses a definition",
        why="The `let` is neither used by what is drawn nor recorded: it has no effect. Often the "
        "name that stands in its place elsewhere is the mistake, such as `age` for `z_age`.",
        remedy="Use it where it was meant to be used, or remove it. Without `let`, a definition is "
        "recorded with the results.",
        wrong=Example(
            """\
plate voter
data
  age[voter]  : real
  vote[voter] : binary
let z_age = (age - mean(age)) / sd(age)
a ~ Normal(0, 1)
b ~ Normal(0, 1)
vote[voter] ~ Bernoulli(logits = a + b * age)
""",
            step="lint",
        ),
        right=Example(
            """\
plate voter
data
  age[voter]  : real
  vote[voter] : binary
let z_age = (age - mean(age)) / sd(age)
a ~ Normal(0, 1)
b ~ Normal(0, 1)
vote[voter] ~ Bernoulli(logits = a + b * z_age)
""",
            step="lint",
        ),
    ),
    Code(
        "W210",
        "nothing varies over a plate",
        why="The plate is declared, but no data and no quantity have it as an axis, and no other "
        "plate is nested in it. Binding the data asks for its elements all the same.",
        remedy="Give the quantities that belong to it their axis, or remove the line.",
        wrong=Example(
            """\
plate county
plate home
data
  radon[home] : real
mu ~ Normal(0, 5)
radon[home] ~ Normal(mu, 1)
""",
            step="lint",
        ),
        right=Example(
            """\
plate county
plate home within county
data
  radon[home] : real
mu[county] ~ Normal(0, 5)
radon[home] ~ Normal(mu, 1)
""",
            step="lint",
        ),
    ),
    Code(
        "W211",
        "a spread is to be learned from a single value",
        why="In the data the plate has one element. How much its elements differ cannot be seen "
        "from one of them: the posterior of the spread is its prior, and the sampler works in a "
        "funnel for nothing.",
        remedy="Leave out the plate, or the hierarchy above it; or give the spread as a number.",
        wrong=Example(
            _PUPILS + "infer nuts\n  noncentered = [level]\n",
            {"pupil": "school,score\nA,3.1\nA,-0.4\nA,1.2\nA,2.9\n"},
            "lint",
        ),
        right=Example(
            """\
plate pupil
data
  score[pupil] : real
mu    ~ Normal(0, 10)
sigma ~ HalfNormal(10)
score[pupil] ~ Normal(mu, sigma)
""",
            {"pupil": "score\n3.1\n-0.4\n1.2\n2.9\n"},
            "lint",
        ),
    ),
    Code(
        "W212",
        "a hard bound on what could be any number",
        why="A coefficient or a level is kept between two numbers. If the data lie beyond, the "
        "posterior piles up at the bound, and its intervals are wrong without a sign of it; if "
        "they do not, the bound does nothing. A bound is right for what cannot lie elsewhere, "
        "such as a share.",
        remedy="Take a soft prior about as wide: it holds large values for unlikely, not for "
        "impossible. If the bounds are known facts, write them as `Flat(lower = …, upper = …)`.",
        wrong=Example(
            """\
plate home
data
  area[home]  : real
  price[home] : real
a ~ Normal(0, 5)
b ~ Uniform(-10, 10)
price[home] ~ Normal(a + b * area, 1)
""",
            step="lint",
        ),
        right=Example(
            """\
plate home
data
  area[home]  : real
  price[home] : real
a ~ Normal(0, 5)
b ~ Normal(0, 5)
price[home] ~ Normal(a + b * area, 1)
""",
            step="lint",
        ),
    ),
    Code(
        "W213",
        "Gamma(ε, ε) is no vague prior",
        why="With both numbers near 0, a Gamma or inverse Gamma prior looks flat on the log scale, "
        "and is nearly improper. Where groups differ little, the posterior depends on the ε that "
        "was taken (Gelman 2006), and the sampler wanders along a tail without end.",
        remedy="Give the standard deviation itself a prior in its own units, such as a half "
        "normal, and use it in the distribution: `Normal(mu, sigma)`.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu  ~ Normal(0, 5)
tau ~ Gamma(0.001, 0.001)
effect[school] ~ Normal(mu, 1 / sqrt(tau))
""",
            step="lint",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, sigma)
""",
            step="lint",
        ),
    ),
    Code(
        "W214",
        "an outcome depends on no latent",
        why="The outcome's distribution is made of numbers and data alone. Its density is the same "
        "whatever the latents are, so nothing is learnt from it.",
        remedy="Use a latent in its distribution, or remove the statement.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
  error[school]  : positive
effect[school] ~ Normal(0, error)
""",
            step="lint",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
  error[school]  : positive
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, error)
""",
            step="lint",
        ),
    ),
    Code(
        "W220",
        "a comment allows what is not said there",
        why="The comment begins with `allow` and a code, but nothing with this code is said of its "
        "statement. What it was for is gone, or the comment stands at another line.",
        remedy="Remove the comment, or put it at the end of the line that the message points at, "
        "or above it.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
doubled = 2 * mu  # allow W209: for the paper
effect[school] ~ Normal(mu, 10)
""",
            step="lint",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
let doubled = 2 * mu  # allow W209: for the paper
effect[school] ~ Normal(mu, 10)
""",
            step="lint",
        ),
    ),
)
