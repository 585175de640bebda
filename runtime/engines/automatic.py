"""The automatic guides, by the names that specs use."""

from __future__ import annotations

from .flows import Flow
from .guides import Delta, Guide, LowRank, Multivariate, Normal


def make_guide(name: str, dimension: int, rank: int, flows: int, hidden: int) -> Guide:
    """The guide that a setting names; that of `laplace` is a point until the end."""
    if name == "flow":
        return Flow(dimension, flows, hidden)
    if name == "lowrank":
        return LowRank(dimension, rank)
    return {"normal": Normal, "multivariate": Multivariate}.get(name, Delta)(dimension)
