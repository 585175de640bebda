"""Scales, probabilities and the like that some values of the latents carry out of their range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...grammar.diagnostics import Diagnostic, Note
from .. import ir
from ..ir.walk import walk
from ..lowering import ranges
from ..reference.formulas import function, operate
from ..tables.constraints import CONSTRAINTS, DATA_TYPES, Constraint
from ..tables.families import FAMILIES
from ..tables.family import Parameter
from .graph import Graph, bare
from .priors import prior

_POINTS = 512
_REACH = 2.0  # standard deviations of a prior
_SHARE = 0.01  # of the points
_DATA = (0.0, 0.25, 0.5, 1.0)  # what data may be, whichever is best
_FINITE = 20.0  # how far to look along a range without end
_SLACK = 1e-9


def edges(model: ir.Model) -> Iterator[Diagnostic]:
    """W206 for a parameter that leaves its range for values that the priors hold possible."""
    graph = Graph(model)
    for node, parameter, value in _bounded(model):
        row = CONSTRAINTS[parameter.constraint]
        if isinstance(bare(value), ir.Ref | ir.Literal) and not _is_defined(graph, value):
            continue  # checking the spec tells (B301)
        if not isinstance(bare(value), ir.Ref) and _is_told(graph, value):
            continue  # (W203)
        far = _leaves(graph, value, row)
        if far is not None:
            link = "exp" if row.upper is None else "inv_logit"
            yield Diagnostic(
                "W206",
                f"the {parameter.name} of `{node.family}` must be {row.summary}, and this can be "
                f"{far:.2g}",
                value.span,
                help=f"map it there, `{link}(…)`, or choose priors that keep it there",
            )


def zero_data(model: ir.Model) -> Iterator[Diagnostic]:
    """W206 for data that may be 0, as they are declared, where a parameter must be above 0."""
    for _, found in data_at_zero(model):
        yield found


def data_at_zero(model: ir.Model) -> Iterator[tuple[ir.Data, Diagnostic]]:
    """Such data, and what is said of them."""
    for node, parameter, value in _bounded(model):
        row, inner = CONSTRAINTS[parameter.constraint], bare(value)
        datum = model.datum(inner.name) if isinstance(inner, ir.Ref) else None
        if datum is None or not row.open or datum.lower or datum.type not in _FROM_ZERO:
            continue
        yield (
            datum,
            Diagnostic(
                "W206",
                f"the {parameter.name} of `{node.family}` must be {row.summary}, and "
                f"`{datum.name}` may be 0",
                value.span,
                notes=(Note(datum.span, "declared here"),),
                help="declare it `positive`: a cell that is 0 is then found before anything runs",
            ),
        )


_FROM_ZERO = ("nonnegative", "count", "unit")


def _bounded(model: ir.Model) -> Iterator[tuple[ir.Dist, Parameter, ir.Expr]]:
    """The parameters of all distributions that have a range, with what is given for them."""
    for statement in model.statements:
        for node in walk(statement):
            if not isinstance(node, ir.Dist):
                continue
            form = FAMILIES[node.family].forms[node.form]
            for parameter, (_, value) in zip(form.parameters, node.arguments, strict=True):
                row = CONSTRAINTS[parameter.constraint]
                if row.lower is not None and not row.event and not parameter.event:
                    yield node, parameter, value


def _is_defined(graph: Graph, value: ir.Expr) -> bool:
    inner = bare(value)
    return isinstance(inner, ir.Ref) and inner.name in graph.definitions


def _is_told(graph: Graph, value: ir.Expr) -> bool:
    """Whether checking the spec says already that this may be anything."""

    def best(name: str) -> ranges.Range:
        latent = graph.latents.get(name)
        return ranges.UNIT if latent is None else ranges.of_support(latent.support)

    return ranges.of(value, best).low == -np.inf


def _leaves(graph: Graph, value: ir.Expr, row: Constraint) -> float | None:
    """A value outside the range, whatever the data; None where none was found."""
    assert row.lower is not None
    latents = graph.on(value)
    reach = _reach(graph, value)
    inside = reach.low >= row.lower and (row.upper is None or reach.high <= row.upper)
    if inside or not latents or not latents <= graph.latents.keys():
        return None
    points = _points(graph, sorted(latents))
    outside = np.zeros(0)
    for given in _DATA:
        with np.errstate(all="ignore"):
            try:
                found = np.asarray(_At(graph, points, given).of(value), float)
            except (_Unknown, ImportError):  # SciPy has the rarer functions, where it is installed
                return None
        low = found < row.lower - _SLACK
        high = found > (np.inf if row.upper is None else row.upper) + _SLACK
        outside = found[np.isfinite(found) & (low | high)]
        if outside.size < _SHARE * _POINTS:
            return None
    return float(np.median(outside))


def _reach(graph: Graph, node: ir.Expr) -> ranges.Range:
    """Where an expression's values can lie, by the ranges of latents and data."""
    known: dict[str, ranges.Range] = {}

    def lookup(name: str) -> ranges.Range:
        if name not in known:
            if name in graph.definitions:
                known[name] = ranges.of(graph.definitions[name].value, lookup)
            elif name in graph.latents:
                known[name] = ranges.of_support(graph.latents[name].support)
            else:
                known[name] = _of_data(graph.model, name)
        return known[name]

    return ranges.of(node, lookup)


