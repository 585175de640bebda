"""A document → what is known of it: its tree, its names, its model, and what is wrong with it."""

from __future__ import annotations

import re
from functools import cached_property

from ..compiler import ir
from ..compiler.pipeline import Compilation
from ..grammar.diagnostics import Diagnostic, SpecError
from ..grammar.reading import Reading
from ..grammar.source import Source, Surface
from .places import Text
from .symbols import Symbol, Symbols, symbols

_MODEL_KEY = re.compile(r"^model[ \t]*:", re.MULTILINE)


def surface_of(name: str, language: str, text: str) -> Surface | None:
    """On which surface a document is written; None where it is no spec, but any other YAML."""
    path = name.lower()
    if path.endswith((".bayes.yaml", ".bayes.yml")) or language == "bayescript-yaml":
        return "yaml"
    if path.endswith((".yaml", ".yml")) or language == "yaml":
        return "yaml" if _MODEL_KEY.search(text) else None
    return "text"


Typed = ir.Data | ir.Sample | ir.Define | ir.Param
"""What a model says of a quantity."""


class Analysis:
    """One version of a document; each part is made when it is first asked for.

    `before` is the analysis of an earlier version: what it knew helps while the text is broken.
    """

    def __init__(
        self,
        text: Text,
        name: str = "<spec>",
        surface: Surface = "text",
        before: Analysis | None = None,
    ) -> None:
        self.text = text
        self.source = Source(text.spec, name, surface)
        self._compilation = Compilation(self.source)
        self._earlier_model = before._newest_model if before else None
        self._earlier_names = before._newest_names if before else ()

    @property
    def reading(self) -> Reading:
        return self._compilation.reading

    @cached_property
    def symbols(self) -> Symbols:
        return symbols(self.reading.spec)

    @cached_property
    def names(self) -> Symbols:
        """The names of this version; while it is broken, also those of the last that was whole.

        The places of those are of another text: they are good for completion only.
        """
        own = {s.name for s in self.symbols.all}
        late = [s for s in self._earlier_names if s.name not in own] if self.reading.errors else []
        return Symbols((*self.symbols.all, *late))

    @cached_property
    def _lowered(self) -> tuple[ir.Model | None, tuple[Diagnostic, ...]]:
        try:
            return self._compilation.model, self._compilation.warnings
        except SpecError as error:
            return None, error.diagnostics

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self._lowered[1]

    @cached_property
    def lints(self) -> tuple[Diagnostic, ...]:
        """What a working statistician would ask about a document that is a whole spec."""
        return self._compilation.lints if self._lowered[0] is not None else ()

    @property
    def model(self) -> ir.Model | None:
        """The newest model that could be made of this document."""
        return self._lowered[0] or self._earlier_model

    @cached_property
    def typed(self) -> dict[str, Typed]:
        """The quantities of that model; data before the outcome of the same name."""
        if self.model is None:
            return {}
        model = self.model
        # A guide draws what the model names: the model says what it is.
        stated = (*model.guide, *model.generated, *model.statements)
        made = [s for s in stated if not isinstance(s, ir.Term)]
        return {s.name: s for s in made} | {d.name: d for d in model.data}

    @property
    def _newest_model(self) -> ir.Model | None:
        made = "_lowered" in self.__dict__
        return self.model if made else self._earlier_model

    @property
    def _newest_names(self) -> tuple[Symbol, ...]:
        return self._earlier_names if self.reading.errors else self.symbols.all
