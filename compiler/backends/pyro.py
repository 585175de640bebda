"""Pyro: torch tensors."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar, final

from ...grammar.source import Source
from .. import ir
from ..tables.family import Target
from ..tables.libraries import Library
from . import drivers
from .code import Code
from .emitter import Emitter
from .enclosing import enclosed
from .lines import Lines


@final
class PyroEmitter(Emitter):
    backend: ClassVar[str] = "pyro"
    title: ClassVar[str] = "Pyro"
    library: ClassVar[str] = "pyro"
    arrays: ClassVar[Library] = "torch"
    mask: ClassVar[str] = "pyro.poutine.mask"
    runs: ClassVar[drivers.Library] = drivers.PYRO

    # Pyro draws every quantity once before it samples, and its own ImproperUniform draws nothing.
    improper: ClassVar[Target] = Target("Flat", helper=True)

    def __init__(
        self, model: ir.Model, source: Source, block: str = "model", beside: Emitter | None = None
    ) -> None:
        super().__init__(model, source, block, beside)
        # Plates by name and position, with the numbers of axes among which they stand.
        self.uses: dict[tuple[str, int], list[int]] = {}
        for (dims, _), _ in groupby(self.stated, key=self.place):
            for place, dim in enumerate(dims):
                self.uses.setdefault((str(dim), place - len(dims)), []).append(len(dims))
        self.made: dict[tuple[str, int], str] = {}
        self.sites = {s.name for s in (*model.statements, *model.generated)}

    def plate(self, dims: ir.Dims, place: int, out: Lines) -> str:
        """Pyro wants a plate made once for each position, and then used again and again."""
        key = str(dims[place]), place - len(dims)
        if key not in self.made:
            name = self.free(key[0])
            made = self.made_plate(name, dims, place, fixed=max(self.uses[key]) > 1)
            self.made[key] = self.names.plate(name)
            if len(self.uses[key]) == 1:
                return made
            out.add(f"{self.made[key]} = {made}")
        return self.made[key]

    def free(self, plate: str) -> str:
        """A name that no other plate and no quantity has: `plate`, or with a number."""
        name, number = plate, 1
        others = self.sites | {p.name for p in self.model.plates if p.name != plate}
        while name in others:
            number += 1
            name = f"{plate}_{number}"
        self.sites.add(name)
        return name

    def affine(self, node: ir.Affine, layout: ir.Dims, out: Lines | None) -> Code:
        """torch takes any number for a value of what is moved: its bounds are put around it."""
        return enclosed(self, self.moved(node, layout, out), node, layout)
