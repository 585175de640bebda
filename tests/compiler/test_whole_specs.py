"""The specs that people start from, with their data: program against reference.

Those of posteriordb have tests of their own, against Stan.
"""

import pytest

from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS
from tests.specs.test_specs import DATA, SPECS, data_of

# At random points its locations, of which its scales are made, may be negative; mixtures are held
# against hand and Stan in tests of their own.
ELSEWHERE = {"mixture/petals"}
# NumPyro's own negative binomial loses digits where the concentration is large.
LOOSE = {"count_regression/negative_binomial", "zeros/hurdle", "zeros/zero_inflated"}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in DATA if name not in ELSEWHERE])
def test_program_and_reference_agree(name: str, backend: str) -> None:
    """With every quantity centred, so that the sites of the program are the author's."""
    text = (SPECS / name).with_suffix(".bayes").read_text(encoding="utf-8")
    rtol = 1e-7 if name in LOOSE and backend == "numpyro" else 1e-9
    Emitted(text, data_of(name), backend=backend, noncentered=[]).check(points=1, rtol=rtol)
