"""How close guides come to the reference draws, as a table on the terminal and as a page."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Protocol

from rich.table import Table
from rich.text import Text

LIMIT = 0.3  # standard deviations that a mean may be off
LITERATURE = "25 of 43"  # posteriors that the best guide of the paper passes

PAGE = """\
# posteriordb: variational inference

Each [posterior of posteriordb](posteriordb.md) that has a spec and reference draws, approximated in
every way there is with its default settings. The criterion is that of Baudart and Mandel (2021,
"Automatic guide generation for Stan via NumPyro", arXiv 2110.11790): the mean of every parameter is
less than 0.3 standard deviations from that of the reference draws. There, the best guide passes
{literature} posteriors, and on 20 all guides that are normal distributions fail, mostly on
regressions with predictors as they were measured. Their posteriors and these are not all the same.
The table is written by

<!-- no-run: it takes long, and reads a folder that is not part of the repository -->
```console
$ make posteriordb-vi
$ .venv/bin/python -m tests.posteriordb.vi --page
```

which writes `build/posteriordb-vi.json` as well. What has not changed since is not run again.

**{sum}**

A cell has the largest difference of a mean, in standard deviations, and k-hat. *plain normal* is
`precondition = none`: independent normals for the quantities as the spec has them. A posterior
without a number was refused, with the code of the error.

"""


class Approximation(Protocol):
    """What this module reads of an approximation."""

    @property
    def error(self) -> float | None: ...
    @property
    def k_hat(self) -> float: ...
    @property
    def seconds(self) -> float: ...
    @property
    def reason(self) -> str: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    @property
    def passes(self) -> bool: ...


Found = Mapping[str, Mapping[str, Approximation]]


def table(found: Found) -> Table:
    """Rows of posteriors, columns of ways; below how many pass."""
    drawn = Table("posterior", title="largest error of a mean, in sd; k-hat; CPU-seconds", box=None)
    drawn.columns[0].no_wrap = True
    ways = _ways(found)
    for way in ways:
        drawn.add_column(way, justify="right")
    for posterior, results in found.items():
        cells = [_cell(results[way], seconds=True) for way in ways]
        drawn.add_row(posterior, *cells)
    drawn.add_section()
    for name, values in _below(found):
        drawn.add_row(name, *values)
    drawn.caption = summed(found)
    return drawn


def page(found: Found) -> str:
    """The page of the documentation."""
    ways = _ways(found)
    rows = ["| posterior | " + " | ".join(ways) + " |", "| --- |" + " ---: |" * len(ways)]
    for posterior, results in found.items():
        cells = [_marked(results[way]) for way in ways]
        rows.append(f"| `{posterior}` | " + " | ".join(cells) + " |")
    rows += [f"| *{name}* | " + " | ".join(values) + " |" for name, values in _below(found)]
    return PAGE.format(literature=LITERATURE, sum=summed(found)) + "\n".join(rows) + "\n"


def summed(found: Found) -> str:
    """How many posteriors the best way passes, and how far k-hat tells which do not."""
    passes = {way: sum(one[way].passes for one in found.values()) for way in _ways(found)}
    best = max(passes, key=lambda way: passes[way])
    unseen = [
        f"{posterior} ({way})"
        for posterior, results in found.items()
        for way, one in results.items()
        if one.error is not None and not one.passes and not one.warnings
    ]
    told = f"The guide `{best}` passes {passes[best]} of {len(found)} posteriors."
    missed = sum(
        1 for r in found.values() for one in r.values() if not one.passes and one.error is not None
    )
    return f"{told} Of {missed} approximations that do not pass, {len(unseen)} warn of nothing."


def _ways(found: Found) -> list[str]:
    return list(next(iter(found.values())))


def _below(found: Found) -> Iterator[tuple[str, list[str]]]:
    """The rows below the others: how many pass, and how long it took."""
    columns = [[results[way] for results in found.values()] for way in _ways(found)]
    yield "pass", [str(sum(one.passes for one in column)) for column in columns]
    seconds = [statistics.median(one.seconds for one in column) for column in columns]
    yield "median CPU-seconds", [f"{one:.1f}" for one in seconds]


def _cell(one: Approximation, seconds: bool) -> Text:
    text = _told(one) + (f" {one.seconds:.1f}" if seconds else "")
    return Text(text, style="" if one.passes else "bold red")


def _marked(one: Approximation) -> str:
    return _told(one) if one.passes else f"**{_told(one)}**"


def _told(one: Approximation) -> str:
    if one.error is None:
        return one.reason
    error = f"{one.error:.2f}" if one.error < 100 else f"{one.error:.0e}"
    return f"{error} ({one.k_hat:.1f})"
