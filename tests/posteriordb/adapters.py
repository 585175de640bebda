"""Models of posteriordb that we have specs for: how Stan's data and parameters become ours."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
StanData = Mapping[str, Any]

HERE = Path(__file__).parent
VARIABLE = "BAYESCRIPT_POSTERIORDB"


@dataclass(frozen=True)
class Adapter:
    """One posterior and its spec.

    `data` takes Stan's data to a mapping from our names to arrays. `parameters` takes our names to
    Stan's: a whole parameter (`theta`) or one element (`beta[1]`, counted from 1).
    """

    posterior: str
    spec: str
    data: Callable[[StanData], dict[str, Array]]
    parameters: Mapping[str, str]

    @property
    def path(self) -> Path:
        """The spec's file."""
        return HERE / self.spec

    def values(self, stan: Mapping[str, Any]) -> dict[str, Array]:
        """Our parameters at a point, from Stan's parameters at that point."""
        return {ours: _element(stan, theirs) for ours, theirs in self.parameters.items()}

    def stan_names(self, ours: str, shape: tuple[int, ...]) -> list[str]:
        """Stan's flat names of the elements of one of our parameters, in row-major order."""
        theirs = self.parameters[ours]
        if not shape:
            return [theirs]
        return [f"{theirs}[{','.join(str(i + 1) for i in at)}]" for at in np.ndindex(shape)]


def _element(stan: Mapping[str, Any], name: str) -> Array:
    whole, bracket, position = name.partition("[")
    value = np.asarray(stan[whole], dtype=float)
    return value[int(position.rstrip("]")) - 1] if bracket else value


def _columns(*names: str, **renamed: str) -> Callable[[StanData], dict[str, Array]]:
    """Takes entries of Stan's data under their own names, or renamed (`ours = "theirs"`)."""
    wanted = {name: name for name in names} | renamed
    return lambda data: {ours: np.asarray(data[theirs]) for ours, theirs in wanted.items()}


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        posterior="eight_schools-eight_schools_centered",
        spec="eight_schools_centered.bayes",
        data=_columns("y", "sigma"),
        parameters={"mu": "mu", "tau": "tau", "theta": "theta"},
    ),
    Adapter(
        posterior="radon_mn-radon_variable_intercept_centered",
        spec="radon.bayes",
        data=_columns("log_radon", floor="floor_measure", county="county_idx"),
        parameters={
            "mu": "mu_alpha",
            "tau": "sigma_alpha",
            "beta": "beta",
            "sigma": "sigma_y",
            "alpha": "alpha",
        },
    ),
    Adapter(
        posterior="kidiq-kidscore_interaction",
        spec="kidscore.bayes",
        data=_columns("mom_hs", "mom_iq", "kid_score"),
        parameters={
            "alpha": "beta[1]",
            "b_hs": "beta[2]",
            "b_iq": "beta[3]",
            "b_hs_iq": "beta[4]",
            "sigma": "sigma",
        },
    ),
    Adapter(
        posterior="dogs-dogs",
        spec="dogs.bayes",
        data=_columns("y"),
        parameters={"beta": "beta"},
    ),
    Adapter(
        posterior="arK-arK",
        spec="arK.bayes",
        data=_columns("y"),
        parameters={"alpha": "alpha", "beta": "beta", "sigma": "sigma"},
    ),
    Adapter(
        posterior="irt_2pl-irt_2pl",
        spec="irt_2pl.bayes",
        data=_columns("y"),
        parameters={
            name: name for name in ("sigma_theta", "theta", "sigma_a", "a", "mu_b", "sigma_b", "b")
        },
    ),
)


@dataclass(frozen=True)
class Posterior:
    """What posteriordb holds on one posterior; `summary` is empty where it has no draws."""

    data: dict[str, Any]
    points: list[dict[str, Any]]
    summary: dict[str, dict[str, float]]


def folder() -> Path | None:
    """Where posteriordb is, if anywhere."""
    place = os.environ.get(VARIABLE)
    return Path(place) if place else None


def read_posterior(root: Path, name: str) -> Posterior:
    """Data, recorded densities and reference summary of a posterior."""
    entry = next(e for e in _json(root / "index.json")["posteriors"] if e["name"] == name)
    reference = root / "reference" / f"{name}.json"
    return Posterior(
        data=_json(root / "data" / f"{entry['data_name']}.json"),
        points=_json(root / "logdensity" / f"{name}.json")["points"],
        summary=_json(reference)["summary"] if reference.exists() else {},
    )


def _json(path: Path) -> Any:
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    with gzip.open(f"{path}.gz", "rt", encoding="utf-8") as file:
        return json.load(file)
