"""Every family, in every parametrisation, as prior and as likelihood: program against reference."""

from typing import Any

import numpy as np
import pytest

from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family, Form, Parameter
from tests.compiler.emitted import Emitted, correlation_cholesky
from tests.compiler.runners import BACKENDS

UNITS, K, L = 6, 3, 2
FORMS = [(row, form) for row in FAMILIES.values() for form in row.forms]
NAMES = [" ".join((row.name, *(p.name for p in form.parameters))) for row, form in FORMS]
WORDS = {
    "real": "real", "positive": "positive", "nonnegative": "nonnegative", "unit": "unit",
    "count": "count", "int": "int", "simplex": "unit", "real_vector": "real",
    "positive_definite": "real", "lower_cholesky": "real", "ordered_vector": "real",
    "correlation": "real(-1, 1)",
}  # fmt: skip


SIZES = {"unit": UNITS, "k": K, "k'": K, "l": L, "l'": L, "cut": K - 1}


def axes(row: Family, p: Parameter) -> list[str]:
    """The axes of a parameter, of a vector over `k` or a matrix over `k, k'` or `k, l`."""
    if p.name == "cutpoints":  # one fewer than categories
        return ["cut"]
    match p.over, p.event:
        case "own", _:
            return [*["k", "k'"][: p.event - 1], "l"]
        case "columns", _:
            return ["l", "l'"]
        case "", 0:
            return ["unit"]
        case "", 2 if row.event == 2 and not row.square:
            return ["k", "l"]
    return ["k", "k'"][: p.event]


def parameter_value(row: Family, p: Parameter, rng: np.random.Generator, extreme: float) -> Any:
    shape = tuple(SIZES[axis] for axis in axes(row, p))
    if p.name == "adjacency":
        return np.ones(shape) - np.eye(K)
    if p.name == "df" and row.square:
        return K - 1 + np.exp(extreme * rng.normal(size=shape))
    z = extreme * rng.normal(size=shape)
    match p.constraint:
        case "ordered_vector":
            return np.sort(z)
        case "simplex":
            return np.exp(z) / np.exp(z).sum()
        case "positive_definite":
            return z @ z.T + np.eye(len(z))
        case "lower_cholesky":
            return np.linalg.cholesky(z @ z.T + np.eye(len(z)))
        case "correlation":
            return np.tanh(z)
        case "category":
            return np.array([0, 1, 2])[: len(z)]
        case "unit":
            return 1 / (1 + np.exp(-z))
        case "count":
            return rng.integers(3, 12, size=shape)
        case "int":
            return rng.integers(-9, 0, size=shape)
        case "positive" | "nonnegative":
            return np.exp(z)
    return z


def outcome(row: Family, values: dict[str, Any], rng: np.random.Generator) -> Any:
    z = rng.normal(size=tuple(SIZES[axis] for axis in value_axes(row)))
    match row.support:
        case _ if row.name == "Delta":
            return values["value"]
        case "binary":
            return rng.integers(0, 2, size=UNITS)
        case "category":
            return np.arange(UNITS) % K
        case "up_to" if row.name == "Hypergeometric":
            low = np.maximum(0, values["draws"] - values["failures"])
            return rng.integers(low, np.minimum(values["draws"], values["successes"]) + 1)
        case "counts":
            return np.array([rng.multinomial(n, np.ones(K) / K) for n in values["total_count"]])
        case "sum_to_zero":
            return z - z.mean(-1, keepdims=True)
        case "corr_cholesky":
            return correlation_cholesky(z)
        case "corr_matrix":
            factor = correlation_cholesky(z)
            return factor @ factor.mT
        case "positive_definite":
            return z @ z.mT + np.eye(K)
        case "up_to":
            return rng.integers(0, values["total_count"] + 1)
        case "count":
            return rng.integers(0, 30, size=UNITS)
        case "positive":
            return np.exp(z)
        case "unit":
            return 1 / (1 + np.exp(-z))
        case "simplex":
            return np.exp(z) / np.exp(z).sum(-1, keepdims=True)
        case "interval":
            return values["low"] + (values["high"] - values["low"]) / (1 + np.exp(-z))
        case "int_interval":
            return rng.integers(values["low"], values["high"] + 1)
        case "greater_than":
            return values["scale"] + np.exp(z)
        case "angle":
            return np.pi * np.tanh(z)
    return z


def value_axes(row: Family) -> list[str]:
    """The axes of an outcome."""
    return ["unit", "k", "k'" if row.square else "l"][: row.event + 1]


def spec(row: Family, form: Form, observed: bool, dims: str) -> str:
    ordered = " ordered" if row.sequence else ""
    lines = ["plate unit", f"plate k = {K}{ordered}", f"plate l = {L}", f"plate cut = {K - 1}"]
    if form.edges:
        lines.append("plate edge within (node1: k, node2: k)")
    if observed or not form.edges:
        lines.append("data")
    for p in form.parameters:
        if not form.edges:
            lines.append(f"  {p.name}_given[{', '.join(axes(row, p))}] : {WORDS[p.constraint]}")
    if observed:
        whole = "int" if row.support == "int_interval" else "count"
        kind = {"int": whole, "bool": "binary", "index": "k"}.get(row.kind, "real")
        lines.append(f"  value[{dims}] : {kind}")
    given = form.edges or ", ".join(f"{p.name} = {p.name}_given" for p in form.parameters)
    return "\n".join([*lines, f"value[{dims}] ~ {row.name}({given})", ""])


def given_data(row: Family, form: Form, rng: np.random.Generator, extreme: float) -> dict[str, Any]:
    if form.edges:
        return {"node1": np.array([0, 0, 1]), "node2": np.array([1, 2, 2])}
    values = {p.name: parameter_value(row, p, rng, extreme) for p in form.parameters}
    if "high" in values:
        gap = rng.integers(0, 9, size=UNITS) if row.kind == "int" else np.exp(values["high"])
        values["high"] = values["low"] + gap
    if row.name == "Hypergeometric":
        values["draws"] = np.minimum(values["draws"], values["successes"] + values["failures"])
    return values


def named(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    """The data of a spec; the ends of edges are the plate's own columns."""
    return values if form.edges else {f"{name}_given": value for name, value in values.items()}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("extreme", [0.5, 3.0], ids=["bulk", "tail"])
@pytest.mark.parametrize(("row", "form"), FORMS, ids=NAMES)
def test_as_a_likelihood(row: Family, form: Form, extreme: float, backend: str) -> None:
    rng = np.random.default_rng(len(row.name))
    values = given_data(row, form, rng, extreme)
    data = named(form, values)
    data["value"] = outcome(row, values, rng)
    dims = ", ".join(value_axes(row))
    # The library's own negative binomial loses digits where the concentration is large.
    loses = row.name == "NegativeBinomial" and backend == "numpyro"
    rtol = 1e-7 if loses else 1e-9
    emitted = Emitted(spec(row, form, True, dims), data, {"unit": UNITS}, backend)
    emitted.check(points=1, rtol=rtol)


CONTINUOUS = [pair for pair in FORMS if not CONSTRAINTS[pair[0].support].integer]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("row", "form"), CONTINUOUS,
    ids=[" ".join((row.name, *(p.name for p in form.parameters))) for row, form in CONTINUOUS],
)  # fmt: skip
def test_as_a_prior(row: Family, form: Form, backend: str) -> None:
    rng = np.random.default_rng(len(row.name) + 1)
    values = given_data(row, form, rng, 0.5)
    dims = ", ".join(value_axes(row))
    text = spec(row, form, False, dims)
    Emitted(text, named(form, values), {"unit": UNITS}, backend).check()
