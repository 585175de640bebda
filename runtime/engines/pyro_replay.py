"""Log likelihoods and predictions of a fit by Pyro, computed from the emitted model itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from pyro import poutine

from ...compiler.tables.constraints import CONSTRAINTS
from ..execute import Program
from .pyro_density import exact, float64, tensors

Site = Mapping[str, Any]


@dataclass(frozen=True)
class PyroReplay:
    """What `replay.Replay` is for NumPyro: the model is run again on every draw.

    `draws` holds the sampled sites only, with the axes (chain, draw, ...): all else in the model
    follows from them and from the data.
    """

    program: Program
    given: Mapping[str, Any]
    draws: Mapping[str, np.ndarray]

    def log_likelihood(self) -> dict[str, np.ndarray]:
        """Log densities of the outcomes, in nats, one per independent cell; masked cells NaN, and
        those that are missing in the data, too."""
        found = self._each(lambda site: site["fn"].log_prob(site["value"]))
        return {name: np.where(self._unknown(name, cells), np.nan, cells) for name, cells in found}

    def predictions(self, seed: int) -> dict[str, np.ndarray]:
        """A new outcome for every draw, from the distributions of the model.

        Cells that the model leaves out are NaN; those that are missing in the data are not.
        """
        exact(self.program)
        state = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(state))
            found = self._each(lambda site: site["fn"].sample(), missing=True)
        return {name: self._whole(name, cells) for name, cells in found}

    def _each(
        self, value: Callable[[Site], Any], missing: bool = False
    ) -> list[tuple[str, np.ndarray]]:
        """`value` of each outcome's site at each draw."""
        shape = next(iter(self.draws.values())).shape[:2]
        rows: list[dict[str, np.ndarray]] = []
        with float64(), torch.no_grad():
            arguments = tensors(self.program, dict(self.given))
            for at in np.ndindex(*shape):
                sites = self._sites({name: one[at] for name, one in self.draws.items()}, arguments)
                found = {name: (site, value(site)) for name, site in sites.items()}
                rows.append({n: self._masked(n, *one, missing) for n, one in found.items()})
        joined = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
        return [(name, one.reshape(*shape, *one.shape[1:])) for name, one in joined.items()]

    def _sites(self, draw: Mapping[str, np.ndarray], arguments: dict[str, Any]) -> dict[str, Site]:
        """The sites of the outcomes at a draw."""
        data = {name: torch.as_tensor(one) for name, one in draw.items()}
        conditioned = poutine.condition(self.program.model, data=data)
        nodes: Any = poutine.trace(conditioned).get_trace(**arguments).nodes
        return {name: nodes[name] for name in self.program.manifest["outcomes"] if name in nodes}

    def _masked(self, name: str, site: Site, value: Any, missing: bool) -> np.ndarray:
        """`value`, NaN where a mask takes cells out of the model; with `missing`, not where the
        cell is missing in the data."""
        found = np.asarray(value.numpy(), float)
        if site["mask"] is None:
            return found
        counts = np.asarray(site["mask"])
        if found.ndim == len(site["fn"].batch_shape) + site["fn"].event_dim:
            counts = counts.reshape(*counts.shape, *[1] * site["fn"].event_dim)
        if missing and name in self.given:
            counts = counts | np.isnan(np.asarray(self.given[name], float))
        return np.where(counts, found, np.nan)

    def _whole(self, name: str, cells: np.ndarray) -> np.ndarray:
        """Counts and categories as whole numbers, which torch does not have them as."""
        support = self.program.manifest["sites"][name].get("support", "")
        whole = support in CONSTRAINTS and CONSTRAINTS[support].integer
        return cells.astype(np.int64) if whole and not np.isnan(cells).any() else cells

    def _unknown(self, name: str, cells: np.ndarray) -> np.ndarray:
        """Where the outcome was drawn: nothing was seen that could be likely or not."""
        missing: Any = np.isnan(np.asarray(self.given.get(name, 0.0), float))
        while missing.ndim > cells.ndim - 2:  # the cells of one vector count together
            missing = missing.any(axis=-1)
        return np.asarray(missing)
