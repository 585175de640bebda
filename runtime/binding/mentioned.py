"""Labels that come from the data, held against what the spec says of them."""

from __future__ import annotations

from ...compiler import ir
from ...compiler.ir.walk import walk
from ...grammar.diagnostics import closest
from .excerpts import show
from .tables import Array
from .violations import SHOWN, Violations


def check(model: ir.Model, violations: Violations) -> None:
    """B505 for a label that the spec names and the data lack, B515 for words it calculates with."""
    told: set[tuple[str, object]] = set()
    for statement in (*model.statements, *model.generated, *model.guide):
        for node in walk(statement):
            match node:
                case ir.Position(plate, label) if _from_data(model, plate, violations):
                    if (plate, label) not in told:
                        told.add((plate, label))
                        _named(node, violations)
                case ir.Labels(plate) if _from_data(model, plate, violations):
                    if (plate, None) not in told:
                        told.add((plate, None))
                        _numbers(node, violations)


def _from_data(model: ir.Model, plate: str, violations: Violations) -> bool:
    declared = model.plate(plate)
    return declared.labels is None and declared.size is None and plate in violations.labels


def _named(node: ir.Position, violations: Violations) -> None:
    labels: Array = violations.labels[node.plate]
    known = [str(label) for label in labels]
    wanted = str(node.label)
    if wanted in known:
        return
    near = closest(wanted, known)
    some = ", ".join(show(label) for label in labels[:SHOWN]) + ", …" * (len(labels) > SHOWN)
    violations.add(
        "B505",
        f"no `{node.plate}` of the data is called `{wanted}`",
        f"did you mean `{near}`?" if near else f"known: {some}",
        node.span,
        role="named here",
    )


def _numbers(node: ir.Labels, violations: Violations) -> None:
    if violations.labels[node.plate].dtype.kind in "iuf":
        return
    violations.add(
        "B515",
        f"the labels of `{node.plate}` are words in the data, and the spec calculates with them",
        "give it numbers as labels",
        node.span,
        role="stands for its labels, as numbers",
    )
