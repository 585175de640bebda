"""Every construct of the language: the emitted program against the reference at random points."""

from typing import Any

import pytest

from bayescript import BackendError
from tests.compiler.constructs import axes, composed, distributions, statements
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

CASES: dict[str, tuple[str, Any]] = {
    **axes.CASES,
    **distributions.CASES,
    **statements.CASES,
    **composed.CASES,
}
REFUSED = {("truncated overdispersed counts", "pyro")}  # torch has no incomplete beta function


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_program_and_reference_agree(name: str, backend: str) -> None:
    text, data = CASES[name]
    if (name, backend) in REFUSED:
        with pytest.raises(BackendError, match="B410"):
            Emitted(text, data, backend=backend)
        return
    # The incomplete beta function of JAX has nine digits.
    rtol = 1e-8 if name == "truncated overdispersed counts" else 1e-9
    Emitted(text, data, backend=backend).check(rtol=rtol)
