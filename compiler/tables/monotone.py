"""The functions through which `Transformed` passes a distribution, one row each.

Each rises or falls over the whole of its domain, so that every value comes from one point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Monotone:
    """A function of the function table, from its domain to its values, both open intervals.

    `inverse` and `log_slope`, the log of the size of the inverse's derivative, are written in the
    language and in the value `y`. `there` is the libraries' own transform, where it is exact.
    """

    name: str
    inverse: str
    log_slope: str
    domain: tuple[float | None, float | None] = (None, None)
    values: tuple[float | None, float | None] = (None, None)
    rising: bool = True
    there: str = ""


_REAL = (None, None)
_POSITIVE = (0.0, None)
_UNIT = (0.0, 1.0)
_ABOVE_MINUS_ONE = (-1.0, None)
_HALF_LOG_2PI = "0.9189385332046727"

_ROWS = (
    Monotone("exp", "log(y)", "-log(y)", _REAL, _POSITIVE, there="ExpTransform()"),
    Monotone("log", "exp(y)", "y", _POSITIVE, _REAL, there="ExpTransform().inv"),
    Monotone("expm1", "log1p(y)", "-log1p(y)", _REAL, _ABOVE_MINUS_ONE),
    Monotone("log1p", "expm1(y)", "y", _ABOVE_MINUS_ONE, _REAL),
    Monotone("log2", "2^y", "y * log(2) + log(log(2))", _POSITIVE, _REAL),
    Monotone("log10", "10^y", "y * log(10) + log(log(10))", _POSITIVE, _REAL),
    Monotone("sqrt", "y^2", "log(2 * y)", _POSITIVE, _POSITIVE),
    Monotone("square", "sqrt(y)", "-log(2) - 0.5 * log(y)", _POSITIVE, _POSITIVE),
    Monotone("inv", "1 / y", "-2 * log(y)", _POSITIVE, _POSITIVE, rising=False),
    Monotone("inv_logit", "logit(y)", "-log(y) - log1m(y)", _REAL, _UNIT),
    Monotone("logit", "inv_logit(y)", "-log1p_exp(y) - log1p_exp(-y)", _UNIT, _REAL),
    Monotone("Phi", "inv_Phi(y)", f"{_HALF_LOG_2PI} + 0.5 * inv_Phi(y)^2", _REAL, _UNIT),
    Monotone("inv_Phi", "Phi(y)", f"-{_HALF_LOG_2PI} - 0.5 * y^2", _UNIT, _REAL),
    Monotone("inv_cloglog", "cloglog(y)", "-log1m(y) - log(-log1m(y))", _REAL, _UNIT),
    Monotone("cloglog", "inv_cloglog(y)", "y - exp(y)", _UNIT, _REAL),
    Monotone("log1p_exp", "y + log1m_exp(-y)", "-log1m_exp(-y)", _REAL, _POSITIVE),
    Monotone("tanh", "0.5 * (log1p(y) - log1m(y))", "-log1m(y) - log1p(y)", _REAL, (-1.0, 1.0)),
)

MONOTONE: Mapping[str, Monotone] = {row.name: row for row in _ROWS}


def monotone(name: str) -> Monotone | None:
    """The row of a function, which may be called by another of its names."""
    known = FUNCTIONS.get(name)
    return MONOTONE.get(known.name) if known else None
