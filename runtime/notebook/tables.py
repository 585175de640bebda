"""Summaries and verifications as tables of a notebook; what is bad is coloured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from ..results.diagnose import ESS_PER_CHAIN, R_HAT_LIMIT
from .elements import note, table, text

_ROWS = 60  # rows that a notebook shows of one table

_ABOUT = {
    "mean": "posterior mean",
    "sd": "standard deviation",
    "mcse_mean": "Monte Carlo error of the mean",
    "ess_bulk": f"effective draws of the middle; fewer than {ESS_PER_CHAIN} a chain are few",
    "ess_tail": f"effective draws of the tails; fewer than {ESS_PER_CHAIN} a chain are few",
    "r_hat": f"agreement of the chains; above {R_HAT_LIMIT} they disagree",
    "estimate": "the point that was found",
}


class Summarised(Protocol):
    """What this module reads of a summary."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> dict[str, np.ndarray]: ...
    @property
    def chains(self) -> int: ...
    def shown(self) -> Iterator[int | str]: ...
    def cells(self, row: int, columns: Sequence[str] = ()) -> list[str]: ...


def summary_table(summary: Summarised) -> str:
    """A row each scalar, at most sixty; long vectors are shortened before."""
    rows: list[str] = []
    told = 0  # scalars that are in the table, or in what is left out of a vector
    shortened = False
    width = len(summary.columns) + 1
    for row in summary.shown():
        if len(rows) == _ROWS:
            break
        if isinstance(row, str):
            shortened = True
            rows.append(f'<tr><td class="more" colspan="{width}">{text(row)}</td></tr>')
        else:
            told = row + 1
            rows.append(_row(summary, row))
    left = len(summary.names) - told
    if left:
        rows.append(f'<tr><td class="more" colspan="{width}">… {left:,} more rows</td></tr>')
    all = note("All rows: summary().columns") if left or shortened else ""
    return table(_head(summary.columns), rows) + all


def _head(columns: Mapping[str, np.ndarray]) -> Iterator[str]:
    yield "<th></th>"
    for name in columns:
        about = _ABOUT.get(name, f"{name.removeprefix('q')}% quantile" if name[0] == "q" else "")
        yield f'<th title="{text(about)}">{text(name)}</th>' if about else f"<th>{text(name)}</th>"


def _row(summary: Summarised, row: int) -> str:
    cells = zip(summary.columns, summary.cells(row), strict=True)
    shown = "".join(
        f'<td class="bad">{cell}</td>' if _bad(summary, name, row) else f"<td>{cell}</td>"
        for name, cell in cells
    )
    return f'<tr><th class="name">{text(summary.names[row])}</th>{shown}</tr>'


def _bad(summary: Summarised, column: str, row: int) -> bool:
    value = float(summary.columns[column][row])
    if column == "r_hat":
        return value > R_HAT_LIMIT
    return column in ("ess_bulk", "ess_tail") and value < ESS_PER_CHAIN * summary.chains


def chains_table(stats: Mapping[str, np.ndarray], information: np.ndarray | None) -> str:
    """A row each chain: how it moved; `information` is E-BFMI."""
    means = {"acceptance_rate": "acceptance", "step_size": "step size", "n_steps": "steps a draw"}
    columns = {
        title: [f"{value:.3g}" for value in stats[name].mean(axis=1)]
        for name, title in means.items()
        if name in stats
    }
    if "diverging" in stats:
        columns["divergences"] = [f"{count}" for count in stats["diverging"].sum(axis=1)]
    if information is not None:
        columns["E-BFMI"] = [f"{value:.2f}" for value in information]
    chains, draws = stats["lp"].shape
    columns = {"draws": [f"{draws}"] * chains} | columns
    head = ["<th>chain</th>", *(f"<th>{text(title)}</th>" for title in columns)]
    rows = (
        f"<tr><td>{chain + 1}</td>"
        + "".join(f"<td>{text(cells[chain])}</td>" for cells in columns.values())
        + "</tr>"
        for chain in range(min(chains, _ROWS))
    )
    return table(head, rows)


def verification_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], ok: Sequence[bool]
) -> str:
    """A row each statement, the last cell of which says whether the programs agree."""
    body = []
    for cells, good in zip(rows[:_ROWS], ok, strict=False):
        line, statement, *rest, verdict = cells
        shown = "".join(f"<td>{text(cell)}</td>" for cell in rest)
        kind = "good" if good else "bad"
        body.append(
            f'<tr><td>{text(line)}</td><td class="text">{text(statement)}</td>{shown}'
            f'<td class="{kind}">{text(verdict)}</td></tr>'
        )
    if len(rows) > _ROWS:
        more = f"… {len(rows) - _ROWS} more statements"
        body.append(f'<tr><td class="more" colspan="{len(head)}">{more}</td></tr>')
    names = ["name" if title == "statement" else "" for title in head]
    titles = [f'<th class="{kind}">{text(t)}</th>' for kind, t in zip(names, head, strict=True)]
    return table(titles, body)
