"""The densities that the catalogue shows are those that programs are held to."""

from typing import Any

import numpy as np
import pytest

from bayescript.compiler.tables.families import FAMILIES
from bayescript.runtime.distributions import Law
from docs.curves import EXAMPLES, single
from docs.densities import density
from tests.compiler.test_family_table import parameters_of

SINGLE = [row for row in FAMILIES.values() if single(row)]


@pytest.mark.parametrize("row", SINGLE, ids=lambda row: row.name)
def test_a_density_is_what_the_catalogue_shows(row: Any) -> None:
    for seed in range(3):
        values = parameters_of(row, row.forms[0], seed)
        x = Law(row, row.forms[0], values).sample(20, seed=seed)
        shown = density(row, x, **{name: np.asarray(v, float) for name, v in values.items()})
        np.testing.assert_allclose(
            np.log(shown), row.forms[0].log_density(x, **values), rtol=1e-8, atol=1e-8
        )


def test_every_family_of_single_numbers_has_a_picture() -> None:
    assert set(EXAMPLES) == {row.name for row in SINGLE}
