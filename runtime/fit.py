"""The result of a run: draws, how they were made, and all that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..grammar.diagnostics import Diagnostic
from .execute import Binding, Program, arguments, load_program, prepared
from .notebook.shown import fit_html
from .replay import Replay
from .require import require
from .results import arviz_bridge
from .results.headline import headline
from .results.plots import trace_plot
from .results.smoothed import pareto_k
from .results.summary import Kind, Summary, summarise
from .results.warn import check, check_guide, check_mode, check_paths, check_speed

if TYPE_CHECKING:
    from .engines.pyro_replay import PyroReplay
    from .results.predicted import Predicted

_WITHOUT_CHAINS = ("svi", "map", "laplace", "pathfinder")
# Kinds of sites that the author of the spec knows.
_AUTHORS = ("latent", "param", "deterministic", "generated")


@dataclass(repr=False)
class Fit:
    """Draws from a posterior, or from what stands for it, and their provenance.

    `draws` maps each quantity, auxiliary ones too, to an array (chain, draw, *dims); `stats` holds
    the sampler's statistics (chain, draw) under ArviZ's names. `sampled` names the sites with a
    density of their own. `trace` holds what an optimiser went through, `details` how it ended.
    ArviZ and xarray are imported when something of theirs is asked for.
    """

    source: str
    name: str
    bound: Binding
    draws: dict[str, np.ndarray]
    stats: dict[str, np.ndarray]
    sampled: tuple[str, ...]
    method: str
    settings: dict[str, Any]
    versions: dict[str, str]
    spec: str = ""
    interrupted: str = ""
    trace: dict[str, np.ndarray] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    remedy: str = ""  # how to go on with a run that was interrupted
    _predictive: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def program(self) -> Program:
        """The emitted program; running its model imports its library."""
        return load_program(self.source, self.name, self.spec)

    @property
    def manifest(self) -> dict[str, Any]:
        """The program's manifest."""
        return self.program.manifest

    @property
    def seed(self) -> int:
        """The seed of all random numbers of the run."""
        return int(self.settings["seed"])

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the program's model, from the data."""
        return arguments(self.program, self.bound)

    @property
    def author_draws(self) -> dict[str, np.ndarray]:
        """The draws of what the spec names, in its order; without auxiliary quantities."""
        sites = self.manifest["sites"]
        wanted = [name for name, site in sites.items() if site["kind"] in _AUTHORS]
        return {name: self.draws[name] for name in wanted if name in self.draws}

    @cached_property
    def constants(self) -> dict[str, np.ndarray]:
        """Quantities that the spec records and that depend on data alone."""
        sites = self.manifest["sites"]
        names = [name for name, site in sites.items() if site["kind"] == "constant"]
        return {n: v for n, v in prepared(self.program, self.bound).items() if n in names}

    @cached_property
    def _summary(self) -> Summary:
        return summarise(self.author_draws, self.dims, self.bound.coords, self.kind)

    def summary(self) -> Summary:
        """Means, quantiles and diagnostics, one row per scalar."""
        return self._summary

    @property
    def dims(self) -> dict[str, tuple[str, ...]]:
        """Names of the axes of every site, after chain and draw."""
        sites = self.manifest["sites"]
        return {name: tuple(site.get("dims", ())) for name, site in sites.items()}

    @property
    def kind(self) -> Kind:
        """Whether the draws are those of Markov chains, independent ones, or a single point."""
        if self.method not in _WITHOUT_CHAINS:
            return "chains"
        point = self.method == "map" or self.settings.get("guide") == "delta"
        return "point" if point else "draws"

    @property
    def divergences(self) -> int:
        """How many draws diverged; none where the method knows no divergence."""
        return int(self.stats["diverging"].sum()) if "diverging" in self.stats else 0

    @property
    def elbo(self) -> np.ndarray:
        """The ELBO of each step of variational inference, in nats; empty for other methods."""
        return self.trace.get("elbo", np.zeros(0))

    @cached_property
    def k_hat(self) -> float:
        """The Pareto shape of the weights of the draws, density over guide; NaN without a guide.

        Above 0.7 the guide, or the normal distributions of `laplace` and `pathfinder`, cannot be
        trusted.
        """
        if self.kind != "draws":
            return float("nan")
        if "k_hat" in self.details:  # of more draws than are kept
            return float(self.details["k_hat"])
        return pareto_k(self.stats["lp"] - self.stats["log_guide"])

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the diagnostics say about this run; empty where nothing is amiss."""
        found = self._diagnosed()
        if not self.interrupted:
            return found
        cut = f"the run was interrupted: {self.interrupted} are kept"
        return (Diagnostic("W606", cut, help=self.remedy), *found)

    def _diagnosed(self) -> tuple[Diagnostic, ...]:
        match self.method:
            case "svi":
                return check_guide(self.k_hat, self.details, bool(self.interrupted))
            case "map" | "laplace":
                return check_mode(self.k_hat, self.details)
            case "pathfinder":
                return check_paths(self.k_hat)
        return (*check(self._summary, self.stats), *check_speed(self.details))

    @cached_property
    def log_likelihood(self) -> Any:
        """Log likelihood of each outcome's cells (an xarray Dataset), in nats."""
        return arviz_bridge.group("log_likelihood", self._pointwise, self)

    @cached_property
    def _pointwise(self) -> dict[str, np.ndarray]:
        return self._replay().log_likelihood()

    def posterior_predictive(self, seed: int | None = None) -> Any:
        """New outcomes, one per draw (an xarray Dataset); also kept in `inference_data`."""
        self._predictive = self._replay().predictions(self.seed if seed is None else seed)
        return arviz_bridge.group("posterior_predictive", self._predictive, self)

    def predict(
        self,
        data: Any,
        *,
        new: str = "error",
        level: float = 0.9,
        seed: int | None = None,
        keep: bool | None = None,
        progress: bool = True,
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
    ) -> Predicted:
        """The outcomes of new rows, one for each draw, and what the spec records of them.

        `data` is as in `Model.fit`; outcomes are not asked for, and what the new data lack (groups
        and what is known of them) is taken from the fit. An element with a label of the fit is that
        element. What belongs to others is an error (B516), drawn from its distribution (`new =
        "draw"`), or its mean (`new = "mean"`). What was computed from all data of the fit, such as
        the mean by which a predictor is centred, stays as it was. `level` is the share of the
        intervals in `Predicted.summary()`; `keep` is whether all draws are kept, by default where
        they take less than a gigabyte.

        Raises DataError where the data do not fit, or nothing tells what belongs to new elements.
        """
        from .predict import predict

        return predict(
            self,
            data,
            new=new,
            level=level,
            seed=seed,
            keep=keep,
            progress=progress,
            sizes=sizes,
            coords=coords,
        )

    def _replay(self) -> Replay | PyroReplay:
        draws = {name: self.draws[name] for name in self.sampled}
        if self.manifest.get("backend") == "pyro":
            require("pyro", extra="pyro")
            from .engines.pyro_replay import PyroReplay

            return PyroReplay(self.program, self.arguments, draws)
        return Replay(self.program, self.arguments, draws, str(self.settings.get("device", "auto")))

    @cached_property
    def posterior(self) -> Any:
        """The draws as an xarray Dataset with the data's labels as coordinates."""
        return arviz_bridge.group("posterior", self.author_draws, self)

    @property
    def inference_data(self) -> Any:
        """All groups as ArviZ's InferenceData."""
        return arviz_bridge.inference_data(self, self._pointwise, self._predictive)

    def plot(self, *names: str) -> Any:
        """Densities and traces (axes of matplotlib); of short quantities where none is named."""
        return trace_plot(self.posterior, names)

    def save(self, path: str | Path) -> None:
        """Writes everything to a NetCDF file, which `load_fit` and ArviZ read."""
        arviz_bridge.save(self, self._pointwise, self._predictive, Path(path))

    def __repr__(self) -> str:
        return headline(self, len(self._summary))

    def _repr_html_(self) -> str:
        return fit_html(self)


def load_fit(path: str | Path) -> Fit:
    """A fit that `Fit.save` wrote.

    Raises RunError (B603) where the file is not one.
    """
    recalled = arviz_bridge.load(Path(path))
    return Fit(**recalled)
