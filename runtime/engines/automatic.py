"""The guides, by the names that specs use."""

from __future__ import annotations

from ..execute import Program
from .ascent import Ascent
from .density import Arrays, Density
from .flows import Flow
from .guides import Delta, Guide, LowRank, Multivariate, Normal
from .moved import Moved
from .settings import SviSettings
from .written import Written, WrittenAscent


def make_ascent(program: Program, density: Density, chosen: SviSettings, data: Arrays) -> Ascent:
    """The climb of the guide that the settings name: the program's own, or an automatic one."""
    if chosen.guide == "written":
        return WrittenAscent(density, Written(program.module.guide, density, data), chosen)
    shape = chosen.rank, chosen.flows, chosen.hidden
    over = Moved(density) if chosen.moved else density
    return Ascent(over, make_guide(chosen.guide, density.dimension, *shape), chosen)


def make_guide(name: str, dimension: int, rank: int, flows: int, hidden: int) -> Guide:
    """The automatic guide of a name; that of `laplace` is a point until the end."""
    if name == "flow":
        return Flow(dimension, flows, hidden)
    if name == "lowrank":
        return LowRank(dimension, rank)
    return {"normal": Normal, "multivariate": Multivariate}.get(name, Delta)(dimension)
