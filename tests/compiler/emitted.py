"""An emitted program held against the reference evaluator at random points."""

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

import bayescript as bs
from bayescript.compiler import ir
from bayescript.compiler.lowering.missing import cells_plate, latent_cells, support_of_cells
from bayescript.compiler.reference.density import Reference
from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.runtime.engines.verify_points import Numbers
from bayescript.runtime.execute import load_program
from tests.compiler.runners import Values, runner


class Emitted:
    """A spec with data: its program's log density, and the reference's."""

    def __init__(
        self,
        text: str,
        data: Any,
        sizes: Mapping[str, int] | None = None,
        backend: str = "numpyro",
        **settings: Any,
    ):
        self.model = bs.loads(textwrap.dedent(text).lstrip("\n"), "test.bayes")
        self.bound = self.model.bind(data, sizes=sizes)
        self.text = self.model.compile(backend, **settings).source
        self.program = load_program(self.text, "test")
        self.reference = Reference(self.model.ir, self.bound)
        self.runner = runner(self.program, self.bound)

    def density(self, values: Values) -> float:
        """The program's log density."""
        return self.runner.density(self.sites(values))

    def sites(self, values: Values) -> Values:
        """The program's own sites: a pinned vector is given by its free elements."""
        found = dict(values)
        for statement in self.model.ir.statements:
            if isinstance(statement, ir.Sample) and isinstance(statement.distribution, ir.Pinned):
                at = self.pinned_at(statement.distribution)
                found[f"{statement.name}_free"] = np.delete(found.pop(statement.name), at, -1)
        return found

    def pinned_at(self, pinned: ir.Pinned) -> int:
        """The position of the fixed element."""
        assert isinstance(pinned.position, ir.Position)
        return [*self.bound.coords[pinned.axis.plate]].index(pinned.position.label)

    def point(self, rng: np.random.Generator) -> Values:
        """Random values of the latents, where they may lie."""
        values: Values = {}
        for name, datum in latent_cells(self.model.ir).items():
            found = support_of_cells(datum, self.statement(datum.name))
            assert found is not None
            dims = (ir.Dim(cells_plate(datum)),)
            values[name] = self.value(ir.Param(name, dims, found), values, rng)
        for statement in self.model.ir.statements:
            if isinstance(statement, ir.Sample | ir.Param) and not getattr(
                statement, "observed", False
            ):
                values[statement.name] = self.value(statement, values, rng)
        return values

    def statement(self, name: str) -> ir.Sample:
        """The draw of an outcome."""
        draws = [s for s in self.model.ir.statements if isinstance(s, ir.Sample)]
        return next(s for s in draws if s.name == name)

    def value(self, statement: Any, values: Values, rng: np.random.Generator) -> Any:
        shape = tuple(self.bound.sizes[d.plate] for d in statement.dims)
        z = rng.normal(size=shape)
        match statement.support.constraint:
            case "simplex":
                return np.exp(z) / np.exp(z).sum(-1, keepdims=True)
            case "corr_cholesky":
                return correlation_cholesky(z)
            case "corr_matrix":
                factor = correlation_cholesky(z)
                return factor @ factor.mT
            case "positive_definite":
                return z @ z.mT + np.eye(z.shape[-1])
            case "sum_to_zero":
                return z - z.mean(-1, keepdims=True)
            case "ordered_vector":
                return np.sort(z, axis=-1)
            case "positive_ordered_vector":
                return np.sort(np.exp(z), axis=-1)
            case "pinned":
                z[..., self.pinned_at(statement.distribution)] = statement.distribution.value.value
                return z
        row = CONSTRAINTS[statement.support.constraint]
        low = self.bound_of(statement.support.lower, row.lower, values)
        high = self.bound_of(statement.support.upper, row.upper, values)
        if low is not None and high is not None:
            return low + (high - low) / (1 + np.exp(-z))
        if low is not None:
            return low + np.exp(z)
        return z if high is None else high - np.exp(z)

    def bound_of(self, node: Any, fixed: float | None, values: Values) -> Any:
        if node is None:
            return fixed
        # Bounds of constants and data; a latent among them would be missing here.
        alone = replace(self.model.ir, statements=())
        return Numbers(alone, self.bound, {}).number(node).array

    def check(self, points: int = 3, seed: int = 0, rtol: float = 1e-9) -> None:
        """Equal in value, constants and all; and the slopes that its library finds are its own."""
        rng = np.random.default_rng(seed)
        for _ in range(points):
            values = self.point(rng)
            ours, wanted = self.density(values), self.reference.log_density(values)
            assert np.isfinite(wanted), values
            np.testing.assert_allclose(ours, wanted, rtol=rtol, atol=1e-9, err_msg=self.text)
            if values:
                self.check_slope(self.sites(values), rng)

    def check_slope(self, values: Values, rng: np.random.Generator) -> None:
        """The derivative along a random direction is that of differences."""
        way = {name: self.way(name, np.shape(value), rng) for name, value in values.items()}
        found = self.runner.slope(values, way)
        if found is None:
            return
        step = 1e-5
        ends = [
            self.runner.density({n: values[n] + side * step * way[n] for n in values})
            for side in (-2, -1, 1, 2)
        ]
        wanted = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6, err_msg=self.text)

    def way(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """A direction in which a value may go: a symmetric matrix stays one."""
        found = rng.normal(size=shape)
        support = self.program.manifest["sites"].get(name, {}).get("support")
        if support in ("positive_definite", "corr_matrix"):
            found = found + found.mT
        return found * (1 - np.eye(shape[-1])) if support == "corr_matrix" else found


def correlation_cholesky(z: Any) -> Any:
    """A random Cholesky factor of a correlation matrix."""
    n = z.shape[-1]
    factor = np.linalg.cholesky(z @ np.swapaxes(z, -1, -2) + n * np.eye(n))
    return factor / np.linalg.norm(factor, axis=-1, keepdims=True)
