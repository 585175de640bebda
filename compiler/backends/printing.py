"""What the rooms that print expressions ask of one another."""

from __future__ import annotations

from typing import Literal, Protocol

from .. import ir
from .code import Code
from .imports import Imports

Printed = tuple[Code, ir.Dims]
"""Source and the axes of its array, in their order."""


class World(Protocol):
    """How a function of the program reaches what it needs; it notes what it was asked for."""

    model: ir.Model

    def quantity(self, name: str) -> str: ...
    def index(self, child: str, role: str) -> str: ...
    def size(self, plate: str) -> str: ...
    def labels(self, plate: str) -> str: ...
    def position(self, plate: str, label: str | int | float) -> str: ...
    def helper(self, name: str) -> str: ...
    def log_prob(self, node: ir.LogProb) -> Code: ...


class Printer(Protocol):
    """Prints expressions for one array library."""

    library: Literal["jax", "numpy"]
    imports: Imports
    world: World

    def text(self, node: ir.Expr, layout: ir.Dims | None = None) -> str: ...
    def aligned(self, node: ir.Expr, layout: ir.Dims) -> Code: ...
    def full(self, node: ir.Expr) -> Printed: ...
    def full_numeric(self, node: ir.Expr) -> Printed: ...
    def call(self, function: str) -> str: ...
