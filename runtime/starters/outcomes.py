"""How an outcome is modelled, by its kind: a row each, with priors on the scale of its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .columns import Kind, Look

Line = tuple[str, str]
"""A statement and its comment."""


def rounded(value: float, unit: float = 0.0) -> str:
    """A number as a spec writes it: to two digits, or to those that count in a unit."""
    if value == 0 or not math.isfinite(value):
        return "0"
    digits = 1 - math.floor(math.log10(abs(unit or value)))
    if not -12 < digits < 6:
        return f"{value:.1e}".replace("e+", "e")
    text = f"{round(value, digits):.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Scale:
    """Where the intercept lies, by how much it may lie elsewhere, and how large effects may be."""

    centre: str
    width: str
    effect: str


@dataclass(frozen=True)
class Form:
    """The statements of one kind of outcome.

    In them, `{y}` is the outcome with its axis, `{eta}` the sum of effects, `{width}` the spread
    of the outcome; `{sigma}` and others of `names` are what no column is called. `rest` are the
    lines after the priors of the effects, `stated` is the outcome's own; without an `intercept`
    text there is none. `fits` says what is wrong
    with a column that the kind does not suit, and nothing where all is well. Groups with less than
    `few` rows each are better sampled as distances from their mean.
    """

    takes: tuple[Kind, ...]
    needs: str
    about: str
    intercept: str
    scale: Callable[[Look], Scale]
    stated: str
    few: int
    rest: tuple[Line, ...] = ()
    names: tuple[str, ...] = ()
    fits: Callable[[Any], str] = field(default=lambda values: "")


_NUMBERS: tuple[Kind, ...] = ("real", "positive", "nonnegative", "unit", "count", "binary")
_ERROR = ("{sigma} ~ HalfNormal({width})", "what the rest does not explain")
MOST_LEVELS = 20
_TAILS = ("{nu} ~ Gamma(2, 0.1)", "the smaller nu, the heavier the tails; above 30 nearly normal")
_DISPERSION = (
    "{phi} ~ Gamma(2, 0.1)",
    "variance = mean + mean^2 / {phi}: the smaller, the further from Poisson",
)
_PRECISION = ("{phi} ~ Gamma(2, 0.1)", "variance = {m} * (1 - {m}) / (1 + {phi})")


def _plain(column: Look) -> Scale:
    spread = rounded(column.sd)
    return Scale(rounded(column.mean, column.sd), spread, spread)


def _logarithmic(column: Look) -> Scale:
    logs = np.log(column.known)
    spread = max(float(np.std(logs)), 0.1)
    return Scale(rounded(float(np.mean(logs)), spread), rounded(spread), rounded(spread))


def _counted(column: Look) -> Scale:
    return Scale(rounded(math.log(max(column.mean, 0.1)), 1), "1", "1")


def _odds(column: Look) -> Scale:
    return Scale("0", "1.5", "1")


def _open(values: Any) -> str:
    return "" if values.min() > 0 and values.max() < 1 else "holds 0 or 1"


def _few(values: Any) -> str:
    levels = values.max() - values.min() + 1
    return "" if levels <= MOST_LEVELS else f"spans {levels:.0f} of them"


FORMS: Mapping[str, Form] = {
    "regression": Form(
        _NUMBERS,
        "numbers",
        "Priors in units of `{outcome}`, which has mean {mean} and standard deviation {sd}.",
        "where all predictors are average",
        _plain,
        "{y} ~ Normal({eta}, {sigma})",
        8,
        (_ERROR,),
        ("sigma",),
    ),
    "robust": Form(
        _NUMBERS,
        "numbers",
        "Priors in units of `{outcome}`, which has mean {mean} and standard deviation {sd}.",
        "where all predictors are average",
        _plain,
        "{y} ~ StudentT({nu}, {eta}, {sigma})",
        8,
        (_ERROR, _TAILS),
        ("sigma", "nu"),
    ),
    "positive": Form(
        ("positive", "unit", "count", "binary"),
        "numbers above 0",
        "On the log scale: an effect of 0.1 is about ten per cent more.",
        "exp of it is typical of `{outcome}`",
        _logarithmic,
        "{y} ~ LogNormal({eta}, {sigma})",
        8,
        (_ERROR,),
        ("sigma",),
        lambda values: "" if values.min() > 0 else "holds 0",
    ),
    "logistic": Form(
        ("binary",),
        "0 and 1, or yes and no",
        "On the scale of log odds: an effect of 1 multiplies the odds by 2.7.",
        "where all predictors are average: a probability from 0.05 to 0.95",
        _odds,
        "{y} ~ Bernoulli(logits = {eta})",
        30,
    ),
    "counts": Form(
        ("count", "binary"),
        "whole numbers, 0 or above",
        "On the log scale: an effect of 0.1 is about ten per cent more.",
        "the log of the mean of `{outcome}`, which is {mean}",
        _counted,
        "{y} ~ NegativeBinomial(mean = exp({eta}), concentration = {phi})",
        15,
        (_DISPERSION,),
        ("phi",),
    ),
    "proportions": Form(
        ("unit",),
        "numbers between 0 and 1",
        "On the scale of log odds: an effect of 1 multiplies the odds by 2.7.",
        "where all predictors are average: a share from 0.05 to 0.95",
        _odds,
        "let {m} = inv_logit({eta})\n{y} ~ Beta({m} * {phi}, (1 - {m}) * {phi})",
        8,
        (_PRECISION,),
        ("phi", "m"),
        _open,
    ),
    "categories": Form(
        ("labels", "binary", "count"),
        "labels, of which each occurs in several rows",
        "Log odds of each label against {reference}, which is held at 0; slopes are for one sd.",
        "where all predictors are average",
        _odds,
        "{y} ~ Categorical(logits = {eta})",
        30,
    ),
    "ordinal": Form(
        ("count", "binary"),
        "a few whole numbers, points on a scale",
        "On the scale of log odds: an effect of 1 multiplies the odds of a higher level by 2.7.",
        "",
        _odds,
        "{y} ~ OrderedLogistic({eta}, {c})",
        20,
        (("{c}[{cut}] ~ Ordered(Normal(0, 3))", "part what lies behind `{outcome}` into levels"),),
        ("c",),
        _few,
    ),
}
"""The kinds of starters that can be written for a table."""

_MANY = 1000  # whole numbers with a larger mean are sums of money and the like, no counts


def kind_of(column: Look) -> str:
    """The kind of starter that suits an outcome; an empty text where none does."""
    match column.kind:
        case "binary":
            return "logistic"
        case "count":
            if column.rated:
                return "ordinal"
            if column.known.mean() > _MANY:
                return "positive" if column.known.min() > 0 else "regression"
            return "counts"
        case "positive":
            return "positive"
        case "unit":
            return "regression" if _open(column.known) else "proportions"
        case "labels":
            return "categories"
        case "nonnegative" | "real":
            return "regression"
    return ""
