"""The canonical order of a spec's statements on either surface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import tree
from ..source import Surface

BLOCKS: dict[type[Any], str] = {
    tree.DataBlock: "declarations",
    tree.Generate: "statements",
    tree.Guide: "statements",
}
"""The blocks of which a spec needs no more than one, and the fields that hold their lines."""

_TEXT = (tree.Header, tree.Plate, tree.DataBlock, object, tree.Guide, tree.Generate, tree.Infer)
SECTIONS = (
    "model", "plates", "data", "params", "lets", "quantities", "priors", "kernels", "networks",
    "functions", "odes", "likelihoods", "factors", "generated", "guide", "inference",
)  # fmt: skip
_YAML: dict[type[Any], str] = {
    tree.Header: "model",
    tree.Plate: "plates",
    tree.DataBlock: "data",
    tree.Param: "params",
    tree.Kernel: "kernels",
    tree.Network: "networks",
    tree.Def: "functions",
    tree.Ode: "odes",
    tree.Factor: "factors",
    tree.Generate: "generated",
    tree.Guide: "guide",
    tree.Infer: "inference",
}


def canonical(spec: tree.Spec, surface: Surface = "text") -> tree.Spec:
    """The same model in canonical order: sections in theirs, statements within them as written.

    Several blocks of data, of generated quantities or of a guide become one.
    """
    statements = _merged(spec)
    if surface == "text":
        return tree.Spec(tuple(sorted(statements, key=text_rank)))
    given = outcomes(spec)
    return tree.Spec(tuple(sorted(statements, key=lambda s: SECTIONS.index(section(s, given)))))


def text_rank(statement: tree.Statement) -> int:
    """The place of a statement's section in the text; everything between data and guide is one."""
    kind = type(statement)
    return _TEXT.index(kind if kind in _TEXT else object)


def section(statement: tree.Statement, given: frozenset[str]) -> str:
    """The section of YAML to which a statement belongs; `given` are the outcomes of the spec.

    What an author has put among the priors or likelihoods stays there: moving it would hide
    that it is not what he thought it was.
    """
    match statement:
        case tree.Define(local=local):
            return "lets" if local else "quantities"
        case tree.Draw(tree.Target(name)):  # the others are of its kind
            return statement.section or ("likelihoods" if name.name in given else "priors")
    return _YAML[type(statement)]


def outcomes(spec: tree.Spec) -> frozenset[str]:
    """The names on which a draw is a likelihood: data, and what is computed with `let`."""
    found = set()
    for statement in spec.statements:
        match statement:
            case tree.DataBlock(declarations):
                found |= {d.target.name.name for d in declarations}
            case tree.Define(target, local=True):
                found.add(target.name.name)
    return frozenset(found)


def _merged(spec: tree.Spec) -> list[tree.Statement]:
    found: list[Any] = []
    places: dict[type[Any], int] = {}
    for statement in spec.statements:
        kind = type(statement)
        field = BLOCKS.get(kind)
        if field is None:
            found.append(statement)
        elif kind in places:
            first = found[places[kind]]
            lines = getattr(first, field) + getattr(statement, field)
            found[places[kind]] = replace(first, **{field: lines})
        elif getattr(statement, field):
            places[kind] = len(found)
            found.append(statement)
    return found
