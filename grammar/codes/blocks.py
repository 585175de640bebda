"""B219, B222: the blocks beside the model."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B219",
        "a `generate` block does not go with the model",
        why="What is generated is made after inference, once for each draw of the posterior. The "
        "model cannot depend on it, and what is drawn there must be something that can be drawn: "
        "a flat prior, for one, has a density and no draws.",
        remedy="Move a statement that the model needs out of the block. In the block, draw from "
        "proper distributions and leave `where` and `initially` out.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu + shift, 10)
generate
  shift = mu / 2
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
generate
  next_effect ~ Normal(mu, 10)
  helps = next_effect > 0
"""),
    ),
    Code(
        "B222",
        "a guide that cannot stand for the posterior",
        why="A guide is a distribution of all latents at once, from which can be drawn: each has "
        "its line there, with the axes and the range that it has in the model. It may use data, "
        "parameters (`param`) and what it has drawn itself; the model's own quantities are what it "
        "is to find.",
        remedy="Give every latent a line, with a distribution on its own range; `param` at the top "
        "level is what the guide learns. Without a `guide` block, `infer svi` makes one.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, sigma)
param m : real
param s : positive
guide
  mu    ~ Normal(m, s)
  sigma ~ Normal(m, s)
infer svi
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu    ~ Normal(0, 5)
sigma ~ HalfNormal(10)
effect[school] ~ Normal(mu, sigma)
param m : real
param s : positive
guide
  mu    ~ Normal(m, s)
  sigma ~ LogNormal(log(s), 0.5)
infer svi
"""),
    ),
)
