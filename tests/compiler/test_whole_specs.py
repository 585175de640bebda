"""The specs that people start from, with their data: program against reference."""

from pathlib import Path

import pytest

from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

SPECS = Path(__file__).parents[2] / "specs"
OTHERS = {"random_slopes": "investment/investment.csv"}  # it has no data of its own


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("spec", sorted(SPECS.rglob("*.bayes")), ids=lambda path: path.stem)
def test_program_and_reference_agree(spec: Path, backend: str) -> None:
    """With every quantity centred, so that the sites of the program are the author's."""
    own = [*spec.parent.glob("*.csv")] or [SPECS / OTHERS[spec.stem]]
    text = spec.read_text(encoding="utf-8")
    # NumPyro's own negative binomial loses digits where the concentration is large.
    rtol = 1e-7 if (spec.stem, backend) == ("negative_binomial", "numpyro") else 1e-9
    Emitted(text, str(own[0]), backend=backend, noncentered=[]).check(points=1, rtol=rtol)
