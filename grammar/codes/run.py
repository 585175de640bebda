"""Codes of a program that meets its data and runs: B515 and B6."""

from __future__ import annotations

from .row import Code, Example

_SHORT = {"chains": 1, "warmup": 500, "draws": 1000, "seed": 1}

_EFFECTS = """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
"""

_TREND = """\
plate year
data
  sales[year] : real
b ~ Normal(0, 1)
sales[year] ~ Normal(b * (year - 2000), 1)
"""

_WORDS = """\
error[B515]: the labels of `year` are words in the data, and the spec calculates with them
 --> example.bayes:5:28
  |
5 | sales[year] ~ Normal(b * (year - 2000), 1)
  |                           ^^^^ stands for its labels, as numbers
  |
  = help: give it numbers as labels"""

_ADMISSIONS = """\
plate patient
data
  dose[patient]  : positive
  falls[patient] : count
a ~ Normal(0, 1)
b ~ Normal(0, 1)
falls[patient] ~ Poisson(exp(a + b * dose))
"""

_NO_START = """\
error[B601]: no start found: the density is not finite at 100 random points; example.bayes:7: \
`falls` has log density nan
 --> example.bayes:7:1
  |
7 | falls[patient] ~ Poisson(exp(a + b * dose))
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ log density nan
  |
  = help: does every outcome lie where its distribution can be, and every parameter of a \
distribution where it may be? Priors with very wide scales can overflow, too"""

_VOTERS = {"voter": "age,vote\n34,1\n51,0\n47,1\n62,0\n29,0\n"}

_WEIGHTS = """\
plate parcel
data
  grams[parcel] : positive
mu    ~ Normal(500, 100)
sigma ~ HalfNormal(10)
grams[parcel] ~ Normal(mu, sigma)
infer laplace
"""

