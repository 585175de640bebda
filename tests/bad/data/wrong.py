"""What a case of wrong data is, and the specs that the cases share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOMES = """\
plate county
plate home within county
data
  uranium[county] : real
  floor[home]     : binary
  radon[home]     : positive
  rooms[home]     : count
alpha[county] ~ Normal(uranium, 1)
radon[home]   ~ LogNormal(alpha + floor, rooms + 1)
"""

SCORES = """\
plate pupil
data
  score[pupil] : real(0, 100)
  share[pupil] : unit
  age[pupil]   : real
m ~ Normal(50, 10)
score[pupil] ~ Normal(m + share + age, 1)
"""

DOSES = """\
plate dose = 3
plate rat
data
  given[rat]  : dose
  weight[rat] : real
effect[dose] ~ Normal(0, 1)
weight[rat] ~ Normal(effect[given], 1)
"""

SEEN = """\
plate bird = [owl, jay]
plate site
data
  seen[bird, site] : count
rate[bird] ~ HalfNormal(1)
seen[bird, site] ~ Poisson(rate)
"""

VISITS = """\
plate patient
plate visit within patient ordered by day
data
  x[visit] : real
m ~ Normal(0, 1)
x[visit] ~ Normal(m, 1)
"""

VOTERS = """\
plate region
plate state within region
plate voter within (state, region)
data
  vote[voter] : binary
a[region] ~ Normal(0, 1)
vote[voter] ~ Bernoulli(logits = a)
"""

HOME_TABLE: Mapping[str, list[Any]] = {
    "county": ["Aitkin", "Cook", "Cook"],
    "uranium": [0.5, 0.25, 0.25],
    "floor": [0, 1, 0],
    "radon": [1.5, 2.5, 3.5],
    "rooms": [3, 4, 5],
}


def homes(**changed: list[Any]) -> dict[str, list[Any]]:
    """The table of homes with some columns changed; an empty column is left out."""
    table = {**HOME_TABLE, **changed}
    return {name: column for name, column in table.items() if column}


def csv(table: Mapping[str, list[Any]], separator: str = ",") -> str:
    """A table as the text of a file."""
    rows = [table, *zip(*table.values(), strict=True)]
    return "".join(separator.join(map(str, row)) + "\n" for row in rows)


Place = tuple[str | None, str | None, int | None, int | None, str | int | float | None]
"""Table, column, row, line and value of the first cell at fault."""


@dataclass(frozen=True)
class Wrong:
    """Wrong data and what must be said of it.

    `data` goes to `bind`, or makes what goes there (in a folder that has `files`). `remedy` is
    part of the help or of a label; `place` is None where no cell is at fault.
    """

    spec: str
    data: object
    code: str
    message: str
    remedy: str
    place: Place | None = None
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def given(self) -> Any:
        return self.data() if callable(self.data) else self.data


def of_file(
    spec: str, text: str | bytes, code: str, message: str, remedy: str, place: Place | None = None
) -> Wrong:
    """A case of one CSV file."""
    return Wrong(spec, "t.csv", code, message, remedy, place, {"t.csv": text})
