"""What posteriordb holds: data, densities that Stan gave, summaries of Stan's draws."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "BAYESCRIPT_POSTERIORDB"
ROOT_OF_DRAWS = 100.0


@dataclass(frozen=True)
class Posterior:
    """One posterior: a model of posteriordb with a data set of its own."""

    name: str
    model: str
    root: Path
    data_name: str

    @property
    def data(self) -> dict[str, Any]:
        """Stan's data."""
        found: dict[str, Any] = _json(self.root / "data" / f"{self.data_name}.json")
        return found

    @property
    def points(self) -> list[dict[str, Any]]:
        """Points with Stan's parameters (`params`) and log density (`log_density`)."""
        found: list[dict[str, Any]]
        found = _json(self.root / "logdensity" / f"{self.name}.json")["points"]
        return found

    @property
    def summary(self) -> dict[str, dict[str, float]]:
        """Means, standard deviations and their errors by name; empty where there are no draws.

        Of one posterior only moments of the draws are published. Of these the means count, and the
        10,000 draws as independent, which is what posteriordb made sure of.
        """
        path = self.root / "reference" / f"{self.name}.json"
        found: dict[str, dict[str, float]] = _json(path)["summary"] if path.exists() else {}
        return {
            name: _of_moments(one) if "sd_from_moments" in one else one
            for name, one in found.items()
        }


def folder() -> Path | None:
    """Where posteriordb is, if anywhere."""
    place = os.environ.get(VARIABLE)
    return Path(place) if place else None


@cache
def posteriors(root: Path) -> dict[str, Posterior]:
    """All posteriors that have data and recorded densities, by name."""
    return {
        entry["name"]: Posterior(entry["name"], entry["model"], root, entry["data_name"])
        for entry in _json(root / "index.json")["posteriors"]
        if entry["logdensity_file"]
    }


def lines_of_stan(root: Path) -> dict[str, int]:
    """How many lines each Stan program has, without blank ones and comments."""
    text = (root / "models.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| [A-D] \| (\d+) \|", text, flags=re.MULTILINE)
    return {model: int(lines) for model, lines in rows}


def spread(one: Mapping[str, float]) -> float:
    """The standard deviation of a row of a summary, also where only moments are published."""
    return one["sd"] if "sd" in one else one["mcse_mean"] * ROOT_OF_DRAWS


def _of_moments(one: dict[str, float]) -> dict[str, float]:
    return {"mean": one["mean"], "mcse_mean": one["sd_from_moments"] / ROOT_OF_DRAWS}


def _json(path: Path) -> Any:
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    with gzip.open(f"{path}.gz", "rt", encoding="utf-8") as file:
        return json.load(file)
