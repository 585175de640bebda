"""Every stage of a compilation as readable text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic, did_you_mean
from . import ir
from .ir.serial import dump
from .pipeline import Compilation

STAGES = ("tree", "model", "passes", "program", "json")
_QUIET = frozenset({"span", "kind"})


def shown(
    compilation: Compilation,
    stage: str,
    backend: str = "numpyro",
    optimised: bool = False,
    sizes: Mapping[str, int] | None = None,
) -> str:
    """`tree`, `model`, `passes` (the model after each pass), `program`, or the model as `json`.

    `optimised` and `sizes` are those of `Compilation.program`.
    """
    match stage:
        case "tree":
            return "\n".join(_dump(s, 0) for s in compilation.tree.statements)
        case "model":
            return model_text(compilation.model)
        case "passes":
            return _passes(compilation, compilation.stages(backend, {}, optimised, sizes))
        case "json":
            return json.dumps(dump(compilation.model), indent=1)
        case "program":
            return compilation.program(backend, {}, optimised, sizes).source
    raise BackendError(
        Diagnostic(
            "B407",
            f"there is no stage `{stage}`",
            help=did_you_mean(stage, STAGES) or "the stages are " + ", ".join(STAGES),
        )
    )


def _passes(compilation: Compilation, stages: Iterable[tuple[str, ir.Model]]) -> str:
    parts, before = [], compilation.model
    for what, after in stages:
        body = "  (changes nothing)" if after == before else model_text(after)
        parts.append(f"-- {what}\n{body}")
        before = after
    return "\n\n".join(parts)


def _dump(node: Any, depth: int) -> str:
    """A syntax node, one field a line, small nodes on one."""
    pad = "  " * depth
    flat = _flat(node)
    if len(pad) + len(flat) <= 100:
        return pad + flat
    lines = [f"{pad}{type(node).__name__}"]
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in _QUIET or _says_nothing(value):
            continue
        items = value if isinstance(value, tuple) else (value,)
        if all(not is_dataclass(item) for item in items):
            lines.append(f"{pad}  {field.name}: {_flat(value)}")
        else:
            lines.append(f"{pad}  {field.name}:")
            lines += [_dump(item, depth + 2) for item in items if is_dataclass(item)]
    return "\n".join(lines)


def _says_nothing(value: object) -> bool:
    return value is None or value is False or value in ((), "")


def _flat(node: Any) -> str:
    if isinstance(node, tuple):
        return ", ".join(map(_flat, node))
    if not is_dataclass(node):
        return repr(node)
    parts = []
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name not in _QUIET and not _says_nothing(value):
            parts.append(_flat(value))
    return f"{type(node).__name__}({', '.join(parts)})"


# --- the typed model -----------------------------------------------------------------------


def model_text(model: ir.Model) -> str:
    """The IR in a notation close to the language, with every dimension and gather shown."""
    out = [f"model {model.name}"]
    for plate in model.plates:
        within = ", ".join(
            p.role if p.role == p.plate else f"{p.role}: {p.plate}" for p in plate.parents
        )
        size = plate.size if plate.labels is None else len(plate.labels)
        out.append(
            f"plate {plate.name}"
            + (f" = {size}" if size else "")
            + (f" within ({within})" if within else "")
            + (" ordered" if plate.ordered else "")
        )
    out += [f"data {d.name}{_dims(d.dims)} : {d.type}{_between(d)}" for d in model.data]
    out += [_statement(s) for s in model.statements]
    for block, inside in (("generate", model.generated), ("guide", model.guide)):
        out += [f"{block}: {_statement(s)}" for s in inside]
    return "\n".join(out)


def _statement(node: ir.Statement) -> str:
    match node:
        case ir.Sample():
            word = "observe" if node.observed else "sample"
            mask = f", where {expression(node.mask)}" if node.mask else ""
            support = _support(node.support)
            right = distribution(node.distribution)
            return f"{word} {node.name}{_dims(node.dims)} : {support} ~ {right}{mask}"
        case ir.Define():
            word = "record" if node.recorded else "let"
            return f"{word} [{node.stage}] {node.name}{_dims(node.dims)} = {expression(node.value)}"
        case ir.Param():
            return f"param {node.name}{_dims(node.dims)} : {_support(node.support)}"
        case ir.Term():
            mask = f", where {expression(node.mask)}" if node.mask else ""
            return f"term {node.name}{_dims(node.dims)} = {expression(node.value)}{mask}"


def _support(node: ir.Support) -> str:
    return node.constraint + _between(node)


def _between(node: ir.Support | ir.Data) -> str:
    bounds = _bounds(node.lower, node.upper).removeprefix(", ")
    return f"({bounds})" if bounds else ""


def _dims(dims: ir.Dims) -> str:
    return f"[{', '.join(map(str, dims))}]" if dims else ""


def distribution(node: ir.Distribution) -> str:
    """A distribution, its arguments by name."""
    match node:
        case ir.Dist(family, _, arguments):
            return f"{family}({', '.join(f'{n} = {expression(v)}' for n, v in arguments)})"
        case ir.Restricted(base, lower, upper, normalised):
            word = "Truncated" if normalised else "Restricted"
            return f"{word}({distribution(base)}{_bounds(lower, upper)})"
        case ir.Censored(base):
            words = ("lower", "upper", "left", "right", "low", "high")
            given = [(word, getattr(node, word)) for word in words]
            parts = [f", {word} = {expression(e)}" for word, e in given if e is not None]
            return f"Censored({distribution(base)}{''.join(parts)})"
        case ir.Flat(lower, upper):
            return f"Flat({_bounds(lower, upper).removeprefix(', ')})"
        case ir.Affine(base, loc, scale):
            return f"{expression(loc)} + {expression(scale)} * {distribution(base)}"
        case ir.Pinned(base, _, position, value):
            at = f"at = {expression(position)}, value = {expression(value)}"
            return f"Pinned({distribution(base)}, {at})"
        case ir.SumToZero(base):
            return f"SumToZero({distribution(base)})"
        case ir.Mixture(weights, components, axis, logits):
            mixed = ", ".join(map(distribution, components))
            mixed = f"[{mixed}]" if len(components) > 1 else mixed
            over = f", over {axis}" if axis else ""
            return f"Mixture({'logits = ' if logits else ''}{expression(weights)}, {mixed}{over})"
        case ir.ZeroInflated(base, prob, logits) | ir.Hurdle(base, prob, logits):
            name = "logits" if logits else "prob"
            return f"{type(node).__name__}({distribution(base)}, {name} = {expression(prob)})"
        case ir.Folded(base):
            return f"Folded({distribution(base)})"
        case ir.Transformed(base, function):
            return f"Transformed({distribution(base)}, {function})"
        case ir.Ordered(base):
            return f"Ordered({distribution(base)})"


def _bounds(lower: ir.Expr | None, upper: ir.Expr | None) -> str:
    pairs = (("lower", lower), ("upper", upper))
    return "".join(f", {name} = {expression(value)}" for name, value in pairs if value is not None)


def expression(node: ir.Expr) -> str:
    """An expression with its gathers and axes written out."""
    match node:
        case ir.Literal(value):
            return f"{value:g}" if isinstance(value, float) else str(value)
        case ir.Ref(name):
            return name
        case ir.Missing(base):
            return f"missing({expression(base)})"
        case ir.Fill(base, positions, values):
            parts = ", ".join(map(expression, (base, positions, values)))
            return f"fill({parts})"
        case ir.Triangle(columns):
            return f"triangle({', '.join(map(expression, columns))})"
        case ir.Columns(base, _, parts, part):
            return f"{_inner(base)}[part {part}: {parts[part]}]"
        case ir.Labels(plate):
            return f"labels({plate})"
        case ir.Size(plate):
            return f"size({plate})"
        case ir.Positions(plate):
            return f"positions({plate})"
        case ir.Position(plate, label):
            return f"{plate}:{label!r}"
        case ir.ParentIndex(child, role):
            return f"{child}.{role}"
        case ir.Unary(operator, operand):
            return f"{operator}{' ' if operator == 'not' else ''}{_inner(operand)}"
        case ir.Binary(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"
        case ir.Gather(base, axis, index):
            return f"{_inner(base)}[{axis} <- {expression(index)}]"
        case ir.Reaxis(base, old, new):
            return f"{_inner(base)}[{old} -> {new}]"
        case ir.Contract(left, right, left_axis, _):
            return f"{_inner(left)} @{left_axis} {_inner(right)}"
        case ir.Reduce(operation, operand, axes):
            return f"{operation}({expression(operand)}, over {', '.join(map(str, axes))})"
        case ir.GroupReduce(operation, operand, axis, groups):
            by = ", ".join(map(expression, groups))
            return f"{operation}({expression(operand)}, over {axis} by {by})"
        case ir.AxisMap(operation, operand, axis):
            return f"{operation}({expression(operand)}, over {axis})"
        case ir.LogProb(inner, value):
            return f"log_prob({distribution(inner)}, {expression(value)})"
        case ir.Call(function, arguments) | ir.MatrixCall(function, arguments):
            return f"{function}({', '.join(map(expression, arguments))})"
        case ir.Where(condition, then, otherwise):
            return f"where({', '.join(map(expression, (condition, then, otherwise)))})"
        case ir.Shift(operand, axis, lag):
            return f"prev({expression(operand)}, {lag}, over {axis})"
        case ir.Lags(operand, axis, lags):
            return f"prev({expression(operand)}, {lags}, over {axis})"
        case ir.Known(axis, depth):
            return f"known({axis}, {depth})"
        case ir.Vector(elements):
            return f"[{', '.join(map(expression, elements))}]"
        case ir.Expand(base, axis):
            return f"{_inner(base)}[+{axis}]"
        case ir.Insert(base, axis, _, position, value):
            given = ", ".join(map(expression, (base, position, value)))
            return f"insert({given}, over {axis})"
        case ir.Drop(base, axis, _, position):
            return f"drop({expression(base)}, {expression(position)}, over {axis})"


def _inner(node: ir.Expr) -> str:
    text = expression(node)
    return f"({text})" if isinstance(node, ir.Binary) else text
