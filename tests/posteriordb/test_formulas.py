"""The formulas of the mapping: what they give, and what is refused."""

from typing import Any

import numpy as np
import pytest

from tests.posteriordb.formulas import FormulaError, evaluate

KNOWN: dict[str, Any] = {
    "n": 3,
    "beta": [10.0, 20.0, 30.0],
    "x": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "group": [2, 1, 2],
    "tau": 4.0,
    "lambda": [2.0, 8.0],
    "last": [1, 1, 4],
    "grade": [[3, -1], [1, 2]],
}
GIVES: dict[str, Any] = {
    "tau": 4.0,
    "beta[1]": 10.0,
    "lambda[2] + tau": 12.0,
    "beta[2:]": [20.0, 30.0],
    "beta[1:2]": [10.0, 20.0],
    "beta[n]": 30.0,
    "beta[group]": [20.0, 10.0, 20.0],
    "x[2, 1]": 4.0,
    "x[:, 2]": [2.0, 5.0],
    "x[:, 2:]": [[2.0, 3.0], [5.0, 6.0]],
    "1 / sqrt(tau)": 0.5,
    "-beta + 2 * tau ** 2": [22.0, 12.0, 2.0],
    "[0, beta[2:]]": [0.0, 20.0, 30.0],
    "[beta, -sum(beta)]": [10.0, 20.0, 30.0, -60.0],
    "transpose(x)": [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]],
    "reshape(x, n, 2)": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "repeat(beta, steps(last))": [10.0, 30.0, 30.0, 30.0],
    "table(beta, [1, 1, 2], [1, 2, 2])": [[10.0, 20.0], [np.nan, 30.0]],
    "cells(grade) + 10 * rows(grade) + 100 * columns(grade)": [113, 121, 222],
    "exp(log(tau)) + inv_logit(logit(0.25))": 4.25,
}
REFUSED = {
    "gamma": "there is no `gamma`",
    "beta[0]": "they count from 1",
    "beta[1.5]": "they count from 1",
    "beta.sum()": "not understood",
    "__import__('os')": "not understood",
    "exp": "there is no `exp`",
    "[i for i in beta]": "is no formula",
    "beta == tau": "not understood",
    "beta if n else tau": "is no formula",
    "beta[::2]": "not understood",
    "True": "there is no `True`",
    "beta['n']": "not understood",
    "beta[": "is no formula",
}


@pytest.mark.parametrize("text", GIVES)
def test_a_formula_gives(text: str) -> None:
    np.testing.assert_allclose(evaluate(text, KNOWN), GIVES[text], rtol=1e-15)


@pytest.mark.parametrize("text", REFUSED)
def test_a_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=REFUSED[text]):
        evaluate(text, KNOWN)
