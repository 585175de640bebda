"""Walks the statements once; a back-end supplies words and what truly differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import ClassVar

from ...grammar.source import Source
from .. import ir
from ..ir.walk import names as referred
from ..ir.walk import walk
from ..lowering.inline import expression_text
from ..lowering.parameter_axes import consumed
from ..tables.constraints import CONSTRAINTS
from ..tables.families import FAMILIES
from ..tables.family import Parameter, Target
from ..tables.libraries import LIBRARIES, Library
from . import composing, drivers
from .censoring import censored
from .code import Code, floating
from .enclosing import enclosed, restricted
from .imports import Imports
from .learned import learned
from .lines import Lines, fits, operators
from .names import Names
from .printer import ExpressionPrinter
from .stated import drawn, stated
from .world import FunctionWorld

# Distributions whose printed density does not end where their support does.
_OPEN = (ir.Dist, ir.Mixture, ir.Folded, ir.Transformed)


class Emitter(ABC):
    """What every library of sample statements shares. One instance prints one model.

    `title` is what people call the back-end; `library` is its module, `arrays` the library of its
    arrays; `mask` is the path of what leaves cells out, `runs` how its `main` infers, and
    `improper` stands for density 1 on a set.
    """

    backend: ClassVar[str]
    title: ClassVar[str]
    library: ClassVar[str]
    arrays: ClassVar[Library]
    mask: ClassVar[str]
    runs: ClassVar[drivers.Library]
    improper: ClassVar[Target]
    prepare_world: FunctionWorld
    data_printer: ExpressionPrinter

    def __init__(
        self, model: ir.Model, source: Source, block: str = "model", beside: Emitter | None = None
    ) -> None:
        self.model = model
        self.source = source
        self.block = block
        self.imports: Imports = beside.imports if beside else Imports()
        self.names: Names = beside.names if beside else Names(model)
        self.helpers: dict[str, None] = beside.helpers if beside else {}
        staged = [s for s in model.statements if isinstance(s, ir.Define) and s.stage == "data"]
        self.data_stage = staged
        self.stated = stated(model, block)
        made = {s.name for s in self.stated}
        self.spelt = {*made, *(s.name for s in staged), *(d.name for d in model.data)}
        self.referred = {name for s in self.stated for name in referred(s)}
        self.later = {name for s in model.generated for name in referred(s)}
        self.outcomes = [s.name for s in self.stated if isinstance(s, ir.Sample) and s.observed]
        prepared = {s.name for s in staged}
        if beside:
            self.prepare_world, self.data_printer = beside.prepare_world, beside.data_printer
        else:
            self.prepare_world = FunctionWorld(
                model, self.names, prepared, self.helpers, self.log_prob
            )
            numpy = LIBRARIES["numpy"]
            self.data_printer = ExpressionPrinter(numpy, self.imports, self.prepare_world)
        given = drawn(model, block, prepared | made)
        sizes = self.size_sources(set(self.outcomes), given)
        own = made.difference(self.outcomes) | prepared
        # Truth values that are drawn are numbers, 0 or 1; so are outcomes, in strict libraries.
        samples = [s.name for s in self.stated if isinstance(s, ir.Sample)]
        numbers = samples if block != "model" or LIBRARIES[self.arrays].strict else ()
        self.world = FunctionWorld(
            model, self.names, own, self.helpers, self.log_prob, sizes, numbers, given
        )
        self.printer = ExpressionPrinter(LIBRARIES[self.arrays], self.imports, self.world)

    # --- the whole ----------------------------------------------------------------------

    def body(self) -> Lines:
        """The statements of the model function."""
        lines = Lines(depth=1)
        for plates, group in groupby(self.stated, key=self.place):
            self.group(plates, list(group), lines)
        return lines

    def size_sources(self, outcomes: set[str], drawn: Mapping[str, ir.Dims]) -> dict[str, str]:
        """Where a function reads a plate's size: the shape of an argument that it needs anyway."""
        sources: dict[str, str] = {}
        nodes = [n for s in self.stated for n in walk(s)]
        for node in nodes:
            if isinstance(node, ir.ParentIndex):
                sources.setdefault(
                    node.child, f"{self.names.index(node.child, node.role)}.shape[0]"
                )
        made = {**{s.name: s.dims for s in self.data_stage}, **drawn}
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
                if node.note:
                    out.comment(node.note)
                self.define(node, out)
            case ir.Term():
                self.term(node, out)
            case ir.Param():
                learned(self, node, out)

    def quotes(self, node: ir.Statement) -> bool:
        """Whether this statement of the spec stands as a comment already."""
        first = next(s for s in self.stated if s.span == node.span)
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
        # A latent for which there is no use at all keeps its name: W202 has told the author.
        idle = node.name not in self.referred and (self.block != "model" or node.name in self.later)
        left = "" if node.observed or idle else f"{name} = "
        seen = name if node.value is None else self.printer.aligned(node.value, node.dims).text
        right = f", obs={seen})" if node.observed else ")"
        start = f'{left}{call}("{node.name}", '
        text = start + self.distribution(node.distribution, layout, node.support).text + right
        if not fits(text, 8 if layout else 4):
            text = (
                start + self.distribution(node.distribution, layout, node.support, out).text + right
            )
        out.add(text)

    def define(self, node: ir.Define, out: Lines) -> None:
        name = self.names.quantity(node.name)
        if node.recorded and self.printer.plain(node.value):
            code = self.printer.array(node.value, node.dims)
        else:
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
        value = self.printer.array(node.value, d.dims)
        code = self.distribution(d, node.dims, None)
        if isinstance(d, _OPEN) and d.kind == "real" and not d.event:
            code = enclosed(self, code, d, node.dims)  # nothing else keeps the value inside
        return Code(f"{code.atom}.log_prob({value.text})")

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
                return restricted(self, node, layout, out)
            case ir.Censored():
                return censored(self, node, layout, out)
            case ir.Flat():
                assert support is not None
                return self.flat(node, layout, support)
            case ir.Affine():
                return self.affine(node, layout, out)
            case ir.Mixture():
                return composing.mixture(self, node, layout, out)
            case ir.ZeroInflated() | ir.Hurdle():
                return composing.at_zero(self, node, layout, out)
            case ir.Folded():
                return composing.folded(self, node, layout, out)
            case ir.Transformed():
                return composing.transformed(self, node, layout, out)
            case ir.Ordered():
                return composing.ordered(self, node, layout, out)
            case ir.Pinned() | ir.SumToZero():
                raise TypeError("a pass writes these by their free elements")

    def family(self, node: ir.Dist, layout: ir.Dims, out: Lines | None) -> Code:
        row = FAMILIES[node.family]
        form = row.forms[node.form]
        target = row.target(form, self.backend)
        assert target is not None, "a pass lowers what a back-end lacks"
        values = dict(node.arguments)
        given = [(target.arguments.get(p.name, p.name), values[p.name], p) for p in form.parameters]
        if target.values:
            given = [
                (name, expression_text(text, values, self.model), Parameter(name, "real"))
                for name, text in target.values.items()
            ]
        pairs = [
            (name, self.short(self.argument(value, parameter, node, layout), parameter.name, out))
            for name, value, parameter in given
        ]
        if target.extra:
            size = self.world.size(node.event[0].plate) if node.event else ""
            pairs = [(k, v.format(size=size)) for k, v in target.extra.items()] + pairs
        call = self.spelled(target, row.name)
        return Code(f"{call}({', '.join(f'{k}={v}' for k, v in pairs)})")

    def spelled(self, target: Target, name: str = "") -> str:
        """The library's class, or one that is printed into the program."""
        for needed in target.needs:
            self.world.helper(needed)
        name = target.name or name
        return self.world.helper(name) if target.helper else self.of_distributions(name)

    def of_distributions(self, name: str) -> str:
        return self.imports.name(f"{self.library}.distributions.{name}")

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
        event = consumed(parameter, node.event, value.dims, layout)
        if parameter.event and not event:  # the categories: the one axis that the batch lacks
            event = tuple(d for d in value.dims if d not in layout)
        return self.printer.numeric(value, (*layout, *event))

    def bounds(
        self, node: ir.Restricted | ir.Flat | ir.Censored, layout: ir.Dims
    ) -> Iterable[tuple[str, str]]:
        for keyword, value in (("low", node.lower), ("high", node.upper)):
            if value is not None:
                yield keyword, self.number(value, layout)

    def number(self, value: ir.Expr, layout: ir.Dims) -> str:
        if isinstance(value, ir.Literal):
            return floating(value.value)
        return self.printer.aligned(value, layout).text

    def moved(self, node: ir.Affine, layout: ir.Dims, out: Lines | None, further: str = "") -> Code:
        """`loc + scale * base`; `further` are arguments of the transform."""
        transformed = self.of_distributions("TransformedDistribution")
        transform = self.of_distributions("transforms.AffineTransform")
        base = self.distribution(node.base, layout, None, out).text
        loc, scale = self.number(node.loc, layout), self.number(node.scale, layout)
        return Code(f"{transformed}({base}, {transform}(loc={loc}, scale={scale}{further}))")

    # --- plates and supports --------------------------------------------------------------

    @contextmanager
    def plates(self, dims: ir.Dims, mask: ir.Expr | None, out: Lines) -> Iterator[None]:
        """Open the plates of a group of statements."""
        contexts = [self.plate(dims, place, out) for place in range(len(dims))]
        if mask is not None:
            handler = self.imports.name(self.mask)
            contexts.append(f"{handler}(mask={self.printer.condition(mask, dims).text})")
        header = f"with {', '.join(contexts)}:"
        if len(header) + 4 > 88 and len(contexts) > 1:
            header = f"with ({', '.join(contexts)}):"
        with out.block(header):
            yield

    def plate(self, dims: ir.Dims, place: int, out: Lines) -> str:
        """One of the plates `dims`, as what `with` takes."""
        return self.made_plate(str(dims[place]), dims, place, len(dims) > 1)

    def made_plate(self, name: str, dims: ir.Dims, place: int, fixed: bool) -> str:
        """A plate under a name; its position is `fixed` where it could be mistaken."""
        size = self.world.size(dims[place].plate)
        where = f", dim={place - len(dims)}" if fixed else ""
        return f'{self.imports.name(f"{self.library}.plate")}("{name}", {size}{where})'

    def constraint(self, support: ir.Support, layout: ir.Dims) -> str:
        """A support as an object of the library's constraints."""
        row = CONSTRAINTS[support.constraint]
        if self.backend in row.helpers:
            return f"{self.world.helper(row.helpers[self.backend])}()"
        name = self.of_distributions(f"constraints.{row.there}")
        bounds = {"lower": support.lower, "upper": support.upper}
        given = [self.number(b, layout) if (b := bounds.get(g)) else g for g in row.given]
        return f"{name}({', '.join(given)})" if given else name

    def flat(self, node: ir.Flat, layout: ir.Dims, support: ir.Support) -> Code:
        """Density 1 on a set."""
        event = ", ".join(self.world.size(d.plate) for d in node.event)
        shape = f"({event},)" if len(node.event) == 1 else f"({event})"
        bounds = (b for b in (support.lower, support.upper) if b is not None)
        batch = tuple(d for d in layout if any(d in b.dims for b in bounds))
        sizes = ", ".join(self.world.size(d.plate) for d in batch)
        outer = f"({sizes},)" if len(batch) == 1 else f"({sizes})"
        call = self.spelled(self.improper)
        return Code(f"{call}({self.constraint(support, batch)}, {outer}, {shape})")

    # --- what differs -------------------------------------------------------------------

    @abstractmethod
    def affine(self, node: ir.Affine, layout: ir.Dims, out: Lines | None) -> Code:
        """A distribution moved and stretched, on its own support."""
