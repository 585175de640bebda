"""The functions of the language: one row each, one column an array library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .libraries import Library
from .matrix_functions import MatrixFunction


@dataclass(frozen=True, slots=True)
class Function:
    """An elementwise function.

    `result` says where its values lie: `real`, `positive`, `nonnegative`, `unit`, `integer`,
    `negative`; `same` for the type of its argument. `lowering`, in the language and in the names
    `x y z w` of its arguments, stands for it where an array library lacks it; `helper` is a
    function that is printed into programs instead, except where NumPy computes. `shapes` says in
    how many of its first arguments a library cannot differentiate it. Names with `_` are for our
    own formulas.
    """

    name: str
    summary: str
    numpy: str = ""
    jax: str = ""
    torch: str = ""
    arity: int = 1
    result: str = "real"
    lowering: str = ""
    helper: str = ""
    shapes: Mapping[str, int] = field(default_factory=dict, hash=False)


def _same(name: str, summary: str, result: str = "real", arity: int = 1, to: str = "") -> Function:
    """A function that NumPy, jax.numpy and torch all have under one name."""
    there = to or name
    paths = f"numpy.{there}", f"jax.numpy.{there}", f"torch.{there}"
    return Function(name, summary, *paths, arity, result)


def _special(
    name: str,
    summary: str,
    to: str,
    torch: str = "",
    result: str = "real",
    arity: int = 1,
    lowering: str = "",
    shapes: Mapping[str, int] | None = None,
) -> Function:
    """A function of scipy.special that jax.scipy.special has too, and torch under some name."""
    paths = f"scipy.special.{to}", f"jax.scipy.special.{to}", torch
    return Function(name, summary, *paths, arity, result, lowering, shapes=shapes or {})


_ROWS = (
    _same("exp", "e to the power x", "positive"),
    _same("log", "natural logarithm"),
    _same("log1p", "log(1 + x), exact near 0"),
    _same("expm1", "exp(x) − 1, exact near 0"),
    _same("log2", "logarithm to base 2"),
    _same("log10", "logarithm to base 10"),
    _same("sqrt", "square root", "nonnegative"),
    _same("square", "x²", "nonnegative"),
    _same("abs", "absolute value", "nonnegative"),
    _same("sin", "sine, x in radians"),
    _same("cos", "cosine, x in radians"),
    _same("tan", "tangent, x in radians"),
    _same("asin", "inverse sine", to="arcsin"),
    _same("acos", "inverse cosine", to="arccos"),
    _same("atan", "inverse tangent", to="arctan"),
    _same("atan2", "angle of the point (y, x)", arity=2, to="arctan2"),
    _same("sinh", "hyperbolic sine"),
    _same("cosh", "hyperbolic cosine", "positive"),
    _same("tanh", "hyperbolic tangent"),
    _same("floor", "the largest whole number not above x", "integer"),
    _same("ceil", "the smallest whole number not below x", "integer"),
    _same("round", "the nearest whole number", "integer"),
    _same("sign", "−1, 0 or 1", "integer"),
    _same("minimum", "the smaller of two", "same", 2),
    _same("maximum", "the larger of two", "same", 2),
    _same("log_sum_exp", "log(exp(x) + exp(y)), stable", arity=2, to="logaddexp"),
    _special(
        "inv_logit", "1 / (1 + exp(−x)), the logistic function", "expit", "torch.sigmoid", "unit"
    ),
    _special("logit", "log(x / (1 − x))", "logit", "torch.logit"),
    _special(
        "Phi",
        "the standard normal cdf",
        "ndtr",
        result="unit",
        lowering="erfc(-0.7071067811865476 * x) / 2",  # torch's own is 0 far below the mean
    ),
    _special("inv_Phi", "the standard normal quantile", "ndtri", "torch.special.ndtri"),
    _special(
        "log_ndtr",
        "the log of the standard normal cdf",
        "log_ndtr",
        "torch.special.log_ndtr",
        "negative",
    ),
    _special("lgamma", "log Γ(x)", "gammaln", "torch.lgamma"),
    _special("digamma", "the derivative of log Γ(x)", "digamma", "torch.digamma"),
    Function(
        "lbeta",
        "log of the beta function",
        "scipy.special.betaln",
        arity=2,
        lowering="lgamma(x) + lgamma(y) - lgamma(x + y)",  # JAX's own has only six digits
    ),
    _special(
        "betainc",
        "regularised incomplete beta I_z(x, y)",
        "betainc",
        result="unit",
        arity=3,
        shapes={"jax": 2},
    ),
    _special(
        "gammainc",
        "regularised lower incomplete gamma P(x, y)",
        "gammainc",
        "torch.special.gammainc",
        "unit",
        2,
        shapes={"torch": 1},
    ),
    _special(
        "gammaincc",
        "regularised upper incomplete gamma Q(x, y)",
        "gammaincc",
        "torch.special.gammaincc",
        "unit",
        2,
        shapes={"torch": 1},
    ),
    _special("xlogy", "x · log(y), and 0 where x is 0", "xlogy", "torch.xlogy", arity=2),
    _special(
        "xlog1py", "x · log(1 + y), and 0 where x is 0", "xlog1py", "torch.special.xlog1py", arity=2
    ),
    _special("erf", "the error function", "erf", "torch.erf"),
    _special("erfc", "1 − erf(x)", "erfc", "torch.erfc", "nonnegative"),
    Function("log1m", "log(1 − x)", lowering="log1p(-x)"),
    Function(
        "log1p_exp",
        "log(1 + exp(x)), stable; softplus",
        result="positive",
        lowering="log_sum_exp(x, 0)",
    ),
    Function(
        "log1m_exp",
        "log(1 − exp(x)) for x < 0, stable",
        result="negative",
        lowering="where(x > -0.6931471805599453, log(-expm1(x)), log1p(-exp(x)))",
        helper="log1m_exp",
    ),
    Function(
        "log_diff_exp",
        "log(exp(x) − exp(y)) for x > y, stable",
        arity=2,
        lowering="x + where(y - x > -0.6931471805599453, log(-expm1(y - x)), log1p(-exp(y - x)))",
        helper="log_diff_exp",
    ),
    Function(
        "log_inv_logit",
        "log(inv_logit(x)), stable",
        result="negative",
        lowering="-log_sum_exp(-x, 0)",
    ),
    Function("cloglog", "log(−log(1 − x))", lowering="log(-log1p(-x))"),
    Function("inv_cloglog", "1 − exp(−exp(x))", result="unit", lowering="-expm1(-exp(x))"),
    Function("inv", "1 / x", lowering="1 / x"),
    Function(
        "_log_mills",
        "log(P(Z > x) / exp(-x²/2)) of a standard normal Z, for x >= 0",
        lowering="""
            far = 1 / maximum(x, 50)^2
            series = log1p(far * (-1 + far * (3 + far * (-15 + far * 105))))
            near = log_ndtr(-minimum(x, 50)) + 0.5 * minimum(x, 50)^2
            where(x > 50, series - log(maximum(x, 50)) - 0.9189385332046727, near)
        """,
        helper="log_mills",
    ),
    _same("_is_missing", "whether a cell is missing", "unit", to="isnan"),
    Function(
        "_log_interval",
        "log P(low <= X <= high) from log cdfs x and y, and from log survival functions z and w",
        arity=4,
        result="negative",
        lowering="where(x < -0.6931471805599453, log_diff_exp(y, x), log_diff_exp(z, w))",
        helper="log_interval",
    ),
)

_ALIASES = {
    "sigmoid": "inv_logit",
    "expit": "inv_logit",
    "softplus": "log1p_exp",
    "normal_cdf": "Phi",
    "fmin": "minimum",
    "fmax": "maximum",
    "logaddexp": "log_sum_exp",
    "arctan": "atan",
    "gammaln": "lgamma",
    "log_gamma": "lgamma",
    "probit": "inv_Phi",
    "inv_probit": "Phi",
}

FUNCTIONS: Mapping[str, Function] = {
    **{row.name: row for row in _ROWS},
    **{alias: next(row for row in _ROWS if row.name == name) for alias, name in _ALIASES.items()},
}


@dataclass(frozen=True, slots=True)
class AxisFunction:
    """A function along axes.

    `keyword` is a further argument of the function, 1. `named` libraries want their axes named
    even where they are all; `single` ones take one axis at a time.
    """

    name: str
    summary: str
    numpy: str
    jax: str
    torch: str
    result: str = "same"
    keyword: str = ""
    grouped: str = ""  # how helpers and NumPy name it by group, where it can be done by group
    named: tuple[str, ...] = ()
    single: tuple[str, ...] = ()


REDUCTIONS: Mapping[str, AxisFunction] = {
    row.name: row
    for row in (
        AxisFunction("sum", "the sum", "numpy.sum", "jax.numpy.sum", "torch.sum", grouped="sum"),
        AxisFunction(
            "mean", "the mean", "numpy.mean", "jax.numpy.mean", "torch.mean", "real", grouped="mean"
        ),
        AxisFunction(
            "sd",
            "the standard deviation, divided by n − 1",
            "numpy.std",
            "jax.numpy.std",
            "torch.std",
            "nonnegative",
            "ddof",
            grouped="sd",
        ),
        AxisFunction(
            "var",
            "the variance, divided by n − 1",
            "numpy.var",
            "jax.numpy.var",
            "torch.var",
            "nonnegative",
            "ddof",
            grouped="var",
        ),
        AxisFunction(
            "min", "the smallest", "numpy.min", "jax.numpy.min", "torch.amin", grouped="min"
        ),
        AxisFunction(
            "max", "the largest", "numpy.max", "jax.numpy.max", "torch.amax", grouped="max"
        ),
        AxisFunction(
            "prod", "the product", "numpy.prod", "jax.numpy.prod", "torch.prod", single=("torch",)
        ),
        AxisFunction(
            "any", "whether any is true", "numpy.any", "jax.numpy.any", "torch.any", "bool"
        ),
        AxisFunction(
            "all", "whether all are true", "numpy.all", "jax.numpy.all", "torch.all", "bool"
        ),
        AxisFunction(
            "logsumexp",
            "log of the sum of exponentials, stable",
            "scipy.special.logsumexp",
            "jax.scipy.special.logsumexp",
            "torch.logsumexp",
            "real",
            named=("torch",),
        ),
    )
}

AXIS_MAPS: Mapping[str, AxisFunction] = {
    row.name: row
    for row in (
        AxisFunction(
            "cumsum", "the running sum", "numpy.cumsum", "jax.numpy.cumsum", "torch.cumsum"
        ),
        AxisFunction(
            "softmax",
            "exp(x), scaled to sum to 1",
            "scipy.special.softmax",
            "jax.nn.softmax",
            "torch.softmax",
            "unit",
        ),
        AxisFunction(
            "log_softmax",
            "the log of softmax",
            "scipy.special.log_softmax",
            "jax.nn.log_softmax",
            "torch.log_softmax",
            "real",
        ),
    )
}


def path(row: Function | AxisFunction | MatrixFunction, library: Library) -> str:
    """How a library calls a function; empty where it has none."""
    return {"numpy": row.numpy, "jax": row.jax, "torch": row.torch}[library]
