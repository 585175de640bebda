"""Codes of reading a spec: B1."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B101",
        "this does not fit the grammar",
        why="A spec is a list of statements: what varies over what, what is distributed how. "
        "Here the words stand in an order that makes no statement, so nothing can be said about "
        "what is meant.",
        remedy="Look at the underlined word and at the one before it: most often a `~`, an `=`, "
        "a comma or an operator is missing. `~` gives a distribution, `=` defines a quantity, "
        "`:` gives a type.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] Normal(mu, 10)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
"""),
    ),
    Code(
        "B102",
        "brackets do not match",
        why="Every `(` and `[` needs its own closing bracket. Where one is missing, the next "
        "statement would become part of this one.",
        remedy="Add the bracket where the group ends, or remove the one that is too many.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5
effect[school] ~ Normal(mu, 10)
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
"""),
    ),
    Code(
        "B103",
        "the indentation is wrong",
        why="Indentation says what belongs together: the lines of a `data` or `infer` block are "
        "indented alike, everything else begins at the margin. Tabs are refused, because they "
        "and spaces cannot be compared.",
        remedy="Give all lines of a block the same indentation, two spaces for instance.",
        wrong=Example("""\
plate patient
data
    dose[patient] : positive
  relief[patient] : real
b ~ Normal(0, 1)
relief[patient] ~ Normal(b * dose, 1)
"""),
        right=Example("""\
plate patient
data
  dose[patient]   : positive
  relief[patient] : real
b ~ Normal(0, 1)
relief[patient] ~ Normal(b * dose, 1)
"""),
    ),
    Code(
        "B104",
        "the spec is too large, or nested too deep",
        why="There are limits on the length of a spec, on its lines, and on how deep brackets "
        "may be nested, far beyond what a person writes. A text that passes them was made by a "
        "program, or is no spec at all.",
        remedy="Give parts of a long expression names with `let`. What repeats, such as one "
        "statement for each county, belongs in a plate and in data.",
        unprovoked="the limits are beyond what a small example can hold",
    ),
    Code(
        "B105",
        "a character, number or string is not one of the language",
        why="Names begin with a letter, numbers are written `3`, `0.5` or `1e-3`, strings stand "
        "in straight double quotes. Multiplication is never silent: `2dose` would be read "
        "differently by different people.",
        remedy="Write the operator, here `2 * dose`. Curly quotes and semicolons, which come "
        "along when text is copied from elsewhere, have to go.",
        wrong=Example("""\
plate patient
data
  dose[patient]   : positive
  relief[patient] : real
a ~ Normal(0, 1)
relief[patient] ~ Normal(a + 2dose, 1)
"""),
        right=Example("""\
plate patient
data
  dose[patient]   : positive
  relief[patient] : real
a ~ Normal(0, 1)
relief[patient] ~ Normal(a + 2 * dose, 1)
"""),
    ),
    Code(
        "B106",
        "a spec file cannot be read",
        why="There is no file of that name, it may not be opened, or it is not text in UTF-8.",
        remedy="Check the name and the folder; a path is relative to where the program runs, not "
        "to the spec. If the file comes from an old editor, save it as UTF-8.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            step="load",
            call={"path": "eight_schools.bayes"},
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            step="load",
            call={"path": "example.bayes"},
        ),
    ),
    Code(
        "B107",
        "this is not YAML, or a part of YAML that specs do not use",
        why="A spec in YAML is maps, lists and text, no more. Anchors, aliases, tags and several "
        "documents in a file are refused: with them a reader could not see the model by looking "
        "at it. Broken YAML, such as a quote that is never closed, has this code as well.",
        remedy="Leave the anchor out, and write what an alias stands for. An expression that is "
        "needed twice gets a name in the model, under `lets`.",
        wrong=Example(
            """\
plates:
  school:
data:
  effect[school]: real
priors:
  mu: &wide Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            surface="yaml",
        ),
        right=Example(
            """\
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            surface="yaml",
        ),
    ),
    Code(
        "B108",
        "a section or field of a YAML spec does not exist, or has the wrong form",
        why="Each section of a YAML spec has a fixed name, and what stands below it a fixed form. "
        "A misspelt section would otherwise be dropped without a word, and with it a prior.",
        remedy="Correct the name of the section: `plates`, `data`, `quantities`, `priors`, "
        "`likelihoods`, `inference` and so on. Where a text is wanted, give one line of text, not "
        "a map.",
        wrong=Example(
            """\
plates:
  school:
data:
  effect[school]: real
prior:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(0, 10)
""",
            surface="yaml",
        ),
        right=Example(
            """\
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            surface="yaml",
        ),
    ),
    Code(
        "B109",
        "a text cannot be written in the `.bayes` form",
        why="The two forms of a spec say the same, but for one thing: in the `.bayes` form a "
        "string stands in double quotes on one line, and there is no way to write a double quote "
        "inside it. YAML can hold such a text, so it cannot be converted.",
        remedy="Use single quotes inside the text, or keep the spec in YAML.",
        wrong=Example(
            """\
model: coaching
description: Effects of "coaching" in schools
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            step="convert",
            call={"to": "text"},
            surface="yaml",
        ),
        right=Example(
            """\
model: coaching
description: Effects of 'coaching' in schools
plates:
  school:
data:
  effect[school]: real
priors:
  mu: Normal(0, 5)
likelihoods:
  effect[school]: Normal(mu, 10)
""",
            step="convert",
            call={"to": "text"},
            surface="yaml",
        ),
    ),
)
