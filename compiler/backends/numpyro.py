"""NumPyro: jax arrays, plates as contexts, supports as constraints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Literal, final

from .. import ir
from ..supports import support as support_of
from ..tables.constraints import CONSTRAINTS
from .code import Code
from .emitter import Emitter
from .lines import Lines


@final
class NumpyroEmitter(Emitter):
    backend: ClassVar[str] = "numpyro"
    library: ClassVar[str] = "numpyro"
    arrays: ClassVar[Literal["jax", "numpy"]] = "jax"

    @contextmanager
    def plates(self, dims: ir.Dims, mask: ir.Expr | None, out: Lines) -> Iterator[None]:
        plate = self.imports.name("numpyro.plate")
        contexts = []
        for place, dim in enumerate(dims):
            where = f", dim={place - len(dims)}" if len(dims) > 1 else ""
            contexts.append(f'{plate}("{dim}", {self.world.size(dim.plate)}{where})')
        if mask is not None:
            handler = self.imports.name("numpyro.handlers.mask")
            contexts.append(f"{handler}(mask={self.printer.condition(mask, dims).text})")
        header = f"with {', '.join(contexts)}:"
        if len(header) + 4 > 88 and len(contexts) > 1:
            header = f"with ({', '.join(contexts)}):"
        with out.block(header):
            yield

    def constraint(self, support: ir.Support, layout: ir.Dims) -> str:
        """A support as an object of numpyro.distributions.constraints."""
        row = CONSTRAINTS[support.constraint]
        name = self.imports.name(f"numpyro.distributions.constraints.{row.numpyro}")
        values = {"lower": support.lower, "upper": support.upper}
        bounds = []
        for bound in row.numpyro_bounds:
            value = values[bound]
            assert value is not None
            bounds.append(self.number(value, layout))
        if row.name == "sum_to_zero":
            return f"{name}(1)"
        return f"{name}({', '.join(bounds)})" if bounds else name

    def flat(self, node: ir.Flat, layout: ir.Dims, support: ir.Support) -> Code:
        call = self.imports.name("numpyro.distributions.ImproperUniform")
        event = ", ".join(self.world.size(d.plate) for d in node.event)
        shape = f"({event},)" if len(node.event) == 1 else f"({event})"
        bounds = (b for b in (support.lower, support.upper) if b is not None)
        batch = tuple(d for d in layout if any(d in b.dims for b in bounds))
        sizes = ", ".join(self.world.size(d.plate) for d in batch)
        outer = f"({sizes},)" if len(batch) == 1 else f"({sizes})"
        return Code(f"{call}({self.constraint(support, batch)}, {outer}, {shape})")

    def restricted(self, node: ir.Restricted, layout: ir.Dims, out: Lines | None) -> Code:
        name = self.world.helper("Restricted")
        self.imports.need("jax")
        self.imports.need("jax.numpy")
        self.imports.need("numpyro.distributions")
        self.imports.need("numpyro.distributions.constraints")
        parts = [self.distribution(node.base, layout, None, out).text]
        parts += [f"{keyword}={value}" for keyword, value in self.bounds(node, layout)]
        if node.normalised:
            parts.append(f"log_mass={self.mass(node, layout)}")
        return Code(f"{name}({', '.join(parts)})")

    def affine(self, node: ir.Affine, layout: ir.Dims, out: Lines | None) -> Code:
        transformed = self.imports.name("numpyro.distributions.TransformedDistribution")
        transform = self.imports.name("numpyro.distributions.transforms.AffineTransform")
        base = self.distribution(node.base, layout, None, out).text
        inner = support_of(node.base)
        domain = "" if inner.constraint == "real" else f", domain={self.constraint(inner, layout)}"
        moved = f"loc={self.number(node.loc, layout)}, scale={self.number(node.scale, layout)}"
        return Code(f"{transformed}({base}, {transform}({moved}{domain}))")
