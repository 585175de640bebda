"""Hard bounds on quantities that could be any number."""

from __future__ import annotations

from collections.abc import Iterator

from ...grammar.diagnostics import Diagnostic, Note
from .. import ir
from .graph import Graph
from .predictor import Predictor, outcomes
from .priors import literal


def hard_bounds(model: ir.Model) -> Iterator[Diagnostic]:
    """W212 for a level or a coefficient that is kept between two numbers."""
    graph = Graph(model)
    found = list(outcomes(graph))
    for latent in graph.draws():
        bounds = _bounds(latent.distribution)
        if bounds is None or max(map(abs, bounds)) <= 1:  # a share or a correlation lies there
            continue
        own = [predictor for predictor in found if predictor.of(latent.name)]
        if not own or not _only_there(graph, latent.name, own):
            continue
        terms = [term for predictor in own for term in predictor.of(latent.name)]
        if any(_has_bounds(model, predictor.outcome, bounds) for predictor in own):
            continue
        if any(_looks_back(graph, factor) for term in terms for factor in term.factors):
            continue
        low, high = bounds
        flat = f"Flat(lower = {low:g}, upper = {high:g})"
        yield Diagnostic(
            "W212",
            f"`{latent.name}` cannot leave {low:g} to {high:g}, whatever the data say",
            latent.distribution.span,
            notes=(Note(terms[0].place.span, "it could be any number here"),),
            help=f"a soft prior, such as `{_soft(low, high)}`; where the bounds are known facts, "
            f"`{flat}` says so",
        )


def _bounds(distribution: ir.Distribution) -> tuple[float, float] | None:
    """The two numbers between which a distribution keeps its values."""
    ends: list[ir.Expr | None] = []
    match distribution:
        case ir.Dist(family="Uniform", arguments=arguments):
            ends = [value for _, value in arguments]
        case ir.Restricted(base, lower, upper) if base.kind == "real":
            ends = [lower, upper]
    found = [value for end in ends if end is not None and (value := literal(end)) is not None]
    return (found[0], found[1]) if len(found) == 2 else None


def _only_there(graph: Graph, name: str, own: list[Predictor]) -> bool:
    """Whether a latent enters the model by these predictors alone, each time as a summand."""
    known = {p.outcome.name for p in own}
    if any(user.name not in known for user in graph.users(name)):
        return False
    for predictor in own:
        others = [v for n, v in predictor.family.arguments if n != predictor.parameter]
        opaque = [t.expr for t in predictor.terms if not t.latent]
        if any(name in graph.on(node) for node in (*others, *opaque)):
            return False
    return True


def _has_bounds(model: ir.Model, outcome: ir.Sample, bounds: tuple[float, float]) -> bool:
    """Whether an outcome is declared to lie within the bounds of its level."""
    datum = model.datum(outcome.name)
    ends = (None, None) if datum is None else (datum.lower, datum.upper)
    return any(end is not None and literal(end) in bounds for end in ends)


def _looks_back(graph: Graph, factor: ir.Expr) -> bool:
    """Whether these are earlier values: with too large a coefficient a series explodes."""
    return any(isinstance(node, ir.Shift | ir.Lags) for node in graph.inside(factor))


def _soft(low: float, high: float) -> str:
    """A prior of about the same width, one-sided where a bound is 0."""
    if low == 0:
        return f"HalfNormal({high / 2:g})"
    if high == 0:
        return f"-1 * HalfNormal({-low / 2:g})"
    return f"Normal({(low + high) / 2:g}, {(high - low) / 4:g})"
