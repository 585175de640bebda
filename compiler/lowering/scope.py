"""What the names of a spec stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Fix, Note, SpecError, did_you_mean
from ...grammar.source import NOWHERE, Span
from .. import ir
from ..tables.families import FAMILIES
from ..tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from .plates import Plates

Role = Literal["data", "latent", "define", "param"]


class Known(SpecError):
    """Raised where a name's own statement was wrong already: reported there, not again."""

    def __init__(self) -> None:
        super().__init__(())


@dataclass(frozen=True, slots=True)
class Quantity:
    """A name that has values. `index_plate` is set where the values are positions in a plate."""

    name: str
    role: Role
    dims: ir.Dims
    kind: ir.Kind = "real"
    index_plate: str | None = None
    on_data: bool = False
    support: ir.Support | None = None
    span: Span = NOWHERE


@dataclass
class Scope:
    """All names of one spec, filled as it is lowered."""

    plates: dict[str, ir.Plate] = field(default_factory=dict)
    quantities: dict[str, Quantity] = field(default_factory=dict)
    functions: dict[str, tree.Def] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    declared: dict[str, Span] = field(default_factory=dict)
    current: str = ""  # the name whose statement is being lowered
    broken_functions: set[str] = field(default_factory=set)
    warnings: list[Diagnostic] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)  # plates that were reported already
    stated: dict[str, Span] = field(default_factory=dict)  # every name that a statement gives
    generated: dict[str, Span] = field(default_factory=dict)  # names of the `generate` block
    hidden: Mapping[str, Quantity] = field(default_factory=dict)  # what a guide may not use

    def __post_init__(self) -> None:
        self.nesting = Plates(self.plates)

    def roles(self, name: str) -> list[tuple[str, ir.Parent]]:
        """The plates that have a parent in a role of this name."""
        return [
            (plate.name, parent)
            for plate in self.plates.values()
            for parent in plate.parents
            if parent.role == name
        ]

    def declare(self, name: tree.Name, what: str) -> None:
        """Take a name, once. Raises SpecError (B202) where it is taken."""
        if name.name.endswith("'"):
            raise error(
                "B202",
                "a prime marks a second axis of a plate; a name has none",
                name.span,
                help=f"write `{name.name.rstrip(chr(39))}2`",
            )
        first = self.declared.get(name.name)
        if first is not None:
            raise error(
                "B202",
                f"`{name.name}` is used for two things",
                name.span,
                label=f"{what} here",
                notes=(Note(first, "first used here"),),
                help="give one of them another name",
            )
        self.declared[name.name] = name.span

    def note(self, name: str, text: str = "declared here") -> tuple[Note, ...]:
        """Where a quantity, a plate or a function was declared, as a message's second place."""
        if name in self.quantities:
            span = self.quantities[name].span
        elif name in self.plates:
            span = self.plates[name].span
        elif name in self.functions:
            span = self.functions[name].name.span
        else:
            span = self.declared.get(name) or self.stated.get(name, NOWHERE)
        return () if span == NOWHERE else (Note(span, text),)

    def notes(self, *nodes: ir.Expr) -> tuple[Note, ...]:
        """The same for expressions, where they are a name and no more."""
        names = dict.fromkeys(node.name for node in nodes if isinstance(node, ir.Ref))
        several = len(names) > 1
        return tuple(
            note
            for name in names
            for note in self.note(
                name, f"`{name}` is declared here" if several else "declared here"
            )
        )

    def over(self, plate: str, otherwise: str = "x") -> str:
        """A quantity over a plate, for an example in a message."""
        of_plate = (q.name for q in self.quantities.values() if ir.Dim(plate) in q.dims)
        return next(of_plate, otherwise)

    def quantity(self, name: tree.Name, others: Iterable[str] = ()) -> Quantity:
        """What a name stands for. Raises SpecError (B201) where it stands for nothing.

        `others` are names that it could have been besides those of the spec.
        """
        found = self.quantities.get(name.name)
        if found is not None:
            self.used.add(name.name)
            return found
        if name.name in self.broken:
            self.used.add(name.name)
            raise Known
        if name.name in self.hidden:
            raise error(
                "B222",
                f"the guide stands for the posterior, and cannot use `{name.name}` of the model",
                name.span,
                notes=(Note(self.hidden[name.name].span, "declared here"),),
                help="a guide uses data, its own definitions, parameters (`param`), and latents "
                "that it has drawn itself",
            )
        if name.name in self.generated and name.name != self.current:
            raise error(
                "B219",
                f"`{name.name}` is generated after inference, and the model cannot use it",
                name.span,
                notes=(Note(self.generated[name.name], "generated here"),),
                help=f"move the statement of `{name.name}` out of the `generate` block",
            )
        if name.name == self.current:
            raise error(
                "B401",
                f"`{name.name}` looks back at itself: a recursion, which this version cannot run",
                name.span,
                help=self._walk(name.name),
            )
        raise self._unknown(name, others)

    def _walk(self, name: str) -> str:
        """What can be said today of a quantity that looks back at itself."""
        ordered = [p.name for p in self.plates.values() if p.ordered]
        axis = ordered[0] if ordered else "day"
        return (
            f"a random walk is a running sum: `step[{axis}] ~ Normal(0, 1)` and "
            f"`{name}[{axis}] = cumsum(step)`; `prev` itself works on data"
        )

    def _unknown(self, name: tree.Name, others: Iterable[str]) -> SpecError:
        """Why a name stands for no value, and what it may have been meant to be."""
        word, notes = name.name, tuple[Note, ...]()
        holders = [p.name for p in self.plates.values() if word in (p.labels or ())]
        if holders:
            message = f"`{word}` is a label of `{holders[0]}`, not a quantity"
            notes = self.note(holders[0], "its labels are declared here")
            help = f'labels are strings: write `"{word}"`'
        elif word in FAMILIES:
            message = f"`{word}` is a distribution, not a quantity"
            help = f"draw a quantity from it, `s ~ {word}(…)`, and use `s` here"
        elif word in self.functions or word in (*FUNCTIONS, *REDUCTIONS, *AXIS_MAPS):
            message, notes = f"`{word}` is a function, not a quantity", self.note(word)
            help = f"write `{word}(…)`"
        else:
            message = f"`{word}` is not known"
            roles = [parent.role for plate in self.plates.values() for parent in plate.parents]
            known = [*self.quantities, *self.stated, *self.plates, *self.broken, *roles, *others]
            help = did_you_mean(word, dict.fromkeys(k for k in known if k != word))
            help = help or f"declare it under `data`, or say what it is: `{word} ~ …`"
        return error("B201", message, name.span, notes=notes, help=help)

    def plate(self, name: tree.Name) -> ir.Plate:
        """A plate by name. Raises SpecError (B204) where there is none."""
        found = self.plates.get(name.name.rstrip("'"))
        if found is not None:
            self.used.add(found.name)
            return found
        if name.name in self.missing:
            raise Known
        self.missing.add(name.name.rstrip("'"))
        raise self._no_plate(name)

    def _no_plate(self, name: tree.Name) -> SpecError:
        word = name.name.rstrip("'")
        message = f"there is no plate `{word}`"
        known = ", ".join(f"`{p}`" for p in self.plates)
        roles = self.roles(word)
        if roles:
            child, parent = roles[0]
            help = f"`{word}` is the role of a parent: the plate is `{parent.plate}`"
            return error("B204", message, name.span, "", self.note(child, "its role"), help)
        if word in self.quantities or word in self.stated:
            help = f"take a plate: {known or f'`plate {word}s` declares one'}"
            notes = self.note(word)
            return error("B204", message, name.span, "a quantity, not a plate", notes, help)
        help = f"declare it: `plate {word}`"
        help += f"; the plates that are there: {known}" if known else ""
        return error("B204", message, name.span, help=did_you_mean(word, self.plates) or help)

    def dim(self, name: tree.Name) -> ir.Dim:
        """`state'` as an axis."""
        plate = self.plate(name)
        return ir.Dim(plate.name, name.name.count("'"))

    def known_functions(self) -> Mapping[str, object]:
        return {
            **FUNCTIONS,
            **REDUCTIONS,
            **AXIS_MAPS,
            **MATRIX_FUNCTIONS,
            **self.functions,
            "where": None,
            "prev": None,
            "size": None,
        }


def error(
    code: str,
    message: str,
    span: Span,
    label: str = "",
    notes: tuple[Note, ...] = (),
    help: str = "",
    remedies: tuple[Fix, ...] = (),
) -> SpecError:
    """A SpecError of one diagnostic."""
    return SpecError(Diagnostic(code, message, span, label, notes, help, remedies))