ROWS = (
    Code(
        "B515",
        "the spec calculates with labels that are words",
        why="A plate's name in an expression stands for its labels, as numbers: `year - 2000` "
        "counts years. These labels come from the data, and they are words.",
        remedy="Write numbers in the column. Or declare a datum with the numbers you need, "
        "such as `time[year] : real`, and use that.",
        wrong=Example(
            _TREND,
            {"year": "year,sales\ny2001,1.2\ny2002,1.9\ny2003,3.3\n"},
            "fit",
            _SHORT,
            shown=_WORDS,
        ),
        right=Example(
            _TREND, {"year": "year,sales\n2001,1.2\n2002,1.9\n2003,3.3\n"}, "fit", _SHORT
        ),
    ),
    Code(
        "B601",
        "no start was found: the density is not finite",
        why="A sampler needs a point at which the density of the posterior is a number. At every "
        "random start something overflowed or was impossible. Here doses in micrograms make "
        "`exp(a + b * dose)` infinite, or 0 where falls were seen.",
        remedy="Bring predictors to a scale of about one, by another unit (here grams) or by "
        "standardising. Also look for priors that are far too wide.",
        wrong=Example(
            _ADMISSIONS,
            {"patient": "dose,falls\n45000,2\n60000,0\n75000,1\n90000,3\n"},
            "fit",
            _SHORT,
            shown=_NO_START,
        ),
        right=Example(
            _ADMISSIONS,
            {"patient": "dose,falls\n0.045,2\n0.060,0\n0.075,1\n0.090,3\n"},
            "fit",
            _SHORT,
        ),
    ),
    Code(
        "B602",
        "the run ended before anything was drawn",
        why="You stopped the run, with Ctrl-C, while the sampler was still adapting. The draws of "
        "the warmup are not draws from the posterior, so there is nothing to keep.",
        remedy="Wait until the progress bar shows that draws are made; from then on Ctrl-C keeps "
        "what is there. Or ask for a shorter warmup. With a `checkpoint` the run can go on later.",
        unprovoked="it takes someone who stops the run",
    ),
    Code(
        "B603",
        "a file is no saved fit",
        why="Fits are saved as NetCDF files, with the program and its settings inside. This file "
        "is none, or comes from other software.",
        remedy="Give a file that `fit.save` or `bayescript run --output` wrote. NetCDF files of "
        "other software can be opened with `arviz.from_netcdf`.",
        wrong=Example(
            _EFFECTS,
            {"school": "school,effect\nA,28\nB,8\nC,-3\n"},
            "load_fit",
            {"path": "school.csv"},
            shown="error[B603]: `school.csv` cannot be read as a saved fit: ...\n"
            "  = help: give a file that `fit.save` or `bayescript run --output` wrote",
        ),
        right=Example(
            _EFFECTS,
            {"school": "school,effect\nA,28\nB,8\nC,-3\n"},
            "load_fit",
            {"path": "school.nc"},
        ),
    ),
    Code(
        "B604",
        "the demonstration's files are not there",
        why="`bayescript demo` fits a spec of the repository, which is not part of the installed "
        "package.",
        remedy="Run it in a checkout of the repository, or write a spec of your own: the tutorial "
        "begins with one.",
        unprovoked="it depends on where the package is installed",
    ),
    Code(
        "B605",
        "the density has no curvature from which to make a normal distribution",
        why="`laplace` puts a normal distribution at the mode of the posterior, as wide as the "
        "density is curved there. Here it is not curved downwards in every direction, because the "
        "data say nothing about some quantity, or because the density rises without end: all three "
        "parcels weigh the same, and the smaller sigma is, the better it fits.",
        remedy="Look at the quantities that the message names: give them proper priors, or one "
        "quantity in place of two that the data cannot tell apart; a spread that is known can be "
        "given as a number. `infer nuts` needs no mode.",
        wrong=Example(
            _WEIGHTS,
            {"parcel": "grams\n502\n502\n502\n"},
            "fit",
            {"seed": 1},
            shown="error[B605]: the density is not curved downwards where the search for a mode "
            "ended along `sigma`: no normal distribution fits there\n"
            "  = help: proper priors on these quantities, or one quantity in place of two that the "
            "data cannot tell apart; `infer nuts` needs no mode",
        ),
        right=Example(
            _WEIGHTS.replace("sigma ~ HalfNormal(10)\n", "").replace("sigma)", "2)"),
            {"parcel": "grams\n502\n502\n502\n"},
            "fit",
            {"seed": 1},
        ),
    ),
    Code(
        "B606",
        "a checkpoint cannot be read, or belongs to another run",
        why="A checkpoint holds a run with its spec, data and settings, so that it can go on to "
        "the draws that it would have given. This file is none, or the run in it has another "
        "program, other data, other settings or other versions of libraries than the one that is "
        "to go on. A run that is in a file is not written over, either.",
        remedy="Go on with what the run was begun with; `bs.resume` and `bayescript resume` take "
        "it from the file. To begin another run, name another file, or delete this one.",
        wrong=Example(
            _EFFECTS,
            {"school": "school,effect\nA,28\nB,8\nC,-3\n"},
            "resume",
            {"path": "school.csv"},
            shown="error[B606]: `school.csv` cannot be read as a checkpoint: it does not begin as "
            "a checkpoint does\n"
            "  = help: give a file that `checkpoint=` or `--checkpoint` wrote",
        ),
        right=Example(
            _EFFECTS,
            {"school": "school,effect\nA,28\nB,8\nC,-3\n"},
            "resume",
            {"path": "school.ckpt"},
        ),
    ),
    Code(
        "B607",
        "there is no starter spec for this",
        why="`bayescript new` writes a spec to start from, of a kind that `--list` names, or for a "
        "table and the column that is to be explained. The kind or the column does not exist, or "
        "the column is none that a model could explain: it is the same in every row, or a name "
        "that each row has for itself.",
        remedy="Choose another kind or column, or start from the spec of a kind and change it.",
        wrong=Example("", _VOTERS, "new", {"outcome": "vtoe"}),
        right=Example("", _VOTERS, "new", {"outcome": "vote"}),
    ),
)
