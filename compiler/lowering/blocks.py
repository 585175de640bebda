"""The blocks beside the model: what `generate` makes after inference, and the `guide`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Note, did_you_mean
from .. import ir
from ..ir.walk import names, walk
from ..simulation import undrawable
from ..tables.constraints import CONSTRAINTS
from . import observed, ranges
from .scope import Quantity, Scope, error
from .statements import Statements
from .supports import support
from .wording import brackets, listed


class Generated(Statements):
    """Draws and definitions made once for each draw of the posterior; all names are new."""

    def take(self, node: tree.Draw, dims: ir.Dims) -> None:
        name = node.target.name
        known = self.scope.quantities.get(name.name)
        if known is not None:
            raise error(
                "B202",
                f"`{name.name}` has its values already, and what is generated is new",
                name.span,
                notes=self.scope.note(name.name),
                help=f"draw it under another name: `{name.name}_new{brackets(dims)} ~ …`",
            )
        if node.where is not None or node.initially is not None:
            told = node.where or node.initially
            assert told is not None
            word = "where" if node.where is not None else "initially"
            raise error(
                "B219",
                f"`{word}` is of data, and what is generated is drawn anew",
                told.span,
                help="leave it out",
            )
        self.scope.declare(name, "generated")

    def agree(self, node: tree.Draw, value: Quantity | None, drawn: ir.Distribution) -> None:
        if isinstance(drawn, ir.Censored):
            raise observed.censored_latent(node, self.data)
        _drawable(node, drawn, "B219")

    def define(self, node: tree.Define) -> ir.Define:
        made = super().define(node)
        return made if node.local else replace(made, stage="density")


class Guided(Statements):
    """The model's latents, drawn under their own names from what stands for the posterior."""

    def __init__(self, scope: Scope, data: list[ir.Data], latents: Mapping[str, Quantity]) -> None:
        super().__init__(scope, data)
        self.latents = latents

    def take(self, node: tree.Draw, dims: ir.Dims) -> None:
        name = node.target.name
        latent = self.latents.get(name.name)
        if latent is None:
            what = "data" if name.name in self.scope.quantities else "no quantity of the model"
            raise error(
                "B222",
                f"the guide draws the latents of the model, and `{name.name}` is {what}",
                name.span,
                notes=self.scope.note(name.name),
                help=did_you_mean(name.name, self.latents)
                or (f"the latents are {listed(self.latents, 'and')}" if self.latents else "")
                or "nothing is drawn in this model: it needs no guide",
            )
        if name.name in self.scope.quantities:
            raise error(
                "B202",
                f"the guide draws `{name.name}` twice",
                name.span,
                notes=(Note(self.scope.quantities[name.name].span, "the first"),),
                help="keep one of them",
            )
        observed.check_axes(latent, node, dims)

    def agree(self, node: tree.Draw, value: Quantity | None, drawn: ir.Distribution) -> None:
        _drawable(node, drawn, "B222")
        if any(isinstance(n, ir.Restricted) and not n.normalised for n in walk(drawn)):
            raise error(
                "B222",
                "a guide needs the whole density of what it draws, and a type only cuts it",
                node.distribution.span,
                help="`Truncated(…, lower = 0)` renormalises",
            )
        latent = self.latents[node.target.name.name]
        own, given = latent.support, support(drawn)
        assert own is not None
        ours, theirs = ranges.of_support(own), ranges.of_support(given)
        vectors = {own.constraint, given.constraint} & _VECTORS
        same = (
            own.constraint == given.constraint
            if vectors
            else ((ours.low, ours.high) == (theirs.low, theirs.high))
        )
        if not same or drawn.kind != "real":
            raise error(
                "B222",
                f"`{latent.name}` and this distribution do not lie in the same place",
                node.distribution.span,
                label=f"gives {_place(given)}",
                notes=(Note(latent.span, f"is {_place(own)}"),),
                help="take a distribution on the same range: `LogNormal` above 0, `Normal` "
                "anywhere, `Beta` from 0 to 1",
            )

    def define(self, node: tree.Define) -> ir.Define:
        return replace(super().define(node), recorded=False)

    def lacking(self, guide: tree.Guide) -> Iterator[Diagnostic]:
        """The latents that the guide leaves out: it stands for all of the posterior."""
        missing = [q for n, q in self.latents.items() if n not in self.scope.quantities]
        if missing:
            words = listed([q.name for q in missing], "and")
            yield Diagnostic(
                "B222",
                f"the guide does not say how to draw {words}",
                guide.span,
                notes=tuple(Note(q.span, "a latent of the model") for q in missing[:3]),
                help="draw every latent in the guide, such as "
                f"`{missing[0].name}{brackets(missing[0].dims)} ~ …`; or leave the guide out: "
                "`infer svi` has automatic ones",
            )


_VECTORS = {
    "simplex",
    "sum_to_zero",
    "pinned",
    "corr_cholesky",
    "corr_matrix",
    "counts",
    "positive_definite",
    "lower_cholesky",
    "ordered_vector",
    "positive_ordered_vector",
}


def _place(found: ir.Support) -> str:
    return CONSTRAINTS[found.constraint].summary


def _drawable(node: tree.Draw, drawn: ir.Distribution, code: str) -> None:
    """Raises SpecError where a distribution has a density and no way to be drawn."""
    name = node.target.name.name
    what = undrawable(ir.Sample(name, drawn.dims, drawn, ir.Support("real")))
    if what:
        raise error(
            code,
            f"`{name}` {what}: nothing can be drawn from it",
            node.distribution.span,
            help="give it a proper distribution, such as `Normal(0, 1)`",
        )


def guide_scope(scope: Scope) -> Scope:
    """What a guide may use: data, what follows from data alone, and learned parameters."""
    seen = {n: q for n, q in scope.quantities.items() if q.on_data or q.role in ("data", "param")}
    hidden = {n: q for n, q in scope.quantities.items() if n not in seen}
    return replace(scope, quantities=seen, hidden=hidden)


def latents(model_scope: Scope, made: list[ir.Statement]) -> dict[str, Quantity]:
    """The quantities that a guide has to draw."""
    drawn = [s.name for s in made if isinstance(s, ir.Sample) and not s.observed]
    return {name: model_scope.quantities[name] for name in drawn}


def on_data(made: list[ir.Statement]) -> list[ir.Statement]:
    """The local definitions of a block that depend on data alone: computed once, with the rest."""
    return [s for s in made if isinstance(s, ir.Define) and s.stage == "data"]


def own_parameters(
    made: list[ir.Statement], others: list[ir.Statement], guide: list[ir.Statement]
) -> list[ir.Statement]:
    """The parameters that nothing but the guide uses: they are its own."""
    used = {name for s in (*made, *others) for name in names(s)}
    asked = {name for s in guide for name in names(s)} - used
    return [s for s in made if isinstance(s, ir.Param) and s.name in asked]


def imputed(guide: Sequence[tree.Guide], data: Sequence[ir.Data]) -> Iterator[Diagnostic]:
    """Missing cells are latents, too, and no guide can name them."""
    for datum in data:
        if guide and datum.imputed:
            yield Diagnostic(
                "B222",
                f"missing cells of `{datum.name}` are latent, and a guide cannot draw them",
                guide[0].span,
                notes=(Note(datum.span, "declared here"),),
                help="leave the guide out (`infer svi` has automatic ones), or these rows and the "
                "`?`",
            )
