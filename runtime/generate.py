"""What a spec generates after inference, computed by the emitted program for every draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .device import choose_device
from .execute import Binding, Program, arguments
from .replay import in_blocks
from .require import require


def generated(
    program: Program,
    bound: Binding,
    draws: Mapping[str, np.ndarray],
    seed: int,
    device: str = "auto",
) -> dict[str, np.ndarray]:
    """The quantities of the spec's `generate` block, by name, with the axes (chain, draw, ...).

    Empty where there is no such block. `draws` are those of the posterior, definitions included.
    """
    block = program.manifest.get("generate")
    if block is None:
        return {}
    given = arguments(program, bound, "generate")
    # Where no quantity of the model is asked for, any tells how many draws there are.
    asked = block.get("draws") or {next(iter(draws)): next(iter(draws))}
    wanted = {argument: draws[name] for argument, name in asked.items()}
    if program.manifest["backend"] == "pyro":
        require("pyro", extra="pyro")
        from .engines.pyro_generate import generate_each

        made = generate_each(program, given, wanted, block.get("draws", {}), seed)
    else:
        made = _by_numpyro(program, given, wanted, block.get("draws", {}), seed, device)
    sites = program.manifest["sites"]
    kept = {name: one for name, one in made.items() if sites[name]["kind"] == "generated"}
    # Truth values are 0 and 1, as everywhere in draws.
    return {n: one.astype(np.int64) if one.dtype == bool else one for n, one in kept.items()}


def _by_numpyro(
    program: Program,
    given: Mapping[str, Any],
    draws: Mapping[str, np.ndarray],
    asked: Mapping[str, str],
    seed: int,
    device: str,
) -> dict[str, np.ndarray]:
    place = choose_device(device)
    jax = require("jax", extra="numpyro")
    handlers = require("numpyro.handlers", extra="numpyro")
    sizes = {name: one for name, one in given.items() if isinstance(one, int)}
    data = {name: one for name, one in given.items() if name not in sizes}
    function = program.module.generate
    stream = jax.random.fold_in(jax.random.PRNGKey(seed), 1)  # not that of predictions

    def one_draw(draw: Any, number: Any, data: Any) -> Any:
        key = jax.random.fold_in(stream, number)
        own = {name: draw[name] for name in asked}
        with handlers.trace() as sites, handlers.seed(rng_seed=key):
            function(**sizes, **data, **own)
        kinds = ("sample", "deterministic")
        return {name: site["value"] for name, site in sites.items() if site["type"] in kinds}

    with jax.default_device(place):
        first = {name: one[0, 0] for name, one in draws.items()}
        shapes = jax.eval_shape(one_draw, first, 0, data)
        cells = sum(int(np.prod(shape.shape)) for shape in shapes.values())
        run = jax.jit(jax.vmap(one_draw, in_axes=(0, 0, None)))
        return in_blocks(run, draws, data, cells)
