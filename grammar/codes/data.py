"""Codes of binding data: B5, and W504, a warning about labels."""

from __future__ import annotations

from .row import Code, Example

_EFFECTS = """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
"""

_SCORES = """\
plate school
plate pupil within school
data
  private[school] : binary
  score[pupil]    : real(0, 100)
b ~ Normal(0, 10)
score[pupil] ~ Normal(50 + b * private, 15)
"""

_RELIEF = """\
plate dose = [low, high]
plate patient
data
  given[patient]  : dose
  relief[patient] : real
b[dose] ~ Normal(0, 1)
relief[patient] ~ Normal(b[given], 1)
"""

_GRAPH = """\
plate area
plate edge within (one: area, two: area)
data
  cases[area] : count
level ~ Normal(0, 2)
scale ~ HalfNormal(1)
phi[area] ~ IntrinsicCAR(edge)
cases[area] ~ Poisson(exp(level + scale * phi))
"""

_COUNTS = """\
plate clinic
data
  cases[clinic] : count
rate ~ HalfNormal(10)
cases[clinic] ~ Poisson(rate)
"""

_SEEN = """\
plate site
plate visit
data
  seen[site, visit] : count
rate[site] ~ HalfNormal(10)
seen[site, visit] ~ Poisson(rate)
"""


_SURGEONS = """\
plate surgeon
plate clinic within surgeon
data
  cases[clinic] : count
rate[surgeon] ~ HalfNormal(10)
cases[clinic] ~ Poisson(rate)
"""


def _bound(spec: str, **tables: str) -> Example:
    return Example(spec, tables, "bind")


