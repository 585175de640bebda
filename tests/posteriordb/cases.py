"""Specs of posteriordb's models together with what they stand for: data, points, names of draws.

`specs/posteriordb/mapping.toml` says where our names come from among Stan's; a name that it does
not tell is Stan's own. What a formula of a plate gives is how many elements it has, labelled 1, 2,
…, or the parent of each element. `theta_standard` stands for the non-centred form of `theta`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

import bayescript as bs
from bayescript.compiler import ir
from bayescript.compiler.passes.noncentre import asked
from bayescript.runtime.binding.data import Bound
from tests.posteriordb.formulas import Array, FormulaError, evaluate
from tests.posteriordb.recorded import Posterior, posteriors

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs" / "posteriordb"
MAPPING = SPECS / "mapping.toml"
STANDARD = "_standard"


@dataclass(frozen=True)
class Entry:
    """What the mapping tells of one model: a formula for each of our names, where it is needed.

    `draws` does the same for what the reference draws call by another name than the points do.
    """

    formulas: Mapping[str, str]
    draws: Mapping[str, str]


@dataclass(frozen=True)
class Label:
    """The name of a number among the reference draws; formulas cannot calculate with it."""

    name: str


@dataclass(frozen=True)
class Case:
    """A posterior and our spec of its model."""

    posterior: Posterior
    spec: Path
    entry: Entry

    @cached_property
    def model(self) -> bs.Model:
        return bs.load(self.spec)

    @cached_property
    def latents(self) -> tuple[str, ...]:
        """The latents of the spec."""
        return tuple(
            s.name
            for s in self.model.ir.statements
            if isinstance(s, ir.Param) or (isinstance(s, ir.Sample) and not s.observed)
        )

    @cached_property
    def noncentered(self) -> list[str]:
        """The latents that the points give in their non-centred form."""
        return [name for name in self.latents if name + STANDARD in self.entry.formulas]

    @cached_property
    def reparametrised(self) -> bool:
        """Whether the spec asks for another form of its latents than the published one."""
        return set(asked(self.model.ir)) != set(self.noncentered)

    @cached_property
    def bound(self) -> Bound:
        """Stan's data, bound to the spec."""
        given, coords = self.given()
        return self.model.bind(given, coords=coords)

    def given(self) -> tuple[dict[str, Array], dict[str, list[int]]]:
        """Stan's data under our names, and the labels of plates whose sizes the mapping tells."""
        stan, model = self.posterior.data, self.model.ir
        given = {datum.name: self._value(datum.name, stan) for datum in model.data}
        roles = {parent.role for plate in model.plates for parent in plate.parents}
        told = {p.name for p in model.plates} & set(self.entry.formulas)
        coords = {}
        for name in roles | told:
            if name in self.entry.formulas or name in stan:
                found = self._value(name, stan)
                if found.ndim:
                    given[name] = found
                else:
                    coords[name] = list(range(1, int(found) + 1))
        return given, coords

    def points(self) -> tuple[list[dict[str, Array]], list[float]]:
        """Values of the latents at the recorded points, and Stan's log densities there."""
        stan, recorded = self.posterior.data, self.posterior.points
        wanted = [n + STANDARD if n in self.noncentered else n for n in self.latents]
        values = [
            {name: self._value(name, stan | point["params"]) for name in wanted}
            for point in recorded
        ]
        return values, [float(point["log_density"]) for point in recorded]

    def labels(self, name: str) -> list[str | None]:
        """What the reference draws call the elements of one of our quantities, one after the other.

        None for an element that they do not have, an empty list where they have none of them.
        """
        formula = self.entry.draws.get(name, self.entry.formulas.get(name, name))
        try:
            found = evaluate(formula, _labels(tuple(self.posterior.summary)))
        except (FormulaError, TypeError):
            return []
        return [one.name if isinstance(one, Label) else None for one in found.ravel()]

    def _value(self, name: str, known: Mapping[str, Any]) -> Array:
        return evaluate(self.entry.formulas.get(name, name), known)


@cache
def entries() -> dict[str, Entry]:
    """The mapping, by model."""
    read = tomllib.loads(MAPPING.read_text(encoding="utf-8"))
    return {
        model: Entry({k: v for k, v in told.items() if k != "draws"}, told.get("draws", {}))
        for model, told in read.items()
    }


@cache
def cases(root: Path) -> dict[str, Case]:
    """Every posterior whose model has a spec here, by name, model after model."""
    found = [p for p in posteriors(root).values() if (SPECS / f"{p.model}.bayes").exists()]
    found.sort(key=lambda p: (p.model.lower(), p.name))
    none = Entry({}, {})
    return {
        p.name: Case(p, SPECS / f"{p.model}.bayes", entries().get(p.model, none)) for p in found
    }


@cache
def _labels(names: tuple[str, ...]) -> dict[str, Array]:
    """Arrays of labels, shaped as names such as `theta[3]` and `L[2,1]` tell."""
    places: dict[str, dict[tuple[int, ...], Label]] = {}
    for name in names:
        base, *positions = re.split(r"[\[\],]+", name.rstrip("]"))
        places.setdefault(base, {})[tuple(int(i) - 1 for i in positions)] = Label(name)
    found = {}
    for base, cells in places.items():
        shape = tuple(max(at[axis] for at in cells) + 1 for axis in range(len(next(iter(cells)))))
        array = np.full(shape, None, dtype=object)
        for at, label in cells.items():
            array[at] = label
        found[base] = array
    return found
