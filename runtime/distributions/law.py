"""One distribution with its parameters: densities, probabilities, moments and draws in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ...compiler.reference.formulas import formula, log_tails
from ...compiler.tables.constraints import CONSTRAINTS
from ...compiler.tables.family import Family, Form
from ...grammar.diagnostics import BackendError, Diagnostic
from .counts import Counts
from .numbers import Array, first
from .panels import Panels

_CONSTANTS = {
    "pi": np.asarray(np.pi),
    "euler": np.asarray(np.euler_gamma),
    "inf": np.asarray(np.inf),
    "nan": np.asarray(np.nan),
}
_WHOLE = 2.0**53  # up to here whole numbers are exact
_FAR = -90.0  # the log of a probability that counts for nothing
_LADDER = np.linspace(_FAR, -_FAR, 361)  # log odds, a quarter apart in the middle of the scale


class Law:
    """A distribution with its parameters, which broadcast. `x` and `u` broadcast against them."""

    def __init__(self, row: Family, form: Form, parameters: Mapping[str, Array]) -> None:
        self.row, self.form = row, form
        self.parameters = dict(parameters)
        self.vectors = bool(row.event or any(p.event for p in form.parameters))
        shapes = [np.shape(value) for value in self.parameters.values()]
        self.shape = () if self.vectors else np.broadcast_shapes(*shapes)

    def __repr__(self) -> str:
        given = (f"{name}={value.tolist()!r}" for name, value in self.parameters.items())
        return f"{self.row.name}({', '.join(given)})"

    # --- densities and probabilities --------------------------------------------------------

    def log_prob(self, x: Any) -> Array:
        """The log density at x, or the log probability where values are whole."""
        return self.form.log_density(np.asarray(x, float), **self.parameters)

    def prob(self, x: Any) -> Array:
        """The density at x, or the probability where values are whole."""
        return np.exp(self.log_prob(x))

    def log_cdf(self, x: Any) -> Array:
        """The log probability of a value up to x."""
        return self._tail(x, 0)

    def log_sf(self, x: Any) -> Array:
        """The log probability of a value above x."""
        return self._tail(x, 1)

    def cdf(self, x: Any) -> Array:
        """The probability of a value up to x."""
        return np.exp(self.log_cdf(x))

    def sf(self, x: Any) -> Array:
        """The probability of a value above x."""
        return np.exp(self.log_sf(x))

    def _tail(self, x: Any, side: int) -> Array:
        self._single("distribution function")
        x = np.asarray(x, float)
        x = np.floor(x) if self._whole else x
        if self.row.log_cdf:
            return log_tails(self.row, x, self._first)[side]
        with np.errstate(divide="ignore"):
            below = self._by_cell(lambda cell, x: cell._sums.cdf(x), x)
            return np.log(below) if side == 0 else np.log1p(-below)

    def quantile(self, u: Any) -> Array:
        """The least value up to which the probability is u or more."""
        self._single("quantiles")
        u = np.asarray(u, float)
        if not np.all((u >= 0) & (u <= 1)):
            raise ValueError("a share lies from 0 to 1")
        if self.row.quantile:
            with np.errstate(all="ignore"):
                found = formula(self.row.quantile, {"u": u, **self._first})
        elif self.row.log_cdf:
            found = self._inverse(u)
        else:
            found = self._by_cell(lambda cell, u: cell._sums.quantile(u), u)
            if self._whole:  # which knows the ends, where one of them cannot be reached
                return found
        low, high = self._ends
        return np.where(u == 0, low, np.where(u == 1, high, found))[()]

    def _inverse(self, u: Array) -> Array:
        """By halving, from the tail in which u lies."""
        low, high = self._ends
        shape = np.broadcast_shapes(u.shape, self.shape)
        low, high = (np.broadcast_to(end, shape) for end in (low, np.minimum(high, self._most)))
        with np.errstate(divide="ignore"):
            log_u, log_rest = np.log(u), np.log1p(-u)

        def reached(x: Array) -> Array:
            below, above = log_tails(self.row, x, self._first)
            return np.where(u < 0.5, below >= log_u, above <= log_rest)

        return first(reached, low, high, self._whole)[()]

    # --- moments ----------------------------------------------------------------------------

    @property
    def mean(self) -> Array:
        """The expected value."""
        return self._moment(self.row.mean, lambda cell: cell._expect(lambda x: x))

    @property
    def variance(self) -> Array:
        """The expected square of the distance to the mean."""

        def numerically(cell: Law) -> float:
            centre = float(cell.mean)
            return cell._expect(lambda x: (x - centre) ** 2)

        return self._moment(self.row.variance, numerically)

    @property
    def sd(self) -> Array:
        """The standard deviation."""
        return np.sqrt(self.variance)

    @property
    def entropy(self) -> Array:
        """The expected value of minus the log density, in nats."""
        return self._moment(
            self.row.entropy, lambda cell: cell._expect(lambda x: -cell.log_prob(x))
        )

    def _moment(self, text: str, numerically: Callable[[Law], float]) -> Array:
        self._single("moments")
        if text:
            with np.errstate(all="ignore"):
                found = formula(text, {**_CONSTANTS, **self._first})
            return np.broadcast_to(found, self.shape)[()]
        return self._by_cell(lambda cell, _: np.asarray(numerically(cell)), np.zeros(()))

    def _expect(self, function: Callable[[Array], Array]) -> float:
        return self._sums.expect(function)

    # --- draws ------------------------------------------------------------------------------

    def sample(self, shape: int | tuple[int, ...] = (), seed: Any = None) -> Array:
        """Independent draws, in front of the axes of the parameters; `seed` as NumPy takes it."""
        self._single("draws in NumPy")
        rng = np.random.default_rng(seed)
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        shape = (*shape, *self.shape)
        if self.row.draw:
            noise = {name: np.asarray(rng.random(shape)) for name in "uv"}
            noise |= {name: np.asarray(rng.standard_normal(shape)) for name in "nm"}
            return formula(self.row.draw, {**noise, **self._first})[()]
        u = np.asarray(rng.random(shape))
        if self.row.quantile:
            return self.quantile(u)
        return self._by_cell(lambda cell, u: cell._sums.quantile(u), u)

    # --- what the rest is made of -------------------------------------------------------------

    def _single(self, what: str) -> None:
        """Raises BackendError (B401) where values or parameters are vectors."""
        if self.vectors or CONSTRAINTS[self.row.support].name == "category":
            message = f"`{self.row.name}` has no {what} here"
            help = f'the library\'s own object may: `{self.row.name}(…, backend="numpyro")`'
            raise BackendError(Diagnostic("B401", message, help=help))

    @property
    def _whole(self) -> bool:
        return CONSTRAINTS[self.row.support].integer

    @property
    def _most(self) -> float:
        return _WHOLE if self._whole else np.inf

    @cached_property
    def _first(self) -> dict[str, Array]:
        """The parameters of the first form."""
        first = self.row.forms[0].parameters
        with np.errstate(all="ignore"):
            return {
                p.name: formula(self.form.first[p.name], self.parameters)
                if p.name in self.form.first
                else self.parameters[p.name]
                for p in first
            }

    @property
    def _ends(self) -> tuple[Array, Array]:
        """Between which numbers values lie."""
        row = CONSTRAINTS[self.row.support]
        low, high = (self._first[bound] if bound else None for bound in self.row.bounds)
        lower = -np.inf if row.lower is None else row.lower
        upper = np.inf if row.upper is None else row.upper
        return lower if low is None else low, upper if high is None else high

    @cached_property
    def _sums(self) -> Panels | Counts:
        """Of one cell: its probabilities, from which everything without a closed form is made."""
        low, high = (float(end) for end in self._ends)
        if self._whole:
            if np.isinf(high):
                reach = self._inverse(np.array([1e-18, 1 - 1e-16]))
                low, high = reach[0], reach[1] + 40 * (reach[1] - reach[0] + 1)
            return Counts(self.log_prob, low, high)
        return Panels(self.log_prob, self._edges(low, high))

    def _edges(self, low: float, high: float) -> Array:
        """Points between which the density is smooth, as far as it reaches."""
        if self.row.log_cdf:
            below, above = -np.logaddexp(0, -_LADDER), -np.logaddexp(0, _LADDER)

            def reached(x: Array) -> Array:
                tails = log_tails(self.row, x, self._first)
                return np.where(_LADDER < 0, tails[0] >= below, tails[1] <= above)

            ends = np.full(len(_LADDER), low), np.full(len(_LADDER), high)
            edges = first(reached, *ends, False)
        elif np.isfinite(low) and np.isfinite(high):
            edges = np.linspace(low, high, 65)
        else:
            loc, scale = self._first["loc"], self._first["scale"]
            edges = loc + scale * np.sinh(np.linspace(-5, 5, 161))
        return edges[np.isfinite(edges)]

    def _by_cell(self, function: Callable[[Law, Array], Array], x: Array) -> Array:
        """A function of each cell of the parameters, and of the `x` that meet it."""
        shape = np.broadcast_shapes(x.shape, self.shape)
        spread = np.broadcast_to(x, shape)
        given = {name: np.broadcast_to(v, self.shape) for name, v in self.parameters.items()}
        result = np.empty(shape)
        for place in np.ndindex(self.shape):
            own = (..., *place)
            cell = Law(self.row, self.form, {name: v[place] for name, v in given.items()})
            result[own] = function(cell, spread[own])
        return result[()]
