"""The distributions of the catalogue, in NumPy.

from bayescript import distributions as d

law = d.Gumbel(loc=0, scale=1)
law.log_prob(2.5), law.cdf(2.5), law.quantile(0.9)
law.mean, law.variance, law.entropy
law.sample(1000, seed=1)
d.Gumbel(0, 1, backend="numpyro")  # the library's own object
"""

from __future__ import annotations

from .grammar.diagnostics import did_you_mean
from .runtime.distributions import FAMILIES, Law, Maker

__all__ = ["Law", *FAMILIES]  # pyright: ignore

_MADE: dict[str, Maker] = {}


def __getattr__(name: str) -> Maker:
    if name not in FAMILIES:
        help = did_you_mean(name, FAMILIES)
        raise AttributeError(f"there is no distribution `{name}`{f'; {help}' if help else ''}")
    return _MADE.setdefault(name, Maker(FAMILIES[name]))


def __dir__() -> list[str]:
    return __all__
