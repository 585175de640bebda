"""Group effects whose common spread is learned, and the form in which they are sampled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...grammar.diagnostics import Diagnostic, Note
from .. import ir, ranges
from ..passes.noncentre import asked
from .graph import Graph, method
from .predictor import family_of, has_location, predictors
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


def _is_once(graph: Graph, user: ir.Sample | ir.Term, name: str, batch: ir.Dims) -> bool:
    """Whether effects are summands of what has no groups of rows for each of them."""
    own = predictors(graph, [user]) if isinstance(user, ir.Sample) else ()
    terms = [term for predictor in own for term in predictor.of(name)]
    same = set(user.dims) == set(batch)
    return bool(terms) and all(same or term.path is None for term in terms)


def _little(graph: Graph, found: Effects) -> str:
    """Why each of the effects is little informed; empty where the spec alone does not tell."""
    users = graph.users(found.sample.name)
    if any(isinstance(user, ir.Term) for user in users):
        return ""
    if not users:
        return "no outcome depends on them"
    batch = tuple(d for d in found.sample.dims if d not in found.sample.distribution.event)
    if found.own and all(_is_once(graph, user, found.sample.name, batch) for user in users):
        return "each has a spread of its own"
    for user in users:
        assert isinstance(user, ir.Sample)
        family = family_of(user.distribution)
        if not user.observed or family is None or set(user.dims) != set(batch):
            return ""
        # A count may tell much of its mean, and so may an outcome whose error is known.
        scale = dict(family.arguments).get("scale")
        learned = has_location(family) and scale is not None and graph.on(scale)
        if family.family not in _WHOLE and not learned:
            return ""
    return f"each has one `{users[0].name}`"