ROWS = (
    Code(
        "B501",
        "a datum, a parent column or a table is missing, or could be several",
        why="Data is found by name: a datum called `effect` is the column `effect` of the table "
        "of its plate, and a nested plate's table has a column named after the parent. Nothing of "
        "that name is there.",
        remedy="Rename the column, or the datum in the spec, so that both have one name; or add "
        "the column that is missing.",
        wrong=_bound(_EFFECTS, school="school,efect\nA,28\nB,8\nC,-3\n"),
        right=_bound(_EFFECTS, school="school,effect\nA,28\nB,8\nC,-3\n"),
    ),
    Code(
        "B502",
        "a value is not of the declared type",
        why="A cell does not hold what its declaration says: text where a number is needed, or a "
        "fraction where a whole number is.",
        remedy="Correct the cell; if the value is not known, leave the row out. If all values are "
        "like this one, change the type in the spec.",
        wrong=_bound(_COUNTS, clinic="clinic,cases\nNorth,3\nSouth,2.5\n"),
        right=_bound(_COUNTS, clinic="clinic,cases\nNorth,3\nSouth,2\n"),
    ),
    Code(
        "B503",
        "a value is out of the bounds of its type",
        why="The declaration gives bounds, and this value lies beyond them. It is most often a "
        "slip of the pen, and one such value can govern the whole fit.",
        remedy="Correct the value, or widen the bounds in the spec if such values are possible.",
        wrong=_bound(
            _SCORES,
            school="school,private\nElm,0\nOak,1\n",
            pupil="school,score\nElm,54\nElm,610\nOak,70\n",
        ),
        right=_bound(
            _SCORES,
            school="school,private\nElm,0\nOak,1\n",
            pupil="school,score\nElm,54\nElm,61\nOak,70\n",
        ),
    ),
    Code(
        "B504",
        "a cell is missing",
        why="A cell is empty, or holds `NA`, `null` or the like. A likelihood needs a value; how "
        "to go on without one is a question about your study, not one that software may answer.",
        remedy="Fill the cell if the value is known. If it is missing for reasons that have "
        "nothing to do with the model, leave the row out.",
        wrong=_bound(_EFFECTS, school="school,effect\nA,28\nB,\nC,-3\n"),
        right=_bound(_EFFECTS, school="school,effect\nA,28\nC,-3\n"),
    ),
    Code(
        "B505",
        "a label is not in its plate",
        why="The elements of the plate are known, from the spec or from the plate's own table, and "
        "this label is none of them. A misspelt label would otherwise become an element of its "
        "own.",
        remedy="Correct the label, or add it to the plate. Whole numbers in data are labels, not "
        "positions: where they begin at 1, declare `plate dose = 1..3`.",
        wrong=_bound(_RELIEF, patient="given,relief\nlow,0.3\nhihg,1.2\nhigh,0.9\n"),
        right=_bound(_RELIEF, patient="given,relief\nlow,0.3\nhigh,1.2\nhigh,0.9\n"),
    ),
    Code(
        "B506",
        "two sizes, or a shape and a declaration, contradict each other",
        why="Two sources say how many elements a plate has, and they disagree: the spec, a table, "
        "`sizes`, or the shape of an array. One of them is not what you think it is.",
        remedy="Compare the two that the message names. If the declaration is too narrow, let the "
        "data tell the size: `plate school` without a number.",
        wrong=_bound(
            _EFFECTS.replace("plate school", "plate school = 4"),
            school="effect\n28\n8\n-3\n",
        ),
        right=_bound(
            _EFFECTS.replace("plate school", "plate school = 3"),
            school="effect\n28\n8\n-3\n",
        ),
    ),
    Code(
        "B507",
        "nothing tells how many elements a plate has",
        why="No datum runs over this plate and no column names its elements, so its size is not "
        "known. A quantity over it would have no shape.",
        remedy='Say it in the spec, `plate class = 3`, or in the call, `sizes={"class": 3}` '
        "(`--size class=3` on the command line).",
        wrong=Example(
            """\
plate class
plate school
data
  effect[school] : real
mu[class] ~ Normal(0, 5)
effect[school] ~ Normal(mean(mu), 10)
""",
            {"school": "school,effect\nA,28\nB,8\n"},
            "bind",
        ),
        right=Example(
            """\
plate class
plate school
data
  effect[school] : real
mu[class] ~ Normal(0, 5)
effect[school] ~ Normal(mean(mu), 10)
""",
            {"school": "school,effect\nA,28\nB,8\n"},
            "bind",
            {"sizes": {"class": 3}},
        ),
    ),
    Code(
        "B508",
        "a value differs within its group, or a cell is given twice with different values",
        why="`private[school]` is one value for each school. The table has a row for each pupil, "
        "and within one school the rows disagree, so it is not known which value is the school's.",
        remedy="Make the rows agree. If the value does vary from pupil to pupil, declare it so: "
        "`private[pupil]`.",
        wrong=_bound(_SCORES, pupil="school,private,score\nElm,0,54\nElm,1,61\nOak,1,70\n"),
        right=_bound(_SCORES, pupil="school,private,score\nElm,0,54\nElm,0,61\nOak,1,70\n"),
    ),
    Code(
        "B509",
        "a cell or a row is absent",
        why="A datum over two plates has one cell for each pair of elements, and the table has no "
        "row for some of the pairs. Absent may mean zero or unknown; that is for you to say.",
        remedy="Add the rows. If absent means zero, give a default in the declaration: "
        "`seen[site, visit] : count = 0`.",
        wrong=_bound(_SEEN, seen="site,visit,seen\nhill,1,3\nhill,2,0\nlake,1,5\n"),
        right=_bound(_SEEN, seen="site,visit,seen\nhill,1,3\nhill,2,0\nlake,1,5\nlake,2,1\n"),
    ),
    Code(
        "B510",
        "an outcome lies outside the support of its distribution",
        why="The distribution never gives this value, so its density there is 0, whatever the "
        "parameters are. No posterior exists; better to know it before sampling.",
        remedy="Correct the value, or choose a distribution that can give it. Zeros among positive "
        "measurements are often values below a limit of detection.",
        wrong=_bound(
            """\
plate home
data
  radon[home] : nonnegative
mu ~ Normal(0, 1)
radon[home] ~ LogNormal(mu, 1)
""",
            home="home,radon\n1,2.2\n2,0\n3,0.7\n",
        ),
        right=_bound(
            """\
plate home
data
  radon[home] : nonnegative
mu ~ Normal(0, 1)
radon[home] ~ LogNormal(mu, 1)
""",
            home="home,radon\n1,2.2\n2,0.1\n3,0.7\n",
        ),
    ),
    Code(
        "B511",
        "a file cannot be read",
        why="The file is not there, is of no format that is read, or is not well formed. Here a "
        "decimal comma has made three cells of two.",
        remedy="Check the path and the line that the message names. Decimals have a point; a cell "
        "that holds the separator stands in quotes.",
        wrong=_bound(_EFFECTS, school="school,effect\nA,28,5\nB,8\nC,-3\n"),
        right=_bound(_EFFECTS, school="school,effect\nA,28.5\nB,8\nC,-3\n"),
    ),
    Code(
        "B512",
        "a label stands twice in the table of its plate",
        why="The table of a plate has one row for each element. With two rows of one label it is "
        "not known which is meant, and elements would be counted twice.",
        remedy="Remove the row that is too many, or give the second element a label of its own. If "
        "the rows are something finer, such as visits, declare a plate for them.",
        wrong=_bound(_EFFECTS, school="school,effect\nA,28\nB,8\nB,-3\n"),
        right=_bound(_EFFECTS, school="school,effect\nA,28\nB,8\nC,-3\n"),
    ),
    Code(
        "B513",
        "two ways up to the same plate disagree",
        why="A pupil's district can be read from the pupil's own row and from that of the school. "
        "The two must be the same, since a quantity of the district may be looked up either way.",
        remedy="Make the columns agree. If a pupil need not live in the district of the school, "
        "give the two roles: `plate pupil within (school, residence: district)`.",
        wrong=_bound(
            """\
plate district
plate school within district
plate pupil within (school, district)
data
  score[pupil] : real
a[district] ~ Normal(50, 10)
score[pupil] ~ Normal(a, 15)
""",
            school="school,district\nElm,east\nOak,west\n",
            pupil="school,district,score\nElm,east,54\nElm,west,61\nOak,west,70\n",
        ),
        right=_bound(
            """\
plate district
plate school within district
plate pupil within (school, district)
data
  score[pupil] : real
a[district] ~ Normal(50, 10)
score[pupil] ~ Normal(a, 15)
""",
            school="school,district\nElm,east\nOak,west\n",
            pupil="school,district,score\nElm,east,54\nElm,east,61\nOak,west,70\n",
        ),
    ),
    Code(
        "B517",
        "a graph is in several parts",
        why="`IntrinsicCAR` says how neighbours differ, and that all elements sum to 0. Between "
        "parts of a graph that no edge joins it says nothing: each could lie anywhere, and with a "
        "scale before it, as in `scale * phi`, the posterior may have no finite mass. An element "
        "without edges is a part of its own.",
        remedy="Add the edges that are missing, such as that of an island to the nearest coast. "
        "Or give each part its own plate, edges and `IntrinsicCAR`, so that each sums to 0, and "
        "what has no neighbours a `Normal`. A level for each part says how the parts differ.",
        wrong=_bound(
            _GRAPH,
            area="area,cases\nNorth,3\nSouth,5\nIsland,2\nReef,4\n",
            edge="one,two\nNorth,South\nIsland,Reef\n",
        ),
        right=_bound(
            _GRAPH,
            area="area,cases\nNorth,3\nSouth,5\nIsland,2\nReef,4\n",
            edge="one,two\nNorth,South\nIsland,Reef\nSouth,Island\n",
        ),
    ),
    Code(
        "W504",
        "a label is spelt in two ways",
        why="Some letters can be written in two ways that look alike: `é` as one character, or as "
        "`e` with an accent that follows. Programs differ in which they write. Both are read as "
        "one label (the form NFC of Unicode), so here North and South have the same surgeon.",
        remedy="Nothing, if one label is meant. If the labels are two, tell them apart by more "
        "than that. To be rid of the warning, write the label in one way.",
        wrong=_bound(_SURGEONS, clinic="surgeon,cases\nRen\u00e9,3\nRene\u0301,2\nIda,4\n"),
        right=_bound(_SURGEONS, clinic="surgeon,cases\nRen\u00e9,3\nRen\u00e9,2\nIda,4\n"),
    ),
)
