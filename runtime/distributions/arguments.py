"""Which parametrisation a call means, and whether its numbers lie where they must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...compiler.lowering import elsewhere
from ...compiler.lowering.distributions.arguments import shapes
from ...compiler.tables.constraints import CONSTRAINTS
from ...compiler.tables.family import Family, Form
from ...grammar.diagnostics import Diagnostic, SpecError


def choose(row: Family, positional: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Form, Any]:
    """The form that is meant, and its parameters as arrays.

    Raises SpecError: B212 for arguments that fit no form, B301 for numbers out of range.
    """
    if len(positional) > row.positional:
        if not row.positional:
            message = f"the arguments of `{row.name}` go by name: libraries disagree on their order"
        else:
            message = f"`{row.name}` takes {row.positional} by position, not {len(positional)}"
        raise _wrong(row, message)
    first = [p.name for p in row.forms[0].parameters][: len(positional)]
    known = {p.name for form in row.forms for p in form.parameters}
    for name in named:
        if name in first:
            raise _wrong(row, f"`{name}` is given twice")
        if name not in known:
            help = elsewhere.argument(name, known - set(named) - set(first))
            raise _wrong(row, f"`{row.name}` has no argument `{name}`", help)
    given = {**dict(zip(first, positional, strict=True)), **named}
    for form in row.forms:
        wanted = [p.name for p in form.parameters]
        if set(given) == set(wanted):
            values = {name: np.asarray(given[name], float) for name in wanted}
            _check(row, form, values)
            return form, values
    told = ", ".join(f"`{name}`" for name in given) or "nothing"
    raise _wrong(row, f"`{row.name}` is given {told}, which is no parametrisation of it")


def _wrong(row: Family, message: str, help: str = "") -> SpecError:
    return SpecError(Diagnostic("B212", message, help=help or shapes(row.name, row.forms)))


def _check(row: Family, form: Form, values: Mapping[str, Any]) -> None:
    for parameter in form.parameters:
        constraint, value = CONSTRAINTS[parameter.constraint], values[parameter.name]
        inside = np.isfinite(value)
        if constraint.lower is not None:
            inside &= value > constraint.lower if constraint.open else value >= constraint.lower
        if constraint.upper is not None:
            inside &= value <= constraint.upper
        if constraint.integer:
            inside &= value == np.floor(value)
        if not inside.all():
            first = value[~inside].flat[0] if value.ndim else value[()]
            message = f"the {parameter.name} of `{row.name}` must be {constraint.summary}"
            raise SpecError(Diagnostic("B301", message, help=f"{first:g} is not"))
    low, high = (values.get(bound or "") for bound in row.bounds)
    least = 0 if CONSTRAINTS[row.support].integer else np.finfo(float).tiny
    if low is not None and high is not None and not np.all(high - low >= least):
        message = f"the {row.bounds[0]} of `{row.name}` must be below its {row.bounds[1]}"
        raise SpecError(Diagnostic("B301", message))
