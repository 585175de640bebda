"""A model together with its data, and what lints compute from both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ...compiler import ir
from ...compiler.lints.graph import Graph
from ...compiler.lints.predictor import Predictor, outcomes
from ...compiler.lints.priors import Prior, prior
from ...compiler.reference.evaluate import Evaluation
from ...compiler.reference.named import Named
from ...grammar.source import Source
from ..binding.data import Bound
from ..binding.tables import Array


class _Values(Evaluation):
    """Data, and the definitions on data alone; latents get values one at a time."""

    def __init__(self, model: ir.Model, bound: Bound) -> None:
        data = tuple(replace(d, imputed="") for d in model.data if d.name in bound.data)
        made = tuple(s for s in model.statements if isinstance(s, ir.Define) and s.stage == "data")
        super().__init__(replace(model, data=data, statements=made), bound, {})

    def log_density(self, node: ir.Distribution, value: Named) -> Named:
        raise ValueError("data alone have no density")


class Facts:
    """What is known before anything runs. Arrays are over the axes of a statement, in its order."""

    def __init__(self, model: ir.Model, bound: Bound, source: Source) -> None:
        self.model, self.bound, self.source = model, bound, source
        self.graph = Graph(model)
        self.made: dict[Any, Any] = {}  # what several lints ask for, kept by whoever made it
        with np.errstate(all="ignore"):
            self._values = _Values(model, bound)

    @cached_property
    def predictors(self) -> tuple[Predictor, ...]:
        return tuple(outcomes(self.graph))

    def outcomes(self) -> Iterator[tuple[ir.Sample, ir.Data]]:
        """The outcomes that are declared as data."""
        for statement in self.model.statements:
            if isinstance(statement, ir.Sample) and statement.observed:
                datum = self.model.datum(statement.name)
                if datum is not None:
                    yield statement, datum

    def shape(self, dims: ir.Dims) -> tuple[int, ...]:
        return tuple(self.bound.sizes[dim.plate] for dim in dims)

    def array(self, node: ir.Expr, dims: ir.Dims, **latents: Array) -> Array:
        """The value of an expression along some axes, where latents have the values given."""
        for name, values in latents.items():
            self._values.known[name] = Named(self.graph.latents[name].dims, values)
        with np.errstate(all="ignore"):
            found = self._values.number(node).full(dims, self.bound.sizes).array
        return np.asarray(found, float)

    def observed(self, sample: ir.Sample) -> Array:
        """The values of an outcome."""
        ref = ir.Ref(sample.name, dims=sample.dims)
        return self.array(ref, sample.dims)

    def counted(self, sample: ir.Sample) -> Array:
        """Which cells of an outcome count."""
        there = ~np.isnan(self.observed(sample))
        if sample.mask is not None:
            event = sample.distribution.event
            batch = tuple(dim for dim in sample.dims if dim not in event)
            kept = self.array(sample.mask, batch) != 0
            there &= kept.reshape(kept.shape + (1,) * len(event))
        return there

    def prior(self, latent: ir.Sample | ir.Param) -> Prior | None:
        """A prior whose numbers do not depend on other latents, along the latent's axes."""
        if isinstance(latent, ir.Param):
            return Prior(0.0, np.inf)

        def number(node: ir.Expr) -> Any:
            return None if self.graph.on(node) else self.array(node, latent.dims)

        return prior(latent.distribution, number)
