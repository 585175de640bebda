"""Runs to interrupt, someone who does it, and the comparison with runs that nobody interrupted."""

from typing import Any

from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import Fit
from bayescript.runtime.sample import fit
from tests.runtime import examples

NUTS: dict[str, Any] = {"chains": 2, "draws": 400, "warmup": 300}
MH: dict[str, Any] = {"method": "mh", "chains": 2, "draws": 400, "warmup": 200, "thin": 7}
SVI: dict[str, Any] = {"method": "svi", "steps": 3000}


class Interrupt:
    """Presses Ctrl-C when a chain has come to an iteration; at the first report by default, but
    not while a start is looked for."""

    def __init__(self, chain: int = 0, iteration: int = 0):
        self.at = chain, iteration
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        if step.stage in ("", "steps") and (step.chain, step.iteration) >= self.at:
            raise KeyboardInterrupt


def sample(progress: Any = False, name: str = "linear", **settings: Any) -> Fit:
    given = examples.DATA[name]()
    return fit(examples.source(name), name, given, progress=progress, **settings)


def assert_same(found: Fit, wanted: Fit) -> None:
    """Bit by bit, in the same order."""
    for ours, theirs in (
        (found.draws, wanted.draws),
        (found.stats, wanted.stats),
        (found.trace, wanted.trace),
    ):
        assert list(ours) == list(theirs)
        for name, values in theirs.items():
            assert ours[name].dtype == values.dtype and ours[name].shape == values.shape
            assert ours[name].tobytes() == values.tobytes(), name
    assert found.details == wanted.details
    assert found.interrupted == wanted.interrupted == ""
