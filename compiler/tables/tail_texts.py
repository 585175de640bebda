"""Probabilities of tails in the language, which several rows share."""

from __future__ import annotations

PI = "3.141592653589793"
HALF_LOG_2PI = "0.9189385332046727"


def student_tail(z: str) -> str:
    """P(T > |z|) = I_u(df/2, df/2), u = (1 - |z| / sqrt(df + z^2)) / 2 without the cancellation.

    The usual I(df/2, 1/2) has a root at z = 0, where its derivative fails; this form is smooth.
    """
    radius = f"sqrt(df + {z}^2)"
    # Not `abs(z)`, whose derivative at 0 is 0 in JAX: here it must be that of the branch z >= 0.
    return f"betainc(df / 2, df / 2, df / (2 * {radius} * ({radius} + where({z} < 0, -{z}, {z}))))"


def student_below(z: str) -> str:
    """log P(T <= z)."""
    return f"log(where({z} < 0, {student_tail(z)}, 1 - {student_tail(z)}))"


def laplace_below(z: str) -> str:
    """log P(Z <= z)."""
    return f"where({z} < 0, {z} - log(2), log1p(-0.5 * exp(-where({z} < 0, -{z}, {z}))))"


def skewed_tail(gap: str, here: str, beyond: str) -> str:
    """log P of an asymmetric Laplace number below a point that is `gap` above the centre.

    The tail of that side falls off by 1 / `here` for each unit of the scale, the other by 1 /
    `beyond`.
    """
    return f"""
        gap = ({gap}) / scale
        size = where(gap < 0, -gap, gap)
        inside = -log1p({beyond}^2) - size / {here}
        where(gap < 0, inside, log1p(-exp(-size / {beyond}) / (1 + {here}^2)))
    """


def largest_above(z: str) -> str:
    """log P(Z > z) of a standard Gumbel number, by its own limit where P(Z <= z) rounds to 1."""
    return f"where({z} > 36, -{z}, log1m_exp(-exp(-minimum({z}, 36))))"


def excess() -> str:
    """Lines for P(Z > z) of a normal number plus an exponential one, less the normal's own part.

    It is exp(r (r / 2 - z)) P(Z < z - r), where r is the rate in units of the scale. Where both
    factors are extreme, their product is exp(-z^2 / 2) by a Mills ratio.
    """
    return """
        z = (x - loc) / scale
        r = rate * scale
        left = _log_mills(maximum(r - z, 0)) - 0.5 * z^2
        excess = where(z < r, left, r * (0.5 * r - z) + log_ndtr(maximum(z - r, 0)))
    """.rstrip()
