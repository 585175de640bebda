"""Distributions over a graph: data whose edges leave it in several parts is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bayescript import DataError, loads
from bayescript.grammar.diagnostics import Diagnostic
from bayescript.runtime.binding.graphs import parts

AREAS = """
plate area
plate edge within (one: area, two: area)
data
  y[area] : count
phi[area] ~ IntrinsicCAR(edge)
y[area] ~ Poisson(exp(phi))
"""
LABELS = ["Arran", "Bute", "Coll", "Danna", "Eigg"]


def told(edges: Sequence[str], spec: str = AREAS) -> Diagnostic | None:
    """What is said of edges, each two letters of the areas."""
    ends = [[LABELS["ABCDE".index(pair[i])] for pair in edges] for i in range(2)]
    data: Mapping[str, object] = {
        "area": {"area": LABELS, "y": [1, 2, 3, 4, 5]},
        "edge": {"one": ends[0], "two": ends[1]},
    }
    try:
        loads(spec, "m.bayes").bind(data)
    except DataError as error:
        (found,) = error.diagnostics
        return found
    return None


@pytest.mark.parametrize("edges", ["AB BC CD DE", "EA EB CE DE", "AB BA BC CD DE DE"])
def test_a_graph_that_hangs_together(edges: str) -> None:
    assert told(edges.split()) is None


def test_an_island() -> None:
    found = told(["AB", "BD", "DE"])
    assert found is not None and found.code == "B517"
    assert found.message == "1 element of `area` cannot be reached from the others along `edge`"
    assert "apart: `Coll`; add edges that join the 2 parts" in found.help
    assert found.span is not None and AREAS[found.span.start :].startswith("IntrinsicCAR(edge)")


def test_several_parts() -> None:
    found = told(["DE", "EC", "CD", "AA"])
    assert found is not None and "2 elements of `area`" in found.message
    assert "apart: `Arran`, `Bute`;" in found.help and "the 3 parts" in found.help


def test_the_elements_of_an_ordered_plate() -> None:
    assert told(["AB", "BC", "CD", "DE"], AREAS.replace("area)\n", "area) ordered\n")) is None
    found = told(["EA", "AB", "BC"], AREAS.replace("plate area", "plate area ordered"))
    assert found is not None and "apart: `Danna`;" in found.help


def test_a_label_that_is_wrong_is_the_only_error() -> None:
    data = {"area": {"area": ["A", "B"], "y": [1, 2]}, "edge": {"one": ["A"], "two": ["C"]}}
    with pytest.raises(DataError) as caught:
        loads(AREAS, "m.bayes").bind(data)
    assert [d.code for d in caught.value.diagnostics] == ["B505"]


def test_parts_are_those_that_scipy_finds() -> None:
    random = np.random.default_rng(4)
    for _ in range(200):
        size = int(random.integers(1, 40))
        first, second = random.integers(0, size, (2, int(random.integers(0, 50))))
        found = parts(size, first, second)
        graph = coo_array((np.ones(len(first)), (first, second)), (size, size))
        count, labels = connected_components(graph, directed=False)
        assert len(np.unique(found)) == count
        for label in range(count):
            members = np.flatnonzero(labels == label)
            assert (found[members] == members.min()).all()


def test_a_long_chain_takes_no_long_time() -> None:
    order = np.random.default_rng(1).permutation(200_000)
    assert (parts(len(order), order[:-1], order[1:]) == 0).all()