def _points(graph: Graph, names: list[str]) -> dict[str, Any]:
    """Values of latents: where their priors put them, or anywhere in their range."""
    random = np.random.default_rng(1)
    found = {}
    for name in names:
        latent = graph.latents[name]
        reach = ranges.of_support(latent.support)
        low, high = max(reach.low, -_FINITE), min(reach.high, max(reach.low, 0.0) + _FINITE)
        known = prior(latent.distribution) if isinstance(latent, ir.Sample) else None
        if known is not None and np.isfinite(known.scale):
            low = max(reach.low, known.loc - _REACH * known.scale)
            high = min(reach.high, known.loc + _REACH * known.scale)
        found[name] = random.uniform(low, max(low, high), _POINTS)
    return found


class _Unknown(Exception):
    """An expression that is not computed element by element."""


class _At:
    """Expressions at many points, cell by cell; data, and all that is made of it, is one number."""

    def __init__(self, graph: Graph, points: Mapping[str, Any], given: float) -> None:
        self.graph, self.known, self.given = graph, dict(points), given

    def of(self, node: ir.Expr) -> Any:
        if not self.graph.on(node) and _has_data(node):
            found = ranges.of(node, lambda name: _of_data(self.graph.model, name))
            above = _DATA[1] if found.open_low else 0.0  # not the end itself
            return np.clip(np.asarray(self.given), found.low + above, found.high)
        match node:
            case ir.Literal(value):
                return np.asarray(float(value))
            case ir.Ref(name):
                if name not in self.known:
                    self.known[name] = self.of(self.graph.definitions[name].value)
                return self.known[name]
            case ir.Gather(base) | ir.Reaxis(base) | ir.Expand(base):
                return self.of(base)
            case ir.Unary("-", operand):
                return np.negative(self.of(operand))
            case ir.Binary(operator, left, right):
                return operate(operator, np.asarray(self.of(left)), np.asarray(self.of(right)))
            case ir.Call(name, arguments):
                return function(name)(*map(self.of, arguments))
        raise _Unknown


def _has_data(node: ir.Expr) -> bool:
    leaves = (ir.Ref, ir.Labels, ir.Size, ir.Position, ir.Positions, ir.ParentIndex)
    return any(isinstance(one, leaves) for one in walk(node))


def _of_data(model: ir.Model, name: str) -> ranges.Range:
    datum = model.datum(name)
    if datum is None or datum.kind == "index":
        return ranges.ANY
    row = CONSTRAINTS[DATA_TYPES[datum.type][1]]
    return ranges.of_support(ir.Support(row.name, datum.lower, datum.upper))
