"""Codes of warnings: W2 about a spec, W6 about draws."""

from __future__ import annotations

from . import approximations
from .row import Code, Example

_SHORT = {"chains": 2, "warmup": 1000, "draws": 1000, "seed": 1}

_SCHOOLS = """\
plate school
data
  effect[school] : real
  error[school]  : positive
mu  ~ Normal(0, 5)
tau ~ HalfCauchy(5)
theta[school]  ~ Normal(mu, tau)
effect[school] ~ Normal(theta, error)
"""

_EIGHT = """\
school,effect,error
A,28,15
B,8,10
C,-3,16
D,7,11
E,-1,9
F,1,11
G,18,10
H,12,18
"""

_SLOW = """\
plate school
data
  effect[school] : real
  error[school]  : positive
mu   ~ Normal(0, 20)
bias ~ Normal(0, 20)
effect[school] ~ Normal(mu + bias, error)
"""

_DIVERGED = (
    "warning[W601]: ... divergences in 2000 draws: the sampler could not follow the posterior "
    "everywhere, and the draws may miss part of it\n"
    "  = help: raise target_accept (0.95, 0.99), or give group effects a non-centred form or a "
    "tighter prior on their scale"
)

ROWS = (
    Code(
        "W201",
        "a setting stands at the margin, where it is a quantity",
        why="A line that is not indented below `infer` is a statement of the model: here it "
        "defines a quantity called `chains`, and the sampler does not see it.",
        remedy="Indent the line below `infer`. If you do mean a quantity, give it another name.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
infer nuts
chains = 2
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
infer nuts
  chains = 2
"""),
    ),
    Code(
        "W202",
        "nothing depends on a latent",
        why="The quantity has a prior, but neither an outcome nor anything else depends on it. The "
        "data cannot say anything about it: its posterior is its prior.",
        remedy="Use it where it was meant to be used, or remove it.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, 10)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, sigma)
"""),
    ),
    Code(
        "W203",
        "a parameter may lie outside its range",
        why="The scale of a normal distribution must be above 0, a probability from 0 to 1. The "
        "expression in its place is a sum of latents that may be any number, so for some of their "
        "values the distribution does not exist. A sampler that steps there is turned back, "
        "which bends the posterior near the edge or stops the run.",
        remedy="Map the expression to the range: `exp` for what is positive, `inv_logit` for a "
        "probability, or the argument that takes it as it is, such as `logits`.",
        wrong=Example(
            """\
plate voter
data
  age[voter]  : real
  vote[voter] : binary
a ~ Normal(0, 1)
b ~ Normal(0, 1)
vote[voter] ~ Bernoulli(probs = a + b * age)
"""
        ),
        right=Example(
            """\
plate voter
data
  age[voter]  : real
  vote[voter] : binary
a ~ Normal(0, 1)
b ~ Normal(0, 1)
vote[voter] ~ Bernoulli(logits = a + b * age)
"""
        ),
    ),
    Code(
        "W601",
        "the sampler diverged",
        why="NUTS follows the posterior in small steps. Where the posterior is curved more "
        "sharply than the steps can follow, the path flies off: a divergence. The draws then miss "
        "that region, and estimates are biased. In hierarchical models it is the narrow neck at "
        "small group scales.",
        remedy="Sample the group effects in non-centred form, `noncentered = [theta]`; or take "
        "shorter steps, `target_accept = 0.95`; or give the scale a prior that says more.",
        wrong=Example(_SCHOOLS, {"school": _EIGHT}, "fit", _SHORT, shown=_DIVERGED),
        right=Example(
            _SCHOOLS + "infer nuts\n  noncentered = [theta]\n  target_accept = 0.95\n",
            {"school": _EIGHT},
            "fit",
            _SHORT,
        ),
    ),
    Code(
        "W602",
        "R-hat is high: chains disagree",
        why="Independent chains should give the same answer; R-hat compares the spread between "
        "them with that within them, and is 1 where they agree. Here the product of slope and "
        "loading does not change when both change sign, and each chain has chosen one sign.",
        remedy="Run longer if chains are still on their way. If they stay apart, look for "
        "quantities that the data cannot tell apart, and decide: here a positive loading.",
        wrong=Example(
            """\
plate pupil
data
  hours[pupil] : real
  score[pupil] : real
slope   ~ Normal(0, 2)
loading ~ Normal(0, 2)
score[pupil] ~ Normal(loading * slope * hours, 0.5)
""",
            {"pupil": "hours,score\n-2,-8.3\n-1,-3.9\n0,0.2\n1,4.4\n2,7.8\n"},
            "fit",
            {**_SHORT, "chains": 4},
            shown="warning[W602]: R-hat is above 1.01 for `loading`, `slope`: chains disagree\n"
            "  = help: do not use these draws yet: run a longer warmup and more draws; if it "
            "stays, look for quantities that the data cannot tell apart",
        ),
        right=Example(
            """\
plate pupil
data
  hours[pupil] : real
  score[pupil] : real
slope   ~ HalfNormal(2)
loading ~ HalfNormal(2)
score[pupil] ~ Normal(loading * slope * hours, 0.5)
""",
            {"pupil": "hours,score\n-2,-8.3\n-1,-3.9\n0,0.2\n1,4.4\n2,7.8\n"},
            "fit",
            {**_SHORT, "chains": 4},
        ),
    ),
    Code(
        "W603",
        "few effective draws",
        why="Successive draws resemble one another, so a thousand of them tell less than a "
        "thousand independent ones would. With fewer than 100 effective draws a chain, means and "
        "quantiles are rough, and the diagnostics themselves are not to be trusted.",
        remedy="Make more draws. If many draws give few effective ones, make the posterior easier: "
        "predictors on a scale of one, tighter priors, or `dense_mass = true`.",
        wrong=Example(
            _SCHOOLS + "infer nuts\n  noncentered = [theta]\n  target_accept = 0.95\n",
            {"school": _EIGHT},
            "fit",
            {**_SHORT, "draws": 50},
            shown="warning[W603]: fewer than 200 effective draws of ...: means and quantiles are "
            "rough\n  = help: more draws; if draws are many and effective ones few, a model that "
            "is easier to sample (scaled predictors, tighter priors, dense_mass=True)",
        ),
        right=Example(
            _SCHOOLS + "infer nuts\n  noncentered = [theta]\n  target_accept = 0.95\n",
            {"school": _EIGHT},
            "fit",
            _SHORT,
        ),
    ),
    Code(
        "W604",
        "low E-BFMI: slow exploration of the tails",
        why="From one draw to the next the sampler can change its energy only so far. Where the "
        "posterior has heavy tails or a funnel, the energies that it should visit spread much "
        "further, and the tails are explored slowly.",
        remedy="Tighter priors on scales and the non-centred form for group effects are the usual "
        "cure.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
log_tau ~ Normal(0, 2)
theta[school]  ~ Normal(0, exp(log_tau))
effect[school] ~ Normal(theta, 10)
""",
            {"school": "school,effect\nA,28\nB,8\nC,-3\nD,7\n"},
            "fit",
            _SHORT,
            shown="warning[W604]: E-BFMI is ... (below 0.3) in chain ...: the sampler moves "
            "slowly through the tails\n  = help: heavy tails or a funnel are the usual cause: "
            "tighter priors on scales, or a non-centred form",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
log_tau ~ Normal(0, 2)
theta[school]  ~ Normal(0, exp(log_tau))
effect[school] ~ Normal(theta, 10)
infer nuts
  noncentered = [theta]
  target_accept = 0.9
""",
            {"school": "school,effect\nA,28\nB,8\nC,-3\nD,7\n"},
            "fit",
            _SHORT,
        ),
    ),
    Code(
        "W605",
        "trajectories reached the largest tree depth",
        why="A trajectory was cut off before it turned round, since it had reached the largest "
        "number of steps. The draws are right, but it is slow: directions of the posterior have "
        "very different lengths.",
        remedy="Bring predictors to a scale of one and centre them. Raise `max_tree_depth` if you "
        "have lowered it.",
        wrong=Example(
            """\
plate home
data
  year[home]  : real
  price[home] : real
a ~ Normal(0, 100)
b ~ Normal(0, 100)
price[home] ~ Normal(a + b * year, 0.1)
""",
            {"home": "year,price\n1990,1.1\n1995,1.4\n2000,2.2\n2005,2.4\n2010,3.1\n"},
            "fit",
            {**_SHORT, "max_tree_depth": 5},
            shown="warning[W605]: ... of 2000 draws reached the largest tree depth: right, but "
            "slow\n  = help: scale the predictors, or raise max_tree_depth",
        ),
        right=Example(
            """\
plate home
data
  year[home]  : real
  price[home] : real
a ~ Normal(0, 100)
b ~ Normal(0, 100)
price[home] ~ Normal(a + b * (year - 2000) / 10, 0.1)
""",
            {"home": "year,price\n1990,1.1\n1995,1.4\n2000,2.2\n2005,2.4\n2010,3.1\n"},
            "fit",
            {**_SHORT, "max_tree_depth": 5},
        ),
    ),
    Code(
        "W606",
        "the run was interrupted; what was drawn is kept",
        why="You stopped the run, with Ctrl-C, after draws had begun. Those made until then are "
        "draws from the posterior like any others, only fewer.",
        remedy="Nothing needs to be done if they suffice; the other warnings tell. Else run it "
        "again, with a `checkpoint` from which it can go on.",
        unprovoked="it takes someone who stops the run",
    ),
    *approximations.ROWS,
    Code(
        "W610",
        "Pyro took long for what NumPyro does at once",
        why="The spec was fitted by its Pyro program. Pyro's NUTS runs in Python, a leapfrog step "
        "at a time; NumPyro's is compiled as a whole, and commonly 50 to 300 times as fast. The "
        "draws "
        "are as good as any.",
        remedy="Leave `backend = pyro` out: `auto` takes NumPyro. Keep Pyro where the two are to "
        "be compared, or where the model will grow on in Pyro.",
        wrong=Example(
            _SLOW,
            {"school": _EIGHT},
            "fit",
            {**_SHORT, "chains": 1, "backend": "pyro"},
            shown="warning[W610]: Pyro took ... ms for each of ... gradients: NumPyro is commonly "
            "50 to 300 times as fast\n  = help: leave `backend = pyro` out: the same spec runs on "
            "NumPyro, with the same posterior",
        ),
        right=Example(_SLOW, {"school": _EIGHT}, "fit", {**_SHORT, "chains": 1}),
    ),
)
