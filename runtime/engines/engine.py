"""What every way of inferring has: a program, its data, and compiled functions to run on them.

Compiled functions are looked for in this process, then on disk (`kept.py`), then made anew; only
the last imports NumPyro.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...grammar.diagnostics import Diagnostic, RunError
from ...grammar.source import Source, Span
from ..device import choose_device
from ..execute import Program
from . import kept
from .settings import Common

if TYPE_CHECKING:
    import numpy as np

    from .density import Density

# Compiled functions of this process, by their key: fits after the first of a shape start at once.
# Those last used, the last of them at the end: without end, they would use up the memory maps that
# a process may have.
_IN_MEMORY: dict[str, tuple[list[Any], dict[str, Any]]] = {}
_MOST = 50


class Engine(ABC):
    """A program and its data with `programs`, compiled; `notes` says what was found compiling."""

    def __init__(self, program: Program, given: dict[str, Any], settings: Common, method: str):
        self.program = program
        self.method = method
        self.chosen = settings
        self.sizes = {name: value for name, value in given.items() if isinstance(value, int)}
        self.data = {name: value for name, value in given.items() if name not in self.sizes}
        self.device = choose_device(settings.device)
        self.programs, self.notes = self._found()

    @property
    def dimension(self) -> int:
        """How many unconstrained numbers make up a point."""
        return int(self.notes["dimension"])

    @abstractmethod
    def fixed(self) -> dict[str, Any]:
        """Settings that the compiled functions have built in, as JSON."""

    @abstractmethod
    def lower(self, density: Density) -> Sequence[Any]:
        """The functions, traced and ready to be compiled."""

    @abstractmethod
    def trial(self, programs: list[Any], dimension: int) -> None:
        """Runs each function once, cheaply: some that come from disk fail only there."""

    def density(self) -> Density:
        """The density of the program; imports NumPyro."""
        from .density import Density

        return Density(self.program.model, self.sizes, self.data)

    @property
    def scalars(self) -> list[str]:
        """What each number of a point belongs to, such as `theta[2]`."""
        return self.density().scalars

    def no_start(self, point: np.ndarray, tried: int) -> RunError:
        """The error where no random point has a finite density, naming the statements at fault."""
        from .density import where_not_finite

        return nowhere(self.program, where_not_finite(self.density(), point, self.data), tried)

    def _found(self) -> tuple[list[Any], dict[str, Any]]:
        key = kept.key_of(self._identity(), self.device)
        if key in _IN_MEMORY:
            programs, notes = _IN_MEMORY[key] = _IN_MEMORY.pop(key)
            return programs, notes | {"from_cache": True}
        found = kept.load(key, self.device)
        if found is not None and self._works(*found):
            programs, notes = found
        else:
            found = None
            programs, notes = self._compile()
            kept.store(key, programs, notes)
        _IN_MEMORY[key] = programs, notes
        if len(_IN_MEMORY) > _MOST:
            del _IN_MEMORY[next(iter(_IN_MEMORY))]
        return programs, notes | {"from_cache": found is not None}

    def _identity(self) -> dict[str, Any]:
        """All that the compiled form depends on, but for the machine and the versions."""
        return {
            "source": self.program.source,
            "sizes": self.sizes,
            "data": {name: [value.shape, str(value.dtype)] for name, value in self.data.items()},
            "method": self.method,
            "fixed": self.fixed(),
        }

    def _works(self, programs: list[Any], notes: dict[str, Any]) -> bool:
        try:
            self.trial(programs, notes["dimension"])
        except Exception:
            return False
        return True

    def _compile(self) -> tuple[list[Any], dict[str, Any]]:
        import jax

        with jax.default_device(self.device):
            density = self.density()
            lowered = self.lower(density)
            notes = {"dimension": density.dimension, "sampled": list(density.shapes)}
            with kept.without_jax_cache():
                return [one.compile() for one in lowered], notes


_START_HELP = (
    "does every outcome lie where its distribution can be, and every parameter of a distribution "
    "where it may be? Priors with very wide scales can overflow, too"
)


def nowhere(program: Program, found: Mapping[str, str], tried: int) -> RunError:
    """The error that no start was found; `found` is what was wrong at the last point, by site."""
    head = f"no start found: the density is not finite at {tried} random points"
    blamed = [_blame(program, head, name, fault) for name, fault in found.items()]
    spec = Source(program.spec, program.manifest["spec"])
    return RunError(blamed or [Diagnostic("B601", head, help=_START_HELP)], spec)


def _blame(program: Program, head: str, name: str, fault: str) -> Diagnostic:
    """Whose statement it is, with its line underlined where the spec's text is at hand."""
    line = program.manifest["sites"].get(name, {}).get("line")
    where = f"{program.manifest['spec']}:{line}: " if line else ""
    message = f"{head}; {where}`{name}` has {fault}"
    if not line or not program.spec:
        return Diagnostic("B601", message, help=_START_HELP)
    spec = Source(program.spec)
    start = spec.line_starts[line - 1]
    text = spec.line(line)
    span = Span(start + len(text) - len(text.lstrip()), start + len(text))
    return Diagnostic("B601", message, span, label=fault, help=_START_HELP)
