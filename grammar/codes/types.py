"""Codes of types and ranges: B3."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B301",
        "a parameter of a distribution is out of its range",
        why="A standard deviation is above 0, a probability lies between 0 and 1. Here the value "
        "is not, or it is a latent quantity whose prior allows values that are not. The density "
        "would be undefined there, and the sampler would walk into it.",
        remedy="Give the quantity a prior on the right range, such as `HalfNormal` or `Beta`, or "
        "put a link around it: `exp(x)` is positive, `inv_logit(x)` lies between 0 and 1.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu  ~ Normal(0, 5)
tau ~ Normal(0, 10)
effect[school] ~ Normal(mu, tau)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu  ~ Normal(0, 5)
tau ~ HalfNormal(10)
effect[school] ~ Normal(mu, tau)
"""),
    ),
    Code(
        "B302",
        "a value of one kind stands where another is needed",
        why="The kinds do not fit: a count given a distribution of real numbers, a label used in "
        "arithmetic, a distribution used as a number. Calculating with it anyway would give a "
        "number without a meaning.",
        remedy="Declare the datum with its true type, or choose a distribution whose values are of "
        "that type: `Poisson` for a count, `Bernoulli` for a binary outcome.",
        wrong=Example("""\
plate clinic
data
  cases[clinic] : real
rate ~ HalfNormal(10)
cases[clinic] ~ Poisson(rate)
"""),
        right=Example("""\
plate clinic
data
  cases[clinic] : count
rate ~ HalfNormal(10)
cases[clinic] ~ Poisson(rate)
"""),
    ),
    Code(
        "B303",
        "there is no such type",
        why="The type says which values are possible; the data is held against it, and so are the "
        "distributions. This word is no type, or cannot be one in this place.",
        remedy="The types are `real`, `positive`, `nonnegative`, `unit`, `int`, `count`, `binary` "
        "and the name of a plate; `real(0, 100)` has bounds.",
        wrong=Example("""\
plate patient
data
  dose[patient] : postive
mu ~ Normal(0, 1)
dose[patient] ~ LogNormal(mu, 1)
"""),
        right=Example("""\
plate patient
data
  dose[patient] : positive
mu ~ Normal(0, 1)
dose[patient] ~ LogNormal(mu, 1)
"""),
    ),
)
