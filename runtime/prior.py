"""Draws of everything in a model from its prior, outcomes too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..grammar.diagnostics import BackendError, Diagnostic
from .device import choose_device
from .execute import Binding, Program, arguments, load_program
from .notebook.shown import prior_html
from .require import require
from .results.summary import Summary, labels_of, summarise

_MEMORY = 2**26  # bytes that one block of draws may take in the compiled program, roughly
_AUTHORS = ("latent", "deterministic")
_RESERVED = {"chain": "chain_", "draw": "draw_"}  # as in the groups of a fit


@dataclass(repr=False)
class Prior:
    """Independent draws from the prior: `draws` by name, with the axes (1, draw, *dims)."""

    program: Program
    bound: Binding
    outcomes: tuple[str, ...]
    draws: dict[str, np.ndarray]
    seed: int

    @property
    def dims(self) -> dict[str, tuple[str, ...]]:
        """Names of the axes of every quantity, after chain and draw."""
        sites = self.program.manifest["sites"]
        return {name: tuple(sites[name]["dims"]) for name in self.draws}

    @cached_property
    def _summary(self) -> Summary:
        return summarise(self.draws, self.dims, self.bound.coords, "draws")

    def summary(self) -> Summary:
        """Means and quantiles of everything that was drawn, one row per scalar."""
        return self._summary

    @property
    def prior(self) -> Any:
        """Latents and recorded definitions as an xarray Dataset."""
        return self.inference_data.prior

    @property
    def prior_predictive(self) -> Any:
        """The outcomes as an xarray Dataset."""
        return self.inference_data.prior_predictive

    @cached_property
    def inference_data(self) -> Any:
        """ArviZ's InferenceData with the groups `prior` and `prior_predictive`."""
        dims, coords = {}, {}
        for name, plates in self.dims.items():
            sizes = self.draws[name].shape[2:]
            dims[name] = [_RESERVED.get(plate, plate) for plate in plates]
            for dim, plate, size in zip(dims[name], plates, sizes, strict=True):
                coords[dim] = labels_of(plate, size, self.bound.coords)
        groups = {
            "prior": {n: v for n, v in self.draws.items() if n not in self.outcomes},
            "prior_predictive": {n: v for n, v in self.draws.items() if n in self.outcomes},
        }
        given = {name: values for name, values in groups.items() if values}
        arviz = require("arviz", extra="numpyro")
        data = arviz.from_dict(**given, dims=dims, coords=coords)
        data.attrs.update({"spec": self.program.spec, "program": self.program.source})
        data.attrs["seed"] = self.seed
        return data

    def save(self, path: str | Path) -> None:
        """Writes a NetCDF file that ArviZ reads."""
        self.inference_data.to_netcdf(str(path), engine="h5netcdf")

    def _repr_html_(self) -> str:
        return prior_html(self)

    def __repr__(self) -> str:
        count = next(iter(self.draws.values())).shape[1]
        return f"Prior of {self.program.name}: {count} draws, {len(self._summary)} scalars"


def draw(
    source: str,
    name: str,
    bound: Binding,
    outcomes: Sequence[str],
    draws: int,
    seed: int,
    spec: str = "",
) -> Prior:
    """Runs a program in which nothing is observed. Raises BackendError (B402) for no draws."""
    if draws < 1:
        problem = f"`draws` is {draws}, and a prior needs one draw at least"
        raise BackendError(Diagnostic("B402", problem, help="leave it out: 1000 are drawn"))
    program = load_program(source, name, spec)
    sites = program.manifest["sites"]
    values = simulate(program, arguments(program, bound), draws, seed)
    wanted = [n for n, site in sites.items() if site["kind"] in _AUTHORS and n in values]
    return Prior(program, bound, tuple(outcomes), {n: values[n][None] for n in wanted}, seed)


def simulate(
    program: Program, given: dict[str, Any], draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Every site of a program's model, drawn `draws` times; each draw has its random numbers."""
    wanted = [n for n, s in program.manifest["sites"].items() if s["kind"] in _AUTHORS]
    if program.manifest.get("backend") == "pyro":
        require("pyro", extra="pyro")
        from .engines.pyro_prior import simulate_each

        return simulate_each(program, given, wanted, draws, seed)
    return _by_numpyro(program, given, wanted, draws, seed)


def _by_numpyro(
    program: Program, given: dict[str, Any], wanted: Sequence[str], draws: int, seed: int
) -> dict[str, np.ndarray]:
    device = choose_device()
    jax = require("jax", extra="numpyro")
    handlers = require("numpyro.handlers", extra="numpyro")
    sizes = {name: one for name, one in given.items() if isinstance(one, int)}
    data = {name: one for name, one in given.items() if name not in sizes}

    def one(number: Any, data: Any) -> Any:
        key = jax.random.fold_in(jax.random.PRNGKey(seed), number)
        with handlers.trace() as sites, handlers.seed(rng_seed=key):
            program.model(**sizes, **data)
        return {name: sites[name]["value"] for name in wanted if name in sites}

    run = jax.jit(jax.vmap(one, in_axes=(0, None)))
    with jax.default_device(device):
        shapes = jax.eval_shape(one, 0, data)
        cells = sum(int(np.prod(shape.shape)) for shape in shapes.values())
        size = int(np.clip(_MEMORY // (32 * max(cells, 1)), 1, draws))
        blocks = []
        for start in range(0, draws, size):
            # The last block is whole, too: one shape, one compilation.
            block = run(np.arange(start, start + size), data)
            kept = min(size, draws - start)
            blocks.append({name: np.asarray(value)[:kept] for name, value in block.items()})
    return {name: np.concatenate([block[name] for block in blocks]) for name in shapes}
