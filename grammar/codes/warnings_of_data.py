"""Codes W501 to W503: warnings about data."""

from __future__ import annotations

from .row import Code, Example

_PAIN = """\
plate patient
plate visit within patient ordered by day
data
  pain[visit] : real
b ~ Normal(0, 1)
pain[visit] ~ Normal(b * prev(pain), 1), initially given
"""

ROWS = (
    Code(
        "W501",
        "a table or an entry of the data is not used",
        why="You gave something that the spec does not ask for: no plate and no datum has its "
        "name. It is left aside, which is right if it is not needed and wrong if it is misspelt.",
        remedy="Correct the name, or do not pass it.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            {"school": "school,effect\nA,28\nB,8\n", "teacher": "teacher,age\n1,44\n2,51\n"},
            "bind",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            {"school": "school,effect\nA,28\nB,8\n"},
            "bind",
        ),
    ),
    Code(
        "W502",
        "labels that are known have no rows",
        why="The labels of the plate were gathered from the data, and among the whole numbers some "
        "are left out. If the elements in between exist but had no rows, they are not in the "
        "model.",
        remedy="Declare the plate with all its elements, `plate age = 20..23`; or leave it as it "
        "is, if the numbers are names and nothing is between them.",
        wrong=Example(
            """\
plate age
plate voter within age
data
  turnout[voter] : binary
a[age] ~ Normal(0, 1)
turnout[voter] ~ Bernoulli(logits = a)
""",
            {"voter": "age,turnout\n20,1\n21,0\n23,1\n"},
            "bind",
        ),
        right=Example(
            """\
plate age = 20..23
plate voter within age
data
  turnout[voter] : binary
a[age] ~ Normal(0, 1)
turnout[voter] ~ Bernoulli(logits = a)
""",
            {"voter": "age,turnout\n20,1\n21,0\n23,1\n"},
            "bind",
        ),
    ),
    Code(
        "W503",
        "elements of an ordered plate stand at the same place",
        why="The plate is ordered by a column, and two elements of one group have the same value "
        "there. Which of them comes first decides what `prev` means, and the data does not say "
        "it; they are taken in the order of their rows.",
        remedy="Correct the column if it is wrong. If the order of the rows is the right one, say "
        "so: `ordered` without `by`.",
        wrong=Example(
            _PAIN,
            {"visit": "patient,day,pain\nKim,1,5\nKim,8,4\nKim,8,2\nLee,1,7\nLee,9,6\n"},
            "bind",
        ),
        right=Example(
            _PAIN,
            {"visit": "patient,day,pain\nKim,1,5\nKim,8,4\nKim,15,2\nLee,1,7\nLee,9,6\n"},
            "bind",
        ),
    ),
)
