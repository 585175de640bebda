"""Codes of names and of what is called: part of B2."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B201",
        "a name is not known",
        why="Every name has to be said to be something: a datum, a latent quantity with a prior, "
        "or a defined quantity. A name that stands nowhere else is most often a misspelling.",
        remedy="Correct the spelling, declare the name under `data`, or give it a distribution "
        "with `~` or a value with `=`.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, sgima)
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
        "B202",
        "a name is used for two things, or something is said twice",
        why="A spec states facts, in any order: there is no first and second value of a name. Two "
        "distributions for one quantity would contradict each other, or multiply without anyone "
        "having asked for it.",
        remedy="Give the second thing a name of its own, or remove one of the two lines.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
mu ~ Normal(0, 10)
effect[school] ~ Normal(mu, 10)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 10)
effect[school] ~ Normal(mu, 10)
"""),
    ),
    Code(
        "B204",
        "a plate is not known, or its size or labels are wrong",
        why="A plate is a set of things over which quantities vary, such as counties. It has to be "
        "declared, since the shape of everything else follows from it.",
        remedy="Declare the plate, `plate county`, or correct its name. Its elements are a number "
        "(`= 3`), an interval (`= 1..12`) or a list of labels (`= [low, high]`); without any of "
        "these they come from the data.",
        wrong=Example("""\
plate county
data
  rate[conty] : positive
mu ~ Normal(0, 1)
rate[county] ~ LogNormal(mu, 1)
"""),
        right=Example("""\
plate county
data
  rate[county] : positive
mu ~ Normal(0, 1)
rate[county] ~ LogNormal(mu, 1)
"""),
    ),
    Code(
        "B205",
        "statements, plates or functions need one another in a circle",
        why="A joint distribution is built from one quantity to the next: each may depend on those "
        "before it. Where `a` needs `b` and `b` needs `a`, neither can be first.",
        remedy="Break the circle: give one of them a prior that does not depend on the other. Two "
        "correlated quantities are one vector with a `MultivariateNormal`.",
        wrong=Example("""\
plate patient
data
  relief[patient] : real
drug    ~ Normal(placebo, 1)
placebo ~ Normal(drug, 1)
relief[patient] ~ Normal(drug - placebo, 1)
"""),
        right=Example("""\
plate patient
data
  relief[patient] : real
drug    ~ Normal(placebo, 1)
placebo ~ Normal(0, 1)
relief[patient] ~ Normal(drug - placebo, 1)
"""),
    ),
    Code(
        "B210",
        "there is no such function",
        why="Functions are those of the catalogue and those that the spec defines with `def`. This "
        "name is neither.",
        remedy="Look the function up in the catalogue, or define it: "
        "`def standard(x) = (x - mean(x)) / sd(x)`. Indexing has square brackets, `mu[county]`.",
        wrong=Example("""\
plate patient
data
  dose[patient]   : positive
  relief[patient] : real
b ~ Normal(0, 1)
relief[patient] ~ Normal(b * ln1p(dose), 1)
"""),
        right=Example("""\
plate patient
data
  dose[patient]   : positive
  relief[patient] : real
b ~ Normal(0, 1)
relief[patient] ~ Normal(b * log1p(dose), 1)
"""),
    ),
    Code(
        "B211",
        "a distribution is not known, or stands where none can",
        why="After `~` stands a distribution of the catalogue, which may be moved and stretched by "
        "numbers or wrapped, as in `Truncated(…)`. Their names begin with a capital letter.",
        remedy="Correct the name. If what stands there is an expression, it defines a quantity: "
        "write `=` in place of `~`.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Gaussian(0, 5)
effect[school] ~ Normal(mu, 10)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
"""),
    ),
    Code(
        "B212",
        "the arguments of a call are wrong",
        why="An argument is missing, stands twice, or is not one of this distribution or function. "
        "Where statistical libraries disagree on the order of arguments, names are compulsory: "
        "`NegativeBinomial(3, 2)` means different things to different readers.",
        remedy="Write the arguments by name, as the message shows them.",
        wrong=Example("""\
plate clinic
data
  cases[clinic] : count
m ~ HalfNormal(10)
cases[clinic] ~ NegativeBinomial(m, 2)
"""),
        right=Example("""\
plate clinic
data
  cases[clinic] : count
m ~ HalfNormal(10)
cases[clinic] ~ NegativeBinomial(mean = m, concentration = 2)
"""),
    ),
    Code(
        "B216",
        "data is declared but not used",
        why="Data that no statement uses has no influence on the result. Most often the outcome "
        "was misspelt where its distribution is given: then it would have become a latent "
        "quantity, and the model would have learnt nothing.",
        remedy="Correct the misspelling, use the datum, or remove its line.",
        wrong=Example("""\
plate home
data
  log_radon[home] : real
mu ~ Normal(0, 10)
log_radom[home] ~ Normal(mu, 1)
"""),
        right=Example("""\
plate home
data
  log_radon[home] : real
mu ~ Normal(0, 10)
log_radon[home] ~ Normal(mu, 1)
"""),
    ),
    Code(
        "B217",
        "a prior stands among the likelihoods, or a likelihood among the priors",
        why="In YAML a distribution of data stands under `likelihoods`, and one of a latent "
        "quantity under `priors`. Under the wrong heading a reader would take the one for the "
        "other. So he would where data and a latent share a statement, `y, mu ~ …`.",
        remedy="Move the line to the other section, or give each a line. If all is in its place, "
        "the datum is not declared under `data`, or it is misspelt.",
        wrong=Example(
            """\
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
  effect[school]: Normal(mu, 10)
""",
            surface="yaml",
        ),
        right=Example(
            """\
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            surface="yaml",
        ),
    ),
    Code(
        "B218",
        "cells of a predictor may be missing, and it has no distribution",
        why="A missing cell of a quantity on which others depend has to be something. What it "
        "could be, only a distribution says: the cell is then drawn with the other unknowns, in "
        "the light of the row that it stands in.",
        remedy="Give the quantity a distribution, with the other cells as its data. Or leave the "
        "rows out, and the `?` of the type.",
        wrong=Example("""\
plate person
data
  age[person]    : real?
  income[person] : real
b ~ Normal(0, 1)
income[person] ~ Normal(b * age, 1)
"""),
        right=Example("""\
plate person
data
  age[person]    : real?
  income[person] : real
b ~ Normal(0, 1)
age[person]    ~ Normal(40, 15)
income[person] ~ Normal(b * age, 1)
"""),
    ),
)
