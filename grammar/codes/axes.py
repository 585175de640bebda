"""Codes of axes, lookups and what works along them: part of B2."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B203",
        "a quantity varies over a plate that the statement does not have",
        why="The brackets on the left say over what a statement runs: `price[house]` is one price "
        "for each house. `alpha` has one value for each county, and nothing says in which county "
        "a house lies, so it is not known which alpha to take.",
        remedy="Nest the plate, `plate house within county`: then each house has a county, and "
        'its alpha is looked up. Or choose an element, `alpha["Cook"]`; or reduce, '
        "`mean(alpha, over county)`.",
        wrong=Example("""\
plate county
plate house
data
  price[house] : real
alpha[county] ~ Normal(0, 1)
price[house]  ~ Normal(alpha, 1)
"""),
        right=Example("""\
plate county
plate house within county
data
  price[house] : real
alpha[county] ~ Normal(0, 1)
price[house]  ~ Normal(alpha, 1)
"""),
    ),
    Code(
        "B206",
        "there are several ways to look something up",
        why="Each game has two teams, so `skill` in a statement about games could be that of the "
        "one or of the other. The language does not choose for you.",
        remedy="Write the role in brackets: `skill[home]`, `skill[away]`.",
        wrong=Example("""\
plate team
plate game within (home: team, away: team)
data
  margin[game] : real
skill[team] ~ Normal(0, 10)
margin[game] ~ Normal(skill, 15)
"""),
        right=Example("""\
plate team
plate game within (home: team, away: team)
data
  margin[game] : real
skill[team] ~ Normal(0, 10)
margin[game] ~ Normal(skill[home] - skill[away], 15)
"""),
    ),
    Code(
        "B207",
        "an index or label fits no axis",
        why="What stands in brackets chooses an element of a plate: by a label, by data that holds "
        "labels, or by a role. This one belongs to none of the plates over which the quantity "
        "varies.",
        remedy="Correct the label, which stands in quotes; or index by data whose type is the "
        "plate, such as `given[patient] : dose`. Positions are no labels: with `plate k = 3` the "
        "labels are 0, 1 and 2.",
        wrong=Example("""\
plate dose = [low, high]
plate patient
data
  relief[patient] : real
b[dose] ~ Normal(0, 1)
relief[patient] ~ Normal(b["higj"], 1)
"""),
        right=Example("""\
plate dose = [low, high]
plate patient
data
  relief[patient] : real
b[dose] ~ Normal(0, 1)
relief[patient] ~ Normal(b["high"], 1)
"""),
    ),
    Code(
        "B208",
        "`@` has no plate to sum over, or several",
        why="`x @ beta` multiplies and sums over the plate that both sides have, as a matrix "
        "product does. It needs exactly one such plate that the statement itself does not have.",
        remedy="To multiply element by element write `*`. Where there are several plates, say "
        "which one to sum over: `sum(x * beta, over feature)`.",
        wrong=Example("""\
plate feature = [age, income]
plate voter
data
  turnout[voter] : binary
  x[voter]       : real
beta ~ Normal(0, 1)
turnout[voter] ~ Bernoulli(logits = x @ beta)
"""),
        right=Example("""\
plate feature = [age, income]
plate voter
data
  turnout[voter]    : binary
  x[voter, feature] : real
beta[feature] ~ Normal(0, 1)
turnout[voter] ~ Bernoulli(logits = x @ beta)
"""),
    ),
    Code(
        "B209",
        "a reduction or matrix function does not fit the axes of its argument",
        why="A reduction such as `mean` takes axes away from its argument. Where there is more "
        "than one axis it must be told which, and it cannot take away one that is not there. "
        "Matrix functions need a matrix, with two axes of one plate.",
        remedy="Name the axis: `mean(score, over item)` leaves one value for each student; "
        "`mean(score, over (student, item))` leaves a single number.",
        wrong=Example("""\
plate student
plate item
data
  score[student, item] : real
mu ~ Normal(0, 10)
let centred = score - mean(score)
factor normal[student, item] = -0.5 * (centred - mu)^2
"""),
        right=Example("""\
plate student
plate item
data
  score[student, item] : real
mu ~ Normal(0, 10)
let centred = score - mean(score, over student)
factor normal[student, item] = -0.5 * (centred - mu)^2
"""),
    ),
    Code(
        "B213",
        "a list does not fit an axis",
        why="A list gives one number for each element of a plate of the statement. It fits where "
        "exactly one such plate is declared with as many elements as the list has.",
        remedy="Make the list as long as the plate, or declare the plate with that many elements.",
        wrong=Example("""\
plate dose = [none, low, high]
plate patient
data
  given[patient]  : dose
  relief[patient] : real
b[dose] ~ Normal([0, 1], 1)
relief[patient] ~ Normal(b[given], 1)
"""),
        right=Example("""\
plate dose = [none, low, high]
plate patient
data
  given[patient]  : dose
  relief[patient] : real
b[dose] ~ Normal([0, 1, 2], 1)
relief[patient] ~ Normal(b[given], 1)
"""),
    ),
    Code(
        "B214",
        "the axes of a multivariate distribution are wrong",
        why="One draw of a multivariate distribution is a whole vector or matrix; it takes up the "
        "last axes of the left side. A `Dirichlet` without an axis would be probabilities of "
        "nothing.",
        remedy="Give the left side the plate over which the vector runs: `share[party]`. A "
        "correlation matrix has two axes of one plate: `L[feature, feature']`.",
        wrong=Example("""\
plate party = [left, centre, right]
plate voter
data
  vote[voter] : party
share ~ Dirichlet(1)
vote[voter] ~ Categorical(share)
"""),
        right=Example("""\
plate party = [left, centre, right]
plate voter
data
  vote[voter] : party
share[party] ~ Dirichlet(1)
vote[voter] ~ Categorical(share)
"""),
    ),
    Code(
        "B215",
        "`prev` lacks an ordered plate, a lag or a beginning",
        why="`prev(y)` is the value one place earlier. That has a meaning only along a plate "
        "that is in order, and the first element has nothing before it: something must be said "
        "about it.",
        remedy="Declare the order, `plate month ordered`. Then either give the value before the "
        "start, `prev(y, initially = 0)`, or end the statement with `, initially given`, which "
        "conditions on the first element.",
        wrong=Example("""\
plate month ordered
data
  sales[month] : real
b ~ Normal(0, 1)
sales[month] ~ Normal(b * prev(sales), 1)
"""),
        right=Example("""\
plate month ordered
data
  sales[month] : real
b ~ Normal(0, 1)
sales[month] ~ Normal(b * prev(sales), 1), initially given
"""),
    ),
)
