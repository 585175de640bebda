"""Walks the statements once; a back-end supplies words and what truly differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import groupby
from typing import ClassVar, Literal

from ...grammar.source import Source
from .. import ir
from ..inline import log_mass
from ..tables.families import FAMILIES
from ..tables.family import Parameter
from ..walk import names as referred
from ..walk import walk
from .code import Code, floating
from .imports import Imports
from .lines import Lines, fits, operators
from .names import Names
from .printer import ExpressionPrinter
from .world import FunctionWorld


class Emitter(ABC):
    """What every library of sample statements shares. One instance prints one model."""

    backend: ClassVar[str]
    library: ClassVar[str]
    arrays: ClassVar[Literal["jax", "numpy"]]

    def __init__(self, model: ir.Model, source: Source) -> None:
        self.model = model
        self.source = source
        self.imports = Imports()
        self.names = Names(model)
        self.helpers: dict[str, None] = {}
        staged = [s for s in model.statements if isinstance(s, ir.Define) and s.stage == "data"]
        self.data_stage = staged
        self.density_stage = [s for s in model.statements if s not in staged]
        made = {s.name for s in self.density_stage}
        self.referred = {name for s in self.density_stage for name in referred(s)}
        self.outcomes = [
            s.name for s in self.density_stage if isinstance(s, ir.Sample) and s.observed
        ]
        prepared = {s.name for s in staged}
        self.prepare_world = FunctionWorld(model, self.names, prepared, self.helpers, self.log_prob)
        self.data_printer = ExpressionPrinter("numpy", self.imports, self.prepare_world)
        sizes = self.size_sources(set(self.outcomes))
        own = made.difference(self.outcomes) | prepared
        self.world = FunctionWorld(model, self.names, own, self.helpers, self.log_prob, sizes)
        self.printer = ExpressionPrinter(self.arrays, self.imports, self.world)

    # --- the whole ----------------------------------------------------------------------

    def body(self) -> Lines:
        """The statements of the model function."""
        lines = Lines(depth=1)
        for plates, group in groupby(self.density_stage, key=self.place):
            self.group(plates, list(group), lines)
        return lines

    def size_sources(self, outcomes: set[str]) -> dict[str, str]:
        """Where `model` reads a plate's size: the shape of an argument that it needs anyway."""
        sources: dict[str, str] = {}
        nodes = [n for s in self.density_stage for n in walk(s)]
        for node in nodes:
            if isinstance(node, ir.ParentIndex):
                sources.setdefault(
                    node.child, f"{self.names.index(node.child, node.role)}.shape[0]"
                )
        made = {s.name: s.dims for s in self.data_stage}
        for node in nodes:
            if not isinstance(node, ir.Ref):
                continue
            datum = self.model.datum(node.name)
            dims = made.get(node.name) if datum is None else datum.dims
            if dims and (node.name not in outcomes or datum is None):
                for place, dim in enumerate(dims):
                    sources.setdefault(
                        dim.plate, f"{self.names.quantity(node.name)}.shape[{place}]"
                    )
        return sources

    # --- statements ---------------------------------------------------------------------

    def place(self, statement: ir.Statement) -> tuple[ir.Dims, ir.Expr | None]:
        """The plates, and the mask, inside which a statement stands."""
        if isinstance(statement, ir.Sample):
            return self.batch(statement), statement.mask
        return (), None

    @staticmethod
    def batch(sample: ir.Sample) -> ir.Dims:
        return sample.dims[: len(sample.dims) - len(sample.distribution.event)]

    def group(
        self, place: tuple[ir.Dims, ir.Expr | None], statements: list[ir.Statement], out: Lines
    ) -> None:
        dims, mask = place
        if not dims:
            for statement in statements:
                self.statement(statement, out)
            return
        out.add("")
        with self.plates(dims, mask, out):
            for statement in statements:
                self.statement(statement, out)
        out.add("")

    def statement(self, node: ir.Statement, out: Lines) -> None:
        if not self.quotes(node):
            out.comment(self.quoted(node))
        match node:
            case ir.Sample():
                self.sample(node, out)
            case ir.Define():
                self.define(node, out)
            case ir.Term():
                self.term(node, out)
            case ir.Param():
                raise TypeError("a pass replaces params before MCMC programs are printed")

    def quotes(self, node: ir.Statement) -> bool:
        """Whether this statement of the spec stands as a comment already."""
        first = next(s for s in self.density_stage if s.span == node.span)
        return first is not node

    def quoted(self, node: ir.Statement) -> str:
        """The statement as written, without what a terminal or an editor could stumble over."""
        text = self.source.excerpt(node.span)
        return "".join(c if c.isprintable() or c == "\n" else " " for c in text)

    def sample(self, node: ir.Sample, out: Lines) -> None:
        layout = self.batch(node)
        name = self.names.quantity(node.name)
        if node.observed and self.model.datum(node.name) is not None:
            self.world.declare(node.name)
        call = self.imports.name(f"{self.library}.sample")
        left = "" if node.observed else f"{name} = "
        right = f", obs={name})" if node.observed else ")"
        start = f'{left}{call}("{node.name}", '
        text = start + self.distribution(node.distribution, layout, node.support).text + right
        if not fits(text, 8 if layout else 4):
            text = (
                start + self.distribution(node.distribution, layout, node.support, out).text + right
            )
        out.add(text)

    def define(self, node: ir.Define, out: Lines) -> None:
        name = self.names.quantity(node.name)
        code = self.printer.aligned(node.value, node.dims)
        if not node.recorded:
            out.add(f"{name} = {code.text}")
            return
        call = self.imports.name(f"{self.library}.deterministic")
        left = f"{name} = " if node.name in self.referred else ""
        text = f'{left}{call}("{node.name}", {code.text})'
        if not fits(text, 4) and operators(code.text):
            out.add(f"{name} = {code.text}")
            text = f'{call}("{node.name}", {name})'
        out.add(text)

    def term(self, node: ir.Term, out: Lines) -> None:
        value = self.printer.aligned(node.value, node.dims)
        if node.mask is not None:
            mask = self.printer.condition(node.mask, node.dims)
            value = Code(f"{self.printer.call('where')}({mask.text}, {value.text}, 0.0)")
        out.add(f'{self.imports.name(f"{self.library}.factor")}("{node.name}", {value.text})')

    # --- distributions ------------------------------------------------------------------

    def log_prob(self, node: ir.LogProb) -> Code:
        d = node.distribution
        value = self.printer.aligned(node.value, d.dims)
        return Code(f"{self.distribution(d, node.dims, None).atom}.log_prob({value.text})")

    def distribution(
        self,
        node: ir.Distribution,
        layout: ir.Dims,
        support: ir.Support | None,
        out: Lines | None = None,
    ) -> Code:
        """A distribution over the batch axes `layout`; long arguments become variables in `out`."""
        match node:
            case ir.Dist():
                return self.family(node, layout, out)
            case ir.Restricted():
                return self.restricted(node, layout, out)
            case ir.Flat():
                assert support is not None
                return self.flat(node, layout, support)
            case ir.Affine():
                return self.affine(node, layout, out)
            case ir.Pinned() | ir.SumToZero():
                raise TypeError("a pass writes these by their free elements")

    def family(self, node: ir.Dist, layout: ir.Dims, out: Lines | None) -> Code:
        form = FAMILIES[node.family].forms[node.form]
        target = form.targets[self.backend]
        values = dict(node.arguments)
        pairs: list[tuple[str, str]] = []
        for parameter in form.parameters:
            code = self.argument(values[parameter.name], parameter, node, layout)
            pairs.append(
                (
                    target.arguments.get(parameter.name, parameter.name),
                    self.short(code, parameter.name, out),
                )
            )
        if target.extra:
            size = self.world.size(node.event[0].plate) if node.event else ""
            pairs = [(k, v.format(size=size)) for k, v in target.extra.items()] + pairs
        call = self.imports.name(f"{self.library}.distributions.{target.name}")
        return Code(f"{call}({', '.join(f'{k}={v}' for k, v in pairs)})")

    def short(self, code: Code, wish: str, out: Lines | None) -> str:
        """The argument itself, or a variable for it where `out` is given and it is an operation."""
        if out is None or not operators(code.text) or len(code.text) < 24:
            return code.text
        name = self.names.variable(wish)
        out.add(f"{name} = {code.text}")
        return name

    def argument(
        self, value: ir.Expr, parameter: Parameter, node: ir.Dist, layout: ir.Dims
    ) -> Code:
        if isinstance(value, ir.Literal) and parameter.constraint not in ("int", "count"):
            return Code(floating(value.value))
        event = ir.matrix_axes(node.event, parameter.event)
        if parameter.event and not event:  # the categories: the one axis that the batch lacks
            event = tuple(d for d in value.dims if d not in layout)
        return self.printer.aligned(value, (*layout, *event))

    def bounds(self, node: ir.Restricted | ir.Flat, layout: ir.Dims) -> Iterable[tuple[str, str]]:
        for keyword, value in (("low", node.lower), ("high", node.upper)):
            if value is not None:
                yield keyword, self.number(value, layout)

    def number(self, value: ir.Expr, layout: ir.Dims) -> str:
        if isinstance(value, ir.Literal):
            return floating(value.value)
        return self.printer.aligned(value, layout).text

    def mass(self, node: ir.Restricted, layout: ir.Dims) -> str:
        return self.printer.aligned(log_mass(node, self.model), layout).text

    # --- what differs -------------------------------------------------------------------

    @abstractmethod
    def plates(
        self, dims: ir.Dims, mask: ir.Expr | None, out: Lines
    ) -> AbstractContextManager[None]:
        """Open the plates of a group of statements."""

    @abstractmethod
    def restricted(self, node: ir.Restricted, layout: ir.Dims, out: Lines | None) -> Code:
        """A distribution on an interval."""

    @abstractmethod
    def flat(self, node: ir.Flat, layout: ir.Dims, support: ir.Support) -> Code:
        """Density 1 on a set."""

    @abstractmethod
    def affine(self, node: ir.Affine, layout: ir.Dims, out: Lines | None) -> Code:
        """A distribution moved and stretched."""
