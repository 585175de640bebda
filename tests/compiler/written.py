"""Specs written in a test, their data, and the reference evaluator over both."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy import stats

from bayescript.compiler import ir
from bayescript.compiler.lowering.lower import lower
from bayescript.compiler.reference.density import Reference
from bayescript.grammar.parse import parse
from bayescript.grammar.source import Source

normal = stats.norm.logpdf


@dataclass
class Given:
    """Bound data, written by hand."""

    data: Mapping[str, Any]
    indices: Mapping[tuple[str, str], Any]
    sizes: Mapping[str, int]
    coords: Mapping[str, Any] = field(default_factory=dict)


def model(text: str) -> ir.Model:
    source = Source(textwrap.dedent(text), "test.bayes")
    return lower(parse(source), source)[0]


def reference(
    text: str,
    data: Mapping[str, Any] | None = None,
    indices: Mapping[tuple[str, str], Sequence[int]] | None = None,
    coords: Mapping[str, Sequence[object]] | None = None,
    **sizes: int,
) -> Reference:
    arrays = {name: np.asarray(value) for name, value in (data or {}).items()}
    positions = {key: np.asarray(value) for key, value in (indices or {}).items()}
    labels = {name: np.asarray(value) for name, value in (coords or {}).items()}
    return Reference(model(text), Given(arrays, positions, sizes, labels))


def draws(*shape: int, seed: int = 1) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def agree(found: Mapping[str, float], **wanted: Any) -> None:
    """Each of these statements adds what is wanted."""
    for name, value in wanted.items():
        assert found[name] == pytest.approx(float(np.sum(value)), rel=1e-12, abs=1e-12), name
