"""The left side of a draw against what is declared: whether it is data, its axes and its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Note, SpecError, closest, did_you_mean
from ...grammar.printing.canonical import outcomes
from ...grammar.source import Span
from .. import ir
from ..tables.constraints import CONSTRAINTS
from . import ranges
from .scope import Quantity, Scope, error
from .supports import support
from .wording import brackets

_FIRST = {
    "latent": "first drawn here",
    "define": "defined here",
    "param": "a parameter, declared here",
}


def check_section(
    node: tree.Draw, value: Quantity | None, scope: Scope, data: Sequence[ir.Data]
) -> None:
    """YAML says which distributions are priors and which are likelihoods; it must be so."""
    name = node.target.name
    if node.section == "priors" and value is not None:
        raise error(
            "B217",
            f"`{name.name}` is data, and a prior is of what is not known",
            node.target.span,
            notes=(Note(value.span, "declared here"),),
            help="write it under `likelihoods`",
        )
    if node.section == "likelihoods" and value is None and name.name not in scope.broken:
        raise error(
            "B217",
            f"`{name.name}` is not data, and a likelihood is of data",
            node.target.span,
            help=did_you_mean(name.name, [d.name for d in data])
            or "write it under `priors`, or declare it under `data`",
        )


def mixed(spec: tree.Spec) -> Iterator[Diagnostic]:
    """Names that share a distribution are either all given, or all latent."""
    given = outcomes(spec)
    for node in spec.statements:
        if not isinstance(node, tree.Draw):
            continue
        known = {target.name.name in given for target in node.targets}
        if len(known) > 1:
            data, latent = (
                next(t for t in node.targets if (t.name.name in given) == kind)
                for kind in (True, False)
            )
            yield Diagnostic(
                "B217",
                f"`{latent.name.name}` is not data, and `{data.name.name}` is",
                latent.span,
                notes=(Note(data.span, "data"),),
                help="give the prior and the likelihood a line each",
            )


def check_observed(
    value: Quantity, node: tree.Draw, dims: ir.Dims, drawn: Mapping[str, Span]
) -> None:
    """A draw of a name that stands for something already: data, once, with its own axes."""
    name, span = value.name, node.target.span
    if value.role != "data" and not value.on_data:
        what = "is drawn twice" if value.role == "latent" else "has a value already"
        raise error(
            "B202",
            f"`{name}` {what}",
            span,
            label="again" if value.role == "latent" else "drawn here",
            notes=(Note(value.span, _FIRST[value.role]),),
            help="give one of them another name, or leave one out; if both are to hold, the second "
            f"is a factor: `factor {name} ~ …`",
        )
    check_axes(value, node, dims)
    if name in drawn:
        raise error(
            "B202",
            f"`{name}` has two distributions",
            span,
            label="the second",
            notes=(Note(drawn[name], "the first"),),
            help=f"keep one; if both are to hold, the second is a factor: `factor {name} ~ …`",
        )


def check_axes(value: Quantity, node: tree.Draw, dims: ir.Dims) -> None:
    """Raises SpecError (B203) where a left side has other axes than what it names."""
    if dims == value.dims:
        return
    name, shown = value.name, brackets(value.dims)
    raise error(
        "B203",
        f"`{name}` has the axes {shown}, in this order"
        if dims and shown
        else f"`{name}` has the axes {shown}"
        if shown
        else f"`{name}` has no axes",
        node.target.span,
        notes=(Note(value.span, "declared here"),),
        help=f"write `{name}{shown}`",
    )


def discrete_latent(node: tree.Draw, kind: ir.Kind, data: Sequence[ir.Data]) -> SpecError:
    """What is not data is sampled, and only what is continuous can be."""
    name = node.target.name.name
    if isinstance(node.distribution, tree.Call) and node.distribution.function.name == "Delta":
        return error(
            "B401",
            f"`{name}` has one value only, and nothing is to be sampled",
            node.target.span,
            label="not declared under `data`",
            help=f"what is known is a definition, `{name} = …`; `Delta` is a part of mixtures, "
            "such as `Mixture(p, [Delta(0), Poisson(rate)])`",
        )
    close = did_you_mean(name, [d.name for d in data])
    meant = [d.span for d in data if close and d.name == closest(name, [d.name for d in data])]
    word = {"bool": "binary", "int": "count"}.get(kind, "…")
    shape = brackets(d.name for d in node.target.dims or ())
    return error(
        "B401",
        f"`{name}` is a discrete latent, which cannot be sampled here",
        node.target.span,
        label="not declared under `data`",
        notes=tuple(Note(span, "data of a similar name") for span in meant),
        help=close
        or f"if it was observed, declare it under `data` (`{name}{shape} : {word}`); if not, leave "
        "it out, and mix what depends on it over its values: `Mixture(w, Normal(mu, sigma))`, "
        "where `w` and `mu` vary over a plate of these values",
    )


def latent_with_atom(node: tree.Draw, data: Sequence[ir.Data]) -> SpecError:
    """A latent that is exactly 0 at times has no density that a sampler could follow."""
    name = node.target.name.name
    shape = brackets(d.name for d in node.target.dims or ())
    return error(
        "B401",
        f"`{name}` is 0 with a positive chance, and such a latent cannot be sampled here",
        node.target.span,
        label="not declared under `data`",
        help=did_you_mean(name, [d.name for d in data])
        or f"if it was observed, declare it under `data` (`{name}{shape} : nonnegative`); if not, "
        "let it be near 0 instead: `Mixture(p, [HalfNormal(0.01), HalfNormal(1)])`",
    )


def censored_latent(node: tree.Draw, data: Sequence[ir.Data]) -> SpecError:
    """Only what was recorded can have been recorded imperfectly."""
    name = node.target.name.name
    return error(
        "B211",
        f"`{name}` is no data, and only data are censored",
        node.target.span,
        label="not declared under `data`",
        help=did_you_mean(name, [d.name for d in data])
        or f"give `{name}` its distribution without `Censored`, or declare it under `data`",
    )


def check_kind(
    value: Quantity, distribution: ir.Distribution, node: tree.Draw, data: Sequence[ir.Data]
) -> None:
    """The outcome's declared type against what its distribution gives."""
    kind, span = distribution.kind, node.distribution.span
    name, shape = value.name, brackets(value.dims)
    words = [d.type for d in data if d.name == name]
    notes = (Note(value.span, f"declared as `{words[0]}`" if words else "defined here"),)

    def wrong(message: str, label: str, help: str) -> SpecError:
        message = f"`{name}` is {_summary(value)}, and {message}"
        return error("B302", message, span, label, notes, help)

    if kind == "index" and value.kind != "index":
        axis, of = categories(distribution), _family(distribution)
        help = "declare it with the plate of its categories as its type"
        if of != "Categorical":
            help = f"say its levels in order, `plate level = 1..5`, and `{name}{shape} : level`"
        raise wrong(
            f"{'an' if of[0] in 'AEIO' else 'a'} {of} outcome is an element of a plate",
            f"gives an element of `{axis}`" if axis else "",
            help + (f": `{name}{shape} : {axis}`" if axis else ""),
        )
    if kind in ("int", "bool") and value.kind in ("real", "index"):
        word = "binary" if kind == "bool" else "count"
        raise wrong(
            "this distribution gives whole numbers", "", f"declare it `{name}{shape} : {word}`"
        )
    if kind == "bool" and value.kind == "int":
        raise wrong(
            "this distribution gives 0 or 1",
            "",
            f"declare it `{name}{shape} : binary`, or use a `Binomial`",
        )
    if kind == "real" and value.kind == "index":
        raise wrong(
            "this distribution gives numbers",
            "",
            f"use a `Categorical` with probabilities over `{value.index_plate}`, or declare "
            f"`{name}{shape} : real`",
        )
    outcome, given = ranges.of_support(value.support), ranges.of_support(support(distribution))
    if outcome.high < given.low or outcome.low > given.high:
        above = outcome.low > given.high
        side = "above" if above else "below"
        bound = outcome.low if above else outcome.high
        raise error(
            "B302",
            f"`{name}` is {_summary(value)}, which this distribution never gives",
            span,
            label=_between(given),
            notes=notes,
            help=f"take a distribution that goes {side} {bound:g}, or declare it "
            f"`{name}{shape} : real`",
        )


def _between(given: ranges.Range) -> str:
    low, high = given.low, given.high
    if high == float("inf"):
        return f"gives {low:g} and more"
    return f"gives {high:g} and less" if low == -float("inf") else f"gives {low:g} to {high:g}"


def categories(distribution: ir.Distribution) -> str:
    """The plate over which the probabilities of a Categorical run; else an empty string."""
    if isinstance(distribution, ir.Mixture):
        return categories(distribution.components[0])
    if not isinstance(distribution, ir.Dist) or distribution.kind != "index":
        return ""
    if _family(distribution) != "Categorical":  # cut points lie between the categories
        return ""
    covered = {d.plate for d in distribution.dims}
    dims = [d for _, argument in distribution.arguments for d in argument.dims]
    return next((d.plate for d in dims if d.plate not in covered), "")


def _family(distribution: ir.Distribution) -> str:
    """The family of which categories are drawn."""
    if isinstance(distribution, ir.Mixture):
        return _family(distribution.components[0])
    return distribution.family if isinstance(distribution, ir.Dist) else "Categorical"


def _summary(value: Quantity) -> str:
    if value.kind == "index":
        return f"an element of `{value.index_plate}`"
    assert value.support is not None
    return CONSTRAINTS[value.support.constraint].summary
