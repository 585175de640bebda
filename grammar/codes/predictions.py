"""B516, B608, B609: predictions for new data."""

from __future__ import annotations

from .row import Code, Example

_LEVELS = """\
plate school
plate pupil within school
data
  age[pupil]   : real
  score[pupil] : real
b ~ Normal(0, 1)
level[school] ~ Normal(50, 10)
score[pupil] ~ Normal(level + b * (age - 10), 5)
"""
_SCORES = "school,age,score\nA,9,48\nA,11,52\nB,10,61\nB,12,65\n"

ROWS = (
    Code(
        "B516",
        "the fit does not know an element of the new data",
        why="What belongs to a group, such as its level, is known for the groups of the fit, which "
        "are told by their labels. For another group the model knows how such levels vary, if they "
        "share a distribution; whether to predict for it, and how, is a choice. Elements without "
        "labels are new.",
        remedy='Mend the label if it is misspelt. `new = "draw"` (`--new draw`) draws what '
        'belongs to new elements from its distribution, for each draw of the fit; `new = "mean"` '
        "takes its mean. What has a flat prior, or is one vector over all elements, can only be "
        "predicted for those of the fit.",
        wrong=Example(
            _LEVELS,
            {"pupil": _SCORES, "new_pupil": "school,age\nA,10\nC,10\n"},
            "predict",
            shown="""\
error[B516]: the fit does not know these elements of `school`: `C`
  = help: `new = "draw"` draws what belongs to them from its distribution, ...""",
        ),
        right=Example(
            _LEVELS,
            {"pupil": _SCORES, "new_pupil": "school,age\nA,10\nC,10\n"},
            "predict",
            {"new": "draw"},
        ),
    ),
    Code(
        "B608",
        "the draws of a prediction were not kept",
        why="The draws of all cells would take more than a gigabyte, or `keep = False` was said. "
        "Means and intervals are there.",
        remedy="`predict(…, keep = True)` keeps all draws, if there is memory; or predict fewer "
        "rows.",
        unprovoked="it takes a fit: see the page on predictions",
    ),
    Code(
        "B609",
        "predictions of several shapes are no single table",
        why="A table has one row for each element of one plate. These outcomes are over several "
        "plates, or over several axes.",
        remedy='Take `summary()`, which has a row for each cell, one quantity, `found["y"]`, or '
        "all "
        "draws as NetCDF (`-o found.nc`).",
        unprovoked="it takes a fit: see the page on predictions",
    ),
)
