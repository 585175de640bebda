"""What Stan and NumPyro said, kept in a file: `python -m docs.mistakes --peers` asks again.

That takes some minutes. What Bayescript says is asked each time the page is written.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from .outcomes import NEVER, Outcome, bayescript, bayescript_run, numpyro, stan
from .programs import HERE, Mistake

RECORD = HERE / "record.json"
PEERS = {"stan": stan, "numpyro": numpyro}
Record = dict[str, dict[str, Outcome]]


def made(table: list[Mistake]) -> Record:
    """Every tool's outcome of every mistake, and below `right …` what right programs draw."""
    found: Record = {}
    for mistake in table:
        found[mistake.name] = {tool: run(mistake) for tool, run in PEERS.items()}
        if bayescript(mistake).stage == NEVER and mistake.watch:
            found[mistake.name]["bayes"] = bayescript_run(mistake)
    for mistake in rights(table):
        outcomes = {tool: run(mistake) for tool, run in PEERS.items()}
        found[mistake.name] = outcomes | {"bayes": bayescript_run(mistake)}
    return found


def rights(table: list[Mistake]) -> list[Mistake]:
    """The right programs, one of each base, watched for all that its mistakes watch."""
    bases = dict.fromkeys(mistake.base for mistake in table)
    watched = {b: tuple({n: 0 for m in table if m.base == b for n in m.watch}) for b in bases}
    first = {base: next(m for m in table if m.base == base) for base in bases}
    return [
        replace(first[b], name=f"right {b}", edits={}, bayes_python="", watch=watched[b])
        for b in bases
    ]


def read() -> Record:
    """The record as it was last made."""
    kept = json.loads(RECORD.read_text(encoding="utf-8"))
    return {
        name: {tool: Outcome(**outcome) for tool, outcome in row.items()}
        for name, row in kept.items()
    }


def write(record: Record) -> None:
    """Keep a record."""
    rows = {
        name: {tool: asdict(outcome) for tool, outcome in row.items()}
        for name, row in record.items()
    }
    text = json.dumps(rows, indent=1, ensure_ascii=False, sort_keys=True)
    RECORD.write_text(text + "\n", encoding="utf-8")
