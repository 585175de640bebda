"""The rows of the family table: well formed, and true of the libraries that they name."""

import inspect
import keyword
import re
import subprocess
import sys
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family, Form, LateDensity, Parameter, Target, Written
from tests.compiler.libraries import LIBRARIES, Library

ROWS = list(FAMILIES.values())
FORMS = [(row, form) for row in ROWS for form in row.forms]
SIZE = 4


def resolved(density: Any) -> Any:
    """The function behind a density that a row names late."""
    return density.resolve() if isinstance(density, LateDensity) else density


def each(pairs: list[tuple[Family, Form]]) -> pytest.MarkDecorator:
    names = [" ".join((row.name, *(p.name for p in form.parameters))) for row, form in pairs]
    return pytest.mark.parametrize(("row", "form"), pairs, ids=names)


# --- the table by itself -------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_well_formed(row: Family) -> None:
    assert FAMILIES[row.name] is row
    assert row.name.isidentifier() and row.name[0].isupper()
    assert row.summary and not row.summary[0].isupper() and not row.summary.endswith(".")
    support = CONSTRAINTS[row.support]
    assert support.event in (row.event, 0)
    assert row.kind in ("real", "int", "bool", "index")
    assert support.integer == (row.kind != "real")
    assert 0 <= row.positional <= len(row.forms[0].parameters)
    parameters = {p.name for p in row.forms[0].parameters}
    assert {bound for bound in row.bounds if bound} <= parameters
    assert any(row.bounds) == bool({"lower", "upper"} & set(support.given))
    if any(form.formula for form in row.forms):
        bounded = any(row.bounds[1:]) and support.integer
        assert row.quantile or row.draw or bounded, "a class that is printed can be drawn from"
    if row.location_scale:
        assert {"loc", "scale"} <= parameters


@each(FORMS)
def test_a_form_is_well_formed(row: Family, form: Form) -> None:
    assert set(form.targets) <= set(LIBRARIES)
    names = [p.name for p in form.parameters]
    assert len(set(names)) == len(names)
    for parameter in form.parameters:
        assert parameter.name.isidentifier() and parameter.name.islower()
        assert parameter.name != "x" and not keyword.iskeyword(parameter.name)
        assert CONSTRAINTS[parameter.constraint].event in (0, parameter.event)
    if isinstance(form.log_density, Written):
        assert form.formula
        used = re.findall(r"[a-z]\w*", form.formula)
        assert {"x", *names} <= set(used)
    else:
        given = inspect.signature(resolved(form.log_density)).parameters
        assert list(given) == ["x", *names]


def test_forms_of_a_family_differ_by_the_names_of_their_parameters() -> None:
    for row in ROWS:
        sets = [frozenset(p.name for p in form.parameters) for form in row.forms]
        assert len(set(sets)) == len(sets), row.name


def test_reading_the_table_loads_no_scipy() -> None:
    code = "import sys, bayescript.compiler.tables.families; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- the table and the libraries -----------------------------------------------------------


def draw(parameter: Parameter, rng: np.random.Generator) -> Any:
    """A value that the constraint of a parameter allows."""
    shape = (SIZE,) * parameter.event
    if parameter.name == "adjacency":
        return np.ones(shape) - np.eye(SIZE)
    match parameter.constraint:
        case "real":
            return rng.normal(size=shape)
        case "positive" | "nonnegative":
            return rng.uniform(0.5, 5, size=shape)
        case "unit":
            return rng.uniform(0.1, 0.9, size=shape)
        case "count":
            return rng.integers(1, 30, size=shape)
        case "int":
            return rng.integers(-9, 9, size=shape)
        case "correlation":
            return rng.uniform(-0.3, 0.9, size=shape)
        case "category":
            return rng.integers(0, SIZE, size=shape)
        case "simplex":
            return rng.dirichlet(np.ones(SIZE))
        case "ordered_vector":
            return np.sort(rng.normal(size=shape))
        case "positive_definite" | "lower_cholesky":
            tril = np.tril(rng.normal(size=shape), -1) + np.diag(rng.uniform(0.5, 2, size=SIZE))
            return tril if parameter.constraint == "lower_cholesky" else tril @ tril.T
    raise AssertionError(f"no values for {parameter.constraint}")


