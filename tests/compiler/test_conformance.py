"""Every family, in every parametrisation, as prior and as likelihood: program against reference."""

from typing import Any

import numpy as np
import pytest

from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family, Form, Parameter
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

UNITS, K = 6, 3
FORMS = [(row, form) for row in FAMILIES.values() for form in row.forms]
NAMES = [" ".join((row.name, *(p.name for p in form.parameters))) for row, form in FORMS]
WORDS = {
    "real": "real", "positive": "positive", "nonnegative": "nonnegative", "unit": "unit",
    "count": "count", "int": "int", "simplex": "unit", "real_vector": "real",
    "positive_definite": "real", "lower_cholesky": "real", "ordered_vector": "real",
}  # fmt: skip


def parameter_value(p: Parameter, rng: np.random.Generator, extreme: float) -> Any:
    shape = (UNITS,) if not p.event else (K,) * p.event
    if p.name == "cutpoints":  # one fewer than categories
        shape = (K - 1,)
    z = extreme * rng.normal(size=shape)
    match p.constraint:
        case "ordered_vector":
            return np.sort(z)
        case "simplex":
            return np.exp(z) / np.exp(z).sum()
        case "positive_definite":
            return z @ z.T + np.eye(K)
        case "lower_cholesky":
            return np.linalg.cholesky(z @ z.T + np.eye(K))
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
    z = rng.normal(size=(UNITS, K) if row.event else UNITS)
    match row.support:
        case "binary":
            return rng.integers(0, 2, size=UNITS)
        case "category":
            return np.arange(UNITS) % K
        case "up_to" if row.name == "Hypergeometric":
            low = np.maximum(0, values["draws"] - values["failures"])
            return rng.integers(low, np.minimum(values["draws"], values["successes"]) + 1)
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


def spec(row: Family, form: Form, observed: bool, dims: str) -> str:
    lines = ["plate unit", f"plate k = {K}", f"plate cut = {K - 1}", "data"]
    for p in form.parameters:
        axes = "unit" if not p.event else ", ".join(["k", "k'"][: p.event])
        axes = "cut" if p.name == "cutpoints" else axes
        lines.append(f"  {p.name}_given[{axes}] : {WORDS[p.constraint]}")
    if observed:
        whole = "int" if row.support == "int_interval" else "count"
        kind = {"int": whole, "bool": "binary", "index": "k"}.get(row.kind, "real")
        lines.append(f"  value[{dims}] : {kind}")
    given = ", ".join(f"{p.name} = {p.name}_given" for p in form.parameters)
    return "\n".join([*lines, f"value[{dims}] ~ {row.name}({given})", ""])


def given_data(row: Family, form: Form, rng: np.random.Generator, extreme: float) -> dict[str, Any]:
    values = {p.name: parameter_value(p, rng, extreme) for p in form.parameters}
    if "high" in values:
        gap = rng.integers(0, 9, size=UNITS) if row.kind == "int" else np.exp(values["high"])
        values["high"] = values["low"] + gap
    if row.name == "Hypergeometric":
        values["draws"] = np.minimum(values["draws"], values["successes"] + values["failures"])
    return values


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("extreme", [0.5, 3.0], ids=["bulk", "tail"])
@pytest.mark.parametrize(("row", "form"), FORMS, ids=NAMES)
def test_as_a_likelihood(row: Family, form: Form, extreme: float, backend: str) -> None:
    if row.event == 2:
        pytest.skip("a matrix is no outcome of a table")
    rng = np.random.default_rng(len(row.name))
    values = given_data(row, form, rng, extreme)
    data = {f"{name}_given": value for name, value in values.items()}
    data["value"] = outcome(row, values, rng)
    dims = "unit, k" if row.event else "unit"
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
    dims = {0: "unit", 1: "unit, k", 2: "k, k'"}[row.event]
    text = spec(row, form, False, dims)
    if row.event == 2:
        values = {name: np.mean(value) for name, value in values.items()}
        text = text.replace("[unit]", "")
    data = {f"{name}_given": value for name, value in values.items()}
    Emitted(text, data, {"unit": UNITS}, backend).check()
