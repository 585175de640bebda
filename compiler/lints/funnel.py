"""Group effects whose common spread is learned, and the form in which they are sampled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...grammar.diagnostics import Diagnostic, Note
from .. import ir
from ..lowering import ranges
from ..passes.noncentre import asked
from .graph import Graph, method
from .predictor import has_location, predictors
from .settings import with_setting

_GRADIENT = ("nuts", "hmc")
_WHOLE = ("Bernoulli", "Categorical")


@dataclass(frozen=True, slots=True)
class Effects:
    """Latents along a plate that scatter with a spread that is learned, too.

    `own` says that each has a spread of its own.
    """

    sample: ir.Sample
    spread: tuple[str, ...]
    own: bool
    noncentred: bool


def effects(graph: Graph) -> Iterator[Effects]:
    """Every group of latents of which a centred and a non-centred form can be sampled."""
    if method(graph.model) not in _GRADIENT:
        return
    chosen = asked(graph.model)
    for latent in graph.draws():
        d = latent.distribution
        if not isinstance(d, ir.Dist) or not has_location(d):
            continue
        arguments = dict(d.arguments)
        scale = arguments.get("scale", arguments.get("scale_tril"))
        spread = graph.on(scale) if scale is not None else frozenset[str]()
        batch = set(latent.dims) - set(d.event)
        if spread and batch:
            own = any(
                batch <= set(graph.latents[name].dims) for name in spread if name in graph.latents
            )
            order = sorted(spread, key=lambda name: (not _is_positive(graph, name), name))
            yield Effects(latent, tuple(order), own, latent.name in chosen)


def _is_positive(graph: Graph, name: str) -> bool:
    """Whether a latent is a spread itself, and no correlation."""
    latent = graph.latents.get(name)
    return latent is not None and ranges.of_support(latent.support).nonnegative


def funnels(model: ir.Model) -> Iterator[Diagnostic]:
    """W215 for centred effects of which the spec alone shows that data say little of each."""
    graph = Graph(model)
    found = [(one, _little(graph, one)) for one in effects(graph) if not one.noncentred]
    yield from centred(graph, [(one, why) for one, why in found if why])


def centred(graph: Graph, found: list[tuple[Effects, str]]) -> Iterator[Diagnostic]:
    """What is said of effects that had better be sampled in the non-centred form, and why."""
    names = f"[{', '.join(one.sample.name for one, _ in found)}]"
    for one, why in found:
        spread = graph.latents.get(one.spread[0])
        yield Diagnostic(
            "W215",
            f"where `{one.spread[0]}` is small, the `{one.sample.name}` lie in a narrow funnel",
            one.sample.span,
            label=why,
            notes=(Note(spread.span, "learned as well"),) if spread else (),
            help=f"sample them in the non-centred form: `noncentered = {names}` below `infer`",
            remedies=with_setting(graph.model, "noncentered", names),
        )


def _little(graph: Graph, found: Effects) -> str:
    """Why each of the effects is little informed; empty where the spec alone does not tell."""
    users = graph.users(found.sample.name)
    if not users:
        return "no outcome depends on them"
    batch = set(found.sample.dims) - set(found.sample.distribution.event)
    uses = [_use(graph, user, found.sample.name, batch) for user in users]
    if found.own and "" not in uses:
        return "each has a spread of its own"
    return f"each has one `{users[0].name}`" if set(uses) == {"once"} else ""


def _use(graph: Graph, user: ir.Sample | ir.Term, name: str, batch: set[ir.Dim]) -> str:
    """How effects enter an outcome: `once` each, `together`; empty where that is not known."""
    if not isinstance(user, ir.Sample) or not user.observed:
        return ""
    found = list(predictors(graph, [user]))
    terms = [term for predictor in found for term in predictor.of(name)]
    if terms and all(term.path is None for term in terms):
        return "together"
    if not terms or set(user.dims) != batch:
        return ""
    family = found[0].family
    # A count may tell much of its mean, and so may an outcome whose error is known.
    scale = dict(family.arguments).get("scale")
    learned = has_location(family) and scale is not None and graph.on(scale)
    return "once" if family.family in _WHOLE or learned else ""
