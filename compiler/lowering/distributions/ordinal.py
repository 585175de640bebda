"""Outcomes whose categories have an order: their cut points, and whether the order is known."""

from __future__ import annotations

from ....grammar.diagnostics import Note, SpecError
from ....grammar.source import Span
from ... import ir
from .. import later
from ..axes import declared_size
from ..scope import Quantity, Scope, error
from ..wording import brackets

CUTS = "cutpoints"
"""The parameter that holds cut points."""


def check_cuts(
    scope: Scope, outcome: Quantity | None, batch: ir.Dims, axis: ir.Dim, of: str, span: Span
) -> None:
    """Cut points along `axis` against the outcome whose categories they part.

    Raises SpecError where there are too many or too few of them (B302), or each group has its own
    number (B401); B302 too where nobody says in which order the categories are.
    """
    group = next((p for p in scope.plates if _in_groups(scope, axis, p, batch)), None)
    if group is not None:
        notes = scope.note(axis.plate, "nested here")
        raise SpecError(later.ragged_cuts(axis.plate, group, span, notes))
    if outcome is None or outcome.index_plate is None:
        return
    plate = scope.plates[outcome.index_plate]
    declared = scope.note(outcome.name, f"declared as `{plate.name}`")
    if plate.name == axis.plate:
        raise error(
            "B302",
            f"the cut points of `{of}` lie between the elements of `{plate.name}`: they are one "
            "fewer, and have a plate of their own",
            span,
            label=f"over `{axis}`",
            notes=declared,
            help=f"`plate cut = {_fewer(scope, plate.name)}` and `c[cut] ~ Ordered(Normal(0, 5))`",
        )
    levels, cuts = (declared_size(scope, ir.Dim(name)) for name in (plate.name, axis.plate))
    if levels is not None and cuts is not None and levels != cuts + 1:
        raise error(
            "B302",
            f"{cuts} cut points part {cuts + 1} categories, and `{plate.name}` has {levels}",
            span,
            notes=(*declared, *scope.note(axis.plate), *scope.note(plate.name)),
            help=f"cut points are one fewer than categories: `plate {axis.plate} = {levels - 1}`",
        )
    if plate.labels is None and plate.size is None and plate.ordered_by is None:
        raise error(
            "B302",
            f"`{of}` needs the order of the elements of `{plate.name}`, which the spec "
            "does not say",
            span,
            notes=(
                *declared,
                Note(plate.span, "labels from the data are sorted, words by letters"),
            ),
            help=f"give the labels in order, `plate {plate.name} = [low, middle, high]` or "
            f"`plate {plate.name} = 1..5`",
        )


def _in_groups(scope: Scope, axis: ir.Dim, plate: str, batch: ir.Dims) -> bool:
    """Whether cut points lie within the elements of a plate that the rows lie within, too."""
    nesting = scope.nesting
    inner = axis.plate != plate and bool(nesting.paths(axis.plate, plate))
    return inner and nesting.covers(batch, ir.Dim(plate))


def _fewer(scope: Scope, plate: str) -> str:
    levels = declared_size(scope, ir.Dim(plate))
    return "4" if levels is None else str(levels - 1)


def no_cuts(name: str, given: str, outcome: Quantity | None, left: ir.Dims) -> tuple[str, str]:
    """What is wrong with cut points that have no axis, or two, of their own; and the remedy."""
    message = "the cut points are the one axis that the statement does not have; "
    message += f"here there is {'more than one' if left else 'none'}"
    if left:
        return message, f"choose an element of `{left[0]}`, such as `{given}[{left[0]} = 1]`"
    drawn = f"{outcome.name}{brackets(outcome.dims)}" if outcome else "y[row]"
    help = f"`plate cut = 2`, `c[cut] ~ Ordered(Normal(0, 5))`, `{drawn} ~ {name}(…, c)`"
    return message, help
