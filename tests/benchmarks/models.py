"""The models that the benchmarks compare, each said once in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.common import write_arrays
from tests.posteriordb.cases import cases
from tests.posteriordb.recorded import folder

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bench:
    """One model. `quantities` are those whose effective draws count, on every side alike.

    `data` gives the file that all sides read, written into a folder where it does not exist yet;
    None where the data are not at hand.
    """

    name: str
    spec: Path
    data: Callable[[Path], Path | None]
    quantities: tuple[str, ...]
    # Settings of the spec, which the peers take over.
    target_accept: float = 0.8
    dense_mass: bool = False


def _radon(into: Path) -> Path | None:
    root = folder()
    if root is None:
        return None
    path = into / "radon.npz"
    write_arrays(path, cases(root)["radon_mn-radon_variable_intercept_centered"].given()[0])
    return path


def _in_specs(path: str) -> Callable[[Path], Path | None]:
    return lambda into: ROOT / "specs" / path


BENCHES = (
    Bench(
        name="eight_schools",
        spec=ROOT / "specs/eight_schools/eight_schools.bayes",
        data=_in_specs("eight_schools/eight_schools.csv"),
        quantities=("mu", "tau", "theta"),
        target_accept=0.9,
    ),
    Bench(
        name="radon",
        spec=ROOT / "tests/benchmarks/radon.bayes",
        data=_radon,
        quantities=("mu", "tau", "beta", "sigma", "alpha"),
    ),
    Bench(
        name="investment",
        spec=ROOT / "specs/investment/investment.bayes",
        data=_in_specs("investment/investment.csv"),
        quantities=(
            "alpha",
            "b_value",
            "b_capital",
            "tau_firm",
            "tau_year",
            "sigma",
            "level",
            "climate",
        ),
        dense_mass=True,
    ),
)
