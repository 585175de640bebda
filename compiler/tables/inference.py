"""The ways of inferring: one row each, with the settings that a spec or a call may give."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_KINDS = {
    "int": "a whole number",
    "real": "a number",
    "bool": "true or false",
    "switch": "true, false or auto",
    "word": "a word",
    "names": "a list of names",
    "call": "a word or a call",
}

OPTIMISERS: Mapping[str, Mapping[str, float]] = {
    "adam": {"b1": 0.9, "b2": 0.999, "eps": 1e-8},
    "adamw": {"b1": 0.9, "b2": 0.999, "eps": 1e-8, "weight_decay": 1e-4},
    "clipped_adam": {"b1": 0.9, "b2": 0.999, "eps": 1e-8, "clip": 10.0},
    "sgd": {"momentum": 0.0},
}
"""Optimisers and their arguments with defaults; `learning_rate` comes first for all of them."""

DENSE_UP_TO = 20
"""Unconstrained dimensions up to which `dense_mass = auto` adapts a full mass matrix."""

GUIDES = ("normal", "multivariate", "lowrank", "delta", "laplace", "flow")
SCHEDULES = ("constant", "cosine", "exponential", "one_cycle")


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` None means that the engine decides; `choices` are the words that it can be."""

    kind: Literal["int", "real", "bool", "switch", "word", "names", "call"]
    default: object
    summary: str
    choices: tuple[str, ...] = ()

    def wrong(self, value: object) -> str:
        """What a value should have been, where it is not; else an empty string."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = {
            "int": number and isinstance(value, int),
            "real": number,
            "bool": isinstance(value, bool),
            "switch": isinstance(value, bool) or value == "auto",
            "word": isinstance(value, str),
            "names": isinstance(value, str)
            or (isinstance(value, list | tuple) and all(isinstance(x, str) for x in value)),
            "call": isinstance(value, str),
        }
        if not fits[self.kind]:
            return _KINDS[self.kind]
        if self.kind == "call":
            return _wrong_call(str(value))
        if self.choices and value not in self.choices:
            return "one of " + ", ".join(self.choices)
        return ""


def optimiser(text: str) -> tuple[str, dict[str, float]]:
    """`adam`, `adam(1e-3)` or `adam(learning_rate = 1e-3, b1 = 0.8)`: its name and arguments.

    Raises ValueError, whose text is what it should have been.
    """
    known = "one of " + ", ".join(OPTIMISERS)
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(f"{known}, or a call such as adam(0.001)") from None
    function = call.func if isinstance(call, ast.Call) else call
    if not isinstance(function, ast.Name) or function.id not in OPTIMISERS:
        raise ValueError(known)
    names = ("learning_rate", *OPTIMISERS[function.id])
    allowed = f"{function.id}({', '.join(names)}) with numbers"
    found: dict[str, float] = {}
    if isinstance(call, ast.Call):
        given = [*zip(names, call.args, strict=False)]
        given += [(word.arg or "", word.value) for word in call.keywords]
        for name, node in given:
            try:
                value = ast.literal_eval(node)
            except ValueError:
                value = None
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            if name not in names or name in found or not fits or len(call.args) > len(names):
                raise ValueError(allowed)
            found[name] = float(value)
    if found.get("learning_rate", 1.0) <= 0:
        raise ValueError(f"{function.id} with a positive learning_rate")
    return function.id, found


def _wrong_call(text: str) -> str:
    try:
        optimiser(text)
    except ValueError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    summary: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


_COMMON = {
    "backend": Setting("word", "auto", "the library that runs it: auto, numpyro or pyro"),
    "device": Setting("word", "auto", "auto (the processor), cpu, cuda, or cuda(1)"),
    "optimise": Setting("bool", True, "draw from a faster program with the same density, if any"),
    "seed": Setting("int", 0, "the same seed gives the same draws"),
}

_NONCENTERED = Setting("names", (), "latents to write as loc + scale × a standard quantity")
_CHAINS = Setting("word", "sequential", "sequential or vectorized", ("sequential", "vectorized"))

_MCMC = {
    "chains": Setting("int", 4, "independent chains"),
    "warmup": Setting("int", 1000, "iterations that adapt and are thrown away, a chain"),
    "draws": Setting("int", 1000, "iterations that are kept, a chain"),
    "thin": Setting("int", 1, "keep every so many-th draw"),
    "target_accept": Setting(
        "real", 0.8, "acceptance probability that the step size is adapted to"
    ),
    "max_tree_depth": Setting("int", 10, "a trajectory has at most 2 to this power steps"),
    "dense_mass": Setting(
        "switch",
        "auto",
        f"adapt a full mass matrix, not its diagonal; auto: up to {DENSE_UP_TO} dimensions",
    ),
    "step_size": Setting("real", 1.0, "where the adaptation of the step size starts"),
    "chain_method": _CHAINS,
    "noncentered": _NONCENTERED,
    **_COMMON,
}

_MH = {
    "chains": Setting("int", 4, "independent chains"),
    "warmup": Setting("int", 10000, "iterations that adapt and are thrown away, a chain"),
    "draws": Setting("int", 20000, "iterations after the warmup, a chain"),
    "thin": Setting("int", 20, "keep every so many-th draw"),
    "acceptance": Setting("real", 0.234, "share of proposals to accept that warmup aims at"),
    "dense_mass": Setting("bool", True, "adapt a full covariance instead of its diagonal"),
    "step_size": Setting("real", 1.0, "scale of the first proposals"),
    "chain_method": _CHAINS,
    "noncentered": _NONCENTERED,
    **_COMMON,
}

_STARTS = Setting("int", 4, "points, the best of 100 random ones, to climb from")

_SVI = {
    "guide": Setting(
        "word",
        "normal",
        ", ".join(GUIDES) + "; or written, the spec's own, which goes first where there is one",
        (*GUIDES, "written"),
    ),
    "rank": Setting("int", 0, "of `lowrank`: columns beside the diagonal; 0 for √dimension"),
    "flows": Setting("int", 2, "of `flow`: how many transformations, one after the other"),
    "hidden": Setting("int", 32, "of `flow`: units of the hidden layer of each"),
    "steps": Setting("int", 10000, "steps of the optimiser at most"),
    "optimizer": Setting("call", "adam", "such as adam, adamw, clipped_adam, sgd, adam(1e-3)"),
    "learning_rate": Setting("real", 0.01, "where `optimizer` does not say it"),
    "schedule": Setting(
        "word", "constant", "of the learning rate: " + ", ".join(SCHEDULES), SCHEDULES
    ),
    "particles": Setting("int", 8, "draws from the guide in each step"),
    "tolerance": Setting(
        "real", 1e-5, "stop where a tenth of the steps raises the ELBO by a smaller part; 0: never"
    ),
    "precondition": Setting(
        "word",
        "auto",
        "the guide lives in coordinates that Pathfinder finds, or with none in the spec's",
        ("auto", "none"),
    ),
    "init": Setting(
        "word",
        "random",
        "from the best of 100 random points, or from the mode where there is one",
        ("random", "mode"),
    ),
    "init_scale": Setting(
        "real", 0.0, "spread of the guide at the start; 0 for that of the normal found, or 0.1"
    ),
    "draws": Setting("int", 1000, "draws from the guide"),
    "noncentered": _NONCENTERED,
    **_COMMON,
}

_MAP = {
    "jacobian": Setting(
        "bool", False, "the mode on the unconstrained scale instead of the spec's own"
    ),
    "starts": _STARTS,
    "steps": Setting("int", 2000, "iterations of L-BFGS from a start at most"),
    "noncentered": _NONCENTERED,
    **_COMMON,
}

_LAPLACE = {
    "draws": Setting("int", 1000, "draws from the normal approximation"),
    "starts": _STARTS,
    "steps": Setting("int", 2000, "iterations of L-BFGS from a start at most"),
    "noncentered": _NONCENTERED,
    **_COMMON,
}

_PATHFINDER = {
    "draws": Setting("int", 1000, "draws that are kept"),
    "paths": Setting("int", 4, "paths, from the best of 100 random points"),
    "steps": Setting("int", 1000, "iterations of L-BFGS on a path at most"),
    "particles": Setting("int", 25, "draws from which the ELBO of a normal is told"),
    "resample": Setting("bool", True, "keep draws by their weights; else as the normals give them"),
    "noncentered": _NONCENTERED,
    **_COMMON,
}

PLANNED = frozenset({"gp"})
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
        Method("mh", "random-walk Metropolis with proposals adapted during warmup", _MH),
        Method("svi", "variational inference: the guide nearest to the posterior", _SVI),
        Method("map", "the mode of the posterior: a point, without its uncertainty", _MAP),
        Method(
            "laplace", "a normal distribution around the mode, as wide as it is curved", _LAPLACE
        ),
        Method(
            "pathfinder",
            "normal distributions along paths to the mode, the best by their ELBO",
            _PATHFINDER,
        ),
    )
}
