"""Every stage, in order: text → tree → model → passes → program."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..grammar import tree
from ..grammar.diagnostics import BackendError, DataError, Diagnostic, SpecError, did_you_mean
from ..grammar.reading import Reading
from ..grammar.source import Source
from ..grammar.surfaces import read
from . import ir
from .allowed import without_allowed
from .lowering.lower import lower

if TYPE_CHECKING:
    from .backends import Program
    from .prediction import Frozen, Prediction


_DEPTH = 12_000


@dataclass(frozen=True)
class Compilation:
    """A spec on its way; each stage is made when it is first asked for."""

    source: Source

    @cached_property
    def reading(self) -> Reading:
        return read(self.source)

    @property
    def tree(self) -> tree.Spec:
        return self.reading.spec

    @cached_property
    def _lowered(self) -> tuple[ir.Model, tuple[Diagnostic, ...]]:
        with deep_enough(self.source):
            return lower(self.tree, self.source, self.reading.errors)

    @property
    def model(self) -> ir.Model:
        return self._lowered[0]

    @property
    def every_warning(self) -> tuple[Diagnostic, ...]:
        """What deserves a look, that included which comments of the spec allow."""
        return self._lowered[1]

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return without_allowed(self.every_warning, self.reading)

    @cached_property
    def lints(self) -> tuple[Diagnostic, ...]:
        """What a working statistician would ask about the spec, though it is right."""
        from .lints import lints  # nobody who does not ask for them waits for them

        return lints(self)

    def stages(
        self,
        backend: str,
        settings: Mapping[str, Any],
        optimised: bool = False,
        sizes: Mapping[str, int] | None = None,
    ) -> Iterator[tuple[str, ir.Model]]:
        """The model after each pass, with what the pass does; see `program`."""
        from . import passes  # checking a spec needs neither passes nor back-ends

        model = with_settings(self.model, settings)
        try:
            for what, apply in passes.optimised(sizes) if optimised else passes.PASSES:
                with deep_enough(self.source):
                    model = apply(model, backend)
                yield what, model
        except BackendError as error:
            raise BackendError(error.diagnostics, self.source) from None

    def simulated(
        self, settings: Mapping[str, Any] | None = None, backend: str = "numpyro"
    ) -> Program:
        """The program whose model draws everything, outcomes too.

        Raises BackendError where there is no such back-end or the model cannot be drawn.
        """
        from .backends import emit
        from .passes import PASSES
        from .simulation import improper, simulation

        _check(backend)
        try:
            with deep_enough(self.source):
                wrong = improper(self.model)
                if wrong is not None:
                    raise BackendError(wrong)
                model = simulation(with_settings(self.model, settings or {}))
                for _, apply in PASSES:
                    model = apply(model, backend)
                return emit(backend, model, self.source)
        except BackendError as error:
            raise BackendError(error.diagnostics, self.source) from None

    @cached_property
    def frozen(self) -> Frozen:
        """The model in which what sums up data is data: what a prediction starts from."""
        from .prediction import frozen

        return frozen(self.model)

    def predicting(
        self, new: Collection[str], supplied: Collection[str], how: str
    ) -> tuple[Prediction, Program]:
        """What a prediction draws, and the NumPyro program that draws it; see `prediction`.

        Raises DataError where new elements have nothing to be drawn from, BackendError.
        """
        from .backends import emit
        from .passes import PASSES
        from .prediction import prediction

        try:
            with deep_enough(self.source):
                found = prediction(self.frozen.model, new, supplied, how)
                model = found.model
                for _, apply in PASSES:
                    model = apply(model, "numpyro")
                return found, emit("numpyro", model, self.source)
        except (BackendError, DataError) as error:
            raise type(error)(error.diagnostics, self.source) from None

    def program(
        self,
        backend: str = "numpyro",
        settings: Mapping[str, Any] | None = None,
        optimised: bool = False,
        sizes: Mapping[str, int] | None = None,
    ) -> Program:
        """The emitted program. Raises BackendError where the back-end cannot say the model.

        An `optimised` one has the same density, is made to be faster, and looks less like the spec:
        where plates have these `sizes` it pays, or wherever it can be done.
        """
        from .backends import emit

        _check(backend)
        *_, (_, model) = self.stages(backend, settings or {}, optimised, sizes)
        try:
            with deep_enough(self.source):
                return emit(backend, model, self.source)
        except BackendError as error:
            raise BackendError(error.diagnostics, self.source) from None

    def faster(
        self, backend: str, settings: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Program | None:
        """The optimised program for data of these sizes, where it is another one."""
        plain, fast = (
            [model for _, model in self.stages(backend, settings, optimised, sizes)][-1]
            for optimised in (False, True)
        )
        return None if plain == fast else self.program(backend, settings, True, sizes)


def _check(backend: str) -> None:
    """Raises BackendError (B403) where there is no such back-end."""
    from .backends import BACKENDS

    if backend not in BACKENDS:
        message = f"there is no back-end `{backend}`"
        help = did_you_mean(backend, BACKENDS) or "the back-ends are " + ", ".join(BACKENDS)
        raise BackendError(Diagnostic("B403", message, help=help))


@contextmanager
def deep_enough(source: Source) -> Iterator[None]:
    """Room for long expressions, which are deep trees; too long a one is the author's error."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    except RecursionError:
        raise SpecError(
            Diagnostic(
                "B104",
                "an expression of this spec is too long to be worked on as one",
                help="give parts of it names with `let`",
            ),
            source,
        ) from None
    finally:
        sys.setrecursionlimit(before)


def with_settings(model: ir.Model, settings: Mapping[str, Any]) -> ir.Model:
    """A model whose settings, and `method`, a call has overridden."""
    if not settings:
        return model
    merged = {**dict(model.inference.settings), **settings}
    method = str(merged.pop("method", model.inference.method))
    inference = replace(model.inference, method=method, settings=tuple(merged.items()))
    return replace(model, inference=inference)
