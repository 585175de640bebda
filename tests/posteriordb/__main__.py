"""`python -m tests.posteriordb`: compares every posterior, and writes build/posteriordb.json."""

from __future__ import annotations

import argparse
import json
import sys

import jax
from rich.console import Console

from tests.posteriordb.cases import ROOT, Case, cases
from tests.posteriordb.findings import Finding, find, keep, recall
from tests.posteriordb.recorded import VARIABLE, folder
from tests.posteriordb.report import page, remarks, table

WIDTH = 140  # of the table in a file


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.posteriordb", description=__doc__)
    parser.add_argument("--only", default="", help="names of posteriors or models, with commas")
    parser.add_argument("--page", action="store_true", help="write docs/posteriordb.md as well")
    asked = parser.parse_args()
    root = folder()
    if root is None:
        print(f"posteriordb is not at hand: set {VARIABLE}", file=sys.stderr)
        return 2
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    every = cases(root)
    chosen = _chosen(every, asked.only)
    if not chosen:
        print(f"no posterior with a spec is called {asked.only}", file=sys.stderr)
        return 2
    findings = [_finding(case, console) for case in chosen]
    console.print(table(findings))
    for line in remarks(findings):
        console.print(line, markup=False, highlight=False)
    known = [one for case in every.values() if (one := recall(case)) is not None]
    told = {one.posterior: one.as_json() for one in known}
    out = ROOT / "build" / "posteriordb.json"
    out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {out.relative_to(ROOT)}")
    if asked.page and len(known) < len(every):
        console.print(f"no page: {len(every) - len(known)} posteriors are to be compared (again)")
        return 1
    if asked.page:
        (ROOT / "docs" / "posteriordb.md").write_text(page(known, root), encoding="utf-8")
        console.print("written to docs/posteriordb.md")
    return 0 if all(one.ok for one in findings) else 1


def _chosen(every: dict[str, Case], only: str) -> list[Case]:
    names = {name.strip() for name in only.split(",") if name.strip()}
    return [c for name, c in every.items() if not names or {name, c.posterior.model} & names]


def _finding(case: Case, console: Console) -> Finding:
    """What is known, or is found now and kept."""
    known = recall(case)
    if known is not None:
        return known
    console.log(case.posterior.name)
    found = find(case)
    keep(case, found)
    # Compiled programs of a posterior are of no use to the next.
    jax.clear_caches()  # type: ignore[no-untyped-call]
    return found


if __name__ == "__main__":
    sys.exit(main())
