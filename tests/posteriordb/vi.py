"""`python -m tests.posteriordb.vi`: guides against the reference draws of posteriordb.

For every posterior that has a spec and reference draws, each way of approximating it: the largest
difference of a mean from that of the draws, in standard deviations. Results are kept until the
spec, its program, the settings or the engines change, so that a run can go on later.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
from rich.console import Console

from bayescript.grammar.diagnostics import RunError
from bayescript.runtime import engines
from tests.posteriordb.cases import ROOT, Case, cases
from tests.posteriordb.draws import columns
from tests.posteriordb.recorded import VARIABLE, folder, spread
from tests.posteriordb.vi_report import LIMIT, page, table

KEPT = ROOT / "build" / "posteriordb-vi"
LONGEST = 300.0  # seconds for a run
WIDTH = 200  # of the table in a file
ENGINES = Path(engines.__file__).parent
GUIDES = ("normal", "multivariate", "lowrank", "laplace", "flow")
WAYS: Mapping[str, Mapping[str, Any]] = {
    **{guide: {"method": "svi", "guide": guide} for guide in GUIDES},
    "plain normal": {"method": "svi", "guide": "normal", "precondition": "none"},
    "infer laplace": {"method": "laplace"},
    "infer pathfinder": {"method": "pathfinder"},
}
"""Ways of approximating, with the settings that are not the default."""


@dataclass(frozen=True)
class Approximation:
    """How far an approximation is from the reference draws.

    `error` is the largest |difference of a mean| in standard deviations, `where` whose it is.
    `seconds` are those of the processor, compilation included.
    """

    error: float | None
    where: str
    k_hat: float
    seconds: float
    warnings: tuple[str, ...] = ()
    reason: str = ""

    @property
    def passes(self) -> bool:
        return self.error is not None and self.error < LIMIT


def approximate(case: Case, settings: Mapping[str, Any]) -> Approximation:
    """One way, run and compared."""
    began, start = time.perf_counter(), time.process_time()

    def watch(step: object) -> None:
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError

    given, coords = case.given()
    try:
        fit = case.model.fit(given, coords=coords, progress=watch, seed=1, **settings)
    except TimeoutError:
        reason = f"longer than {LONGEST:.0f} seconds"
        return Approximation(None, "", float("nan"), LONGEST, reason=reason)
    except RunError as refused:
        code = refused.diagnostics[0].code
        seconds = time.process_time() - start
        return Approximation(None, "", float("nan"), seconds, reason=code)
    seconds = time.process_time() - start
    error, where = farthest(columns(case, fit.author_draws), case.posterior.summary)
    codes = tuple(warning.code for warning in fit.warnings)
    return Approximation(error, where, fit.k_hat, seconds, codes)


def farthest(
    ours: Mapping[str, Any], summary: Mapping[str, Mapping[str, float]]
) -> tuple[float, str]:
    """The largest |difference of a mean| in standard deviations, and whose it is."""
    found = []
    for name, values in ours.items():
        off = abs(float(values.mean()) - summary[name]["mean"])
        found.append((off / spread(summary[name]), name))
    return max(found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.posteriordb.vi", description=__doc__)
    parser.add_argument("--only", default="", help="names of posteriors or models, with commas")
    parser.add_argument("--page", action="store_true", help="write docs/posteriordb-vi.md as well")
    asked = parser.parse_args()
    root = folder()
    if root is None:
        print(f"posteriordb is not at hand: set {VARIABLE}", file=sys.stderr)
        return 2
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    every = {name: case for name, case in cases(root).items() if case.posterior.summary}
    names = {name.strip() for name in asked.only.split(",") if name.strip()}
    chosen = [c for n, c in every.items() if not names or {n, c.posterior.model} & names]
    if not chosen:
        print(f"no posterior with a spec and draws is called {asked.only}", file=sys.stderr)
        return 2
    found = {case.posterior.name: _all_ways(case, console) for case in chosen}
    console.print(table(found))
    out = ROOT / "build" / "posteriordb-vi.json"
    told = {p: {way: asdict(one) for way, one in ways.items()} for p, ways in found.items()}
    out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {out.relative_to(ROOT)}")
    if asked.page:
        (ROOT / "docs" / "posteriordb-vi.md").write_text(page(found), encoding="utf-8")
        console.print("written to docs/posteriordb-vi.md")
    return 0


def _all_ways(case: Case, console: Console) -> dict[str, Approximation]:
    """What is known of a posterior, with what is found now, which is kept."""
    path = KEPT / f"{case.posterior.name}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = {}
    for way, settings in WAYS.items():
        key = _key(case, settings)
        if known.get(way, {}).get("key") != key:
            console.log(f"{case.posterior.name}: {way}")
            known[way] = {"key": key, **asdict(approximate(case, settings))}
            KEPT.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        told = {name: value for name, value in known[way].items() if name != "key"}
        found[way] = Approximation(**told | {"warnings": tuple(told["warnings"])})
    # Compiled programs of a posterior are of no use to the next.
    jax.clear_caches()  # type: ignore[no-untyped-call]
    return found


def _key(case: Case, settings: Mapping[str, Any]) -> str:
    """A hash of all that a result depends on: spec, mapping, program, settings, engines."""
    code = [one for one in sorted(ENGINES.glob("*.py")) if not one.name.startswith("pyro_")]
    parts = {
        "spec": case.model.source,
        "mapping": asdict(case.entry),
        "program": case.model.compile("numpyro").source,
        "settings": dict(settings),
        "engines": [one.read_text(encoding="utf-8") for one in code],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
