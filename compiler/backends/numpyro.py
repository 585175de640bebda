"""NumPyro: JAX arrays."""

from __future__ import annotations

from typing import ClassVar, final

from .. import ir
from ..lowering.supports import support
from ..tables.family import Target
from ..tables.libraries import Library
from . import drivers
from .code import Code
from .emitter import Emitter
from .lines import Lines


@final
class NumpyroEmitter(Emitter):
    backend: ClassVar[str] = "numpyro"
    title: ClassVar[str] = "NumPyro"
    library: ClassVar[str] = "numpyro"
    arrays: ClassVar[Library] = "jax"
    mask: ClassVar[str] = "numpyro.handlers.mask"
    runs: ClassVar[drivers.Library] = drivers.NUMPYRO
    improper: ClassVar[Target] = Target("ImproperUniform")

    def affine(self, node: ir.Affine, layout: ir.Dims, out: Lines | None) -> Code:
        """The transform must be told where the values of the base lie."""
        inner = support(node.base)
        if inner.constraint == "real":
            return self.moved(node, layout, out)
        return self.moved(node, layout, out, f", domain={self.constraint(inner, layout)}")
