"""Where values may lie: one row a constraint, for checks, programs and samplers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .family import Kind


@dataclass(frozen=True, slots=True)
class Constraint:
    """`lower` and `upper` bound each element (None: no bound, or one given by the use).

    `event` is how many axes it speaks of at once; `there` is the name of the libraries' own
    object, called with what `given` names: bounds, or a number. `helpers` are the back-ends that
    lack it, with what is printed into their programs instead.
    """

    name: str
    summary: str
    lower: float | None = None
    upper: float | None = None
    open: bool = False
    integer: bool = False
    event: int = 0
    there: str = ""
    given: tuple[str, ...] = ()
    helpers: Mapping[str, str] = field(default_factory=dict)


_ROWS = (
    Constraint("real", "any number", there="real"),
    Constraint("positive", "above 0", lower=0, open=True, there="positive"),
    Constraint("nonnegative", "0 or above", lower=0, there="nonnegative"),
    Constraint("unit", "from 0 to 1", lower=0, upper=1, there="unit_interval"),
    Constraint("greater_than", "above a bound", there="greater_than", given=("lower",)),
    Constraint("less_than", "below a bound", there="less_than", given=("upper",)),
    Constraint("interval", "between two bounds", there="interval", given=("lower", "upper")),
    Constraint(
        "angle",
        "an angle from −π to π",
        lower=-math.pi,
        upper=math.pi,
        there="interval",
        given=(str(-math.pi), str(math.pi)),
    ),
    Constraint(
        "correlation",
        "from −1 to 1",
        lower=-1,
        upper=1,
        there="interval",
        given=("-1.0", "1.0"),
    ),
    Constraint("int", "a whole number", integer=True),
    Constraint("count", "a whole number, 0 or above", 0, integer=True, there="nonnegative_integer"),
    Constraint("binary", "0 or 1", lower=0, upper=1, integer=True, there="boolean"),
    Constraint(
        "up_to",
        "a whole number from 0 to a bound",
        lower=0,
        integer=True,
        there="integer_interval",
        given=("0", "upper"),
    ),
    Constraint(
        "int_interval",
        "a whole number between two bounds",
        integer=True,
        there="integer_interval",
        given=("lower", "upper"),
    ),
    Constraint(
        "counts",
        "whole numbers, 0 or above, that sum to a given number",
        lower=0,
        integer=True,
        event=1,
        there="multinomial",
        given=("upper",),
    ),
    Constraint("category", "an element of a plate", lower=0, integer=True),
    Constraint("real_vector", "a vector of any numbers", event=1, there="real_vector"),
    Constraint("real_matrix", "a matrix of any numbers", event=2),
    Constraint(
        "simplex", "numbers from 0 to 1 that sum to 1", lower=0, upper=1, event=1, there="simplex"
    ),
    Constraint(
        "sum_to_zero",
        "numbers that sum to 0",
        event=1,
        there="zero_sum",
        given=("1",),
        helpers={"pyro": "ZeroSum"},
    ),
    Constraint("ordered_vector", "increasing numbers", event=1, there="ordered_vector"),
    Constraint(
        "positive_ordered_vector",
        "increasing numbers above 0",
        lower=0,
        open=True,
        event=1,
        there="positive_ordered_vector",
    ),
    Constraint("pinned", "numbers, one of which is fixed", event=1, there="real_vector"),
    Constraint(
        "corr_cholesky",
        "the Cholesky factor of a correlation matrix",
        event=2,
        there="corr_cholesky",
    ),
    Constraint("corr_matrix", "a correlation matrix", event=2, there="corr_matrix"),
    Constraint(
        "positive_definite",
        "a positive definite matrix",
        event=2,
        there="positive_definite",
        helpers={"pyro": "PositiveDefinite"},
    ),
    Constraint(
        "lower_cholesky",
        "a lower triangle with a positive diagonal",
        event=2,
        there="lower_cholesky",
    ),
)

CONSTRAINTS: Mapping[str, Constraint] = {row.name: row for row in _ROWS}

# The words that declare data → (kind of scalar, constraint).
DATA_TYPES: Mapping[str, tuple[Kind, str]] = {
    "real": ("real", "real"),
    "positive": ("real", "positive"),
    "nonnegative": ("real", "nonnegative"),
    "unit": ("real", "unit"),
    "int": ("int", "int"),
    "count": ("int", "count"),
    "binary": ("bool", "binary"),
}
