"""The table's judgements, made by rules: does a message name the place, the remedy, all of it?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .outcomes import AFTER, DATA, NEVER, START, Outcome
from .programs import Mistake

LINE = {
    "bayes": r"\.bayes:{0}\b|^ *{0} \|",
    "stan": r"line {0}\b",
    "numpyro": r"_numpyro\.py\", line {0}\b",
}
"""How the tools write the number of a line of a program."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the table says of one tool and one mistake."""

    stage: str
    place: bool
    remedy: bool
    told: int
    fine: bool
    by_cmdstan: bool

    @property
    def caught(self) -> bool:
        """Before the first draw."""
        return not self.fine and self.stage not in (AFTER, NEVER)

    def cell(self, faults: int) -> str:
        """The table's cell."""
        if self.fine:
            return "no mistake"
        parts = [self.stage if self.stage != NEVER else "nothing"]
        if self.place or self.by_cmdstan:
            parts.append("place" if self.place else "(place)")
        if self.remedy:
            parts.append("remedy")
        if faults > 1:
            parts.append(f"{self.told} of {faults}")
        return ", ".join(parts)


def judged(mistake: Mistake, tool: str, outcome: Outcome) -> Judged:
    """Hold an outcome against the rules that the page states."""
    said = outcome.message
    early = outcome.stage not in (AFTER, NEVER)
    place = early and (_line_named(mistake, tool, said) or _cell_named(mistake, said))
    if mistake.place and early:
        place = place or re.search(mistake.place, said) is not None
    told = len({match.lower() for match in re.findall(mistake.found, said)}) if mistake.found else 1
    return Judged(
        stage=outcome.stage,
        place=place,
        remedy=bool(said) and re.search(mistake.remedy, said) is not None,
        told=told if early else 0,
        fine=tool in mistake.fine,
        by_cmdstan=_adds_line(mistake, tool, outcome) and not place,
    )


def _adds_line(mistake: Mistake, tool: str, outcome: Outcome) -> bool:
    """Whether CmdStan would add the line: where the program is wrong, not the data."""
    wrong_program = tool == "stan" and bool(mistake.changed("stan"))
    return wrong_program and outcome.stage in (DATA, START)


def _line_named(mistake: Mistake, tool: str, said: str) -> bool:
    """A changed line, or for a parser the one after it."""
    numbers = [n + more for n, _ in mistake.changed(tool) for more in (0, 1)]
    return any(re.search(LINE[tool].format(n), said, re.MULTILINE) for n in numbers)


def _cell_named(mistake: Mistake, said: str) -> bool:
    """A changed row of the data, by its line in the file or its number."""
    rows = [n for n, _ in mistake.changed("csv")]
    pattern = r"\.csv:{0}\b|line {0}\b|row {1}\b|\[{1}\]"
    return any(re.search(pattern.format(n, n - 1), said) for n in rows)
