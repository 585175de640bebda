"""Codes of warnings about guides and modes: W607 to W609."""

from __future__ import annotations

from .row import Code, Example

_GROWTH = """\
plate plant
data
  day[plant]    : positive
  height[plant] : real
a ~ Normal(0, 10)
b ~ Normal(0, 10)
height[plant] ~ Normal(a + b * day, 1)
infer svi
"""

_PLANTS = """\
day,height
10,4.1
11,4.9
12,4.6
13,6.2
14,6.1
15,7.4
16,7.2
17,8.6
"""

_EIGHT = """\
school,effect,error
A,28,15
B,8,10
C,-3,16
D,7,11
E,-1,9
F,1,11
G,18,10
H,12,18
"""

_GROUPS = """\
plate school
data
  effect[school] : real
  error[school]  : positive
mu  ~ Normal(0, 5)
tau ~ Gamma(2, 0.1)
theta[school]  ~ Normal(mu, tau)
effect[school] ~ Normal(theta, error)
infer map
"""

ROWS = (
    Code(
        "W607",
        "the guide is not close to the posterior (k-hat above 0.7)",
        why="Variational inference and `laplace` draw from a distribution that stands for the "
        "posterior. Each draw has a weight, the density of the posterior over that of the guide; "
        "k-hat says how heavy the tail of the weights is. Above 0.7 a few draws have nearly all "
        "the weight: there are places where the posterior is and the guide is not. Here a and b "
        "are strongly correlated, and with `precondition = none` the guide takes them to be "
        "independent.",
        remedy="Take a guide that can have the shape of the posterior: `guide = multivariate` or "
        "`guide = flow`. Or draw from the posterior itself, with `infer nuts`.",
        wrong=Example(
            _GROWTH + "  precondition = none\n",
            {"plant": _PLANTS},
            "fit",
            {"seed": 1},
            shown="warning[W607]: k-hat is ... (above 0.7): the guide is not close to the "
            "posterior, and its means and spreads cannot be trusted\n  = help: `precondition = "
            "auto`, `guide = multivariate` or `guide = flow` can come closer; `infer nuts` draws "
            "from the posterior itself",
        ),
        right=Example(_GROWTH, {"plant": _PLANTS}, "fit", {"seed": 1}),
    ),
    Code(
        "W608",
        "the ELBO had not settled",
        why="The optimiser raises the ELBO, a lower bound of the log evidence, until it rises no "
        "more. Here the steps ended before: the guide was still on its way, and more steps give "
        "other results.",
        remedy="More steps, or a larger `learning_rate`. With `precondition = none`, predictors on "
        "a "
        "scale of about one need far fewer steps than others.",
        wrong=Example(
            _GROWTH + "  guide = multivariate\n  steps = 200\n",
            {"plant": _PLANTS},
            "fit",
            {"seed": 1},
            shown="warning[W608]: the ELBO had not settled after 200 steps: the guide was still "
            "changing\n  = help: more steps, or a larger learning_rate",
        ),
        right=Example(
            _GROWTH + "  guide = multivariate\n  steps = 10_000\n",
            {"plant": _PLANTS},
            "fit",
            {"seed": 1},
        ),
    ),
    Code(
        "W609",
        "the search for the mode ended where there is none",
        why="`map` climbs to the highest point of the posterior's density. Where it ended the "
        "density still rises, so the point is no mode. Hierarchies often have none: if all schools "
        "have the same effect and tau is zero, the density is infinite.",
        remedy="More `steps`, if they ran out. For a hierarchy the non-centred form and a prior "
        "that keeps the scale away from zero; better, `infer nuts`, for the bulk of such a "
        "posterior lies elsewhere than its mode.",
        wrong=Example(
            _GROUPS,
            {"school": _EIGHT},
            "fit",
            {"seed": 1},
            shown="warning[W609]: the search ended where the density still rises: the point is no "
            "mode\n  = help: more steps; if it stays, there may be no mode, as where a scale that "
            "groups share goes to zero: write the groups in non-centred form, or use `infer nuts`",
        ),
        right=Example(
            _GROUPS + "  noncentered = [theta]\n", {"school": _EIGHT}, "fit", {"seed": 1}
        ),
    ),
)
