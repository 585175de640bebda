"""Which part each column of a table plays in a first spec."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...grammar.diagnostics import Diagnostic, RunError, did_you_mean
from ..binding.tables import Table
from .columns import Look, look
from .kinds import known
from .outcomes import FORMS, Form, kind_of

_FEW = 5  # labels from which on their effects are partially pooled
_MOST = 20  # predictors of a first spec
_NAME = re.compile(r"[^\W\d]\w*")
_RESERVED = frozenset({"and", "or", "not"})
_KINDS = {
    "binary": "0 and 1",
    "count": "whole numbers",
    "unit": "numbers from 0 to 1",
    "positive": "numbers above 0",
    "nonnegative": "numbers, some of them 0",
    "real": "numbers, some of them below 0",
    "labels": "labels",
    "dates": "dates",
    "empty": "nothing",
}


@dataclass(frozen=True)
class Plan:
    """The columns of a first spec.

    `numbers` have slopes; `few` are labels with an effect each, one of them the reference; `groups`
    have effects that are partially pooled. `own` is the column, if any, that names the rows.
    `unused` tells of each other column why it is left out.
    """

    table: Table
    outcome: Look
    kind: str
    form: Form
    numbers: tuple[Look, ...]
    few: tuple[Look, ...]
    groups: tuple[Look, ...]
    own: Look | None
    unused: tuple[tuple[str, str], ...]

    @property
    def parents(self) -> tuple[Look, ...]:
        """The plates of which each row has one element, coarse ones first."""
        return tuple(sorted((*self.few, *self.groups), key=lambda one: len(one.labels)))

    def above(self, column: Look) -> Look | None:
        """The next coarser plate in which a plate of labels is nested."""
        found = [one for one in self.parents if column.within(one)]
        return found[-1] if found else None


def plan(table: Table, outcome: str, kind: str = "", groups: Sequence[str] = ()) -> Plan:
    """The parts of the columns of a table. Raises RunError (B607) where there is no spec for it."""
    for name in (outcome, *groups):
        _must_be_there(table, name)
    looks = [look(table, name) for name in table.header if name]
    y = next(one for one in looks if one.name == outcome)
    chosen = _kind(y, kind)
    numbers: list[Look] = []
    few: list[Look] = []
    pooled: list[Look] = []
    owns: list[Look] = []
    unused: list[tuple[str, str]] = []
    for one in looks:
        if one.name == outcome:
            continue
        why = _why_not(one, one.name in groups)
        if why and one.name in groups:
            raise RunError(Diagnostic("B607", f"`{one.name}` can be no group: it {why}"))
        if one.kind == "labels" and one.distinct and _is_name(one.name):
            owns.append(one)
        if why:
            unused.append((one.name, why))
        elif one.name in groups or (one.kind == "labels" and _is_group(one)):
            pooled.append(one)
        elif one.kind == "labels":
            few.append(one)
        elif len(numbers) == _MOST:
            unused.append((one.name, f"would be more than {_MOST} predictors"))
        else:
            numbers.append(one)
    own = owns[0] if len(owns) == 1 else None
    left = tuple(pair for pair in unused if own is None or pair[0] != own.name)
    return Plan(
        table, y, chosen, FORMS[chosen], tuple(numbers), tuple(few), tuple(pooled), own, left
    )


def _is_group(column: Look) -> bool:
    """Whether the effects of its labels are partially pooled, not held against one of them."""
    return len(column.labels) >= _FEW or column.reference is None


def _must_be_there(table: Table, name: str) -> None:
    if name not in table.header:
        help = did_you_mean(name, table.header) or "there are: " + ", ".join(table.header[:20])
        raise RunError(Diagnostic("B607", f"{table.name} has no column `{name}`", help=help))
    if not _is_name(name):
        help = "rename the column: a name has letters, digits and `_`, and no digit first"
        raise RunError(Diagnostic("B607", f"`{name}` cannot be a name in a spec", help=help))


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text not in _RESERVED


def _kind(y: Look, wanted: str) -> str:
    """The kind of starter for an outcome."""
    written = ", ".join(FORMS)
    if wanted and known(wanted) not in FORMS:
        help = f"those that are: {written}; groups are found in the table, or told by --group"
        raise RunError(Diagnostic("B607", f"`{wanted}` is not written for a table", help=help))
    if y.kind == "labels" and y.distinct:
        problem = "has a label of its own in every row"
    elif y.kind == "labels" and y.reference is None:
        problem = "has quotation marks in its labels"
    elif y.constant:
        problem = "is empty" if y.kind == "empty" else "is the same in every row"
    elif not kind_of(y):
        problem = f"holds {_KINDS[y.kind]}"
    else:
        return (wanted and _suits(y, wanted)) or kind_of(y)
    help = "the outcome is the column to be explained, such as --outcome score"
    raise RunError(Diagnostic("B607", f"no starter explains `{y.name}`: it {problem}", help=help))


def _suits(y: Look, wanted: str) -> str:
    form = FORMS[wanted]
    problem = f"holds {_KINDS[y.kind]}" if y.kind not in form.takes else form.fits(y.known)
    if not problem:
        return wanted
    message = f"`{wanted}` explains {form.needs}: `{y.name}` {problem}"
    raise RunError(Diagnostic("B607", message, help=f"`{kind_of(y)}` suits it"))


def _why_not(column: Look, group: bool) -> str:
    """Why a column is not used, as the end of a sentence; nothing where it is."""
    if not _is_name(column.name):
        return "cannot be a name in a spec: rename the column"
    if column.constant:
        return "is empty" if column.kind == "empty" else "is the same in every row"
    if (group or column.kind == "labels") and column.distinct:
        return "has a label of its own in every row"
    if column.kind == "dates" and not group:
        return "holds dates"
    if column.missing and (group or column.kind in ("labels", "binary")):
        return "has an empty cell" if column.missing == 1 else f"has {column.missing} empty cells"
    return ""
