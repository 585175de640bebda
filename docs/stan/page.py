"""The page `from-stan.md`, written from the table of constructs."""

from __future__ import annotations

from itertools import groupby

from bayescript.compiler.tables.inference import METHODS

from .constructs import Construct, constructs

_NOTE = "<!-- Written by docs/stan: do not edit. -->\n"

_HEAD = """
# Coming from Stan

What you write in Stan, and how it is said here. Each row of the table leads to two whole programs
for one model. A test runs both, and holds their log densities and gradients against each other, on
NumPyro and on Pyro, and of a `generate` block the draws. Of the rows marked \\* the unconstrained
coordinates differ, and the densities are compared at the same values, without Jacobian, on NumPyro.

What is different throughout:

- A plate stands for a size, its loop, and its indices. Quantities are looked up by name.
- There are no blocks of parameters, transformed parameters and model. What has a `~` and is not
  data is a parameter; its support follows from its distribution.
- Order does not matter, and nothing is assigned twice.
- Scales are standard deviations and rates are rates, as in Stan. The arguments of a distribution
  have names; the [catalogue](catalogue.md) lists them.
- Every density is complete: constants are not dropped. Log densities differ from Stan's by a
  constant, so do not compare them across the two; differences agree.
"""

# Stan's settings, ours, and what is to be known besides.
_SETTINGS = (
    ("`chains`", "chains", ""),
    ("`iter_warmup`, `num_warmup`; rstan's `warmup`", "warmup", ""),
    ("`iter_sampling`, `num_samples`; rstan's `iter` less its `warmup`", "draws", ""),
    ("`thin`", "thin", ""),
    ("`adapt_delta`", "target_accept", ""),
    ("`max_treedepth`", "max_tree_depth", ""),
    ("`metric = dense_e`", "dense_mass", "`true` for a full matrix"),
    ("`step_size`, `stepsize`", "step_size", ""),
    ("`parallel_chains`", "chain_method", "`vectorized` works on all chains at once"),
    ("`seed`", "seed", "the same seed gives the same draws"),
)

_TAIL = """
Other methods are said by another word: `optimize` is `infer map`, which has `jacobian` too;
`laplace` and `pathfinder` are called the same; `variational` is `infer svi`, full rank with
`guide = multivariate`, mean-field with `guide = normal` and `precondition = none`.

Settings stand under `infer nuts` in the spec, or go with the call,
`model.fit(data, target_accept=0.95)`. There are warnings of what Stan warns of: divergences, R-hat,
effective draws, E-BFMI, tree depth. See [Inference](inference.md).

## Data

Columns instead of lists with sizes: a table, or several, in a file or in memory. Plates are counted
from the data, and groups have labels in place of numbers from 1. A mapping from names to arrays
works too. See [Data](data.md).

## What is not there

- **Differential equations** (`ode_rk45` and its kin), algebraic solvers, integrals.
- **Recursions over latent quantities**: hidden Markov models, state space models with a transition
  of their own, GARCH, moving averages. A Gaussian random walk is there, `GaussianRandomWalk`.
- **Loops and conditions in general**: `for`, `while`, assignment to elements. What a loop is for is
  most often a plate, `cumsum`, `prev` or `where`.
- **Gaussian processes by name**: `gp_exp_quad_cov` is [written out](#a-gaussian-process), and there
  are no approximations of large ones.
- **Discrete latents** are not sampled, as in Stan. Summing them out by hand is not needed where a
  `Mixture` says it.
- `complex` numbers, tuples, sparse matrices, `reduce_sum`, `map_rect`.

The language has room for most of these: [Not in this version](language.md#not-in-this-version).
"""


def from_stan() -> str:
    """The page."""
    table = constructs()
    parts = [_NOTE + "\n" + _HEAD.strip(), "## The table", _table(table)]
    for part, rows in groupby(table, lambda row: row.part):
        parts += [f"## {part}", *(_section(row) for row in rows)]
    parts += ["## Settings", _settings(), _TAIL.strip()]
    return "\n\n".join(parts) + "\n"


def anchor(name: str) -> str:
    """The anchor of a section, as Markdown makes it from the heading."""
    return name.lower().replace(",", "").replace(" ", "-")


def _table(table: list[Construct]) -> str:
    lines = ["| | Stan | Bayescript |", "| --- | --- | --- |"]
    for row in table:
        cells = [f"`{text}`".replace("|", "\\|") for text in row.shows]
        mark = "\\*" if row.own_scale else ""
        lines.append(f"| [{row.name}](#{anchor(row.name)}){mark} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _settings() -> str:
    lines = ["| CmdStan, CmdStanPy, rstan | Bayescript, with its default | |", "| --- " * 3 + "|"]
    for theirs, ours, remark in _SETTINGS:
        default = METHODS["nuts"].settings[ours].default
        word = f"{default:g}" if isinstance(default, float) else str(default).lower()
        lines.append(f"| {theirs} | `{ours} = {word}` | {remark} |")
    return "\n".join(lines)


def _section(row: Construct) -> str:
    parts = [f"### {row.name}", _fence("stan", row.stan), _fence("bayes", row.bayes), row.note]
    return "\n\n".join(part for part in parts if part)


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"
