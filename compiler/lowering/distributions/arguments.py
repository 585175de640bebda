"""Which parametrisation a call of a distribution means, and what is given for it."""

from __future__ import annotations

from collections.abc import Sequence

from ....grammar import tree
from ....grammar.diagnostics import Note, SpecError
from ...tables.families import FAMILIES
from ...tables.family import Family, Form
from .. import elsewhere
from ..scope import error
from ..wording import listed


def signature(name: str) -> str:
    if name not in FAMILIES:
        return f"`{name}(…)`"
    return shapes(name, FAMILIES[name].forms)


def shapes(name: str, forms: Sequence[Form]) -> str:
    """`write `Name(a, b)` or …`: how a distribution is called in some of its parametrisations."""
    inside = [form.edges or ", ".join(p.name for p in form.parameters) for form in forms]
    return "write " + " or ".join(f"`{name}({one})`" for one in inside)


def _counted(number: int) -> str:
    return f"{number} argument" + "s" * (number > 1)


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
        most = max(len(form.parameters) for form in row.forms)
        raise error(
            "B212",
            f"`{row.name}` takes {row.positional} by position, and the rest by name"
            if most > row.positional
            else f"`{row.name}` takes {_counted(most)}, not {len(node.arguments)}",
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
                help=elsewhere.argument(str(keyword.name), known - set(names))
                or signature(row.name),
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
        raise _wrong_arguments(node, row, positional, keywords)
    return best


def _positional_in(
    form: Form, positional: Sequence[tree.Argument], row: Family
) -> dict[str, tree.Expr] | None:
    """Positions count in a later form only where it begins like the first."""
    first = [p.name for p in row.forms[0].parameters[: len(positional)]]
    if [p.name for p in form.parameters[: len(positional)]] != first:
        return None
    return dict(zip(first, (a.value for a in positional), strict=True))


def _wrong_arguments(
    node: tree.Call, row: Family, positional: list[tree.Argument], keywords: list[tree.Argument]
) -> SpecError:
    """Why arguments that are all known fit no parametrisation."""
    given: dict[str, tree.Argument] = {}
    first = [p.name for p in row.forms[0].parameters]
    named = [*zip(first, positional, strict=False), *((str(a.name), a) for a in keywords)]
    for name, argument in named:
        if name in given:
            return error(
                "B212",
                f"`{name}` is given twice",
                argument.span,
                label="again",
                notes=(Note(given[name].span, f"this is `{name}` already"),),
                help=signature(row.name),
            )
        given[name] = argument
    fitting = [f for f in row.forms if set(given) <= {p.name for p in f.parameters}]
    if not fitting:
        return _not_together(row, given)
    missing = [p.name for p in fitting[0].parameters if not p.optional and p.name not in given]
    lacks = f"its argument `{missing[0]}`" if len(fitting) == 1 and missing else "an argument"
    return error(
        "B212",
        f"`{row.name}` lacks {lacks}",
        node.span,
        label=f"{listed(given, 'and')} alone" if given else "nothing is given",
        help=shapes(row.name, fitting),
    )


def _not_together(row: Family, given: dict[str, tree.Argument]) -> SpecError:
    """Two arguments that no parametrisation has both."""
    names = list(given)
    for place, later in enumerate(names):
        for before in names[:place]:
            if not any({before, later} <= {p.name for p in f.parameters} for f in row.forms):
                return error(
                    "B212",
                    f"`{row.name}` takes `{before}` or `{later}`, not both",
                    given[later].span,
                    notes=(Note(given[before].span, f"`{before}` is given here"),),
                    help=signature(row.name),
                )
    last = given[names[-1]]
    message = f"these are not the arguments of `{row.name}`"
    return error("B212", message, last.span, help=signature(row.name))
