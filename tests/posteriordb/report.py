"""Findings as a table on the terminal and as a page of the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from rich.table import Table
from rich.text import Text

from tests.posteriordb.cases import SPECS, cases
from tests.posteriordb.densities import SIDES, Comparison
from tests.posteriordb.draws import SETTINGS
from tests.posteriordb.findings import Finding
from tests.posteriordb.recorded import lines_of_stan, posteriors

PAGE = """\
# posteriordb

[posteriordb](https://github.com/stan-dev/posteriordb) is a collection of models and data with
which inference software is tested. Here its models are written as specs, in
`specs/posteriordb/`, and held against what Stan says of them. The table is written by

<!-- no-run: it takes long, and reads a folder that is not part of the repository -->
```console
$ make posteriordb
$ .venv/bin/python -m tests.posteriordb --page
```

which reads Stan's recorded log densities and the reference draws from the folder that
`BAYESCRIPT_POSTERIORDB` names, prints the same table, and writes `build/posteriordb.json`;
`make posteriordb ONLY=NAME,NAME` runs a few, and what has not changed since is not run again.

- *error*: by how much differences of the log density between recorded points differ from Stan's,
  on the worst of the reference evaluator, the NumPyro and the Pyro program, in float64; 1 would be
  the tolerance, 1e-9 of the density plus 1e-6.
- *offset*: the constant by which the densities differ. Stan does not renormalise half priors,
  counts a flat prior on an interval as 1, and logs an outcome where a spec says `LogNormal`.
- *gradient*: the largest relative error of the programs' derivatives, against central differences
  of the reference evaluator, at random points.
- *z*: where posteriordb has reference draws, NUTS on NumPyro with {chains} chains of {draws} draws:
  the largest difference of any mean or standard deviation, in Monte Carlo errors of both sides
  together (at most 4), and the largest *R-hat* (at most 1.01). Where the first seed missed one of
  these, a second was run, which is marked.
- *lines*: of the spec and of the Stan program, without blank lines and comments.

`specs/posteriordb/mapping.toml` tells which of Stan's names is which of ours.

"""


def table(findings: Sequence[Finding]) -> Table:
    """The table of the terminal; what is wrong stands below it (`remarks`)."""
    found = Table("posterior", *SIDES, "offset", "gradient", "z", "R-hat", "s", box=None)
    found.columns[0].no_wrap = True
    for column in found.columns[1:]:
        column.justify = "right"
    for one in findings:
        cells = [one.posterior, *(_error(one.sides.get(side)) for side in SIDES)]
        cells += [_offset(one), _gradient(one), *_draws(one), f"{one.seconds:.0f}"]
        found.add_row(*map(Text, cells), style=None if one.ok else "bold red")
    return found


def remarks(findings: Sequence[Finding]) -> list[str]:
    """What differs and why, and the sum of it all."""
    lines = [f"{one.posterior}: {reason}" for one in findings for reason in one.reasons]
    return [*lines, _sum(findings)]


def page(findings: Sequence[Finding], root: Path) -> str:
    """The page of the documentation; `root` is where posteriordb is."""
    stan = lines_of_stan(root)
    head = ["posterior", "error", "offset", "gradient", "z", "R-hat", "lines", "Stan"]
    rows = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * 7]
    models: dict[str, int] = {}
    for one in findings:
        model = one.posterior.partition("-")[2]
        models[model] = lines_of(model)
        error = max((s.worst for s in one.sides.values() if s.worst is not None), default=None)
        cells = [f"`{one.posterior}`", _short(error), _offset(one), _gradient(one), *_draws(one)]
        rows.append("| " + " | ".join([*cells, str(models[model]), str(stan[model])]) + " |")
    wrong = [f"- `{one.posterior}`: {reason}" for one in findings for reason in one.reasons]
    ours, theirs = sum(models.values()), sum(stan[model] for model in models)
    plain = _regressions(root) & models.keys()
    ours_plain, theirs_plain = (sum(lines[model] for model in plain) for lines in (models, stan))
    told = [
        f"{_sum(findings)} The {len(models)} specs have {ours:,} lines together, the Stan programs "
        f"{theirs:,}; of these, the {len(plain)} regressions and hierarchical models (class A: no "
        f"mixtures, Gaussian processes, chains or equations) have {ours_plain:,} and "
        f"{theirs_plain:,}.",
        *_moved(root),
        *_absent(root),
    ]
    differs = ["What differs, or did with the first seed:\n\n" + "\n".join(wrong)] if wrong else []
    filled = [fill(one, 100, break_long_words=False, break_on_hyphens=False) for one in told]
    head_ = PAGE.format(chains=SETTINGS["chains"], draws=SETTINGS["draws"])
    return head_ + "\n\n".join([*filled, *differs, "\n".join(rows)]) + "\n"


def lines_of(model: str) -> int:
    """The lines of a spec, without blank ones and comments."""
    text = (SPECS / f"{model}.bayes").read_text(encoding="utf-8")
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def _regressions(root: Path) -> frozenset[str]:
    """The models of class A: plates, regressions and hierarchies, and nothing else."""
    text = (root / "models.md").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^\| (\w+) \| A \|", text, flags=re.MULTILINE))


def _moved(root: Path) -> list[str]:
    """Which specs have NUTS work in another form than the published one."""
    models = {c.posterior.model for c in cases(root).values() if c.reparametrised}
    if not models:
        return []
    listed = ", ".join(f"`{model}`" for model in sorted(models))
    return [f"As published, {listed} cannot be explored: `infer` asks for the non-centred form."]


def _absent(root: Path) -> list[str]:
    """Which models of posteriordb have no spec."""
    here = {c.posterior.model for c in cases(root).values()}
    models = {p.model for p in posteriors(root).values()} - here
    if not models:
        return []
    return [f"No spec yet: {', '.join(f'`{model}`' for model in sorted(models, key=str.lower))}."]


def _sum(findings: Sequence[Finding]) -> str:
    exact = sum(all(side.exact for side in one.sides.values()) for one in findings)
    with_draws = [one.draws for one in findings if one.draws is not None]
    agree = sum(one.agrees for one in with_draws)
    return (
        f"{exact} of {len(findings)} posteriors have Stan's density on every back-end; "
        f"{agree} of {len(with_draws)} with reference draws agree with them."
    )


def _error(side: Comparison | None) -> str:
    if side is None:
        return "–"
    return _short(side.worst) if side.exact else f"differs {_short(side.worst)}"


def _offset(one: Finding) -> str:
    offset = one.sides["reference"].offset
    if offset is None:
        return "–"
    return "0" if abs(offset) < 1e-6 else f"{offset:.4g}"


def _gradient(one: Finding) -> str:
    return _short(
        max((s.gradient for s in one.sides.values() if s.gradient is not None), default=None)
    )


def _draws(one: Finding) -> list[str]:
    if one.draws is None:
        return ["", ""]
    z, rhat = one.draws.worst_z, one.draws.rhat
    again = f" (seed {one.draws.seed})" if one.draws.earlier else ""
    return ["–" if z is None else f"{z:.1f}{again}", "–" if rhat is None else f"{rhat:.3f}"]


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.0e}"
