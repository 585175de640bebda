"""The functions of the language as the reference evaluator computes them."""

import math

import numpy as np
import pytest

from bayescript.compiler.reference.formulas import function, operate
from bayescript.compiler.tables.functions import FUNCTIONS


def test_every_function_has_a_value() -> None:
    for row in {r for r in FUNCTIONS.values() if not r.name.startswith("_")}:
        at = {"log1m_exp": [-0.5], "log_diff_exp": [2.0, 1.0]}.get(row.name, [0.4, 0.3, 0.2])
        assert np.isfinite(function(row.name)(*map(np.float64, at[: row.arity]))), row.name


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("log1m", (1e-20,), -1e-20),
        ("log1p_exp", (800.0,), 800.0),
        ("log1m_exp", (-1e-20,), math.log(1e-20)),
        ("log1m_exp", (-50.0,), -math.exp(-50)),
        ("log_diff_exp", (-1000.0, -1001.0), -1000 + math.log1p(-math.exp(-1))),
        ("log_inv_logit", (-800.0,), -800.0),
        ("cloglog", (1e-20,), math.log(1e-20)),
        ("inv_cloglog", (-50.0,), math.exp(-50)),
        ("inv", (4,), 0.25),
    ],
)
def test_functions_that_are_written_out_keep_their_digits(
    name: str, arguments: tuple[float, ...], wanted: float
) -> None:
    with np.errstate(divide="ignore"):
        found = function(name)(*arguments)
    assert found == pytest.approx(wanted, rel=1e-13, abs=0)


def test_whole_numbers_do_not_wrap_around() -> None:
    ten = np.asarray(10)
    assert operate("^", ten, np.asarray(30)) == 1e30
    assert operate("^", ten, np.asarray(-1)) == 0.1
    assert operate("*", ten, ten).dtype.kind == "i"
