"""A model as users hold it: load a spec, look at it, compile it, fit it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compiler import ir
from ..compiler.pipeline import Compilation
from ..compiler.tables.inference import METHODS
from ..grammar.diagnostics import BackendError, Diagnostic, SpecError, did_you_mean
from ..grammar.parse import MAX_BYTES
from ..grammar.source import Source, Surface

if TYPE_CHECKING:
    from ..compiler.backends import Program
    from .binding.data import Bound
    from .fit import Fit
    from .prior import Prior
    from .verify import Verification

_COMPILED_IN = ("noncentered", "backend", "optimise")
"""Settings that the compiler needs, not the sampler."""
_FOR_BOTH = ("guide",)


class Model:
    """A checked spec. Made by `load` and `loads`, which raise SpecError where it is wrong."""

    def __init__(self, source: Source) -> None:
        self._compilation = Compilation(source)
        self._model = self._compilation.model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def description(self) -> str:
        return self._model.description

    @property
    def source(self) -> str:
        """The text of the spec."""
        return self._compilation.source.text

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What deserves a look, though it is no error."""
        return self._compilation.warnings

    def lint(
        self,
        data: Any = None,
        *,
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
        ignore: Sequence[str] = (),
    ) -> tuple[Diagnostic, ...]:
        """What a working statistician would ask about the spec, and with `data` about both.

        `ignore` are codes that are left out. Raises DataError where the data do not fit.
        """
        from .ignored import without

        if data is None:
            return without(self._compilation.lints, ignore)
        return without(self._lint(self.bind(data, sizes=sizes, coords=coords)), ignore)

    def _lint(self, bound: Bound) -> tuple[Diagnostic, ...]:
        from .lints import lints

        return lints(self._compilation, bound)

    @property
    def ir(self) -> ir.Model:
        """The typed model, before any pass."""
        return self._model

    def __repr__(self) -> str:
        latents = [
            s.name for s in self._model.statements if isinstance(s, ir.Sample) and not s.observed
        ]
        outcomes = [
            s.name for s in self._model.statements if isinstance(s, ir.Sample) and s.observed
        ]
        return (
            f"<Model {self.name}: {', '.join(outcomes) or 'no outcome'} given {', '.join(latents)}>"
        )

    def _repr_html_(self) -> str:
        from .notebook.shown import model_html

        return model_html(self._model, self.source, self.warnings)

    def settings(self, **given: Any) -> tuple[str, dict[str, Any]]:
        """The method and its settings: those of the spec, overridden by those of the call.

        Raises BackendError (B402) for a method or a setting that does not exist.
        """
        name = str(given.pop("method", None) or self._model.inference.method)
        if name == "auto":  # a guide is written for variational inference
            name = "svi" if self._model.guide else "nuts"
        method = METHODS.get(name)
        if method is None:
            raise BackendError(
                Diagnostic(
                    "B402",
                    f"there is no method `{name}`",
                    help=did_you_mean(name, METHODS) or "known: " + ", ".join(METHODS),
                )
            )
        for key in given:
            if key not in method.settings:
                known = ", ".join(method.settings)
                raise BackendError(
                    Diagnostic(
                        "B402",
                        f"`{name}` has no setting `{key}`",
                        help=did_you_mean(key, method.settings) or f"known: {known}",
                    )
                )
        of_spec = dict(self._model.inference.settings)
        settings = {k: v for k, v in of_spec.items() if k in method.settings} | given
        for key, value in settings.items():
            wrong = method.settings[key].wrong(value)
            if wrong:
                raise BackendError(Diagnostic("B402", f"`{key}` is {wrong}, not `{value}`"))
        if name == "svi":
            settings = self._guided(settings)
        return name, settings

    def _guided(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The spec's own guide goes first where it has one. Raises BackendError (B402)."""
        if self._model.guide:
            return {"guide": "written"} | settings
        if settings.get("guide") == "written":
            help = "write a `guide` block, or take one of the automatic guides"
            raise BackendError(Diagnostic("B402", "the spec writes no guide", help=help))
        return settings

    def compile(
        self, backend: str = "numpyro", *, optimised: bool = False, **settings: Any
    ) -> Program:
        """The program for a back-end; an `optimised` one has the same density and is faster.

        Raises BackendError where there is no such back-end or it cannot say the model.
        """
        self.settings(**settings)
        return self._compilation.program(backend, settings, optimised)

    def show(
        self,
        stage: str,
        backend: str = "numpyro",
        optimised: bool = False,
        sizes: Mapping[str, int] | None = None,
    ) -> str:
        """A stage of the compilation as text: `tree`, `model`, `passes`, `program` or `json`.

        With the `sizes` of its plates, an `optimised` program is what draws for such data.
        """
        from ..compiler.show import shown

        return shown(self._compilation, stage, backend, optimised, sizes)

    def bind(
        self,
        data: Any,
        *,
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
    ) -> Bound:
        """The data held against the spec. Raises DataError with every violation."""
        from .binding.data import bind

        source = self._compilation.source
        return bind(self._model, data, sizes=sizes, coords=coords, source=source)

    def prior(
        self,
        data: Any = None,
        *,
        draws: int = 1000,
        seed: int = 0,
        backend: str = "numpyro",
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
    ) -> Prior:
        """Draws of everything, outcomes too, from the prior; the data need no outcomes.

        Raises BackendError where the prior cannot be drawn, DataError where the data do not fit.
        """
        program = self._compilation.simulated(backend=backend)
        from .binding.data import bind
        from .prior import draw

        bound = bind(
            self._model,
            data,
            sizes=sizes,
            coords=coords,
            outcomes_required=False,
            source=self._compilation.source,
        )
        outcomes = [
            s.name for s in self._model.statements if isinstance(s, ir.Sample) and s.observed
        ]
        return draw(program.source, self.name, bound, outcomes, draws, seed, self.source)

    def fit(
        self,
        data: Any,
        *,
        method: str | None = None,
        progress: bool | Callable[..., None] = True,
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
        checkpoint: str | Path | None = None,
        resume: bool = False,
        **settings: Any,
    ) -> Fit:
        """Draws from the posterior.

        `data` is a table (a path to CSV or Parquet, a data frame, a mapping of columns), a mapping
        from plates to tables, or a mapping from names to arrays. `settings` override those of the
        spec's `infer`. `checkpoint` names a file that keeps the run while it goes on; with `resume`
        it goes on from there, to the same draws, or begins where there is no such file. Raises
        DataError before anything heavy is imported, RunError where sampling cannot start or the
        checkpoint belongs to another run.
        """
        chosen, merged = self.settings(method=method, **settings)
        bound = self.bind(data, sizes=sizes, coords=coords)
        return self._fit(bound, chosen, merged, progress, checkpoint, resume)

    def _fit(
        self,
        bound: Bound,
        chosen: str,
        merged: Mapping[str, Any],
        progress: bool | Callable[..., None],
        checkpoint: str | Path | None,
        resume: bool,
    ) -> Fit:
        compiled = {k: v for k, v in merged.items() if k in (*_COMPILED_IN, *_FOR_BOTH)}
        asked, optimise = str(compiled.pop("backend", "auto")), compiled.pop("optimise", True)
        backend = "numpyro" if asked == "auto" else asked
        compiled["method"] = chosen
        program = self.compile(backend, **compiled)
        faster = self._compilation.faster(backend, compiled, bound.sizes) if optimise else None
        from .sample import fit

        passed = {k: v for k, v in merged.items() if k not in _COMPILED_IN}
        return fit(
            program.source,
            self.name,
            bound,
            chosen,
            progress=progress,
            spec=self.source,
            checkpoint=checkpoint,
            resume=resume,
            recipe=self._recipe(chosen, merged),
            faster=faster.source if faster else "",
            **passed,
        )

    def _recipe(self, method: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What `resume` needs beside the spec's text and the data, as JSON."""
        source = self._compilation.source
        named = {"name": source.name, "surface": source.surface}
        return {**named, "method": method, "settings": dict(settings)}

    def verify(
        self,
        data: Any = None,
        *,
        sizes: Mapping[str, int] | None = None,
        coords: Mapping[str, Sequence[Any]] | None = None,
        points: int = 10,
        seed: int = 0,
        backends: Sequence[str] | None = None,
    ) -> Verification:
        """The programs of all back-ends held against the reference, statement by statement.

        Without `data`, small data are made up from the declared types. Raises DataError, and
        RunError where the density is not finite at random points.
        """
        from .verify import verify

        if data is None:
            from .engines.verify_data import made_up

            bound = made_up(self._model, sizes or {}, seed)
        else:
            bound = self.bind(data, sizes=sizes, coords=coords)
        return verify(self, bound, points=points, seed=seed, backends=backends)


def load(path: str | Path) -> Model:
    """The model of a spec file, `.bayes` or `.yaml`. Raises SpecError where the spec is wrong."""
    return Model(read_source(path))


def read_source(path: str | Path) -> Source:
    """A spec file as it is read. Raises SpecError where it cannot be."""
    try:
        size = Path(path).stat().st_size
        if size > MAX_BYTES:  # not read at all: it may be any file
            raise SpecError(
                Diagnostic(
                    "B104",
                    f"`{path}` has {size:,} bytes: this is too large for a spec",
                    help="what repeats belongs in plates and data",
                )
            )
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(
            Diagnostic(
                "B106",
                f"`{path}` is not text in UTF-8 (byte {error.start})",
                help="save it as UTF-8",
            )
        ) from None
    except OSError as error:
        raise SpecError(
            Diagnostic("B106", f"`{path}` cannot be read: {error.strerror}", help="check the path")
        ) from None
    return source_of(text, str(path))


def loads(text: str, name: str = "<spec>", surface: Surface | None = None) -> Model:
    """The model of a spec's text. Raises SpecError where the spec is wrong.

    `surface` is `"text"` or `"yaml"`; by default the ending of `name` decides (`.yaml`, `.yml`).
    """
    return Model(source_of(text, name, surface))


def source_of(text: str, name: str, surface: Surface | None = None) -> Source:
    """A spec's text as it is read: composed characters, on the surface that its name tells."""
    yaml = name.lower().endswith((".yaml", ".yml"))
    return Source(unicodedata.normalize("NFC", text), name, surface or ("yaml" if yaml else "text"))
