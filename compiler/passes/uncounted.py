"""Cells that do not count get parameters that their distributions may have.

Their density is left out, but a logarithm of 0 in it would still make the gradient NaN, for NaN
times 0 is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from .. import ir
from ..ir.walk import names, rebuild, walk
from ..lowering import ranges
from ..tables.constraints import CONSTRAINTS, DATA_TYPES
from ..tables.families import FAMILIES
from .missing import value_inside

_SAFE = {"positive": 1.0, "nonnegative": 1.0, "unit": 0.5}
"""What a parameter is in a cell that does not count, by its constraint."""

_POLES = ("log", "log2", "log10", "sqrt", "inv")
"""Functions that are not finite, or not smooth, at 0 or below."""

_MILD = ranges.Range(0, 1, True)
"""What the data of cells that count are at best."""


def guard_uncounted(model: ir.Model, backend: str) -> ir.Model:
    """Guards what the data of such a cell could take out of its range, and nothing else."""
    defined = {s.name: s for s in model.statements if isinstance(s, ir.Define)}
    drawn = [s for s in model.statements if isinstance(s, ir.Sample | ir.Param)]
    latent = {s.name for s in drawn if not (isinstance(s, ir.Sample) and s.observed)}
    reach = {s.name: ranges.of_support(s.support) for s in drawn if s.name in latent}
    for datum in model.data:
        if datum.type in DATA_TYPES:
            row = CONSTRAINTS[DATA_TYPES[datum.type][1]]
            support = ir.Support(row.name, datum.lower, datum.upper)
            reach[datum.name] = ranges.of_support(support)
    latent |= {d.name for d in model.data if d.imputed}

    def guarded(statement: ir.Statement) -> ir.Statement:
        if not isinstance(statement, ir.Sample | ir.Term) or statement.mask is None:
            return statement
        if not _says_which(statement.mask):
            return statement  # before a sequence, `prev` gives the data of the place itself
        cells = _Cells(statement.mask, defined, latent, reach)
        if isinstance(statement, ir.Term):
            return replace(statement, value=cells.finite(statement.value))
        distribution = cells.inside(statement.distribution)
        return replace(statement, distribution=distribution, value=cells.outcome(statement))

    return replace(model, statements=tuple(map(guarded, model.statements)))


def _says_which(mask: ir.Expr) -> bool:
    """Whether a mask leaves out more than the start of a sequence."""
    match mask:
        case ir.Known():
            return False
        case ir.Binary("and", left, right):
            return _says_which(left) or _says_which(right)
        case ir.Gather(base) | ir.Reaxis(base) | ir.Expand(base):
            return _says_which(base)
    return True


@dataclass(frozen=True, slots=True)
class _Cells:
    """What stands in the cells that a mask leaves out; `reach` is where data and latents lie."""

    mask: ir.Expr
    defined: Mapping[str, ir.Define]
    latent: Set[str]
    reach: Mapping[str, ranges.Range]

    def outcome(self, sample: ir.Sample) -> ir.Expr | None:
        """An outcome with other values in these cells, where its type allows impossible ones."""
        given, support = self.reach.get(sample.name), ranges.of_support(sample.support)
        d = sample.distribution
        if not sample.observed or given is None or d.kind != "real" or d.event:
            return sample.value
        below = given.low < support.low or (support.open_low and not given.open_low)
        if not below and given.high <= support.high:
            return None
        kept = ir.Ref(sample.name, dims=sample.dims, span=sample.span)
        other = value_inside(sample)
        return ir.Where(self.mask, kept, other, dims=sample.dims, span=sample.span)

    def inside(self, node: Any) -> Any:
        """A distribution with parameters that lie where they may."""
        if not isinstance(node, ir.Dist):
            if isinstance(node, ir.Expr):
                return self.finite(node)
            return rebuild(node, self.inside)
        row = FAMILIES[node.family].forms[node.form]
        constraints = {p.name: p.constraint for p in row.parameters if not p.event}
        arguments = tuple(
            (name, self.parameter(self.finite(value), constraints.get(name, "")))
            for name, value in node.arguments
        )
        return replace(node, arguments=arguments)

    def parameter(self, value: ir.Expr, constraint: str) -> ir.Expr:
        """A parameter, where only data could take it out of its range."""
        safe = _SAFE.get(constraint)
        if safe is None or value.kind != "real":
            return value
        if self.lies(value, constraint, mild=False) or not self.lies(value, constraint, mild=True):
            return value
        return self.where(value, safe)

    def finite(self, node: Any) -> Any:
        """An expression in which no logarithm, root or quotient of data leaves its range."""
        match node:
            case ir.Call(name, (operand,)) if name in _POLES:
                return replace(node, arguments=(self.pole(operand),))
            case ir.Binary("/", left, right):
                return replace(node, left=self.finite(left), right=self.pole(right))
            case ir.Ref(name) if self.on_data(node) and self.may_be_infinite(node):
                return self.where(node, 1.0)
        return rebuild(node, self.finite)

    def pole(self, operand: ir.Expr) -> ir.Expr:
        if not self.on_data(operand) or self.lies(operand, "positive", mild=False):
            return self.finite(operand)  # type: ignore[no-any-return]
        return self.where(operand, 1.0)

    def may_be_infinite(self, node: ir.Expr) -> bool:
        """Whether a definition on data divides, or takes a logarithm, where it might not."""
        for one in walk(node):
            match one:
                case ir.Call(name, (operand,)) if name in _POLES:
                    if not self.lies(operand, "positive", mild=False):
                        return True
                case ir.Binary("/", _, right) if not self.lies(right, "positive", mild=False):
                    return not isinstance(right, ir.Literal)
                case ir.Ref(name) if name in self.defined:
                    if self.may_be_infinite(self.defined[name].value):
                        return True
        return False

    def where(self, value: ir.Expr, safe: float) -> ir.Expr:
        if not set(self.mask.dims) <= set(value.dims):
            return value  # it belongs to several cells, and some may count
        other = ir.Literal(safe, span=value.span)
        return ir.Where(self.mask, value, other, dims=value.dims, kind="real", span=value.span)

    def on_data(self, node: ir.Expr) -> bool:
        """Whether a node depends on data alone, and on some."""
        used = names(node)
        return bool(used) and all(map(self.is_data, used))

    def is_data(self, name: str) -> bool:
        if name in self.defined:
            return self.defined[name].stage == "data"
        return name not in self.latent

    def lies(self, value: ir.Expr, constraint: str, mild: bool) -> bool:
        """Whether a value is sure to lie inside; with `mild` data, if its data do."""

        def lookup(name: str) -> ranges.Range:
            if mild and self.is_data(name):
                return _MILD
            if name in self.defined:
                return ranges.of(self.defined[name].value, lookup)
            return self.reach.get(name, ranges.ANY)

        found = ranges.of(value, lookup)
        if constraint == "unit":
            return found.nonnegative and found.high <= 1
        return found.positive if constraint == "positive" else found.nonnegative
