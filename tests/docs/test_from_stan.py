"""The page for those who come from Stan: both programs of each row are one model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.runtime.binding.data import Bound
from docs.stan.constructs import Construct, constructs
from docs.stan.page import from_stan
from tests.verify_stan.sides import (
    PROGRAMS,
    Array,
    Point,
    assert_agree,
    density_of,
    program_of,
    stan_data,
)

stanli = pytest.importorskip("stanli")

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs/from-stan.md"
TABLE = constructs()
NAMES = [row.name for row in TABLE]
SAME_SCALE = [row for row in TABLE if not row.own_scale]
OWN_SCALE = [row for row in TABLE if row.own_scale]
POINTS = 4
# NumPyro's negative binomial rests on an approximation of the beta function, and Stan's derivative
# of the normal tail is one; there ours is that of 40 digits.
LOSES = {
    ("Counts that vary more", "numpyro"): 1e-6,
    ("Truncation", "numpyro"): 1e-6,
    ("Truncation", "pyro"): 1e-6,
}
STEP = 1e-5
SLOPE_RTOL = 1e-6  # of central differences


def _ids(rows: list[Construct]) -> list[str]:
    return [row.name for row in rows]


def _bound(row: Construct) -> tuple[bs.Model, Bound]:
    model = bs.loads(row.bayes)
    return model, model.bind(row.data)


def _stan(row: Construct, model: bs.Model, bound: Bound, code: str = "") -> Any:
    return stanli.Model(stan_code=code or row.stan, data=stan_data(model.ir, bound))


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == from_stan(), "run `python -m docs.stan`"


def test_every_row_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 30


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_what_the_table_quotes_is_in_the_programs(row: Construct) -> None:
    for quoted, program in zip(row.shows, (row.stan, row.bayes), strict=True):
        pieces = [re.escape(" ".join(piece.split())) for piece in quoted.split("…")]
        # Statements that stand apart in the program may stand side by side in the table.
        pattern = ".*?".join(pieces).replace(r";\ ", r"; .*?")
        assert re.search(pattern, " ".join(program.split())), quoted


@pytest.mark.parametrize("backend", PROGRAMS)
@pytest.mark.parametrize("row", SAME_SCALE, ids=_ids(SAME_SCALE))
def test_both_programs_have_one_density(row: Construct, backend: str) -> None:
    pytest.importorskip(backend)
    model, bound = _bound(row)
    ours, dimension = PROGRAMS[backend](*program_of(model, bound, backend))
    theirs = _stan(row, model, bound)
    assert theirs.n_unconstrained == dimension
    points = np.random.default_rng(1).uniform(-1, 1, (POINTS, dimension))
    assert_agree(
        [ours(z) for z in points],
        [theirs.log_prob_grad(z) for z in points],
        LOSES.get((row.name, backend), 1e-8),
    )


@pytest.mark.parametrize("row", OWN_SCALE, ids=_ids(OWN_SCALE))
def test_both_programs_have_one_density_of_the_quantities_themselves(row: Construct) -> None:
    """Where coordinates differ, the densities at the same values, without any Jacobian.

    Stan's is that of the program less that of the same program with an empty model.
    """
    pytest.importorskip("numpyro")
    model, bound = _bound(row)
    density, data = density_of(*program_of(model, bound, "numpyro"))
    whole = _stan(row, model, bound)
    bare = _stan(row, model, bound, row.stan[: row.stan.index("\nmodel {")] + "\nmodel {}\n")
    ours, theirs = _surfaces(density, data, whole, bare)
    points = np.random.default_rng(1).uniform(-1, 1, (POINTS, density.dimension))
    assert_agree([ours(z) for z in points], [theirs(z) for z in points], SLOPE_RTOL)


def _surfaces(density: Any, data: dict[str, Any], whole: Any, bare: Any) -> tuple[Point, Point]:
    import jax

    surface = jax.jit(jax.value_and_grad(density.surface))
    constrain = jax.jit(density.constrain)

    def ours(z: Array) -> tuple[float, Array]:
        value, slope = surface(z, data)
        return -float(value), -np.asarray(slope)

    def stan(z: Array) -> float:
        values = constrain(z, data)
        named = {name: np.asarray(values[name]).tolist() for name in density.shapes}
        at = whole.unconstrain(named)
        return float(whole.log_prob_grad(at)[0] - bare.log_prob_grad(at)[0])

    def theirs(z: Array) -> tuple[float, Array]:
        steps = STEP * np.eye(len(z))
        return stan(z), np.array([(stan(z + h) - stan(z - h)) / (2 * STEP) for h in steps])

    return ours, theirs


def test_generated_quantities_have_one_distribution() -> None:
    pytest.importorskip("numpyro")
    row = next(row for row in TABLE if row.name == "Generated quantities")
    model, bound = _bound(row)
    fit = model.fit(row.data, chains=2, draws=1000, seed=1, progress=False)
    draws = _stan(row, model, bound).sample(chains=2, seed=1, refresh=0)
    # A normal posterior, so the predictive is exact: precision 1/4 + 3, and a variance of 1 more.
    precision = 1 / 4 + len(row.data["y"])
    mean, sd = sum(row.data["y"]) / precision, np.sqrt(1 + 1 / precision)
    for found in (fit.draws["next_y"], draws["next_y"]):
        assert abs(np.mean(found) - mean) < 0.15 * sd
        assert abs(np.std(found) / sd - 1) < 0.1
    assert abs(np.mean(fit.draws["high"]) - np.mean(draws["high"])) < 0.06


@pytest.mark.parametrize("spec", ["ode", "kernel", "prev_on_a_latent", "discrete_latent"])
def test_what_the_page_says_is_not_there_is_not(spec: str) -> None:
    with pytest.raises(bs.BayescriptError) as caught:
        bs.load(TESTS / f"bad/specs/{spec}.bayes")
    assert "B401" in {diagnostic.code for diagnostic in caught.value.diagnostics}
