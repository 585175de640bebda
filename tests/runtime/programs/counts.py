# mypy: ignore-errors
"""Counts in the cells of a table, some of them missing."""

import numpyro
import numpyro.distributions as dist


def model(*, seen, num_row, num_column, count=None):
    rate = numpyro.sample("rate", dist.Gamma(concentration=2.0, rate=1.0))
    with (
        numpyro.plate("row", num_row, dim=-2),
        numpyro.plate("column", num_column, dim=-1),
        numpyro.handlers.mask(mask=seen),
    ):
        numpyro.sample("count", dist.Poisson(rate=rate), obs=count)


MANIFEST = {
    "spec": "counts.bayes",
    "model": "counts",
    "backend": "numpyro",
    "inputs": {
        "count": {"role": "data", "dims": ["row", "column"]},
        "seen": {"role": "data", "dims": ["row", "column"]},
        "num_row": {"role": "size", "plate": "row"},
        "num_column": {"role": "size", "plate": "column"},
    },
    "arguments": ["seen", "num_row", "num_column", "count"],
    "outcomes": ["count"],
    "sites": {
        "rate": {"kind": "latent", "dims": [], "line": 5, "statement": "param rate ~ Gamma(2, 1)"},
        "count": {
            "kind": "outcome",
            "dims": ["row", "column"],
            "line": 6,
            "statement": "count ~ Poisson(rate)",
        },
    },
}
