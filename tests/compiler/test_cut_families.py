"""Every family with a distribution function, truncated and censored: programs against SciPy's sums.

The probability between the bounds comes from the law in NumPy, whose distribution function other
tests hold against fifty digits.
"""

from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family
from bayescript.runtime.distributions import Law
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.compiler.test_family_table import parameters_of

# Between two bounds of a point mass there is nothing to cut.
CUT = [row for row in FAMILIES.values() if row.log_cdf and row.name != "Delta"]


def law(row: Family) -> Law:
    values = parameters_of(row, row.forms[0], 3)
    return Law(row, row.forms[0], {name: np.asarray(v, float) for name, v in values.items()})


def call(ours: Law) -> str:
    whole = {p.name for p in ours.form.parameters if p.constraint in ("count", "int")}
    given = (
        f"{name} = {int(v) if name in whole else float(v)!r}" for name, v in ours.parameters.items()
    )
    return f"{ours.row.name}({', '.join(given)})"


def emitted(row: Family, distribution: str, data: dict[str, Any], backend: str) -> Emitted:
    kind = "int" if row.kind != "real" else "real"
    flag = "  hidden[i] : binary\n" * ("hidden" in data)
    declared = f"plate i\ndata\n  y[i] : {kind}\n{flag}"
    try:
        return Emitted(f"{declared}y[i] ~ {distribution}\n", data, backend=backend)
    except bs.BackendError as error:
        assert "B410" in str(error) and backend == "pyro"
        pytest.skip("torch has no incomplete beta function")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("row", CUT, ids=lambda row: row.name)
def test_truncated(row: Family, backend: str) -> None:
    ours = law(row)
    low, high = (float(v) for v in ours.quantile([0.2, 0.9]))
    y = np.clip(ours.quantile([0.3, 0.5, 0.85]), low, high)
    below = ours.cdf(low - 1) if row.kind != "real" else ours.cdf(low)
    wanted = ours.log_prob(y).sum() - 3 * np.log(ours.cdf(high) - below)
    text = f"Truncated({call(ours)}, lower = {low!r}, upper = {high!r})"
    found = emitted(row, text, {"y": y}, backend)
    assert found.density({}) == pytest.approx(wanted, rel=1e-8)
    assert found.reference.log_density({}) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("row", CUT, ids=lambda row: row.name)
def test_censored(row: Family, backend: str) -> None:
    ours = law(row)
    y = ours.quantile([0.3, 0.5, 0.85])
    beyond = ours.sf(y[1] - 1) if row.kind != "real" else ours.sf(y[1])
    wanted = ours.log_prob(y[0]) + np.log(beyond) + ours.log_prob(y[2])
    found = emitted(
        row, f"Censored({call(ours)}, right = hidden)", {"y": y, "hidden": [0, 1, 0]}, backend
    )
    assert found.density({}) == pytest.approx(wanted, rel=1e-8)
    assert found.reference.log_density({}) == pytest.approx(wanted, rel=1e-8)
