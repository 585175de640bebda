"""Small models for the tests of binding: declarations only, built by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bayescript.compiler import ir
from bayescript.compiler.tables.constraints import DATA_TYPES
from bayescript.grammar.diagnostics import DataError, Diagnostic
from bayescript.runtime.binding.data import Bound, bind


def dims(*names: str) -> ir.Dims:
    return tuple(ir.Dim(name.rstrip("'"), name.count("'")) for name in names)


def plate(name: str, *parents: str, **more: Any) -> ir.Plate:
    """`plate("game", "home:team", "away:team")`; a parent without a role is its own."""
    pairs = [parent.partition(":") for parent in parents]
    found = tuple(ir.Parent(role, whole or role) for role, _, whole in pairs)
    return ir.Plate(name, parents=found, **more)


def datum(declaration: str, **more: Any) -> ir.Data:
    """`datum("x[a, b] : real?")`; a word that is no type is a plate."""
    target, _, word = declaration.replace(" ", "").partition(":")
    name, _, axes = target.partition("[")
    names = dims(*axes.rstrip("]").split(",")) if axes else ()
    optional, word = word.endswith("?"), word.rstrip("?")
    if word not in DATA_TYPES:
        return ir.Data(name, names, "index", word, word, optional=optional, **more)
    kind: Any = DATA_TYPES[word][0]
    return ir.Data(name, names, kind, word, optional=optional, **more)


def outcome(name: str, axes: ir.Dims, family: str, **arguments: ir.Expr) -> ir.Sample:
    distribution = ir.Dist(family, 0, tuple(arguments.items()), dims=axes)
    return ir.Sample(name, axes, distribution, ir.Support("real"), observed=True)


def model(*parts: ir.Plate | ir.Data | ir.Sample) -> ir.Model:
    return ir.Model(
        "test",
        "",
        tuple(part for part in parts if isinstance(part, ir.Plate)),
        tuple(part for part in parts if isinstance(part, ir.Data)),
        tuple(part for part in parts if isinstance(part, ir.Sample)),
    )


RADON = model(
    plate("county"),
    plate("home", "county"),
    datum("uranium[county] : real"),
    datum("floor[home] : binary"),
    datum("log_radon[home] : real"),
)
HOMES: Mapping[str, list[Any]] = {
    "county": ["Cook", "Aitkin", "Cook", "Benton"],
    "floor": [0, 1, 0, 1],
    "log_radon": [0.5, -1.25, 2.0, 0.0],
}
COUNTIES: Mapping[str, list[Any]] = {
    "county": ["Aitkin", "Benton", "Cook"],
    "uranium": [0.1, 0.2, 0.3],
}


def violations(
    spec: ir.Model, data: object = None, code: str | None = None, **more: Any
) -> list[Diagnostic]:
    """The violations that binding raises; all must have `code`, if one is given."""
    try:
        bind(spec, data, **more)
    except DataError as error:
        found = list(error.diagnostics)
        assert code is None or {d.code for d in found} == {code}, error
        return found
    raise AssertionError("no violation")


def only(spec: ir.Model, data: object, code: str, *words: str, **more: Any) -> Diagnostic:
    """The one violation; what is shown of it holds all `words`."""
    found = violations(spec, data, code, **more)
    assert len(found) == 1, [d.message for d in found]
    text = found[0].render(None)
    for word in words:
        assert word in text, text
    return found[0]


def same(one: Bound, other: Bound) -> bool:
    """Whether two bindings hold the same arrays, of the same types."""

    def plain(bound: Bound) -> object:
        return [
            {key: (value.dtype.kind, value.tolist()) for key, value in part.items()}
            for part in (bound.data, bound.indices, bound.coords)
        ]

    return plain(one) == plain(other) and one.sizes == other.sizes
