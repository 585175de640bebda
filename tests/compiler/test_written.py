"""Classes that programs bring along because their rows give formulas: draws, densities, text."""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import bayescript as bs
from bayescript.compiler.backends.written import written
from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family, Form
from bayescript.runtime.distributions import Law
from bayescript.runtime.execute import load_program
from tests.compiler.libraries import LIBRARIES, Library
from tests.compiler.test_family_table import parameters_of

WRITTEN = [
    (name, *found) for name in LIBRARIES for row in FAMILIES if (found := written(row, name))
]
each = pytest.mark.parametrize(
    ("library", "row", "form"),
    [(LIBRARIES[name], row, form) for name, row, form in WRITTEN],
    ids=[f"{name} {row.name}" for name, row, _ in WRITTEN],
)


@cache
def source(name: str, backend: str) -> str:
    """A program with the class in it."""
    found = written(name, backend)
    assert found is not None
    values = parameters_of(*found, 0)
    given = ", ".join(f"{key} = {float(value):g}" for key, value in values.items())
    whole = CONSTRAINTS[found[0].support].integer
    given = ", ".join(f"{key} = {value}" for key, value in values.items()) if whole else given
    text = f"z ~ {name}({given})\nfactor z\n"
    if whole:
        text = f"plate i\ndata\n  y[i] : int\ny[i] ~ {name}({given})\n"
    return bs.loads(text, "s.bayes").compile(backend).source


def law(row: Family, values: dict[str, Any], library: Library) -> Any:
    program = load_program(source(row.name, library.name), f"{row.name}_{library.name}")
    cls = getattr(program.module, row.name)
    return cls(**{name: library.array(np.asarray(v, float)) for name, v in values.items()})


@each
def test_draws_follow_the_density(library: Library, row: Family, form: Form) -> None:
    values = parameters_of(row, form, 3)
    with library.float64():
        x = library.draws(law(row, values, library), 4000, 1)
        assert x.shape == (4000,)
        spread = law(row, {k: np.full((3, 1), v) for k, v in values.items()}, library)
        assert library.draws(spread, 5, 0).shape == (5, 3, 1)

    def density(x: Any) -> Any:
        return np.exp(form.log_density(x, **values))

    if CONSTRAINTS[row.support].integer:
        found, counts = np.unique(x, return_counts=True)
        expected = 4000 * density(found)
        assert expected.sum() > 3990
        many = expected > 5
        z = (counts - expected)[many] / np.sqrt(expected[many])
        assert np.abs(z).max() < 4.5
    else:
        assert stats.kstest(x, distribution(density, x)).pvalue > 1e-3


def distribution(density: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
    """The distribution function by quadrature between sorted points, from far below them all."""
    points = np.unique(np.quantile(x, np.linspace(0, 1, 60)))
    pieces = [integrate.quad(density, a, b)[0] for a, b in pairwise(points)]
    low = points[0]
    reach = [low - 2.0**k * (np.ptp(points) + 1) for k in range(12)]
    below = sum(
        integrate.quad(density, a, b)[0] for a, b in zip(reach, [low, *reach], strict=False)
    )
    total = np.concatenate([[below], below + np.cumsum(pieces)])
    return lambda q: np.interp(q, points, total)


@each
def test_it_has_the_density_and_the_support_of_the_row(
    library: Library, row: Family, form: Form
) -> None:
    values = parameters_of(row, form, 5)
    with library.float64():
        ours = law(row, values, library)
        x = library.draws(ours, 50, 2)
        found = np.asarray(ours.log_prob(library.array(x)))
        assert ours.support.is_discrete == CONSTRAINTS[row.support].integer
        assert ours.support.event_dim == 0
        inside = getattr(ours.support, "check", ours.support)
        assert np.asarray(inside(library.array(x))).all()
    np.testing.assert_allclose(found, form.log_density(x, **values), rtol=1e-10, atol=1e-12)


@each
def test_its_slopes_are_right_in_the_tails_too(library: Library, row: Family, form: Form) -> None:
    if CONSTRAINTS[row.support].integer:
        pytest.skip("whole numbers have no slope")
    values = {name: np.asarray(v, float) for name, v in parameters_of(row, form, 6).items()}
    x = Law(row, form, values).quantile(np.array([1e-6, 0.01, 0.3, 0.5, 0.9, 1 - 1e-6]))
    at = {"x": x, **{name: np.full(x.shape, v) for name, v in values.items()}}

    def reference(at: dict[str, Any]) -> Any:
        return form.log_density(at["x"], **{n: v for n, v in at.items() if n != "x"})

    with library.float64():
        found = library.slopes(
            lambda at: type(law(row, values, library))(
                **{n: v for n, v in at.items() if n != "x"}
            ).log_prob(at["x"]),
            at,
        )
    for name in at:
        step = 1e-7 * np.maximum(np.abs(at[name]), 1e-3)
        up, down = {**at, name: at[name] + step}, {**at, name: at[name] - step}
        wanted = (reference(up) - reference(down)) / (2 * step)
        there = np.isfinite(wanted)  # not where a step leads out of the support
        np.testing.assert_allclose(found[name][there], wanted[there], rtol=1e-4, atol=1e-5)


@each
def test_it_looks_as_ruff_would_leave_it(library: Library, row: Family, form: Form) -> None:
    text = source(row.name, library.name)
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "-"]
    done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
