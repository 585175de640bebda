"""The small pictures of the catalogue: densities of a few laws of each family, as SVG.

A picture is made of plain text, with coordinates rounded to a tenth of a point, so that it is the
same wherever it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from bayescript.compiler.tables.constraints import CONSTRAINTS
from bayescript.compiler.tables.families import FAMILIES
from bayescript.compiler.tables.family import Family
from bayescript.runtime.distributions import Law, Maker

WIDTH, HEIGHT, BASE = 132, 54, 42
_COLOURS = ("#4051b5", "#d9822b", "#3a9d6b")
_POINTS = 121

Laws = tuple[Mapping[str, Any], ...]
_LOC: Laws = ({"loc": 0, "scale": 1}, {"loc": 0, "scale": 2}, {"loc": 3, "scale": 1})
_SCALE: Laws = ({"scale": 1}, {"scale": 2})

# family: (from, to, parameters of each curve)
EXAMPLES: Mapping[str, tuple[float, float, Laws]] = {
    "Normal": (-6, 6, _LOC),
    "StudentT": (-6, 6, ({"df": 1, "loc": 0, "scale": 1}, {"df": 30, "loc": 0, "scale": 1})),
    "Cauchy": (-6, 6, _LOC),
    "Laplace": (-6, 6, _LOC),
    "Logistic": (-9, 9, _LOC),
    "Gumbel": (-4, 10, _LOC),
    "AsymmetricLaplace": (
        -6,
        6,
        tuple({"loc": 0, "scale": 1, "asymmetry": k} for k in (0.5, 1, 2)),
    ),
    "SkewNormal": (-4, 4, tuple({"loc": 0, "scale": 1, "slant": a} for a in (-4, 0, 4))),
    "ExponentiallyModifiedNormal": (
        -4,
        8,
        tuple({"loc": 0, "scale": 1, "rate": r} for r in (0.3, 1, 5)),
    ),
    "HalfNormal": (0, 6, _SCALE),
    "HalfStudentT": (0, 6, ({"df": 1, "scale": 1}, {"df": 30, "scale": 1})),
    "HalfCauchy": (0, 6, _SCALE),
    "LogNormal": (0, 5, tuple({"loc": 0, "scale": s} for s in (0.25, 0.5, 1))),
    "Gamma": (0, 8, tuple({"concentration": a, "rate": 1} for a in (1, 2, 4))),
    "InverseGamma": (0, 4, tuple({"concentration": a, "scale": 2} for a in (1, 2, 3))),
    "HalfLaplace": (0, 6, _SCALE),
    "ChiSquared": (0, 12, tuple({"df": k} for k in (2, 4, 6))),
    "InverseChiSquared": (0, 1.5, tuple({"df": k} for k in (2, 4, 6))),
    "ScaledInverseChiSquared": (0, 4, tuple({"df": k, "scale": 1} for k in (2, 5, 20))),
    "Exponential": (0, 5, ({"rate": 1}, {"rate": 0.5})),
    "Weibull": (0, 3, tuple({"concentration": k, "scale": 1} for k in (1, 2, 5))),
    "Rayleigh": (0, 6, _SCALE),
    "Gompertz": (0, 4, tuple({"concentration": k, "rate": 1} for k in (0.05, 0.3, 1))),
    "LogLogistic": (0, 4, tuple({"concentration": k, "scale": 1} for k in (1, 2, 5))),
    "InverseGaussian": (0, 4, tuple({"mean": 1, "concentration": k} for k in (0.5, 2, 8))),
    "Frechet": (0, 5, tuple({"concentration": k, "scale": 1} for k in (1, 2, 4))),
    "Pareto": (0, 5, tuple({"scale": 1, "alpha": k} for k in (1, 3))),
    "Uniform": (-1, 4, ({"low": 0, "high": 1}, {"low": 0, "high": 3})),
    "Beta": (
        0,
        1,
        tuple({"concentration1": a, "concentration0": b} for a, b in ((2, 2), (1, 4), (9, 3))),
    ),
    "BetaProportion": (
        0,
        1,
        tuple({"mean": m, "concentration": k} for m, k in ((0.5, 4), (0.2, 10), (0.8, 30))),
    ),
    "Kumaraswamy": (
        0,
        1,
        tuple({"concentration1": a, "concentration0": b} for a, b in ((2, 2), (1, 4), (5, 2))),
    ),
    "LogitNormal": (0, 1, tuple({"loc": m, "scale": s} for m, s in ((0, 0.5), (0, 2), (1, 1)))),
    "LogUniform": (0, 5, ({"low": 0.5, "high": 4},)),
    "VonMises": (-np.pi, np.pi, tuple({"loc": 0, "concentration": k} for k in (0.5, 2, 8))),
    "Bernoulli": (-1, 2, ({"probs": 0.3},)),
    "Binomial": (
        -0.5,
        20.5,
        ({"total_count": 20, "probs": 0.3}, {"total_count": 20, "probs": 0.7}),
    ),
    "Poisson": (-0.5, 16.5, ({"rate": 2}, {"rate": 8})),
    "NegativeBinomial": (
        -0.5,
        16.5,
        ({"mean": 5, "concentration": 1}, {"mean": 5, "concentration": 20}),
    ),
    "Geometric": (-0.5, 12.5, ({"probs": 0.5}, {"probs": 0.2})),
    "BetaBinomial": (
        -0.5,
        12.5,
        tuple(
            {"total_count": 12, "concentration1": a, "concentration0": b}
            for a, b in ((0.5, 0.5), (4, 6))
        ),
    ),
    "Delta": (-0.5, 6.5, ({"value": 2},)),
    "DiscreteUniform": (-0.5, 8.5, ({"low": 1, "high": 6},)),
    "Hypergeometric": (-0.5, 10.5, ({"draws": 10, "successes": 12, "failures": 12},)),
}


def single(row: Family) -> bool:
    """Whether a family is of single numbers, of which a picture can be made."""
    parameters = row.forms[0].parameters
    return not row.event and not any(p.event for p in parameters) and row.support != "category"


def picture(name: str) -> str:
    """The SVG of a family."""
    row = FAMILIES[name]
    low, high, laws = EXAMPLES[name]
    made = [Maker(row)(**law) for law in laws]
    x = np.linspace(low, high, _POINTS)
    whole = CONSTRAINTS[row.support].integer
    if whole:
        x = np.arange(np.ceil(low), high)
    heights = [law.prob(x) for law in made]
    inside = [h[1:-1][np.isfinite(h[1:-1])] for h in heights]
    top = min(max(h.max() for h in inside), 5 * min(h.max() for h in inside))
    draw = _stems if whole else _curve
    marks = "".join(
        draw((x - low) / (high - low), h / top, colour, place)
        for place, (h, colour) in enumerate(zip(heights, _COLOURS, strict=False))
    )
    ends = "".join(
        f'<text x="{at}" y="{HEIGHT - 2}" text-anchor="{anchor}">{_shown(end)}</text>'
        for at, anchor, end in ((2, "start", x[0]), (WIDTH - 2, "end", x[-1]))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" font-family="sans-serif" font-size="8" '
        f'fill="#888">\n<title>{_told(made)}</title>\n'
        f'<line x1="0" y1="{BASE + 0.5}" x2="{WIDTH}" y2="{BASE + 0.5}" stroke="#888"/>\n'
        f"{marks}{ends}\n</svg>\n"
    )


def _curve(across: np.ndarray, up: np.ndarray, colour: str, place: int) -> str:
    """A line, cut off a little above the frame where a density has a pole."""
    points = [
        f"{2 + (WIDTH - 4) * a:.1f},{BASE - (BASE - 4) * min(u, 1.08):.1f}"
        for a, u in zip(across, np.nan_to_num(up, posinf=9.0), strict=True)
    ]
    style = f'fill="none" stroke="{colour}" stroke-width="1.4"'
    return f'<polyline {style} points="{" ".join(points)}"/>\n'


def _stems(across: np.ndarray, up: np.ndarray, colour: str, place: int) -> str:
    """An upright line at each whole number, those of several laws side by side."""
    lines = []
    for a, u in zip(across, up, strict=True):
        at = 2 + (WIDTH - 4) * a + 2.2 * place
        if u > 0.004:
            lines.append(f"M{at:.1f} {BASE}V{BASE - (BASE - 4) * min(u, 1.08):.1f}")
    return f'<path fill="none" stroke="{colour}" stroke-width="2" d="{"".join(lines)}"/>\n'


def _shown(end: float) -> str:
    if abs(abs(end) - np.pi) < 1e-9:
        return "π" if end > 0 else "−π"
    return f"{end + 0.0:g}".replace("-", "−")


def _told(laws: list[Law]) -> str:
    """What the picture shows, in words."""
    return "; ".join(
        ", ".join(f"{name} = {float(v):g}" for name, v in law.parameters.items()) for law in laws
    )


PICTURES: Mapping[str, Callable[[], str]] = {
    f"plots/{row.name}.svg": partial(picture, row.name) for row in FAMILIES.values() if single(row)
}
"""What writes each picture, by its place below the folder of the documentation."""
