"""What was found about each posterior, kept on disk until spec, mapping or program change."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bayescript.compiler.backends import BACKENDS
from bayescript.grammar.diagnostics import BackendError
from tests.posteriordb import densities, draws
from tests.posteriordb.cases import ROOT, Case
from tests.posteriordb.densities import Comparison
from tests.posteriordb.draws import Sampled

KEPT = ROOT / "build" / "posteriordb"
COMPARISON = ("formulas.py", "cases.py", "densities.py", "draws.py", "findings.py")


@dataclass(frozen=True)
class Finding:
    """All comparisons of one posterior; `draws` is None where there are no reference draws."""

    posterior: str
    spec: str
    sides: dict[str, Comparison]
    draws: Sampled | None
    seconds: float

    @property
    def ok(self) -> bool:
        agree = all(side.exact for side in self.sides.values())
        return agree and (self.draws is None or self.draws.agrees)

    @property
    def reasons(self) -> list[str]:
        """What differs, and why; also what differed before a second seed."""
        found = [f"{name}: {side.reason}" for name, side in self.sides.items() if side.reason]
        if self.draws is not None and self.draws.reason:
            found.append(f"draws: {self.draws.reason}")
        if self.draws is not None and self.draws.earlier:
            found.append(f"draws: {self.draws.earlier}")
        return found

    def as_json(self) -> dict[str, Any]:
        """What other programs read."""
        return {
            "spec": self.spec,
            "backends": {
                name: {
                    "exact": side.exact,
                    "worst_error": side.worst,
                    "offset": side.offset,
                    "gradient_error": side.gradient,
                    "reason": side.reason,
                }
                for name, side in self.sides.items()
            },
            "reference": None if self.draws is None else self.draws.agrees,
            "worst_z": None if self.draws is None else self.draws.worst_z,
            "rhat": None if self.draws is None else self.draws.rhat,
            "seed": None if self.draws is None else self.draws.seed,
            "reason": "" if self.draws is None else self.draws.reason or self.draws.earlier,
            "seconds": round(self.seconds, 1),
        }


def find(case: Case) -> Finding:
    """Compares everything."""
    start = time.perf_counter()
    sides = densities.compare(case)
    sampled = draws.sample(case) if case.posterior.summary else None
    seconds = time.perf_counter() - start
    return Finding(case.posterior.name, str(case.spec.relative_to(ROOT)), sides, sampled, seconds)


def recall(case: Case) -> Finding | None:
    """What was found before, if nothing has changed since."""
    path = _path(case)
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    if told.pop("key") != _key(case):
        return None
    sides = {name: Comparison(**side) for name, side in told.pop("sides").items()}
    sampled = told.pop("draws")
    return Finding(sides=sides, draws=None if sampled is None else Sampled(**sampled), **told)


def keep(case: Case, finding: Finding) -> None:
    """Writes what was found."""
    KEPT.mkdir(parents=True, exist_ok=True)
    told = {"key": _key(case), **asdict(finding)}
    _path(case).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _path(case: Case) -> Path:
    return KEPT / f"{case.posterior.name}.json"


def _key(case: Case) -> str:
    """A hash of all that the result depends on: spec, mapping, programs, and how we compare."""
    programs = {}
    for backend in BACKENDS:
        try:
            programs[backend] = case.model.compile(backend, noncentered=case.noncentered).source
        except BackendError as error:
            programs[backend] = str(error)
    parts = {
        "spec": case.model.source,
        "mapping": asdict(case.entry),
        "programs": programs,
        "comparison": [(Path(__file__).parent / name).read_text("utf-8") for name in COMPARISON],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
