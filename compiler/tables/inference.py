"""The ways of inferring: one row each, with the settings that a spec or a call may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_KINDS = {
    "int": "a whole number",
    "real": "a number",
    "bool": "true or false",
    "word": "a word",
    "names": "a list of names",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` None means that the engine decides."""

    kind: Literal["int", "real", "bool", "word", "names"]
    default: object
    summary: str

    def wrong(self, value: object) -> str:
        """What a value should have been, where it is not; else an empty string."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            "int": number and isinstance(value, int),
            "real": number,
            "bool": isinstance(value, bool),
            "word": isinstance(value, str),
            "names": isinstance(value, str)
            or (isinstance(value, list | tuple) and all(isinstance(x, str) for x in value)),
        }
        return "" if fits[self.kind] else _KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    summary: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


_COMMON = {
    "backend": Setting("word", "auto", "the library that runs it: auto or numpyro"),
    "device": Setting("word", "auto", "auto (the processor), cpu, cuda, or cuda(1)"),
    "seed": Setting("int", 0, "the same seed gives the same draws"),
}

_MCMC = {
    "chains": Setting("int", 4, "independent chains"),
    "warmup": Setting("int", 1000, "iterations that adapt and are thrown away, a chain"),
    "draws": Setting("int", 1000, "iterations that are kept, a chain"),
    "thin": Setting("int", 1, "keep every so many-th draw"),
    "target_accept": Setting(
        "real", 0.8, "acceptance probability that the step size is adapted to"
    ),
    "max_tree_depth": Setting("int", 10, "a trajectory has at most 2 to this power steps"),
    "dense_mass": Setting("bool", False, "adapt a full mass matrix instead of its diagonal"),
    "step_size": Setting("real", 1.0, "where the adaptation of the step size starts"),
    "chain_method": Setting("word", "sequential", "sequential or vectorized"),
    "noncentered": Setting("names", (), "latents to write as loc + scale × a standard quantity"),
    **_COMMON,
}

PLANNED = frozenset({"mh", "svi", "map", "laplace", "pathfinder", "gp"})
"""Methods of the language that this version does not have."""

METHODS: Mapping[str, Method] = {
    row.name: row
    for row in (
        Method("auto", "chosen by the model: nuts, where every latent is continuous", _MCMC),
        Method("nuts", "the No-U-Turn sampler (Hoffman & Gelman 2014)", _MCMC),
        Method(
            "hmc",
            "Hamiltonian Monte Carlo with a fixed trajectory length",
            {
                **{k: v for k, v in _MCMC.items() if k != "max_tree_depth"},
                "trajectory_length": Setting(
                    "real", 1.5707963267948966, "the length of a trajectory; the default is π/2"
                ),
            },
        ),
    )
}
