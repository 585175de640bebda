"""Log likelihoods and predictions, computed from the emitted model itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .device import choose_device
from .execute import Program
from .require import require

_MEMORY = 2**26  # bytes that one block of draws may take in the compiled program, roughly


@dataclass(frozen=True)
class Replay:
    """A program, the arguments of its model, and posterior draws to run it on again.

    `draws` holds the sampled sites only, with the axes (chain, draw, ...): all else in the model
    follows from them and from the data.
    """

    program: Program
    given: Mapping[str, Any]
    draws: Mapping[str, np.ndarray]
    device: str = "auto"

    def log_likelihood(self) -> dict[str, np.ndarray]:
        """Log densities of the outcomes, in nats, one per independent cell; masked cells NaN."""

        def value(site: Any, key: Any) -> Any:
            return site["fn"].log_prob(site["value"])

        found = self._each(value, seed=0)
        return {name: self._seen(name, cells) for name, cells in found.items()}

    def _seen(self, name: str, cells: np.ndarray) -> np.ndarray:
        """NaN where the outcome was drawn: nothing was seen that could be likely or not."""
        given = self.given.get(name)
        if given is None or "missing" not in self.program.manifest["sites"][name]:
            return cells
        missing = np.isnan(np.asarray(given))
        while missing.ndim > cells.ndim - 2:  # the cells of one vector count together
            missing = missing.any(axis=-1)
        return np.where(missing, np.nan, cells) if missing.any() else cells

    def predictions(self, seed: int) -> dict[str, np.ndarray]:
        """A new outcome for every draw, from the distributions of the model.

        Cells that the model leaves out are NaN; those that are missing in the data are not.
        """

        def value(site: Any, key: Any) -> Any:
            return site["fn"].sample(key)

        return self._each(value, seed, missing=True)

    def _each(
        self, value: Callable[[Any, Any], Any], seed: int, missing: bool = False
    ) -> dict[str, np.ndarray]:
        device = choose_device(self.device)
        jax = require("jax", extra="numpyro")
        outcomes: Sequence[str] = self.program.manifest["outcomes"]
        sizes = {name: one for name, one in self.given.items() if isinstance(one, int)}
        data = {name: one for name, one in self.given.items() if name not in sizes}

        def one_draw(draw: Any, number: Any, data: Any) -> Any:
            key = jax.random.fold_in(jax.random.PRNGKey(seed), number)
            sites = _trace(self.program.model, draw, sizes | data)
            found = {}
            for place, name in enumerate(outcomes):
                if name in sites:
                    new = value(sites[name], jax.random.fold_in(key, place))
                    found[name] = masked(sites[name]["fn"], new)
                    if missing and name in data:
                        unknown = jax.numpy.isnan(data[name])
                        found[name] = jax.numpy.where(unknown, new, found[name])
            return found

        run = jax.jit(jax.vmap(one_draw, in_axes=(0, 0, None)))
        cells = sum(np.size(self.given[name]) for name in outcomes if name in self.given)
        with jax.default_device(device):
            return in_blocks(run, self.draws, data, cells)


def in_blocks(
    run: Callable[..., Any], draws: Mapping[str, np.ndarray], data: Mapping[str, Any], cells: int
) -> dict[str, np.ndarray]:
    """What `run(some draws, their numbers, data)` makes of all draws, a block after another.

    `draws` have the axes (chain, draw, ...), and so has the result. `cells` is about how many
    numbers one draw makes.
    """
    chains, length = next(iter(draws.values())).shape[:2]
    total = chains * length
    flat = {name: one.reshape(total, *one.shape[2:]) for name, one in draws.items()}
    size = int(np.clip(_MEMORY // (32 * max(cells, 1)), 1, total))
    blocks = []
    for start in range(0, total, size):
        # The last block is filled up with the last draw: one shape, one compilation.
        rows = np.minimum(np.arange(start, start + size), total - 1)
        block = run({name: one[rows] for name, one in flat.items()}, rows, data)
        kept = min(size, total - start)
        blocks.append({name: np.asarray(one)[:kept] for name, one in block.items()})
    joined = {name: np.concatenate([one[name] for one in blocks]) for name in blocks[0]}
    return {name: one.reshape(chains, length, *one.shape[1:]) for name, one in joined.items()}


def _trace(model: Callable[..., Any], draw: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    handlers = require("numpyro.handlers", extra="numpyro")
    with handlers.trace() as sites:
        handlers.substitute(model, data=dict(draw))(**given)
    return sites


def masked(distribution: Any, value: Any) -> Any:
    """`value`, NaN where a mask takes cells out of the model."""
    jnp = require("jax.numpy", extra="numpyro")
    event = len(distribution.event_shape)
    while distribution is not None:
        mask = getattr(distribution, "_mask", None)
        if mask is not None:
            mask = jnp.asarray(mask)
            extra = value.ndim - len(distribution.batch_shape) == event
            mask = mask.reshape(*mask.shape, *[1] * event) if extra else mask
            value = jnp.where(mask, value, jnp.nan)
        distribution = getattr(distribution, "base_dist", None)
    return value
