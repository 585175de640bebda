"""Data of which cells may be missing: what becomes of them, and what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Note
from .. import ir
from ..ir.walk import names, walk
from ..tables.constraints import CONSTRAINTS
from .scope import Scope, error
from .supports import bounded, support, tighter
from .wording import brackets

_NUMBERS = ("real", "positive", "nonnegative", "unit", "greater_than", "less_than", "interval")


class Missing:
    """Settles what the missing cells of each datum with `?` are; `found` says what is wrong."""

    def __init__(self, data: Sequence[ir.Data], statements: Sequence[ir.Statement]) -> None:
        self.statements = statements
        self.drawn = {s.name: s for s in statements if isinstance(s, ir.Sample) and s.observed}
        self.taken = {d.name for d in data} | {s.name for s in statements}
        self.found: list[Diagnostic] = []
        self.data = tuple(self.settled(d) if d.optional else d for d in data)

    def settled(self, datum: ir.Data) -> ir.Data:
        """The datum, with the name of its missing cells where these are latent."""
        users = [s for s in self.statements if datum.name in names(s)]
        sample = self.drawn.get(datum.name)
        if not users:
            return datum
        wrong = self.wrong(datum, sample, users)
        if wrong is not None:
            self.found.append(wrong)
            return datum
        name = f"{datum.name}_missing"
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return replace(datum, imputed=name)

    def wrong(
        self, datum: ir.Data, sample: ir.Sample | None, users: Sequence[ir.Statement]
    ) -> Diagnostic | None:
        """Why the missing cells of something that others depend on cannot be quantities."""
        shown = datum.name + brackets(datum.dims)
        used = (Note(users[0].span, "used here"),)
        if sample is None:
            return Diagnostic(
                "B218",
                f"cells of `{datum.name}` may be missing, and nothing says what they could be",
                datum.span,
                notes=used,
                help=f"give it a distribution (`{shown} ~ Normal(…)`), from which missing cells "
                "are drawn; or leave the rows out, and the `?`",
            )
        if datum.kind != "real":
            return Diagnostic(
                "B401",
                f"cells of `{datum.name}` may be missing, are whole numbers, and others depend "
                "on them: no sampler here draws such cells",
                datum.span,
                notes=used,
                help="leave these rows out, and the `?`; or sum over the values in a `factor`",
            )
        found = support_of_cells(datum, sample)
        if found is None or isinstance(sample.distribution, ir.Censored):
            return Diagnostic(
                "B401",
                f"missing cells of `{datum.name}` cannot be drawn from this distribution",
                sample.span,
                notes=(Note(datum.span, "declared here"), *used),
                help="take a distribution of single numbers whose bounds are numbers, or leave "
                "the rows out",
            )
        if sample.mask is not None and names(sample.mask):
            return Diagnostic(
                "B401",
                f"missing cells of `{datum.name}` need a distribution, and the filter leaves "
                "some of them without",
                sample.mask.span,
                notes=(Note(datum.span, "declared here"), *used),
                help="leave the filter out, or the rows",
            )
        looks = [n for s in users for n in walk(s) if isinstance(n, ir.Shift | ir.Lags)]
        if any(datum.name in names(n.operand) for n in looks):
            return Diagnostic(
                "B401",
                f"`prev` of `{datum.name}`, of which cells may be missing, is a recursion, which "
                "this version cannot run",
                sample.span,
                notes=(Note(datum.span, "declared here"),),
                help="make the gaps steps of a latent series that is observed with noise, or fill "
                "them",
            )
        masks = [s.mask for s in users if isinstance(s, ir.Sample | ir.Term) and s.mask is not None]
        for mask in masks:
            if datum.name in names(mask):
                return Diagnostic(
                    "B302",
                    "a row filter depends on data alone, and some of these cells are not known",
                    mask.span,
                    notes=(Note(datum.span, "declared here"),),
                    help="filter by a column without missing cells",
                )
        return None


def check_declared(scope: Scope, node: tree.Data, kind: ir.Kind) -> None:
    """Raises SpecError where cells cannot be missing, though the type says so."""
    name, word = node.target.name.name, node.type.name.name
    if node.default is not None:
        raise error(
            "B303",
            "a cell that is filled is not missing",
            node.type.span,
            label="may be missing",
            notes=(Note(node.default.span, "filled with this"),),
            help="leave out the `?` or the default",
        )
    if kind == "index":
        raise error(
            "B401",
            "missing labels: part of the language, but not of this version",
            node.type.span,
            notes=scope.note(word, "the plate"),
            help=f"leave these rows out, or give `{word}` a label for what is not known",
        )
    if node.target.dims is None:
        raise error(
            "B303",
            f"`{name}` is one number, and a model without it is another model",
            node.type.span,
            help="leave out the `?`",
        )


def support_of_cells(datum: ir.Data, sample: ir.Sample) -> ir.Support | None:
    """Where missing cells may lie: where the distribution does, and the type allows.

    None where that is no interval between numbers.
    """
    found = support(sample.distribution)
    if found.constraint == "real_vector":
        found = ir.Support("real")
    if found.constraint not in _NUMBERS:
        return None
    row, typed = CONSTRAINTS[found.constraint], CONSTRAINTS.get(datum.type)

    def literal(value: float | None) -> ir.Expr | None:
        return None if value is None else ir.Literal(float(value))

    lower = tighter("maximum", found.lower or literal(row.lower), datum.lower)
    upper = tighter("minimum", found.upper or literal(row.upper), datum.upper)
    if typed is not None:
        lower = tighter("maximum", lower, literal(typed.lower))
        upper = tighter("minimum", upper, literal(typed.upper))
    for end in (lower, upper):
        if end is not None and any(not isinstance(n, ir.Literal | ir.Unary) for n in walk(end)):
            return None
    return bounded(lower, upper)


def cells_plate(datum: ir.Data) -> str:
    """The name of the axis along which the missing cells of a datum stand."""
    return f"{datum.imputed}_cell"


def latent_cells(model: ir.Model) -> dict[str, ir.Data]:
    """The data whose missing cells are latent, by the name of these cells."""
    return {d.imputed: d for d in model.data if d.imputed}
