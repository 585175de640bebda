"""Which parametrisation a call of a distribution means, and what is given for it."""

from __future__ import annotations

from collections.abc import Sequence

from ..grammar import tree
from ..grammar.diagnostics import SpecError, did_you_mean
from .scope import error
from .tables.families import FAMILIES
from .tables.family import Family, Form


def signature(name: str) -> str:
    if name not in FAMILIES:
        return f"`{name}(…)`"
    forms = [", ".join(p.name for p in form.parameters) for form in FAMILIES[name].forms]
    return "write " + " or ".join(f"`{name}({form})`" for form in forms)


def arguments(node: tree.Call, row: Family) -> tuple[int, dict[str, tree.Expr]]:
    """Which parametrisation is meant, and its arguments by name."""
    positional = [a for a in node.arguments if a.name is None]
    keywords = [a for a in node.arguments if a.name is not None]
    if len(positional) > row.positional:
        extra = positional[row.positional]
        if row.positional == 0:
            raise error(
                "B212",
                f"the arguments of `{row.name}` go by name: libraries disagree on their order",
                extra.span,
                help=signature(row.name),
            )
        raise error(
            "B212",
            f"`{row.name}` takes {row.positional} by position, and the rest by name",
            extra.span,
            help=signature(row.name),
        )
    names = [a.name for a in keywords if a.name]
    known = {p.name for form in row.forms for p in form.parameters}
    for keyword in keywords:
        if keyword.name not in known:
            raise error(
                "B212",
                f"`{row.name}` has no argument `{keyword.name}`",
                keyword.span,
                help=did_you_mean(str(keyword.name), known) or signature(row.name),
            )
    best: tuple[int, dict[str, tree.Expr]] | None = None
    for number, form in enumerate(row.forms):
        if number and len(positional) > 1 and row.positional < 2:
            continue
        chosen = [p.name for p in form.parameters[: len(positional)]]
        given = (
            dict(zip(chosen, (a.value for a in positional), strict=True))
            if number == 0 or not positional
            else _positional_in(form, positional, row)
        )
        if given is None or set(names) & set(given):
            continue
        given |= {str(a.name): a.value for a in keywords}
        needed = {p.name for p in form.parameters if not p.optional}
        if needed <= set(given) <= {p.name for p in form.parameters}:
            best = number, given
            break
    if best is None:
        raise _wrong_arguments(node, row, names, len(positional))
    return best


def _positional_in(
    form: Form, positional: Sequence[tree.Argument], row: Family
) -> dict[str, tree.Expr] | None:
    """Positions count in a later form only where it begins like the first."""
    first = [p.name for p in row.forms[0].parameters[: len(positional)]]
    if [p.name for p in form.parameters[: len(positional)]] != first:
        return None
    return dict(zip(first, (a.value for a in positional), strict=True))


def _wrong_arguments(node: tree.Call, row: Family, names: list[str], positional: int) -> SpecError:
    twice = [
        n
        for n in names
        if names.count(n) > 1 or n in [p.name for p in row.forms[0].parameters[:positional]]
    ]
    if twice:
        return error("B212", f"`{twice[0]}` is given twice", node.span, help=signature(row.name))
    given = set(names) | {p.name for p in row.forms[0].parameters[:positional]}
    missing = [p.name for p in row.forms[0].parameters if not p.optional and p.name not in given]
    if len(row.forms) == 1 and missing:
        return error(
            "B212",
            f"`{row.name}` lacks its argument `{missing[0]}`",
            node.span,
            help=signature(row.name),
        )
    return error(
        "B212",
        f"these are not the arguments of `{row.name}`",
        node.span,
        help=signature(row.name),
    )
