"""Which axes of a distribution's parameter the distribution consumes."""

from __future__ import annotations

from ..ir.dims import Dims, matrix_axes, twice
from ..tables.family import Parameter


def consumed(parameter: Parameter, event: Dims, given: Dims, batch: Dims) -> Dims:
    """The axes, rows before columns; `given` are those that the argument has.

    A parameter's own axis is the one that neither the batch nor the value has.
    """
    if parameter.over == "rows":
        return twice(event[0])
    if parameter.over == "columns":
        return twice(event[-1])
    if parameter.over == "own":
        fixed = matrix_axes(event, parameter.event - 1)
        return (*fixed, *(d for d in given if d not in (*batch, *fixed)))
    return matrix_axes(event, parameter.event)
