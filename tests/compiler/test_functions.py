"""Every function of the language, of latents and of data: program against reference, and slopes."""

import numpy as np
import pytest

from bayescript.compiler.tables.functions import FUNCTIONS, Function
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

ROWS = [row for name, row in FUNCTIONS.items() if name == row.name and not name.startswith("_")]
DOMAINS = {  # where it is not all of the line
    "log1p": "unit", "asin": "unit", "acos": "unit", "logit": "unit", "inv_Phi": "unit",
    "log1m": "unit", "cloglog": "unit", "betainc": "unit",
    "log": "positive", "log2": "positive", "log10": "positive", "sqrt": "positive",
    "lgamma": "positive", "digamma": "positive", "lbeta": "positive", "gammainc": "positive",
    "gammaincc": "positive", "inv": "positive", "xlogy": "positive", "xlog1py": "positive",
}  # fmt: skip
PRIORS = {"real": "Normal(0, 1)", "positive": "LogNormal(0, 1)", "unit": "Beta(2, 2)"}


def calls(row: Function) -> list[str]:
    """Ways to call it, with `z` a latent and `d` data."""
    match row.name, row.arity:
        case "log1m_exp", _:
            return ["log1m_exp(-exp(z))", "log1m_exp(-exp(d))"]
        case "log_diff_exp", _:
            return ["log_diff_exp(z + exp(d), z)", "log_diff_exp(1, -exp(z))"]
        case _, 3:
            return [f"{row.name}(2, 3, z)", f"{row.name}(d + 1, 0.5, z)"]
        case _, 2 if row.shapes:
            return [f"{row.name}(2, z)", f"{row.name}(d, z)"]
        case _, 2:
            return [f"{row.name}({a})" for a in ("z, 2", "0.3, z", "z, d", "z, w")]
    return [f"{row.name}(z)", f"{row.name}(d)", f"{row.name}(0.5)", f"{row.name}(size(i) / 12)"]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_program_and_reference_agree(row: Function, backend: str) -> None:
    if (row.name, backend) == ("betainc", "pyro"):
        pytest.skip("torch has no incomplete beta function: see test_limits")
    where = DOMAINS.get(row.name, "real")
    terms = " + ".join(f"{number}.5 * {call}" for number, call in enumerate(calls(row), 1))
    terms = terms.replace("(0.5)", "(-0.5)") if row.name == "log1m_exp" else terms
    prior = PRIORS[where]
    text = (
        f"plate i\ndata\n  d[i] : {where}\nz[i] ~ {prior}\nw ~ {prior}\n"
        f"total[i] = {terms} + 0 * w\ny[i] ~ Normal(sum(total), 1)\n"
    ).replace("data\n", "data\n  y[i] : real\n")
    data = {"d": [0.2, 0.7, 0.35], "y": [0.5, -1.0, 2.0]}
    Emitted(text, data, backend=backend).check()


TAILS = {
    "Phi": (-30.0, -8.0, 9.0),
    "log_ndtr": (-300.0, -30.0, -6.0, 9.0),
    "inv_logit": (-700.0, -40.0, 40.0),
    "log_inv_logit": (-700.0, 40.0),
    "log1p_exp": (-700.0, -40.0, 40.0, 700.0),
    "inv_cloglog": (-40.0, 3.0, 9.0),
    "erfc": (-5.0, 20.0),
    "log1m": (-1e10, 1e-12, 0.999999),
    "expm1": (-40.0, 1e-12, 40.0),
    "log1p": (1e-12, 1e10),
    "lgamma": (1e-10, 1e10),
    "log1m_exp": (-1e-9, -0.6931471805599453, -50.0, -800.0),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", TAILS)
def test_far_from_the_centre_it_keeps_its_digits(name: str, backend: str) -> None:
    """Each value by itself, and a slope that is a number."""
    text = f"plate i\nz[i] ~ Flat()\nfactor f[i] = {name}(z)\n"
    one = Emitted(text, {}, {"i": 1}, backend)
    for x in TAILS[name]:
        values = {"z": np.array([x])}
        wanted = one.reference.log_density(values)
        assert one.density(values) == pytest.approx(wanted, rel=1e-9, abs=0), x
        slope = one.runner.slope(values, {"z": np.array([1.0])})
        assert slope is None or np.isfinite(slope), x