def parameters_of(row: Family, form: Form, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    values = {p.name: draw(p, rng) for p in form.parameters}
    if "high" in values:
        gap = rng.integers(0, 9) if row.kind == "int" else rng.uniform(0.5, 2)
        values["high"] = values["low"] + gap
    if row.square and "df" in values:
        values["df"] = values["df"] + SIZE - 1
    if row.name == "Hypergeometric":
        values["draws"] = rng.integers(1, values["successes"] + values["failures"] + 1)
    return values


def target_of(row: Family, form: Form, library: Library) -> Target:
    target = row.target(form, library.name)
    assert target is not None
    return target


def law_of(row: Family, form: Form, values: dict[str, Any], library: Library) -> Any:
    """The library's distribution; classes that programs bring along are held to it elsewhere."""
    target = target_of(row, form, library)
    given = {target.arguments.get(name, name): library.array(v) for name, v in values.items()}
    if target.values:
        space = {**{name: np.asarray(v) for name, v in values.items()}, "log": np.log}
        given = {name: library.array(eval(text, space)) for name, text in target.values.items()}
    extra = {name: eval(text.format(size=SIZE)) for name, text in target.extra.items()}
    return library.distribution(target.name or row.name)(**given, **extra, validate_args=True)


def own_class(row: Family, target: Target, library: str) -> bool:
    """Whether a program brings along a class of its own, not the library's with a change."""
    if target.written or not target.helper:
        return False
    name = target.name or row.name
    template = files("bayescript.compiler.backends") / "templates" / library / f"{name}.py.j2"
    return f"class {name}(dist.{name})" not in template.read_text(encoding="utf-8")


IN_LIBRARIES = [
    (row, form, name)
    for name in LIBRARIES
    for row, form in FORMS
    if (target := row.target(form, name))
    and not target.written
    # What programs bring along need not be there; all else must.
    and not own_class(row, target, name)
]
each_library = pytest.mark.parametrize(
    ("row", "form", "library"),
    [(row, form, LIBRARIES[name]) for row, form, name in IN_LIBRARIES],
    ids=[" ".join((n, r.name, *(p.name for p in form.parameters))) for r, form, n in IN_LIBRARIES],
)


@each_library
def test_a_library_has_the_arguments(row: Family, form: Form, library: Library) -> None:
    target = target_of(row, form, library)
    known = inspect.signature(library.distribution(target.name or row.name)).parameters
    names = {p.name for p in form.parameters}
    used = [*target.values] or [target.arguments.get(name, name) for name in sorted(names)]
    assert set(target.arguments) <= names
    assert {*used, *target.extra} <= set(known)
    assert len({*used, *target.extra}) == len(used) + len(target.extra)


@each_library
def test_a_library_has_the_density_and_the_support(
    row: Family, form: Form, library: Library
) -> None:
    with library.float64():
        for seed in range(5):
            values = parameters_of(row, form, seed)
            law = law_of(row, form, values, library)
            assert len(law.event_shape) == row.event
            x = library.draws(law, 40, seed)
            assert _inside(row, values, x).all()
            expected = np.asarray(law.log_prob(library.array(x)))
            found = form.log_density(x, **values)
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@each_library
def test_a_library_puts_the_same_constraint_on_the_support(
    row: Family, form: Form, library: Library
) -> None:
    with library.float64():
        law = law_of(row, form, parameters_of(row, form, 0), library)
    ours, theirs = CONSTRAINTS[row.support], law.support
    assert theirs.is_discrete == ours.integer
    assert theirs.event_dim == row.event
    if target_of(row, form, library).helper:
        return  # the class that programs bring along says it better
    if ours.there and not ours.given and not ours.open:
        assert type(theirs) is type(library.constraint(ours.there))


@pytest.mark.parametrize("library", LIBRARIES.values(), ids=list(LIBRARIES))
def test_a_library_has_the_constraints(library: Library) -> None:
    for row in CONSTRAINTS.values():
        if row.there and library.name not in row.helpers:
            assert library.constraint(row.there) is not None


@each([(row, form) for row, form in FORMS if row.location_scale])
def test_location_and_scale_do_what_the_flag_says(row: Family, form: Form) -> None:
    values = parameters_of(row, form, 0)
    loc, scale, z = values["loc"], values["scale"], np.linspace(-9, 9, 19)
    moved = form.log_density(loc + scale * z, **values)
    standard = form.log_density(z, **{**values, "loc": 0.0, "scale": 1.0})
    np.testing.assert_allclose(moved, standard - np.log(scale), rtol=1e-10)


def _inside(row: Family, values: dict[str, Any], x: Any) -> Any:
    """Whether samples satisfy the row's own constraint, with its bounds."""
    support = CONSTRAINTS[row.support]
    low, high = (values[b] if b else None for b in row.bounds)
    if row.support == "category":
        high = SIZE if "cutpoints" in values else SIZE - 1
    low = support.lower if low is None else low
    high = support.upper if high is None else high
    inside = np.isfinite(x)
    if low is not None:
        inside &= x > low if support.open else x >= low
    if high is not None:
        inside &= x <= high
    if support.integer:
        inside &= x == np.floor(x)
    return inside
