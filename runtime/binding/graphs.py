"""Graphs whose edges are the rows of a plate: they must hang together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...compiler import ir
from ...compiler.ir.walk import walk
from ...compiler.tables.families import FAMILIES
from .cells import Cells
from .excerpts import show
from .tables import Array
from .violations import SHOWN, Violations


def check(
    model: ir.Model, parents: Mapping[tuple[str, str], Cells], violations: Violations
) -> None:
    """B517 for each distribution over a graph that is in several parts."""
    for statement in model.statements:
        for node in walk(statement):
            if isinstance(node, ir.Dist) and FAMILIES[node.family].forms[node.form].edges:
                _connected(node, parents, violations)


def _connected(
    node: ir.Dist, parents: Mapping[tuple[str, str], Cells], violations: Violations
) -> None:
    ends = [end for _, end in node.arguments if isinstance(end, ir.ParentIndex)]
    known = [parents[end.child, end.role] for end in ends if (end.child, end.role) in parents]
    if len(known) < len(ends):
        return  # reported, or those of a fit
    first, second = (cells.values for cells in known)
    edge, plate = ends[0].child, ends[0].plate
    labels = violations.labels[plate]
    if min(first.min(initial=0), second.min(initial=0)) < 0:
        return  # of a label that is not in the plate
    part = parts(len(labels), first, second)
    found, sizes = np.unique(part, return_counts=True)
    if len(found) == 1:
        return
    apart = np.flatnonzero(part != found[np.argmax(sizes)])
    told = ", ".join(show(label) for label in labels[apart[:SHOWN]])
    told += " and more" * (len(apart) > SHOWN)
    some = f"{len(apart)} elements" if len(apart) > 1 else "1 element"
    violations.add(
        "B517",
        f"{some} of `{plate}` cannot be reached from the others along `{edge}`",
        f"apart: {told}; add edges that join the {len(found)} parts, or give each part a plate "
        f"and an `{node.family}` of its own",
        node.span,
        role="needs a graph that hangs together",
    )


def parts(size: int, first: Array, second: Array) -> Array:
    """For each of `size` elements the least one that can be reached from it along edges."""
    least = np.arange(size)
    while True:
        before = least
        low = np.minimum(least[first], least[second])
        least = least.copy()
        for ends in (before[first], before[second]):
            np.minimum.at(least, ends, low)
        while not np.array_equal(least, least[least]):
            least = least[least]
        if np.array_equal(least, before):
            return least
