"""The tables of distributions in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from bayescript.compiler.backends import BACKENDS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family, Form, Parameter, shape
from bayescript.lsp.describe import support
from docs.curves import PICTURES
from docs.markdown import code, table

DISTRIBUTIONS = """
Beside each distribution stand what it is, the density of its first parametrisation and the
arguments of each, with their ranges. `/1` and `/2` mark a parameter that is a vector or a matrix:
over the axis `p` of a vector, a matrix is `[p, p']`. Of a value over two axes, `/rows` and
`/columns` mark a matrix over the first or the second one. `/1+1` has a further axis of its own, of
a plate that the left side does not have.

The last column says where values lie, how many of the last axes of the left side one value takes
up, and how many leading arguments may be given by position, without their names: those on whose
order Stan, Pyro and NumPyro agree. **t** can be truncated and censored, **n** can be written
non-centred.
"""


def families(rows: Iterable[Family]) -> str:
    head = ("distribution", "what it is, its density and arguments", "values")
    return table(head, (_family(row) for row in rows))


def _family(row: Family) -> tuple[str, ...]:
    name, what = f"`{row.name}`", [row.summary]
    if f"plots/{row.name}.svg" in PICTURES:
        name += f"<br>![{row.name}](plots/{row.name}.svg)"
    if row.density:
        what.append(f"`{row.density}`")
    what += [_arguments(form) for form in row.forms]
    notes = [support(row)]
    if row.event:
        notes.append("1 axis" if row.event == 1 else f"{row.event} axes")
    notes.append(f"{row.positional or 'none'} by position")
    marks = ["**t**"] * bool(row.log_cdf) + ["**n**"] * row.location_scale
    notes += [", ".join(marks)] if marks else []
    return name, "<br>".join(what), "<br>".join(notes)


def _arguments(form: Form) -> str:
    if form.edges:
        return f"`{form.edges}`, a plate within two elements"
    return code(_argument(p) for p in form.parameters)


def _argument(parameter: Parameter) -> str:
    constraint = parameter.constraint.replace("_", " ")
    event = shape(parameter)
    default = f" = {parameter.default:g}" if parameter.default is not None else ""
    return f"{parameter.name} : {constraint}{event}{default}"


def backends() -> str:
    rows = []
    for row in FAMILIES.values():
        for form in row.forms:
            inside = form.edges or ", ".join(p.name for p in form.parameters)
            call = f"`{row.name}({inside})`"
            rows.append((call, *(_spelling(row, form, name) for name in BACKENDS)))
    return table(("distribution", *(b.title for b in BACKENDS.values())), rows)


def _spelling(row: Family, form: Form, backend: str) -> str:
    target = row.target(form, backend)
    if target is None:
        return f"written as `{form.lowering}`"
    names = [*target.values] or [target.arguments.get(p.name, p.name) for p in form.parameters]
    spelled = f"`{target.name or row.name}({', '.join([*names, *target.extra])})`"
    return f"{spelled}, printed" if target.helper else spelled
